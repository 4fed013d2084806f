"""Claims of notebook 3.4: rates of optimizers, dropout and wrong labels, a gradient check."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

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


@claim(
    "3.4", "largest over smallest of the five losses, own rates", "one rate, 0.03", short=0, long=5
)
def at_their_own_rates_the_optimizers_are_close(seed: int) -> Found:
    t = text()
    x, y, x_test, y_test = digits(seed)
    t.globals_.update(x_train=x, y_train=y, x_test=x_test, y_test=y_test)
    with np.errstate(all="ignore"):
        ends = np.array(
            [
                [t.train_with(step, lr, 3, seed)[0][-40:].mean() for lr in (*t.sweep, 0.03)]
                for step in (
                    t.sgd_step,
                    t.momentum_step,
                    t.nesterov_step,
                    t.rmsprop_step,
                    t.adam_step,
                )
            ]
        )
    ends = np.where(np.isfinite(ends), np.minimum(ends, 3.0), 3.0)
    own, common = ends.min(axis=1), ends[:, -1]
    value, control = float(own.max() / own.min()), float(common.max() / common.min())
    return Found(value < control / 2, value, control)


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


@claim("3.4", "gain of dropout in test accuracy, wrong labels", "clean labels", short=0, long=3)
def dropout_gains_accuracy_where_labels_are_wrong(seed: int) -> Found:
    t = text()
    x, y, x_test, y_test = digits(seed)
    rng, gains = np.random.default_rng(seed), []
    spoiled = y[:400].copy()
    spoiled[:80] = (spoiled[:80] + rng.integers(1, 10, 80)) % 10
    for labels in (spoiled, y[:400]):
        t.globals_.update(few_x=x[:400], few_y=labels, x_test=x_test, y_test=y_test)
        plain, dropped = (t.accuracy(t.wide_net(k, seed)[0], x_test, y_test) for k in (1.0, 0.5))
        gains.append(float(dropped - plain))
    return Found(gains[0] > 0.01 and gains[0] > gains[1], *gains)


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
