"""Claims of notebooks 4.1 and 4.2: shifts, moved digits, ties, tolerance bought by pooling."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

import nnkit.functional as fn
from nnkit import data, metrics
from nnkit.layers import AvgPool2d, MaxPool2d
from nnkit.validate import Array
from tests.claims.claim import Found, claim
from tests.claims.larger import larger
from tests.claims.notebook import load


@cache
def text() -> SimpleNamespace:
    return load("04_cnn/01_why_convolution", "SIDE", "TAPS", "shuffle", "variants")


@claim("4.1", "gap of shift and layer, constant diagonals", "local, not shared", long=100)
def only_constant_diagonals_commute_with_the_shift(seed: int) -> Found:
    rng = np.random.default_rng(seed)
    m = int(rng.integers(5, 20))
    apart = (np.arange(m)[:, None] - np.arange(m)) % m
    local = np.where(np.isin(apart, (m - 1, 0, 1)), rng.standard_normal((m, m)), 0)
    x = rng.standard_normal(m)
    gaps = [
        float(np.abs(w @ np.roll(x, 1) - np.roll(w @ x, 1)).max())
        for w in (local[:, 0][apart], local)
    ]
    return Found(gaps[0] < 1e-12 < 1e-3 < gaps[1], *gaps)


@cache
def lost(seed: int) -> dict[str, list[float]]:
    """Accuracy lost by shifts of 1 and 2 pixels, mean over left and right, for both nets."""
    t = text()
    x, y, x_new, y_new = data.digits(rng=np.random.default_rng(seed), flat=False)
    two, found = np.full(len(x), 2), {}
    for name, make in (("dense", t.dense_net), ("convolutional", t.averaging_net)):
        net = t.train(make, t.on_canvas(x, two, two), y, seed)[0]
        right = [
            float(metrics.accuracy(net(t.on_canvas(x_new, two, two + shift)), y_new))
            for shift in range(-2, 3)
        ]
        found[name] = [right[2] - (right[2 - k] + right[2 + k]) / 2 for k in (1, 2)]
    return found


@cache
def variant(name: str, seed: int, epochs: int = 14) -> tuple[float, float]:
    """Training and test accuracy of one of the five nets on digits anywhere on the canvas."""
    t, rng = text(), np.random.default_rng(seed)
    x, y, x_new, y_new = data.digits(rng=rng, flat=False)
    x = t.on_canvas(x[:800], *rng.integers(0, t.SIDE - 7, (2, 800)))
    x_new = t.on_canvas(x_new, *rng.integers(0, t.SIDE - 7, (2, len(x_new))))
    seen, unseen = (t.shuffled(x), t.shuffled(x_new)) if name == "not local" else (x, x_new)
    net, history = t.train(t.variants[name], seen, y[:800], seed, epochs)
    return float(history.train_metric[-1]), float(metrics.accuracy(net(unseen), y_new))


@claim("4.1", "accuracy lost by a shift of two, dense", "convolutional", short=1, long=5)
def a_shift_of_two_pixels_costs_the_dense_net_more(seed: int) -> Found:
    dense, convolutional = lost(seed)["dense"][1], lost(seed)["convolutional"][1]
    return Found(dense > 0.4 and dense > 2 * convolutional, dense, convolutional)


@claim("4.1", "lost by one pixel, convolutional", "by two", short=0, long=5)
def the_convolutional_net_loses_less_by_two_pixels_than_by_one(seed: int) -> Found:
    return larger(*lost(seed)["convolutional"])


@claim("4.1", "lost by shuffling, dense", "convolutional, digits anywhere", short=0, long=5)
def the_dense_net_reads_shuffled_pixels_as_well(seed: int) -> Found:
    t, two = text(), np.full(2000, 2)
    x, y, x_new, y_new = data.digits(rng=np.random.default_rng(seed), flat=False)
    x, x_new = (t.on_canvas(v, two, two) for v in (x, x_new))
    order, shuffled = (
        float(metrics.accuracy(t.train(t.dense_net, change(x), y, seed)[0](change(x_new)), y_new))
        for change in (lambda v: v, t.shuffled)
    )
    control = variant("complete", seed)[1] - variant("not local", seed)[1]
    return Found(order - shuffled < 0.03 and control > 0.1, order - shuffled, control)


@claim("4.1", "test accuracy, complete", "best of the four others", short=0, long=5)
def the_complete_net_reads_unseen_digits_best(seed: int) -> Found:
    right = {name: variant(name, seed)[1] for name in text().variants}
    return larger(right.pop("complete"), max(right.values()))


@claim("4.1", "training accuracy, least of the four with windows or all pixels", "not local",
       short=0, long=5)  # fmt: skip
def without_locality_the_training_digits_are_learned_later(seed: int) -> Found:
    learned = {name: variant(name, seed)[0] for name in text().variants}
    local = learned.pop("not local")
    return Found(min(learned.values()) > 0.93 > 0.9 > local, min(learned.values()), local)


@claim("4.1", "test accuracy after 60 epochs, complete", "not local", short=0, long=5)
def without_locality_more_epochs_learn_the_training_digits_and_not_the_others(seed: int) -> Found:
    complete, (learned, local) = variant("complete", seed, 60)[1], variant("not local", seed, 60)
    return Found(learned > 0.95 and complete > local + 0.2, complete, local)


@claim("4.2", "change at windows of 4, max", "average", short=2, long=20)
def at_windows_of_two_the_maximum_changes_less_and_from_four_on_the_average(seed: int) -> Found:
    changes = {q: [_change(seed, pool, q) for pool in POOLS] for q in (2, 4, 8)}
    holds = changes[2][0] < changes[2][1] and all(changes[q][0] > changes[q][1] for q in (4, 8))
    return Found(holds, *changes[4])


def pooled(seed: int, epochs: int) -> list[float]:
    """Test accuracy of the complete net, with maximum and with average."""
    t, rng = text(), np.random.default_rng(seed)
    x, y, x_new, y_new = data.digits(rng=rng, flat=False)
    x = t.on_canvas(x[:800], *rng.integers(0, t.SIDE - 7, (2, 800)))
    x_new = t.on_canvas(x_new, *rng.integers(0, t.SIDE - 7, (2, len(x_new))))
    right = []
    for pool in (MaxPool2d, AvgPool2d):
        t.globals_["MaxPool2d"] = pool
        net = t.train(t.conv_net, x, y[:800], seed, epochs)[0]
        right.append(float(metrics.accuracy(net(x_new), y_new)))
    t.globals_["MaxPool2d"] = MaxPool2d
    return right


@claim("4.2", "test accuracy, max pooling", "average pooling", short=0, long=5)
def the_maximum_reads_digits_at_least_as_well_as_the_average(seed: int) -> Found:
    right = pooled(seed, 14)
    return Found(right[0] >= right[1], *right)


@claim("4.2", "windows of 2 x 2 with a tie in the digits", "in the same digits with noise", long=20)
def ties_are_not_rare_on_real_images(seed: int) -> Found:
    rng = np.random.default_rng(seed)
    x = data.digits(rng=rng, flat=False)[0]
    shares = []
    for values in (x, x + 1e-6 * rng.random(x.shape)):
        blocks = values.reshape(-1, 4, 2, 4, 2).transpose(0, 1, 3, 2, 4).reshape(-1, 4)
        ties = (blocks == blocks.max(axis=1, keepdims=True)).sum(axis=1) > 1
        shares.append(float(ties.mean()))
    return Found(shares[0] > 0.2 > shares[1], *shares)


@claim("4.2", "change of the pooled map after a shift, windows of 8", "without pooling", long=20)
def larger_windows_notice_a_shift_less(seed: int) -> Found:
    changes = [_change(seed, fn.max_pool2d_forward, q) for q in (8, 4, 2, 1)]
    return Found(changes == sorted(changes), changes[0], changes[-1])


POOLS = (fn.max_pool2d_forward, fn.avg_pool2d_forward)


@cache
def _edges(seed: int) -> tuple[Array, Array]:
    """Edge maps of 200 digits, before and after a shift by one pixel."""
    x = data.digits(rng=np.random.default_rng(seed), flat=False)[0][:200]
    sobel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[None, None]
    canvas = np.pad(x, ((0, 0), (0, 0), (5, 5), (5, 5)))
    still, moved = (
        np.maximum(fn.conv2d_forward(v, sobel, np.zeros(1))[0], 0)
        for v in (canvas, np.roll(canvas, 1, axis=3))
    )
    return still, moved


def _change(seed: int, pool: Callable[..., Any], q: int) -> float:
    a, b = (pool(v, q, q)[0] for v in _edges(seed))
    square = np.sum((a - b) ** 2, axis=(1, 2, 3)) / np.sum(a**2, axis=(1, 2, 3))
    return float(np.sqrt(square).mean())
