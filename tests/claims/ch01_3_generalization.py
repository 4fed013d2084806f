"""Notebook 1.3: the U, double descent, leaks, and who wins where."""

from __future__ import annotations

from functools import cache

import numpy as np

from tests.claims.claim import Found, claim
from tests.claims.larger import larger
from tests.claims.notebook import load

NB3 = load("01_ml_overview/03_generalization", "x_all", "y_all", "models", "made_up")


def degrees(seed: int, one: int, other: int) -> tuple[float, float]:
    """Validation error of two degrees, mean of 25 training sets."""
    rng, errors = np.random.default_rng(seed), []
    for _ in range(25):
        x, y = NB3.measure(np.linspace(-1, 1, 12), rng)
        new = NB3.measure(rng.uniform(-1, 1, 200), rng)
        fits = [NB3.fit_polynomial(x, y, degree) for degree in (one, other)]
        errors.append([NB3.mean_squared_error(w, *new) for w in fits])
    return tuple(np.mean(errors, axis=0))


@cache
def descent_curve(seed: int, lam: float = 0.0) -> dict[int, list[float]]:
    """Training error, test error, wrong digits, norm; 1000 features are enough for the claims."""
    counts = (10, 20, 40, 60, 80, 100, 200, 1000)
    return dict(zip(counts, NB3.double_descent(counts, seed, lam), strict=True))


def second_descent(seed: int) -> tuple[float, float]:
    curve = descent_curve(seed)
    return min(curve[m][2] for m in curve if m < 100), curve[1000][2]


def turning_points(seed: int) -> tuple[int, int]:
    """The counts below N with the fewest wrong digits and with the least squared error."""
    curve = {m: row for m, row in descent_curve(seed).items() if m < 100}
    return min(curve, key=lambda m: curve[m][2]), min(curve, key=lambda m: curve[m][1])


@cache
def coin_flips(seed: int, balanced: bool = False) -> tuple[float, float]:
    """Accuracy with features picked outside and inside the folds of pure noise."""
    rng, leaky, honest = np.random.default_rng(seed), [], []
    for _ in range(30 if balanced else 20):
        x = rng.normal(size=(60, 2000))
        y = rng.permutation(np.arange(60) % 2) if balanced else rng.integers(0, 2, 60)
        outside = NB3.pick(x, y)
        for train, val in NB3.k_fold_indices(60, 5, rng):
            inside = NB3.pick(x[train], y[train])
            for scores, columns in ((leaky, outside), (honest, inside)):
                model = NB3.KNeighborsClassifier(5).fit(x[train][:, columns], y[train])
                scores.append(model.score(x[val][:, columns], y[val]))
    return float(np.mean(leaky)), float(np.mean(honest))


def winner(task: str, model: int, seed: int) -> tuple[float, float]:
    """Accuracy of the model said to win, and of the best of the others, over five draws."""
    draws = [NB3.made_up[task](np.random.default_rng(5 * seed + i)) for i in range(5)]
    accuracy = np.hstack([NB3.compare(*drawn) for drawn in draws]).mean(axis=1)
    return accuracy[model], np.delete(accuracy, model).max()


@claim("1.3", "degree 1", "degree 3")
def degree_1_has_a_larger_validation_error_than_degree_3(seed: int) -> Found:
    return larger(*degrees(seed, 1, 3))


@claim("1.3", "degree 9", "degree 3")
def degree_9_has_a_larger_validation_error_than_degree_3(seed: int) -> Found:
    return larger(*degrees(seed, 9, 3))


@claim("1.3", "wrong, M = 100", "wrong, M = 40")
def more_digits_are_wrong_with_as_many_features_as_examples_than_with_40(seed: int) -> Found:
    return larger(descent_curve(seed)[100][2], descent_curve(seed)[40][2])


@claim("1.3", "wrong, best M < 100", "wrong, M = 1000")
def even_the_best_count_below_n_has_more_wrong_digits_than_1000_features(seed: int) -> Found:
    return larger(*second_descent(seed))


@claim("1.3", "without penalty", "with penalty")
def at_the_peak_the_ridge_penalty_lowers_the_test_error(seed: int) -> Found:
    return larger(descent_curve(seed)[100][1], descent_curve(seed, 0.1)[100][1])


@claim("1.3", "accuracy", "one half", short=2)
def features_picked_outside_the_folds_diagnose_coin_flips(seed: int) -> Found:
    return larger(coin_flips(seed)[0], 0.5)


@claim("1.3", "one half", "accuracy", share=0.8, short=1)
def with_30_of_each_kind_the_accuracy_inside_the_folds_is_below_one_half(seed: int) -> Found:
    return larger(0.5, coin_flips(seed, balanced=True)[1])


@claim("1.3", "5 neighbors", "best other", share=0.8, short=1)
def five_neighbors_win_on_two_moons(seed: int) -> Found:
    return larger(*winner("two moons", 1, seed))


@claim("1.3", "tree", "best other", share=0.8, short=1)
def the_tree_wins_on_exclusive_or(seed: int) -> Found:
    return larger(*winner("exclusive or", 2, seed))


@claim("1.3", "linear", "best other", short=1)
def the_linear_model_wins_on_differences(seed: int) -> Found:
    return larger(*winner("difference", 0, seed))


@claim("1.3", "tree", "best other", short=1)
def the_tree_wins_on_a_rule_about_3_of_40_features(seed: int) -> Found:
    return larger(*winner("3 of 40", 2, seed))


@claim("1.3", "naive Bayes", "best other", short=1)
def naive_bayes_wins_on_two_spreads(seed: int) -> Found:
    return larger(*winner("two spreads", 3, seed))


@claim("1.3", "best M < 100 by wrong digits", "by squared error", share=0.9)
def below_n_the_squared_error_turns_no_later_than_the_wrong_digits(seed: int) -> Found:
    digits, squared = turning_points(seed)
    return Found(squared <= digits, digits, squared)
