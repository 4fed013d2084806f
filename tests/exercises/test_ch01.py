"""Chapter 1's references against what they promise to do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.exercises import chapter


@pytest.mark.parametrize(("n", "p"), [(7, 3), (3, 5), (1, 2), (4, 1)])
@given(seed=st.integers(0, 2**32 - 1))
def test_descent_shrinks_the_steepest_direction_below_the_rate_and_grows_it_above(
    n: int, p: int, seed: int
):
    rng = np.random.default_rng(seed)
    phi = rng.standard_normal((n, p)) + rng.uniform(-2, 2, p)
    limit = chapter(1)["largest_stable_rate"].reference(phi)
    start = np.linalg.svd(phi)[2][0]  # the steepest direction

    def after(rate: float) -> float:
        w = start.copy()
        for _ in range(5):
            w = w - rate * (phi.T @ (phi @ w)) / n  # ‖phi w‖² / (2N), whose minimum is 0
        return float(np.linalg.norm(w))

    assert after(0.99 * limit) < 1 < after(1.01 * limit)
    assert abs(after(0.5 * limit)) < 1e-9


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 6), p=st.integers(1, 6))
def test_no_other_move_makes_the_damped_criterion_smaller(seed: int, n: int, p: int):
    rng = np.random.default_rng(seed)
    phi, error, lam = rng.standard_normal((n, p)), rng.standard_normal(n), rng.uniform(0.1, 3)
    best = chapter(1)["damped_step"].reference(phi, error, lam)

    def criterion(delta: np.ndarray) -> float:
        return float(np.sum((error + phi @ delta) ** 2) + lam * np.sum(delta**2))

    for size in (1e-3, 0.1, 1.0):
        assert criterion(best) < criterion(best + size * rng.standard_normal(p))
