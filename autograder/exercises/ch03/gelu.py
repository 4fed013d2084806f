"""The exact GELU, x·Phi(x): Phi is the distribution function of the standard normal."""

import numpy as np
from scipy.special import erf

from autograder.checking.kinds import leads
from autograder.exercises.ch03.draws import activation, two_signs

gelu = activation(
    says="the exact GELU",
    group="smooth",
    cases=two_signs(spread=1.5),  # where the three formulas for GELU differ most, and further out
    cache="(x,)",
)


@gelu.forward
@leads(
    "x is weighted by the probability that a standard normal number lies below it.",
    "x·Φ(x) with Φ(x) = (1 + erf(x/√2))/2.",
)
def gelu_forward(x):
    """out = x·Phi(x), Phi the distribution function of the standard normal."""
    return 0.5 * x * (1.0 + erf(x / np.sqrt(2.0))), (x,)
    # ~ tanh approximation: erf(x / np.sqrt(2.0)) => np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 *
    #     x**3)) | Close, but this is an approximation; the exact form uses erf.
    # ~ logistic approximation: erf(x / np.sqrt(2.0)) => np.tanh(1.702 * x / 2)
    # ~ swish for gelu: erf(x / np.sqrt(2.0)) => np.tanh(x / 2)
    #     | Which function opens the gate here?
    # ~ root missing: x / np.sqrt(2.0) => x
    #     | erf is not yet the normal distribution function: how are their arguments related?
    # ~ divided by two: np.sqrt(2.0) => 2.0
    # ~ root on the wrong side: x / np.sqrt(2.0) => x * np.sqrt(2.0)
    #     | erf is not yet the normal distribution function: how are their arguments related?
    # ~ tail cut off: np.where(x < -3.0, 0.0, 0.5 * x * (1.0 + erf(x / np.sqrt(2.0)))), (x,)
    #     | Far to the left out is small and not 0.
    # ~ half missing: 0.5 * x => x | What does out approach for large x?
    # ~ one missing: 0.5 * x * erf(x / np.sqrt(2.0)), (x,)
    #     | A distribution function lies between 0 and 1; erf does not.
    # ~ x missing: 0.5 * x => 0.5 | The gate multiplies something.
    # ~ gate mirrored: 0.5 * x * (1.0 - erf(x / np.sqrt(2.0))), (x,)
    #     | Does the gate open for positive or for negative x?


@gelu.backward
@leads(
    "A product of two functions of x: the product rule.",
    "d/dx Φ(x) is the normal density φ(x) = exp(−x²/2)/√(2π).",
)
def gelu_backward(dout, cache):
    """Product rule: Phi(x) + x·phi(x), phi the normal density."""
    (x,) = cache
    cdf = 0.5 * (1.0 + erf(x / np.sqrt(2.0)))
    # ~ root missing: 0.5 * (1.0 + erf(x)) | The distribution function here is the one of forward.
    # ~ half missing: 1.0 + erf(x / np.sqrt(2.0))
    # ~ tanh approximation: erf(x / np.sqrt(2.0)) => np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 *
    #     x**3)) | That is the derivative of the approximation; forward used the exact form.
    # ~ logistic approximation: 0.5 * (1.0 + np.tanh(0.851 * x))
    #     | That is the derivative of the approximation; forward used the exact form.
    density = np.exp(-0.5 * x**2) / np.sqrt(2.0 * np.pi)
    # ~ tanh approximation: 2 * cdf * (1 - cdf) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x**2)
    # ~ logistic approximation: 1.702 * cdf * (1.0 - cdf)
    # ~ density not normalized: np.exp(-0.5 * x**2) | A density has area 1 under it.
    # ~ density wrong constant: 2.0 * np.pi => np.pi
    #     | A density has area 1 under it; check the constant.
    # ~ density without root: np.sqrt(2.0 * np.pi) => 2.0 * np.pi
    #     | A density has area 1 under it; check the constant.
    # ~ pi outside the root: np.exp(-0.5 * x**2) / np.sqrt(2.0) * np.pi
    #     | What does Python divide by in a / b * c?
    # ~ pi missing: 2.0 * np.pi => 2.0 | A density has area 1 under it; check the constant.
    # ~ density too narrow: -0.5 * x**2 => -x**2 | Check the exponent of the normal density.
    return dout * (cdf + x * density)  # ~ ignores dout
    # ~ dout on one term: dout * cdf + x * density
    #     | dout multiplies the whole derivative; count the brackets.
    # ~ density term missing: dout * cdf | Both factors of the product depend on x.
    # ~ cdf term missing: dout * (x * density)
    # ~ x missing: dout * (cdf + density) | The product rule keeps the other factor.
    # ~ term sign: dout * (cdf - x * density) | The gate rises with x; check the sign of its term.
