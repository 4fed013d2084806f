"""Claims of notebook 3.3: depth at equal parameters, judged by fresh points of the spirals."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np

from tests.claims.claim import Found, claim
from tests.claims.notebook import load

TEXT = "03_feedforward/03_training"


@cache
def by_depth(seed: int, budget: str, starts: int) -> list[np.ndarray]:
    """Accuracy on fresh points, sorted by start, for one, two and three hidden layers."""
    t, rng = text(), np.random.default_rng(seed)
    x, y = t.two_turns(400, rng)
    fresh = t.two_turns(2000, rng)
    return [
        np.sort([t.right_share(t.train_spirals(s, start, x, y), *fresh) for start in range(starts)])
        for s in t.budgets[budget]
    ]


@cache
def text() -> SimpleNamespace:
    return load(TEXT, "budgets")


@claim(
    "3.3",
    "smallest spread of five starts",
    "spread of the depths' medians",
    share=0.5,
    short=0,
    long=5,
)
def at_135_parameters_even_the_steadiest_depth_mostly_varies_more_than_the_depths_differ(
    seed: int,
) -> Found:
    depths = by_depth(seed, "about 135 parameters", 5)
    starts = min(float(np.ptp(v)) for v in depths)
    medians = float(np.ptp([np.median(v) for v in depths]))
    return Found(starts > medians, starts, medians)


@claim("3.3", "spread of the depths' medians, 700 parameters", "135", short=0, long=5)
def at_700_parameters_the_depths_hardly_differ(seed: int) -> Found:
    gaps = [
        float(np.ptp([np.median(v) for v in by_depth(seed, budget, 5)]))
        for budget in text().budgets
    ]
    return Found(gaps[1] < 0.03 and gaps[1] < gaps[0], gaps[1], gaps[0])


@cache
def twenty(seed: int, layers: int, steps: int) -> np.ndarray:
    """Accuracy on fresh points of 135 parameters from twenty starts, other ones for each draw."""
    t, rng = text(), np.random.default_rng(seed)
    x, y = t.two_turns(400, rng)
    fresh = t.two_turns(2000, rng)
    sizes = t.budgets["about 135 parameters"][layers - 1]
    starts = range(20 * seed, 20 * seed + 20)
    return np.array([t.right_share(t.train_spirals(sizes, s, x, y, steps), *fresh) for s in starts])


@claim("3.3", "mean of 20 starts, two layers minus one", "three minus two", short=0, long=5)
def at_135_parameters_two_hidden_layers_beat_one_in_the_mean_of_twenty_starts(seed: int) -> Found:
    found = [twenty(seed, layers, 600) for layers in (1, 2, 3)]
    one, two, three = (float(accuracies.mean()) for accuracies in found)
    standard_error = float(np.sqrt(sum(a.var(ddof=1) / len(a) for a in found[:2])))
    return Found(two - one > 2.5 * standard_error, two - one, three - two)


@claim("3.3", "two layers minus one, 2400 steps", "600 steps", share=0.8, short=0, long=5)
def four_times_as_many_steps_shrink_the_lead_of_two_hidden_layers(seed: int) -> Found:
    late, early = (
        float(twenty(seed, 2, steps).mean() - twenty(seed, 1, steps).mean())
        for steps in (2400, 600)
    )
    return Found(late < early, late, early)
