"""The ramps: ReLU, leaky ReLU, PReLU and ELU."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import pair
from autograder.exercises.ch03.draws import extreme, two_sided


def elu_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Nothing at 0: for alpha other than 1 there is a kink."""
    yield case(x=two_sided(rng, (3, 4)), alpha=0.6, N=3, D=4)
    yield case(x=two_sided(rng, (5, 2)), alpha=float(rng.uniform(1.4, 2.0)), N=5, D=2)
    yield case("the default alpha", x=two_sided(rng, (3, 4)))


def _elu_overflows(x, alpha=1.0):
    return (x > 0) * x + (x <= 0) * alpha * (np.exp(x) - 1.0), (x, alpha)


def _elu_slope_overflows(dout, cache):
    x, alpha = cache
    return dout * ((x > 0) + (x <= 0) * alpha * np.exp(x))


elu = pair(
    whole="x",
    extreme=extreme,
    returns="out: example unit",
    grads="dx: example unit",
    says="the ELU",
    group="ramps",
    cases=elu_cases,
    cache="(x, alpha)",
)


@elu.forward
def elu_forward(x, alpha=1.0):
    # ~ overflow: _elu_overflows
    #     | The branch that is not taken is computed too. What is it for x = 10,000?
    # ~ default alpha: alpha=1.0 => alpha=0.5 | Look at the default value of alpha in the signature.
    """out = x where x > 0, alpha·(exp(x) - 1) elsewhere."""
    bend = alpha * (np.exp(np.minimum(x, 0.0)) - 1.0)
    # ~ alpha missing: alpha => 1.0
    #     | Where does the curve level off for very negative x? Compare two values of alpha.
    # ~ minus one missing: alpha * np.exp(np.minimum(x, 0.0))
    #     | The two branches meet at 0. What is your value there?
    # ~ alpha inside only: alpha * np.exp(np.minimum(x, 0.0)) - 1.0
    #     | Is the whole bracket stretched by alpha, or a part of it?
    # ~ alpha in exponent: np.exp(alpha * np.minimum(x, 0.0)) - 1.0
    #     | alpha stretches the curve's height; does it belong to its argument?
    return np.where(x > 0, x, bend), (x, alpha)
    # ~ sides swapped: np.where(x > 0, np.exp(-np.abs(x)) - 1.0, x), (x, alpha)
    #     | Which side is the straight line?
    # ~ bend sign: bend => -bend | Below zero the curve approaches -alpha.
    # ~ flat below zero: bend => 0.0 | An ELU is not flat below zero.


@elu.backward
def elu_backward(dout, cache):
    # ~ overflow: _elu_slope_overflows
    #     | The branch that is not taken is computed too. What is it for x = 10,000?
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
    return dout * np.where(x > 0, 1.0, slope)
    # ~ zero below zero: slope => 0.0 | An ELU passes something back below zero.
    # ~ mask from dout: x => dout
    #     | Whether a unit is active was decided in forward, by x. Does your mask ask x?
    # ~ ignores dout: np.where(x > 0, 1.0, slope)
    #     | Every gradient starts from the one that comes in from above.
    # ~ slope sign: slope => -slope | The curve rises everywhere.
    # ~ sides swapped: dout * np.where(x > 0, np.exp(-x), 1.0) | Which side is the straight line?
