"""The references of bump and check_along against formulas of others, and checks that can refuse."""

import numpy as np
import pytest
from scipy.optimize import rosen, rosen_der
from scipy.special import expit

from autograder import run_check
from autograder.exercises.ch03.bump import bump
from autograder.exercises.ch03.check_along import check_along


def test_bump_is_the_difference_of_two_of_scipys_logistic_functions():
    x = np.random.default_rng(0).uniform(-3, 3, (4, 5))
    expected = 2.5 * (expit(7 * (x + 1)) - expit(7 * (x - 0.5)))
    np.testing.assert_allclose(bump(x, -1, 0.5, 2.5, 7.0), expected, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scipys_own_gradient_is_acquitted(dtype):
    w = np.random.default_rng(1).normal(size=6).astype(dtype)
    grad = rosen_der(w.astype(float))
    assert check_along(rosen, grad, w, np.random.default_rng(2)) < 1e-6


@pytest.mark.parametrize("bug", [lambda g: 1.01 * g, lambda g: -g, lambda g: np.roll(g, 1)])
def test_planted_bugs_are_caught(bug):
    w = np.random.default_rng(1).normal(size=6)
    assert check_along(rosen, bug(rosen_der(w)), w, np.random.default_rng(2)) > 1e-3


def test_a_check_that_always_acquits_is_rejected():
    def acquit(f, grad, w, rng, directions=3, eps=1e-5):
        for _ in range(directions):
            u = rng.standard_normal(w.shape)
            u = u / np.linalg.norm(u)
            f(w + eps * u), f(w - eps * u)
        return 0.0

    assert not run_check("check_along", {"check_along": acquit}).passed


def test_a_check_in_the_precision_of_its_weights_is_rejected():
    def single(f, grad, w, rng, directions=3, eps=1e-5):
        worst = 0.0
        for _ in range(directions):
            u = rng.standard_normal(w.shape)
            u = (u / np.linalg.norm(u)).astype(w.dtype)
            slope = (f(w + w.dtype.type(eps) * u) - f(w - w.dtype.type(eps) * u)) / (2 * eps)
            along = float(np.sum(grad * u))
            worst = max(worst, abs(slope - along) / (abs(slope) + abs(along)))
        return float(worst)

    assert not run_check("check_along", {"check_along": single}).passed


def test_a_check_that_never_looks_is_told_that_it_misses_the_bug_and_not_that_it_looks_one_way():
    report = run_check("check_along", {"check_along": lambda *args, **options: 0.0})
    assert "difference is not right" in report.found
    assert "one sided" not in report.message


def test_nought_by_nought_is_no_evidence():
    def divide(f, grad, w, rng, directions=3, eps=1e-5):
        found = []
        for _ in range(directions):
            u = rng.standard_normal(w.shape)
            u = u / np.linalg.norm(u)
            w64 = w.astype(float)
            slope, along = (f(w64 + eps * u) - f(w64 - eps * u)) / (2 * eps), np.sum(grad * u)
            found.append(abs(slope - along) / (abs(slope) + abs(along)))
        return float(np.max(found))

    report = run_check("check_along", {"check_along": divide})
    assert not report.passed
    assert "does not change" in report.message
