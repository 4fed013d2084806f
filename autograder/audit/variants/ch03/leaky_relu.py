"""The leaky ReLU in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def leaky_two_halves():
    def leaky_relu_forward(x, slope=0.01):
        return np.maximum(x, 0) + slope * np.minimum(x, 0), (x, slope)

    def leaky_relu_backward(dout, cache):
        x, slope = cache
        dx = np.array(dout, copy=True)
        dx[x <= 0] *= slope
        return dx

    return leaky_relu_forward, leaky_relu_backward


@right
def leaky_two_ramps():
    def leaky_relu_forward(x, slope=0.01):
        on = (x > 0).astype(float)
        factor = on + slope * (1 - on)
        return factor * x, factor

    def leaky_relu_backward(dout, cache):
        return dout * cache

    return leaky_relu_forward, leaky_relu_backward


@right
def leaky_loops():
    class Kept:
        def __init__(self, x, slope):
            self.x, self.slope = x, slope

    def leaky_relu_forward(x, slope=0.01):
        flat = [v if v > 0 else slope * v for v in x.flat]
        return np.array(flat, dtype=float).reshape(x.shape), Kept(x, slope)

    def leaky_relu_backward(dout, cache):
        dx = np.empty(dout.shape)
        for at, g in np.ndenumerate(dout):
            dx[at] = g if cache.x[at] > 0 else g * cache.slope
        return dx

    return leaky_relu_forward, leaky_relu_backward


@right
def leaky_documented_cache():
    def leaky_relu_backward(dout, cache):
        x, slope = cache
        return dout * (x > 0) + slope * dout * (x <= 0)

    return leaky_relu_backward


@right
def leaky_table_of_slopes():

    def leaky_relu_forward(x, slope=0.01):
        m = np.array([slope, 1.0])[(np.asarray(x) > 0).astype(int)]
        return (m * x, m)

    def leaky_relu_backward(dout, cache):
        return cache * dout

    return (leaky_relu_forward, leaky_relu_backward)


@right
def leaky_by_the_sign_of_out():

    def leaky_relu_forward(x, slope=0.01):
        out = np.where(x > 0, x, slope * x)
        return (out, (out, slope))

    def leaky_relu_backward(dout, cache):
        out, slope = cache
        return dout * np.where(out > 0, 1.0, slope)

    return (leaky_relu_forward, leaky_relu_backward)
