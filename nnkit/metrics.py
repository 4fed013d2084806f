"""How good are the predictions: accuracy and confusion matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.validate import Array, integer, labels, not_empty, numbers


def predicted_labels(scores_or_labels: Any) -> Array:
    """Return class indices: the arg max of each row of scores (N, K), labels (N,) as they are."""
    given = numbers(scores_or_labels, "scores_or_labels")
    if given.ndim == 1:
        return given
    if given.ndim != 2 or given.shape[1] == 0:
        raise ValueError(f"scores_or_labels has shape {given.shape}; expected (N, K) or (N,)")
    return given.argmax(axis=1)


def accuracy(scores_or_labels: Any, y: Any) -> float:
    """Return the share of right predictions for scores (N, K) or labels (N,), against y (N,)."""
    predicted = predicted_labels(scores_or_labels)
    y = numbers(y, "y")
    not_empty(predicted, "scores_or_labels")
    if y.shape != predicted.shape:
        raise ValueError(f"y has shape {y.shape}; expected {predicted.shape}, one label a row")
    return float(np.mean(predicted == y))


def confusion_matrix(y: Any, y_pred: Any, classes: int | None = None) -> Array:
    """Return counts (classes, classes): row = true class y (N,), column = predicted y_pred (N,)."""
    y, y_pred = numbers(y, "y"), numbers(y_pred, "y_pred")
    if classes is None:
        classes = int(max(y.max(initial=-1), y_pred.max(initial=-1))) + 1
    classes = integer(classes, "classes", least=0)
    y = labels(y, "y", ("N",), classes)
    y_pred = labels(y_pred, "y_pred", y.shape, classes)
    pairs = np.bincount(y * classes + y_pred, minlength=classes * classes)
    return pairs.reshape(classes, classes)
