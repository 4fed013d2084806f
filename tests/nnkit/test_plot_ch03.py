"""Chapter 3's drawings show the numbers they are given."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnkit.plot import ch03_strips


def test_a_strip_has_every_value_as_a_dot_and_the_median_as_a_line() -> None:
    figure, ax = plt.subplots()
    ch03_strips.strips(ax, {"few": [0.5, 0.9, 0.6], "one": [0.7]}, "accuracy")
    dots, line, dot, other = (np.asarray(drawn.get_ydata()) for drawn in ax.lines)
    np.testing.assert_array_equal(dots, [0.5, 0.9, 0.6])
    np.testing.assert_array_equal(line, [0.6, 0.6])
    assert (dot.tolist(), other.tolist()) == ([0.7], [0.7, 0.7])
    assert [t.get_text() for t in ax.get_xticklabels()] == ["few", "one"]
    plt.close(figure)


def test_a_group_without_values_is_named() -> None:
    figure, ax = plt.subplots()
    with pytest.raises(ValueError, match="'none'"):
        ch03_strips.strips(ax, {"none": []}, "accuracy")
    plt.close(figure)
