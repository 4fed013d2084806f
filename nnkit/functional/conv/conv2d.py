"""Two-dimensional convolution (cross-correlation, as all libraries have it) and its gradients.

The work is a matrix product with the windows laid out side by side (im2col), in two layouts:
`columns` for images of few channels, `rows` for many. Many 3 x 3 filters with stride 1 take
`winograd`, which multiplies less.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from nnkit.functional.conv import columns, rows, winograd
from nnkit.functional.conv.geometry import Geometry, geometry
from nnkit.validate import Array, floats, not_empty, upstream


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
    layout = _layout(w, g)
    if layout is rows and g.stride[1] == 1:
        layout = columns  # rows lie side by side and nothing is added back: columns win
    layout.forward(x, w.astype(out.dtype, copy=False), b, g, out)
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
    return _layout(w, g).backward(x, w.astype(dtype, copy=False), dout, g, need_dx)


def _layout(w: Array, g: Geometry) -> ModuleType:
    """Return the module for filters w: which is fastest was measured, on two kinds of kernels."""
    f, c = w.shape[:2]
    across = min(size // spread for size, spread in zip(g.out, g.dilation, strict=True))
    if g.kernel == (3, 3) and g.stride == (1, 1) and min(f, c) >= 32 and across >= 12:
        return winograd
    return rows if c >= 8 else columns
