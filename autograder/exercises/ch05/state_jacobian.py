"""The Jacobian of a recurrent state with respect to the one before, for each example."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """States away from zero, weights without symmetry."""
    for n, h in ((3, 4), (2, 5)):
        yield case(h=np.tanh(rng.standard_normal((n, h))), w=rng.standard_normal((h, h)), N=n, H=h)


@function(
    says="the Jacobian of a state with respect to the one before",
    group="gradients",
    cases=cases,
    outputs="J: example new_unit old_unit",
)
@leads(
    "Change one entry of the old state: how much does entry i of the new one change? "
    "Through w, then through tanh.",
    "J[n, i, j] = (1 − h[n, i]²)·w[j, i]: the rows belong to the new state, so w is transposed.",
)
def state_jacobian(h, w):
    """J[n, i, j] = (1 − h[n, i]²)·w[j, i]."""
    return (1 - h**2)[:, :, None] * w.T[None, :, :]
    # ~ transposed: (1 - h**2)[:, None, :] * w | J[n, i, j]: i is the new unit, j the old one.
    # ~ weights untransposed: w.T => w | w[j, i] leads from old unit j to new unit i.
    # ~ slope on old unit: (1 - h**2)[:, None, :] * w.T
    #     | Whose tanh is it, the new unit's or the old one's?
    # ~ slope missing: 1 - h**2 => np.ones_like(h) | Between the sum and the state stands tanh.
    # ~ slope without square: h**2 => h | What is the derivative of tanh, written with its output?
    # ~ slope of logistic: 1 - h**2 => h * (1 - h) | That is the slope of the logistic function.
    # ~ tanh of h: h => np.tanh(h) | h is the output of tanh already.
    # ~ averaged over examples: ((1 - h**2)[:, :, None] * w.T[None, :, :]).mean(axis=0)
    #     | One matrix for each example.
    # ~ slopes multiplied out: (1 - h**2).prod(axis=1)[:, None, None] * w.T
    #     | Each row of the Jacobian has its own slope.
