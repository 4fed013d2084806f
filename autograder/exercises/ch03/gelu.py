"""The composite activations: Swish and GELU."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import erf

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import pair
from autograder.exercises.ch03.draws import extreme, two_sided


def gelu_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Where the three formulas for GELU differ most, and further out."""
    yield case(x=two_sided(rng, (3, 4)), N=3, D=4)
    yield case(x=1.5 * rng.standard_normal((5, 2)), N=5, D=2)
    # The last has the shapes of the first: a buffer kept for a shape would be overwritten.
    yield case("other numbers in the first shape", x=two_sided(rng, (3, 4)), N=3, D=4)


def _gelu_tanh(x):
    return 0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3))), (x,)


def _gelu_tanh_slope(dout, cache):
    (x,) = cache
    t = np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3))
    return dout * (
        0.5 * (1.0 + t)
        + 0.5 * x * (1.0 - t**2) * np.sqrt(2.0 / np.pi) * (1.0 + 3 * 0.044715 * x**2)
    )


gelu = pair(
    whole="x",
    extreme=extreme,
    returns="out: example unit",
    grads="dx: example unit",
    says="the exact GELU",
    group="smooth",
    cases=gelu_cases,
    cache="(x,)",
)


@gelu.forward
def gelu_forward(x):
    # ~ tanh approximation: _gelu_tanh
    #     | Close, but this is an approximation; the exact form uses erf.
    """out = x·Phi(x), Phi the distribution function of the standard normal."""
    return 0.5 * x * (1.0 + erf(x / np.sqrt(2.0))), (x,)
    # ~ logistic approximation: x * logistic(1.702 * x), (x,)
    # ~ root missing: x / np.sqrt(2.0) => x
    #     | erf is not yet the normal distribution function: how are their arguments related?
    # ~ divided by two: np.sqrt(2.0) => 2.0
    # ~ half missing: 0.5 * x => x | What does out approach for large x?
    # ~ one missing: 0.5 * x * erf(x / np.sqrt(2.0)), (x,)
    #     | A distribution function lies between 0 and 1; erf does not.
    # ~ x missing: 0.5 * x => 0.5 | The gate multiplies something.
    # ~ gate mirrored: 0.5 * x * (1.0 - erf(x / np.sqrt(2.0))), (x,)
    #     | Does the gate open for positive or for negative x?
    # ~ swish for gelu: x * logistic(x), (x,) | Which function opens the gate here?


@gelu.backward
def gelu_backward(dout, cache):
    # ~ tanh approximation: _gelu_tanh_slope
    #     | That is the derivative of the approximation; forward used the exact form.
    """Product rule: Phi(x) + x·phi(x), phi the normal density."""
    (x,) = cache
    cdf = 0.5 * (1.0 + erf(x / np.sqrt(2.0)))
    # ~ root missing: 0.5 * (1.0 + erf(x)) | The distribution function here is the one of forward.
    # ~ half missing: 1.0 + erf(x / np.sqrt(2.0))
    density = np.exp(-0.5 * x**2) / np.sqrt(2.0 * np.pi)
    # ~ density not normalized: np.exp(-0.5 * x**2) | A density has area 1 under it.
    # ~ density wrong constant: 2.0 * np.pi => np.pi
    #     | A density has area 1 under it; check the constant.
    # ~ density too narrow: -0.5 * x**2 => -x**2 | Check the exponent of the normal density.
    return dout * (cdf + x * density)
    # ~ density term missing: dout * cdf | Both factors of the product depend on x.
    # ~ cdf term missing: dout * (x * density)
    # ~ x missing: dout * (cdf + density) | The product rule keeps the other factor.
    # ~ term sign: dout * (cdf - x * density) | The gate rises with x; check the sign of its term.
    # ~ ignores dout: cdf + x * density
    #     | Every gradient starts from the one that comes in from above.
    # ~ dout on one term: dout * cdf + x * density
    #     | dout multiplies the whole derivative; count the brackets.
