"""Attention: each query reads the values, weighted by how well their keys fit it.

Scaled dot products as in Vaswani et al. 2017, "Attention is all you need", section 3.2.1.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnkit.validate import Array, check_shape, floats, not_empty, numbers, upstream


def attention_forward(q: Any, k: Any, v: Any, mask: Any = None) -> tuple[Array, tuple]:
    """Return softmax(q k' / sqrt(D)) v, the softmax over the steps that a query may look at.

    q (N, T, D), k (N, S, D), v (N, S, E), mask (T, S) or (N, T, S), True or 1 where a query may
    look, None for everywhere -> out (N, T, E), cache = (q, k, v, weights (N, T, S), mask). A query
    that may look nowhere gives 0. ValueError for other shapes, other masks, S = 0 or D = 0.
    """
    q = floats(q, "q", ("N", "T", "D"))
    n, steps, d = q.shape
    k = floats(k, "k", (n, "S", d), "one row for each step, as wide as q")
    v = floats(v, "v", (n, k.shape[1], "E"), "one row for each row of k")
    if k.size == 0 and n:
        not_empty(k, "k", "step and one feature")
    scores = q @ k.swapaxes(1, 2)
    scores *= 1.0 / math.sqrt(d) if d else 1.0
    if mask is not None:
        mask = _looks(mask, (n, steps, k.shape[1]))
        scores[~np.broadcast_to(mask, scores.shape)] = -np.inf
    # The smallest number, not -inf, is a blind row's maximum: -inf - (-inf) has no value.
    lowest = np.finfo(scores.dtype).min
    scores -= scores.max(axis=2, keepdims=True, initial=lowest)
    weights = np.exp(scores, out=scores)
    total = weights.sum(axis=2, keepdims=True)
    weights /= np.where(total > 0, total, total.dtype.type(1))
    return weights @ v, (q, k, v, weights, mask)


def attention_backward(dout: Any, cache: tuple) -> tuple[Array, Array, Array]:
    """Return (dq, dk, dv) for dout (N, T, E); a query that may look nowhere adds nothing."""
    q, k, v, weights, _ = cache
    dout = upstream(dout, (*q.shape[:2], v.shape[2]))
    dv = weights.swapaxes(1, 2) @ dout
    dweights = dout @ v.swapaxes(1, 2)
    dscores = weights * (dweights - np.einsum("nts,nts->nt", dweights, weights)[:, :, None])
    dscores *= 1.0 / math.sqrt(q.shape[2]) if q.shape[2] else 1.0
    return dscores @ k, dscores.swapaxes(1, 2) @ q, dv


def _looks(mask: Any, shape: tuple[int, int, int]) -> Array:
    """Return the mask as bool, (T, S) or (N, T, S); ValueError for other shapes or numbers."""
    array = numbers(mask, "mask")
    if array.shape != shape[1:]:
        check_shape(array, "mask", shape, f"or {shape[1:]} for all examples alike")
    if array.dtype.kind != "b":
        wrong = (array != 0) & (array != 1)
        if wrong.any():
            raise ValueError(f"mask contains {array[wrong].flat[0]}; expected True and False")
        array = array.astype(bool)
    return array
