"""The LSTM over a whole sequence, written for speed; lstm_step has the formulas."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from nnkit.functional.lstm_step import StepGradients
from nnkit.functional.recurrent_inputs import merged, sequence_inputs, time_major
from nnkit.validate import Array, upstream

__all__ = ["lstm_backward", "lstm_forward"]


class Whole(NamedTuple):
    """What backward needs of all steps: x (N, T, D), gates (4, T, N, H), h and c (T, N, H)."""

    x: Array
    h0: Array
    c0: Array
    gates: Array
    h: Array
    c: Array


class StepCaches(list[tuple]):
    """The caches of the steps, and the arrays over all steps that they are views of."""

    def __init__(self, steps: list[tuple], whole: Whole) -> None:
        super().__init__(steps)
        self.whole = whole


def lstm_forward(x: Any, h0: Any, c0: Any, u: Any, w: Any, b: Any) -> tuple[Array, list[tuple]]:
    """Run lstm_step_forward over a sequence.

    x (N, T, D), h0 and c0 (N, H), u (D, 4H), w (H, 4H), b (4H,), blocks f, i, g, o ->
    h (N, T, H), every state; cache = the T caches of the steps. ValueError for other shapes or
    T = 0.
    """
    x, h0, c0, u, w, b = sequence_inputs(x, {"h0": h0, "c0": c0}, u, w, b, 4)
    n, length, d = x.shape
    hidden = w.shape[0]
    # The logistic function is 0.5 tanh(0.5 s) + 0.5: with the inner factor in the weights, one
    # tanh serves all four blocks. The blocks come first, so that each is one piece of memory.
    scale = np.array([0.5, 0.5, 1.0, 0.5], w.dtype)[:, None, None]
    shift = 1.0 - scale
    u_blocks, w_blocks = _blocks_first(u) * scale, _blocks_first(w) * scale
    # The inputs of all steps are known: one product instead of T.
    gates = np.matmul(time_major(x).reshape(length * n, d), u_blocks)
    gates += b.reshape(4, 1, hidden) * scale
    gates = gates.reshape(4, length, n, hidden)
    h, c = np.empty((2, length, n, hidden), w.dtype)
    recurrent, written = np.empty((4, n, hidden), w.dtype), np.empty((n, hidden), w.dtype)
    h_prev, c_prev = h0, c0
    steps = []
    for t in range(length):
        s, cell, state = gates[:, t], c[t], h[t]
        s += np.matmul(h_prev, w_blocks, out=recurrent)
        np.tanh(s, out=s)
        s *= scale
        s += shift
        f, i, g, o = s
        np.multiply(f, c_prev, out=cell)
        cell += np.multiply(i, g, out=written)
        np.tanh(cell, out=state)
        state *= o
        steps.append((x[:, t], h_prev, c_prev, u, w, b, f, i, g, o, cell))
        h_prev, c_prev = state, cell
    return h.swapaxes(0, 1), StepCaches(steps, Whole(x, h0, c0, gates, h, c))


def lstm_backward(dh: Any, cache: list[tuple]) -> StepGradients:
    """Return (dx, dh0, dc0, du, dw, db) for dh (N, T, H)."""
    u, w = cache[0][3:5]
    x, h0, c0, gates, h, c = cache.whole if isinstance(cache, StepCaches) else _gathered(cache)
    length, n, hidden = c.shape
    dh = upstream(dh, (n, length, hidden), "dh").swapaxes(0, 1)
    ds = np.empty_like(gates)
    w_back = np.ascontiguousarray(_blocks_first(w).swapaxes(1, 2))
    carry, dc = np.zeros((2, n, hidden), c.dtype)  # what the later steps hand back
    tanh_c, local = np.empty((2, n, hidden), c.dtype)
    back = np.empty((4, n, hidden), c.dtype)
    for t in reversed(range(length)):
        s, grad = gates[:, t], ds[:, t]
        f, i, g, o = s
        df, di, dg, do = grad
        carry += dh[t]
        np.tanh(c[t], out=tanh_c)
        np.multiply(tanh_c, tanh_c, out=local)
        np.subtract(1.0, local, out=local)
        local *= o
        local *= carry
        dc += local
        # The slopes: s - s * s of the logistic function, 1 - g * g of tanh.
        np.multiply(s, s, out=grad)
        np.subtract(s[:2], grad[:2], out=grad[:2])
        np.subtract(1.0, dg, out=dg)
        np.subtract(o, do, out=do)
        df *= c[t - 1] if t else c0
        di *= g
        dg *= i
        do *= tanh_c
        grad[:3] *= dc
        do *= carry
        dc *= f
        np.matmul(grad, w_back, out=back)
        np.add(back[0], back[1], out=carry)
        carry += back[2]
        carry += back[3]
    # One product over all steps for each parameter and block.
    rows = ds.reshape(4, length * n, hidden)
    du = np.matmul(merged(time_major(x)).T, rows)
    dw = np.matmul(merged(h[:-1]).T, rows[:, n:]) + np.matmul(h0.T, rows[:, :n])
    dx = np.matmul(rows, _blocks_first(u).swapaxes(1, 2)).sum(axis=0)
    dx = dx.reshape(length, n, u.shape[0]).swapaxes(0, 1)
    return dx, carry, dc, _blocks_last(du), _blocks_last(dw), rows.sum(axis=1).ravel()


def _blocks_first(weights: Array) -> Array:
    """Return weights (K, 4H) as (4, K, H)."""
    k, wide = weights.shape
    return np.ascontiguousarray(weights.reshape(k, 4, wide // 4).swapaxes(0, 1))


def _blocks_last(weights: Array) -> Array:
    """Return weights (4, K, H) as (K, 4H)."""
    _, k, hidden = weights.shape
    return weights.swapaxes(0, 1).reshape(k, 4 * hidden)


def _gathered(cache: list[tuple]) -> Whole:
    """Return the arrays over all steps from plain step caches, as lstm_step_forward makes them."""
    gates = np.stack([np.stack(step[6:10]) for step in cache], axis=1)
    x = np.stack([step[0] for step in cache], axis=1)
    c = np.stack([step[10] for step in cache])
    # h_t is the h_prev of the next step; the last one has no further use.
    h = np.stack([step[1] for step in cache[1:]] + [cache[-1][1]])
    return Whole(x, cache[0][1], cache[0][2], gates, h, c)
