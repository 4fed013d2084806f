"""The ELU in other styles."""
# ruff: noqa: D103

import math

import numpy as np

from autograder.audit.variants import right


@right
def elu_expm1():
    def elu_forward(x, alpha=1.0):
        return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))), (x, alpha)

    def elu_backward(dout, cache):
        x, alpha = cache
        return dout * np.where(x > 0, 1, alpha * np.exp(-abs(x)))

    return elu_forward, elu_backward


@right
def elu_masked():
    def elu_forward(x, alpha=1.0):
        out = np.array(x, dtype=np.float64)
        low = x < 0
        out[low] = alpha * np.expm1(x[low])
        return out, (low, out.copy(), alpha)

    def elu_backward(dout, cache):
        low, out, alpha = cache
        dx = dout.copy()
        dx[low] *= out[low] + alpha
        return dx

    return elu_forward, elu_backward


@right
def elu_loops():
    def elu_forward(x, alpha=1.0):
        out = np.zeros(x.shape)
        for at in np.ndindex(*x.shape):
            out[at] = x[at] if x[at] > 0 else alpha * math.expm1(x[at])
        return out, {"x": x, "alpha": alpha}

    def elu_backward(dout, cache):
        x, alpha = cache["x"], cache["alpha"]
        pairs = zip(dout.ravel(), x.ravel(), strict=True)
        return np.reshape([d * (1 if v > 0 else alpha * math.exp(v)) for d, v in pairs], x.shape)

    return elu_forward, elu_backward


@right
def elu_documented_cache():
    def elu_backward(dout, cache):
        x, alpha = cache
        low = np.minimum(x, 0)
        return dout * (x > 0) + dout * alpha * np.exp(low) * (x <= 0)

    return elu_backward
