"""Chapter 1: what its derivations promise, on data that the notebooks do not use."""

from __future__ import annotations

import numpy as np
import pytest

from tests.claims.ch01_2_kinds import NB2
from tests.claims.ch01_3_generalization import NB3, coin_flips, descent_curve
from tests.claims.ch01_4_descent import NB4, tiny

SEEDS = range(5)


@pytest.mark.long
def test_features_picked_inside_the_folds_score_one_half() -> None:
    scores = np.array([coin_flips(seed)[1] for seed in SEEDS])
    assert abs(scores.mean() - 0.5) < 3 * scores.std(ddof=1) / np.sqrt(len(scores)) + 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_kmeans_never_sees_a_labeling_again_even_with_ties(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(20):
        x = rng.integers(0, 4, (12, 2)).astype(float)  # whole numbers: many equal distances
        centers, seen = x[rng.choice(12, 4, replace=False)], []
        while True:
            labels, centers = NB2.kmeans_step(x, centers)
            cost = round(float(((x - centers[labels]) ** 2).sum()), 9)
            key = (cost, int(labels.sum()), tuple(labels))
            if seen and key == seen[-1]:
                break
            assert not seen or key[:2] < seen[-1][:2]
            seen.append(key)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_sweep_of_q_learning_shrinks_the_largest_error_by_the_promised_factor(
    seed: int,
) -> None:
    rng, gamma, alpha = np.random.default_rng(seed), 0.9, 0.5
    reward, to = rng.normal(size=(6, 3)), rng.integers(0, 6, (6, 3))
    best = np.zeros((6, 3))
    for _ in range(500):
        best = reward + gamma * best[to].max(axis=-1)
    q = 10 * rng.normal(size=(6, 3))
    before = np.abs(q - best).max()
    for s, a in rng.permutation([(s, a) for s in range(6) for a in range(3)]):
        q = NB2.q_learning_update(q, s, a, reward[s, a], to[s, a], alpha, gamma)
    assert np.abs(q - best).max() <= (1 - alpha * (1 - gamma)) * before + 1e-12


def test_every_learner_is_right_on_exactly_half_of_all_worlds() -> None:
    inputs = np.array([[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)])
    seen, unseen = [0, 3, 5, 6, 7], [1, 2, 4]
    for learn in (NB3.majority, NB3.contrary, NB3.neighbor, NB3.tree):
        hits = [
            np.mean(learn(inputs[seen], w[seen], inputs[unseen]) == w[unseen])
            for w in (np.array([n >> i & 1 for i in range(8)]) for n in range(256))
        ]
        assert np.mean(hits) == pytest.approx(0.5, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_smallest_norm_falls_with_every_further_feature(seed: int) -> None:
    curve = descent_curve(seed)
    assert curve[100][3] > curve[200][3] > curve[1000][3]
    assert curve[1000][0] < 1e-12 < curve[80][0]


@pytest.mark.parametrize("seed", SEEDS)
def test_descent_follows_the_formula_in_eigen_coordinates(seed: int) -> None:
    rng = np.random.default_rng(seed)
    phi, y = rng.normal(size=(30, 5)), rng.normal(size=30)
    c, u = np.linalg.eigh(phi.T @ phi / 30)
    goal, start = np.linalg.lstsq(phi, y, rcond=None)[0], rng.normal(size=5)
    best = 2 / (c[0] + c[-1])
    path = NB4.gradient_descent(lambda t: phi.T @ (phi @ t - y) / 30, start, best, 20)
    z = (path - goal) @ u
    np.testing.assert_allclose(z[20], (1 - best * c) ** 20 * z[0], rtol=1e-9, atol=1e-12)
    # and no other rate has a smaller slowest factor
    slowest = [np.abs(1 - rate * c).max() for rate in np.linspace(0, 2 * best, 401)]
    assert np.abs(1 - best * c).max() <= min(slowest) + 1e-12


@pytest.mark.long
def test_root_finding_ends_in_the_saddle_at_least_half_as_often_as_in_all_minima() -> None:
    ends = [tiny(seed) for seed in SEEDS]
    assert sum(e["saddle"] for e in ends) >= 0.5 * sum(e["minimum"] for e in ends)
