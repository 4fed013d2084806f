"""Figures of chapter 4: the numbers drawn are those of the functions they explain."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

import nnkit.functional as F
from nnkit.plot import ch04_fields, ch04_maps, ch04_windows


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def numbers(figure: Figure) -> list[str]:
    return [t.get_text() for t in figure.axes[0].texts]


@pytest.mark.parametrize("seed", range(5))
def test_the_last_forward_frame_shows_every_output_of_the_layer(seed):
    rng = np.random.default_rng(seed)
    x, w = rng.integers(-2, 3, (2, 5, 5)), rng.integers(-1, 2, (2, 2, 3, 3))
    b = rng.integers(-2, 3, 2)
    out = F.conv2d_forward(x[None], w, b, stride=2, padding=1)[0][0]
    texts = numbers(ch04_windows.forward_frame(x, w, b, 2, 1, 17))
    for m in range(2):
        start = texts.index(f"map {m}") - 9
        assert [float(t) for t in texts[start : start + 9]] == out[m].ravel().tolist()
    assert texts[-1].endswith(f"= {out[1, 2, 2]:g}")


@pytest.mark.parametrize("seed", range(5))
def test_scatter_and_gather_end_in_the_gradient_of_the_layer(seed):
    rng = np.random.default_rng(seed)
    dout, w = rng.integers(-2, 3, (2, 2)), rng.integers(-2, 3, (3, 3))
    _, cache = F.conv2d_forward(np.zeros((1, 1, 4, 4)), w[None, None], np.zeros(1))
    dx = F.conv2d_backward(dout[None, None].astype(float), cache)[0].ravel().tolist()
    texts = numbers(ch04_windows.backward_frame(dout, w, 15))
    for title in ("dx by scatter, 4 of 4 outputs", "dx by gather"):
        start = texts.index(title) - 16
        assert [float(t) for t in texts[start : start + 16]] == dx


def test_the_colored_rows_are_those_of_im2col():
    image = np.arange(1.0, 10).reshape(3, 3)
    texts = numbers(ch04_windows.im2col_colors(image, 2))
    start = texts.index("cols: a row per window") - 16
    rows = F.im2col(image[None, None], 2, 2, 1, 0, 1).ravel().tolist()
    assert [float(t) for t in texts[start : start + 16]] == rows


@pytest.mark.parametrize("seed", range(5))
def test_the_shares_drawn_add_up_to_the_gradient_of_the_maximum(seed):
    rng = np.random.default_rng(seed)
    x, dout = rng.integers(0, 4, (3, 3)).astype(float), rng.integers(1, 6, (2, 2)).astype(float)
    _, cache = F.max_pool2d_forward(x[None, None], 2, 1)
    dx = F.max_pool2d_backward(dout[None, None], cache)[0, 0].ravel().tolist()
    texts = numbers(ch04_windows.maximum_routes(x, dout, 2, 1))
    start = texts.index("dx: each takes its own") - 9
    assert [sum(map(float, t.split("+"))) for t in texts[start : start + 9]] == dx


@pytest.mark.parametrize("seed", range(5))
def test_a_window_has_the_color_of_the_pixel_that_won_it(seed):
    x = np.random.default_rng(seed).permutation(9).reshape(3, 3)
    figure = ch04_windows.maximum_routes(x, np.ones((2, 2)), 2, 1)
    colors = [patch.get_facecolor() for patch in figure.axes[0].patches[:13]]
    for m, (i, j) in enumerate(np.ndindex(2, 2)):
        winner = int(np.flatnonzero(x == x[i : i + 2, j : j + 2].max())[0])
        assert colors[9 + m] == colors[winner]


@pytest.mark.usefixtures("crowded")
def test_a_channel_has_one_color_and_another_channel_has_another():
    _, right = ch04_maps.norm_axes().axes
    colors = np.array([p.get_facecolor() for p in right.patches]).reshape(3, 3, 9, 4)
    assert np.ptp(colors, axis=(0, 2)).max() == 0
    assert len(np.unique(colors[0, :, 0], axis=0)) == 3


def test_maps_and_matrices_are_drawn_as_given():
    rng = np.random.default_rng(0)
    figure = ch04_maps.kernels_and_maps(
        rng.random((6, 6)), rng.normal(size=(3, 2, 2)), rng.random((3, 6, 6)), columns=2
    )
    assert len(figure.axes) == 7
    matrices = {"a": rng.normal(size=(4, 4)), "b": np.eye(4)}
    drawn = [ax.images[0].get_array() for ax in ch04_maps.weight_matrices(matrices).axes]
    for given, shown in zip(matrices.values(), drawn, strict=True):
        np.testing.assert_array_equal(given, shown)
    scores = rng.random((10, 15))
    _, below, *_ = ch04_maps.class_scores(np.zeros((12, 60)), scores, 4).axes
    np.testing.assert_array_equal(below.images[0].get_array(), scores)


@pytest.mark.parametrize("seed", range(5))
def test_the_field_drawn_is_as_wide_as_the_gradient_of_one_unit_reaches(seed):
    rng = np.random.default_rng(seed)
    layers = [(int(k), int(s), int(d)) for k, s, d in zip(*rng.integers(1, 4, (3, 3)), strict=True)]
    signal, caches = np.zeros((1, 1, 1, 300)), []
    for k, s, d in layers:
        w = np.ones((1, 1, 1, k))
        signal, cache = F.conv2d_forward(signal, w, np.zeros(1), stride=s, dilation=d)
        caches.append(cache)
    reached = np.zeros_like(signal)
    reached[..., 0] = 1
    for cache in reversed(caches):
        reached = F.conv2d_backward(reached, cache)[0]
    figure = ch04_fields.field_steps([("layer", *layer) for layer in layers])
    bar = figure.axes[len(layers) - 1].patches[-1]
    assert bar.get_width() == pytest.approx(np.flatnonzero(reached)[-1] + 1 - 0.12)
