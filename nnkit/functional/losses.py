"""Losses: forward(scores, y) -> (loss, cache), backward(cache) -> gradient of the scores.

Every loss divides by the number of rows of the batch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.functional.activations import logistic
from nnkit.functional.softmax import shifted_columns
from nnkit.validate import Array, floats, labels, not_empty, number


def mse_forward(a: Any, y: Any) -> tuple[float, tuple]:
    """Return sum((a - y) ** 2) / (2 m), m the number of rows; cache = (a, y).

    a and y have one shape, (N,) or (N, ...). ValueError for different shapes or no rows.
    """
    a = floats(a, "a", ("N", "..."))
    not_empty(a, "a")
    y = floats(y, "y", a.shape, "the shape of a")
    error = (a - y).ravel()
    return float(error @ error) / (2 * a.shape[0]), (a, y)


def mse_backward(cache: tuple) -> Array:
    """Return da = (a - y) / m."""
    a, y = cache
    return (a - y) / a.shape[0]


def bce_with_logits_forward(z: Any, y: Any) -> tuple[float, tuple]:
    """Return the binary cross-entropy of logistic(z) against y in {0, 1}; cache = (z, y).

    z and y (N,), or one shape (N, ...), summed over the further axes; targets between 0 and 1 are
    probabilities. Computed as max(z, 0) - y z + log(1 + exp(-|z|)), finite for every z.
    ValueError for different shapes, no rows, or y outside [0, 1] (labels -1 and 1, NaN).
    """
    z = floats(z, "z", ("N", "..."))
    not_empty(z, "z")
    y = floats(y, "y", z.shape, "the shape of z")
    if not (y.min() >= 0.0 and y.max() <= 1.0):
        wrong = y[~((y >= 0) & (y <= 1))].flat[0]
        raise ValueError(f"y contains {wrong}; expected labels 0 and 1 (or probabilities)")
    each = np.maximum(z, 0.0) - y * z + np.log1p(np.exp(-np.abs(z)))
    return float(each.sum()) / z.shape[0], (z, y)


def bce_with_logits_backward(cache: tuple) -> Array:
    """Return dz = (logistic(z) - y) / N."""
    z, y = cache
    return (logistic(z) - y) / z.shape[0]


def cross_entropy_forward(scores: Any, y: Any) -> tuple[float, _ScoresAndLabels]:
    """Return the mean of -log softmax(scores)[y]; cache = (scores, y).

    scores (N, K) floats, y (N,) class indices from 0 to K - 1. ValueError for other shapes, an
    empty batch, or labels that are no such indices (one-hot rows, NaN, out of range).
    """
    scores = floats(scores, "scores", ("N", "K"))
    not_empty(scores, "scores", "example and class")
    n, classes = scores.shape
    y = labels(y, "y", (n,), classes)
    columns = shifted_columns(scores)  # (K, N)
    right = columns[y, np.arange(n)]
    np.exp(columns, out=columns)
    sums = np.add.reduce(columns, axis=0)
    each = np.log(sums)
    each -= right
    cache = _ScoresAndLabels((scores, y))
    cache.kept = columns, sums
    return float(np.add.reduce(each)) / n, cache


def cross_entropy_backward(cache: tuple) -> Array:
    """Return dscores = (softmax(scores) - onehot(y)) / N."""
    scores, y = cache
    n = scores.shape[0]
    # A plain (scores, y) will do as well.
    full = cache if isinstance(cache, _ScoresAndLabels) else cross_entropy_forward(scores, y)[1]
    exponentials, sums = full.kept
    p = exponentials / (sums * n)  # the 1/N of the mean at once
    p[y, np.arange(n)] -= 1.0 / n
    return p.T.copy()


class _ScoresAndLabels(tuple):
    """The cache (scores, y); with it travel exp(scores - max) (K, N) and its sums over K (N,).

    Without them backward would compute the exponentials a second time.
    """

    kept: tuple[Array, Array]


def hinge_forward(scores: Any, y: Any, margin: float = 1.0) -> tuple[float, tuple]:
    """Return the mean over N of sum over j != y of max(0, s_j - s_y + margin).

    scores (N, K) floats, y (N,) class indices; cache = (scores, y, margin). ValueError as for
    cross_entropy. Source: Weston and Watkins 1999.
    """
    scores = floats(scores, "scores", ("N", "K"))
    not_empty(scores, "scores", "example and class")
    n, classes = scores.shape
    y = labels(y, "y", (n,), classes)
    margin = number(margin, "margin")
    violation = _violations(scores, y, margin)
    return float(violation.sum()) / n, (scores, y, margin)


def hinge_backward(cache: tuple) -> Array:
    """Return dscores: 1/N for each violated margin, minus their count at the right class."""
    scores, y, margin = cache
    n = scores.shape[0]
    dscores = (_violations(scores, y, margin) > 0).astype(scores.dtype)
    dscores[np.arange(n), y] = -dscores.sum(axis=1)
    dscores /= n
    return dscores


def _violations(scores: Array, y: Array, margin: float) -> Array:
    rows = np.arange(scores.shape[0])
    violation = np.maximum(scores - scores[rows, y][:, None] + margin, 0.0)
    violation[rows, y] = 0.0
    return violation
