"""Initial weights: large enough that signals survive the depth, small enough not to saturate.

Sources: Glorot and Bengio 2010 (xavier), He et al. 2015 (he), Saxe et al. 2014 (orthogonal).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnkit.validate import Array, generator, integer, size_tuple


def xavier_normal(
    fan_in: int, fan_out: int, rng: np.random.Generator, shape: Sequence[int] | None = None
) -> Array:
    """Draw normal weights (fan_in, fan_out), or of `shape`, of variance 2 / (fan_in + fan_out)."""
    fan_in, fan_out = _fans(fan_in, fan_out)
    std = (2.0 / (fan_in + fan_out)) ** 0.5
    return std * generator(rng).standard_normal(shape or (fan_in, fan_out))


def he_normal(
    fan_in: int, fan_out: int, rng: np.random.Generator, shape: Sequence[int] | None = None
) -> Array:
    """Draw normal weights of variance 2 / fan_in: half of the units of a ReLU layer are off."""
    fan_in, fan_out = _fans(fan_in, fan_out)
    return (2.0 / fan_in) ** 0.5 * generator(rng).standard_normal(shape or (fan_in, fan_out))


def orthogonal(shape: Sequence[int], rng: np.random.Generator) -> Array:
    """Draw a random matrix (rows, columns) whose rows or columns, the fewer, are orthonormal."""
    rows, columns = size_tuple(shape, "shape", "(rows, columns)")
    tall = generator(rng).standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q = q * np.sign(np.diag(r))  # without the signs the matrices were not uniformly distributed
    return np.ascontiguousarray(q if rows >= columns else q.T)


def conv_fans(shape: Sequence[int]) -> tuple[int, int]:
    """Return (fan_in, fan_out) = (C KH KW, F KH KW) of filters of shape (F, C, KH, KW)."""
    if len(shape) < 3:
        raise ValueError(f"shape is {tuple(shape)}; expected (F, C, KH, KW)")
    filters, channels, *window = (integer(size, "shape", least=1) for size in shape)
    area = int(np.prod(window))
    return channels * area, filters * area


def by_name(init: str | Callable[..., Any]) -> Callable[..., Any]:
    """Return the initializer called "he" or "xavier"; a callable comes back as it is."""
    if callable(init):
        return init
    named = {"he": he_normal, "xavier": xavier_normal}
    if init not in named:
        raise ValueError(f"init is {init!r}; expected 'he', 'xavier' or a function")
    return named[init]


def draw(
    init: str | Callable[..., Any],
    fan_in: int,
    fan_out: int,
    rng: np.random.Generator,
    shape: tuple[int, int],
) -> Array:
    """Draw a weight matrix of `shape` whose fans are not its sides, as in a convolution.

    A function init(fan_in, fan_out, rng) draws (fan_in, columns) itself: it is called with the
    matrix's own sides. ValueError when it returns another shape.
    """
    if callable(init):
        w = np.asarray(init(*shape, rng))
        if w.shape != tuple(shape):
            raise ValueError(f"init returned shape {w.shape}; expected {tuple(shape)}")
        return w
    return by_name(init)(fan_in, fan_out, rng, shape)


def _fans(fan_in: int, fan_out: int) -> tuple[int, int]:
    return integer(fan_in, "fan_in", least=1), integer(fan_out, "fan_out", least=1)
