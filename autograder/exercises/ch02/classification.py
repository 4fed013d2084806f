"""Logistic function, binary cross-entropy on logits, softmax, cross-entropy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case, wrong
from autograder.checking.kinds import function, pair


def logistic(z):
    """p = 1 / (1 + exp(-z)), written so that no exponential overflows."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1 + e)


def logits(rng: np.random.Generator) -> Iterator[Case]:
    """Vectors and matrices, on both sides of zero and at it."""
    z = 3 * rng.standard_normal((3, 4))
    z[0, :2] = 0.0, -z[0, 1]
    yield case("a matrix of logits", z=z)
    yield case("a vector of logits", z=rng.standard_normal(5))


def huge_logits(rng: np.random.Generator) -> Iterator[Case]:
    """Up to ±1e4, where exp overflows."""
    yield case(
        "logits up to ±10,000",
        z=np.array([-1e4, -800.0, -40.0, -1.0, 1.0, 40.0, 800.0, 1e4]) + rng.uniform(0, 0.5, 8),
    )


LOGISTIC = function(
    logistic, chapter=2, summary="the logistic function", cases=logits, extreme=huge_logits, quiet=True, whole="z",
    outputs=[Output("p", tol=1e-9, atol=1e-12)],
    mistakes=[
        wrong("overflow", "What is exp(-z) for z = -1000?", "e = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1.0, e) / (1 + e)", "return 1 / (1 + np.exp(-z))"),
        wrong("overflow_on_the_right", "What is exp(z) for z = 1000?", "e = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1.0, e) / (1 + e)", "return np.exp(z) / (1 + np.exp(z))"),
        wrong("clipped", "Clipping z moves the answer for large |z|.", "e = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1.0, e) / (1 + e)",
              "return 1 / (1 + np.exp(-np.clip(z, -20, 20)))"),
        wrong("sign", "p has to grow with z.", "np.where(z >= 0, 1.0, e)", "np.where(z >= 0, e, 1.0)"),
        wrong("tanh", "The values lie between 0 and 1, and p(0) = 1/2.", "e = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1.0, e) / (1 + e)", "return np.tanh(z)"),
        wrong("tanh_half_forgotten", "tanh and the logistic differ by a stretch of z too.", "e = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1.0, e) / (1 + e)",
              "return 0.5 * (1 + np.tanh(z))"),
        wrong("one_branch", "One formula for negative z, another for positive z.", "np.where(z >= 0, 1.0, e)", "1.0"),
        wrong("derivative", "Asked is the function, not its slope.", "return np.where(z >= 0, 1.0, e) / (1 + e)", "return e / (1 + e) ** 2"),
    ],
)  # fmt: skip


def bce_with_logits_forward(z, y):
    """Mean of log(1 + exp(z)) − y·z, written as max(z, 0) − y·z + log(1 + exp(−|z|))."""
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))
    return loss, (z, y)


def bce_with_logits_backward(cache):
    """dz = (logistic(z) − y) / N."""
    z, y = cache
    e = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1.0, e) / (1 + e)
    return (p - y) / len(z)


def bce_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Both labels on both sides of zero."""
    for n in (5, 7):
        y = rng.permutation(np.arange(n) % 2).astype(float)
        yield case(z=2 * rng.standard_normal(n), y=y, N=n)
    yield case("labels as integers", z=2 * rng.standard_normal(4), y=np.array([1, 0, 0, 1]), N=4)


def bce_huge(rng: np.random.Generator) -> Iterator[Case]:
    """Confidently right and confidently wrong."""
    z = np.array([1e4, -1e4, 1e4, -1e4, 800.0, -800.0, 40.0, -40.0])
    yield case(
        "logits up to ±10,000", z=z, y=np.array([1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0]), N=8
    )
    yield case(
        "certain and right",
        z=np.array([1e4, -1e4, 1000.0, -40.0]),
        y=np.array([1.0, 0.0, 1.0, 0.0]),
        N=4,
    )
    yield case(
        "certain and wrong",
        z=np.array([-1e4, 2000.0, -50.0]) + rng.uniform(0, 1, 3),
        y=np.array([1.0, 0.0, 1.0]),
        N=3,
    )


LOGISTIC_LINE = "p = np.where(z >= 0, 1.0, e) / (1 + e)"
BCE = pair(
    bce_with_logits_forward, bce_with_logits_backward, chapter=2, summary="binary cross-entropy on logits", cases=bce_cases,
    cache="(z, y)", loss=True, returns=[Output("loss", tol=1e-9, atol=1e-12)], grads=[Output("dz", atol=1e-12, axes=("example",))],
    extreme=bce_huge, quiet=True, whole="z",
    wrong_forward=[
        wrong("overflow", "What does log(1 + exp(z)) do at z = 1000?", "np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))", "np.log(1 + np.exp(z)) - y * z"),
        wrong("log_of_zero", "For a large |z|, p rounds to 0 or 1; what is its log?", "np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))",
              "-y * np.log(1 / (1 + np.exp(-z))) - (1 - y) * np.log(1 - 1 / (1 + np.exp(-z)))"),
        wrong("clipped", "Clipping p puts a ceiling on the loss.", "np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))",
              "-y * np.log(np.clip(1 / (1 + np.exp(-np.clip(z, -700, 700))), 1e-12, 1 - 1e-12)) - (1 - y) * np.log(1 - np.clip(1 / (1 + np.exp(-np.clip(z, -700, 700))), 1e-12, 1 - 1e-12))"),
        wrong("summed", "The loss averages over the batch.", "np.mean", "np.sum"),
        wrong("labels_plus_minus_one", "Labels are 0 and 1 here.", "- y * z", "- (2 * y - 1) * z"),
        wrong("sign", "A right and certain answer costs nearly nothing.", "loss = np.mean", "loss = -np.mean"),
        wrong("only_positive_class", "Examples of class 0 cost something too.", "np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))",
              "np.mean(y * (np.maximum(z, 0) - z + np.log1p(np.exp(-np.abs(z)))))"),
        wrong("classes_swapped", "y = 1 goes with −log p.", "- y * z", "- (1 - y) * z"),
        wrong("logistic_twice", "z is a logit and goes through the logistic once.", "loss =", "z = 1 / (1 + np.exp(-np.clip(z, -700, 700)))\n    loss ="),
        wrong("base_two", "The logarithm is the natural one.", "np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))",
              "np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))) / np.log(2)"),
    ],
    wrong_backward=[
        wrong("derivative_twice", "In dz the slope of the logistic has cancelled already.", "(p - y)", "(p - y) * p * (1 - p)"),
        wrong("derivative_of_p", "That is the gradient with respect to p; asked is the one with respect to z.", "(p - y)", "(p - y) / np.maximum(p * (1 - p), 1e-300)"),
        wrong("sign", "If y = 1, should the loss fall or grow when z grows?", "(p - y)", "(y - p)"),
        wrong("not_averaged", "The loss averages over the batch; so does its gradient.", " / len(z)", ""),
        wrong("averaged_twice", "Each 1/N of the loss appears once.", "/ len(z)", "/ len(z) ** 2"),
        wrong("logit_for_probability", "Subtract y from the probability, not from the logit.", "(p - y)", "(z - y)"),
        wrong("labels_plus_minus_one", "Labels are 0 and 1 here.", "(p - y)", "(p - (2 * y - 1))"),
        wrong("overflow", "What is exp(-z) for z = -1000?", LOGISTIC_LINE, "p = 1 / (1 + np.exp(-z))"),
        wrong("clipped", "Where p is clipped its gradient is gone.", "(p - y)", "np.where((p < 1e-7) | (p > 1 - 1e-7), 0.0, p - y)"),
        wrong("factor_two", "There is no square in this loss.", "(p - y)", "2 * (p - y)"),
    ],
)  # fmt: skip


def softmax(z):
    """p = exp(z) / sum exp(z) over the last axis, shifted by each row's maximum."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def scores_cases(rng: np.random.Generator) -> Iterator[Case]:
    """A matrix, a vector and a stack of matrices."""
    yield case("scores of shape (3, 4)", z=2 * rng.standard_normal((3, 4)))
    yield case("scores of shape (5,)", z=rng.standard_normal(5))
    yield case("scores of shape (2, 3, 4)", z=rng.standard_normal((2, 3, 4)))


def scores_huge(rng: np.random.Generator) -> Iterator[Case]:
    """Rows far from zero and far from each other."""
    z = rng.standard_normal((4, 3)) + np.array([[1e4], [-1e4], [0.0], [800.0]])
    yield case("rows around ±10,000", z=z)
    yield case("one score of 10,000", z=np.array([[1e4, 0.0, -1e4], [0.3, -0.2, 0.1]]))


SOFTMAX = function(
    softmax, chapter=2, summary="the softmax function over the last axis", cases=scores_cases, extreme=scores_huge, quiet=True, whole="z",
    outputs=[Output("p", tol=1e-9, atol=1e-12)],
    mistakes=[
        wrong("no_shift", "What is exp(1000)?", " - z.max(axis=-1, keepdims=True)", ""),
        wrong("global_shift", "A row far below the largest one underflows to zeros.", "z.max(axis=-1, keepdims=True)", "z.max()"),
        wrong("normalised_over_examples", "Each row sums to one, not each column.", "e.sum(axis=-1, keepdims=True)", "e.sum(axis=0, keepdims=True)"),
        wrong("wrong_axis", "The classes are on the last axis.", "axis=-1", "axis=0"),
        wrong("normalised_over_everything", "Each row is a distribution of its own.", "e.sum(axis=-1, keepdims=True)", "e.sum()"),
        wrong("not_normalised", "Probabilities sum to one.", "return e / e.sum(axis=-1, keepdims=True)", "return e"),
        wrong("second_axis", "The classes are on the last axis, however many axes there are.", "axis=-1", "axis=min(1, z.ndim - 1)"),
        wrong("log_softmax", "Asked are probabilities, not their logs.", "return e / e.sum(axis=-1, keepdims=True)", "return np.log(np.maximum(e / e.sum(axis=-1, keepdims=True), 1e-300))"),
        wrong("sign", "The largest score gets the largest probability.", "np.exp(z - z.max(axis=-1, keepdims=True))", "np.exp(z.min(axis=-1, keepdims=True) - z)"),
        wrong("changes_input", "The caller still needs z.", "e = np.exp(z - z.max(axis=-1, keepdims=True))", "z -= z.max(axis=-1, keepdims=True)\n    e = np.exp(z)"),
        wrong("base_two", "The base is e.", "np.exp(", "np.exp2("),
    ],
)  # fmt: skip


def cross_entropy_forward(scores, y):
    """loss = mean of logsumexp(scores) − scores[y]."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(len(y)), y].mean()
    return loss, (scores, y)


def cross_entropy_backward(cache):
    """dscores = (softmax(scores) − one-hot(y)) / N."""
    scores, y = cache
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return p / len(y)


def ce_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Labels repeat, and some class never occurs."""
    for n, k in ((4, 3), (3, 5), (6, 4)):
        y = rng.integers(0, k, n)
        y[:2] = k - 1, 0
        yield case(scores=2 * rng.standard_normal((n, k)), y=y, N=n, K=k)


def ce_huge(rng: np.random.Generator) -> Iterator[Case]:
    """Certain and right, certain and wrong, rows far apart."""
    scores = np.array(
        [[1e4, 0.0, -1e4], [1e4, 0.0, -1e4], [-1e4, -1e4 + 1, -1e4 + 2], [0.5, 0.2, -0.3]]
    )
    yield case("scores up to ±10,000", scores=scores, y=np.array([0, 1, 2, 1]), N=4, K=3)
    yield case(
        "a row far below the others",
        scores=np.array([[2000.0, 1999.0], [-2000.0, -2001.0], [0.0, 0.4]]),
        y=np.array([1, 0, 1]),
        N=3,
        K=2,
    )


CROSS_ENTROPY = pair(
    cross_entropy_forward, cross_entropy_backward, chapter=2, summary="softmax cross-entropy", cases=ce_cases, cache="(scores, y)",
    loss=True, returns=[Output("loss", tol=1e-9, atol=1e-12)], grads=[Output("dscores", atol=1e-12, axes=("example", "class"))],
    extreme=ce_huge, whole="scores",
    wrong_forward=[
        wrong("no_shift", "What is exp(1000)?", "shifted = scores - scores.max(axis=1, keepdims=True)", "shifted = scores"),
        wrong("global_shift", "A row far below the largest one underflows; what is log 0?", "scores.max(axis=1, keepdims=True)", "scores.max()"),
        wrong("log_of_probability", "A probability can round to zero before its log is taken.", "log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))",
              "log_p = np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True))"),
        wrong("clipped", "A small constant inside the log puts a ceiling on the loss.", "log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))",
              "log_p = np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True) + 1e-12)"),
        wrong("summed", "The loss averages over the batch.", ".mean()", ".sum()"),
        wrong("averaged_over_everything", "Average over examples, not over classes.", "loss = -log_p[np.arange(len(y)), y].mean()",
              "loss = -log_p[np.arange(len(y)), y].sum() / scores.size"),
        wrong("all_pairs", "log_p[:, y] pairs every row with every label.", "log_p[np.arange(len(y)), y]", "log_p[:, y]"),
        wrong("wrong_axis", "Each row is a distribution of its own.", "axis=1", "axis=0"),
        wrong("sign", "A loss is at least zero.", "loss = -log_p", "loss = log_p"),
        wrong("probability_for_log", "The loss is a logarithm of the probability.", "-log_p[np.arange(len(y)), y]", "-np.exp(log_p[np.arange(len(y)), y])"),
        wrong("argmax_for_label", "The loss asks for the probability of the right class, not of the favourite.", "log_p[np.arange(len(y)), y]", "log_p.max(axis=1)"),
        wrong("base_two", "The logarithm is the natural one.", "loss = -log_p[np.arange(len(y)), y].mean()", "loss = -log_p[np.arange(len(y)), y].mean() / np.log(2)"),
    ],
    wrong_backward=[
        wrong("one_hot_missing", "The score of the right class should be pushed up.", "    p[np.arange(len(y)), y] -= 1\n", ""),
        wrong("not_averaged", "The loss averages over the batch; so does its gradient.", " / len(y)", ""),
        wrong("averaged_twice", "Each 1/N of the loss appears once.", "/ len(y)", "/ len(y) ** 2"),
        wrong("averaged_over_everything", "Average over examples, not over classes.", "/ len(y)", "/ scores.size"),
        wrong("sign", "Which way should the right score move?", "return p / len(y)", "return -p / len(y)"),
        wrong("diagonal_only", "One score moves all probabilities of its row.", "p[np.arange(len(y)), y] -= 1\n    return p / len(y)",
              "q = p[np.arange(len(y)), y].copy()\n    p[:] = 0\n    p[np.arange(len(y)), y] = q - 1\n    return p / len(y)"),
        wrong("wrong_axis", "Each row is a distribution of its own.", "axis=1", "axis=0"),
        wrong("all_pairs", "p[:, y] subtracts in every row.", "p[np.arange(len(y)), y] -= 1", "p[:, y] -= 1"),
        wrong("no_shift", "What is exp(1000)?", " - scores.max(axis=1, keepdims=True)", ""),
        wrong("global_shift", "A row far below the largest one underflows to zeros.", "scores.max(axis=1, keepdims=True)", "scores.max()"),
        wrong("scores_for_probabilities", "Subtract from the probabilities, not from the scores.", "p = e / e.sum(axis=1, keepdims=True)", "p = np.array(scores, dtype=float)"),
        wrong("jacobian_applied_twice", "The softmax's Jacobian is inside p − y already.", "return p / len(y)",
              "q = e / e.sum(axis=1, keepdims=True)\n    return q * (p - (p * q).sum(axis=1, keepdims=True)) / len(y)"),
        wrong("works_once", "The cache belongs to forward; a second backward needs it too.", "p[np.arange(len(y)), y] -= 1\n    return p / len(y)",
              "p[np.arange(len(y)), y] -= 1\n    scores[...] = p\n    return p / len(y)"),
    ],
)  # fmt: skip
