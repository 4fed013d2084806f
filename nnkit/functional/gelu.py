"""GELU, x times the probability that a standard normal number is below x, and its approximations.

Source: Hendrycks and Gimpel 2016.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.functional.activations import logistic, swish_backward
from nnkit.functional.cache import Cache, extra_of
from nnkit.validate import Array, floats, upstream

SQRT_HALF = 0.5**0.5
INV_SQRT_2PI = (2.0 * np.pi) ** -0.5
SQRT_2_OVER_PI = (2.0 / np.pi) ** 0.5
TANH_CUBIC = 0.044715
LOGISTIC_SCALE = 1.702

# Abramowitz and Stegun 7.1.26 (after Hastings 1955): with t = 1 / (1 + ERF_P z), for z >= 0,
# erfc(z) = (a1 t + ... + a5 t^5) exp(-z²), off by at most 1.5e-7. Here a5 first, as Horner goes.
ERF_P = 0.3275911
ERF_A = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
BLOCK = 1 << 15  # numbers at a time: what is computed from them stays in the processor's cache


def gelu_forward(x: Any, approximate: str = "none") -> tuple[Array, tuple]:
    """Return x * Phi(x), Phi the normal distribution function; x of any shape.

    approximate: "none" (exact, with erf), "tanh" or "logistic". cache = (x,) when exact,
    its extra the derivative, which costs forward little more than out; else (x, approximate).
    ValueError for any other name.
    """
    x = floats(x, "x")
    if approximate == "none":
        out, slope = _exact(x)
        return out, Cache((x,), slope)
    if approximate == "tanh":
        return 0.5 * x * (1.0 + np.tanh(_tanh_argument(x))), (x, approximate)
    if approximate == "logistic":
        return x * logistic(LOGISTIC_SCALE * x), (x, approximate)
    raise ValueError(f'approximate is {approximate!r}; expected "none", "tanh" or "logistic"')


def gelu_backward(dout: Any, cache: tuple) -> Array:
    """Return dx = dout * (Phi(x) + x * phi(x)), or the derivative of the approximation used."""
    x, approximate = cache if len(cache) == 2 else (*cache, "none")
    dout = upstream(dout, x.shape)
    if approximate == "tanh":
        t = np.tanh(_tanh_argument(x))
        inner = SQRT_2_OVER_PI * (1.0 + 3.0 * TANH_CUBIC * (x * x))
        return dout * (0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * inner)
    if approximate == "logistic":
        return swish_backward(dout, (x, LOGISTIC_SCALE))
    slope = extra_of(cache)
    return dout * (_exact(x)[1] if slope is None else slope)


def _tanh_argument(x: Array) -> Array:
    # x * x * x and not x ** 3: the power costs a hundred times as much in float32.
    return SQRT_2_OVER_PI * (x + TANH_CUBIC * (x * x * x))


def _exact(x: Array) -> tuple[Array, Array]:
    """Return (x Phi(x), its derivative Phi(x) + x phi(x))."""
    with np.errstate(over="ignore"):  # x * x may become inf, whose exp(-x * x) is 0, as it should
        if x.dtype == np.float32:
            return _exact_float32(x)
        from scipy.special import erf  # here, as it takes twice as long to import as nnkit

        below = 0.5 * (1.0 + erf(SQRT_HALF * x))
        return x * below, below + x * (INV_SQRT_2PI * np.exp(-0.5 * (x * x)))


def _exact_float32(x: Array) -> tuple[Array, Array]:
    """Return what _exact does, to float32's precision, six times as fast as with SciPy's erf."""
    flat = x.ravel()
    out, slope = np.empty_like(flat), np.empty_like(flat)
    work = np.empty((3, min(BLOCK, flat.size)), np.float32)
    for start in range(0, flat.size, BLOCK):
        part = slice(start, start + BLOCK)
        _fill(flat[part], out[part], slope[part], work)
    return out.reshape(x.shape), slope.reshape(x.shape)


def _fill(x: Array, out: Array, slope: Array, work: Array) -> None:
    """Write gelu(x) and its derivative into out and slope."""
    t, bell, below = work[:, : x.size]
    np.multiply(x, x, out=bell)
    bell *= -0.5
    np.exp(bell, out=bell)
    np.abs(x, out=t)
    t *= ERF_P * SQRT_HALF
    t += 1.0
    np.reciprocal(t, out=t)
    np.multiply(t, 0.5 * ERF_A[0], out=below)
    for a in ERF_A[1:]:
        below += 0.5 * a
        below *= t
    below *= bell  # the probability beyond |x|
    np.subtract(0.5, below, out=below)
    np.copysign(below, x, out=below)
    below += 0.5
    np.multiply(x, below, out=out)
    np.multiply(x, bell, out=slope)
    slope *= INV_SQRT_2PI
    slope += below
