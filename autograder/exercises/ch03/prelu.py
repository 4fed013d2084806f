"""The parametric ReLU: below zero a learned slope, one for each channel (axis 1)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import leads, pair
from autograder.exercises.ch03.draws import two_sided


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Two axes and four, the last as long as the channels once: a wrong axis then gives numbers.

    A slope that is learned may become negative.
    """
    for shape, zeros, sign in (
        ((4, 3), 0, 1.0),
        ((2, 3, 4, 5), 3, 1.0),
        ((4, 3, 2, 3), 0, 1.0),
        ((2, 3, 5), 0, 1.0),
        ((4, 3), 0, -1.0),
    ):
        x = two_sided(rng, shape, zeros)
        a = rng.permutation([0.15, 0.4, 1.75]) * rng.uniform(0.8, 1.2)
        a[1] *= sign
        x[0, 1] = -np.abs(x[0, 1]) if sign < 0 else x[0, 1]  # there it shows
        label = f"{'exactly 0 among the inputs, ' if zeros else ''}x of shape {shape}"
        label += ", a negative slope" if sign < 0 else ""
        yield case(label, x=x, a=a, N=shape[0], C=3)


prelu = pair(
    says="the parametric ReLU",
    group="ramps",
    cases=cases,
    cache="(x, a)",
    beside="x dout",
    whole="x",
    grads="dx, da: channel",
)


@prelu.forward
@leads(
    "A leaky ReLU whose slope below 0 is learned.",
    "x where it is positive, a·x elsewhere; backward needs both x and a.",
)
def prelu_forward(x, a):
    """out = x where x > 0, a·x elsewhere; a (C,) belongs to axis 1."""
    slope = a.reshape(1, -1, *[1] * (x.ndim - 2))
    # ~ slope of last axis: a
    #     | a has one entry for each channel. Which axis of x counts the channels?
    # ~ channels reversed: a => a[::-1] | Which entry of a belongs to channel 0?
    return np.where(x > 0, x, slope * x), (x, a)
    # ~ slope on wrong side: np.where(x > 0, slope * x, x), (x, a)
    #     | Which side has the learned slope?
    # ~ both sides scaled: slope * x, (x, a) | On the positive side the function is x itself.
    # ~ larger of the two: np.maximum(x, slope * x), (x, a)
    #     | Which of x and a·x is larger where a is above 1?
    # ~ size of a: slope => np.abs(slope) | a is learned: which values may it take?
    # ~ first slope for all: slope => a[0] | Each channel has its own slope.
    # ~ mean slope: slope => a.mean()
    # ~ slope missing: slope => 0.0 | Something has to come through below zero.
    # ~ slope not times x: slope * x => slope
    #     | Below zero the function is a line through the origin, not a constant.
    # ~ slope sign: slope => -slope | Does the function rise or fall below zero?
    # ~ whole numbers kept: np.where(x > 0, x, slope * x).astype(x.dtype), (x, a)
    #     | What becomes of 0.3 in an array of whole numbers?


@prelu.backward
@leads(
    "The output depends on x and on a: two gradients, each of its argument's shape.",
    "∂out/∂a is x where x is not positive and 0 elsewhere; a serves many entries, so "
    "their parts add up.",
)
def prelu_backward(dout, cache):
    """da adds up dout·x over the negative side and over all axes but 1."""
    x, a = cache
    slope = a.reshape(1, -1, *[1] * (x.ndim - 2))
    # ~ slope of last axis: a
    #     | a has one entry for each channel. Which axis of x counts the channels?
    dx = dout * np.where(x > 0, 1.0, slope)
    # ~ dx slope one at zero: x > 0 => x >= 0 | Which slope has been agreed on at exactly 0?
    # ~ mask from dout: x => dout
    #     | Whether a unit is active was decided in forward, by x. Does your mask ask x?
    # ~ sign of out: dout * np.where(np.where(x > 0, x, slope * x) > 0, 1.0, slope)
    #     | With a negative slope out is positive on both sides: which sign has to be asked?
    # ~ dx slope missing: slope => 0.0 | Something is passed back below zero.
    # ~ dx slope on wrong side: dout * np.where(x > 0, slope, 1.0)
    #     | Which side has the learned slope?
    # ~ dx without dout: np.where(x > 0, 1.0, slope)
    #     | Every gradient starts from the one that comes in from above.
    # ~ dx zero at zero: dout * np.where(x > 0, 1.0, np.where(x < 0, slope, 0.0))
    #     | Which slope has been agreed on at exactly 0?
    others = (0, *range(2, x.ndim))
    # ~ da over batch only: 0 | da has the shape of a. Which axes are left in your sum?
    da = (dout * np.where(x > 0, 0.0, x)).sum(axis=others)  # ~ not summed, averaged, sign
    # ~ mask from dout: x > 0 => dout > 0
    # ~ sign of out: np.where(x > 0, 0.0, x) => np.where(np.where(x > 0, x, slope * x) > 0, 0.0, x)
    # ~ da sums multiplied: (dout * (x <= 0)).sum(axis=others) * np.where(x > 0, 0.0, x).sum(
    #     axis=others) | A sum of products is not the product of two sums.
    # ~ da over last axis: (dout * np.where(x > 0, 0.0, x)).reshape(-1, len(a)).sum(axis=0)
    #     | Which axis of x counts the channels, and is it always the last?
    # ~ da one number: axis=others => | One slope a channel, so one gradient a channel.
    # ~ da over positive side: (dout * np.where(x > 0, x, 0.0)).sum(axis=others)
    #     | Where does a have any effect on out?
    # ~ da without mask: np.where(x > 0, 0.0, x) => x
    # ~ da without x: np.where(x > 0, 0.0, x) => np.where(x > 0, 0.0, 1.0)
    #     | How strongly does a·x change when a does?
    # ~ da times a: np.where(x > 0, 0.0, x) => np.where(x > 0, 0.0, slope * x)
    #     | The derivative of a·x with respect to a contains no a.
    # ~ da without dout: np.where(x > 0, 0.0, x).sum(axis=others)
    #     | Every gradient starts from the one that comes in from above.
    return dx, da
    # ~ first two exchanged
