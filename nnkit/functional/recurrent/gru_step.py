"""One step of the gated recurrent unit of Cho et al. 2014."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.functional.activations import logistic
from nnkit.functional.recurrent.inputs import step_inputs
from nnkit.validate import Array, upstream

__all__ = ["gru_step_backward", "gru_step_forward"]


def gru_step_forward(x: Any, h_prev: Any, u: Any, w: Any, b: Any) -> tuple[Array, tuple]:
    """Return h = z h_prev + (1 - z) g with g = tanh(x u_g + (r h_prev) w_g + b_g).

    x (N, D), h_prev (N, H), u (D, 3H), w (H, 3H), b (3H,), blocks z (update), r (reset), g (the
    candidate) -> h (N, H), cache = (x, h_prev, u, w, b, z, r, g). The reset is applied before the
    matrix product, as in the paper. ValueError for other shapes.
    """
    x, h_prev, u, w, b = step_inputs(x, {"h_prev": h_prev}, u, w, b, 3)
    hidden = w.shape[0]
    s = x @ u + b
    gates = logistic(s[:, : 2 * hidden] + h_prev @ w[:, : 2 * hidden])
    z, r = gates[:, :hidden], gates[:, hidden:]
    g = np.tanh(s[:, 2 * hidden :] + (r * h_prev) @ w[:, 2 * hidden :])
    return z * h_prev + (1.0 - z) * g, (x, h_prev, u, w, b, z, r, g)


def gru_step_backward(dh: Any, cache: tuple) -> tuple[Array, Array, Array, Array, Array]:
    """Return (dx, dh_prev, du, dw, db) for dh (N, H)."""
    x, h_prev, u, w, _, z, r, g = cache
    dh = upstream(dh, z.shape, "dh")
    hidden = w.shape[0]
    dg = dh * (1.0 - z) * (1.0 - g * g)
    dreset = dg @ w[:, 2 * hidden :].T  # gradient of r * h_prev
    dz = dh * (h_prev - g) * z * (1.0 - z)
    dr = dreset * h_prev * r * (1.0 - r)
    ds = np.concatenate([dz, dr, dg], axis=1)
    dh_prev = dh * z + dreset * r + ds[:, : 2 * hidden] @ w[:, : 2 * hidden].T
    dw = np.concatenate([h_prev.T @ ds[:, : 2 * hidden], (r * h_prev).T @ dg], axis=1)
    return ds @ u.T, dh_prev, x.T @ ds, dw, ds.sum(axis=0)
