"""Polynomial features, ridge, folds, bias and variance in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def powers_broadcast():
    def polynomial_features(x, degree):
        return np.asarray(x, dtype=float)[:, None] ** np.arange(degree + 1)

    return polynomial_features


@right
def powers_vander():
    def polynomial_features(x, degree):
        return np.vander(np.asarray(x, float), degree + 1, increasing=True)

    return polynomial_features


@right
def powers_running_product():
    def polynomial_features(x, degree):
        phi = np.ones((len(x), degree + 1))
        for j in range(1, degree + 1):
            phi[:, j] = phi[:, j - 1] * x
        return phi

    return polynomial_features


@right
def ridge_augmented():
    def ridge_fit(phi, y, lam):
        d = phi.shape[1]
        rows = np.sqrt(lam) * np.eye(d)[1:]
        return np.linalg.lstsq(
            np.vstack([phi, rows]), np.concatenate([y, np.zeros(d - 1)]), rcond=None
        )[0]

    return ridge_fit


@right
def ridge_inverse():
    def ridge_fit(phi, y, lam):
        free = np.diag([0.0] + [1.0] * (phi.shape[1] - 1))
        return np.linalg.inv(phi.T.dot(phi) + lam * free).dot(phi.T).dot(y)

    return ridge_fit


@right
def ridge_pinv():
    def ridge_fit(phi, y, lam):
        penalty = np.full(phi.shape[1], float(lam))
        penalty[0] = 0
        return np.linalg.pinv(np.einsum("ni,nj->ij", phi, phi) + np.diag(penalty)) @ np.einsum(
            "ni,n->i", phi, y
        )

    return ridge_fit


@right
def folds_masks():
    def k_fold_indices(n, k, rng):
        order = rng.permutation(n)
        folds = []
        for i in range(k):
            val = order[i::k]
            mask = np.ones(n, dtype=bool)
            mask[val] = False
            folds.append((np.flatnonzero(mask), val))
        return folds

    return k_fold_indices


@right
def folds_shuffle_lists():
    def k_fold_indices(n, k, rng):
        order = list(range(n))
        rng.shuffle(order)
        edges = [round(i * n / k) for i in range(k + 1)]
        return [
            (order[: edges[i]] + order[edges[i + 1] :], order[edges[i] : edges[i + 1]])
            for i in range(k)
        ]

    return k_fold_indices


@right
def folds_random_keys():
    def k_fold_indices(n, k, rng):
        fold_of = np.arange(n)[np.argsort(rng.random(n))] % k
        return [(np.where(fold_of != i)[0], np.where(fold_of == i)[0]) for i in range(k)]

    return k_fold_indices


@right
def spread_var():
    def bias_variance(predictions, target):
        return np.mean((predictions.mean(0) - target) ** 2), predictions.var(axis=0).mean()

    return bias_variance


@right
def spread_loops():
    def bias_variance(predictions, target):
        runs, n = predictions.shape
        bias = variance = 0.0
        for i in range(n):
            m = sum(predictions[:, i]) / runs
            bias += (m - target[i]) ** 2 / n
            variance += sum((p - m) ** 2 for p in predictions[:, i]) / runs / n
        return bias, variance

    return bias_variance


@right
def spread_by_difference():
    def bias_variance(predictions, target):
        predictions = np.asarray(predictions, dtype=float)
        error = ((predictions - target) ** 2).mean()
        bias = ((np.einsum("rn->n", predictions) / len(predictions) - target) ** 2).mean()
        return [float(bias), float(error - bias)]

    return bias_variance
