"""What exercises of the chapter share: inputs, activations, bounds of a statistic."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Against, Case, case
from autograder.checking.kinds import pair

Cases = Callable[[np.random.Generator], Iterator[Case]]


def two_sided(rng: np.random.Generator, shape: tuple[int, ...], zeros: int = 0) -> np.ndarray:
    """Numbers of both signs with 0.2 < |x| < 2.5, `zeros` exact zeros among them.

    So no kink is near, nor for 3x, rounded.
    """
    x = rng.uniform(0.2, 2.5, shape) * rng.choice([-1.0, 1.0], shape)
    flat = x.reshape(-1)
    flat[0], flat[1] = -abs(flat[0]), abs(flat[1])
    flat[2 : 2 + zeros] = 0.0
    return x


def extreme(rng: np.random.Generator) -> Iterator[Case]:
    """Very large numbers of both signs: deep saturation, or a long ramp."""
    x = two_sided(rng, (3, 4))
    x.reshape(-1)[:6] = [1e4, -1e4, 800.0, -800.0, 40.0, -40.0]
    yield case("inputs up to ±10,000", x=x)


def near_zero(rng: np.random.Generator) -> Iterator[Case]:
    """Tiny numbers, where exp(x) - 1 keeps no digits."""
    x = rng.choice([-1.0, 1.0], (3, 4)) * 10.0 ** rng.integers(-15, -9, (3, 4))
    x[0, 0] = -1e-12
    yield case("inputs of size 1e-15 to 1e-10", x=x)


def two_signs(spread: float) -> Cases:
    """Both signs, far from 0; then around it, with a deviation of `spread`, 0 itself, far out."""

    def cases(rng: np.random.Generator) -> Iterator[Case]:
        yield case(x=two_sided(rng, (3, 4)), N=3, D=4)
        x = spread * rng.standard_normal((5, 2))
        x.reshape(-1)[:3] = 0.0, 2.7 * spread, -2.7 * spread
        yield case(x=x, N=5, D=2)
        # The last has the shapes of the first: a buffer kept for a shape would be overwritten.
        yield case("other numbers in the first shape", x=two_sided(rng, (3, 4)), N=3, D=4)

    return cases


def with_parameter(
    name: str, value: float, low: float, high: float, zeros: int = 0, also: Iterable[float] = ()
) -> Cases:
    """An activation's parameter at a value, drawn between two, left out for its default; `also`.

    What is a number may be 0 or negative.
    """

    def cases(rng: np.random.Generator) -> Iterator[Case]:
        first: dict[str, Any] = {"x": two_sided(rng, (3, 4)), name: value}
        yield case(**first, N=3, D=4)
        x, drawn = two_sided(rng, (5, 2), zeros), float(rng.uniform(low, high))
        second: dict[str, Any] = {"x": x, name: drawn}
        yield case("exactly 0 among the inputs" if zeros else "", **second, N=5, D=2)
        yield case(f"the default {name}", x=two_sided(rng, (3, 4)))
        for number in (1.5, *also):
            # Sizes of which no quotient is one of the numbers.
            further: dict[str, Any] = {"x": two_sided(rng, (2, 5)), name: number}
            yield case(f"{name} = {number:g}", **further, N=2, D=5)

    return cases


activation = functools.partial(
    pair,
    extreme=extreme,
    whole="x",
    any_shape="x",
    beside="x dout",
    returns="out: example unit",
    grads="dx: example unit",
)


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
