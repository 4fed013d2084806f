"""The simple recurrent network of Elman (1990), one step and a whole sequence."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.functional.recurrent.inputs import merged, sequence_inputs, step_inputs, time_major
from nnkit.validate import Array, upstream

Gradients = tuple[Array, Array, Array, Array, Array]


def rnn_step_forward(x: Any, h_prev: Any, u: Any, w: Any, b: Any) -> tuple[Array, tuple]:
    """Return h = tanh(x u + h_prev w + b).

    x (N, D), h_prev (N, H), u (D, H), w (H, H), b (H,) -> h (N, H), cache =
    (x, h_prev, u, w, b, h). ValueError for other shapes.
    """
    x, h_prev, u, w, b = step_inputs(x, {"h_prev": h_prev}, u, w, b, 1)
    h = np.tanh(x @ u + h_prev @ w + b)
    return h, (x, h_prev, u, w, b, h)


def rnn_step_backward(dh: Any, cache: tuple) -> Gradients:
    """Return (dx, dh_prev, du, dw, db) for dh (N, H)."""
    x, h_prev, u, w, _, h = cache
    ds = upstream(dh, h.shape, "dh") * (1.0 - h * h)
    return ds @ u.T, ds @ w.T, x.T @ ds, h_prev.T @ ds, ds.sum(axis=0)


def rnn_forward(x: Any, h0: Any, u: Any, w: Any, b: Any) -> tuple[Array, tuple]:
    """Run h_t = tanh(x_t u + h_(t-1) w + b) over a sequence.

    x (N, T, D), h0 (N, H), u (D, H), w (H, H), b (H,) -> h (N, T, H), every state;
    cache = (x, h0, h, u, w, b). ValueError for other shapes or T = 0.
    """
    x, h0, u, w, b = sequence_inputs(x, {"h0": h0}, u, w, b, 1)
    # The inputs of all steps are known: one product instead of T.
    h = time_major(x) @ u
    h += b
    state = h0
    for s in h:
        s += state @ w
        state = np.tanh(s, out=s)
    h = h.swapaxes(0, 1)
    return h, (x, h0, h, u, w, b)


def rnn_backward(dh: Any, cache: tuple) -> Gradients:
    """Return (dx, dh0, du, dw, db) for dh (N, T, H): backpropagation through time.

    Source: Werbos 1990.
    """
    x, h0, h, u, w, _ = cache
    dh = upstream(dh, h.shape, "dh")
    h = time_major(h)
    ds = 1.0 - h * h  # the local derivatives of all steps at once
    dh = dh.swapaxes(0, 1)
    carry = np.zeros_like(h0)  # what later steps hand back
    for t in reversed(range(len(h))):
        carry += dh[t]
        ds[t] *= carry
        carry = ds[t] @ w.T
    return parameter_gradients(x, h0, h, u, ds, carry)


def parameter_gradients(
    x: Array, h0: Array, h: Array, u: Array, ds: Array, dh0: Array
) -> Gradients:
    """Return (dx, dh0, du, dw, db) from the gradients ds (T, N, H) of all pre-activations.

    x (N, T, D) and the states h (T, N, H); one product over all steps for each parameter.
    """
    rows = merged(ds)
    du = merged(time_major(x)).T @ rows
    dw = merged(h[:-1]).T @ merged(ds[1:]) + h0.T @ ds[0]
    return (ds @ u.T).swapaxes(0, 1), dh0, du, dw, rows.sum(axis=0)
