"""The long short-term memory of Hochreiter and Schmidhuber 1997, Gers et al. 2000.

The step has the formulas; the sequence does the same, written for speed. Input, state and a 1 stand
side by side, and so do u, w and b below each other: each step is one matrix product forward and one
backward, and one product over all steps gives du, dw and db. The gates come first, (4, ...), where
each is worked on by itself, so that it is one piece of memory, and last where a product sums over
them.

Arrays over all steps: joined (T, N, D + H + 1) holds x_t, h_(t-1) and 1; gates (4, T, N, H); the
cells c (T, N, H).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnkit.functional.activations import logistic
from nnkit.functional.cache import Cache, extra_of
from nnkit.functional.recurrent.chain import chain_backward
from nnkit.functional.recurrent.inputs import blocks_first, merged, sequence_inputs, step_inputs
from nnkit.validate import Array, upstream

Gradients = tuple[Array, Array, Array, Array, Array, Array]


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


def lstm_step_backward(dh: Any, dc: Any, cache: tuple) -> Gradients:
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


def lstm_forward(x: Any, h0: Any, c0: Any, u: Any, w: Any, b: Any) -> tuple[Array, Cache]:
    """Run lstm_step_forward over a sequence.

    x (N, T, D), h0 and c0 (N, H), u (D, 4H), w (H, 4H), b (4H,), blocks f, i, g, o ->
    h (N, T, H), every state; cache = the T caches of the steps, its extra the arrays over all
    steps that they are views of. ValueError for other shapes or T = 0.
    """
    x, h0, c0, u, w, b = sequence_inputs(x, {"h0": h0, "c0": c0}, u, w, b, 4)
    (n, length, d), hidden = x.shape, w.shape[0]
    # The logistic function is 0.5 tanh(0.5 s) + 0.5: with the inner factor in the weights, one
    # tanh serves all four blocks.
    scale = np.array([0.5, 0.5, 1.0, 0.5], w.dtype)[:, None, None]
    shift = 1.0 - scale
    weights = blocks_first(np.concatenate([u, w, b[None]]), 4) * scale
    joined = np.ones((length + 1, n, d + hidden + 1), w.dtype)
    joined[:-1, :, :d] = x.swapaxes(0, 1)
    h = joined[:, :, d : d + hidden]
    h[0] = h0
    gates = np.empty((4, length, n, hidden), w.dtype)
    c = np.empty((length, n, hidden), w.dtype)
    work = np.empty((n, hidden), w.dtype)
    c_prev = c0
    caches = []
    for t in range(length):
        s, cell = gates[:, t], c[t]
        np.matmul(joined[t], weights, out=s)
        np.tanh(s, out=s)
        s *= scale
        s += shift
        f, i, g, o = s
        np.multiply(f, c_prev, out=cell)
        cell += np.multiply(i, g, out=work)
        np.multiply(o, np.tanh(cell, out=work), out=h[t + 1])
        caches.append((joined[t, :, :d], h[t], c_prev, u, w, b, f, i, g, o, cell))
        c_prev = cell
    return h[1:].swapaxes(0, 1), Cache(caches, extra=(joined[:-1], gates, c0, c))


def lstm_backward(dh: Any, cache: Sequence[tuple]) -> Gradients:
    """Return (dx, dh0, dc0, du, dw, db) for dh (N, T, H).

    cache from lstm_forward, or any sequence of caches of lstm_step_forward.
    """
    extra = extra_of(cache)
    if extra is None:
        return chain_backward(lstm_step_backward, 2, dh, cache)
    joined, gates, c0, c = extra
    u, w = cache[0][3:5]
    (length, n, hidden), d = c.shape, u.shape[0]
    dh = upstream(dh, (n, length, hidden), "dh").swapaxes(0, 1)
    grad = np.empty((4, n, hidden), c.dtype)
    df, di, dg, do = grad
    ds = np.empty((length, n, 4, hidden), c.dtype)  # the gates side by side, as u and w have them
    back = np.ascontiguousarray(np.concatenate([u, w]).T)
    shared = np.empty((n, d + hidden), c.dtype)  # dx_t and dh_(t-1)
    dx = np.empty((length, n, d), c.dtype)
    carry, dc = np.zeros((2, n, hidden), c.dtype)  # what the later steps hand back
    tanh_c, local = np.empty((2, n, hidden), c.dtype)
    for t in reversed(range(length)):
        s = gates[:, t]
        f, i, g, o = s
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
        ds[t] = grad.swapaxes(0, 1)
        np.matmul(ds[t].reshape(n, 4 * hidden), back, out=shared)
        dx[t], carry[...] = shared[:, :d], shared[:, d:]
    every = merged(joined).T @ ds.reshape(length * n, 4 * hidden)
    return dx.swapaxes(0, 1), carry, dc, every[:d], every[d:-1], every[-1]
