"""Standardized features in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def standardize_loops():
    def standardize(x_train, x_test):
        z_train, z_test = np.zeros(x_train.shape), np.zeros(x_test.shape)
        for j in range(x_train.shape[1]):
            column = x_train[:, j]
            mean = sum(column) / len(column)
            std = (sum((v - mean) ** 2 for v in column) / len(column)) ** 0.5
            std = std if std > 1e-12 else 1.0
            z_train[:, j] = (column - mean) / std
            z_test[:, j] = (x_test[:, j] - mean) / std
        return z_train, z_test

    return standardize


@right
def standardize_small_constant():
    def standardize(x_train, x_test):
        mean, std = np.mean(x_train, 0), np.std(x_train, 0)
        safe = np.where(std > 1e-12 * (1 + abs(mean)), std, 1)
        return (x_train - mean) / safe, (x_test - mean) / safe

    return standardize


@right
def standardize_inverse():
    def standardize(x_train, x_test):
        mean = np.einsum("nd->d", x_train) / len(x_train)
        std = np.sqrt(np.square(x_train - mean).mean(axis=0))
        varies = np.ptp(x_train, axis=0) > 0
        scale = np.divide(1.0, std, out=np.zeros_like(std), where=varies)
        return [(x - mean[None]) * scale for x in (x_train, x_test)]

    return standardize
