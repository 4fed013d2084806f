"""The leaky ReLU: a line of a small slope below zero; exactly 0 belongs to the negative side."""

import numpy as np

from autograder.checking.kinds import leads
from autograder.exercises.ch03.draws import activation, with_parameter

leaky_relu = activation(
    says="the leaky ReLU",
    group="ramps",
    cases=with_parameter("slope", 0.3, 0.1, 0.8, zeros=2),
    cache="(x, slope)",
    options="slope",
)


@leaky_relu.forward
@leads(
    "Above 0 the identity, below 0 a line with a small slope.",
    "Choose for each entry between x and slope·x.",
)
def leaky_relu_forward(x, slope=0.01):
    # ~ default slope: slope=0.01 => slope=0.1
    #     | Look at the default value of slope in the signature.
    """out = x where x > 0, slope·x elsewhere."""
    return np.where(x > 0, x, slope * x), (x, slope)
    # ~ slope on wrong side: np.where(x > 0, slope * x, x), (x, slope) | Which side leaks?
    # ~ slope fixed: slope * x => 0.01 * x
    #     | The slope is an argument; compare a call with another slope.
    # ~ slope missing: slope * x => 0.0 | Something has to come through below zero.
    # ~ slope not times x: slope * x => slope
    #     | Below zero the function is a line through the origin, not a constant.
    # ~ slope sign: slope * x => -slope * x | Does the function rise or fall below zero?
    # ~ both sides scaled: slope * x, (x, slope) | On the positive side the function is x itself.
    # ~ negative side is x: slope * x => x | Below zero the line is flatter than above.
    # ~ slope on both sides: np.maximum(x, 0.0) + slope * x, (x, slope)
    #     | What comes out for x = 1? The slope counts on one side only.
    # ~ larger of the two: np.maximum(x, slope * x), (x, slope)
    #     | Which of x and slope·x is larger where the slope is above 1?
    # ~ maxima of columns: np.max(x, axis=0) + slope * np.min(x, axis=0), (x, slope)
    #     | np.max finds one largest number along an axis. Which function compares entry by entry?
    # ~ whole numbers kept: np.where(x > 0, x, slope * x).astype(x.dtype), (x, slope)
    #     | What becomes of 0.3 in an array of whole numbers?


@leaky_relu.backward
@leads(
    "Two lines have two slopes; the sign of x chooses.",
    "dx is dout times 1 where x > 0, times the small slope elsewhere.",
)
def leaky_relu_backward(dout, cache):
    """The slope is 1 where x > 0, `slope` elsewhere, at 0 too."""
    x, slope = cache
    return dout * np.where(x > 0, 1.0, slope)  # ~ ignores dout
    # ~ mask from dout: x => dout
    #     | Whether a unit is active was decided in forward, by x. Does your mask ask x?
    # ~ slope one at zero: x > 0 => x >= 0 | Which slope has been agreed on at exactly 0?
    # ~ slope without dout: np.where(x > 0, dout, slope)
    #     | Every gradient starts from the one that comes in from above, on both sides.
    # ~ zero at zero: dout * ((x > 0) + slope * (x < 0))
    # ~ slope on wrong side: dout * np.where(x > 0, slope, 1.0) | Which side leaks?
    # ~ slope missing: slope => 0.0 | A leaky unit never passes nothing at all.
    # ~ slope fixed: slope => 0.01 | Forward was called with a slope; has it reached backward?
    # ~ times x: slope => slope * x | The derivative of slope·x no longer contains x.
    # ~ derivative left out: slope => 1.0
    #     | Both sides of the kink pass the gradient on, with different strength.
    # ~ whole numbers kept: dout * np.where(x > 0, 1.0, slope).astype(x.dtype)
    #     | What becomes of a slope of 0.3 in an array of whole numbers?
