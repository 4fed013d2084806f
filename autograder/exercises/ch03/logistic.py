"""The logistic function 1 / (1 + exp(-x))."""

import numpy as np

from autograder.checking.kinds import leads
from autograder.exercises.ch03.draws import activation, two_signs

logistic = activation(
    says="the logistic function",
    group="S-shaped",
    cases=two_signs(spread=2.0),
    cache="(out,)",
    quiet=True,
)


@logistic.forward
@leads(
    "The same curve as in chapter 2, and backward will want its value: what is worth keeping?",
    "1/(1 + exp(−x)), with an exponent that is never positive.",
)
def logistic_forward(x):
    """out = 1 / (1 + exp(-x)), written so that exp never sees a large positive number."""
    e = np.exp(-np.abs(x))
    # ~ overflow: np.exp(x) | What does your formula compute for x = 10,000, step by step?
    out = np.where(x >= 0, 1.0, e) / (1.0 + e)  # ~ overflow: e / (1.0 + e)
    # ~ mirrored: x >= 0 => x < 0 | Is the result near 1 or near 0 for a large positive x?
    # ~ sign lost: 1.0 / (1.0 + e) | Compare your values for x and for -x.
    # ~ zero forgotten: np.where(x == 0, 0.0, np.where(x > 0, 1.0, e) / (1.0 + e))
    #     | Two cases by sign leave one number out. What is the value there?
    # ~ one missing: 1.0 / np.exp(-x)
    #     | What is the value at x = 0 by hand? Compare the denominators.
    # ~ tanh for logistic: np.tanh(x)
    #     | The logistic function stays between 0 and 1; what is its value at 0?
    # ~ clipped: 1.0 / (1.0 + np.exp(-np.clip(x, -2.0, 2.0)))
    #     | The curve goes on approaching 0 and 1; it is not cut off at moderate x.
    return out, (out,)
    # ~ derivative returned: out * (1.0 - out), (out,)
    #     | Forward returns the function's value, not its slope.


@logistic.backward
@leads(
    "The slope can be written with the output alone.",
    "s = 1/(1 + e), e = exp(−x): ds/dx = e/(1 + e)²; write e/(1 + e) with s.",
)
def logistic_backward(dout, cache):
    """The derivative is out·(1 - out)."""
    (out,) = cache
    return dout * out * (1.0 - out)  # ~ ignores dout
    # ~ derivative of out: dout / (1.0 + np.exp(-out)) * (1.0 - 1.0 / (1.0 + np.exp(-out)))
    #     | The derivative is taken where the input was. Which of the two does the cache hold?
    # ~ plus for minus: dout * out * (1.0 + out) | The slope goes to zero on both sides.
    # ~ factor one minus out missing: dout * out
    #     | The slope goes to zero on both sides; yours does on one.
    # ~ factor out missing: dout * (1.0 - out)
    # ~ derivative left out: dout * np.ones_like(out)
    #     | How steep is the curve at this point? dout alone does not know.
    # ~ derivative twice: dout * (out * (1.0 - out))**2
    #     | One layer, one local gradient: count how often it is multiplied in.
    # ~ derivative of tanh: dout * (1.0 - out**2)
    #     | That is the slope of another S-shaped curve. What is the largest slope of this one?
    # ~ sign | The logistic function only rises; check the sign.
