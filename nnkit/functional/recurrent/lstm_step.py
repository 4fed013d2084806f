"""One step of the long short-term memory of Hochreiter and Schmidhuber 1997, Gers et al. 2000."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.functional.activations import logistic
from nnkit.functional.recurrent.inputs import step_inputs
from nnkit.validate import Array, upstream

__all__ = ["lstm_step_backward", "lstm_step_forward"]

StepGradients = tuple[Array, Array, Array, Array, Array, Array]


def lstm_step_forward(
    x: Any, h_prev: Any, c_prev: Any, u: Any, w: Any, b: Any
) -> tuple[Array, Array, tuple]:
    """Return the new state h = o tanh(c) and cell c = f c_prev + i g.

    x (N, D), h_prev and c_prev (N, H), u (D, 4H), w (H, 4H), b (4H,), blocks f, i, g (the
    candidate), o -> h (N, H), c (N, H), cache = (x, h_prev, c_prev, u, w, b, f, i, g, o, c).
    ValueError for other shapes.
    """
    states = {"h_prev": h_prev, "c_prev": c_prev}
    x, h_prev, c_prev, u, w, b = step_inputs(x, states, u, w, b, 4)
    f, i, g, o = np.split(x @ u + h_prev @ w + b, 4, axis=1)
    f, i, g, o = logistic(f), logistic(i), np.tanh(g), logistic(o)
    c = f * c_prev + i * g
    return o * np.tanh(c), c, (x, h_prev, c_prev, u, w, b, f, i, g, o, c)


def lstm_step_backward(dh: Any, dc: Any, cache: tuple) -> StepGradients:
    """Return (dx, dh_prev, dc_prev, du, dw, db) for dh (N, H) and dc (N, H), both from outside."""
    x, h_prev, c_prev, u, w, _, f, i, g, o, c = cache
    dh, dc = upstream(dh, c.shape, "dh"), upstream(dc, c.shape, "dc")
    tanh_c = np.tanh(c)
    dc = dc + dh * o * (1.0 - tanh_c * tanh_c)
    ds = np.concatenate(
        [
            dc * c_prev * f * (1.0 - f),
            dc * g * i * (1.0 - i),
            dc * i * (1.0 - g * g),
            dh * tanh_c * o * (1.0 - o),
        ],
        axis=1,
    )
    return ds @ u.T, ds @ w.T, dc * f, x.T @ ds, h_prev.T @ ds, ds.sum(axis=0)
