"""Binary cross-entropy on logits in other styles."""
# ruff: noqa: D103

import math

import numpy as np
from scipy.special import expit, log_expit

from autograder.audit.variants import right


@right
def bce_logaddexp():
    def bce_with_logits_forward(z, y):
        loss = (np.logaddexp(0, z) - y * z).mean()
        return loss, {"z": z, "y": y}

    def bce_with_logits_backward(cache):
        return (0.5 * np.tanh(0.5 * cache["z"]) + 0.5 - cache["y"]) / cache["y"].size

    return bce_with_logits_forward, bce_with_logits_backward


@right
def bce_loops():
    def softplus(v):
        return max(v, 0.0) + math.log1p(math.exp(-abs(v)))

    def bce_with_logits_forward(z, y):
        total = 0.0
        for v, label in zip(z, y, strict=True):
            total += softplus(-v) if label == 1 else softplus(v)
        return total / len(z), (z, y)

    def bce_with_logits_backward(cache):
        z, y = cache
        dz = np.zeros(len(z))
        for i, v in enumerate(z):
            p = 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))
            dz[i] = (p - y[i]) / len(z)
        return dz

    return bce_with_logits_forward, bce_with_logits_backward


@right
def bce_scipy():
    def bce_with_logits_forward(z, y):
        z = np.asarray(z, dtype=float)
        return -np.mean(np.where(y == 1, log_expit(z), log_expit(-z))), (expit(z) - y)

    def bce_with_logits_backward(cache):
        return cache / len(cache)

    return bce_with_logits_forward, bce_with_logits_backward


@right
def bce_backward_documented():
    def bce_with_logits_backward(cache):
        z, y = cache
        return (expit(np.asarray(z, dtype=float)) - y) / z.shape[0]

    return bce_with_logits_backward
