"""How far a gradient travels through time: truncated BPTT, Jacobians and their norms."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.functional.recurrent.inputs import time_major
from nnkit.functional.recurrent.rnn import Gradients, parameter_gradients, rnn_backward
from nnkit.validate import Array, floats, integer, upstream

__all__ = ["gradient_norms", "rnn_backward_truncated", "state_jacobian"]


def rnn_backward_truncated(dh: Any, cache: tuple, steps: int) -> Gradients:
    """Return (dx, dh0, du, dw, db) when dh[:, t] reaches the cells t, ..., t - steps + 1 only.

    dh (N, T, H), cache from rnn_forward, steps >= 1. Each reached cell passes its part on to the
    inputs and parameters in full, dh0 is what passes cell 0; steps >= T equals rnn_backward.
    ValueError for other shapes or steps. Source: Williams and Peng 1990 with h' = 1.
    """
    x, h0, h, u, w, _ = cache
    steps = integer(steps, "steps", least=1)
    if steps >= h.shape[1]:
        return rnn_backward(dh, cache)
    dh = upstream(dh, h.shape, "dh").swapaxes(0, 1)
    h = time_major(h)
    ds = np.zeros_like(h)
    # travellers[a] started a cells later than the one at hand: the oldest leaves at each cell.
    travellers = np.zeros((steps, *h.shape[1:]), h.dtype)
    for t in reversed(range(len(h))):
        travellers[0] = dh[t]
        passed = travellers * (1.0 - h[t] * h[t])
        ds[t] = passed.sum(axis=0)
        passed = passed @ w.T
        travellers[1:] = passed[:-1]
    # Cell 0 is the last one for all of them: whoever got there also reaches h0.
    return parameter_gradients(x, h0, h, u, ds, passed.sum(axis=0))


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
