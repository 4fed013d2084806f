"""Claims of notebook 3.3: lines that enclose a disc, and how strong a penalty helps."""

from __future__ import annotations

from functools import cache

import numpy as np

from nnkit import data
from tests.claims.claim import Found, claim
from tests.claims.larger import larger
from tests.claims.notebook import load

TEXT = "03_feedforward/03_training"


@cache
def enclosed(seed: int) -> dict[int, float]:
    """Accuracy on a disc, the best of six starts, by hidden units."""
    t, rng = load(TEXT), np.random.default_rng(seed)
    disc = rng.uniform(-2, 2, (300, 2))
    disc = disc[abs(np.hypot(*disc.T) - 1.05) > 0.15]
    inside = (np.hypot(*disc.T) < 1.05).astype(int)
    t.globals_.update(disc=disc, inside=inside)
    nets = {hidden: t.best_of(hidden)[1] for hidden in (2, 3)}
    return {h: float((net(disc).argmax(axis=1) == inside).mean()) for h, net in nets.items()}


@claim("3.3", "accuracy with three lines", "with two", short=0, long=5)
def three_folds_enclose_a_disc_that_two_cannot(seed: int) -> Found:
    found = enclosed(seed)
    return Found(found[3] > 0.97 and found[2] < 0.93, found[3], found[2])


@cache
def moons(seed: int) -> dict[float, tuple[float, float]]:
    """Accuracy on training and on new data of 100 units by penalty, mean of two starts."""
    t, rng = load(TEXT), np.random.default_rng(100 + seed)
    x, y = data.moons(100, 0.2, rng)
    new_x, new_y = data.moons(2000, 0.2, rng)
    wrong = rng.permutation(100)[:10]
    y[wrong] = 1 - y[wrong]
    t.globals_.update(moon_x=x, moon_y=y)
    found = {}
    for lam in (0.0, 0.001, 0.01):
        nets = [t.train_moons(100, lam, seed=start) for start in range(2)]
        scores = [
            [(t.scores_of(net, a).argmax(axis=1) == b).mean() for net in nets]
            for a, b in ((x, y), (new_x, new_y))
        ]
        found[lam] = tuple(float(np.mean(s)) for s in scores)
    return found


@claim("3.3", "new data, λ = 0.001", "λ = 0", share=0.8, short=0, long=5)
def a_little_penalty_helps_a_hundred_units_on_new_data(seed: int) -> Found:
    return larger(moons(seed)[0.001][1], moons(seed)[0.0][1])


@claim("3.3", "new data, λ = 0.01", "λ = 0.001", share=0.1, short=0, long=5)
def ten_times_as_much_is_better_still_on_some_draws(seed: int) -> Found:
    return larger(moons(seed)[0.01][1], moons(seed)[0.001][1])


@claim("3.3", "training labels learned without a penalty", "λ = 0.001", short=0, long=5)
def without_a_penalty_a_hundred_units_learn_wrong_labels_too(seed: int) -> Found:
    plain, held = (moons(seed)[lam][0] for lam in (0.0, 0.001))
    return Found(plain > 0.94 and plain > held, plain, held)
