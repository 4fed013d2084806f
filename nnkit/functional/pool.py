"""Pooling: the maximum or the average of each window of each channel."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.functional.conv.geometry import Geometry, geometry, padded, tap
from nnkit.validate import Array, describe, floats, pair, upstream


def max_pool2d_forward(
    x: Any, size: Any, stride: Any = None, padding: Any = 0
) -> tuple[Array, tuple]:
    """Return the maximum of every window; windows that do not fit are dropped.

    x (N, C, H, W), size and stride (default: size) whole numbers or pairs, padding at most half
    the size and filled with -inf, which no value is below -> out (N, C, OH, OW), cache =
    (x, size, stride), with padding at the end if there is any. ValueError for other shapes or a
    window larger than the image.
    """
    x, stride, g = _checked(x, size, stride, padding)
    out = _maximum(padded(x, g.padding, -np.inf), g)
    return out, (x, size, stride, padding) if g.padding != (0, 0) else (x, size, stride)


def max_pool2d_backward(dout: Any, cache: tuple) -> Array:
    """Return dx: each value of dout goes to its window's first maximum, read row by row."""
    x, size, stride, padding = cache if len(cache) == 4 else (*cache, 0)
    g = geometry(x.shape[2:], size, stride, padding, 1)
    dout = upstream(dout, (*x.shape[:2], *g.out))
    wide = padded(x, g.padding, -np.inf)
    out = _maximum(wide, g)
    dx = np.zeros_like(wide)
    free = np.ones(out.shape, bool)  # windows whose maximum has not been met yet
    for i in range(g.kernel[0]):
        for j in range(g.kernel[1]):
            first = tap(wide, g, i, j) == out
            first &= free
            free ^= first
            place = tap(dx, g, i, j)
            place += dout * first
    return _inside(dx, g)


def avg_pool2d_forward(
    x: Any, size: Any, stride: Any = None, padding: Any = 0
) -> tuple[Array, tuple]:
    """Return the average of every window; padding counts as zeros.

    Shapes, options and errors as in max_pool2d_forward; cache = (x, size, stride), with padding
    at the end if there is any.
    """
    x, stride, g = _checked(x, size, stride, padding)
    wide = padded(x, g.padding)
    out = np.zeros((*x.shape[:2], *g.out), x.dtype)
    for i in range(g.kernel[0]):
        for j in range(g.kernel[1]):
            out += tap(wide, g, i, j)
    out /= g.kernel[0] * g.kernel[1]
    return out, (x, size, stride, padding) if g.padding != (0, 0) else (x, size, stride)


def avg_pool2d_backward(dout: Any, cache: tuple) -> Array:
    """Return dx: each value of dout is shared out evenly over its window."""
    x, size, stride, padding = cache if len(cache) == 4 else (*cache, 0)
    g = geometry(x.shape[2:], size, stride, padding, 1)
    share = upstream(dout, (*x.shape[:2], *g.out)) / (g.kernel[0] * g.kernel[1])
    (h, w), (ph, pw) = g.size, g.padding
    dx = np.zeros((*x.shape[:2], h + 2 * ph, w + 2 * pw), x.dtype)
    for i in range(g.kernel[0]):
        for j in range(g.kernel[1]):
            place = tap(dx, g, i, j)
            place += share
    return _inside(dx, g)


def global_avg_pool2d_forward(x: Any) -> tuple[Array, tuple]:
    """Return the average of each channel: x (N, C, H, W) -> out (N, C), cache = (x,).

    ValueError for another rank or an image without any entry.
    """
    x = floats(x, "x", ("N", "C", "H", "W"))
    if x.shape[2] * x.shape[3] == 0:
        raise ValueError(f"x has shape {describe(x.shape)}; expected images of at least 1 x 1")
    return x.mean(axis=(2, 3)), (x,)


def global_avg_pool2d_backward(dout: Any, cache: tuple) -> Array:
    """Return dx (N, C, H, W): every entry of a channel gets dout / (H * W)."""
    (x,) = cache
    n, c, h, w = x.shape
    share = upstream(dout, (n, c)) / (h * w)
    return np.broadcast_to(share[:, :, None, None], x.shape).astype(x.dtype)


def _checked(x: Any, size: Any, stride: Any, padding: Any) -> tuple[Array, Any, Geometry]:
    x = floats(x, "x", ("N", "C", "H", "W"))
    stride = size if stride is None else stride
    kh, kw = pair(size, "size", least=1)
    ph, pw = pair(padding, "padding", least=0)
    if 2 * ph > kh or 2 * pw > kw:
        raise ValueError(
            f"padding is {padding!r} and size {size!r}; expected padding of at most half the "
            "size, so that every window holds a value of x"
        )
    return x, stride, geometry(x.shape[2:], (kh, kw), stride, padding, 1)


def _maximum(wide: Array, g: Geometry) -> Array:
    # One strided maximum a tap: no copy of the windows, half the time of an argmax.
    out = tap(wide, g, 0, 0).copy()
    for i in range(g.kernel[0]):
        for j in range(g.kernel[1]):
            if i or j:
                np.maximum(out, tap(wide, g, i, j), out=out)
    return out


def _inside(dx: Array, g: Geometry) -> Array:
    (h, w), (ph, pw) = g.size, g.padding
    return np.ascontiguousarray(dx[:, :, ph : ph + h, pw : pw + w])
