"""Initial weights have the variance they promise; metrics count rightly."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from nnkit import init, metrics


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("draw", "variance"),
    [
        (init.xavier_normal, 2 / 700),
        (init.he_normal, 2 / 300),
    ],
)
def test_variance_and_shape(draw, variance):
    w = draw(300, 400, rng())
    assert w.shape == (300, 400)
    assert abs(w.mean()) < 5 * (variance / w.size) ** 0.5
    assert w.var() == pytest.approx(variance, rel=0.02)
    assert abs(w).max() > 3.5 * variance**0.5  # normal: a uniform one ends at 1.73
    assert draw(300, 400, rng(), shape=(2, 5)).shape == (2, 5)
    with pytest.raises(ValueError, match="fan_in is 0"):
        draw(0, 4, rng())
    with pytest.raises(ValueError, match="rng is NoneType"):
        draw(3, 4, None)


@pytest.mark.parametrize("shape", [(5, 5), (7, 3), (3, 7)])
def test_orthogonal_rows_or_columns(shape):
    q = init.orthogonal(shape, rng())
    assert q.shape == shape
    small = q if shape[0] <= shape[1] else q.T
    np.testing.assert_allclose(small @ small.T, np.eye(min(shape)), atol=1e-12)
    with pytest.raises(ValueError, match=r"expected \(rows, columns\)"):
        init.orthogonal((3,), rng())


def test_orthogonal_signs_are_fair():
    traces = [np.trace(init.orthogonal((3, 3), rng(k))) for k in range(300)]
    assert abs(np.mean(traces)) < 0.2


def test_conv_fans():
    assert init.conv_fans((16, 3, 5, 7)) == (3 * 35, 16 * 35)
    with pytest.raises(ValueError, match=r"expected \(F, C, KH, KW\)"):
        init.conv_fans((3, 4))


def test_accuracy_of_scores_and_labels():
    scores = np.array([[1, 2], [3, 0], [0, 1], [5, 4]])
    assert metrics.accuracy(scores, [1, 0, 0, 0]) == 0.75
    assert metrics.accuracy([1, 0, 1, 0], [1, 0, 0, 0]) == 0.75
    for scores, y, message in (
        (np.ones((2, 2, 2)), [0, 1], r"expected \(N, K\) or \(N,\)"),
        (np.ones((2, 0)), [0, 1], "scores_or_labels has shape"),
        ([0, 1], [0, 1, 1], r"y has shape \(3,\); expected \(2,\)"),
        ([], [], "at least one example"),
    ):
        with pytest.raises(ValueError, match=message):
            metrics.accuracy(scores, y)


def test_confusion_matrix_equals_scikit_learn():
    y, predicted = rng().integers(0, 5, (2, 200))
    ours = metrics.confusion_matrix(y, predicted, 5)
    np.testing.assert_array_equal(ours, confusion_matrix(y, predicted))
    np.testing.assert_array_equal(metrics.confusion_matrix([0, 1], [1, 1]), [[0, 1], [0, 1]])
    assert metrics.confusion_matrix([0], [0], 3).shape == (3, 3)
    with pytest.raises(ValueError, match="y_pred contains the class index 4"):
        metrics.confusion_matrix([0, 1], [1, 4], 3)
