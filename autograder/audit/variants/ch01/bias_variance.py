"""Bias and variance in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


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


@right
def bias_by_difference():

    def bias_variance(predictions, target):
        e = np.asarray(predictions) - target
        b = e.mean(0) @ e.mean(0) / e.shape[1]
        return (float(b), float(np.einsum("ij,ij->", e, e) / e.size - b))

    return bias_variance
