"""Swish and GELU in other styles."""
# ruff: noqa: D103

import math

import numpy as np
from scipy import special, stats

from autograder.audit.variants import right


@right
def swish_textbook():
    def swish_forward(x, beta=1.0):
        s = 1 / (1 + np.exp(-beta * x))
        return x * s, (x, s, beta)

    def swish_backward(dout, cache):
        x, s, beta = cache
        out = x * s
        return dout * (beta * out + s * (1 - beta * out))

    return swish_forward, swish_backward


@right
def swish_expit():
    def swish_forward(x, beta=1.0):
        return special.expit(beta * x) * x, {"x": x, "beta": beta}

    def swish_backward(dout, cache):
        z = cache["beta"] * cache["x"]
        return dout * special.expit(z) + dout * z * special.expit(z) * special.expit(-z)

    return swish_forward, swish_backward


@right
def swish_loops():
    def sigma(z):
        return 1 / (1 + math.exp(-z)) if z > 0 else 1 - 1 / (1 + math.exp(z))

    def swish_forward(x, beta=1.0):
        return np.array([[float(v) * sigma(beta * v) for v in row] for row in x]), (x, beta)

    def swish_backward(dout, cache):
        x, beta = cache
        dx = np.zeros(x.shape)
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                s = sigma(beta * x[i, j])
                dx[i, j] = dout[i, j] * (s + beta * x[i, j] * s * (1 - s))
        return dx

    return swish_forward, swish_backward


@right
def swish_documented_cache():
    def swish_backward(dout, cache):
        x, beta = cache
        t = np.tanh(beta * x / 2)
        return dout * (1 + t) / 2 + dout * beta * x * (1 - t**2) / 4

    return swish_backward


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
