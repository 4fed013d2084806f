"""Claims of notebook 3.3: width and starts, units removed, schedules, losses."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np

from nnkit import data
from tests.claims.claim import Found, claim
from tests.claims.notebook import load

TEXT = "03_feedforward/03_training"


@cache
def by_width(seed: int) -> dict[int, np.ndarray]:
    """Accuracy on new data from five starts, sorted, for 3 and 100 hidden units."""
    t, rng = load(TEXT), np.random.default_rng(seed)
    x, y = data.moons(100, 0.2, rng)
    new_x, new_y = data.moons(1000, 0.2, rng)
    wrong = rng.permutation(100)[:10]
    y[wrong] = 1 - y[wrong]
    t.globals_.update(moon_x=x, moon_y=y)
    return {
        hidden: np.sort(
            [
                float((t.scores_of(net, new_x).argmax(axis=1) == new_y).mean())
                for net in (t.train_moons(hidden, 0.001, 500, start) for start in range(5))
            ]
        )
        for hidden in (3, 100)
    }


@claim("3.3", "spread of five starts, 100 units", "3 units", long=8)
def the_spread_between_starts_shrinks_with_the_width(seed: int) -> Found:
    wide, narrow = (float(np.ptp(by_width(seed)[hidden])) for hidden in (100, 3))
    return Found(wide < narrow / 2, wide, narrow)


@claim(
    "3.3",
    "best of five starts, 3 units, minus the wide median",
    "median, minus the same",
    share=0.8,
    long=12,
)
def the_best_start_of_three_units_keeps_up_with_the_wide_net(seed: int) -> Found:
    narrow, wide = by_width(seed)[3], float(np.median(by_width(seed)[100]))
    best, usual = float(narrow[-1]) - wide, float(np.median(narrow)) - wide
    return Found(best > -0.03 and best > usual, best, usual)


def digits(seed: int) -> SimpleNamespace:
    """The notebook's functions, from now on with another split of the digits."""
    t = load(TEXT, "losses")
    x, y, x_test, y_test = data.digits(rng=np.random.default_rng(seed))
    parts = {"x_val": x[:300], "y_val": y[:300], "x_fit": x[300:], "y_fit": y[300:]}
    t.globals_.update(x_train=x, y_train=y, x_test=x_test, y_test=y_test, **parts)
    return SimpleNamespace(**{**vars(t), **parts})


@claim(
    "3.3",
    "half removed: 10 prototypes a digit minus network",
    "1 prototype minus network",
    short=4,
    long=10,
)
def as_many_local_units_bear_the_loss_better_than_the_network(seed: int) -> Found:
    t = digits(seed)
    params, _ = t.train_two_layer(100, 5e-3, epochs=12, scale=0.05, seed=seed)
    codes = [t.prototypes(n, t.x_fit, t.y_fit) for n in (10, 1)]
    net, ten, one = t.with_units_removed(params, codes, 0.5, np.random.default_rng(seed), 10)
    return Found(ten > net > one, float(ten - net), float(one - net))


@claim(
    "3.3",
    "training loss, falling over constant rate",
    "validation loss, the same",
    share=0.85,
    short=0,
)
def a_falling_rate_mostly_fits_worse_and_validates_about_the_same(seed: int) -> Found:
    t = digits(200 + seed)  # the sentence was written after splits 0 to 4 and 100 to 119
    fixed, falling = (
        t.train_two_layer(32, 0.0, 30, 0.5, seed, falling=f)[1][-1] for f in (False, True)
    )
    ratio, control = float(falling[0] / fixed[0]), float(falling[1] / fixed[1])
    return Found(ratio > 1.3 and 0.7 < control < 1.3, ratio, control)


@claim("3.3", "cross-entropy minus squared error after 5 epochs, bad start", "normal start", long=8)
def from_a_confident_wrong_start_the_squared_error_is_slow(seed: int) -> Found:
    t = digits(seed)
    bad = np.where(np.arange(10) == 0, 6.0, -6.0)
    gaps = []
    for bias in (bad, 0.0):
        squared, entropy = (t.learn(pair, bias, lr, 5)[-1] for pair, lr in t.losses.values())
        gaps.append(float(entropy - squared))
    return Found(gaps[0] > 0.1 and gaps[0] > gaps[1] + 0.05, *gaps)


@claim("3.3", "the same with the best of five rates for each", "normal start", short=0, long=6)
def no_rate_of_the_squared_error_makes_up_for_the_bad_start(seed: int) -> Found:
    t = digits(seed)
    bad = np.where(np.arange(10) == 0, 6.0, -6.0)
    gaps = []
    for bias in (bad, 0.0):
        squared, entropy = (
            max(t.learn(pair, bias, factor * lr, 5)[-1] for factor in (0.3, 0.6, 1.0, 2.0, 3.0))
            for pair, lr in t.losses.values()
        )
        gaps.append(float(entropy - squared))
    return Found(gaps[0] > 0.05 and gaps[0] > gaps[1] + 0.05, *gaps)


@claim("3.3", "test accuracy, four hidden units", "linear classifier", share=0.7)
def four_hidden_units_tell_the_hatchbacks_that_a_linear_classifier_cannot(seed: int) -> Found:
    t, rng = load(TEXT), np.random.default_rng(seed)
    (x, y, _), (x_test, y_test, _) = t.vehicles(800, rng), t.vehicles(400, rng)
    t.globals_.update(car_x=x, car_y=y, car_x_test=x_test, car_y_test=y_test)
    t.globals_["mean_picture"] = x.mean(axis=0)
    rng = np.random.default_rng(seed)
    linear = t.train_cars(t.Sequential(t.Linear(200, 2, rng=rng)), rng)
    rng = np.random.default_rng(seed)
    layers = t.Linear(200, 4, rng=rng), t.ReLU(), t.Linear(4, 2, rng=rng)
    hidden = t.train_cars(t.Sequential(*layers), rng)
    return Found(bool(hidden > 0.95 and linear < 0.6), float(hidden), float(linear))
