"""Two-dimensional convolution (cross-correlation) and its gradients by blocks of im2col."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.functional.conv_geometry import Geometry, geometry, padded, tap, windows
from nnkit.validate import Array, floats, upstream

__all__ = ["conv2d_backward", "conv2d_forward"]

BLOCK_BYTES = 1 << 20


def conv2d_forward(
    x: Any, w: Any, b: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> tuple[Array, tuple]:
    """Slide every filter over x: out[n, f, i, j] = b[f] + sum of w[f] * window (i, j) of x[n].

    x (N, C, H, W), w (F, C, KH, KW), b (F,), options whole numbers or pairs (height, width)
    -> out (N, F, OH, OW), cache = (x, w, b, stride, padding, dilation). ValueError for other
    shapes or a window larger than the padded image.
    """
    x = floats(x, "x", ("N", "C", "H", "W"))
    n, c = x.shape[:2]
    w = floats(w, "w", ("F", c, "KH", "KW"), "as many channels as x")
    f = w.shape[0]
    b = floats(b, "b", (f,), "one for each filter of w")
    g = geometry(x.shape[2:], w.shape[2:], stride, padding, dilation)
    out = np.empty((n, f, *g.out), np.result_type(x, w, b))
    flat = out.reshape(n, f, g.places)
    filters = w.reshape(f, -1)
    for part, cols in _blocks(x, g):
        np.matmul(filters, cols, out=flat[part])
    flat += b[:, None]
    return out, (x, w, b, stride, padding, dilation)


def conv2d_backward(
    dout: Any, cache: tuple, *, need_dx: bool = True
) -> tuple[Array | None, Array, Array]:
    """Return (dx, dw, db) of the shapes of x, w and b, for dout (N, F, OH, OW).

    With need_dx=False dx is None: the first layer saves a third of the work.
    """
    x, w, _, stride, padding, dilation = cache
    n, f = x.shape[0], w.shape[0]
    g = geometry(x.shape[2:], w.shape[2:], stride, padding, dilation)
    dout = upstream(dout, (n, f, *g.out))
    flat = dout.reshape(n, f, g.places)
    dw = np.zeros((w[0].size, f), np.result_type(x, dout))
    (h, width), (ph, pw) = g.size, g.padding
    dx = np.zeros((*x.shape[:2], h + 2 * ph, width + 2 * pw), dw.dtype) if need_dx else None
    for part, cols in _blocks(x, g):
        dw += np.matmul(cols, flat[part].transpose(0, 2, 1)).sum(axis=0)
        if dx is not None:
            dcols = np.matmul(w.reshape(f, -1).T, flat[part])
            taps = dcols.reshape(-1, x.shape[1], *g.kernel, *g.out)
            for i in range(g.kernel[0]):
                for j in range(g.kernel[1]):
                    place = tap(dx[part], g, i, j)
                    place += taps[:, :, i, j]
    if dx is not None:
        dx = np.ascontiguousarray(dx[:, :, ph : ph + h, pw : pw + width])
    return dx, dw.T.reshape(w.shape), flat.sum(axis=(0, 2))


def _blocks(x: Array, g: Geometry):
    """Yield (slice of images, their columns (n, C * KH * KW, OH * OW))."""
    n, c = x.shape[:2]
    rows, places = c * g.kernel[0] * g.kernel[1], g.places
    step = max(1, BLOCK_BYTES // (rows * places * x.itemsize + 1))
    for start in range(0, n, step):
        part = slice(start, min(start + step, n))
        view = windows(padded(x[part], g.padding), g)
        yield part, view.reshape(len(view), rows, places)
