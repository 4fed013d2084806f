"""Chapter 3's drawings show the numbers they are given."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

import nnkit.functional as F
from nnkit import plot
from nnkit.graph import Value
from nnkit.plot import ch03_batchnorm, ch03_blocks, ch03_checks, ch03_optimizers, ch03_strips


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
    assert "(0.176, -0.22, 0.044)" in texts
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
