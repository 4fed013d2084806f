"""Convolution of images with few channels: windows as columns, the image's rows kept whole.

The columns of a few images at a time are built in one buffer that stays in the processor's
cache; backward builds them again, which is cheaper than to keep them all.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnkit.functional.conv_geometry import Geometry, windows
from nnkit.validate import Array

BLOCK_BYTES = 1 << 20


def forward(x: Array, w: Array, b: Array, g: Geometry, out: Array) -> None:
    """Write the convolution of x (N, C, H, W) with w and b into out (N, F, OH, OW)."""
    f = w.shape[0]
    flat = out.reshape(len(x), f, g.places)
    filters = np.concatenate([w.reshape(f, w[0].size), b[:, None]], axis=1).astype(out.dtype)
    for part, cols in _blocks(x, g, out.dtype):
        np.matmul(filters, cols, out=flat[part])


def parameter_gradients(
    x: Array, w_shape: tuple[int, ...], dout: Array, g: Geometry
) -> tuple[Array, Array]:
    """Return dw (F, C, KH, KW) and db (F,)."""
    f = w_shape[0]
    flat = dout.reshape(len(x), f, g.places)
    grad = np.zeros((x.shape[1] * g.kernel[0] * g.kernel[1] + 1, f), dout.dtype)
    for part, cols in _blocks(x, g, dout.dtype):
        # cols @ g.T and not g @ cols.T: with few filters half as fast again.
        grad += np.matmul(cols, flat[part].transpose(0, 2, 1)).sum(axis=0)
    return np.ascontiguousarray(grad[:-1].T).reshape(w_shape), grad[-1].copy()


def input_gradient(x_shape: tuple[int, ...], w: Array, dout: Array, g: Geometry) -> Array:
    """Return dx (N, C, H, W): every window's gradient added back to where the window lay.

    The rows of dout are spread out, with zeros between them, to the pitch that the rows of the
    padded image have. What one tap of all windows adds is then one long piece of memory instead
    of a short one for each row, which for small images halves the time.
    """
    n, c, h, width = x_shape
    (kh, kw), (sh, sw), (ph, pw), (oh, ow) = g.kernel, g.stride, g.padding, g.out
    wide = -(-(width + 2 * pw) // sw) * sw  # whole strides, so that all rows have one pitch
    pitch = sh * wide // sw
    length = (oh - 1) * pitch + ow
    filters = w.reshape(len(w), c * kh * kw).T
    dx = np.empty(x_shape, dout.dtype)
    step = min(n, _images_a_block(c * kh * kw * length * dout.itemsize))
    spread = np.zeros((step, len(w), oh, pitch), dout.dtype)
    flat = spread.reshape(step, len(w), oh * pitch)[:, :, :length]
    dcols = np.empty((step, c * kh * kw, length), dout.dtype)
    image = np.empty((step, c, (h + 2 * ph) * wide), dout.dtype)
    for start in range(0, n, max(1, step)):
        count = min(step, n - start)
        spread[:count, :, :, :ow] = dout[start : start + count]
        taps = np.matmul(filters, flat[:count], out=dcols[:count])
        taps = taps.reshape(count, c, kh, kw, length)
        block = image[:count]
        block[...] = 0.0
        for i in range(kh):
            for j in range(kw):
                first = i * g.dilation[0] * wide + j * g.dilation[1]
                block[:, :, first : first + (length - 1) * sw + 1 : sw] += taps[:, :, i, j]
        inside = block.reshape(count, c, h + 2 * ph, wide)[:, :, ph : ph + h, pw : pw + width]
        dx[start : start + count] = inside
    return dx


def _blocks(x: Array, g: Geometry, dtype: np.dtype) -> Iterator[tuple[slice, Array]]:
    """Yield (images, columns (n, C * KH * KW + 1, OH * OW)); the last row is 1, for the bias."""
    n, c, h, width = x.shape
    (ph, pw), taps = g.padding, c * g.kernel[0] * g.kernel[1]
    step = min(n, _images_a_block(taps * g.places * dtype.itemsize))
    wide = np.zeros((step, c, h + 2 * ph, width + 2 * pw), dtype)
    cols = np.ones((step, taps + 1, g.places), dtype)
    for start in range(0, n, max(step, 1)):
        images = x[start : start + step]
        count = len(images)
        wide[:count, :, ph : ph + h, pw : pw + width] = images
        cols[:count, :-1].reshape(count, c, *g.kernel, *g.out)[...] = windows(wide[:count], g)
        yield slice(start, start + count), cols[:count]


def _images_a_block(image_bytes: int) -> int:
    return max(1, BLOCK_BYTES // max(image_bytes, 1))
