"""GELU in other styles."""
# ruff: noqa: D103

import math

import numpy as np
from scipy import special, stats

from autograder.audit.variants import right


@right
def gelu_math_erf():
    erf = np.vectorize(math.erf)

    def gelu_forward(x):
        return x * (1 + erf(x / 2**0.5)) / 2, (x,)

    def gelu_backward(dout, cache):
        (x,) = cache
        return dout * ((1 + erf(x / 2**0.5)) / 2 + x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi))

    return gelu_forward, gelu_backward


@right
def gelu_loops():
    def gelu_forward(x):
        out = np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            out[index] = 0.5 * x[index] * (1 + math.erf(x[index] / math.sqrt(2)))
        return out, {"x": x}

    def gelu_backward(dout, cache):
        x, dx = cache["x"], np.empty(dout.shape)
        for index in np.ndindex(x.shape):
            v = float(x[index])
            dx[index] = dout[index] * (
                0.5 * math.erfc(-v / math.sqrt(2))
                + v * math.exp(-0.5 * v * v) / math.sqrt(math.tau)
            )
        return dx

    return gelu_forward, gelu_backward


@right
def gelu_ndtr():
    def gelu_forward(x):
        p = special.ndtr(np.asarray(x, dtype=float))
        return x * p, (x, p)

    def gelu_backward(dout, cache):
        x, p = cache
        return dout * p + dout * x * stats.norm.pdf(x)

    return gelu_forward, gelu_backward


@right
def gelu_documented_cache():
    def gelu_backward(dout, cache):
        x = cache[0]
        return np.multiply(dout, special.ndtr(x) + x * np.exp(-(x**2) / 2) * 0.3989422804014327)

    return gelu_backward
