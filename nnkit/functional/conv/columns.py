"""Convolution of images with few channels: windows as columns, the image's rows kept whole.

The columns of a few images at a time are built in one buffer that stays in the processor's
cache; backward builds them again, which is cheaper than to keep them all. Both ways go by the
rows of the windows: `rows` (B, C, KW, R, OW) holds the KW numbers that a window has in each row of
the padded image, and what the KH rows of all windows take from it are long pieces of memory.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nnkit.functional.conv.geometry import Geometry
from nnkit.validate import Array

BLOCK_BYTES = 1 << 20


def forward(x: Array, w: Array, b: Array, g: Geometry, out: Array) -> None:
    """Write the convolution of x (N, C, H, W) with w and b into out (N, F, OH, OW)."""
    f = w.shape[0]
    flat = out.reshape(len(x), f, g.places)
    filters = np.concatenate([w.reshape(f, w[0].size), b[:, None]], axis=1).astype(out.dtype)
    for part, columns in _blocks(x, g, out.dtype):
        np.matmul(filters, columns, out=flat[part])


def backward(
    x: Array, w: Array, dout: Array, g: Geometry, need_dx: bool
) -> tuple[Array | None, Array, Array]:
    """Return dx (N, C, H, W) or None, dw (F, C, KH, KW) and db (F,)."""
    dw, db = _parameter_gradients(x, w.shape, dout, g)
    return (_input_gradient(x.shape, w, dout, g) if need_dx else None), dw, db


def _parameter_gradients(
    x: Array, w_shape: tuple[int, ...], dout: Array, g: Geometry
) -> tuple[Array, Array]:
    f = w_shape[0]
    flat = dout.reshape(len(x), f, g.places)
    grad = np.zeros((x.shape[1] * g.kernel[0] * g.kernel[1] + 1, f), dout.dtype)
    for part, columns in _blocks(x, g, dout.dtype):
        # columns @ g.T and not g @ columns.T: with few filters half as fast again.
        grad += np.add.reduce(np.matmul(columns, flat[part].swapaxes(1, 2)), axis=0)
    return np.ascontiguousarray(grad[:-1].T).reshape(w_shape), grad[-1].copy()


def _input_gradient(x_shape: tuple[int, ...], w: Array, dout: Array, g: Geometry) -> Array:
    # Every window's gradient is added back to where the window lay.
    n, c, h, width = x_shape
    (kh, kw), (sh, sw), (ph, pw), (oh, ow) = g.kernel, g.stride, g.padding, g.out
    flat = dout.reshape(n, len(w), g.places)
    filters = w.reshape(len(w), c * kh * kw).T
    dx = np.empty(x_shape, dout.dtype)
    wide, rows = _buffers(n, c, g, dout.dtype)
    columns = np.empty((len(wide), c * kh * kw, g.places), dout.dtype)
    taps = columns.reshape(len(wide), c, kh, kw, oh, ow)
    for start in range(0, n, max(1, len(wide))):
        count = min(len(wide), n - start)
        np.matmul(filters, flat[start : start + count], out=columns[:count])
        rows[...] = 0.0
        for i in range(kh):
            top = i * g.dilation[0]
            place = rows[:count, :, :, top : top + (oh - 1) * sh + 1 : sh]
            place += taps[:count, :, i]
        wide[...] = 0.0
        for j in range(kw):
            left = j * g.dilation[1]
            place = wide[:count, :, :, left : left + (ow - 1) * sw + 1 : sw]
            place += rows[:count, :, j]
        dx[start : start + count] = wide[:count, :, ph : ph + h, pw : pw + width]
    return dx


def _blocks(x: Array, g: Geometry, dtype: np.dtype) -> Iterator[tuple[slice, Array]]:
    """Yield (images, columns (B, C * KH * KW + 1, OH * OW)); the last row is 1, for the bias."""
    n, c, h, width = x.shape
    (kh, kw), (sh, sw), (ph, pw), (dh, dw) = g.kernel, g.stride, g.padding, g.dilation
    wide, rows = _buffers(n, c, g, dtype)
    count, taps = len(wide), c * kh * kw
    columns = np.ones((count, taps + 1, g.places), dtype)
    inside = wide[:, :, ph : ph + h, pw : pw + width]
    image, channel, row, column = wide.strides
    in_rows = as_strided(wide, rows.shape, (image, channel, dw * column, row, sw * column))
    image, channel, tap, row, column = rows.strides
    shape = (count, c, kh, kw, *g.out)
    in_windows = as_strided(rows, shape, (image, channel, dh * row, tap, sh * row, column))
    windows = columns[:, :taps].reshape(shape)
    for start in range(0, n, max(count, 1)):
        images = x[start : start + count]
        block = slice(0, len(images))
        inside[block] = images
        rows[block] = in_rows[block]
        windows[block] = in_windows[block]
        yield slice(start, start + count), columns[block]


def _buffers(n: int, c: int, g: Geometry, dtype: np.dtype) -> tuple[Array, Array]:
    """Return padded images (B, C, R, W), zero, and their unrolled rows (B, C, KW, R, OW)."""
    (h, width), (ph, pw), (kh, kw) = g.size, g.padding, g.kernel
    count = max(1, BLOCK_BYTES // max(1, c * kh * kw * g.places * dtype.itemsize))
    wide = np.zeros((min(count, n), c, h + 2 * ph, width + 2 * pw), dtype)
    return wide, np.empty((*wide.shape[:2], kw, wide.shape[2], g.out[1]), dtype)
