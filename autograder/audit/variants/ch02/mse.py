"""The mean squared error in other styles."""
# ruff: noqa: D103

from collections import namedtuple

import numpy as np

from autograder.audit.variants import right


@right
def mse_loops():
    def mse_forward(a, y):
        total = 0.0
        for u, v in zip(np.ravel(a), np.ravel(y), strict=True):
            total += float(u - v) ** 2
        return total / (2 * a.shape[0]), {"gap": a - y}

    def mse_backward(cache):
        gap = cache["gap"]
        return np.array(gap / gap.shape[0])

    return mse_forward, mse_backward


@right
def mse_einsum():
    def mse_forward(a, y):
        gap = (np.asarray(a, float) - y).reshape(len(a), -1)
        return 0.5 * np.einsum("ij,ij->", gap, gap) / gap.shape[0], (gap, a.shape)

    def mse_backward(cache):
        gap, shape = cache
        return (gap / gap.shape[0]).reshape(shape)

    return mse_forward, mse_backward


@right
def mse_documented_cache():
    def mse_forward(a, y):
        m = a.shape[0]
        return np.square(y - a).sum() / m / 2, (a, y)

    def mse_backward(cache):
        a, y = cache
        return -(y - a) * (1.0 / a.shape[0])

    return mse_forward, mse_backward


@right
def mse_namedtuple():
    Pair = namedtuple("Pair", "a y")

    def mse_forward(a, y):
        return (np.vdot(a - y, a - y) / (2 * len(a)), Pair(a, y))

    def mse_backward(cache):
        return np.true_divide(cache.a - cache.y, len(cache.a))

    return (mse_forward, mse_backward)


@right
def mse_function_for_cache():
    def mse_forward(a, y):
        e = (a - y) / np.sqrt(len(a))
        return np.tensordot(e, e, e.ndim) / 2, lambda: e / np.sqrt(len(a))

    def mse_backward(cache):
        return cache()

    return mse_forward, mse_backward
