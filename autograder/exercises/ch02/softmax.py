"""The softmax function: exponentials over the last axis, divided by their sum."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads


def one_to_three_axes(rng: np.random.Generator) -> Iterator[Case]:
    """A matrix, a vector and a stack of matrices."""
    for shape, size in (((3, 4), 2), ((5,), 1), ((2, 3, 4), 1)):
        sizes = dict(zip("NTK" if len(shape) == 3 else "NK", shape, strict=False))
        sizes = sizes if len(shape) > 1 else {}
        yield case(f"scores of shape {shape}", z=size * rng.standard_normal(shape), **sizes)


def huge(rng: np.random.Generator) -> Iterator[Case]:
    """Rows far from zero and far from each other."""
    z = rng.standard_normal((4, 3)) + np.array([[1e4], [-1e4], [0.0], [800.0]])
    yield case("rows around ±10,000", z=z)
    yield case("one score of 10,000", z=np.array([[1e4, 0.0, -1e4], [0.3, -0.2, 0.1]]))
    yield case("the largest score last", z=np.array([[-1e4, 0.0, 1e4], [0.3, -0.2, 0.1]]))


@function(
    says="the softmax function over the last axis",
    group="softmax, CE",
    cases=one_to_three_axes,
    extreme=huge,
    quiet=True,
    whole="z",
    outputs="p",
    tol=1e-9,
)
@leads(
    "Exponentials make every score positive, the division makes a row sum to one; a "
    "constant may be subtracted from a row first.",
    "exp(z − c)/Σ exp(z − c) = exp(z)/Σ exp(z) for any c; choose the c for which no "
    "exponential is larger than 1.",
)
def softmax(z):
    """p = exp(z) / sum exp(z) over the last axis, shifted by each row's maximum."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))  # ~ no shift: np.exp(z) | What is exp(1000)?
    # ~ global shift: np.exp(z - z.max()) | A row far below the largest one underflows to zeros.
    # ~ shift by the smallest: z.max => z.min | How large may an exponent become after your shift?
    # ~ shift by the last: z.max(axis=-1, keepdims=True) => z[..., -1:]
    #     | How large may an exponent become after your shift?
    # ~ shift by the largest size: np.exp(z - np.abs(z).max(axis=-1, keepdims=True))
    #     | In a row of scores around −1000, how large is each exponent after your shift?
    # ~ shift by the mean: z.max => z.mean
    #     | What is left of the largest score after your shift, in a row like (0, 0, 0, 3000)?
    # ~ logistic for exp: np.exp(z - z.max(axis=-1, keepdims=True)) => 0.5 * (1 + np.tanh(z / 2))
    #     | Scores become exponentials, which are then divided by their sum.
    # ~ wrong axis: -1 => 0 | The classes are on the last axis.
    # ~ second axis: -1 => min(1, z.ndim - 1)
    #     | The classes are on the last axis, however many axes there are.
    # ~ sign: np.exp(z.min(axis=-1, keepdims=True) - z)
    #     | The largest score gets the largest probability.
    # ~ changes input: z -= z.max(axis=-1, keepdims=True); e = np.exp(z) | The caller still needs z.
    # ~ base two: np.exp => np.exp2 | The base is e.
    # ~ shift by column: z.max(axis=-1, keepdims=True) => z.max(axis=0)
    #     | What may be subtracted without a change: one number from each row, or from each column?
    # ~ one softmax for all: np.exp(z - z.max()) | Each row is a distribution of its own.
    return e / e.sum(axis=-1, keepdims=True)
    # ~ not normalized: e | Probabilities sum to one.
    # ~ normalized over examples: -1 => 0 | Each row sums to one, not each column.
    # ~ normalized over everything: e / e.sum() | Each row is a distribution of its own.
    # ~ wrong axis: -1 => 0
    # ~ second axis: -1 => min(1, z.ndim - 1)
    # ~ log softmax: np.log(np.maximum(e / e.sum(axis=-1, keepdims=True), 1e-300))
    #     | Asked are probabilities, not their logs.
    # ~ one softmax for all: e / e.sum()
