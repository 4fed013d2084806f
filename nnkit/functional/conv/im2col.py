"""Windows laid out as the rows of a matrix (im2col), and the way back (col2im).

Source: Chellapilla, Puri and Simard 2006.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.functional.conv.geometry import geometry, padded, tap, windows
from nnkit.validate import Array, floats, size_tuple


def im2col(x: Any, kh: int, kw: int, stride: Any = 1, padding: Any = 0, dilation: Any = 1) -> Array:
    """Return every window of x as a row, so that a convolution is cols @ w.reshape(F, -1).T.

    x (N, C, H, W) -> cols (N * OH * OW, C * KH * KW), rows in the order (n, oh, ow), columns in
    the order (c, kh, kw). ValueError for another rank or a window larger than the image.
    """
    x = floats(x, "x", ("N", "C", "H", "W"))
    n, c, h, w = x.shape
    g = geometry((h, w), (kh, kw), stride, padding, dilation)
    view = windows(padded(x, g.padding), g)
    return view.transpose(0, 4, 5, 1, 2, 3).reshape(n * g.out[0] * g.out[1], c * kh * kw)


def col2im(
    cols: Any,
    x_shape: tuple[int, int, int, int],
    kh: int,
    kw: int,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
) -> Array:
    """Add every row of cols back to where im2col read it: the adjoint of im2col.

    cols (N * OH * OW, C * KH * KW) -> x (N, C, H, W), values of overlapping windows added up,
    padding removed. ValueError for shapes that do not belong together.
    """
    n, c, h, w = size_tuple(x_shape, "x_shape", "(N, C, H, W)")
    g = geometry((h, w), (kh, kw), stride, padding, dilation)
    (oh, ow), (ph, pw) = g.out, g.padding
    cols = floats(cols, "cols", (n * oh * ow, c * kh * kw), "windows by taps of x_shape")
    taps = cols.reshape(n, oh, ow, c, kh, kw).transpose(4, 5, 0, 3, 1, 2)
    out = np.zeros((n, c, h + 2 * ph, w + 2 * pw), cols.dtype)
    for i in range(kh):
        for j in range(kw):
            place = tap(out, g, i, j)
            place += taps[i, j]
    return np.ascontiguousarray(out[:, :, ph : ph + h, pw : pw + w])
