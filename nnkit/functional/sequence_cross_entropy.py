"""Cross-entropy of sequences of different lengths: a mask says which steps count."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.functional.softmax import log_softmax, softmax
from nnkit.validate import Array, check_shape, floats, labels, numbers


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
