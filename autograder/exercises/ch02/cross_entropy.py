"""Softmax cross-entropy: the mean of −log of the probability that the right class is given."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import leads, pair


def repeated_labels(rng: np.random.Generator) -> Iterator[Case]:
    """Labels repeat, and some class never occurs, the largest too."""
    for n, k in ((4, 3), (3, 5), (6, 4)):
        y = rng.integers(0, k, n)
        y[:2] = k - 1, 0
        if k == 5:
            y = y % (k - 1)  # the largest class does not occur
        yield case(scores=2 * rng.standard_normal((n, k)), y=y, N=n, K=k)


def huge(_rng: np.random.Generator) -> Iterator[Case]:
    """Certain and right, certain and wrong, rows far apart."""
    wide, low = [1e4, 0.0, -1e4], [-1e4, -1e4 + 1, -1e4 + 2]
    scores = np.array([wide, wide, low, [0.5, 0.2, -0.3]])
    yield case("scores up to ±10,000", scores=scores, y=np.array([0, 1, 2, 1]), N=4, K=3)
    scores = np.array([[2000.0, 1999.0], [-2000.0, -2001.0], [0.0, 0.4]])
    yield case("a row far below the others", scores=scores, y=np.array([1, 0, 1]), N=3, K=2)


cross_entropy = pair(
    says="softmax cross-entropy",
    group="softmax, CE",
    cases=repeated_labels,
    cache="(scores, y)",
    loss=True,
    returns=[Output("loss", tol=1e-9)],
    grads="dscores: example class",
    extreme=huge,
    whole="scores",
)


@cross_entropy.forward
@leads(
    "The loss of an example is minus the logarithm of the probability that its right class gets.",
    "−log p_y = log Σₖ exp(sₖ) − s_y; shift the scores before the exponentials, and "
    "average over the examples.",
)
def cross_entropy_forward(scores, y):
    """loss = mean of logsumexp(scores) − scores[y]."""
    shifted = scores - scores.max(axis=1, keepdims=True)  # ~ no shift: scores | What is exp(1000)?
    # ~ global shift: scores - scores.max()
    #     | A row far below the largest one underflows; what is log 0?
    # ~ wrong axis: 1 => 0 | Each row is a distribution of its own.
    # ~ shift by column: scores - scores.max(axis=0)
    #     | What may be subtracted without a change: one number from each row, or from each column?
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    # ~ log of probability: np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True))
    #     | A probability can round to zero before its log is taken.
    # ~ clipped: np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True) + 1e-12)
    #     | A small constant inside the log puts a ceiling on the loss.
    # ~ wrong axis: 1 => 0
    # ~ 1e-8 in the log: np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True) +
    #     1e-08) | A small constant inside the log puts a ceiling on the loss.
    loss = -log_p[np.arange(len(y)), y].mean()  # ~ not averaged
    # ~ averaged over everything: -log_p[np.arange(len(y)), y].sum() / scores.size
    #     | Average over examples, not over classes.
    # ~ every class counted: -log_p.mean() | Which entry of each row does y pick?
    # ~ all pairs: -log_p[:, y].mean() | log_p[:, y] pairs every row with every label.
    # ~ sign | A loss is at least zero.
    # ~ argmax for label: -log_p.max(axis=1).mean()
    #     | The loss asks for the probability of the right class, not of the favorite.
    # ~ probability for log: log_p => np.exp(log_p)
    #     | The loss is a logarithm of the probability.
    # ~ logistic for softmax: np.mean((np.logaddexp(0.0, scores) - np.eye(scores.shape[1])[y] *
    #     scores).sum(axis=1))
    #     | One of K classes is right: K answers of yes or no are another model.
    # ~ largest for the sum: np.mean(scores.max(axis=1) - scores[np.arange(len(y)), y])
    #     | log Σ exp(s) is more than the largest score: by how much, where two are equal?
    # ~ base two: ...; loss /= np.log(2) | The logarithm is the natural one.
    # ~ maximum not added back: np.mean(np.log(np.exp(shifted).sum(axis=1)) -
    #     scores[np.arange(len(y)), y]) | What was subtracted inside the logarithm comes back
    #     outside of it.
    # ~ labels from one: y => y - 1
    #     | Which numbers do the classes have, and the columns of the scores?
    return loss, (scores, y)


@cross_entropy.backward
@leads(
    "Where does a score appear in log Σ exp(s) − s_y? Every class is in the first part, "
    "one in the second.",
    "∂ log Σ exp(s) / ∂sₖ = pₖ; what does the second part take away, and where? Then the average.",
)
def cross_entropy_backward(cache):
    """dscores = (softmax(scores) − one-hot(y)) / N."""
    scores, y = cache
    e = np.exp(
        scores - scores.max(axis=1, keepdims=True)
    )  # ~ no shift: np.exp(scores) | What is exp(1000)?
    # ~ global shift: np.exp(scores - scores.max())
    #     | A row far below the largest one underflows to zeros.
    # ~ wrong axis: 1 => 0 | Each row is a distribution of its own.
    p = e / e.sum(axis=1, keepdims=True)  # ~ wrong axis: 1 => 0
    # ~ logistic for softmax: 0.5 * (1 + np.tanh(scores / 2))
    #     | One of K classes is right: K answers of yes or no are another model.
    # ~ scores for probabilities: np.array(scores, dtype=float)
    #     | Subtract from the probabilities, not from the scores.
    p[np.arange(len(y)), y] -= 1
    # ~ one hot missing: pass | The score of the right class should be pushed up.
    # ~ all pairs: p[:, y] -= 1 | p[:, y] subtracts in every row.
    # ~ diagonal only: ...; p *= np.eye(scores.shape[1])[y]
    #     | One score moves all probabilities of its row.
    # ~ labels from one: y => y - 1
    #     | Which numbers do the classes have, and the columns of the scores?
    # ~ labels subtracted: p = p - y[:, None] | In p − y, y stands for a row with a single 1: where?
    # ~ classes counted from y: p = p - np.eye(y.max() + 1)[y]
    #     | How many classes there are is said by scores: the largest may be absent from y.
    # ~ divided first: p /= len(y); ... | Both parts of p − y are averaged: what comes first?
    return p / len(y)  # ~ not averaged
    # ~ averaged over everything: p / scores.size | Average over examples, not over classes.
    # ~ averaged twice: p / len(y)**2 | Each 1/N of the loss appears once.
    # ~ sign | Which way should the right score move?
    # ~ jacobian applied twice: q = e / e.sum(axis=1, keepdims=True); return q * (p - (p *
    #     q).sum(axis=1, keepdims=True)) / len(y) | The softmax's Jacobian is inside p − y already.
    # ~ works once: scores[...] = p; ...
    #     | The cache belongs to forward; a second backward needs it too.
    # ~ divided first: p
    # ~ divided by classes: p / scores.shape[1] | Average over examples, not over classes.
