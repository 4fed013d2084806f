"""Notebook 1.4: hidden units, root finding, damped steps, the step limit."""

from __future__ import annotations

from functools import cache

import numpy as np

from tests.claims.claim import Found, claim
from tests.claims.larger import larger
from tests.claims.notebook import load

NB4 = load("01_ml_overview/04_going_downhill", "x_small", "y_small", "line", "loss", "curves")


@cache
def tiny(seed: int, starts: int = 40) -> dict[str, float]:
    """Shares of starts that reach a loss below 0.0001, and where root finding ends."""
    at = np.random.default_rng(seed).normal(0, 2, (starts, 4))
    damped = np.mean([NB4.by_damped_steps(start)[0] < 1e-4 for start in at])
    theta = at.copy()
    for _ in range(10_000):
        theta -= 0.5 * NB4.tiny_gradient(theta)
    found = [zero for zero in map(NB4.solve_for_zero_slope, at) if zero is not None]
    kinds = [NB4.kind_of(zero) for zero in found]
    return {
        "damped steps": damped,
        "downhill": np.mean(NB4.tiny_loss(theta) < 1e-4),
        "saddle": kinds.count("saddle point") / starts,
        "minimum": kinds.count("minimum") / starts,
    }


def wave(seed: int) -> tuple[float, float]:
    one, forty = (NB4.learn_curve(NB4.curves["wave"], h, 150, seed=seed)[0] for h in (1, 40))
    return one, forty


def two_units(seed: int) -> tuple[float, float]:
    """Worst and best of four starts with two units."""
    ends = [NB4.learn_curve(NB4.curves["wave"], 2, 400, seed=4 * seed + i)[0] for i in range(4)]
    return max(ends), 2 * min(ends)


def limit(seed: int) -> tuple[float, float]:
    """log10 of the loss after 2000 steps, 1 % above and 1 % below 2 / largest curvature."""
    rng = np.random.default_rng(seed)
    phi = rng.normal(size=(40, 6)) @ rng.normal(size=(6, 6))
    hessian = phi.T @ phi / 40
    rate, start = 2 / np.linalg.eigvalsh(hessian)[-1], rng.normal(size=6)
    losses = []
    for part in (1.01, 0.99):
        theta = NB4.gradient_descent(lambda t: hessian @ t, start, part * rate, 2000)[-1]
        losses.append(np.log10(theta @ hessian @ theta))
    return losses[0], losses[1]


@claim("1.4", "damped steps", "downhill", share=0.8, short=2)
def damped_steps_arrive_more_often_than_10000_steps_downhill(seed: int) -> Found:
    return larger(tiny(seed)["damped steps"], tiny(seed)["downhill"])


@claim("1.4", "downhill", "root finding", short=2)
def going_downhill_arrives_far_more_often_than_root_finding(seed: int) -> Found:
    return larger(tiny(seed)["downhill"], tiny(seed)["minimum"])


@claim("1.4", "one unit", "forty")
def one_hidden_unit_follows_the_wave_worse_than_forty(seed: int) -> Found:
    return larger(*wave(seed))


@claim("1.4", "worst", "twice the best", share=0.8, short=2)
def with_two_units_the_worst_of_four_starts_has_twice_the_error_of_the_best(seed: int) -> Found:
    return larger(*two_units(seed))


@claim("1.4", "log10 loss above", "below")
def descent_explodes_one_percent_above_the_limit_and_not_one_percent_below(seed: int) -> Found:
    return larger(*limit(seed))
