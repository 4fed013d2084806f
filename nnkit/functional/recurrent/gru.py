"""The gated recurrent unit over a whole sequence, written for speed; gru_step has the formulas.

As in lstm: input, state and a 1 stand side by side and u, w and b below each other, so that each
step is a matrix product for the gates and one for the candidate, and two products over all steps
give du, dw and db. The blocks come first, (3, ...), so that each is one piece of memory, and a
step's numbers are used while they are in the processor's cache.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from nnkit.functional.recurrent.inputs import blocks_first, merged, sequence_inputs
from nnkit.validate import Array, upstream

__all__ = ["gru_backward", "gru_forward"]


class Sequence(NamedTuple):
    """What backward needs.

    joined (T, N, D + H + 1) holds x_t, h_(t-1) and 1, inner the same with r h_(t-1);
    blocks (3, T, N, H) are z, r and g of all steps.
    """

    u: Array
    w: Array
    joined: Array
    inner: Array
    blocks: Array


def gru_forward(x: Any, h0: Any, u: Any, w: Any, b: Any) -> tuple[Array, Sequence]:
    """Run gru_step_forward over a sequence.

    x (N, T, D), h0 (N, H), u (D, 3H), w (H, 3H), b (3H,), blocks z, r, g -> h (N, T, H), every
    state; cache = (u, w, joined, inner, blocks), see Sequence. ValueError for other shapes or
    T = 0.
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
    return h[1:].swapaxes(0, 1), Sequence(u, w, joined[:-1], inner, blocks)


def gru_backward(dh: Any, cache: Sequence) -> tuple[Array, Array, Array, Array, Array]:
    """Return (dx, dh0, du, dw, db) for dh (N, T, H)."""
    u, w, joined, inner, blocks = cache
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
