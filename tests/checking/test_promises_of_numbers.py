"""Accuracy, chance and new arrays where they were promised."""

import numpy as np
import pytest

from autograder.checking import run_check

SEEDS = (None, 0, 1)


def clauses(function, seed):
    name = function.__name__
    report = run_check(name, {name: function}, seed=seed)
    return {c.name for c in report.clauses if c.passed is False}


def p_by_tanh(z):
    return 0.5 * np.tanh(0.5 * z) + 0.5


p_by_tanh.__name__ = "logistic"


def bce_with_logits_forward(z, y):
    t = np.exp(-np.abs(z))
    return np.mean(np.maximum(z, 0) - y * z + np.log(1 + t)), (z, y)


def elu_forward(x, alpha=1.0):
    return np.where(x > 0, x, alpha * (np.exp(np.minimum(x, 0)) - 1)), (x, alpha)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("function", [p_by_tanh, bce_with_logits_forward, elu_forward])
def test_digits_lost_where_the_text_asks_for_them_are_seen(function, seed):
    assert clauses(function, seed) == {"accuracy"}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_warning_is_seen_where_the_text_says_none(seed):
    def elu_forward(x, alpha=1.0):
        return np.where(x > 0, x, alpha * np.expm1(x)), (x, alpha)

    def logistic_forward(x):
        out = 1 / (1 + np.exp(-x))
        return out, (out,)

    assert clauses(elu_forward, seed) == {"extreme values"}
    assert clauses(logistic_forward, seed) == {"extreme values"}


@pytest.mark.parametrize("cutoff", [1e-2, 1e-5, 0.0])
def test_a_singular_value_is_cut_off_where_rounding_hides_it_and_nowhere_else(cutoff):
    def normal_equation(x, y):
        u, s, vt = np.linalg.svd(np.asarray(x, float), full_matrices=False)
        keep = s > cutoff
        return vt[keep].T @ ((u.T @ y)[keep] / s[keep])

    for seed in SEEDS:
        assert clauses(normal_equation, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_features_that_are_small_are_features_and_constant_ones_are_not(seed):
    def by_threshold(x_train, x_test):
        mean, std = x_train.mean(axis=0), x_train.std(axis=0)
        std = np.where(std < 0.01, 1.0, std)
        return (x_train - mean) / std, (x_test - mean) / std

    def by_epsilon(x_train, x_test):
        mean, std = x_train.mean(axis=0), x_train.std(axis=0) + 1e-8
        return (x_train - mean) / std, (x_test - mean) / std

    def by_zero(x_train, x_test):
        mean, std = x_train.mean(axis=0), x_train.std(axis=0)
        std = np.where(std == 0, 1.0, std)
        return (x_train - mean) / std, (x_test - mean) / std

    for function in (by_threshold, by_epsilon, by_zero):
        function.__name__ = "standardize"
        assert clauses(function, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_draws_are_chance_in_every_respect(seed):
    def dropout_forward(x, keep, rng, train):
        mask = np.zeros(x.size)
        mask[rng.permutation(x.size)[: round(keep * x.size)]] = 1 / keep
        mask = mask.reshape(x.shape) if train else np.ones(x.shape)
        return x * mask, (mask,)

    def standardized(fan_in, fan_out, rng):
        w = rng.standard_normal((fan_in, fan_out))
        return w / w.std() * np.sqrt(2 / fan_in)

    def centered(fan_in, fan_out, rng):
        w = rng.standard_normal((fan_in, fan_out))
        return (w - w.mean()) * np.sqrt(2 / fan_in)

    def new_number_for_each(logits, temperature, rng):
        p = np.exp((logits - logits.max()) / temperature)
        below = np.cumsum(p / p.sum())
        return next((i for i, c in enumerate(below) if rng.random() < c), len(p) - 1)

    def found_by_value(logits, temperature, rng):
        p = np.exp((logits - logits.max()) / temperature)
        p = p / p.sum()
        return int(np.flatnonzero(p == rng.choice(p, p=p))[0])

    assert clauses(dropout_forward, seed) == {"randomness"}
    for function in (standardized, centered):
        function.__name__ = "he_init"
        assert "randomness" in clauses(function, seed)
    for function in (new_number_for_each, found_by_value):
        function.__name__ = "sample_index"
        assert "shares of equal logits" in clauses(function, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_array_that_is_the_callers_is_no_new_one(seed):
    def clip_grad_norm(grads, max_norm):
        arrays = list(grads.values()) if isinstance(grads, dict) else grads
        norm = np.sqrt(sum(np.sum(g**2) for g in arrays))
        if norm <= max_norm:
            return type(grads)(grads), norm
        if isinstance(grads, dict):
            return {k: g * max_norm / norm for k, g in grads.items()}, norm
        return [g * max_norm / norm for g in grads], norm

    assert clauses(clip_grad_norm, seed) == {"new arrays"}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_label_that_self_training_gave_stays(seed):
    def self_train(fit, predict_proba, x_lab, y_lab, x_unlab, threshold, rounds):
        model, joined = fit(x_lab, y_lab), x_lab[:0]
        for _ in range(rounds):
            if len(x_unlab) == 0:
                break
            sure = predict_proba(model, x_unlab).max(axis=1) >= threshold
            joined, x_unlab = np.concatenate([joined, x_unlab[sure]]), x_unlab[~sure]
            named = predict_proba(model, joined).argmax(axis=1) if len(joined) else y_lab[:0]
            model = fit(np.concatenate([x_lab, joined]), np.concatenate([y_lab, named]))
        return model

    assert clauses(self_train, seed) == {"model"}
