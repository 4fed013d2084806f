"""Max-pooling by strided windows, by loops, by a running maximum."""
# ruff: noqa: D103

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.audit.variants import right


@right
def max_pool_windows():
    def max_pool2d_forward(x, size, stride):
        view = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
        flat = view.reshape(*view.shape[:4], -1)
        return flat.max(axis=-1), {
            "where": flat.argmax(axis=-1),
            "shape": x.shape,
            "size": size,
            "stride": stride,
        }

    def max_pool2d_backward(dout, cache):
        size, stride = cache["size"], cache["stride"]
        dx = np.zeros(cache["shape"])
        n, c, i, j = np.indices(dout.shape)
        np.add.at(
            dx,
            (n, c, i * stride + cache["where"] // size, j * stride + cache["where"] % size),
            dout,
        )
        return dx

    return max_pool2d_forward, max_pool2d_backward


@right
def max_pool_nested_loops():
    def max_pool2d_forward(x, size, stride):
        n, c, h, w = x.shape
        oh, ow = (h - size) // stride + 1, (w - size) // stride + 1
        out = np.empty((n, c, oh, ow))
        for index in np.ndindex(n, c, oh, ow):
            a, ch, i, j = index
            out[index] = max(
                x[a, ch, i * stride + p, j * stride + q] for p in range(size) for q in range(size)
            )
        return out, (x, size, stride)

    def max_pool2d_backward(dout, cache):
        x, size, stride = cache
        dx = np.zeros(x.shape)
        for n, c, i, j in np.ndindex(*dout.shape):
            best, at = -np.inf, None
            for p in range(i * stride, i * stride + size):
                for q in range(j * stride, j * stride + size):
                    if x[n, c, p, q] > best:
                        best, at = x[n, c, p, q], (n, c, p, q)
            dx[at] += dout[n, c, i, j]
        return dx

    return max_pool2d_forward, max_pool2d_backward


@right
def max_pool_running_maximum():
    def max_pool2d_forward(x, size, stride):
        oh, ow = (x.shape[2] - size) // stride + 1, (x.shape[3] - size) // stride + 1
        out = np.full((*x.shape[:2], oh, ow), -np.inf)
        for p in range(size):
            for q in range(size):
                out = np.maximum(
                    out,
                    x[
                        :,
                        :,
                        p : p + stride * (oh - 1) + 1 : stride,
                        q : q + stride * (ow - 1) + 1 : stride,
                    ],
                )
        return out, [x, out.copy(), size, stride]

    def max_pool2d_backward(dout, cache):
        x, out, size, stride = cache
        oh, ow = dout.shape[2:]
        dx, left = np.zeros(x.shape), np.ones(dout.shape, dtype=bool)
        for p in range(size):
            for q in range(size):
                at = (
                    slice(None),
                    slice(None),
                    slice(p, p + stride * (oh - 1) + 1, stride),
                    slice(q, q + stride * (ow - 1) + 1, stride),
                )
                hit = left & (x[at] == out)
                dx[at] += hit * dout
                left &= ~hit
        return dx

    return max_pool2d_forward, max_pool2d_backward


@right
def max_pool_add_at():

    def max_pool2d_forward(x, size, stride):
        v = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))[
            :, :, ::stride, ::stride
        ]
        f = v.reshape(*v.shape[:4], -1)
        return (f.max(-1), (x.shape, f.argmax(-1), size, stride))

    def max_pool2d_backward(dout, cache):
        shp, arg, size, stride = cache
        dx = np.zeros(shp)
        n, c, i, j = np.indices(dout.shape)
        np.add.at(dx, (n, c, i * stride + arg // size, j * stride + arg % size), dout)
        return dx

    return (max_pool2d_forward, max_pool2d_backward)


@right
def max_pool_rows_then_columns():
    # The maximum of a square is that of its rows' maxima; backward keeps the winner's number.
    def max_pool2d_forward(x, size, stride):
        view = np.lib.stride_tricks.sliding_window_view
        rows = view(x, size, axis=2)[:, :, ::stride].max(axis=-1)
        return view(rows, size, axis=3)[:, :, :, ::stride].max(axis=-1), (x, size, stride)

    def max_pool2d_backward(dout, cache):
        x, size, stride = cache
        oh, ow = dout.shape[2:]
        taps = [
            np.s_[
                :,
                :,
                k : k + (oh - 1) * stride + 1 : stride,
                m : m + (ow - 1) * stride + 1 : stride,
            ]
            for k in range(size)
            for m in range(size)
        ]
        winner = np.argmax([x[tap] for tap in taps], axis=0)
        dx = np.zeros(x.shape)
        for number, tap in enumerate(taps):
            dx[tap] += np.where(winner == number, dout, 0.0)
        return dx

    return max_pool2d_forward, max_pool2d_backward
