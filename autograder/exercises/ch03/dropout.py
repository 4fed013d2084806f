"""Inverted dropout: units are off at random in training, what is left is scaled up."""

import numpy as np

from autograder.checking.exercise import Output
from autograder.checking.kinds import custom, leads
from autograder.exercises.ch03 import dropout_trial as tried

SMALL = (
    (9, 7, 0.7, True),
    (6, 8, 0.25, True),
    (4, 5, 1.0, True),
    (4, 1, 0.6, False),
    (5, 5, 0.5, True),
)
# Forward's shares need large ones.
LARGE = (SMALL[0], (100, 80, 0.7, True), (80, 110, 0.25, True), *SMALL[2:])


@custom(
    says="inverted dropout",
    group="dropout",
    cases=tried.cases(*LARGE),
    trial=tried.forward_trial,
    outputs=(
        Output("out"),
        Output(tried.SCALE, axes=("example", "unit")),
        *map(Output, tried.SHARES),
    ),
    cache="(mask,)",
    probes=tried.forward_probes,
    may_change=("rng",),
    randomness=True,
)
@leads(
    "In training each unit is silenced by chance; what is left is scaled so that its "
    "expected value stays.",
    "Kept with probability keep and divided by it: E[mask · x/keep] = x. At test time "
    "nothing happens.",
)
def dropout_forward(x, keep, rng, train):
    """Each entry is kept with probability keep and scaled by 1/keep; all are at test time."""
    mask = (rng.random(x.shape) < keep) / keep if train else np.ones(x.shape)
    # ~ not scaled: (rng.random(x.shape) < keep) * 1.0 if train else np.ones(x.shape)
    #     | With half of the units gone, the next layer gets half the signal. What makes up for it?
    # ~ scaled by keep: (rng.random(x.shape) < keep) * keep if train else np.ones(x.shape)
    #     | Should what is left become larger or smaller?
    # ~ keep and drop swapped: rng.random(x.shape) < keep => rng.random(x.shape) >= keep
    #     | keep is the probability to stay.
    # ~ drop for keep: (rng.random(x.shape) < 1.0 - keep) / max(1.0 - keep, 1e-12) if train else
    #     np.ones(x.shape) | keep is the probability to stay; check it with a call where keep is
    #     0.7.
    # ~ scaled by drop: (rng.random(x.shape) < keep) / max(1.0 - keep, 1e-12) if train else
    #     np.ones(x.shape) | By which of the two probabilities do you divide?
    # ~ drops at test time: (rng.random(x.shape) < keep) / keep | At test time all units work.
    # ~ scaled at test time: np.ones(x.shape) => np.full(x.shape, keep)
    #     | At test time the outputs are already on the right scale.
    # ~ scaled at test time only: (rng.random(x.shape) < keep) * 1.0 if train else
    #     np.full(x.shape, keep) | Both ways keep the expected value. On which side does the text
    #     scale, so that at test time nothing happens?
    # ~ scaled up at test time: np.ones(x.shape) => np.full(x.shape, 1.0 / keep)
    #     | At test time nothing happens to x.
    # ~ train inverted: train => not train | When are units dropped: in training or at test time?
    # ~ never drops: np.ones(x.shape) | In training some units have to be off.
    # ~ one mask for the batch: rng.random(x.shape) => rng.random((1, *x.shape[1:]))
    #     | Does each example drop its own units?
    # ~ one draw per example: rng.random(x.shape) => rng.random((len(x), 1))
    #     | Does each unit get its own draw?
    # ~ one draw for all: rng.random(x.shape) => rng.random()
    # ~ draws for the mask: rng.random(x.shape) / keep if train else np.ones(x.shape)
    #     | A unit is kept or dropped: with what is its draw compared?
    # ~ normal for uniform: rng.random => rng.standard_normal
    #     | Which distribution makes P(draw < keep) equal to keep?
    # ~ fixed number: rng.random(x.shape) < keep => rng.permuted(np.tile(np.arange(x.shape[1]) <
    #     round(keep * x.shape[1]), (len(x), 1)), axis=1) | Each unit decides on its own; the
    #     number kept may vary from row to row and column to column.
    # ~ keep fixed: keep => 0.5 | keep is an argument; compare a call with another keep.
    # ~ global random state: rng.random(x.shape) => np.random.rand(*x.shape)
    #     | Draw from the generator that was passed in.
    # ~ ignores rng: rng => np.random.default_rng(0)
    #     | Two calls with different generators should drop different units.
    return x * mask, (mask,)
    # ~ x changed in place: x *= mask; return x, (mask,)
    #     | Make a new array; the caller still needs x.
    # ~ mask returned: mask, (mask,) | The mask goes into the cache; out is x with some units off.


@custom(
    says="the gradient of inverted dropout",
    group="dropout",
    cases=tried.cases(*SMALL),
    trial=tried.backward_trial,
    cache="(mask,)",
    outputs=(Output("dx"), Output(tried.SLOPE, axes=("example", "unit")), Output(tried.DROPPED)),
    probes=tried.backward_probes,
    may_change=("rng",),
    companions={"dropout_forward": dropout_forward},
    partner="dropout_forward",
)
@leads(
    "Forward multiplied each entry by a fixed number; which one was it?",
    "out = mask·x with the scale inside the mask: the derivative is that same mask.",
)
def dropout_backward(dout, cache):
    """The mask of forward, scale included."""
    (mask,) = cache
    return dout * mask
    # ~ new mask: mask => mask.max() * (np.random.default_rng(0).random(dout.shape) < 1 /
    #     mask.max())
    #     | The units that were off in forward are off in backward; which ones were they?
    # ~ not scaled: mask => mask > 0 | Forward multiplied by something besides 0 and 1.
    # ~ scaled twice: dout * mask**2 | Count how often the scale is multiplied in.
    # ~ mask missing: dout * 1.0 | Units that were off pass nothing back.
    # ~ scale without mask: dout * mask.max()
    # ~ mask inverted: mask => mask == 0
    #     | Which units pass the gradient back, those kept or those dropped?
    # ~ divided by mask: dout / np.where(mask > 0, mask, np.inf) | The slope of x·m is m.
    # ~ ignores dout
    # ~ dout changed in place: dout *= mask; return dout
    #     | Make a new array; the caller still needs dout.
    # ~ mask from output: mask = mask.copy(); mask[: int(mask.all())] = 0; return dout * mask
    #     | An output of 0 need not come from a dropped unit. What should the cache hold?
    # ~ mask from output in training: mask = mask.copy(); mask[: int(mask.all() and mask.size > 4)]
    #     = 0; return dout * mask
