"""Bias squared and variance of a model's predictions over runs."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads


def runs_around_a_bias(rng: np.random.Generator) -> Iterator[Case]:
    """More runs than points and fewer; the bias differs from point to point."""
    for runs, n in ((5, 3), (3, 7)):
        target = rng.standard_normal(n)
        bias = rng.uniform(-2, 2, n)
        noise = rng.standard_normal((runs, n)) * rng.uniform(0.5, 2, n)
        yield case(predictions=target + bias + noise, target=target, R=runs, N=n)


@function(
    says="bias squared and variance of predictions over runs",
    group="fitting",
    cases=runs_around_a_bias,
    outputs="bias_squared, variance",
    whole="predictions target",
)
@leads(
    "R fits make R predictions for each point. How far is their mean from the target, and"
    " how far do they lie from their mean?",
    "Mean over runs (axis 0) first, (N,); the squares of its error, and the variances "
    "over runs, are then averaged over the points.",
)
def bias_variance(predictions, target):
    """Mean over points of (mean prediction − target)² and of the variance over runs."""
    mean = predictions.mean(axis=0)
    # ~ wrong axis: predictions.mean(axis=1, keepdims=True)
    #     | Average over runs first; runs are the rows.
    # ~ median for mean: np.median(predictions, axis=0)
    #     | The average of all fits is their mean; which of the two is moved by one far fit?
    # ~ one mean for all: predictions.mean() | The mean prediction differs from point to point.
    bias_squared = np.mean((mean - target) ** 2)
    # ~ mean of sizes squared: np.mean(np.abs(mean - target))**2 | Square before you average.
    # ~ error for bias: mean => predictions | The bias is that of the mean prediction.
    # ~ mean before square: np.mean(mean - target)**2 | Biases of opposite sign must not cancel.
    # ~ bias not squared: np.mean(np.abs(mean - target)) | The bias enters squared.
    # ~ summed: np.mean => np.sum | Average over the points.
    variance = np.mean(((predictions - mean) ** 2).mean(axis=0))
    # ~ variance summed: np.mean => np.sum
    # ~ unbiased variance: np.mean(predictions.var(axis=0, ddof=1)) | The variance divides by R.
    # ~ deviation for variance: np.mean(predictions.std(axis=0))
    #     | A variance is a squared deviation.
    # ~ sizes for squares: np.mean(np.abs(predictions - mean))
    #     | A variance is a squared deviation.
    # ~ covariances averaged: np.mean(np.cov(predictions.T, bias=True))
    #     | Which entries of a covariance matrix are variances?
    # ~ variance over points: np.mean(predictions.var(axis=1))
    #     | How do the runs differ at one point?
    # ~ variance around target: mean => target | Variance is measured from the mean prediction.
    # ~ overall variance: predictions.var() | Points differ too; that is no variance of the model.
    return float(bias_squared), float(variance)
    # ~ results swapped: float(variance), float(bias_squared)
    #     | Compare with the order in the signature.
    # ~ per point: (mean - target)**2, predictions.var(axis=0) | Two numbers are asked for.
