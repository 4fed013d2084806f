"""The learning rate beyond which descent on a linear regression runs away."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads

CLOSE = "An iteration that comes near step by step has to go on until nothing changes any more."


def features(rng: np.random.Generator) -> Iterator[Case]:
    """More rows than columns and fewer, one row, one column, columns far from zero."""
    for n, p in ((7, 3), (3, 5), (1, 2), (4, 1), (9, 4), (12, 7)):
        phi = rng.standard_normal((n, p)) @ (np.eye(p) + rng.standard_normal((p, p)))
        yield case(f"N = {n}, P = {p}", phi=phi + rng.uniform(-1, 1, p), N=n, P=p)
    ones = np.column_stack([np.ones(6), rng.uniform(5, 9, (6, 2))])
    # Columns at right angles, the longest last: a solver that does not sort leaves them so.
    yield case("columns at right angles", phi=np.diag([1.0, 2.0, 3.5])[:, :3] + 0.0, N=3, P=3)
    yield case("a column of ones beside large features", phi=ones, N=6, P=3)
    left, right = (np.linalg.qr(rng.standard_normal((n, 3)))[0] for n in (8, 3))
    near = left * (3.0, 2.9, 0.5) @ right.T
    yield case("two curvatures that are nearly equal", phi=near, N=8, P=3, lead=CLOSE)


@function(
    says="the largest stable learning rate",
    group="descent",
    cases=features,
    whole="phi",
    outputs="rate",
)
@leads(
    "Along a direction of curvature λ one step multiplies the error by 1 − lr·λ. When "
    "does its size stay below 1?",
    "The steepest direction decides: 2 over the largest eigenvalue of the matrix of "
    "second derivatives, phiᵀphi / N.",
)
def largest_stable_rate(phi):
    """2 over the largest eigenvalue of phiᵀphi / N."""
    curvature = np.linalg.eigvalsh(phi.T @ phi / len(phi))
    # ~ N missing: phi.T @ phi
    #     | The criterion averages over the examples. What does its curvature do?
    # ~ divided by the columns: len(phi) => phi.shape[1] | How many rows does phi have?
    # ~ N − 1: len(phi) => max(len(phi) - 1, 0.5) | The criterion divides by N.
    # ~ covariance: phi.T @ phi / len(phi) => np.atleast_2d(np.cov(phi.T, ddof=0))
    #     | Nothing is centered here: A is phiᵀphi / N, not the covariance.
    # ~ correlation: phi.T @ phi / len(phi) => (lambda a: a / np.sqrt(np.outer(np.diag(a),
    #     np.diag(a))))(phi.T @ phi) | The lengths of the columns matter too.
    # ~ singular values: np.linalg.svd(phi, compute_uv=False) / np.sqrt(len(phi))
    #     | An eigenvalue of phiᵀphi is the square of a singular value of phi.
    # ~ singular values over N: np.linalg.svd(phi, compute_uv=False) / len(phi)
    #     | An eigenvalue of phiᵀphi is the square of a singular value of phi.
    # ~ squared again: (phi.T @ phi / len(phi)) @ (phi.T @ phi / len(phi))
    #     | The eigenvalues are those of phiᵀphi / N itself.
    return float(2.0 / curvature.max())
    # ~ smallest: curvature.max() => np.abs(curvature).min() | Which direction runs away first?
    # ~ first of the unsorted: curvature.max() => np.linalg.eigvals(phi.T @ phi / len(phi))[0].real
    #     | Does np.linalg.eigvals sort?
    # ~ sum of all: curvature.max() => curvature.sum()
    #     | One direction sets the limit, not all of them together.
    # ~ mean curvature: curvature.max() => curvature.mean()
    #     | One direction sets the limit, not the average.
    # ~ largest column: curvature.max() => (phi**2).mean(axis=0).max()
    #     | The steepest direction need not be one of the axes.
    # ~ best rate: curvature.max() => curvature.max() + curvature.min()
    #     | That is the fastest rate. The limit is where the steepest direction stops shrinking.
    # ~ one for two: 2.0 => 1.0 | For which η does 1 − ηc reach −1?
    # ~ upside down: float(curvature.max() / 2.0) | A steeper bowl allows only shorter steps.
