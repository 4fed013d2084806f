"""Gradients by numbers alone, to hold a backward pass against.

Central differences are off by about 1e-10 in float64; along random directions three numbers a
tensor tell right from wrong at 1e-7, at a small part of the cost of all entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnkit.validate import Array, generator, integer, number, numbers


def numerical_gradient(f: Callable[[Array], Any], x: Any, eps: float = 1e-5) -> Array:
    """Return the gradient of f at x by central differences, (f(x + eps) - f(x - eps)) / 2 eps.

    f takes an array of x's shape and returns one number; x has any shape (a number too), whole
    numbers are accepted, and x is not changed. The result is float64. ValueError for non-numbers.
    """
    point = np.array(numbers(x, "x"), dtype=np.float64)
    eps = number(eps, "eps", above=0.0)
    grad = np.zeros_like(point)
    for i in np.ndindex(point.shape):
        values = []
        for sign in (1.0, -1.0):
            moved = point.copy()  # f may keep what it is given: it never sees the same array twice
            moved[i] += sign * eps
            values.append(_scalar(f(moved)))
        grad[i] = (values[0] - values[1]) / (2.0 * eps)
    return grad


def complex_step_gradient(f: Callable[[Array], Any], x: Any, eps: float = 1e-20) -> Array:
    """Return the gradient of f at x as Im f(x + i eps) / eps, exact to rounding.

    f must be built from analytic operations: abs, maximum, comparisons and real buffers break it
    (silently, for abs). Source: Squire and Trapp 1998. ValueError when f returns a real number.
    """
    point = np.array(numbers(x, "x"), dtype=np.complex128)
    grad = np.zeros(point.shape)
    for i in np.ndindex(point.shape):
        moved = point.copy()
        moved[i] += 1j * eps
        value = np.asarray(f(moved))
        if value.size != 1 or value.dtype.kind != "c":
            raise ValueError(
                f"f returned {value.dtype} of shape {value.shape}; expected one complex number "
                "(something in f drops the imaginary part, so the complex step cannot see it)"
            )
        grad[i] = value.item().imag / eps
    return grad


def relative_error(a: Any, b: Any) -> float:
    """Return ‖a - b‖ / (‖a‖ + ‖b‖), 0 when both are 0; ValueError for different shapes.

    Norm-wise on purpose: single entries near 0 are off by 1e-6 even when the gradient is right.
    """
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if a.shape != b.shape:
        raise ValueError(f"a has shape {a.shape} and b {b.shape}; expected one shape")
    scale = max(np.abs(a).max(initial=0.0), np.abs(b).max(initial=0.0))
    if scale == 0.0:
        return 0.0
    a, b = a / scale, b / scale
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))


@dataclass(frozen=True)
class PairReport:
    """The outcome of check_pair: the largest error of each input's gradient; true when all hold."""

    errors: dict[str, float]
    tol: float
    failed: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return not self.failed

    def __str__(self) -> str:
        lines = [
            f"d{name}: {'wrong' if name in self.failed else 'right'}, "
            f"largest relative error {error:.1e} (allowed {self.tol:.0e})"
            for name, error in self.errors.items()
        ]
        return "\n".join(lines)


def check_pair(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    inputs: Mapping[str, Any],
    *,
    options: Mapping[str, Any] | None = None,
    rng: np.random.Generator,
    directions: int = 3,
    tol: float = 1e-7,
    eps: float = 1e-5,
) -> PairReport:
    """Compare a pair's gradients with central differences along random directions.

    inputs: the differentiable inputs by name, in the order of forward's arguments; options are
    passed by keyword. For each input v and direction u the slope of sum(forward(v + t u) * dout)
    at t = 0 must equal sum(dv * u); dout is random. A loss (backward takes the cache alone,
    forward returns a number) is recognized by its output. Returns a PairReport.
    """
    options = dict(options or {})
    directions = integer(directions, "directions", least=1)
    values = {k: np.array(numbers(v, k), dtype=np.float64) for k, v in inputs.items()}
    result = forward(*values.values(), **options)
    if not isinstance(result, tuple) or len(result) < 2:
        raise ValueError(f"forward returned {type(result).__name__}; expected (out, cache)")
    out, cache = result[:2]
    is_loss = np.ndim(out) == 0
    dout = np.ones(()) if is_loss else generator(rng).standard_normal(np.shape(out))
    grads = backward(cache) if is_loss else backward(dout, cache)
    grads = grads if isinstance(grads, (tuple, list)) else (grads,)
    if len(grads) != len(values):
        expected = ", ".join(f"d{name}" for name in values)
        raise ValueError(f"backward returned {len(grads)} gradients; expected {expected}")

    def weighted_sum(name: str, moved: Array) -> float:
        copies = {k: moved if k == name else v.copy() for k, v in values.items()}
        return float(np.sum(forward(*copies.values(), **options)[0] * dout))

    errors: dict[str, float] = {}
    for (name, value), grad in zip(values.items(), grads, strict=True):
        if np.shape(grad) != value.shape:
            raise ValueError(
                f"d{name} has shape {np.shape(grad)}; expected {value.shape}, that of {name}"
            )
        each = []
        for _ in range(directions):
            u = rng.standard_normal(value.shape)
            slope = weighted_sum(name, value + eps * u) - weighted_sum(name, value - eps * u)
            each.append(_slope_error(slope / (2.0 * eps), grad, u))
        errors[name] = float(np.max(each))  # NaN if one of them is
    failed = [name for name, error in errors.items() if not error <= tol]
    return PairReport(errors, tol, failed)


def _slope_error(numeric: float, grad: Any, u: Array) -> float:
    """Return how far the slope along u is from the one that grad promises, relative to both."""
    analytic = float(np.sum(grad * u))
    # The sum of many terms may cancel: judged against the size of what was added up.
    scale = abs(numeric) + abs(analytic) + float(np.linalg.norm(grad) * np.linalg.norm(u)) * 1e-2
    return 0.0 if scale == 0.0 else abs(numeric - analytic) / scale


def _scalar(value: Any) -> float:
    array = np.asarray(value)
    if array.size != 1:
        raise ValueError(f"f returned shape {array.shape}; expected one number")
    return float(array.item())
