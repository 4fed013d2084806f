"""The logistic function in other styles."""
# ruff: noqa: D103

import math

import numpy as np

from autograder.audit.variants import right


@right
def logistic_textbook():
    def logistic_forward(x):
        with np.errstate(over="ignore"):
            out = 1 / (1 + np.exp(-x))
        return out, out

    def logistic_backward(dout, cache):
        return dout * cache * (1 - cache)

    return logistic_forward, logistic_backward


@right
def logistic_loops():
    def logistic_forward(x):
        out = np.empty(x.shape)
        for at in np.ndindex(x.shape):
            z = float(x[at])
            out[at] = 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))
        return out, {"p": out.copy()}

    def logistic_backward(dout, cache):
        p = cache["p"]
        dx = np.zeros(p.shape)
        for at, share in np.ndenumerate(p):
            dx[at] = dout[at] * share - dout[at] * share**2
        return dx

    return logistic_forward, logistic_backward


@right
def logistic_by_tanh():
    def logistic_forward(x):
        return (np.tanh(x / 2) + 1) / 2, lambda dout: dout / 4 * (1 - np.tanh(x / 2) ** 2)

    def logistic_backward(dout, cache):
        return cache(dout)

    return logistic_forward, logistic_backward


@right
def logistic_documented_cache():
    def logistic_backward(dout, cache):
        (out,) = cache
        return np.multiply(dout, out - np.square(out))

    return logistic_backward


@right
def logistic_masked():
    def logistic_forward(x):
        out = np.zeros_like(x, dtype=float)
        positive = x >= 0
        out[positive] = 1 / (1 + np.exp(-x[positive]))
        grown = np.exp(x[~positive])
        out[~positive] = grown / (1 + grown)
        return out, [x]

    def logistic_backward(dout, cache):
        clipped = np.clip(cache[0], -500, 500)
        p = 1 / (1 + np.exp(-clipped))
        return dout * p * (1 - p)

    return logistic_forward, logistic_backward


@right
def logistic_by_logaddexp():
    def logistic_forward(x):
        out = np.exp(-np.logaddexp(0.0, -x))
        return out, {"out": out}

    def logistic_backward(dout, cache):
        return np.multiply(dout, 0.25 - np.square(cache["out"] - 0.5))

    return logistic_forward, logistic_backward
