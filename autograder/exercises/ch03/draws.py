"""Inputs that several exercises of the chapter share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Against, Case, case


def two_sided(rng: np.random.Generator, shape: tuple[int, ...], zeros: int = 0) -> np.ndarray:
    """Numbers with 0.2 < |x| < 2.5, so no kink is near (nor for 3x, rounded), both signs among them; `zeros` exact zeros."""
    x = rng.uniform(0.2, 2.5, shape) * rng.choice([-1.0, 1.0], shape)
    flat = x.reshape(-1)
    flat[0], flat[1] = -abs(flat[0]), abs(flat[1])
    flat[2 : 2 + zeros] = 0.0
    return x


def large(rng: np.random.Generator, shape: tuple[int, ...] = (3, 4)) -> np.ndarray:
    """Ordinary numbers beside very large ones of both signs."""
    x = two_sided(rng, shape)
    x.reshape(-1)[:6] = [1e4, -1e4, 800.0, -800.0, 40.0, -40.0]
    return x


def extreme(rng: np.random.Generator) -> Iterator[Case]:
    """Very large numbers of both signs: deep saturation, or a long ramp."""
    yield case("inputs up to ±10,000", x=large(rng))


def two_signs(rng: np.random.Generator) -> Iterator[Case]:
    """Both signs, far from and near to saturation."""
    yield case(x=two_sided(rng, (3, 4)), N=3, D=4)
    yield case(x=2 * rng.standard_normal((5, 2)), N=5, D=2)
    # The last has the shapes of the first: a buffer kept for a shape would be overwritten.
    yield case("other numbers in the first shape", x=two_sided(rng, (3, 4)), N=3, D=4)


def bounded(
    statistic: Any, expected: float, low: float, high: float, known: Iterable[float] = ()
) -> Against:
    """Judge a statistic: anything between the bounds is as good as the expected value.

    known: wrong values worth recognizing; one within 6 % is reported as itself, so that a mistake
    has the same numbers whatever the draws.
    """
    got = float(statistic)
    if low <= got <= high:
        return Against(expected, expected)
    near = [k for k in known if abs(got - k) <= 0.06 * abs(k) + 1e-12]
    return Against(min(near, key=lambda k: abs(got - k)) if near else got, expected)
