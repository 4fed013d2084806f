"""Swish in other styles."""
# ruff: noqa: D103

import math

import numpy as np
import scipy.special
from scipy import special

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
        return np.vectorize(lambda v: v * sigma(beta * v), otypes=[float])(x), (x, beta)

    def swish_backward(dout, cache):
        x, beta = cache
        dx = np.zeros(x.shape)
        for at, v in np.ndenumerate(x):
            s = sigma(beta * v)
            dx[at] = dout[at] * (s + beta * v * s * (1 - s))
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
def swish_dict_cache():

    def swish_forward(x, beta=1.0):
        s = scipy.special.expit(np.multiply(beta, x))
        return (x * s, dict(x=x, s=s, b=beta))

    def swish_backward(dout, cache):
        s = cache["s"]
        return dout * (s + cache["b"] * cache["x"] * s * (1 - s))

    return (swish_forward, swish_backward)


@right
def swish_by_logaddexp():
    def swish_forward(x, beta=1.0):
        return x * np.exp(-np.logaddexp(0.0, -beta * x)), (x, beta)

    def swish_backward(dout, cache):
        x, beta = cache
        open_, shut = (np.exp(-np.logaddexp(0.0, sign * beta * x)) for sign in (-1.0, 1.0))
        return dout * open_ * (1.0 + beta * x * shut)

    return swish_forward, swish_backward
