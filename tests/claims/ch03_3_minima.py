"""Claims of notebook 3.3: where descent leaves three units, more steps change little."""

from __future__ import annotations

import numpy as np

from nnkit import data
from tests.claims.claim import Found, claim
from tests.claims.notebook import load


@claim(
    "3.3",
    "largest change of accuracy by ten times as many steps, starts that missed",
    "best start minus the median of those",
    share=0.8,
    short=0,
    long=5,
)
def ten_times_as_many_steps_hardly_move_the_starts_that_missed(seed: int) -> Found:
    t, rng = load("03_feedforward/03_training"), np.random.default_rng(seed)
    x, y = data.moons(100, 0.2, rng)
    new_x, new_y = data.moons(1000, 0.2, rng)
    wrong = rng.permutation(100)[:10]
    y = y.copy()
    y[wrong] = 1 - y[wrong]
    t.globals_.update(moon_x=x, moon_y=y)

    def accuracy(start: int, steps: int) -> float:
        params = t.train_moons(3, 0.001, steps=steps, seed=start)
        return float((t.scores_of(params, new_x).argmax(axis=1) == new_y).mean())

    early = {start: accuracy(start, 600) for start in range(6)}
    missed = [start for start in early if early[start] < max(early.values()) - 0.02]
    moved = max(abs(accuracy(start, 6000) - early[start]) for start in missed)
    gap = max(early.values()) - float(np.median([early[start] for start in missed]))
    return Found(moved < 0.02 and moved < gap, moved, gap)
