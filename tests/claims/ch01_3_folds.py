"""Notebook 1.3: penalties and more data against variance, folds, and many dimensions."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.claims.ch01_3_generalization import NB3
from tests.claims.claim import Found, claim
from tests.claims.larger import larger
from tests.claims.notebook import load

TUMORS = load("01_ml_overview/03_generalization", "tumors", "t_train")


@claim("1.3", "bias² + variance of degree 9, λ = 0", "best λ")
def with_the_right_penalty_degree_9_beats_itself_without(seed: int) -> Found:
    rng, x = np.random.default_rng(seed), np.linspace(-1, 1, 15)
    y = NB3.truth(x)[:, None] + rng.normal(0, 0.3, (15, 300))
    phi = NB3.polynomial_features(x, 9)
    plain = sum(NB3.bias_variance((phi @ NB3.fit_polynomial(x, y, 9)).T, NB3.truth(x)))
    held = [
        sum(NB3.bias_variance(Ridge(alpha=lam).fit(phi[:, 1:], y).predict(phi[:, 1:]).T,
                              NB3.truth(x)))
        for lam in np.logspace(-3, 0, 8)
    ]  # fmt: skip
    return larger(plain, min(held))


@claim("1.3", "validation error at 320 examples, degree 1", "degree 9")
def more_data_cure_variance_and_not_bias(seed: int) -> Found:
    rng, errors = np.random.default_rng(seed), []
    for _ in range(20):
        x, y = NB3.measure(np.linspace(-1, 1, 320), rng)
        new = NB3.measure(rng.uniform(-1, 1, 200), rng)
        fits = [NB3.fit_polynomial(x, y, degree) for degree in (1, 9)]
        errors.append([NB3.mean_squared_error(w, *new) for w in fits])
    one, nine = np.mean(errors, axis=0)
    return Found(bool(one > 2.5 * nine and nine < 0.12), float(one), float(nine))


@claim(
    "1.3",
    "spread of one fold over 15 shuffles",
    "1.5 times that of the mean of five",
    short=0,
    long=10,
)
def one_fold_scatters_more_than_the_mean_of_five(seed: int) -> Found:
    rng = np.random.default_rng(seed)
    crossed = np.array([TUMORS.fold_accuracies(5, rng) for _ in range(15)])
    return larger(1.0 * crossed[:, 0].std(), 1.5 * crossed.mean(axis=1).std())


@claim("1.3", "accuracy of 5 neighbors, wine", "with 300 noise features, plus 0.15", short=1)
def neighbors_lose_accuracy_as_features_of_noise_are_added(seed: int) -> Found:
    rng = np.random.default_rng(seed)
    x, y = NB3.load_wine(return_X_y=True)
    order = rng.permutation(len(y))
    x, y = x[order], y[order]
    model = make_pipeline(StandardScaler(), KNeighborsClassifier(5))
    noise = rng.normal(size=(len(x), 300))
    scores = [cross_val_score(model, f, y).mean() for f in (x, np.hstack([x, noise]))]
    return larger(scores[0], scores[1] + 0.15)


@claim("1.3", "contrast of distances among digits", "pixels shuffled", short=2)
def shuffling_every_pixel_lowers_the_contrast_of_distances(seed: int) -> Found:
    rng = np.random.default_rng(seed)
    x, y = NB3.x_all / 16, NB3.y_all
    train, test, kinds, kinds_test = train_test_split(
        x, y, test_size=360, random_state=seed, stratify=y
    )
    one, other = train[kinds == seed % 10], test[kinds_test == seed % 10]  # within one digit
    mixed = [np.column_stack([rng.permutation(c) for c in part.T]) for part in (one, other)]
    return larger(NB3.contrast(one, other), NB3.contrast(*mixed))
