"""The gated recurrent unit over a whole sequence, written for speed; gru_step has the formulas."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.functional.recurrent_inputs import logistic_in_place, merged, sequence_inputs, time_major
from nnkit.validate import Array, upstream

__all__ = ["gru_backward", "gru_forward"]


def gru_forward(x: Any, h0: Any, u: Any, w: Any, b: Any) -> tuple[Array, tuple]:
    """Run gru_step_forward over a sequence.

    x (N, T, D), h0 (N, H), u (D, 3H), w (H, 3H), b (3H,), blocks z, r, g -> h (N, T, H), every
    state; cache = (x, h0, h, u, w, b, gates), gates (T, N, 3H). ValueError for other shapes or
    T = 0.
    """
    x, h0, u, w, b = sequence_inputs(x, {"h0": h0}, u, w, b, 3)
    hidden = w.shape[0]
    w_gates, w_new = np.split(w, [2 * hidden], axis=1)
    s = time_major(x) @ u
    s += b
    h = np.empty((*s.shape[:2], hidden), s.dtype)
    state = h0
    for t, row in enumerate(s):
        gates, new = row[:, : 2 * hidden], row[:, 2 * hidden :]
        gates += state @ w_gates
        logistic_in_place(gates)
        z, r = gates[:, :hidden], gates[:, hidden:]
        new += (r * state) @ w_new
        np.tanh(new, out=new)
        np.subtract(state, new, out=h[t])
        h[t] *= z
        h[t] += new
        state = h[t]
    h = h.swapaxes(0, 1)
    return h, (x, h0, h, u, w, b, s)


def gru_backward(dh: Any, cache: tuple) -> tuple[Array, Array, Array, Array, Array]:
    """Return (dx, dh0, du, dw, db) for dh (N, T, H)."""
    x, h0, h, u, w, _, gates = cache
    dh = upstream(dh, h.shape, "dh").swapaxes(0, 1)
    length, _, hidden = dh.shape
    w_gates, w_new = np.split(w, [2 * hidden], axis=1)
    h_prev = np.concatenate([h0[None], h.swapaxes(0, 1)[:-1]])
    z, r, g = np.split(gates, 3, axis=2)
    # Everything but the upstream gradient is known before the loop.
    ds = np.empty_like(gates)
    np.multiply((h_prev - g) * z, 1.0 - z, out=ds[..., :hidden])
    np.multiply(h_prev * r, 1.0 - r, out=ds[..., hidden : 2 * hidden])
    np.multiply(1.0 - z, 1.0 - g * g, out=ds[..., 2 * hidden :])
    carry = np.zeros_like(h0)
    for t in reversed(range(length)):
        carry += dh[t]
        row = ds[t]
        row[:, :hidden] *= carry
        row[:, 2 * hidden :] *= carry
        dreset = row[:, 2 * hidden :] @ w_new.T
        row[:, hidden : 2 * hidden] *= dreset
        carry *= z[t]
        carry += row[:, : 2 * hidden] @ w_gates.T
        dreset *= r[t]
        carry += dreset
    rows = merged(ds)
    du = merged(time_major(x)).T @ rows
    states = merged(h_prev)
    dw = np.empty_like(w)
    dw[:, : 2 * hidden] = states.T @ rows[:, : 2 * hidden]
    dw[:, 2 * hidden :] = (states * merged(r)).T @ rows[:, 2 * hidden :]
    return (ds @ u.T).swapaxes(0, 1), carry, du, dw, rows.sum(axis=0)
