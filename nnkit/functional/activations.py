"""Activation functions, element by element: each keeps what its derivative is cheapest from.

Sources: LeCun et al., "Efficient BackProp" (tanh, logistic); Maas et al. 2013 (leaky ReLU);
He et al. 2015 (PReLU); Clevert et al. 2016 (ELU); Ramachandran et al. 2017 (Swish).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.validate import Array, floats, number, upstream


def logistic(z: Any) -> Array:
    """Return 1 / (1 + exp(-z)) for z of any shape; written with tanh it cannot overflow."""
    z = floats(z, "z")
    return 0.5 * np.tanh(0.5 * z) + 0.5


def logistic_forward(x: Any) -> tuple[Array, tuple]:
    """Apply the logistic function to x of any shape; cache = (out,). ValueError for non-numbers."""
    out = logistic(floats(x, "x"))
    return out, (out,)


def logistic_backward(dout: Any, cache: tuple) -> Array:
    """Return dx = dout * out * (1 - out)."""
    (out,) = cache
    return upstream(dout, out.shape) * (out * (1.0 - out))


def tanh_forward(x: Any) -> tuple[Array, tuple]:
    """Apply tanh to x of any shape; cache = (out,). ValueError for non-numbers."""
    out = np.tanh(floats(x, "x"))
    return out, (out,)


def tanh_backward(dout: Any, cache: tuple) -> Array:
    """Return dx = dout * (1 - out ** 2)."""
    (out,) = cache
    return upstream(dout, out.shape) * (1.0 - out * out)


def relu_forward(x: Any) -> tuple[Array, tuple]:
    """Return max(0, x) for x of any shape; cache = (x,). ValueError for non-numbers."""
    x = floats(x, "x")
    return np.maximum(x, 0.0), (x,)


def relu_backward(dout: Any, cache: tuple) -> Array:
    """Return dx = dout where x > 0, else 0 (also at 0)."""
    (x,) = cache
    return upstream(dout, x.shape) * (x > 0)


def leaky_relu_forward(x: Any, slope: float = 0.01) -> tuple[Array, tuple]:
    """Return x where x > 0, else slope * x; x of any shape, cache = (x, slope)."""
    x = floats(x, "x")
    slope = number(slope, "slope")
    return np.maximum(x, 0.0) + slope * np.minimum(x, 0.0), (x, slope)


def leaky_relu_backward(dout: Any, cache: tuple) -> Array:
    """Return dx = dout where x > 0, else slope * dout (also at 0)."""
    x, slope = cache
    positive = (x > 0).astype(x.dtype)
    return upstream(dout, x.shape) * (slope + (1.0 - slope) * positive)


def prelu_forward(x: Any, a: Any) -> tuple[Array, tuple]:
    """Return x where x > 0, else a * x, with a slope a (C,) learned for each channel.

    x (N, C, ...), a (C,) -> out of x's shape, cache = (x, a). ValueError for other shapes.
    """
    x = floats(x, "x", ("N", "C", "..."))
    a = floats(a, "a", (x.shape[1],), "one slope for each channel of x, axis 1")
    return np.maximum(x, 0.0) + _per_channel(a, x.ndim) * np.minimum(x, 0.0), (x, a)


def prelu_backward(dout: Any, cache: tuple) -> tuple[Array, Array]:
    """Return (dx, da): da (C,) sums dout * x over the negative entries of each channel."""
    x, a = cache
    dout = upstream(dout, x.shape)
    slope = _per_channel(a, x.ndim)
    positive = (x > 0).astype(x.dtype)
    axes = (0, *range(2, x.ndim))
    da = (dout * np.minimum(x, 0.0)).sum(axis=axes)
    return dout * (slope + (1.0 - slope) * positive), da.astype(a.dtype, copy=False)


def elu_forward(x: Any, alpha: float = 1.0) -> tuple[Array, tuple]:
    """Return x where x > 0, else alpha * (exp(x) - 1); x of any shape, cache = (x, alpha)."""
    x = floats(x, "x")
    alpha = number(alpha, "alpha")
    # exp sees only the negative part: it cannot overflow.
    return np.maximum(x, 0.0) + alpha * np.expm1(np.minimum(x, 0.0)), (x, alpha)


def elu_backward(dout: Any, cache: tuple) -> Array:
    """Return dx = dout where x > 0, else dout * alpha * exp(x)."""
    x, alpha = cache
    dout = upstream(dout, x.shape)
    positive = x > 0
    return dout * (positive + alpha * np.exp(np.minimum(x, 0.0)) * ~positive)


def swish_forward(x: Any, beta: float = 1.0) -> tuple[Array, tuple]:
    """Return x * logistic(beta * x); x of any shape, cache = (x, beta)."""
    x = floats(x, "x")
    beta = number(beta, "beta")
    return x * logistic(beta * x), (x, beta)


def swish_backward(dout: Any, cache: tuple) -> Array:
    """Return dx = dout * (s + beta * x * s * (1 - s)) with s = logistic(beta * x)."""
    x, beta = cache
    s = logistic(beta * x)
    return upstream(dout, x.shape) * (s + beta * x * (s * (1.0 - s)))


def softplus_forward(x: Any) -> tuple[Array, tuple]:
    """Return log(1 + exp(x)) for x of any shape, without overflow; cache = (x,)."""
    x = floats(x, "x")
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x))), (x,)


def softplus_backward(dout: Any, cache: tuple) -> Array:
    """Return dx = dout * logistic(x)."""
    (x,) = cache
    return upstream(dout, x.shape) * logistic(x)


def _per_channel(a: Array, ndim: int) -> Array:
    return a.reshape(1, -1, *[1] * (ndim - 2))
