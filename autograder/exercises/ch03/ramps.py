"""The ramps: ReLU, leaky ReLU, PReLU and ELU."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, case, wrong
from autograder.checking.kinds import pair
from autograder.exercises.ch03.draws import large, two_sided


def relu_forward(x):
    """out = max(x, 0)."""
    return np.maximum(x, 0.0), (x,)


def relu_backward(dout, cache):
    """dout passes where x > 0."""
    (x,) = cache
    return dout * (x > 0)


def leaky_relu_forward(x, slope=0.01):
    """out = x where x > 0, slope·x elsewhere."""
    return np.where(x > 0, x, slope * x), (x, slope)


def leaky_relu_backward(dout, cache):
    """The slope is 1 where x > 0, `slope` elsewhere, at 0 too."""
    x, slope = cache
    return dout * np.where(x > 0, 1.0, slope)


def elu_forward(x, alpha=1.0):
    """out = x where x > 0, alpha·(exp(x) - 1) elsewhere."""
    bend = alpha * (np.exp(np.minimum(x, 0.0)) - 1.0)
    return np.where(x > 0, x, bend), (x, alpha)


def elu_backward(dout, cache):
    """The slope is 1 where x > 0, alpha·exp(x) elsewhere."""
    x, alpha = cache
    slope = alpha * np.exp(np.minimum(x, 0.0))
    return dout * np.where(x > 0, 1.0, slope)


def relu_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Both signs; and exact zeros, where the slope is agreed to be 0."""
    yield case(x=two_sided(rng, (3, 4)), N=3, D=4)
    yield case("exactly 0 among the inputs", x=two_sided(rng, (5, 2), zeros=2), N=5, D=2)
    # The last has the shapes of the first: a buffer kept for a shape would be overwritten.
    yield case("other numbers in the first shape", x=two_sided(rng, (3, 4)), N=3, D=4)


def leaky_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Slopes below 1, the default too; exact zeros belong to the negative side."""
    yield case(x=two_sided(rng, (3, 4)), slope=0.3, N=3, D=4)
    yield case(
        "exactly 0 among the inputs",
        x=two_sided(rng, (5, 2), zeros=2),
        slope=float(rng.uniform(0.1, 0.8)),
        N=5,
        D=2,
    )
    yield case("the default slope", x=two_sided(rng, (3, 4)))


def elu_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Nothing at 0: for alpha other than 1 there is a kink."""
    yield case(x=two_sided(rng, (3, 4)), alpha=0.6, N=3, D=4)
    yield case(x=two_sided(rng, (5, 2)), alpha=float(rng.uniform(1.4, 2.0)), N=5, D=2)
    yield case("the default alpha", x=two_sided(rng, (3, 4)))


def extreme(rng: np.random.Generator) -> Iterator[Case]:
    """Very large numbers of both signs."""
    yield case("inputs up to ±10,000", x=large(rng))


def _elu_overflows(x, alpha=1.0):
    return (x > 0) * x + (x <= 0) * alpha * (np.exp(x) - 1.0), (x, alpha)


def _elu_slope_overflows(dout, cache):
    x, alpha = cache
    return dout * ((x > 0) + (x <= 0) * alpha * np.exp(x))


AXES = ("example", "unit")
COMMON: dict[str, Any] = {"chapter": 3, "whole": "x", "extreme": extreme, "returns": [Output("out", axes=AXES)], "grads": [Output("dx", axes=AXES)]}  # fmt: skip
IGNORES = "Every gradient starts from the one that comes in from above."
FROM_DOUT = "Whether a unit is active was decided in forward, by x. Does your mask ask x?"

RELU = pair(
    relu_forward, relu_backward, summary="the ReLU max(x, 0)", cases=relu_cases, cache="(x,)", **COMMON,
    wrong_forward=[
        wrong("absolute_value", "What should come out for a negative x?", "np.maximum(x, 0.0)", "np.abs(x)"),
        wrong("negative_side_leaks", "A ReLU lets nothing through on the negative side.", "np.maximum(x, 0.0)", "np.maximum(x, 0.01 * x)"),
        wrong("minimum", "Which side of the ramp is flat?", "np.maximum(x, 0.0)", "np.minimum(x, 0.0)"),
        wrong("derivative_returned", "Forward returns the function's value, not its slope.", "np.maximum(x, 0.0)", "(x > 0) * 1.0"),
        wrong("clipped_at_one", "The ramp rises without end.", "np.maximum(x, 0.0)", "np.clip(x, 0.0, 1.0)"),
        wrong("threshold_one", "Where does the ramp begin?", "np.maximum(x, 0.0)", "np.maximum(x, 1.0)"),
        wrong("identity", "Something has to happen to negative numbers.", "np.maximum(x, 0.0)", "x * 1.0"),
    ],
    wrong_backward=[
        wrong("mask_from_dout", FROM_DOUT, "(x > 0)", "(dout > 0)"),
        wrong("slope_one_at_zero", "Which slope has been agreed on at exactly 0?", "x > 0", "x >= 0"),
        wrong("slope_half_at_zero", "Which slope has been agreed on at exactly 0?", "(x > 0)", "np.heaviside(x, 0.5)"),
        wrong("ignores_dout", IGNORES, "dout * (x > 0)", "1.0 * (x > 0)"),
        wrong("mask_missing", "A unit that was off in forward passes nothing back.", "dout * (x > 0)", "dout * 1.0"),
        wrong("mask_inverted", "Which units let the signal through, those with positive or with negative input?", "x > 0", "x < 0"),
        wrong("times_x", "The slope of the ramp is the same everywhere on its rising side.", "(x > 0)", "np.maximum(x, 0.0)"),
        wrong("both_masks", "Negative gradients are as legal as positive ones; only the sign of x matters.", "(x > 0)", "(x > 0) * (dout > 0)"),
        wrong("negative_side_leaks", "A unit that was off in forward passes nothing back.", "(x > 0)", "np.where(x > 0, 1.0, 0.01)"),
    ],
)  # fmt: skip

LEAKY = pair(
    leaky_relu_forward, leaky_relu_backward, summary="the leaky ReLU", cases=leaky_cases, cache="(x, slope)", **COMMON,
    wrong_forward=[
        wrong("slope_on_wrong_side", "Which side leaks?", "np.where(x > 0, x, slope * x)", "np.where(x > 0, slope * x, x)"),
        wrong("slope_missing", "Something has to come through below zero.", "slope * x)", "0.0)"),
        wrong("slope_fixed", "The slope is an argument; compare a call with another slope.", "slope * x)", "0.01 * x)"),
        wrong("slope_not_times_x", "Below zero the function is a line through the origin, not a constant.", "slope * x)", "slope)"),
        wrong("slope_sign", "Does the function rise or fall below zero?", "slope * x)", "-slope * x)"),
        wrong("both_sides_scaled", "On the positive side the function is x itself.", "np.where(x > 0, x, slope * x)", "slope * x"),
        wrong("negative_side_is_x", "Below zero the line is flatter than above.", "slope * x)", "x)"),
        wrong("default_slope", "Look at the default value of slope in the signature.", "slope=0.01", "slope=0.1"),
    ],
    wrong_backward=[
        wrong("slope_on_wrong_side", "Which side leaks?", "np.where(x > 0, 1.0, slope)", "np.where(x > 0, slope, 1.0)"),
        wrong("slope_missing", "A leaky unit never passes nothing at all.", "1.0, slope)", "1.0, 0.0)"),
        wrong("slope_fixed", "Forward was called with a slope; has it reached backward?", "1.0, slope)", "1.0, 0.01)"),
        wrong("slope_one_at_zero", "Which slope has been agreed on at exactly 0?", "x > 0", "x >= 0"),
        wrong("mask_from_dout", FROM_DOUT, "x > 0", "dout > 0"),
        wrong("ignores_dout", IGNORES, "dout * np.where(x > 0, 1.0, slope)", "np.where(x > 0, 1.0, slope)"),
        wrong("times_x", "The derivative of slope·x no longer contains x.", "1.0, slope)", "1.0, slope * x)"),
        wrong("derivative_left_out", "Both sides of the kink pass the gradient on, with different strength.", "1.0, slope)", "1.0, 1.0)"),
        wrong("zero_at_zero", "Which slope has been agreed on at exactly 0?", "np.where(x > 0, 1.0, slope)", "((x > 0) + slope * (x < 0))"),
    ],
)  # fmt: skip

ELU = pair(
    elu_forward, elu_backward, summary="the ELU", cases=elu_cases, cache="(x, alpha)", **COMMON,
    wrong_forward=[
        wrong("alpha_missing", "Where does the curve level off for very negative x? Compare two values of alpha.", "alpha * (", "1.0 * ("),
        wrong("minus_one_missing", "The two branches meet at 0. What is your value there?", " - 1.0)", ")"),
        wrong("alpha_inside_only", "Is the whole bracket stretched by alpha, or a part of it?", "alpha * (np.exp(np.minimum(x, 0.0)) - 1.0)", "alpha * np.exp(np.minimum(x, 0.0)) - 1.0"),
        wrong("alpha_in_exponent", "alpha stretches the curve's height; does it belong to its argument?", "alpha * (np.exp(np.minimum(x, 0.0))", "(np.exp(alpha * np.minimum(x, 0.0))"),
        wrong("sides_swapped", "Which side is the straight line?", "np.where(x > 0, x, bend)", "np.where(x > 0, np.exp(-np.abs(x)) - 1.0, x)"),
        wrong("bend_sign", "Below zero the curve approaches -alpha.", "x, bend)", "x, -bend)"),
        wrong("flat_below_zero", "An ELU is not flat below zero.", "x, bend)", "x, 0.0)"),
        wrong("overflow", "The branch that is not taken is computed too. What is it for x = 10,000?", _elu_overflows),
        wrong("default_alpha", "Look at the default value of alpha in the signature.", "alpha=1.0", "alpha=0.5"),
    ],
    wrong_backward=[
        wrong("alpha_missing", "Compare the slope for two values of alpha.", "alpha * np.exp", "np.exp"),
        wrong("value_for_slope", "You need the slope of the bend; is that its height?", "slope = alpha * np.exp(np.minimum(x, 0.0))", "slope = alpha * (np.exp(np.minimum(x, 0.0)) - 1.0)"),
        wrong("exp_of_out", "The derivative is taken at x. What do you put into exp?", "np.exp(np.minimum(x, 0.0))", "np.exp(alpha * (np.exp(np.minimum(x, 0.0)) - 1.0))"),
        wrong("out_plus_one", "Writing the slope with the help of out is possible; what has to be added for any alpha?", "slope = alpha * np.exp(np.minimum(x, 0.0))",
              "slope = alpha * (np.exp(np.minimum(x, 0.0)) - 1.0) + 1.0"),
        wrong("zero_below_zero", "An ELU passes something back below zero.", "1.0, slope)", "1.0, 0.0)"),
        wrong("mask_from_dout", FROM_DOUT, "np.where(x > 0", "np.where(dout > 0"),
        wrong("ignores_dout", IGNORES, "dout * np.where", "np.where"),
        wrong("slope_sign", "The curve rises everywhere.", "1.0, slope)", "1.0, -slope)"),
        wrong("sides_swapped", "Which side is the straight line?", "1.0, slope)", "np.exp(-x), 1.0)"),
        wrong("overflow", "The branch that is not taken is computed too. What is it for x = 10,000?", _elu_slope_overflows),
    ],
)  # fmt: skip
