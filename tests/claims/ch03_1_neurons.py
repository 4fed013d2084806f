"""Claims of notebook 3.1: activations at their own rates, units that follow a curve."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np

from nnkit import data
from tests.claims.claim import Found, claim
from tests.claims.notebook import load

SMOOTH = np.linspace(-0.99, 0.99, 801)


@cache
def text() -> SimpleNamespace:
    return load("03_feedforward/01_neurons_and_activations", "activations")


@cache
def accuracy(name: str, rate: float, seed: int) -> float:
    """Test accuracy of an activation's network at a rate, for another split and start."""
    x, y, x_test, y_test = data.digits(rng=np.random.default_rng(seed))
    net = text().train_activation(name, rate, x, y, seed=seed)[1]
    return float((net(x_test).argmax(axis=1) == y_test).mean())


@claim("3.1", "test accuracy, logistic at rate 3 minus ReLU at 0.3", "logistic at 0.1", long=6)
def at_its_own_rate_the_logistic_net_comes_within_a_few_points(seed: int) -> Found:
    relu = accuracy("ReLU", 0.3, seed)
    own, common = (accuracy("logistic", rate, seed) - relu for rate in (3.0, 0.1))
    return Found(own > -0.06 and common < -0.2, own, common)


@claim("3.1", "error of 32 ReLUs over that of 16", "error of 16 bumps over that of 8")
def twice_as_many_relus_quarter_the_error_and_bumps_halve_it(seed: int) -> Found:
    t, rng = text(), np.random.default_rng(seed)
    speed, shift = rng.uniform(2, 4), rng.uniform(0, 6)

    def g(x: np.ndarray) -> np.ndarray:
        return np.sin(speed * x + shift)

    relus, bumps = (
        [float(abs(of(SMOOTH, n, g) - g(SMOOTH)).max()) for n in counts]
        for of, counts in ((t.by_relus, (16, 32)), (t.by_bumps, (8, 16)))
    )
    ratio, control = relus[1] / relus[0], bumps[1] / bumps[0]
    return Found(0.18 < ratio < 0.36 and 0.4 < control < 0.65, ratio, control)
