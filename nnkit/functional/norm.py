"""Normalization: of each column or channel over the batch, or of each example by itself.

Variances divide by the number of values, everywhere. Sources: Ioffe and Szegedy 2015 (batch); Ba,
Kiros and Hinton 2016 (layer).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from nnkit.validate import Array, describe, floats, not_empty, number, upstream

State = dict[str, Array]


def batchnorm_forward(
    x: Any,
    gamma: Any,
    beta: Any,
    state: Mapping[str, Any] | None,
    momentum: float = 0.9,
    eps: float = 1e-5,
    train: bool = True,
) -> tuple[Array, tuple, State]:
    """Normalize each column of x, then scale by gamma and shift by beta.

    x (N, D), gamma and beta (D,), state {"running_mean": (D,), "running_var": (D,)} or None for a
    fresh start -> out (N, D), cache = (x_hat, gamma, std, train) with std = sqrt(var + eps) (D,),
    and the new state: momentum * running + (1 - momentum) * batch. With train=False the running
    statistics are used and come back unchanged. ValueError for other shapes, an empty training
    batch, momentum outside [0, 1] or eps not above 0.
    """
    x = floats(x, "x", ("N", "D"))
    return _batchnorm(x, gamma, beta, state, momentum, eps, train)


def batchnorm_backward(dout: Any, cache: tuple) -> tuple[Array, Array, Array]:
    """Return (dx, dgamma, dbeta); at test time the statistics are constants."""
    x_hat, gamma, std, train = cache
    dout = upstream(dout, x_hat.shape)
    dbeta = _sums(dout)
    dgamma = _products(dout, x_hat)
    scale = _spread(gamma / std, dout)
    if not train:
        return dout * scale, dgamma, dbeta
    # The mean and the variance depend on x too: their paths take away the two averages.
    count = max(x_hat.size // max(x_hat.shape[1], 1), 1)
    dx = x_hat * _spread(dgamma / -count, dout)
    dx += dout
    dx -= _spread(dbeta / count, dout)
    dx *= scale
    return dx, dgamma, dbeta


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
    return _batchnorm(x, gamma, beta, state, momentum, eps, train)


def batchnorm2d_backward(dout: Any, cache: tuple) -> tuple[Array, Array, Array]:
    """Return (dx, dgamma, dbeta); at test time the statistics are constants."""
    return batchnorm_backward(dout, cache)


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


def _batchnorm(
    x: Array,
    gamma: Any,
    beta: Any,
    state: Mapping[str, Any] | None,
    momentum: float,
    eps: float,
    train: bool,
) -> tuple[Array, tuple, State]:
    """Normalize x (N, D) or (N, C, H, W) over all axes but the second."""
    gamma, beta, mean, var, momentum, eps = _checked(
        x, x.shape[1], gamma, beta, state, momentum, eps
    )
    if train:
        what = "example" if x.ndim == 2 else "value"
        not_empty(x, "x", f"{what} to take statistics of")
        count = x.size // x.shape[1]
        batch_mean = _sums(x) / count
        x_hat = x - _spread(batch_mean, x)
        batch_var = _products(x_hat, x_hat) / count
        state_new = {
            "running_mean": momentum * mean + (1.0 - momentum) * batch_mean,
            "running_var": momentum * var + (1.0 - momentum) * batch_var,
        }
    else:
        x_hat = x - _spread(mean.astype(x.dtype, copy=False), x)
        batch_var = var.astype(x.dtype, copy=False)
        state_new = {"running_mean": mean, "running_var": var}
    std = np.sqrt(batch_var + eps)
    x_hat *= _spread(1.0 / std, x)
    out = x_hat * _spread(gamma, x)
    out += _spread(beta, x)
    return out, (x_hat, gamma, std, train), state_new


def _checked(
    x: Array, d: int, gamma: Any, beta: Any, state: Any, momentum: float, eps: float
) -> tuple[Array, Array, Array, Array, float, float]:
    """Return gamma, beta, running mean and variance as floats (d,), momentum and eps checked."""
    why = "one entry for each feature of x"
    gamma = floats(gamma, "gamma", (d,), why)
    beta = floats(beta, "beta", (d,), why)
    if state is None:
        state = {"running_mean": np.zeros(d, x.dtype), "running_var": np.ones(d, x.dtype)}
    if not isinstance(state, Mapping) or not {"running_mean", "running_var"} <= set(state):
        raise ValueError(
            "state is not as expected: a dict with the entries running_mean and running_var, "
            "or None"
        )
    mean = floats(state["running_mean"], "state['running_mean']", (d,), why)
    var = floats(state["running_var"], "state['running_var']", (d,), why)
    momentum = number(momentum, "momentum", least=0.0, most=1.0)
    return gamma, beta, mean, var, momentum, number(eps, "eps", above=0.0)


def _sums(a: Array) -> Array:
    """Return the sum of each column or channel."""
    return a.sum(axis=0) if a.ndim == 2 else a.sum(axis=(2, 3)).sum(axis=0)


def _products(a: Array, b: Array) -> Array:
    """Return the sum of a * b for each column or channel, without the product array."""
    if a.ndim == 2:
        return np.einsum("nd,nd->d", a, b)
    n, c, h, w = a.shape
    return np.einsum("ncp,ncp->c", a.reshape(n, c, h * w), b.reshape(n, c, h * w))


def _spread(v: Array, x: Array) -> Array:
    """Return v, one number a column or channel, for every value of one example of x.

    NumPy takes half the time for a whole (C, H, W) that it takes to broadcast (C, 1, 1).
    """
    return v if x.ndim == 2 else np.repeat(v, math.prod(x.shape[2:])).reshape(x.shape[1:])
