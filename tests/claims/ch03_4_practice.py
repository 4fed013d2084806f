"""Claims of notebook 3.4: rates of optimizers, dropout and wrong labels, a gradient check."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from nnkit import data
from tests.claims.claim import Found, claim
from tests.claims.notebook import load


@cache
def text() -> SimpleNamespace:
    return load("03_feedforward/04_training_in_practice", "sweep", "curvature")


@cache
def digits(seed: int) -> tuple[np.ndarray, ...]:
    return data.digits(rng=np.random.default_rng(seed))


@cache
def loss_by_rate(seed: int) -> np.ndarray:
    """Loss of the third epoch, (5 optimizers, rates of the sweep and 0.03); at most 3."""
    t = text()
    x, y, x_test, y_test = digits(seed)
    t.globals_.update(x_train=x, y_train=y, x_test=x_test, y_test=y_test)
    steps = (t.sgd_step, t.momentum_step, t.nesterov_step, t.rmsprop_step, t.adam_step)
    with np.errstate(all="ignore"):
        ends = [
            [t.train_with(step, lr, 3, seed)[0][-40:].mean() for lr in (*t.sweep, 0.03)]
            for step in steps
        ]
    return np.minimum(np.nan_to_num(np.array(ends), nan=3.0, posinf=3.0), 3.0)


@claim(
    "3.4", "largest over smallest of the five losses, own rates", "one rate, 0.03", short=0, long=5
)
def at_their_own_rates_the_optimizers_are_close(seed: int) -> Found:
    ends = loss_by_rate(seed)
    own, common = ends.min(axis=1), ends[:, -1]
    value, control = float(own.max() / own.min()), float(common.max() / common.min())
    return Found(value < control / 2, value, control)


@claim("3.4", "factor between the rates that work, Adam", "widest of the others", short=0, long=5)
def no_optimizer_has_a_wider_range_of_working_rates_than_adam(seed: int) -> Found:
    works = loss_by_rate(seed)[:, :-1] < np.log(10) / 2
    factors = [float(np.ptp(np.log10(text().sweep[w]))) for w in works]
    value, control = 10 ** factors[-1], 10 ** max(factors[:-1])
    return Found(value >= control, value, control)


@claim("3.4", "loss after 40 steps at μ = 0.74", "the better of 0.3 and 0.95")
def critical_damping_of_the_flat_direction_beats_less_and_more(seed: int) -> Found:
    t, rng = text(), np.random.default_rng(seed)
    start = np.array([-9.0, 1.5]) * rng.uniform(0.5, 1.5, 2)

    def end(mu: float) -> float:
        w, state = start, None
        for _ in range(40):
            w, state = t.momentum_step(w, t.curvature * w, state, 0.02, mu)
        return float(0.5 * w**2 @ t.curvature)

    best, other = end(0.74), min(end(0.3), end(0.95))
    return Found(best < other, best, other)


@cache
def wide_nets(seed: int, spoiled: bool) -> list[tuple[float, float]]:
    """Test accuracy, whole and with half of the last units removed, without and with dropout."""
    t, rng = text(), np.random.default_rng(seed)
    x, y, x_test, y_test = digits(seed)
    labels = y[:400].copy()
    if spoiled:
        labels[:80] = (labels[:80] + rng.integers(1, 10, 80)) % 10
    t.globals_.update(few_x=x[:400], few_y=labels, x_test=x_test, y_test=y_test)
    nets = [t.wide_net(keep, seed, curves=False)[0] for keep in (1.0, 0.5)]
    return [
        (float(t.accuracy(net, x_test, y_test)), float(t.accuracy_without(net, 0.5, rng)))
        for net in nets
    ]


@claim("3.4", "gain of dropout in test accuracy, wrong labels", "clean labels", short=0, long=5)
def dropout_gains_accuracy_where_labels_are_wrong(seed: int) -> Found:
    gains = [
        dropped[0] - plain[0] for plain, dropped in (wide_nets(seed, s) for s in (True, False))
    ]
    return Found(gains[0] > 0.01 and gains[0] > gains[1], *gains)


@claim("3.4", "accuracy lost with half of the units, dropout", "no dropout", short=0, long=5)
def with_dropout_the_loss_of_half_of_the_last_units_costs_a_few_points(seed: int) -> Found:
    plain, dropped = (whole - half for whole, half in wide_nets(seed, True))
    return Found(dropped < 0.05 and dropped < plain / 2, dropped, plain)


@claim(
    "3.4",
    "smaller accuracy of starts 0.3 and 4 times He's, batch norm",
    "larger, without",
    short=0,
    long=5,
)
def with_batch_norm_starts_of_the_wrong_size_learn(seed: int) -> Found:
    t = text()
    x, y, x_test, y_test = digits(seed)
    t.globals_.update(x_train=x, y_train=y, x_test=x_test, y_test=y_test)
    normed, plain = (
        [float(t.deep_net(factor, 0.05, normalize)[0]) for factor in (0.3, 4.0)]
        for normalize in (True, False)
    )
    return Found(min(normed) > 0.7 and max(plain) < 0.4, min(normed), max(plain))


@claim("3.4", "layer minus batch norm, batches of 2", "batches of 32", short=0, long=5)
def with_batches_of_two_batch_norm_is_far_behind_layer_norm(seed: int) -> Found:
    t = text()
    x, y, x_test, y_test = digits(seed)
    t.globals_.update(x_train=x, y_train=y, x_test=x_test, y_test=y_test)

    def best(layer: Callable[[int], Any], size: int) -> float:
        rates = (0.005, 0.02, 0.05, 0.2) if size == 2 else (0.05,)
        return max(float(t.by_batch_size(layer, size, lr, seed=seed)[0]) for lr in rates)

    two, many = (best(t.LayerNorm, n) - best(t.normalization, n) for n in (2, 32))
    return Found(two > 0.2 and abs(many) < 0.05, two, many)


@claim("3.4", "smallest difference of three planted bugs", "right gradient in float32")
def the_check_catches_three_bugs_and_acquits_a_right_gradient_in_float32(seed: int) -> Found:
    t, rng = text(), np.random.default_rng(seed)
    x, y = rng.normal(size=(6, 5)), rng.integers(0, 3, 6)
    w = rng.normal(size=(5, 3)).astype(np.float32)
    t.globals_.update(some_x=x, some_y=y)
    plain = t.gradient_of(w.astype(float))
    right = plain + 0.1 * w
    bugs = (plain, 6 * plain + 0.1 * w, right * (np.arange(5) < 4)[:, None])
    check = np.random.default_rng(seed)
    found = min(t.check_along(t.penalized, bug, w, check) for bug in bugs)
    acquitted = t.check_along(t.penalized, right, w, check)
    return Found(acquitted < 1e-6 and found > 1e-3, float(found), float(acquitted))
