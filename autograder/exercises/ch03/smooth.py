"""The composite activations: Swish and GELU."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.special import erf

from autograder.checking.exercise import Case, Output, case, wrong
from autograder.checking.kinds import pair
from autograder.exercises.ch03.draws import large, two_sided


def logistic(z):
    """1 / (1 + exp(-z)), by way of tanh, which does not overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def swish_forward(x, beta=1.0):
    """out = x·logistic(beta·x)."""
    return x * logistic(beta * x), (x, beta)


def swish_backward(dout, cache):
    """Product rule: s + x·beta·s·(1 - s) with s = logistic(beta·x)."""
    x, beta = cache
    s = logistic(beta * x)
    return dout * (s + x * beta * s * (1.0 - s))


def gelu_forward(x):
    """out = x·Phi(x), Phi the distribution function of the standard normal."""
    return 0.5 * x * (1.0 + erf(x / np.sqrt(2.0))), (x,)


def gelu_backward(dout, cache):
    """Product rule: Phi(x) + x·phi(x), phi the normal density."""
    (x,) = cache
    cdf = 0.5 * (1.0 + erf(x / np.sqrt(2.0)))
    density = np.exp(-0.5 * x**2) / np.sqrt(2.0 * np.pi)
    return dout * (cdf + x * density)


def swish_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Several betas, the default too."""
    yield case(x=two_sided(rng, (3, 4)), beta=1.7, N=3, D=4)
    yield case(x=two_sided(rng, (5, 2)), beta=float(rng.uniform(0.3, 0.8)), N=5, D=2)
    yield case("the default beta", x=two_sided(rng, (3, 4)))


def gelu_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Where the three formulas for GELU differ most, and further out."""
    yield case(x=two_sided(rng, (3, 4)), N=3, D=4)
    yield case(x=1.5 * rng.standard_normal((5, 2)), N=5, D=2)
    # The last has the shapes of the first: a buffer kept for a shape would be overwritten.
    yield case("other numbers in the first shape", x=two_sided(rng, (3, 4)), N=3, D=4)


def extreme(rng: np.random.Generator) -> Iterator[Case]:
    """Very large numbers of both signs."""
    yield case("inputs up to ±10,000", x=large(rng))


def _swish_overflows(x, beta=1.0):
    e = np.exp(beta * x)
    return x * e / (1.0 + e), (x, beta)


def _gelu_tanh(x):
    return 0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3))), (x,)


def _gelu_tanh_slope(dout, cache):
    (x,) = cache
    t = np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3))
    return dout * (
        0.5 * (1.0 + t)
        + 0.5 * x * (1.0 - t**2) * np.sqrt(2.0 / np.pi) * (1.0 + 3 * 0.044715 * x**2)
    )


AXES = ("example", "unit")
COMMON: dict[str, Any] = {"chapter": 3, "whole": "x", "extreme": extreme, "returns": [Output("out", axes=AXES)], "grads": [Output("dx", axes=AXES)]}  # fmt: skip
IGNORES = "Every gradient starts from the one that comes in from above."

SWISH = pair(
    swish_forward, swish_backward, summary="Swish, x·logistic(beta·x)", cases=swish_cases, cache="(x, beta)", **COMMON,
    wrong_forward=[
        wrong("beta_missing", "Compare a call with another beta.", "logistic(beta * x)", "logistic(x)"),
        wrong("beta_outside", "beta sets how fast the gate opens. Where does it belong?", "x * logistic(beta * x)", "beta * x * logistic(x)"),
        wrong("beta_in_both", "beta belongs to the gate alone.", "x * logistic", "beta * x * logistic"),
        wrong("gate_alone", "The gate multiplies something.", "return x * ", "return "),
        wrong("gate_mirrored", "Does the gate open for positive or for negative x?", "logistic(beta * x)", "logistic(-beta * x)"),
        wrong("tanh_gate", "The gate lies between 0 and 1.", "x * logistic(beta * x)", "x * np.tanh(beta * x)"),
        wrong("overflow", "What does your formula compute for x = 10,000, step by step?", _swish_overflows),
        wrong("default_beta", "Look at the default value of beta in the signature.", "beta=1.0", "beta=1.702"),
    ],
    wrong_backward=[
        wrong("second_term_missing", "Both factors of the product depend on x.", "s + x * beta * s * (1.0 - s)", "s"),
        wrong("first_term_missing", "Both factors of the product depend on x.", "s + x * beta * s * (1.0 - s)", "x * beta * s * (1.0 - s)"),
        wrong("beta_missing_in_slope", "The gate is a function of beta·x: use the chain rule once more.", "x * beta * s", "x * s"),
        wrong("beta_missing_in_gate", "The gate here is the gate of forward, with its beta.", "logistic(beta * x)", "logistic(x)"),
        wrong("x_missing", "The product rule keeps the other factor.", "x * beta * s", "beta * s"),
        wrong("slope_without_s", "What is the derivative of the logistic function, written with its value?", "s * (1.0 - s)", "(1.0 - s)"),
        wrong("slope_not_complemented", "What is the derivative of the logistic function, written with its value?", "s * (1.0 - s)", "s"),
        wrong("term_sign", "The gate rises with x; check the sign of its term.", "s + x", "s - x"),
        wrong("ignores_dout", IGNORES, "dout * (s", "(s"),
        wrong("dout_on_one_term", "dout multiplies the whole derivative; count the brackets.", "dout * (s + x * beta * s * (1.0 - s))", "dout * s + x * beta * s * (1.0 - s)"),
    ],
)  # fmt: skip

GELU = pair(
    gelu_forward, gelu_backward, summary="the exact GELU", cases=gelu_cases, cache="(x,)", **COMMON,
    wrong_forward=[
        wrong("tanh_approximation", "Close, but this is an approximation; the exact form uses erf.", _gelu_tanh),
        wrong("logistic_approximation", "Close, but this is an approximation; the exact form uses erf.", "0.5 * x * (1.0 + erf(x / np.sqrt(2.0)))", "x * logistic(1.702 * x)"),
        wrong("root_missing", "erf is not yet the normal distribution function: how are their arguments related?", "x / np.sqrt(2.0)", "x"),
        wrong("divided_by_two", "erf is not yet the normal distribution function: how are their arguments related?", "x / np.sqrt(2.0)", "x / 2.0"),
        wrong("half_missing", "What does out approach for large x?", "0.5 * x", "x"),
        wrong("one_missing", "A distribution function lies between 0 and 1; erf does not.", "(1.0 + erf(x / np.sqrt(2.0)))", "erf(x / np.sqrt(2.0))"),
        wrong("x_missing", "The gate multiplies something.", "0.5 * x", "0.5"),
        wrong("gate_mirrored", "Does the gate open for positive or for negative x?", "1.0 + erf", "1.0 - erf"),
        wrong("swish_for_gelu", "Which function opens the gate here?", "0.5 * x * (1.0 + erf(x / np.sqrt(2.0)))", "x * logistic(x)"),
    ],
    wrong_backward=[
        wrong("density_term_missing", "Both factors of the product depend on x.", "cdf + x * density", "cdf"),
        wrong("cdf_term_missing", "Both factors of the product depend on x.", "cdf + x * density", "x * density"),
        wrong("tanh_approximation", "That is the derivative of the approximation; forward used the exact form.", _gelu_tanh_slope),
        wrong("density_not_normalized", "A density has area 1 under it.", " / np.sqrt(2.0 * np.pi)", ""),
        wrong("density_wrong_constant", "A density has area 1 under it; check the constant.", "np.sqrt(2.0 * np.pi)", "np.sqrt(np.pi)"),
        wrong("density_too_narrow", "Check the exponent of the normal density.", "-0.5 * x**2", "-(x**2)"),
        wrong("x_missing", "The product rule keeps the other factor.", "x * density", "density"),
        wrong("root_missing", "The distribution function here is the one of forward.", "x / np.sqrt(2.0)", "x"),
        wrong("half_missing", "The distribution function here is the one of forward.", "0.5 * (1.0 + erf", "(1.0 + erf"),
        wrong("term_sign", "The gate rises with x; check the sign of its term.", "cdf + x", "cdf - x"),
        wrong("ignores_dout", IGNORES, "dout * (cdf", "(cdf"),
        wrong("dout_on_one_term", "dout multiplies the whole derivative; count the brackets.", "dout * (cdf + x * density)", "dout * cdf + x * density"),
    ],
)  # fmt: skip
