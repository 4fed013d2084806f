"""Convolution of images with many channels: windows as rows, the channels of a pixel together.

With the channels last, a window is KH pieces of KW * C neighbors in memory: copying it is cheap,
half the cost of columns. In dx only the width is unrolled: the KH products of a window row are
added by the matrix product itself, right where the image's rows are, so that a third (for k = 3)
of the numbers has to be added back by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided
from scipy.linalg.blas import get_blas_funcs

from nnkit.functional.conv_geometry import Geometry
from nnkit.validate import Array

BLOCK_BYTES = 1 << 20


def forward(x: Array, w: Array, b: Array, g: Geometry, out: Array) -> None:
    """Write the convolution of x (N, C, H, W) with w and b into out (N, F, OH, OW)."""
    flat = out.reshape(len(x), len(w), g.places)
    filters = w.transpose(0, 2, 3, 1).reshape(len(w), w[0].size)
    for part, rows in _blocks(x, g, out.dtype):
        block = flat[part]
        np.matmul(filters, rows.transpose(0, 2, 1), out=block)
        block += b[:, None]


def parameter_gradients(
    x: Array, w_shape: tuple[int, ...], dout: Array, g: Geometry
) -> tuple[Array, Array]:
    """Return dw (F, C, KH, KW) and db (F,)."""
    f, c = w_shape[:2]
    flat = dout.reshape(len(x), f, g.places)
    dw = np.zeros((f, g.kernel[0] * g.kernel[1] * c), dout.dtype)
    db = np.zeros(f, dout.dtype)
    ones = np.ones(g.places, dout.dtype)
    for part, rows in _blocks(x, g, dout.dtype):
        for image, image_rows in zip(flat[part], rows, strict=True):
            dw += image @ image_rows
            db += image @ ones
    dw = dw.reshape(f, *g.kernel, c).transpose(0, 3, 1, 2)
    return np.ascontiguousarray(dw), db


def input_gradient(x_shape: tuple[int, ...], w: Array, dout: Array, g: Geometry) -> Array:
    """Return dx (N, C, H, W): every window's gradient added back to where the window lay."""
    n, c, h, width = x_shape
    (kh, kw), (sh, sw), (oh, ow), (ph, pw) = g.kernel, g.stride, g.out, g.padding
    dh, dw = g.dilation
    flat = dout.reshape(n, len(w), g.places)
    filters = np.ascontiguousarray(w.transpose(2, 0, 3, 1)).reshape(kh, len(w), kw * c)
    # Rows of the padded image that windows reach by whole strides lie together: row r is
    # [r % sh, r // sh], and tap i of all windows is one contiguous piece of `unrolled`.
    tall = -(-(h + 2 * ph) // sh)
    step = max(1, BLOCK_BYTES // max(1, sh * tall * ow * kw * c * dout.itemsize))
    unrolled = np.empty((min(step, n), sh, tall * ow, kw * c), dout.dtype)
    wide = np.empty((min(step, n), tall, sh, width + 2 * pw, c), dout.dtype)
    dx = np.empty(x_shape, dout.dtype)
    gemm = get_blas_funcs("gemm", dtype=dout.dtype)
    for start in range(0, n, step):
        count = min(step, n - start)
        unrolled[:count] = 0.0
        for image, rows in zip(flat[start : start + count], unrolled, strict=False):
            for i in range(kh):
                top = i * dh // sh * ow
                target = rows[i * dh % sh, top : top + g.places]
                # target += image.T @ filters[i], which NumPy cannot do without a copy.
                gemm(1.0, filters[i].T, image.T, 1.0, target.T, 0, 1, 1)
        block = wide[:count]
        block[...] = 0.0
        pieces = unrolled[:count].reshape(count, sh, tall, ow, kw, c).swapaxes(1, 2)
        for j in range(kw):
            place = block[..., j * dw : j * dw + (ow - 1) * sw + 1 : sw, :]
            place += pieces[..., j, :]
        inside = block.reshape(count, tall * sh, width + 2 * pw, c)[:, ph : ph + h, pw : pw + width]
        dx[start : start + count] = inside.transpose(0, 3, 1, 2)
    return dx


def _blocks(x: Array, g: Geometry, dtype: np.dtype) -> Iterator[tuple[slice, Array]]:
    """Yield (images, rows (n, OH * OW, KH * KW * C)), the windows with channels last."""
    n, c, h, width = x.shape
    (kh, kw), (sh, sw), (dh, dw), (ph, pw) = g.kernel, g.stride, g.dilation, g.padding
    size = kh * kw * c
    step = min(n, max(1, BLOCK_BYTES // max(1, g.places * size * dtype.itemsize)))
    wide = np.zeros((step, h + 2 * ph, width + 2 * pw, c), dtype)
    rows = np.empty((step, g.places, size), dtype)
    image, row, column, channel = wide.strides
    view = as_strided(
        wide,
        (step, *g.out, kh, kw, c),
        (image, sh * row, sw * column, dh * row, dw * column, channel),
        writeable=False,
    )
    for start in range(0, n, max(step, 1)):
        images = x[start : start + step]
        count = len(images)
        wide[:count, ph : ph + h, pw : pw + width] = images.transpose(0, 2, 3, 1)
        rows[:count].reshape(count, *g.out, kh, kw, c)[...] = view[:count]
        yield slice(start, start + count), rows[:count]
