"""The LSTM variants over a whole sequence: the steps one after another, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.functional.recurrent.inputs import sequence_inputs
from nnkit.functional.recurrent.lstm_step import StepGradients
from nnkit.functional.recurrent.lstm_variants import (
    PeepholeGradients,
    coupled_lstm_step_backward,
    coupled_lstm_step_forward,
    peephole_lstm_step_backward,
    peephole_lstm_step_forward,
)
from nnkit.validate import Array, floats, upstream

__all__ = [
    "coupled_lstm_backward",
    "coupled_lstm_forward",
    "peephole_lstm_backward",
    "peephole_lstm_forward",
]


def peephole_lstm_forward(
    x: Any, h0: Any, c0: Any, u: Any, w: Any, b: Any, p: Any
) -> tuple[Array, list[tuple]]:
    """Run peephole_lstm_step_forward over x (N, T, D) from h0 and c0 (N, H).

    -> h (N, T, H), cache = the T caches of the steps. ValueError for other shapes or T = 0.
    """
    x, h0, c0, u, w, b = sequence_inputs(x, {"h0": h0, "c0": c0}, u, w, b, 4)
    p = floats(p, "p", (3, w.shape[0]), "a row each for f, i and o, a column for each unit")
    return _forward(peephole_lstm_step_forward, x, h0, c0, u, w, b, p)


def peephole_lstm_backward(dh: Any, cache: list[tuple]) -> PeepholeGradients:
    """Return (dx, dh0, dc0, du, dw, db, dp) for dh (N, T, H)."""
    return _backward(peephole_lstm_step_backward, dh, cache)


def coupled_lstm_forward(
    x: Any, h0: Any, c0: Any, u: Any, w: Any, b: Any
) -> tuple[Array, list[tuple]]:
    """Run coupled_lstm_step_forward over x (N, T, D) from h0 and c0 (N, H).

    -> h (N, T, H), cache = the T caches of the steps. ValueError for other shapes or T = 0.
    """
    x, h0, c0, u, w, b = sequence_inputs(x, {"h0": h0, "c0": c0}, u, w, b, 3)
    return _forward(coupled_lstm_step_forward, x, h0, c0, u, w, b)


def coupled_lstm_backward(dh: Any, cache: list[tuple]) -> StepGradients:
    """Return (dx, dh0, dc0, du, dw, db) for dh (N, T, H)."""
    return _backward(coupled_lstm_step_backward, dh, cache)


def _forward(step: Any, x: Array, h: Array, c: Array, *params: Array) -> tuple[Array, list[tuple]]:
    states, caches = [], []
    for t in range(x.shape[1]):
        h, c, cache = step(x[:, t], h, c, *params)
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), caches


def _backward(step: Any, dh: Any, caches: list[tuple]) -> Any:
    n, hidden = caches[0][1].shape
    dh = upstream(dh, (n, len(caches), hidden), "dh")
    dh_next, dc = np.zeros_like(caches[0][1]), np.zeros_like(caches[0][1])
    dxs: list[Array] = []
    totals: list[Array] = []
    for t in reversed(range(len(caches))):
        dx, dh_next, dc, *grads = step(dh[:, t] + dh_next, dc, caches[t])
        dxs.append(dx)
        totals = [a + b for a, b in zip(totals, grads, strict=True)] if totals else grads
    return np.stack(dxs[::-1], axis=1), dh_next, dc, *totals
