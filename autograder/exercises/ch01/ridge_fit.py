"""Ridge regression: least squares with a penalty on all weights but the constant's."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads


def far_from_zero(rng: np.random.Generator) -> Iterator[Case]:
    """Targets with a large mean, so that a penalized constant shows; lam = 0; few rows."""
    for n, d, lam in ((8, 3, 0.5), (6, 4, 10.0), (7, 3, 0.0), (4, 6, 1.0)):
        phi = np.column_stack([np.ones(n), rng.standard_normal((n, d - 1)) + 0.5])
        y = 5 + 2 * rng.standard_normal(n)
        yield case(f"lam = {lam:g}, N = {n}, {d} columns", phi=phi, y=y, lam=lam, N=n, M=d)


@function(
    says="ridge regression with a free constant",
    group="fitting",
    cases=far_from_zero,
    whole="phi y",
    outputs="w: weight",
    tol=1e-6,
)
@leads(
    "Set the gradient to zero: least squares with one more matrix, which is diagonal.",
    "(phiᵀphi + lam·P) w = phiᵀy, where P is the identity matrix without the entry of the"
    " constant feature.",
)
def ridge_fit(phi, y, lam):
    """The w that minimizes ‖phi·w − y‖² + lam·‖w[1:]‖²."""
    penalty = lam * np.eye(phi.shape[1])
    # ~ penalty times n: lam => lam * len(y) | The squared errors are added up, not averaged.
    # ~ penalty halved: lam => lam / 2 | Compare with the factor in the criterion.
    # ~ penalty doubled: lam => 2 * lam
    # ~ penalty squared: lam => lam**2 | lam enters as it is.
    # ~ everywhere: lam * np.ones((phi.shape[1], phi.shape[1])) | lam belongs on the diagonal.
    # ~ constant column added: phi = np.column_stack([np.ones(len(phi)), phi]); ...
    #     | phi holds the constant already.
    # ~ penalty over n: lam => lam / len(y) | The squared errors are added up, not averaged.
    penalty[0, 0] = 0
    # ~ constant penalized: pass | Should the fit change when all targets are raised by 100?
    # ~ last column free: 0, 0 => -1, -1 | Which column holds the constant?
    return np.linalg.solve(phi.T @ phi + penalty, phi.T @ y)
    # ~ no penalty: np.linalg.lstsq(phi, y, rcond=None)[0] | Where does lam enter?
    # ~ sign: phi.T @ phi + penalty => phi.T @ phi - penalty | A penalty makes the weights smaller.
    # ~ centered targets: y => y - y.mean() | The constant takes care of the mean.
