"""Where the windows of a two-dimensional convolution lie: the arithmetic all of them share."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nnkit.functional.conv.sizes import conv_output_size
from nnkit.validate import Array, pair

Pair = tuple[int, int]


class Geometry(NamedTuple):
    """Kernel, stride, padding and dilation as pairs (height, width), and the output's size."""

    kernel: Pair
    stride: Pair
    padding: Pair
    dilation: Pair
    size: Pair
    out: Pair

    @property
    def places(self) -> int:
        """Return how many windows an image has."""
        return self.out[0] * self.out[1]


def geometry(
    size: tuple[int, int], kernel: Any, stride: Any, padding: Any, dilation: Any
) -> Geometry:
    """Return the Geometry of windows over an image of `size` (H, W).

    Options are whole numbers or pairs (height, width). ValueError when no window fits.
    """
    k = pair(kernel, "kernel", least=1)
    s = pair(stride, "stride", least=1)
    p = pair(padding, "padding", least=0)
    d = pair(dilation, "dilation", least=1)
    return _geometry(tuple(size), k, s, p, d)


@lru_cache(maxsize=256)  # a network asks for the same few in every step
def _geometry(size: Pair, k: Pair, s: Pair, p: Pair, d: Pair) -> Geometry:
    out = []
    for axis, name in enumerate(("height", "width")):
        try:
            out.append(conv_output_size(size[axis], k[axis], s[axis], p[axis], d[axis]))
        except ValueError as error:
            raise ValueError(f"x has {name} {size[axis]}: {error}") from None
    return Geometry(k, s, p, d, size, (out[0], out[1]))


def padded(x: Array, padding: tuple[int, int], value: float = 0.0) -> Array:
    """Return x (..., H, W) with `padding` rows and columns of `value` on each side."""
    ph, pw = padding
    if ph == pw == 0:
        return x
    h, w = x.shape[-2:]
    out = np.full((*x.shape[:-2], h + 2 * ph, w + 2 * pw), value, x.dtype)
    out[..., ph : ph + h, pw : pw + w] = x
    return out


def windows(x: Array, g: Geometry) -> Array:
    """Return a read-only view (..., KH, KW, OH, OW) of the padded x (..., H, W); nothing copied."""
    (sh, sw), (dh, dw) = g.stride, g.dilation
    row, column = x.strides[-2:]
    return as_strided(
        x,
        (*x.shape[:-2], *g.kernel, *g.out),
        (*x.strides[:-2], dh * row, dw * column, sh * row, sw * column),
        writeable=False,
    )


def tap(x: Array, g: Geometry, i: int, j: int) -> Array:
    """Return the view (..., OH, OW) of the padded x that tap (i, j) of every window looks at."""
    (sh, sw), (dh, dw), (oh, ow) = g.stride, g.dilation, g.out
    top, left = i * dh, j * dw
    return x[..., top : top + (oh - 1) * sh + 1 : sh, left : left + (ow - 1) * sw + 1 : sw]
