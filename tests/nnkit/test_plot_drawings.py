"""The drawings of chapters 4 and 5 show the numbers of the functions that they explain."""

from __future__ import annotations

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle

import nnkit.functional as fn
from nnkit.plot import ch04_layers, ch05_sequences
from nnkit.plot.ch05_attention import attention_step
from nnkit.plot.ch05_through_time import through_time
from nnkit.plot.ch05_two_orders import two_orders


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_each_way_to_connect_has_as_many_lines_and_colors_as_its_title_has_weights():
    dense, local, shared, pooled = ch04_layers.connections().axes
    for ax, lines, colors in ((dense, 24, 1), (local, 12, 1), (shared, 12, 3)):
        assert len(ax.lines) == lines
        assert len({line.get_color() for line in ax.lines}) == colors
    weights = [int(re.search(r"(\d+) weights", ax.get_title())[1]) for ax in (dense, local, shared)]
    assert weights == [24, 12, 3]
    assert len(pooled.lines) == len(shared.lines) + 4


@pytest.mark.parametrize("maps", [1, 3, 7])
def test_a_stack_has_a_sheet_for_each_map_and_says_its_shape(maps):
    (ax,) = ch04_layers.stacks([("", 1, 6), ("conv", maps, 3), ("dense", 5, 0)]).axes
    sheets = [p for p in ax.patches if isinstance(p, Rectangle)]
    assert sorted(p.get_width() for p in sheets if p.get_width() == p.get_height()) == [
        3
    ] * maps + [6]
    assert {"1 × 6 × 6", f"{maps} × 3 × 3", "5"} <= set(texts(ax))


@pytest.mark.usefixtures("crowded")
@pytest.mark.parametrize("seed", range(5))
def test_the_shares_drawn_through_time_add_up_to_the_gradient_of_the_library(seed):
    rng = np.random.default_rng(seed)
    x, w = rng.standard_normal((1, 4, 1)), rng.uniform(0.3, 1.2, (1, 1))
    dh = rng.standard_normal((1, 4, 1))
    states, cache = fn.rnn_forward(x, np.zeros((1, 1)), np.ones((1, 1)), w, np.zeros(1))
    dw = fn.rnn_backward(dh, cache)[3].item()
    ax = through_time(plt.subplots()[1], [0, *states.ravel()], dh.ravel(), w.item())
    assert f"= dw = {dw:.4f}" in texts(ax)
    with pytest.raises(ValueError, match=r"h has 4 numbers; expected h_0 and 4 more"):
        through_time(ax, states.ravel(), dh.ravel(), 0.5)


@pytest.mark.parametrize(("units", "inputs"), [(1, 1), (2, 1), (3, 2), (4, 3)])
def test_four_matrices_fit_and_each_product_takes_one_more_of_them(units, inputs):
    u, w, b = np.zeros((inputs, units)), np.zeros((units, units)), np.zeros(units)
    parameters = u.size + w.size + b.size
    ax = two_orders(plt.subplots()[1], units, inputs)
    assert len(ax.patches) == units + 2 * units**2 + units * parameters
    spans = [sorted({x for x, _ in line.get_xydata()}) for line in ax.lines]
    left, right = spans[::2], spans[1::2]
    assert [a for a, _ in left] == [0, 0, 0]
    assert len({b for _, b in right}) == 1
    assert left[2] == right[2]
    assert left[0][1] < left[1][1] < left[2][1]
    assert right[0][0] > right[1][0] > right[2][0]


@pytest.mark.usefixtures("crowded")
@pytest.mark.parametrize("seed", range(5))
def test_the_attention_step_draws_scores_weights_and_output_of_the_library(seed):
    rng = np.random.default_rng(seed)
    q, k, v = rng.standard_normal(3), rng.standard_normal((4, 3)), rng.standard_normal(4)
    out, cache = fn.attention_forward(q[None, None], k[None], v[None, :, None])
    shown = texts(attention_step(q, k, v).axes[0])
    for weight in cache[3].ravel():
        assert f"{weight:.2f}" in shown
    assert f"{out.item():.3g}" in shown


def test_both_rows_of_a_bidirectional_net_read_the_input_and_of_a_stacked_one_the_lower_only():
    both, stacked = ch05_sequences.two_rows().axes
    assert len(both.patches) - len(stacked.patches) == 6  # two arrows more around a box, per step
    assert "$h'_1$" in texts(both)
