"""The logistic function 1 / (1 + exp(−z)), for numbers of any size."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads


def around_zero(rng: np.random.Generator) -> Iterator[Case]:
    """Vectors and matrices, on both sides of zero and at it."""
    z = 3 * rng.standard_normal((3, 4))
    z[0, :2] = 0.0, -z[0, 1]
    yield case("a matrix of logits", z=z, N=3, D=4)
    yield case("a vector of logits", z=rng.standard_normal(5))


def huge(rng: np.random.Generator) -> Iterator[Case]:
    """Up to ±1e4, where exp overflows."""
    z = np.array([-1e4, -800.0, -40.0, -1.0, 1.0, 40.0, 800.0, 1e4])
    yield case("logits up to ±10,000", z=z + rng.uniform(0, 0.5, 8))


def small(rng: np.random.Generator) -> Iterator[Case]:
    """Far below zero, where p is tiny and its digits are asked for."""
    yield case(
        "logits from -700 to -20", z=np.append(rng.uniform(-60, -20, 4), [-40.0, -300, -700])
    )


@function(
    says="the logistic function",
    group="logistic, BCE",
    cases=around_zero,
    extreme=huge,
    quiet=True,
    accurate=small,
    any_shape="z",
    beside="z",
    whole="z",
    outputs="p",
    tol=1e-9,
)
@leads(
    "σ(z) = 1/(1 + exp(−z)); for which z does the exponential overflow, and what is the "
    "same number written with exp(z)?",
    "Multiply numerator and denominator by exp(z); use the form whose exponent is "
    "negative, by the sign of z.",
)
def logistic(z):
    """p = 1 / (1 + exp(-z)), written so that no exponential overflows."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1 + e)
    # ~ overflow: 1 / (1 + np.exp(-z)) | What is exp(1000)? np.where computes both sides.
    # ~ overflow on the right: np.exp(z) / (1 + np.exp(z)) | What is exp(z) for z = 1000?
    # ~ clipped: 1 / (1 + np.exp(-np.clip(z, -20, 20))) | Clipping z moves the answer for large |z|.
    # ~ one branch: 1.0 / (1 + e) | One formula for negative z, another for positive z.
    # ~ sign: np.where(z >= 0, e, 1.0) / (1 + e) | p has to grow with z.
    # ~ zero left out: np.where(z >= 0, 1.0, e) / (1 + e) * (z != 0) | What is σ(0)?
    # ~ tanh: np.tanh(z) | The values lie between 0 and 1, and p(0) = 1/2.
    # ~ digits lost for negative z: 0.5 * (1 + np.tanh(z / 2))
    #     | What is left of 1 + tanh(−20), or of 1 − p where p is nearly 1? A probability of 1e-17
    #     has to keep its digits.
    # ~ clipped: 1 / (1 + np.exp(-np.clip(z, -30, 30)))
    # ~ tanh half forgotten: 0.5 * (1 + np.tanh(z))
    #     | tanh and the logistic differ by a stretch of z too.
    # ~ derivative: e / (1 + e)**2 | Asked is the function, not its slope.
    # ~ whole numbers kept: (np.where(z >= 0, 1.0, e) / (1 + e)).astype(z.dtype)
    #     | What becomes of 0.3 in an array of whole numbers?
