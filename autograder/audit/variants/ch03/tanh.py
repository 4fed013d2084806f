"""The hyperbolic tangent in other styles."""
# ruff: noqa: D103

import math

import numpy as np

from autograder.audit.variants import right


@right
def tanh_keeps_input():
    def tanh_forward(x):
        return np.tanh(x), (x,)

    def tanh_backward(dout, cache):
        t = np.tanh(cache[0])
        return dout * (1 - t * t)

    return tanh_forward, tanh_backward


@right
def tanh_by_logistic():
    def sigma(z):
        return np.where(
            z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z)))
        )

    def tanh_forward(x):
        out = 2 * sigma(2 * x) - 1
        return out, out

    def tanh_backward(dout, cache):
        return (1 - cache) * (1 + cache) * dout

    return tanh_forward, tanh_backward


@right
def tanh_loops():
    def tanh_forward(x):
        out = np.reshape([math.tanh(v) for v in x.ravel()], x.shape)
        return (out, {"out": out})

    def tanh_backward(dout, cache):
        dx = np.array(dout, dtype=float)
        for index, t in np.ndenumerate(cache["out"]):
            dx[index] *= 1 - t**2
        return dx

    return tanh_forward, tanh_backward


@right
def tanh_documented_cache():
    def tanh_backward(dout, cache):
        return dout - dout * cache[0] ** 2

    return tanh_backward


@right
def tanh_cosh():

    def tanh_forward(x):
        return (np.tanh(x), x)

    def tanh_backward(dout, cache):
        return np.asarray(dout / np.cosh(np.clip(cache, -300, 300)) ** 2)

    return (tanh_forward, tanh_backward)


@right
def tanh_as_a_quotient():
    def tanh_forward(x):
        z = np.clip(x, -300.0, 300.0)
        out = np.sinh(z) / np.cosh(z)
        return out, [out]

    def tanh_backward(dout, cache):
        return dout * (1.0 - cache[0]) * (1.0 + cache[0])

    return tanh_forward, tanh_backward
