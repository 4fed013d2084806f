"""Figures of chapter 2: what is drawn has the size that the mathematics says."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle

from nnkit.plot import ch02_classifiers, ch02_linear

Q = np.array([0.5, 0.25, 0.125, 0.125])


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.mark.parametrize("r", [Q, Q[::-1], np.full(4, 0.25), np.array([0.7, 0.1, 0.1, 0.1])])
def test_the_areas_of_the_code_are_cross_entropy_and_excess(r):
    _, ax = plt.subplots()
    crossed = ch02_classifiers.code_lengths(ax, r, Q)
    areas = {"shared": 0.0, "wasted": 0.0, "saved": 0.0}
    for k, patch in enumerate(p for p in ax.patches if isinstance(p, Rectangle)):
        area = patch.get_width() * patch.get_height()
        kind = "shared" if k % 2 == 0 else "saved" if patch.get_hatch() else "wasted"
        areas[kind] += area
    divergence = float(np.sum(r * (np.log2(r) - np.log2(Q))))
    assert areas["shared"] + areas["wasted"] == pytest.approx(crossed)
    assert areas["wasted"] - areas["saved"] == pytest.approx(divergence)


@pytest.mark.usefixtures("crowded")
@pytest.mark.parametrize("seed", range(5))
def test_the_projection_is_drawn_perpendicular_and_as_long_as_the_residual(seed):
    rng = np.random.default_rng(seed)
    x, y, other = rng.normal(size=(5, 2)), rng.normal(size=5), rng.normal(size=2)
    (ax,) = ch02_linear.projection(x, y, other).axes
    residual, second, step = (np.array(line.get_xydata()) for line in ax.lines[:3])
    length = np.sqrt(np.linalg.lstsq(x, y, rcond=None)[1][0])
    assert np.linalg.norm(residual[1] - residual[0]) == pytest.approx(length)
    assert (residual[1] - residual[0]) @ (step[1] - step[0]) == pytest.approx(0, abs=1e-9)
    drawn = np.linalg.norm(second[1] - second[0])
    assert drawn == pytest.approx(np.linalg.norm(x @ other - y))


def test_the_distance_is_drawn_perpendicular_and_in_its_true_length():
    (ax,) = ch02_classifiers.distance(np.array([3.0, 4.0]), -5.0, np.array([3.0, 4.0])).axes
    line, way = (np.array(drawn.get_xydata()) for drawn in ax.lines[:2])
    assert line @ [3, 4] - 5 == pytest.approx([0, 0])
    assert np.linalg.norm(way[1] - way[0]) == pytest.approx(4)
    assert (way[1] - way[0]) @ (line[1] - line[0]) == pytest.approx(0, abs=1e-9)


def test_calibration_counts_every_bin():
    _, ax = plt.subplots()
    p = np.repeat([0.1, 0.7], 10)
    y = np.array([1.0] + [0.0] * 9 + [1.0] * 6 + [0.0] * 4)
    points = ch02_classifiers.calibration(ax, p, y, [0, 0.5, 0.6, 1], "C0", "model")
    np.testing.assert_allclose(points, [[0.1, 0.1, 10], [0.7, 0.6, 10]])


def test_temperature_bars_are_softmax_of_the_divided_scores():
    left, _ = ch02_classifiers.temperature(np.log([1.0, 2.0, 5.0]), 0.5, np.array([0.1, 10])).axes
    heights = [bar.get_height() for bar in left.patches]
    np.testing.assert_allclose(heights, np.array([1, 4, 25]) / 30)


def test_the_heat_map_rings_the_smallest_of_each_row():
    _, ax = plt.subplots()
    values = np.array([[3.0, 2.0, 9.0], [5.0, 8.0, 1e9]])
    image = ch02_linear.heat_map(ax, values, [1, 4], [0.1, 1, 10], (1.0, 100.0))
    assert ax.lines[0].get_xydata().tolist() == [[1, 0], [0, 1]]
    assert np.isnan(np.asarray(image.get_array().filled(np.nan))[1, 2])


def test_filters_draw_one_point_a_method():
    factor = {"cut": np.array([1.0, 0.0]), "penalty": np.array([0.9, 0.1])}
    curves = {name: ([1.0, 2.0], [1500.0, 1600.0]) for name in factor}
    figure = ch02_linear.filters(
        factor, [1.0, 50.0], curves, dict.fromkeys(factor, (1.0, 1500.0)), "t"
    )
    assert len(figure.axes[0].lines) == 2
    assert len(figure.axes[2].lines) == 4


def test_filters_show_what_is_left_of_each_weight_and_point_at_the_last():
    factor, weights = {"cut": np.array([1.0, 0.0]), "penalty": np.array([0.5, 0.1])}, [-2.0, 50.0]
    curves = {name: ([1.0, 2.0], [1500.0, 1600.0]) for name in factor}
    figure = ch02_linear.filters(factor, weights, curves, dict.fromkeys(factor, (1.0, 1500.0)), "t")
    _, cut, penalty = figure.axes[1].lines
    assert cut.get_xydata().tolist() == [[1, 2.0]]  # what is gone is not drawn
    assert penalty.get_xydata().tolist() == [[1, 1.0], [2, 5.0]]
    (arrow,) = figure.axes[1].texts
    assert arrow.xy == (2, 50.0)


def test_zero_line_has_its_plus_signs_where_scores_are_positive():
    rng = np.random.default_rng(0)
    for _ in range(20):
        w, b = rng.normal(size=2), rng.normal()
        _, ax = plt.subplots()
        ax.set(xlim=(-2, 3), ylim=(-1, 4))
        ch02_classifiers.zero_line(ax, w, b)
        assert (*ax.get_xlim(), *ax.get_ylim()) == (-2, 3, -1, 4)
        assert all(np.dot(w, text.get_position()) + b > 0 for text in ax.texts)
        for line in ax.lines:
            np.testing.assert_allclose(line.get_xydata() @ w + b, 0, atol=1e-9)
        plt.close()


def test_zero_line_outside_the_axes_draws_nothing():
    _, ax = plt.subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ch02_classifiers.zero_line(ax, np.array([1.0, 0.0]), 5.0)
    assert not ax.lines
    assert not ax.texts
