"""Spatial batch normalization: the statistics of a channel run over batch, height and width."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nnkit.functional.batchnorm import State, checked_parameters, updated
from nnkit.validate import Array, floats, not_empty, upstream


def batchnorm2d_forward(
    x: Any,
    gamma: Any,
    beta: Any,
    state: Mapping[str, Any] | None,
    momentum: float = 0.9,
    eps: float = 1e-5,
    train: bool = True,
) -> tuple[Array, tuple, State]:
    """Normalize each channel of x over (N, H, W), then scale by gamma and shift by beta.

    x (N, C, H, W), gamma and beta (C,), state as in batchnorm_forward with entries (C,) -> out of
    x's shape, cache = (x_hat, gamma, std, train) with std (C,), the new state. ValueError as there.
    """
    x = floats(x, "x", ("N", "C", "H", "W"))
    c = x.shape[1]
    gamma, beta, mean, var, momentum, eps = checked_parameters(
        x, c, gamma, beta, state, momentum, eps
    )
    if train:
        not_empty(x, "x", "value to take statistics of")
        count = x.size // c
        batch_mean = x.sum(axis=(2, 3)).sum(axis=0) / count
        centered = x - _spread(batch_mean)
        batch_var = channel_products(centered, centered) / count
        state_new = updated(mean, var, batch_mean, batch_var, momentum)
    else:
        centered, batch_var = x - _spread(mean.astype(x.dtype)), var.astype(x.dtype)
        state_new = {"running_mean": mean, "running_var": var}
    std = np.sqrt(batch_var + eps)
    centered *= _spread(1.0 / std)
    out = centered * _spread(gamma)
    out += _spread(beta)
    return out, (centered, gamma, std, train), state_new


def batchnorm2d_backward(dout: Any, cache: tuple) -> tuple[Array, Array, Array]:
    """Return (dx, dgamma, dbeta); at test time the statistics are constants."""
    x_hat, gamma, std, train = cache
    dout = upstream(dout, x_hat.shape)
    dbeta = dout.sum(axis=(2, 3)).sum(axis=0)
    dgamma = channel_products(dout, x_hat)
    scale = _spread(gamma / std)
    if not train:
        return dout * scale, dgamma, dbeta
    count = max(x_hat.size // max(x_hat.shape[1], 1), 1)
    dx = x_hat * _spread(dgamma / -count)
    dx += dout
    dx -= _spread(dbeta / count)
    dx *= scale
    return dx, dgamma, dbeta


def channel_products(a: Array, b: Array) -> Array:
    """Return the sum over (N, H, W) of a * b for each channel, without the product array."""
    n, c, h, w = a.shape
    return np.einsum("ncp,ncp->c", a.reshape(n, c, h * w), b.reshape(n, c, h * w))


def _spread(v: Array) -> Array:
    return v[:, None, None]
