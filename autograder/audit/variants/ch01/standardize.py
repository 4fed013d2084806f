"""Standardized features in other styles."""
# ruff: noqa: D103

import math

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


@right
def standardize_apply_along_axis():

    def standardize(x_train, x_test):
        mu, sd = (np.apply_along_axis(f, 0, x_train) for f in (np.mean, np.std))
        const = np.ptp(x_train, axis=0) == 0
        sd[const] = 1.0
        return tuple((x - mu) / sd for x in (x_train, x_test))

    return standardize


@right
def standardize_object():

    class Scaler:
        def fit(self, x):
            self.m = np.add.reduce(x, 0) / x.shape[0]
            self.s = np.linalg.norm(x - self.m, axis=0) / math.sqrt(x.shape[0])
            self.s = np.where(self.s < 1e-09 * np.maximum(1, np.abs(self.m)), 1, self.s)
            return self

        def __call__(self, x):
            return (x - self.m) / self.s

    def standardize(x_train, x_test):
        f = Scaler().fit(x_train)
        return (f(x_train), f(x_test))

    return standardize


@right
def constant_by_closeness():
    def standardize(x_train, x_test):
        mu, sigma = x_train.mean(0), x_train.std(0)
        sigma = np.where(np.isclose(sigma, 0), 1.0, sigma)
        return (x_train - mu) / sigma, (x_test - mu) / sigma

    return standardize


@right
def variance_from_two_means():
    def standardize(x_train, x_test):
        mu = x_train.mean(0)
        variance = (x_train**2).mean(0) - mu**2
        sigma = np.sqrt(np.maximum(variance, 0))
        sigma[x_train.max(0) == x_train.min(0)] = 1
        sigma[sigma == 0] = 1
        return (x_train - mu) / sigma, (x_test - mu) / sigma

    return standardize
