"""What the cells of the chapter share: inputs that open and shut their gates fully."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder.checking.exercise import Case

Cases = Callable[[np.random.Generator], Iterator[Case]]


def saturated(cases: Cases) -> Cases:
    """Return the first case alone, with inputs in the thousands.

    There f(1 − f) is rounding, times such inputs: hence the absolute tolerance of the gradients.
    """

    def extreme(rng: np.random.Generator) -> Iterator[Case]:
        first = next(cases(rng))
        yield first.replace("pre-activations in the thousands", x=1e4 * first["x"])

    return extreme
