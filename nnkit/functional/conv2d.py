"""Two-dimensional convolution (cross-correlation, as all libraries have it) and its gradients.

The work is a matrix product with the windows laid out side by side (im2col). Two layouts share
it: conv2d_columns for images of few channels, conv2d_rows for many.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from nnkit.functional import conv2d_columns, conv2d_rows
from nnkit.functional.conv_geometry import geometry
from nnkit.validate import Array, floats, not_empty, upstream

__all__ = ["conv2d_backward", "conv2d_forward"]

MANY_CHANNELS = 8


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
    not_empty(w, "w", "filter, channel and weight")
    b = floats(b, "b", (w.shape[0],), "one for each filter of w")
    g = geometry(x.shape[2:], w.shape[2:], stride, padding, dilation)
    out = np.empty((n, w.shape[0], *g.out), np.result_type(x, w, b))
    _layout(c).forward(x, w.astype(out.dtype, copy=False), b, g, out)
    return out, (x, w, b, stride, padding, dilation)


def conv2d_backward(
    dout: Any, cache: tuple, *, need_dx: bool = True
) -> tuple[Array | None, Array, Array]:
    """Return (dx, dw, db) of the shapes of x, w and b, for dout (N, F, OH, OW).

    With need_dx=False dx is None: the first layer saves a third of the work.
    """
    x, w, b, stride, padding, dilation = cache
    g = geometry(x.shape[2:], w.shape[2:], stride, padding, dilation)
    dout = upstream(dout, (x.shape[0], w.shape[0], *g.out))
    dtype = np.result_type(x, w, b)
    dout = np.ascontiguousarray(dout, dtype)
    layout = _layout(x.shape[1])
    dw, db = layout.parameter_gradients(x, w.shape, dout, g)
    dx = layout.input_gradient(x.shape, w.astype(dtype, copy=False), dout, g) if need_dx else None
    return dx, dw, db


def _layout(channels: int) -> ModuleType:
    return conv2d_rows if channels >= MANY_CHANNELS else conv2d_columns
