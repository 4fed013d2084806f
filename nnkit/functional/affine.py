"""The affine map x w + b, the layer under every other one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnkit.validate import Array, floats, upstream


def affine_forward(x: Any, w: Any, b: Any) -> tuple[Array, tuple]:
    """Return x w + b, with each example of x flattened to a row of D numbers.

    x (N, ...) with D numbers an example, w (D, M), b (M,) -> out (N, M), cache = (x, w, b).
    ValueError for other shapes.
    """
    x = floats(x, "x", ("N", "D", "..."), "examples in rows")
    rows = _rows(x)
    w = floats(w, "w", (rows.shape[1], "M"), "a row for each of the numbers of an example of x")
    b = floats(b, "b", (w.shape[1],), "an entry for each column of w")
    out = rows.dot(w)  # the product of @, at less overhead a call
    if b.dtype == out.dtype:
        out += b
    else:
        out = out + b
    return out, (x, w, b)


def affine_backward(
    dout: Any, cache: tuple, *, need_dx: bool = True
) -> tuple[Array | None, Array, Array]:
    """Return dx = dout wᵀ, dw = xᵀ dout and db = sum of dout over the batch.

    dout (N, M) -> dx of x's shape, dw (D, M), db (M,). With need_dx=False dx is None: nobody asks
    for the gradient of the data, and a third of the work is saved.
    """
    x, w, _ = cache
    n, m = x.shape[0], w.shape[1]
    dout = upstream(dout, (n, m))
    dw = _rows(x).T.dot(dout)
    dx = None
    if need_dx:
        dx = dout.dot(w.T)
        dx = dx if x.ndim == 2 else dx.reshape(x.shape)
    return dx, dw, np.add.reduce(dout, axis=0)


def _rows(x: Array) -> Array:
    return x if x.ndim == 2 else x.reshape(x.shape[0], math.prod(x.shape[1:]))
