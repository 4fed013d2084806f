"""Binary cross-entropy on logits: the mean of −log p for y = 1 and −log(1 − p) for y = 0."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import leads, pair
from autograder.exercises.ch02.logistic import logistic

CUT_OFF = (
    "log(1 + exp(z)) is a little more than z even where z is 15: for y = 1 that little is the "
    "whole loss."
)


def both_labels(rng: np.random.Generator) -> Iterator[Case]:
    """Both labels on both sides of zero."""
    for n in (5, 7):
        y = rng.permutation(np.arange(n) % 2).astype(float)
        yield case(z=2 * rng.standard_normal(n), y=y, N=n)
    z = np.array([12.0, 15.0, -12.5, 18.0, 0.5]) + rng.uniform(0, 0.2, 5)
    sure_ones = "right and rather certain"
    yield case(sure_ones, z=z, y=np.array([1.0, 1, 0, 1, 1]), N=5, lead=CUT_OFF)
    yield case("labels as integers", z=2 * rng.standard_normal(4), y=np.array([1, 0, 0, 1]), N=4)


def certain(rng: np.random.Generator) -> Iterator[Case]:
    """Confidently right and confidently wrong."""
    z = np.array([1e4, -1e4, 1e4, -1e4, 800.0, -800.0, 40.0, -40.0])
    yield case("logits up to ±10,000", z=z, y=np.array([1.0, 0, 0, 1, 1, 0, 0, 1]), N=8)
    z = np.array([1e4, -1e4, 1000.0, -40.0])
    yield case("certain and right", z=z, y=np.array([1.0, 0, 1, 0]), N=4)
    z = np.array([-1e4, 2000.0, -50.0]) + rng.uniform(0, 1, 3)
    yield case("certain and wrong", z=z, y=np.array([1.0, 0, 1]), N=3)


def sure(rng: np.random.Generator) -> Iterator[Case]:
    """Logits from -60 to -35 for y = 0: the loss is tiny, and log1p keeps its digits."""
    yield case("right and nearly certain", z=rng.uniform(-60, -35, 4), y=np.zeros(4), N=4)


bce_with_logits = pair(
    says="binary cross-entropy on logits",
    group="logistic, BCE",
    cases=both_labels,
    cache="(z, y)",
    loss=True,
    returns=[Output("loss", tol=1e-9)],
    grads="dz: example",
    extreme=certain,
    quiet=True,
    accurate=sure,
    whole="z",
)


@bce_with_logits.forward
@leads(
    "For a score z and a label y of 0 or 1, −log of the probability of y; neither form "
    "may overflow.",
    "−log σ(z) = log(1 + exp(−z)) and −log(1 − σ(z)) = z + log(1 + exp(−z)); write log(1 "
    "+ exp(·)) so that the exponent is never positive.",
)
def bce_with_logits_forward(z, y):
    """Mean of log(1 + exp(z)) − y·z, written as max(z, 0) − y·z + log(1 + exp(−|z|))."""
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))  # ~ not averaged
    # ~ overflow: np.mean(np.log(1 + np.exp(z)) - y * z) | What does log(1 + exp(z)) do at z = 1000?
    # ~ log for log1p: np.mean(np.maximum(z, 0) - y * z + np.log(1 + np.exp(-np.abs(z))))
    #     | 1 + t is rounded to 1 where t is tiny: which function takes t itself?
    # ~ log of zero: p = 1 / (1 + np.exp(-z)); loss = np.mean(-y * np.log(p) - (1 - y) *
    #     np.log(1 - p)) | For a large |z|, p rounds to 0 or 1; what is its log?
    # ~ clipped: p = np.clip(logistic(z), 1e-12, 1 - 1e-12); loss = np.mean(-y * np.log(p) -
    #     (1 - y) * np.log(1 - p)) | Clipping p puts a ceiling on the loss.
    # ~ sign | A right and certain answer costs nearly nothing.
    # ~ labels plus minus one: y => 2 * y - 1 | Labels are 0 and 1 here.
    # ~ loss for labels of ±1: np.mean(np.logaddexp(0.0, -y * z))
    #     | log(1 + exp(−yz)) is meant for labels −1 and 1. What does it say for y = 0?
    # ~ classes swapped: y => 1 - y | y = 1 goes with −log p.
    # ~ only positive class: np.mean(y * (np.maximum(z, 0) - z + np.log1p(np.exp(-np.abs(z)))))
    #     | Examples of class 0 cost something too.
    # ~ one class for both: np.mean(np.logaddexp(0.0, -z)) | What does an example with y = 0 cost?
    # ~ size missing: np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-z)))
    #     | Of which number is the exponential, for a negative z?
    # ~ logistic twice: z => logistic(z) | z is a logit and goes through the logistic once.
    # ~ base two: ...; loss /= np.log(2) | The logarithm is the natural one.
    # ~ max for maximum
    # ~ 1e-12 in the logs: p = logistic(z); loss = -np.mean(y * np.log(p + 1e-12) + (1 - y) *
    #     np.log(1 - p + 1e-12)) | A small number inside the log puts a ceiling on the loss.
    # ~ 1e-8 in the logs: p = logistic(z); loss = -np.mean(y * np.log(p + 1e-08) + (1 - y) *
    #     np.log(1 - p + 1e-08))
    return loss, (z, y)


@bce_with_logits.backward
@leads(
    "Differentiate log(1 + exp(z)) − yz: the first part is a curve that you know.",
    "d/dz log(1 + exp(z)) = σ(z); what is left of −yz, and by what is the batch averaged?",
)
def bce_with_logits_backward(cache):
    """dz = (logistic(z) − y) / N."""
    z, y = cache
    p = logistic(z)
    # ~ overflow: 1 / (1 + np.exp(-z)) | What is exp(-z) for z = -1000?
    # ~ logit for probability: z | Subtract y from the probability, not from the logit.
    return (p - y) / len(z)  # ~ not averaged
    # ~ sign | If y = 1, should the loss fall or grow when z grows?
    # ~ derivative twice: (p - y) * p * (1 - p) / len(z)
    #     | In dz the slope of the logistic has cancelled already.
    # ~ derivative of p: (p - y) / np.maximum(p * (1 - p), 1e-300) / len(z)
    #     | That is the gradient with respect to p; asked is the one with respect to z.
    # ~ averaged twice: (p - y) / len(z)**2 | Each 1/N of the loss appears once.
    # ~ factor two: 2 * (p - y) / len(z) | There is no square in this loss.
    # ~ decision for probability: ((z > 0) - y) / len(z)
    #     | p is a probability; what does a decision of 0 or 1 say about being nearly right?
    # ~ labels plus minus one: y => 2 * y - 1 | Labels are 0 and 1 here.
    # ~ clipped: np.where((p < 1e-07) | (p > 1 - 1e-07), 0.0, p - y) / len(z)
    #     | Where p is clipped its gradient is gone.
    # ~ only p averaged: p / len(z) - y | Both parts of the difference are averaged.
