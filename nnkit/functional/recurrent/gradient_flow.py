"""How far a gradient travels through a recurrent network's steps: Jacobians and their norms."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.validate import Array, floats


def state_jacobian(h: Any, w: Any) -> Array:
    """Return J[n, i, j] = dh_i / dh_prev_j = (1 - h_i ** 2) * w[j, i] at the new state h.

    h (N, H), w (H, H) -> (N, H, H). ValueError for other shapes.
    """
    h = floats(h, "h", ("N", "H"))
    hidden = h.shape[1]
    w = floats(w, "w", (hidden, hidden), "a row and a column for each unit of h")
    return (1.0 - h * h)[:, :, None] * w.T


def gradient_norms(cache: tuple) -> Array:
    """Return (T,): the batch mean of the largest singular value of dh[:, T-1] / dh[:, t].

    cache from rnn_forward; the last entry is 1. Source: Pascanu, Mikolov and Bengio 2013.
    """
    _, _, h, _, w, _ = cache
    n, length, hidden = h.shape
    norms = np.ones(length, h.dtype)
    product = np.broadcast_to(np.eye(hidden, dtype=h.dtype), (n, hidden, hidden))
    for t in reversed(range(length - 1)):
        product = product @ state_jacobian(h[:, t + 1], w)
        norms[t] = np.linalg.norm(product, 2, axis=(1, 2)).mean()
    return norms
