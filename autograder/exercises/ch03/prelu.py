"""The parametric ReLU: a learned slope for each channel."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case, wrong
from autograder.checking.kinds import pair
from autograder.exercises.ch03.draws import two_sided


def prelu_forward(x, a):
    """out = x where x > 0, a·x elsewhere; a (C,) belongs to axis 1."""
    slope = a.reshape(1, -1, *[1] * (x.ndim - 2))
    return np.where(x > 0, x, slope * x), (x, a)


def prelu_backward(dout, cache):
    """da adds up dout·x over the negative side and over all axes but 1."""
    x, a = cache
    slope = a.reshape(1, -1, *[1] * (x.ndim - 2))
    dx = dout * np.where(x > 0, 1.0, slope)
    others = (0, *range(2, x.ndim))
    da = (dout * np.where(x > 0, 0.0, x)).sum(axis=others)
    return dx, da


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Two axes and four, the last as long as the channels once: a wrong axis then gives numbers."""
    for shape in ((4, 3), (2, 3, 4, 5), (4, 3, 2, 3), (4, 3)):
        zeros = 0 if len(shape) == 2 or shape[-1] == 3 else 3
        x = two_sided(rng, shape, zeros)
        a = rng.permutation([0.15, 0.4, 0.75]) * rng.uniform(0.8, 1.2)
        yield case(
            f"{'exactly 0 among the inputs, ' if zeros else ''}x of shape {shape}",
            x=x,
            a=a,
            N=shape[0],
            C=3,
        )


PRELU = pair(
    prelu_forward, prelu_backward, chapter=3, summary="the parametric ReLU", cases=cases, cache="(x, a)", whole="x",
    grads=[Output("dx"), Output("da", axes=("channel",))],
    wrong_forward=[
        wrong("slope_on_wrong_side", "Which side has the learned slope?", "np.where(x > 0, x, slope * x)", "np.where(x > 0, slope * x, x)"),
        wrong("slope_missing", "Something has to come through below zero.", "slope * x)", "0.0 * x)"),
        wrong("slope_of_last_axis", "a has one entry for each channel. Which axis of x counts the channels?", "a.reshape(1, -1, *[1] * (x.ndim - 2))", "a"),
        wrong("first_slope_for_all", "Each channel has its own slope.", "slope * x)", "a[0] * x)"),
        wrong("mean_slope", "Each channel has its own slope.", "slope * x)", "a.mean() * x)"),
        wrong("slope_not_times_x", "Below zero the function is a line through the origin, not a constant.", "slope * x)", "slope)"),
        wrong("slope_sign", "Does the function rise or fall below zero?", "slope * x)", "-slope * x)"),
        wrong("channels_reversed", "Which entry of a belongs to channel 0?", "a.reshape", "a[::-1].reshape"),
    ],
    wrong_backward=[
        wrong("da_not_summed", "a is used in many places. What happens to gradients where a value is copied?", ".sum(axis=others)", ""),
        wrong("da_averaged", "A copied value collects all the gradients of its copies.", ".sum(axis=others)", ".mean(axis=others)"),
        wrong("da_over_positive_side", "Where does a have any effect on out?", "np.where(x > 0, 0.0, x)", "np.where(x > 0, x, 0.0)"),
        wrong("da_without_mask", "Where does a have any effect on out?", "np.where(x > 0, 0.0, x)", "x"),
        wrong("da_without_x", "How strongly does a·x change when a does?", "np.where(x > 0, 0.0, x)", "np.where(x > 0, 0.0, 1.0)"),
        wrong("da_times_a", "The derivative of a·x with respect to a contains no a.", "np.where(x > 0, 0.0, x)", "np.where(x > 0, 0.0, slope * x)"),
        wrong("da_without_dout", "Every gradient starts from the one that comes in from above.", "(dout * np.where(x > 0, 0.0, x))", "np.where(x > 0, 0.0, x)"),
        wrong("da_one_number", "One slope a channel, so one gradient a channel.", ".sum(axis=others)", ".sum()"),
        wrong("da_over_batch_only", "da has the shape of a. Which axes are left in your sum?", ".sum(axis=others)", ".sum(axis=0)"),
        wrong("da_sign", "Check the sign of da.", "da = (", "da = -("),
        wrong("dx_slope_one_at_zero", "Which slope has been agreed on at exactly 0?", "np.where(x > 0, 1.0", "np.where(x >= 0, 1.0"),
        wrong("dx_slope_missing", "Something is passed back below zero.", "1.0, slope)", "1.0, 0.0)"),
        wrong("dx_slope_on_wrong_side", "Which side has the learned slope?", "1.0, slope)", "slope, 1.0)"),
        wrong("dx_without_dout", "Every gradient starts from the one that comes in from above.", "dx = dout * np.where", "dx = np.where"),
        wrong("mask_from_dout", "Whether a unit is active was decided in forward, by x. Does your mask ask x?", "x > 0", "dout > 0"),
        wrong("slope_of_last_axis", "a has one entry for each channel. Which axis of x counts the channels?", "a.reshape(1, -1, *[1] * (x.ndim - 2))", "a"),
    ],
)  # fmt: skip
