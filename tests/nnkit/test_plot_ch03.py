"""Chapter 3's drawings show the numbers they are given."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

import nnkit.functional as F
from nnkit import plot
from nnkit.graph import Value
from nnkit.plot import (
    ch03_batchnorm,
    ch03_blocks,
    ch03_checks,
    ch03_dropout,
    ch03_layers,
    ch03_norms,
    ch03_optimizers,
    ch03_strips,
    ch03_xor,
)


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


def test_the_shares_of_batch_norm_add_up_to_the_gradient_of_the_library() -> None:
    rng = np.random.default_rng(0)
    x, dout = rng.normal(size=7), rng.normal(size=7)
    state = {"running_mean": np.zeros(1), "running_var": np.ones(1)}
    one, zero = np.ones(1), np.zeros(1)
    _, cache, _ = F.batchnorm_forward(x[:, None], one, zero, state, 0.9, 1e-12, True)
    dx = F.batchnorm_backward(dout[:, None], cache)[0][:, 0]
    np.testing.assert_allclose(sum(ch03_batchnorm.shares(x, dout).values()), dx, rtol=1e-8)


def test_the_picture_of_the_three_paths_prints_the_texts_numbers() -> None:
    figure, ax = plt.subplots()
    ch03_batchnorm.three_paths(ax, [1, 2, 6], [1, 0, 0])
    texts = " ".join(t.get_text() for t in ax.texts)
    assert "(0.176, -0.220, 0.044)" in texts
    assert "std = 2.16" in texts
    plt.close(figure)


@pytest.mark.parametrize("product", [0.02, 0.5, 1.7])
def test_the_factor_of_momentum_is_the_rate_at_which_an_error_fades(product: float) -> None:
    for mu in (0.1, 0.6, 0.9):
        w, v, sizes = 1.0, 0.0, []
        for _ in range(400):
            v = mu * v + w
            w = w - product * v
            sizes.append(np.hypot(w, product * v))
        faded = (sizes[399] / sizes[199]) ** (1 / 200)
        assert faded == pytest.approx(float(ch03_optimizers.momentum_factor(mu, product)), rel=0.02)


def test_a_block_is_as_tall_and_wide_as_its_sides_say() -> None:
    figure, ax = plt.subplots()
    ch03_blocks.product(ax, [("x", "N", "D"), ("·", "", ""), ("w", "D", "M")])
    sizes = [(p.get_height(), p.get_width()) for p in ax.patches]
    side = {name: length for name, (length, _) in ch03_blocks.SIDES.items()}
    assert sizes == [(side["N"], side["D"]), (side["D"], side["M"])]
    plt.close(figure)


def test_no_letter_of_a_block_touches_what_stands_before_it() -> None:
    figure, ax = plt.subplots(figsize=(5, 2))
    row = [("out", "N", "M"), ("=", "", ""), ("x", "N", "D"), ("·", "", ""), ("w", "D", "M")]
    ch03_blocks.product(ax, row)
    figure.canvas.draw()
    boxes = [t.get_window_extent() for t in ax.texts]
    assert not [(i, j) for i, a in enumerate(boxes) for j in range(i) if a.overlaps(boxes[j])]
    plt.close(figure)


def test_the_numbers_of_two_edges_that_leave_one_value_stand_apart() -> None:
    x = Value(3.0, label="x")
    result = (x + 1.0) * (x * 2.0)
    result.backward()
    figure, ax = plt.subplots(figsize=(5.5, 3.2))
    plot.graph(result, ax=ax)
    figure.canvas.draw()
    boxes = [t.get_window_extent() for t in ax.texts if t.get_text()]
    assert not [(i, j) for i, a in enumerate(boxes) for j in range(i) if a.overlaps(boxes[j])]
    plt.close(figure)


def test_a_wrong_gradient_has_another_color_than_a_right_one_and_each_its_number() -> None:
    figure, ax = plt.subplots()
    ch03_checks.differences(ax, {"right": 3e-9, "zero": 0.0, "wrong": 0.5}, 1e-6)
    right, zero, wrong = ax.patches
    assert right.get_facecolor() == zero.get_facecolor() != wrong.get_facecolor()
    assert [bar.get_width() for bar in (right, wrong)] == [3e-9, 0.5]
    assert [t.get_text() for t in ax.texts] == ["3e-09", "0e+00", "5e-01"]
    plt.close(figure)


def test_the_xor_planes_have_four_inputs_and_the_three_points_they_become() -> None:
    figure, (left, right) = plt.subplots(1, 2)
    ch03_xor.planes(left, right)
    marks = [
        [
            (d.get_xdata()[0], d.get_ydata()[0], d.get_marker())
            for d in ax.lines
            if len(d.get_xdata()) == 1
        ]
        for ax in (left, right)
    ]
    assert marks[0] == [(0, 0, "o"), (0, 1, "^"), (1, 0, "^"), (1, 1, "o")]
    assert marks[1] == [(0, 0, "o"), (1, 0, "^"), (1, 1, "o")]
    plt.close(figure)


def test_each_line_of_the_xor_planes_parts_what_its_name_says() -> None:
    figure, (left, right) = plt.subplots(1, 2)
    ch03_xor.planes(left, right)
    lines = [[d for d in ax.lines if len(d.get_xdata()) == 2] for ax in (left, right)]

    def above(line: plt.Line2D, x: float, y: float) -> bool:
        (x0, x1), (y0, y1) = line.get_xdata(), line.get_ydata()
        return bool(y > y0 + (x - x0) * (y1 - y0) / (x1 - x0))

    corners = [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [above(lines[0][0], *c) for c in corners] == [False, True, True, True]  # OR
    assert [above(lines[0][1], *c) for c in corners] == [False, False, False, True]  # AND
    hidden = [(0, 0), (1, 0), (1, 1)]
    assert [above(lines[1][0], *c) for c in hidden] == [True, False, True]  # XOR is 1 below
    plt.close(figure)


@pytest.mark.parametrize(("axis", "means"), [(0, ["3", "2"]), (1, ["1.5", "3.5"])])
def test_the_table_of_a_normalization_bears_the_means_of_its_axis(
    axis: int, means: list[str]
) -> None:
    figure, ax = plt.subplots()
    ch03_norms.averaged(ax, [[1, 2], [5, 2]], axis, "title")
    bold = [t.get_text() for t in ax.texts if t.get_weight() == "bold"]
    assert bold == means
    plt.close(figure)


def test_a_normalization_over_another_axis_is_refused() -> None:
    figure, ax = plt.subplots()
    with pytest.raises(ValueError, match="axis is 2"):
        ch03_norms.averaged(ax, [[1.0, 2.0]], 2)
    plt.close(figure)


def test_a_thinned_network_crosses_removed_units_and_leaves_their_connections_out() -> None:
    figure, ax = plt.subplots()
    ch03_dropout.thinned(ax, [[True, True], [True, False, True], [True]], "one draw")
    crosses = [d for d in ax.lines if d.get_marker() == "x"]
    edges = [d for d in ax.lines if len(d.get_xdata()) == 2]
    assert [(d.get_xdata()[0], d.get_ydata()[0]) for d in crosses] == [(1, 0.0)]
    assert len(edges) == 2 * 2 + 2 * 1
    plt.close(figure)


def test_every_array_of_the_two_layer_picture_has_a_gradient_of_its_shape() -> None:
    figure, ax = plt.subplots()
    ch03_layers.both_ways(ax)
    texts = [t.get_text() for t in ax.texts]
    for name in ("x", "z_1", "a_1", "s"):
        assert f"${name}$" in texts
        assert f"d${name}$" in texts
    assert "d$w_1$, d$b_1$" in texts
    assert texts.count("(D, H), (H,)") == 2  # above the weights, below their gradients
    plt.close(figure)


def test_the_squares_of_a_gradient_are_white_where_it_is_right_and_dark_in_a_spoiled_row() -> None:
    figure, (left, right_axis) = plt.subplots(1, 2)
    right = np.array([[1.0, -2.0], [0.5, 3.0]])
    ch03_checks.misses(left, right, right, "correct")
    ch03_checks.misses(right_axis, right, right * [[1.0], [0.0]], "bug")
    white, dark = (np.asarray(ax.images[0].get_array()) for ax in (left, right_axis))
    np.testing.assert_array_equal(white, np.zeros((2, 2)))
    np.testing.assert_allclose(dark, [[0, 0], [0.5 / 3, 1]])
    with pytest.raises(ValueError, match="'short'"):
        ch03_checks.misses(left, right, [[1.0, 2.0]], "short")
    plt.close(figure)


def test_an_operation_of_a_graph_bears_the_label_of_its_result() -> None:
    x = Value(3.0, label="x")
    between = x * 2.0
    between.label = "u"
    end = between + 1.0
    end.label = "f"
    end.backward()
    texts = [t.get_text() for t in plot.graph(end).axes[0].texts]
    assert (texts.count("u"), texts.count("f")) == (1, 1)
    plt.close("all")


@pytest.mark.parametrize("gradients", [True, False])
def test_a_graph_has_an_arrow_back_along_each_edge_that_bears_a_gradient(gradients: bool) -> None:
    f = (Value(3.0, label="x") + 1.0) * 2.0
    f.backward()
    figure = plot.graph(f, gradients=gradients)
    ways = [(t.xyann[0], t.xy[0]) for t in figure.axes[0].texts if hasattr(t, "xyann")]
    forward, back = ([w for w in ways if (w[0] < w[1]) is ahead] for ahead in (True, False))
    assert len(forward) == 5
    assert sorted((end, start) for start, end in back) == (sorted(forward) if gradients else [])
    plt.close("all")
