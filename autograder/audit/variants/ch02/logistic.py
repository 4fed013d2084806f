"""The logistic function in other styles."""
# ruff: noqa: D103

import math

import numpy as np
from scipy.special import expit

from autograder.audit.variants import right


@right
def logistic_masks():
    def logistic(z):
        z = np.asarray(z, dtype=float)
        p = np.empty(z.shape)
        up = z >= 0
        p[up] = 1 / (1 + np.exp(-z[up]))
        small = np.exp(z[~up])
        p[~up] = small / (1 + small)
        return p

    return logistic


@right
def logistic_by_log():
    def logistic(z):
        return np.exp(-np.logaddexp(0.0, -np.asarray(z, dtype=float)))

    return logistic


@right
def logistic_loops():
    def logistic(z):
        out = [
            1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))
            for v in np.ravel(z)
        ]
        return np.reshape(out, np.shape(z))

    return logistic


@right
def logistic_scipy():
    def logistic(z):
        return expit(np.asarray(z, dtype=float))

    return logistic
