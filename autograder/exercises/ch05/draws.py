"""What the cells of the chapter share: inputs that open and shut their gates fully."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder.checking.exercise import Case

Cases = Callable[[np.random.Generator], Iterator[Case]]


# PCG64 steps its 128 bits by this factor and an increment; out come the two halves, xor.
FACTOR = 0x2360ED051FC65DA44385DF649FCCF645


def about_to_draw_almost_one() -> np.random.Generator:
    """A generator whose next number from [0, 1) is the largest there is, 1 − 2⁻⁵³."""
    rng = np.random.default_rng(0)
    kept = rng.bit_generator.state
    halves = (2**64 - 1) << 64  # ones and zeros: xor, they are ones only
    before = (halves - kept["state"]["inc"]) * pow(FACTOR, -1, 2**128) % 2**128
    rng.bit_generator.state = {**kept, "state": {**kept["state"], "state": before}}
    return rng


def saturated(cases: Cases) -> Cases:
    """Return the first case alone, with inputs in the thousands.

    There f(1 − f) is rounding, times such inputs: hence the absolute tolerance of the gradients.
    """

    def extreme(rng: np.random.Generator) -> Iterator[Case]:
        first = next(cases(rng))
        yield first.replace("pre-activations in the thousands", x=1e4 * first["x"])

    return extreme
