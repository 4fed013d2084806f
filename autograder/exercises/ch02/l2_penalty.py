"""The L2 penalty: half of lam times the sum of the squared weights, and its gradient."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads


def weights(rng: np.random.Generator) -> Iterator[Case]:
    """Weights of one and more axes; no penalty."""
    for shape, lam in (((3, 4), 0.3), ((5,), 1.7), ((2, 3, 4), 0.01)):
        sizes = {"D": 3, "K": 4} if shape == (3, 4) else {}
        yield case(f"w of shape {shape}", w=rng.standard_normal(shape), lam=lam, **sizes)
    yield case("lam = 0", w=rng.standard_normal((2, 3)), lam=0.0)


@function(
    says="the L2 penalty and its gradient",
    group="batches, L2",
    cases=weights,
    outputs="value, dw",
    any_shape="w",
    whole="w",
)
@leads(
    "The penalty is half of lam times the squared length of w, and its slope pulls every "
    "weight to 0.",
    "lam/2 · Σ w²; the 1/2 and the 2 from the square meet when you differentiate.",
)
def l2_penalty(w, lam):
    """value = lam/2 · sum of w², dw = lam · w."""
    value = lam / 2 * np.sum(w**2)
    # ~ value without half: lam / 2 => lam | Look at the factor of the value.
    # ~ value averaged: np.sum => np.mean | The penalty adds up over all weights.
    # ~ norm not squared: lam / 2 * np.sqrt(np.sum(w**2))
    #     | The square root of the sum is another penalty.
    # ~ square of the sum: lam / 2 * np.sum(w) ** 2 | Square each weight, then add up.
    # ~ absolute values: w**2 => np.abs(w) | That is the L1 penalty.
    # ~ value per column: lam / 2 * np.sum(w**2, axis=0) | The penalty is one number.
    # ~ both doubled: lam * np.sum(w**2)
    #     | Value and gradient belong together, and so does the 1/2 in the task.
    # ~ both averaged: lam / 2 * np.mean(w**2) | The penalty adds up over all weights.
    # ~ divided by rows: lam / 2 * np.sum(w**2) / (len(w) if np.ndim(w) else 1)
    #     | The penalty is a sum over the weights: nothing is divided by a number of examples.
    dw = lam * w  # ~ gradient doubled: 2 * lam * w | Half of the square has a simple derivative.
    # ~ gradient halved: lam / 2 * w
    # ~ lam missing in gradient: w.copy() | Both parts scale with lam.
    # ~ lasso gradient: w => np.sign(w) | That is the L1 gradient.
    # ~ sign | Does the penalty grow or fall when a positive weight grows?
    # ~ both doubled: 2 * lam * w
    # ~ both averaged: lam * w / w.size
    # ~ divided by rows: lam * w / (len(w) if np.ndim(w) else 1)
    return value, dw
    # ~ first two exchanged
