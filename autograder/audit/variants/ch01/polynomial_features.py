"""Polynomial features in other styles."""
# ruff: noqa: D103

import itertools
import operator

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
def polynomial_accumulate():

    def polynomial_features(x, degree):
        return np.array(
            list(itertools.accumulate([np.ones(len(x))] + [x] * degree, operator.mul))
        ).T

    return polynomial_features
