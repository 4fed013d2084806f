"""The ReLU max(x, 0); its slope at exactly 0 is agreed to be 0."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import leads
from autograder.exercises.ch03.draws import activation, two_sided


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Both signs; and exact zeros."""
    yield case(x=two_sided(rng, (3, 4)), N=3, D=4)
    yield case("exactly 0 among the inputs", x=two_sided(rng, (5, 2), zeros=2), N=5, D=2)
    # The last has the shapes of the first: a buffer kept for a shape would be overwritten.
    yield case("other numbers in the first shape", x=two_sided(rng, (3, 4)), N=3, D=4)


relu = activation(says="the ReLU max(x, 0)", group="ramps", cases=cases, cache="(x,)")


@relu.forward
@leads(
    "Negative numbers become 0, the others stay.",
    "An elementwise maximum of x and 0; keep what tells afterwards where x was positive.",
)
def relu_forward(x):
    """out = max(x, 0)."""
    return np.maximum(x, 0.0), (x,)
    # ~ absolute value: np.abs(x), (x,) | What should come out for a negative x?
    # ~ minimum: np.maximum => np.minimum | Which side of the ramp is flat?
    # ~ negative side leaks: 0.0 => 0.01 * x | A ReLU lets nothing through on the negative side.
    # ~ derivative returned: (x > 0) * 1.0, (x,)
    #     | Forward returns the function's value, not its slope.
    # ~ clipped at one: np.clip(x, 0.0, 1.0), (x,) | The ramp rises without end.
    # ~ smooth ramp: np.logaddexp(0.0, x), (x,) | What should come out for x = -1, exactly?
    # ~ threshold one: 0.0 => 1.0 | Where does the ramp begin?
    # ~ identity: x * 1.0, (x,) | Something has to happen to negative numbers.
    # ~ max for maximum
    # ~ max of two arguments: np.max(0.0, x), (x,)
    #     | np.max takes one array; its second argument is an axis.


@relu.backward
@leads(
    "Where the unit was off, nothing that happens to x reaches the output.",
    "The slope is 1 where x > 0 and 0 elsewhere.",
)
def relu_backward(dout, cache):
    """dout passes where x > 0."""
    (x,) = cache
    return dout * (x > 0)  # ~ ignores dout
    # ~ mask from dout: x => dout
    #     | Whether a unit is active was decided in forward, by x. Does your mask ask x?
    # ~ slope one at zero: dout * (x >= 0) | Which slope has been agreed on at exactly 0?
    # ~ slope half at zero: dout * np.heaviside(x, 0.5)
    # ~ mask missing: dout * 1.0 | A unit that was off in forward passes nothing back.
    # ~ negative side leaks: dout * np.where(x > 0, 1.0, 0.01)
    # ~ mask inverted: dout * (x < 0)
    #     | Which units let the signal through, those with positive or with negative input?
    # ~ times x: dout * np.maximum(x, 0.0)
    #     | The slope of the ramp is the same everywhere on its rising side.
    # ~ mask from the product: dout * (dout * x > 0)
    #     | Negative gradients are as legal as positive ones; only the sign of x matters.
    # ~ both masks: dout * (x > 0) * (dout > 0)
    #     | Negative gradients are as legal as positive ones; only the sign of x matters.
