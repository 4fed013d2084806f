"""Two variants of the LSTM: peephole connections, and one gate for forgetting and writing.

Their sequences are the chain of their steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnkit.functional.activations import logistic
from nnkit.functional.recurrent.chain import chain_backward, chain_forward
from nnkit.functional.recurrent.inputs import sequence_inputs, step_inputs
from nnkit.functional.recurrent.lstm import Gradients
from nnkit.validate import Array, floats, upstream

PeepholeGradients = tuple[Array, Array, Array, Array, Array, Array, Array]


def peephole_lstm_step_forward(
    x: Any, h_prev: Any, c_prev: Any, u: Any, w: Any, b: Any, p: Any
) -> tuple[Array, Array, tuple]:
    """Run an LSTM step whose gates also see the cell: f and i see c_prev, o sees the new c.

    Arguments as in lstm_step_forward, and p (3, H), one weight for each unit of f, i and o
    -> h (N, H), c (N, H), cache = (x, h_prev, c_prev, u, w, b, p, f, i, g, o, c). ValueError for
    other shapes. Source: Gers and Schmidhuber 2000.
    """
    states = {"h_prev": h_prev, "c_prev": c_prev}
    x, h_prev, c_prev, u, w, b = step_inputs(x, states, u, w, b, 4)
    p = floats(p, "p", (3, w.shape[0]), "a row each for f, i and o, a column for each unit")
    f, i, g, o = np.split(x @ u + h_prev @ w + b, 4, axis=1)
    f, i, g = logistic(f + p[0] * c_prev), logistic(i + p[1] * c_prev), np.tanh(g)
    c = f * c_prev + i * g
    o = logistic(o + p[2] * c)
    return o * np.tanh(c), c, (x, h_prev, c_prev, u, w, b, p, f, i, g, o, c)


def peephole_lstm_step_backward(dh: Any, dc: Any, cache: tuple) -> PeepholeGradients:
    """Return (dx, dh_prev, dc_prev, du, dw, db, dp) for dh (N, H) and dc (N, H) from outside."""
    x, h_prev, c_prev, u, w, _, p, f, i, g, o, c = cache
    dh, dc = upstream(dh, c.shape, "dh"), upstream(dc, c.shape, "dc")
    tanh_c = np.tanh(c)
    do = dh * tanh_c * o * (1.0 - o)
    dc = dc + dh * o * (1.0 - tanh_c * tanh_c) + do * p[2]
    df = dc * c_prev * f * (1.0 - f)
    di = dc * g * i * (1.0 - i)
    ds = np.concatenate([df, di, dc * i * (1.0 - g * g), do], axis=1)
    dc_prev = dc * f + df * p[0] + di * p[1]
    dp = np.stack([(df * c_prev).sum(0), (di * c_prev).sum(0), (do * c).sum(0)])
    return ds @ u.T, ds @ w.T, dc_prev, x.T @ ds, h_prev.T @ ds, ds.sum(axis=0), dp


def peephole_lstm_forward(
    x: Any, h0: Any, c0: Any, u: Any, w: Any, b: Any, p: Any
) -> tuple[Array, tuple[tuple, ...]]:
    """Run peephole_lstm_step_forward over x (N, T, D) from h0 and c0 (N, H).

    -> h (N, T, H), cache = the T caches of the steps. ValueError for other shapes or T = 0.
    """
    x, h0, c0, u, w, b = sequence_inputs(x, {"h0": h0, "c0": c0}, u, w, b, 4)
    p = floats(p, "p", (3, w.shape[0]), "a row each for f, i and o, a column for each unit")
    return chain_forward(peephole_lstm_step_forward, x, (h0, c0), (u, w, b, p))


def peephole_lstm_backward(dh: Any, cache: Sequence[tuple]) -> PeepholeGradients:
    """Return (dx, dh0, dc0, du, dw, db, dp) for dh (N, T, H)."""
    return chain_backward(peephole_lstm_step_backward, 2, dh, cache)


def coupled_lstm_step_forward(
    x: Any, h_prev: Any, c_prev: Any, u: Any, w: Any, b: Any
) -> tuple[Array, Array, tuple]:
    """Run an LSTM step that writes exactly where it forgets: c = f c_prev + (1 - f) g.

    x (N, D), h_prev and c_prev (N, H), u (D, 3H), w (H, 3H), b (3H,), blocks f, g, o ->
    h (N, H), c (N, H), cache = (x, h_prev, c_prev, u, w, b, f, g, o, c). ValueError for other
    shapes. Source: Greff et al. 2017.
    """
    states = {"h_prev": h_prev, "c_prev": c_prev}
    x, h_prev, c_prev, u, w, b = step_inputs(x, states, u, w, b, 3)
    f, g, o = np.split(x @ u + h_prev @ w + b, 3, axis=1)
    f, g, o = logistic(f), np.tanh(g), logistic(o)
    c = f * c_prev + (1.0 - f) * g
    return o * np.tanh(c), c, (x, h_prev, c_prev, u, w, b, f, g, o, c)


def coupled_lstm_step_backward(dh: Any, dc: Any, cache: tuple) -> Gradients:
    """Return (dx, dh_prev, dc_prev, du, dw, db) for dh (N, H) and dc (N, H) from outside."""
    x, h_prev, c_prev, u, w, _, f, g, o, c = cache
    dh, dc = upstream(dh, c.shape, "dh"), upstream(dc, c.shape, "dc")
    tanh_c = np.tanh(c)
    dc = dc + dh * o * (1.0 - tanh_c * tanh_c)
    df = dc * (c_prev - g) * f * (1.0 - f)  # f also stands, with a minus, before g
    ds = np.concatenate([df, dc * (1.0 - f) * (1.0 - g * g), dh * tanh_c * o * (1.0 - o)], axis=1)
    return ds @ u.T, ds @ w.T, dc * f, x.T @ ds, h_prev.T @ ds, ds.sum(axis=0)


def coupled_lstm_forward(
    x: Any, h0: Any, c0: Any, u: Any, w: Any, b: Any
) -> tuple[Array, tuple[tuple, ...]]:
    """Run coupled_lstm_step_forward over x (N, T, D) from h0 and c0 (N, H).

    -> h (N, T, H), cache = the T caches of the steps. ValueError for other shapes or T = 0.
    """
    x, h0, c0, u, w, b = sequence_inputs(x, {"h0": h0, "c0": c0}, u, w, b, 3)
    return chain_forward(coupled_lstm_step_forward, x, (h0, c0), (u, w, b))


def coupled_lstm_backward(dh: Any, cache: Sequence[tuple]) -> Gradients:
    """Return (dx, dh0, dc0, du, dw, db) for dh (N, T, H)."""
    return chain_backward(coupled_lstm_step_backward, 2, dh, cache)
