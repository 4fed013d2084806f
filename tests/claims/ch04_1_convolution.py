"""Claims of notebooks 4.1 and 4.2: shifts, moved digits, ties, tolerance bought by pooling."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np

import nnkit.functional as fn
from nnkit import data, metrics
from tests.claims.claim import Found, claim
from tests.claims.notebook import load


@cache
def text() -> SimpleNamespace:
    return load("04_cnn/01_why_convolution", "SIDE", "shuffle", "variants")


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


@claim("4.1", "accuracy lost by a shift of two, dense", "convolutional", short=1, long=5)
def a_shift_of_two_pixels_costs_the_dense_net_more(seed: int) -> Found:
    t = text()
    x, y, x_new, y_new = data.digits(rng=np.random.default_rng(seed), flat=False)
    two = np.full(len(x), 2)
    lost = []
    for make in (t.dense_net, t.averaging_net):
        net = t.train(make, t.on_canvas(x, two, two), y, seed)[0]
        still, moved = (
            metrics.accuracy(net(t.on_canvas(x_new, two, two + shift)), y_new) for shift in (0, 2)
        )
        lost.append(float(still - moved))
    return Found(lost[0] > 0.4 and lost[0] > 2 * lost[1], *lost)


@claim("4.1", "test accuracy, complete", "best of the four others", short=0, long=5)
def the_complete_net_reads_unseen_digits_best(seed: int) -> Found:
    t, rng = text(), np.random.default_rng(seed)
    x, y, x_new, y_new = data.digits(rng=rng, flat=False)
    x = t.on_canvas(x[:800], *rng.integers(0, t.SIDE - 7, (2, 800)))
    x_new = t.on_canvas(x_new, *rng.integers(0, t.SIDE - 7, (2, len(x_new))))
    right = {}
    for name, make in t.variants.items():
        seen, unseen = (t.shuffled(x), t.shuffled(x_new)) if name == "not local" else (x, x_new)
        net = t.train(make, seen, y[:800], seed)[0]
        right[name] = float(metrics.accuracy(net(unseen), y_new))
    complete = right.pop("complete")
    return Found(complete > max(right.values()), complete, max(right.values()))


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
    x = data.digits(rng=np.random.default_rng(seed), flat=False)[0][:200]
    sobel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[None, None]
    canvas = np.pad(x, ((0, 0), (0, 0), (5, 5), (5, 5)))
    still, moved = (
        np.maximum(fn.conv2d_forward(v, sobel, np.zeros(1))[0], 0)
        for v in (canvas, np.roll(canvas, 1, axis=3))
    )
    changes = []
    for q in (8, 4, 2, 1):
        a, b = (fn.max_pool2d_forward(v, q, q)[0] for v in (still, moved))
        square = np.sum((a - b) ** 2, axis=(1, 2, 3)) / np.sum(a**2, axis=(1, 2, 3))
        changes.append(float(np.sqrt(square).mean()))
    return Found(changes == sorted(changes), changes[0], changes[-1])
