"""Losses: forward(scores, y) -> (loss, cache), backward(cache) -> gradient of the scores.

Every loss divides by the number of rows of the batch, the one of sequences by that of the steps
that count.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.functional.activations import logistic
from nnkit.functional.cache import Cache, extra_of
from nnkit.functional.softmax import log_softmax, shifted_columns, softmax
from nnkit.validate import Array, check_shape, floats, labels, not_empty, number, numbers


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


def cross_entropy_forward(scores: Any, y: Any) -> tuple[float, Cache]:
    """Return the mean of -log softmax(scores)[y]; cache = (scores, y).

    scores (N, K) floats, y (N,) class indices from 0 to K - 1; the cache's extra holds
    exp(scores - max) (K, N) and its sums (N,). ValueError for other shapes, an empty batch, or
    labels that are not such indices (one-hot rows, NaN, out of range).
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
    return float(np.add.reduce(each)) / n, Cache((scores, y), extra=(columns, sums))


def cross_entropy_backward(cache: tuple) -> Array:
    """Return dscores = (softmax(scores) - onehot(y)) / N."""
    scores, y = cache
    n = scores.shape[0]
    exponentials, sums = extra_of(cache) or cross_entropy_forward(scores, y)[1].extra
    p = exponentials / (sums * n)  # the 1/N of the mean at once
    p[y, np.arange(n)] -= 1.0 / n
    return p.T.copy()


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


def sequence_cross_entropy_forward(scores: Any, y: Any, mask: Any = None) -> tuple[float, tuple]:
    """Return the mean of -log softmax(scores)[y] over all steps whose mask is True or 1.

    scores (N, T, V) floats, y (N, T) class indices, mask (N, T) of 0/1 or booleans (None: all
    count); cache = (scores, y, mask). If no step counts the loss is 0. Labels at masked steps are
    not looked at. ValueError for other shapes, labels or mask values.
    """
    scores = floats(scores, "scores", ("N", "T", "V"))
    n, t, classes = scores.shape
    y = numbers(y, "y")
    mask = np.ones((n, t), bool) if mask is None else numbers(mask, "mask")
    for array, name in ((y, "y"), (mask, "mask")):
        check_shape(array, name, (n, t), "one entry for each step of scores")
    counted = mask == 1
    other = mask[~counted & (mask != 0)]
    if other.size:
        raise ValueError(f"mask contains {other[0]}; expected True and False, or 1 and 0")
    steps = int(counted.sum())
    chosen = labels(y[counted], "y", (steps,), classes)
    if steps == 0:
        return 0.0, (scores, y, mask)
    log_p = log_softmax(scores[counted])
    return -float(log_p[np.arange(steps), chosen].sum()) / steps, (scores, y, mask)


def sequence_cross_entropy_backward(cache: tuple) -> Array:
    """Return dscores (N, T, V): (softmax - onehot) / number of counted steps, 0 where masked."""
    scores, y, mask = cache
    counted = mask == 1
    steps = int(counted.sum())
    dscores = np.zeros_like(scores)
    if steps:
        each = softmax(scores[counted])
        each[np.arange(steps), y[counted].astype(np.int64)] -= 1.0
        each /= steps
        dscores[counted] = each
    return dscores


def _violations(scores: Array, y: Array, margin: float) -> Array:
    rows = np.arange(scores.shape[0])
    violation = np.maximum(scores - scores[rows, y][:, None] + margin, 0.0)
    violation[rows, y] = 0.0
    return violation
