"""Figures of chapter 1: what is drawn agrees with the numbers that it stands for."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PolyCollection

from nnkit.plot import ch01_data, ch01_descent, ch01_grid

GRID = [".G", "SP"]


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.mark.parametrize("seed", range(5))
def test_a_triangle_of_the_q_table_lies_on_its_side_and_is_white_only_at_zero(seed):
    q = np.random.default_rng(seed).uniform(-5, 9, (4, 4))
    q[0, seed % 4] = 0
    _, ax = plt.subplots()
    ch01_grid.q_table(ax, GRID, q)
    (triangles,) = (c for c in ax.collections if isinstance(c, PolyCollection))
    sides = ((0, -1), (1, 0), (0, 1), (-1, 0))  # up, right, down, left; rows grow downward
    shown = [(0, action) for action in range(4)] + [(2, action) for action in range(4)]
    for (cell, action), path, face in zip(
        shown, triangles.get_paths(), triangles.get_facecolors(), strict=True
    ):
        row, column = divmod(cell, 2)
        middle = path.vertices[:3].mean(axis=0) - (column, row)
        assert np.argmax(np.array(sides) @ middle) == action
        assert (face[:3].min() == 1.0) == (q[cell, action] == 0)


def test_the_path_of_the_greedy_agent_goes_through_the_cells_it_visits():
    _, ax = plt.subplots()
    ch01_grid.q_table(ax, GRID, np.ones((4, 4)), path=[2, 0, 1])
    drawn = ax.lines[-1].get_xydata()
    np.testing.assert_allclose(drawn, [[0, 1], [0, 0], [1, 0]])


@pytest.mark.parametrize("degrees", [0, 20, 45, 100])
def test_the_title_names_the_variance_of_the_projections(degrees):
    x = np.random.default_rng(0).normal(size=(30, 2)) * [1, 3]
    _, right = ch01_data.direction_frame(x, degrees).axes
    u = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    assert right.get_title() == f"variance {np.var(x @ u):.2f}"


def test_neighboring_levels_of_a_landscape_can_be_told_apart():
    _, ax = plt.subplots()
    levels = [0, *np.geomspace(0.002, 2, 14)]
    ch01_descent.surface(ax, lambda p: (p**2).sum(axis=-1) / 4, 3, levels)
    filled = ax.collections[0]
    brightness = filled.to_rgba(np.array(levels[:-1]) * 1.001)[:, :3].mean(axis=1)
    assert np.diff(brightness).min() > 0.02


def test_a_bar_is_as_high_as_the_loss_left_in_its_direction():
    excess = np.array([[100.0, 10.0], [1.0, 5.0]])
    left, right = ch01_descent.direction_bars(np.array([2.0, 0.1]), excess, 0.5, 1).axes
    heights = [bar.get_height() for bar in left.patches]
    assert heights == [100.0, 10.0, 1.0, 5.0]
    np.testing.assert_allclose(right.lines[0].get_ydata(), [110.0, 6.0])


def test_the_neighbors_frame_marks_both_errors_at_its_k():
    x, y = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([0, 1])
    errors = np.array([[0.0, 0.3], [0.1, 0.2]])

    def predict(x, y, points, k):
        return (points.sum(axis=1) > 1).astype(int)

    figure = ch01_data.neighbors_frame(predict, [(x, y), (x, y)], 3, (1, 3), errors)
    marked = figure.axes[2].lines[-1]
    np.testing.assert_allclose(marked.get_xydata(), [[3, 0.1], [3, 0.2]])
