"""The LSTM over a whole sequence, written for speed; lstm_step has the formulas."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.functional.lstm_step import StepGradients
from nnkit.functional.recurrent_inputs import logistic_in_place, merged, sequence_inputs, time_major
from nnkit.validate import Array, upstream

__all__ = ["lstm_backward", "lstm_forward"]


def lstm_forward(x: Any, h0: Any, c0: Any, u: Any, w: Any, b: Any) -> tuple[Array, list[tuple]]:
    """Run lstm_step_forward over a sequence.

    x (N, T, D), h0 and c0 (N, H), u (D, 4H), w (H, 4H), b (4H,), blocks f, i, g, o ->
    h (N, T, H), every state; cache = the T caches of the steps. ValueError for other shapes or
    T = 0.
    """
    x, h0, c0, u, w, b = sequence_inputs(x, {"h0": h0, "c0": c0}, u, w, b, 4)
    hidden = w.shape[0]
    s = time_major(x) @ u
    s += b
    h = np.empty((*s.shape[:2], hidden), s.dtype)
    c = np.empty_like(h)
    cache = []
    h_prev, c_prev = h0, c0
    for t, row in enumerate(s):
        row += h_prev @ w
        logistic_in_place(row[:, : 2 * hidden])
        logistic_in_place(row[:, 3 * hidden :])
        f, i, g, o = np.split(row, 4, axis=1)
        np.tanh(g, out=g)
        np.multiply(f, c_prev, out=c[t])
        c[t] += i * g
        np.tanh(c[t], out=h[t])
        h[t] *= o
        cache.append((x[:, t], h_prev, c_prev, u, w, b, f, i, g, o, c[t]))
        h_prev, c_prev = h[t], c[t]
    return h.swapaxes(0, 1), cache


def lstm_backward(dh: Any, cache: list[tuple]) -> StepGradients:
    """Return (dx, dh0, dc0, du, dw, db) for dh (N, T, H)."""
    u, w = cache[0][3:5]
    x, h_prev, c_prev, f, i, g, o, c = (
        np.stack([step[k] for step in cache]) for k in (0, 1, 2, 6, 7, 8, 9, 10)
    )
    length, n, hidden = c.shape
    dh = upstream(dh, (n, length, hidden), "dh").swapaxes(0, 1)
    tanh_c = np.tanh(c)
    # Everything but the upstream gradient is known before the loop.
    ds = np.empty((length, n, 4, hidden), c.dtype)
    np.multiply(c_prev * f, 1.0 - f, out=ds[:, :, 0])
    np.multiply(g * i, 1.0 - i, out=ds[:, :, 1])
    np.multiply(i, 1.0 - g * g, out=ds[:, :, 2])
    np.multiply(tanh_c * o, 1.0 - o, out=ds[:, :, 3])
    dcell = o * (1.0 - tanh_c * tanh_c)
    dh_next, dc = np.zeros_like(c[0]), np.zeros_like(c[0])
    for t in reversed(range(length)):
        dh_next += dh[t]
        dc += dh_next * dcell[t]
        ds[t, :, :3] *= dc[:, None]
        ds[t, :, 3] *= dh_next
        dc *= f[t]
        dh_next = ds[t].reshape(n, 4 * hidden) @ w.T
    rows = ds.reshape(length * n, 4 * hidden)
    du, dw = merged(x).T @ rows, merged(h_prev).T @ rows
    dx = rows @ u.T
    return dx.reshape(x.shape).swapaxes(0, 1), dh_next, dc, du, dw, rows.sum(axis=0)
