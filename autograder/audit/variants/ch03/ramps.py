"""ReLU, leaky ReLU, PReLU and ELU in other styles."""
# ruff: noqa: D103

import math

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
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                out[i, j] = max(x[i, j], 0)
        return out, {"x": x}

    def relu_backward(dout, cache):
        x = cache["x"]
        dx = np.zeros_like(dout)
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                if x[i, j] > 0:
                    dx[i, j] = dout[i, j]
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
        return np.einsum("nd,nd->nd", dout, cache)

    return relu_forward, relu_backward


@right
def leaky_maximum():
    def leaky_relu_forward(x, slope=0.01):
        return np.maximum(x, slope * x), (x, slope)

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
        rows = [[v if v > 0 else slope * v for v in row] for row in x]
        return np.array(rows, dtype=float), Kept(x, slope)

    def leaky_relu_backward(dout, cache):
        dx = np.empty(dout.shape)
        for i, row in enumerate(dout):
            for j, g in enumerate(row):
                dx[i, j] = g if cache.x[i, j] > 0 else g * cache.slope
        return dx

    return leaky_relu_forward, leaky_relu_backward


@right
def leaky_documented_cache():
    def leaky_relu_backward(dout, cache):
        x, slope = cache
        return dout * (x > 0) + slope * dout * (x <= 0)

    return leaky_relu_backward


@right
def prelu_moveaxis():
    def prelu_forward(x, a):
        last = np.moveaxis(x, 1, -1)
        return np.moveaxis(np.maximum(last, 0) + a * np.minimum(last, 0), -1, 1), (x, a)

    def prelu_backward(dout, cache):
        x, a = cache
        g, last = np.moveaxis(dout, 1, -1), np.moveaxis(x, 1, -1)
        dx = np.moveaxis(g * np.where(last > 0, 1, a), -1, 1)
        return dx, (g * np.minimum(last, 0)).reshape(-1, len(a)).sum(axis=0)

    return prelu_forward, prelu_backward


@right
def prelu_channel_loop():
    def prelu_forward(x, a):
        out = np.array(x, dtype=float)
        for c in range(len(a)):
            part = out[:, c]
            part[part <= 0] *= a[c]
        return out, {"x": x, "a": a}

    def prelu_backward(dout, cache):
        x, a = cache["x"], cache["a"]
        dx, da = np.zeros(x.shape), np.zeros(a.shape)
        for c in range(a.shape[0]):
            off = x[:, c] <= 0
            dx[:, c] = np.where(off, a[c] * dout[:, c], dout[:, c])
            da[c] = np.sum(dout[:, c][off] * x[:, c][off])
        return dx, da

    return prelu_forward, prelu_backward


@right
def prelu_einsum():
    def prelu_forward(x, a):
        shape = [1] * x.ndim
        shape[1] = a.size
        wide = np.broadcast_to(a.reshape(shape), x.shape)
        return np.where(x > 0, x, wide * x), (np.minimum(x, 0), np.where(x > 0, 1.0, wide))

    def prelu_backward(dout, cache):
        negative, factor = cache
        return [
            dout * factor,
            np.einsum(
                "ncl,ncl->c",
                dout.reshape(*dout.shape[:2], -1),
                negative.reshape(*dout.shape[:2], -1),
            ),
        ]

    return prelu_forward, prelu_backward


@right
def prelu_documented_cache():
    def prelu_backward(dout, cache):
        x, a = cache
        n, c = x.shape[:2]
        flat_x, flat_d = x.reshape(n, c, -1), dout.reshape(n, c, -1)
        da = (flat_d * flat_x * (flat_x <= 0)).sum(axis=2).sum(axis=0)
        dx = flat_d * ((flat_x > 0) + a[None, :, None] * (flat_x <= 0))
        return dx.reshape(x.shape), da

    return prelu_backward


@right
def elu_expm1():
    def elu_forward(x, alpha=1.0):
        return np.where(x > 0, x, alpha * np.expm1(x)), (x, alpha)

    def elu_backward(dout, cache):
        x, alpha = cache
        return dout * np.where(x > 0, 1, alpha * np.exp(x))

    return elu_forward, elu_backward


@right
def elu_masked():
    def elu_forward(x, alpha=1.0):
        out = np.array(x, dtype=np.float64)
        low = x < 0
        out[low] = alpha * (np.exp(x[low]) - 1)
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
        for i, j in np.ndindex(*x.shape):
            out[i, j] = x[i, j] if x[i, j] > 0 else alpha * (math.exp(x[i, j]) - 1)
        return out, {"x": x, "alpha": alpha}

    def elu_backward(dout, cache):
        x, alpha = cache["x"], cache["alpha"]
        return np.array(
            [
                [d * (1 if v > 0 else alpha * math.exp(v)) for d, v in zip(dr, xr, strict=True)]
                for dr, xr in zip(dout, x, strict=True)
            ]
        )

    return elu_forward, elu_backward


@right
def elu_documented_cache():
    def elu_backward(dout, cache):
        x, alpha = cache
        low = np.minimum(x, 0)
        return dout * (x > 0) + dout * alpha * np.exp(low) * (x <= 0)

    return elu_backward
