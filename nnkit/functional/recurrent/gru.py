"""The gated recurrent unit of Cho et al. 2014.

The step has the formulas; the sequence does the same, written for speed. As in lstm: input, state
and a 1 stand side by side and u, w and b below each other, so that each step is a matrix product
for the gates and one for the candidate, and two products over all steps give du, dw and db. The
blocks come first, (3, ...), so that each is one piece of memory, and a step's numbers are used
while they are in the processor's cache.

Arrays over all steps: joined (T, N, D + H + 1) holds x_t, h_(t-1) and 1, inner the same with
r h_(t-1); blocks (3, T, N, H) are z, r and g.
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

Gradients = tuple[Array, Array, Array, Array, Array]


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


def gru_step_backward(dh: Any, cache: tuple) -> Gradients:
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


def gru_forward(x: Any, h0: Any, u: Any, w: Any, b: Any) -> tuple[Array, Cache]:
    """Run gru_step_forward over a sequence.

    x (N, T, D), h0 (N, H), u (D, 3H), w (H, 3H), b (3H,), blocks z, r, g -> h (N, T, H), every
    state; cache = the T caches of the steps, its extra the arrays over all steps that they are
    views of. ValueError for other shapes or T = 0.
    """
    x, h0, u, w, b = sequence_inputs(x, {"h0": h0}, u, w, b, 3)
    (n, length, d), hidden = x.shape, w.shape[0]
    weights = blocks_first(np.concatenate([u, w, b[None]]), 3)
    half = 0.5 * weights[:2]  # the logistic function is 0.5 tanh(0.5 s) + 0.5
    joined = np.ones((length + 1, n, d + hidden + 1), w.dtype)
    joined[:-1, :, :d] = x.swapaxes(0, 1)
    inner = joined[:-1].copy()
    h, reset = joined[:, :, d:-1], inner[:, :, d:-1]
    h[0] = h0
    blocks = np.empty((3, length, n, hidden), w.dtype)
    work = np.empty((n, hidden), w.dtype)
    caches = []
    for t in range(length):
        gates, (z, r, g) = blocks[:2, t], blocks[:, t]
        np.matmul(joined[t], half, out=gates)
        np.tanh(gates, out=gates)
        gates *= 0.5
        gates += 0.5
        np.multiply(r, h[t], out=reset[t])
        np.matmul(inner[t], weights[2], out=g)
        np.tanh(g, out=g)
        np.subtract(h[t], g, out=work)
        work *= z
        np.add(work, g, out=h[t + 1])
        caches.append((joined[t, :, :d], h[t], u, w, b, z, r, g))
    return h[1:].swapaxes(0, 1), Cache(caches, extra=(joined[:-1], inner, blocks))


def gru_backward(dh: Any, cache: Sequence[tuple]) -> Gradients:
    """Return (dx, dh0, du, dw, db) for dh (N, T, H).

    cache from gru_forward, or any sequence of caches of gru_step_forward.
    """
    extra = extra_of(cache)
    if extra is None:
        return chain_backward(gru_step_backward, 1, dh, cache)
    joined, inner, blocks = extra
    u, w = cache[0][2:4]
    (_, length, n, hidden), d = blocks.shape, u.shape[0]
    dh = upstream(dh, (n, length, hidden), "dh").swapaxes(0, 1)
    h = joined[:, :, d:-1]
    back = np.ascontiguousarray(blocks_first(np.concatenate([u, w]), 3).swapaxes(1, 2))
    ds = np.empty_like(blocks)
    products = np.empty((3, n, d + hidden), w.dtype)  # each block's share of dx_t and of the state
    dreset = products[2, :, d:]  # the gradient of r h_(t-1)
    dx = np.empty((length, n, d), w.dtype)
    carry, work = np.zeros((n, hidden), w.dtype), np.empty((n, hidden), w.dtype)
    for t in reversed(range(length)):
        (z, r, g), grad = blocks[:, t], ds[:, t]
        dz, dr, dg = grad
        carry += dh[t]
        # The slopes of the two logistic functions, s - s * s, and of tanh, 1 - g * g.
        np.multiply(blocks[:, t], blocks[:, t], out=grad)
        np.subtract(blocks[:2, t], grad[:2], out=grad[:2])
        np.subtract(1.0, dg, out=dg)
        np.subtract(h[t], g, out=work)
        work *= carry
        dz *= work
        np.subtract(1.0, z, out=work)
        work *= carry
        dg *= work
        np.matmul(dg, back[2], out=products[2])
        np.multiply(dreset, h[t], out=work)
        dr *= work
        np.matmul(grad[:2], back[:2], out=products[:2])
        carry *= z
        dreset *= r
        products[2] += products[0]
        products[2] += products[1]
        dx[t] = products[2, :, :d]
        carry += dreset
    gates = np.matmul(merged(joined).T, ds[:2].reshape(2, length * n, hidden))
    candidate = merged(inner).T @ merged(ds[2])
    every = np.concatenate([*gates, candidate], axis=1)
    return dx.swapaxes(0, 1), carry, every[:d], every[d:-1], every[-1]
