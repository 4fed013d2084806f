"""The bump in other styles."""
# ruff: noqa: D103

import numpy as np
from scipy.special import expit

from autograder.audit.variants import right


@right
def bump_expit():
    def bump(x, left, right, height, slope=100.0):
        return height * expit(slope * (x - left)) - height * expit(slope * (x - right))

    return bump


@right
def bump_two_tanh():
    def bump(x, left, right, height, slope=100.0):
        x = np.asarray(x, dtype=float)
        return height / 2 * (np.tanh(slope * (x - left) / 2) - np.tanh(slope * (x - right) / 2))

    return bump


@right
def bump_as_a_network():
    def bump(x, left, right, height, slope=100.0):
        w1, b1 = np.array([[slope, slope]]), np.array([-slope * left, -slope * right])
        z = np.reshape(x, (-1, 1)) @ w1 + b1
        e = np.exp(-np.abs(z))
        a = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
        return (a @ np.array([[height], [-height]])).reshape(np.shape(x))

    return bump
