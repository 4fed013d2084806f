"""Layer normalization: each example by its own statistics, so train and test time are the same.

Source: Ba, Kiros and Hinton 2016.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.validate import Array, describe, floats, number, upstream


def layernorm_forward(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> tuple[Array, tuple]:
    """Normalize the last axis of x, then scale by gamma and shift by beta.

    x (..., D), gamma and beta (D,) -> out of x's shape, cache = (x_hat, gamma, std) with
    std = sqrt(var + eps) (..., 1), the variance divided by D. ValueError for other shapes, D = 0
    or eps not above 0.
    """
    x = floats(x, "x", ("...", "D"))
    d = x.shape[-1]
    if d == 0:
        raise ValueError(
            f"x has shape {describe(x.shape)}; expected at least one feature on the last axis"
        )
    gamma = floats(gamma, "gamma", (d,), "one entry for each feature of x")
    beta = floats(beta, "beta", (d,), "one entry for each feature of x")
    eps = number(eps, "eps", above=0.0)
    x_hat = x - x.mean(axis=-1, keepdims=True)
    std = np.sqrt(np.einsum("...d,...d->...", x_hat, x_hat)[..., None] / d + eps)
    x_hat /= std
    out = x_hat * gamma
    out += beta
    return out, (x_hat, gamma, std)


def layernorm_backward(dout: Any, cache: tuple) -> tuple[Array, Array, Array]:
    """Return (dx, dgamma, dbeta) for dout of x's shape."""
    x_hat, gamma, std = cache
    dout = upstream(dout, x_hat.shape)
    d = x_hat.shape[-1]
    dgamma = np.einsum("nd,nd->d", dout.reshape(-1, d), x_hat.reshape(-1, d))
    dbeta = dout.reshape(-1, d).sum(axis=0)
    dx_hat = dout * gamma
    dx = dx_hat - dx_hat.mean(axis=-1, keepdims=True)
    dx -= x_hat * (np.einsum("...d,...d->...", dx_hat, x_hat)[..., None] / d)
    dx /= std
    return dx, dgamma, dbeta
