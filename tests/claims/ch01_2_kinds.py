"""Notebook 1.2: neighbors, self-training, acting."""

from __future__ import annotations

from functools import cache

import numpy as np
from sklearn.datasets import load_digits, make_moons
from sklearn.model_selection import train_test_split

from tests.claims.claim import Found, claim
from tests.claims.larger import larger
from tests.claims.notebook import load

NB2 = load("01_ml_overview/02_four_kinds", "grid", "rows", "columns", "moves")


def neighbors_at_constant_chance(seed: int) -> tuple[float, float]:
    """Errors of 1 and 3 neighbors where the label is 1 with probability 0.2 everywhere."""
    rng = np.random.default_rng(seed)
    x, new = rng.random((800, 1)), rng.random((800, 1))
    y, truth = (rng.random((2, 800)) < 0.2).astype(int)
    one, three = (np.mean(NB2.knn_predict(x, y, new, k) != truth) for k in (1, 3))
    return one, three


@cache
def moons(seed: int) -> dict[int, float]:
    """Mean validation error by k of 8 training sets."""
    x_val, y_val = make_moons(300, noise=0.35, random_state=1000 + seed)
    sets = [make_moons(100, noise=0.35, random_state=100 * seed + i) for i in range(8)]
    ks = (1, 15, 95)
    return {k: np.mean([np.mean(NB2.knn_predict(*s, x_val, k) != y_val) for s in sets]) for k in ks}


def self_training(strength: float, threshold: float, seed: int) -> tuple[float, float]:
    """Accuracy after self-training, and on the 72 labels alone, in a division of its own."""
    x, y = load_digits(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(
        x / 16, y, test_size=360, random_state=seed, stratify=y
    )
    lab, unlab = train_test_split(
        np.arange(1437), train_size=72, random_state=seed, stratify=y_train
    )
    fit = NB2.fitter(strength)
    given = x_train[lab], y_train[lab], x_train[unlab]
    after = NB2.self_train(fit, NB2.predict_proba, *given, threshold, 5)
    alone = fit(*given[:2])
    return after.score(x_test, y_test), alone.score(x_test, y_test)


def acting(seed: int) -> tuple[float, float]:
    """Does the greedy agent reach the goal in eight steps, after 400 and after 5 episodes?"""
    tables, _, _ = NB2.learn_to_act(400, np.random.default_rng(seed), (5,))
    walks = [NB2.greedy(tables[n]) for n in (400, 5)]
    return tuple(float(arrived and len(cells) == 9) for cells, _, arrived in walks)


@claim("1.2", "error, one", "error, three")
def three_neighbors_err_less_than_one_where_chance_is_the_same_everywhere(seed: int) -> Found:
    return larger(*neighbors_at_constant_chance(seed))


@claim("1.2", "error, k = 1", "error, k = 15")
def one_neighbor_has_a_larger_validation_error_than_fifteen(seed: int) -> Found:
    return larger(moons(seed)[1], moons(seed)[15])


@claim("1.2", "error, k = 95", "error, k = 15")
def ninety_five_neighbors_of_100_have_a_larger_validation_error_than_fifteen(seed: int) -> Found:
    return larger(moons(seed)[95], moons(seed)[15])


@claim("1.2", "accuracy after", "accuracy before", share=0.8)
def self_training_helps_the_lightly_penalized_model_at_threshold_80_percent(seed: int) -> Found:
    return larger(*self_training(10.0, 0.8, seed))


@claim("1.2", "accuracy before", "accuracy after", share=0.8)
def self_training_harms_the_strongly_penalized_model_at_threshold_90_percent(seed: int) -> Found:
    return larger(*self_training(1.0, 0.9, seed)[::-1])


@claim("1.2", "after 400", "after 5", share=0.8)
def after_400_episodes_the_greedy_path_has_eight_steps_after_5_it_has_not(seed: int) -> Found:
    return larger(*acting(seed))
