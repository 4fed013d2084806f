"""Notebook 1.2: a penalty on few patients, and what self-training does to rare answers."""

from __future__ import annotations

from functools import cache

import numpy as np
from sklearn.datasets import load_diabetes, load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from tests.claims.ch01_2_kinds import NB2
from tests.claims.claim import Found, claim
from tests.claims.larger import larger


@cache
def by_penalty(seed: int) -> np.ndarray:
    """Test error of ridge regression, (25,), mean of 40 choices of 30 patients."""
    patients, score = load_diabetes(return_X_y=True, scaled=False)
    lams, rng = np.logspace(-2, 4, 25), np.random.default_rng(1000 + seed)
    errors = np.zeros((40, 25))
    for repeat in range(40):
        order = rng.permutation(len(score))
        few, rest = order[:30], order[30:]
        scaled = StandardScaler().fit(patients[few]).transform(patients)
        phi = np.column_stack([np.ones(len(score)), scaled])
        for j, lam in enumerate(lams):
            w = NB2.ridge_fit(phi[few], score[few], lam)
            errors[repeat, j] = np.sqrt(np.mean((phi[rest] @ w - score[rest]) ** 2))
    return errors.mean(axis=0)


@claim("1.2", "test error, almost no penalty", "penalty of 10", short=2)
def on_30_patients_almost_no_penalty_errs_more_than_a_moderate_one(seed: int) -> Found:
    return larger(by_penalty(seed)[0], by_penalty(seed)[12])


@claim("1.2", "test error, huge penalty", "penalty of 10", short=2)
def on_30_patients_a_huge_penalty_errs_more_than_a_moderate_one(seed: int) -> Found:
    return larger(by_penalty(seed)[-1], by_penalty(seed)[12])


@claim("1.2", "test images called 8 or 9, 72 labels alone", "after", share=0.8, short=0, long=5)
def self_training_of_the_timid_model_drifts_away_from_eights_and_nines(seed: int) -> Found:
    x, y = load_digits(return_X_y=True)
    x_train, x_test, y_train, _ = train_test_split(
        x / 16, y, test_size=360, random_state=seed, stratify=y
    )
    lab, unlab = train_test_split(
        np.arange(1437), train_size=72, random_state=seed, stratify=y_train
    )
    fit, given = NB2.fitter(1.0), (x_train[lab], y_train[lab])
    after = NB2.self_train(fit, NB2.predict_proba, *given, x_train[unlab], 0.8, 5)
    counts = [np.isin(m.predict(x_test), (8, 9)).sum() for m in (fit(*given), after)]
    return larger(*counts)
