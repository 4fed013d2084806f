"""The S-shaped activations: logistic and tanh."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, case, wrong
from autograder.checking.kinds import pair
from autograder.exercises.ch03.draws import large, two_sided


def logistic_forward(x):
    """out = 1 / (1 + exp(-x)), written so that exp never sees a large positive number."""
    e = np.exp(-np.abs(x))
    out = np.where(x >= 0, 1.0, e) / (1.0 + e)
    return out, (out,)


def logistic_backward(dout, cache):
    """The derivative is out·(1 - out)."""
    (out,) = cache
    return dout * out * (1.0 - out)


def tanh_forward(x):
    """out = tanh(x)."""
    out = np.tanh(x)
    return out, (out,)


def tanh_backward(dout, cache):
    """The derivative is 1 - out²."""
    (out,) = cache
    return dout * (1.0 - out**2)


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Both signs, far from and near to saturation."""
    yield case(x=two_sided(rng, (3, 4)), N=3, D=4)
    yield case(x=2 * rng.standard_normal((5, 2)), N=5, D=2)
    # The last has the shapes of the first: a buffer kept for a shape would be overwritten.
    yield case("other numbers in the first shape", x=two_sided(rng, (3, 4)), N=3, D=4)


def extreme(rng: np.random.Generator) -> Iterator[Case]:
    """Deep saturation on both sides."""
    yield case("inputs up to ±10,000", x=large(rng))


def _logistic_overflows(x):
    e = np.exp(x)
    return e / (1.0 + e), (e / (1.0 + e),)


def _tanh_overflows(x):
    out = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
    return out, (out,)


def _logistic_table(x):
    p = 1.0 / (1.0 + np.exp(-np.clip(x, -2.0, 2.0)))
    return p, (p,)


AXES = ("example", "unit")
COMMON: dict[str, Any] = {"chapter": 3, "cases": cases, "extreme": extreme, "cache": "(out,)", "whole": "x",
          "returns": [Output("out", axes=AXES)], "grads": [Output("dx", axes=AXES)]}  # fmt: skip

LOGISTIC = pair(
    logistic_forward, logistic_backward, summary="the logistic function", **COMMON,
    wrong_forward=[
        wrong("mirrored", "Is the result near 1 or near 0 for a large positive x?", "x >= 0", "x < 0"),
        wrong("overflow", "What does your formula compute for x = 10,000, step by step?", _logistic_overflows),
        wrong("tanh_for_logistic", "The logistic function stays between 0 and 1; what is its value at 0?",
              "out = np.where(x >= 0, 1.0, e) / (1.0 + e)", "out = np.tanh(x)"),
        wrong("one_missing", "What is the value at x = 0 by hand? Compare the denominators.", "out = np.where(x >= 0, 1.0, e) / (1.0 + e)",
              "out = 1.0 / np.exp(-x)"),
        wrong("derivative_returned", "Forward returns the function's value, not its slope.", "return out, (out,)", "return out * (1.0 - out), (out,)"),
        wrong("sign_lost", "Compare your values for x and for -x.", "np.where(x >= 0, 1.0, e)", "1.0"),
        wrong("clipped", "The curve goes on approaching 0 and 1; it is not cut off at moderate x.", _logistic_table),
    ],
    wrong_backward=[
        wrong("ignores_dout", "Every gradient starts from the one that comes in from above.", "dout * out", "out"),
        wrong("derivative_left_out", "How steep is the curve at this point? dout alone does not know.", "dout * out * (1.0 - out)", "dout * np.ones_like(out)"),
        wrong("derivative_of_out", "The derivative is taken where the input was. Which of the two does the cache hold?",
              "dout * out * (1.0 - out)", "dout / (1.0 + np.exp(-out)) * (1.0 - 1.0 / (1.0 + np.exp(-out)))"),
        wrong("derivative_twice", "One layer, one local gradient: count how often it is multiplied in.", "dout * out * (1.0 - out)", "dout * (out * (1.0 - out)) ** 2"),
        wrong("factor_one_minus_out_missing", "The slope goes to zero on both sides; yours does on one.", "out * (1.0 - out)", "out"),
        wrong("factor_out_missing", "The slope goes to zero on both sides; yours does on one.", "dout * out * (1.0 - out)", "dout * (1.0 - out)"),
        wrong("derivative_of_tanh", "That is the slope of another S-shaped curve. What is the largest slope of this one?", "out * (1.0 - out)", "(1.0 - out**2)"),
        wrong("sign", "The logistic function only rises; check the sign.", "(1.0 - out)", "(out - 1.0)"),
    ],
)  # fmt: skip

TANH = pair(
    tanh_forward, tanh_backward, summary="the hyperbolic tangent", **COMMON,
    wrong_forward=[
        wrong("logistic_for_tanh", "tanh lies between -1 and 1 and passes through 0.", "np.tanh(x)", "0.5 * (1.0 + np.tanh(x / 2))"),
        wrong("half_the_slope", "tanh is a logistic function of another argument. What is its slope at 0?", "np.tanh(x)", "np.tanh(x / 2)"),
        wrong("twice_the_slope", "How steep is tanh at 0?", "np.tanh(x)", "np.tanh(2 * x)"),
        wrong("not_centered", "Moving from (0, 1) to (-1, 1) takes a stretch and a shift.", "np.tanh(x)", "1.0 + np.tanh(x)"),
        wrong("overflow", "What does your formula compute for x = 10,000, step by step?", _tanh_overflows),
        wrong("sign", "tanh rises from left to right.", "np.tanh(x)", "np.tanh(-x)"),
        wrong("derivative_returned", "Forward returns the function's value, not its slope.", "return out, (out,)", "return 1.0 - out**2, (out,)"),
    ],
    wrong_backward=[
        wrong("ignores_dout", "Every gradient starts from the one that comes in from above.", "dout * (1.0 - out**2)", "1.0 - out**2"),
        wrong("not_squared", "The slope of tanh is the same at x and at -x; is yours?", "out**2", "out"),
        wrong("derivative_of_out", "The derivative is taken where the input was. Which of the two does the cache hold?", "out**2", "np.tanh(out) ** 2"),
        wrong("derivative_left_out", "How steep is the curve at this point? dout alone does not know.", "(1.0 - out**2)", "np.ones_like(out)"),
        wrong("derivative_of_logistic", "That is the slope of another S-shaped curve. Can the slope of tanh be negative?", "(1.0 - out**2)", "out * (1.0 - out)"),
        wrong("derivative_twice", "One layer, one local gradient: count how often it is multiplied in.", "(1.0 - out**2)", "(1.0 - out**2) ** 2"),
        wrong("sign_of_square", "The slope is largest at 0 and gets smaller on both sides.", "1.0 - out**2", "1.0 + out**2"),
    ],
)  # fmt: skip
