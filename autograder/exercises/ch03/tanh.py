"""The hyperbolic tangent."""

import numpy as np

from autograder.checking.kinds import leads
from autograder.exercises.ch03.draws import activation, two_signs

tanh = activation(
    says="the hyperbolic tangent",
    group="S-shaped",
    cases=two_signs(spread=2.0),
    cache="(out,)",
)


@tanh.forward
@leads(
    "An S-shaped curve from −1 to 1; backward will need its value.",
    "np.tanh does it for any size of x; the output is what is worth keeping.",
)
def tanh_forward(x):
    """out = tanh(x)."""
    out = np.tanh(x)  # ~ sign: x => -x | tanh rises from left to right.
    # ~ overflow: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
    #     | What does your formula compute for x = 10,000, step by step?
    # ~ logistic for tanh: 0.5 * (1.0 + np.tanh(x / 2))
    #     | tanh lies between -1 and 1 and passes through 0.
    # ~ half the slope: x => x / 2
    #     | tanh is a logistic function of another argument. What is its slope at 0?
    # ~ twice the slope: x => 2 * x | How steep is tanh at 0?
    # ~ not centered: 1.0 + np.tanh(x) | Moving from (0, 1) to (-1, 1) takes a stretch and a shift.
    return out, (out,)
    # ~ derivative returned: 1.0 - out**2, (out,)
    #     | Forward returns the function's value, not its slope.


@tanh.backward
@leads(
    "The slope can be written with the output alone: what is it at 0, what far away?",
    "cosh² − sinh² = 1, divided by cosh²: 1 − tanh² = 1/cosh², the slope.",
)
def tanh_backward(dout, cache):
    """The derivative is 1 - out²."""
    (out,) = cache
    return dout * (1.0 - out**2)  # ~ ignores dout
    # ~ not squared: out**2 => out | The slope of tanh is the same at x and at -x; is yours?
    # ~ derivative of out: out => np.tanh(out)
    #     | The derivative is taken where the input was. Which of the two does the cache hold?
    # ~ derivative left out: dout * np.ones_like(out)
    #     | How steep is the curve at this point? dout alone does not know.
    # ~ derivative of logistic: dout * out * (1.0 - out)
    #     | That is the slope of another S-shaped curve. Can the slope of tanh be negative?
    # ~ derivative twice: dout * (1.0 - out**2)**2
    #     | One layer, one local gradient: count how often it is multiplied in.
    # ~ square outside: dout * (1.0 - out)**2 | The slope of tanh is the same at x and at -x.
    # ~ sign of square: dout * (1.0 + out**2)
    #     | The slope is largest at 0 and gets smaller on both sides.
