"""The ELU: x above zero, below it a curve that levels off at -alpha."""

import numpy as np

from autograder.checking.kinds import leads
from autograder.exercises.ch03.draws import activation, near_zero, with_parameter

elu = activation(
    says="the ELU",
    group="ramps",
    cases=with_parameter("alpha", 0.6, 1.4, 2.0),
    cache="(x, alpha)",
    options="alpha",
    quiet=True,
    accurate=near_zero,
)


@elu.forward
@leads(
    "Above 0 the identity, below 0 an exponential that levels off at −alpha; the part "
    "that is not chosen must not overflow.",
    "alpha·(exp(x) − 1) for x < 0; take the exponential of min(x, 0).",
)
def elu_forward(x, alpha=1.0):
    # ~ default alpha: alpha=1.0 => alpha=0.5 | Look at the default value of alpha in the signature.
    """out = x where x > 0, alpha·(exp(x) - 1) elsewhere."""
    bend = alpha * np.expm1(np.minimum(x, 0.0))
    # ~ minus one missing: alpha * np.exp(np.minimum(x, 0.0))
    #     | The two branches meet at 0. What is your value there?
    # ~ exp minus one: alpha * (np.exp(np.minimum(x, 0.0)) - 1.0)
    #     | For x = -1e-12, exp(x) has hardly a digit left that is not 1. Which function of NumPy
    #     computes exp(x) - 1 at once?
    # ~ alpha missing: alpha => 1.0
    #     | Where does the curve level off for very negative x? Compare two values of alpha.
    # ~ alpha inside only: alpha * np.exp(np.minimum(x, 0.0)) - 1.0
    #     | Is the whole bracket stretched by alpha, or a part of it?
    # ~ alpha in exponent: np.exp(alpha * np.minimum(x, 0.0)) - 1.0
    #     | alpha stretches the curve's height; does it belong to its argument?
    return np.where(x > 0, x, bend), (x, alpha)
    # ~ overflow: (x > 0) * x + (x <= 0) * alpha * np.expm1(x), (x, alpha)
    #     | The branch that is not taken is computed too. What is it for x = 10,000?
    # ~ sides swapped: np.where(x > 0, np.exp(-np.abs(x)) - 1.0, x), (x, alpha)
    #     | Which side is the straight line?
    # ~ larger of the two: np.maximum(x, bend), (x, alpha)
    #     | Which of x and alpha·(exp(x) - 1) is larger just below 0 where alpha is above 1?
    # ~ bend sign: bend => -bend | Below zero the curve approaches -alpha.
    # ~ flat below zero: bend => 0.0 | An ELU is not flat below zero.
    # ~ whole numbers kept: np.where(x > 0, x, bend).astype(x.dtype), (x, alpha)
    #     | What becomes of 0.3 in an array of whole numbers?


@elu.backward
@leads(
    "Differentiate each branch where it holds.",
    "Below 0: d/dx alpha·(exp(x) − 1) = alpha·exp(x); above 0 the slope is that of the identity.",
)
def elu_backward(dout, cache):
    """The slope is 1 where x > 0, alpha·exp(x) elsewhere."""
    x, alpha = cache
    slope = alpha * np.exp(np.minimum(x, 0.0))
    # ~ alpha missing: np.exp(np.minimum(x, 0.0)) | Compare the slope for two values of alpha.
    # ~ value for slope: alpha * (np.exp(np.minimum(x, 0.0)) - 1.0)
    #     | You need the slope of the bend; is that its height?
    # ~ exp of out: alpha * np.exp(alpha * (np.exp(np.minimum(x, 0.0)) - 1.0))
    #     | The derivative is taken at x. What do you put into exp?
    # ~ out plus one: alpha * (np.exp(np.minimum(x, 0.0)) - 1.0) + 1.0
    #     | Writing the slope with the help of out is possible; what has to be added for any alpha?
    return dout * np.where(x > 0, 1.0, slope)  # ~ ignores dout
    # ~ overflow: dout * ((x > 0) + (x <= 0) * alpha * np.exp(x))
    #     | The branch that is not taken is computed too. What is it for x = 10,000?
    # ~ slope without dout: np.where(x > 0, dout, slope)
    #     | Every gradient starts from the one that comes in from above, on both sides.
    # ~ zero below zero: slope => 0.0 | An ELU passes something back below zero.
    # ~ mask from dout: x => dout
    #     | Whether a unit is active was decided in forward, by x. Does your mask ask x?
    # ~ slope sign: slope => -slope | The curve rises everywhere.
    # ~ sides swapped: dout * np.where(x > 0, np.exp(-x), 1.0) | Which side is the straight line?
