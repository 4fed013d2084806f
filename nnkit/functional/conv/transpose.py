"""Transposed convolution: the gradient of a convolution, used as a layer that enlarges."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.functional.conv.conv2d import conv2d_backward, conv2d_forward
from nnkit.validate import Array, describe, floats, pair, upstream


def conv2d_transpose_forward(
    x: Any, w: Any, b: Any, stride: Any = 1, padding: Any = 0
) -> tuple[Array, tuple]:
    """Stamp every filter, scaled by each value of x, into the output and add what overlaps.

    x (N, F, H, W), w (F, C, KH, KW), b (C,), stride and padding whole numbers or pairs
    -> out (N, C, OH, OW) with OH = (H - 1) * stride + KH - 2 * padding; cache =
    (x, w, b, stride, padding). ValueError for other shapes or an output without any entry.
    Source: Dumoulin and Visin 2016, section 4.
    """
    x = floats(x, "x", ("N", "F", "H", "W"))
    n, f, h, width = x.shape
    w = floats(w, "w", (f, "C", "KH", "KW"), "a filter for each channel of x")
    c, kh, kw = w.shape[1:]
    b = floats(b, "b", (c,), "one for each output channel, axis 1 of w")
    (sh, sw), (ph, pw) = pair(stride, "stride", least=1), pair(padding, "padding", least=0)
    size = ((h - 1) * sh + kh - 2 * ph, (width - 1) * sw + kw - 2 * pw)
    if min(h, width) < 1 or min(size) < 1:
        raise ValueError(
            f"x has shape {describe(x.shape)} and the output would be {size[0]} x {size[1]}; "
            f"expected at least 1 x 1: take a larger x or less padding than {(ph, pw)}"
        )
    # The forward pass is the backward pass of the convolution that goes the other way.
    image = np.broadcast_to(np.zeros((), x.dtype), (n, c, *size))
    wide = (image, w, np.zeros(f, x.dtype), (sh, sw), (ph, pw), 1)
    out = conv2d_backward(x, wide)[0]
    assert out is not None
    return out + b[:, None, None], (x, w, b, stride, padding)


def conv2d_transpose_backward(dout: Any, cache: tuple) -> tuple[Array, Array, Array]:
    """Return (dx, dw, db) of the shapes of x, w and b, for dout (N, C, OH, OW)."""
    x, w, _, stride, padding = cache
    n, _, h, width = x.shape
    c, kh, kw = w.shape[1:]
    (sh, sw), (ph, pw) = pair(stride, "stride", least=1), pair(padding, "padding", least=0)
    size = ((h - 1) * sh + kh - 2 * ph, (width - 1) * sw + kw - 2 * pw)
    dout = upstream(dout, (n, c, *size))
    dx, there = conv2d_forward(dout, w, np.zeros(w.shape[0], w.dtype), (sh, sw), (ph, pw))
    _, dw, _ = conv2d_backward(x, there, need_dx=False)
    return dx, dw, dout.sum(axis=(0, 2, 3))
