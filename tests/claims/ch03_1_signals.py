"""Claims of notebook 3.1: a memory with weights cut, gradients by layer, dead units, a zigzag."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np

from nnkit import data
from tests.claims.claim import Found, claim
from tests.claims.larger import larger
from tests.claims.notebook import load


@cache
def text() -> SimpleNamespace:
    return load(
        "03_feedforward/01_neurons_and_activations", "i", "shapes", "patterns", "activations"
    )


def digits(seed: int) -> SimpleNamespace:
    """The notebook's functions, from now on with another split of the digits."""
    t, (x, y, x_test, y_test) = text(), data.digits(rng=np.random.default_rng(seed))
    t.globals_.update(x_train=x, y_train=y, x_test=x_test, y_test=y_test)
    return t


@claim("3.1", "bends at depth 5, of 100 units", "folded by hand, of 10 units")
def random_nets_bend_less_often_than_they_have_units(seed: int) -> Found:
    t, line, rng = text(), np.linspace(-3, 3, 2001)[:, None], np.random.default_rng(100 + seed)
    tent = np.linspace(0, 1, 2001)
    for _ in range(5):
        tent = 2 * t.ramp(tent) - 4 * t.ramp(tent - 0.5)
    bends, folded = (
        len(t.corners_of(curve)) for curve in (t.random_net(line, 5, t.ramp, rng)[:, 0], tent)
    )
    return Found(20 < bends < 100 and folded > 10, bends, folded)


@claim("3.1", "most pixels wrong in a picture, half of the weights cut", "nine in ten cut", short=2)
def half_of_the_hebbian_weights_may_go_before_any_picture_is_lost(seed: int) -> Found:
    t, rng = text(), np.random.default_rng(seed)
    weights = t.patterns.T @ t.patterns / len(t.patterns)
    np.fill_diagonal(weights, 0.0)
    noisy = t.patterns.copy()
    for row in noisy:
        row[rng.permutation(64)[:12]] *= -1

    def worst(share: float) -> float:
        cuts = [weights * (rng.random(weights.shape) > share) for _ in range(30)]
        wrong = [(t.recall(noisy, cut) != t.patterns).sum(axis=1) for cut in cuts]
        return float(np.mean(wrong, axis=0).max())

    half, most = worst(0.5), worst(0.9)
    return Found(worst(0.0) == 0 and half < 4 < most, half, most)


@claim("3.1", "size at layer 1 over layer 10, logistic", "tanh", short=2)
def the_logistic_loses_a_factor_of_about_four_a_layer_and_tanh_keeps_much(seed: int) -> Found:
    t = digits(seed)
    ends = [t.gradient_by_layer(*t.activations[n][:2], 1, seed=seed) for n in ("logistic", "tanh")]
    logistic, tanh = (float(sizes[0] / sizes[-1]) for sizes in ends)
    return Found(4.6**-9 < logistic < 3.6**-9 and tanh > 0.2, logistic, tanh)


@claim("3.1", "size at layer 1 over layer 10, ReLU with gain √2", "with gain 1", short=2)
def relu_keeps_the_size_only_if_the_weights_make_up_for_the_half_that_is_off(seed: int) -> Found:
    t = digits(seed)
    relu = t.activations["ReLU"][:2]
    kept, lost = (
        float(sizes[0] / sizes[-1])
        for sizes in (t.gradient_by_layer(*relu, gain, seed=seed) for gain in (np.sqrt(2), 1))
    )
    return Found(kept > 0.3 and lost < 0.1, kept, lost)


@cache
def dead(kind: str, rate: float, seed: int) -> tuple[list[float], float]:
    """Share of units off for all examples by epoch, and the test accuracy."""
    t = digits(seed)
    with np.errstate(all="ignore"):
        return t.train_and_count_dead(t.activations[kind][:2], rate, 6, seed)


@claim("3.1", "share of dead units at the end, rate 2", "rate 0.1", short=0, long=5)
def too_large_a_rate_kills_nearly_all_units_and_a_moderate_one_none(seed: int) -> Found:
    shares, calm = dead("ReLU", 2.0, seed)[0], dead("ReLU", 0.1, seed)[0]
    return Found(shares[-1] > 0.85 and calm[-1] <= calm[0] + 0.02, shares[-1], calm[-1] - calm[0])


@claim("3.1", "test accuracy at rate 2, leaky ReLU", "ReLU, plus 0.1", share=0.8, short=0, long=5)
def at_the_same_rate_the_leaky_version_stays_able_to_learn(seed: int) -> Found:
    return larger(dead("leaky ReLU, slope 0.1", 2.0, seed)[1], dead("ReLU", 2.0, seed)[1] + 0.1)


@claim("3.1", "distance left after 200 steps, inputs in (0, 1)", "centered", share=0.9)
def inputs_of_one_sign_make_a_ravine_and_leave_the_neuron_behind(seed: int) -> Found:
    rng, target, left = np.random.default_rng(seed), np.array([1.0, -1.0]), []
    inputs = 1 / (1 + np.exp(-rng.normal(0.5, 1.0, (200, 2))))
    for x in (inputs, inputs - inputs.mean(axis=0)):
        x, w = x / np.sqrt((x**2).mean()), np.array([-1.0, -0.6])
        for row in x:
            w = w - 0.1 * (row @ w - row @ target) * row
        left.append(float(np.linalg.norm(w - target)))
    return larger(*left)
