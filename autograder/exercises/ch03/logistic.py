"""The S-shaped activations: logistic and tanh."""

from __future__ import annotations

import numpy as np

from autograder.checking.kinds import pair
from autograder.exercises.ch03.draws import extreme, two_signs


def _logistic_overflows(x):
    e = np.exp(x)
    return e / (1.0 + e), (e / (1.0 + e),)


def _logistic_table(x):
    p = 1.0 / (1.0 + np.exp(-np.clip(x, -2.0, 2.0)))
    return p, (p,)


logistic = pair(
    cases=two_signs,
    cache="(out,)",
    whole="x",
    extreme=extreme,
    returns="out: example unit",
    grads="dx: example unit",
    says="the logistic function",
    group="S-shaped",
)


@logistic.forward
def logistic_forward(x):
    # ~ overflow: _logistic_overflows | What does your formula compute for x = 10,000, step by step?
    # ~ clipped: _logistic_table
    #     | The curve goes on approaching 0 and 1; it is not cut off at moderate x.
    """out = 1 / (1 + exp(-x)), written so that exp never sees a large positive number."""
    e = np.exp(-np.abs(x))
    out = np.where(x >= 0, 1.0, e) / (1.0 + e)
    # ~ mirrored: x >= 0 => x < 0 | Is the result near 1 or near 0 for a large positive x?
    # ~ tanh for logistic: np.tanh(x)
    #     | The logistic function stays between 0 and 1; what is its value at 0?
    # ~ one missing: 1.0 / np.exp(-x)
    #     | What is the value at x = 0 by hand? Compare the denominators.
    # ~ sign lost: 1.0 / (1.0 + e) | Compare your values for x and for -x.
    return out, (out,)
    # ~ derivative returned: out * (1.0 - out), (out,)
    #     | Forward returns the function's value, not its slope.


@logistic.backward
def logistic_backward(dout, cache):
    """The derivative is out·(1 - out)."""
    (out,) = cache
    return dout * out * (1.0 - out)
    # ~ ignores dout: out * (1.0 - out)
    #     | Every gradient starts from the one that comes in from above.
    # ~ derivative left out: dout * np.ones_like(out)
    #     | How steep is the curve at this point? dout alone does not know.
    # ~ derivative of out: dout / (1.0 + np.exp(-out)) * (1.0 - 1.0 / (1.0 + np.exp(-out)))
    #     | The derivative is taken where the input was. Which of the two does the cache hold?
    # ~ derivative twice: dout * (out * (1.0 - out))**2
    #     | One layer, one local gradient: count how often it is multiplied in.
    # ~ factor one minus out missing: dout * out
    #     | The slope goes to zero on both sides; yours does on one.
    # ~ factor out missing: dout * (1.0 - out)
    # ~ derivative of tanh: dout * (1.0 - out**2)
    #     | That is the slope of another S-shaped curve. What is the largest slope of this one?
    # ~ sign: 1.0 - out => out - 1.0 | The logistic function only rises; check the sign.
