"""Average pooling by strided windows, by loops, by index."""
# ruff: noqa: D103

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.audit.variants import right


@right
def avg_pool_windows():
    def avg_pool2d_forward(x, size, stride):
        view = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
        return view.mean(axis=(4, 5)), {"shape": x.shape, "size": size, "stride": stride}

    def avg_pool2d_backward(dout, cache):
        size, stride = cache["size"], cache["stride"]
        dx, share = np.zeros(cache["shape"]), dout / (size * size)
        oh, ow = dout.shape[2:]
        for p in range(size):
            for q in range(size):
                dx[
                    :,
                    :,
                    p : p + stride * (oh - 1) + 1 : stride,
                    q : q + stride * (ow - 1) + 1 : stride,
                ] += share
        return dx

    return avg_pool2d_forward, avg_pool2d_backward


@right
def avg_pool_nested_loops():
    def avg_pool2d_forward(x, size, stride):
        n, c, h, w = x.shape
        oh, ow = (h - size) // stride + 1, (w - size) // stride + 1
        out = np.zeros((n, c, oh, ow))
        for a, ch, i, j in np.ndindex(n, c, oh, ow):
            out[a, ch, i, j] = (
                sum(
                    x[a, ch, i * stride + p, j * stride + q]
                    for p in range(size)
                    for q in range(size)
                )
                / size**2
            )
        return out, (x, size, stride)

    def avg_pool2d_backward(dout, cache):
        x, size, stride = cache
        dx = np.zeros(x.shape)
        for n, c, i, j in np.ndindex(*dout.shape):
            dx[n, c, i * stride : i * stride + size, j * stride : j * stride + size] += (
                dout[n, c, i, j] / size**2
            )
        return dx

    return avg_pool2d_forward, avg_pool2d_backward


@right
def avg_pool_index():
    def avg_pool2d_forward(x, size, stride):
        rows = np.arange(0, x.shape[2] - size + 1, stride)[:, None] + np.arange(size)
        cols = np.arange(0, x.shape[3] - size + 1, stride)[:, None] + np.arange(size)
        out = x[:, :, rows[:, None, :, None], cols[None, :, None, :]].sum(axis=(-1, -2)) / (
            size * size
        )
        return out, (x.shape, rows, cols)

    def avg_pool2d_backward(dout, cache):
        shape, rows, cols = cache
        dx = np.zeros(shape)
        share = (
            np.broadcast_to(dout[..., None, None], (*dout.shape, rows.shape[1], cols.shape[1]))
            / rows.shape[1] ** 2
        )
        np.add.at(
            dx, (slice(None), slice(None), rows[:, None, :, None], cols[None, :, None, :]), share
        )
        return dx

    return avg_pool2d_forward, avg_pool2d_backward


@right
def avg_pool_cumulated():

    def avg_pool2d_forward(x, size, stride):
        c = np.pad(x.cumsum(2, dtype=float).cumsum(3), ((0, 0), (0, 0), (1, 0), (1, 0)))
        i = np.arange(0, x.shape[2] - size + 1, stride)
        j = np.arange(0, x.shape[3] - size + 1, stride)

        def g(a, b):
            return c[:, :, a][:, :, :, b]

        return (
            (g(i + size, j + size) - g(i, j + size) - g(i + size, j) + g(i, j)) / size**2,
            (x.shape, size, stride),
        )

    def avg_pool2d_backward(dout, cache):
        s, size, stride = cache
        dx = np.zeros(s)
        for i, j in np.ndindex(*dout.shape[2:]):
            dx[..., i * stride : i * stride + size, j * stride : j * stride + size] += (
                dout[..., i, j][..., None, None] / size**2
            )
        return dx

    return (avg_pool2d_forward, avg_pool2d_backward)
