"""The ReLU in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def relu_mask_product():
    def relu_forward(x):
        mask = x > 0
        return x * mask, mask

    def relu_backward(dout, cache):
        return np.where(cache, dout, 0.0)

    return relu_forward, relu_backward


@right
def relu_loops():
    def relu_forward(x):
        out = np.zeros(x.shape)
        for at, value in np.ndenumerate(x):
            out[at] = max(value, 0)
        return out, {"x": x}

    def relu_backward(dout, cache):
        x = cache["x"]
        dx = np.zeros_like(dout)
        for at in zip(*np.nonzero(x > 0), strict=True) if x.ndim else [()] * int(x > 0):
            dx[at] = dout[at]
        return dx

    return relu_forward, relu_backward


@right
def relu_half_sum():
    def relu_forward(x):
        return (x + np.abs(x)) / 2, (x.copy(),)

    def relu_backward(dout, cache):
        dx = dout.copy()
        dx[cache[0] <= 0] = 0
        return dx

    return relu_forward, relu_backward


@right
def relu_from_out():
    def relu_forward(x):
        out = np.clip(x, 0, None)
        return [out, np.sign(out)]

    def relu_backward(dout, cache):
        return np.einsum("...,...->...", dout, cache)

    return relu_forward, relu_backward


@right
def relu_by_signs():

    def relu_forward(x):
        return ((abs(x) + x) / 2, (np.sign(x) + abs(np.sign(x))) / 2)

    def relu_backward(dout, cache):
        return dout * cache

    return (relu_forward, relu_backward)
