"""The parametric ReLU in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


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
