"""The ramps: ReLU, leaky ReLU, PReLU and ELU."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import pair
from autograder.exercises.ch03.draws import extreme, two_sided


def leaky_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Slopes below 1, the default too; exact zeros belong to the negative side."""
    yield case(x=two_sided(rng, (3, 4)), slope=0.3, N=3, D=4)
    yield case(
        "exactly 0 among the inputs",
        x=two_sided(rng, (5, 2), zeros=2),
        slope=float(rng.uniform(0.1, 0.8)),
        N=5,
        D=2,
    )
    yield case("the default slope", x=two_sided(rng, (3, 4)))


leaky_relu = pair(
    whole="x",
    extreme=extreme,
    returns="out: example unit",
    grads="dx: example unit",
    says="the leaky ReLU",
    group="ramps",
    cases=leaky_cases,
    cache="(x, slope)",
)


@leaky_relu.forward
def leaky_relu_forward(x, slope=0.01):
    # ~ default slope: slope=0.01 => slope=0.1
    #     | Look at the default value of slope in the signature.
    """out = x where x > 0, slope·x elsewhere."""
    return np.where(x > 0, x, slope * x), (x, slope)
    # ~ slope on wrong side: np.where(x > 0, slope * x, x), (x, slope) | Which side leaks?
    # ~ slope missing: slope * x => 0.0 | Something has to come through below zero.
    # ~ slope fixed: slope * x => 0.01 * x
    #     | The slope is an argument; compare a call with another slope.
    # ~ slope not times x: slope * x => slope
    #     | Below zero the function is a line through the origin, not a constant.
    # ~ slope sign: slope * x => -slope * x | Does the function rise or fall below zero?
    # ~ both sides scaled: slope * x, (x, slope) | On the positive side the function is x itself.
    # ~ negative side is x: slope * x => x | Below zero the line is flatter than above.


@leaky_relu.backward
def leaky_relu_backward(dout, cache):
    """The slope is 1 where x > 0, `slope` elsewhere, at 0 too."""
    x, slope = cache
    return dout * np.where(x > 0, 1.0, slope)
    # ~ slope on wrong side: dout * np.where(x > 0, slope, 1.0) | Which side leaks?
    # ~ slope missing: slope => 0.0 | A leaky unit never passes nothing at all.
    # ~ slope fixed: slope => 0.01 | Forward was called with a slope; has it reached backward?
    # ~ slope one at zero: x > 0 => x >= 0 | Which slope has been agreed on at exactly 0?
    # ~ mask from dout: x => dout
    #     | Whether a unit is active was decided in forward, by x. Does your mask ask x?
    # ~ ignores dout: np.where(x > 0, 1.0, slope)
    #     | Every gradient starts from the one that comes in from above.
    # ~ times x: slope => slope * x | The derivative of slope·x no longer contains x.
    # ~ derivative left out: slope => 1.0
    #     | Both sides of the kink pass the gradient on, with different strength.
    # ~ zero at zero: dout * ((x > 0) + slope * (x < 0))
    #     | Which slope has been agreed on at exactly 0?
