"""Logistic function, binary cross-entropy on logits, softmax, cross-entropy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import pair


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


cross_entropy = pair(
    says="softmax cross-entropy",
    group="softmax, CE",
    cases=ce_cases,
    cache="(scores, y)",
    loss=True,
    returns=[Output("loss", tol=1e-9, atol=1e-12)],
    grads=[Output("dscores", atol=1e-12, axes=("example", "class"))],
    extreme=ce_huge,
    whole="scores",
)


@cross_entropy.forward
def cross_entropy_forward(scores, y):
    """loss = mean of logsumexp(scores) − scores[y]."""
    shifted = scores - scores.max(axis=1, keepdims=True)  # ~ no shift: scores | What is exp(1000)?
    # ~ global shift: scores - scores.max()
    #     | A row far below the largest one underflows; what is log 0?
    # ~ wrong axis: 1 => 0 | Each row is a distribution of its own.
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    # ~ log of probability: np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True))
    #     | A probability can round to zero before its log is taken.
    # ~ clipped: np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True) + 1e-12)
    #     | A small constant inside the log puts a ceiling on the loss.
    # ~ wrong axis: 1 => 0
    loss = -log_p[np.arange(len(y)), y].mean()
    # ~ summed: -log_p[np.arange(len(y)), y].sum() | The loss averages over the batch.
    # ~ averaged over everything: -log_p[np.arange(len(y)), y].sum() / scores.size
    #     | Average over examples, not over classes.
    # ~ all pairs: -log_p[:, y].mean() | log_p[:, y] pairs every row with every label.
    # ~ sign: log_p[np.arange(len(y)), y].mean() | A loss is at least zero.
    # ~ probability for log: -np.exp(log_p[np.arange(len(y)), y]).mean()
    #     | The loss is a logarithm of the probability.
    # ~ argmax for label: -log_p.max(axis=1).mean()
    #     | The loss asks for the probability of the right class, not of the favourite.
    # ~ base two: -log_p[np.arange(len(y)), y].mean() / np.log(2)
    #     | The logarithm is the natural one.
    return loss, (scores, y)


@cross_entropy.backward
def cross_entropy_backward(cache):
    """dscores = (softmax(scores) − one-hot(y)) / N."""
    scores, y = cache
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    # ~ wrong axis: 1 => 0 | Each row is a distribution of its own.
    # ~ no shift: np.exp(scores) | What is exp(1000)?
    # ~ global shift: np.exp(scores - scores.max())
    #     | A row far below the largest one underflows to zeros.
    p = e / e.sum(axis=1, keepdims=True)  # ~ wrong axis: 1 => 0
    # ~ scores for probabilities: np.array(scores, dtype=float)
    #     | Subtract from the probabilities, not from the scores.
    p[np.arange(len(y)), y] -= 1
    # ~ one hot missing: pass | The score of the right class should be pushed up.
    # ~ diagonal only: q = p[np.arange(len(y)), y].copy(); p[:] = 0; p[np.arange(len(y)), y] = q - 1
    #     | One score moves all probabilities of its row.
    # ~ all pairs: p[:, y] -= 1 | p[:, y] subtracts in every row.
    return p / len(y)  # ~ not averaged
    # ~ averaged twice: p / len(y)**2 | Each 1/N of the loss appears once.
    # ~ averaged over everything: p / scores.size | Average over examples, not over classes.
    # ~ sign: p => -p | Which way should the right score move?
    # ~ jacobian applied twice: q = e / e.sum(axis=1, keepdims=True); return q * (p - (p *
    #     q).sum(axis=1, keepdims=True)) / len(y) | The softmax's Jacobian is inside p − y already.
    # ~ works once: scores[...] = p; ...
    #     | The cache belongs to forward; a second backward needs it too.
