"""Batch normalization over the rows of a batch.

Source: Ioffe and Szegedy 2015. The variance divides by the number of values everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nnkit.validate import Array, floats, not_empty, number, upstream

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
    n, d = x.shape
    gamma, beta, mean, var, momentum, eps = checked_parameters(
        x, d, gamma, beta, state, momentum, eps
    )
    if train:
        not_empty(x, "x", "example to take statistics of")
        batch_mean = x.mean(axis=0)
        centered = x - batch_mean
        batch_var = np.einsum("nd,nd->d", centered, centered) / n
        state_new = updated(mean, var, batch_mean, batch_var, momentum)
    else:
        centered, batch_var = x - mean.astype(x.dtype, copy=False), var.astype(x.dtype, copy=False)
        state_new = {"running_mean": mean, "running_var": var}
    std = np.sqrt(batch_var + eps)
    x_hat = centered
    x_hat /= std
    out = x_hat * gamma
    out += beta
    return out, (x_hat, gamma, std, train), state_new


def batchnorm_backward(dout: Any, cache: tuple) -> tuple[Array, Array, Array]:
    """Return (dx, dgamma, dbeta); at test time the statistics are constants."""
    x_hat, gamma, std, train = cache
    dout = upstream(dout, x_hat.shape)
    dbeta = dout.sum(axis=0)
    dgamma = np.einsum("nd,nd->d", dout, x_hat)
    if not train:
        return dout * (gamma / std), dgamma, dbeta
    # The mean and the variance depend on x too: their paths take away the two averages.
    n = max(x_hat.shape[0], 1)
    dx = x_hat * (dgamma / -n)
    dx += dout
    dx -= dbeta / n
    dx *= gamma / std
    return dx, dgamma, dbeta


def checked_parameters(
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
            "state is not as expected: a dict with the entries running_mean and running_var, or None"
        )
    mean = floats(state["running_mean"], "state['running_mean']", (d,), why)
    var = floats(state["running_var"], "state['running_var']", (d,), why)
    momentum = number(momentum, "momentum", least=0.0, most=1.0)
    return gamma, beta, mean, var, momentum, number(eps, "eps", above=0.0)


def updated(mean: Array, var: Array, batch_mean: Array, batch_var: Array, momentum: float) -> State:
    """Return the running statistics after one batch, as new arrays."""
    return {
        "running_mean": momentum * mean + (1.0 - momentum) * batch_mean,
        "running_var": momentum * var + (1.0 - momentum) * batch_var,
    }
