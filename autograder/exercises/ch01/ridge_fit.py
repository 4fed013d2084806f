"""Ridge regression: least squares with a penalty on all weights but the constant's."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads

UNITS = (
    "Does everything that you add to the equations stand in the criterion? And if you go downhill: "
    "how long is the way in the flattest direction?"
)


def far_from_zero(rng: np.random.Generator) -> Iterator[Case]:
    """Targets with a large mean, so that a penalized constant shows; lam = 0; few rows."""
    for n, d, lam in ((8, 3, 0.5), (6, 4, 10.0), (7, 3, 0.0), (4, 6, 1.0)):
        phi = np.column_stack([np.ones(n), rng.standard_normal((n, d - 1)) + 0.5])
        y = 5 + 2 * rng.standard_normal(n)
        yield case(f"lam = {lam:g}, N = {n}, {d} columns", phi=phi, y=y, lam=lam, N=n, M=d)
    units = rng.uniform(-1, 1, (9, 3)) * (100, 1, 0.01)
    phi, y = np.column_stack([np.ones(9), units]), 5 + 2 * rng.standard_normal(9)
    label = "lam = 0.0001, features of sizes 100, 1 and 0.01"
    yield case(label, phi=phi, y=y, lam=1e-4, N=9, M=4, lead=UNITS)


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
    # ~ scaled by the diagonal: np.eye(phi.shape[1]) => np.diag(np.diag(phi.T @ phi))
    #     | In this criterion the penalty is the same for every weight.
    # ~ penalty over n: lam => lam / len(y) | The squared errors are added up, not averaged.
    penalty[0, 0] = 0
    # ~ constant penalized: pass | Should the fit change when all targets are raised by 100?
    # ~ block for diagonal: ...; penalty[1:, 1:] = lam | lam belongs on the diagonal.
    # ~ last column free: 0, 0 => -1, -1 | Which column holds the constant?
    return np.linalg.solve(phi.T @ phi + penalty, phi.T @ y)
    # ~ mean for the constant: np.r_[y.mean(), np.linalg.solve((phi.T @ phi + penalty)[1:, 1:],
    #     phi[:, 1:].T @ (y - y.mean()))] | The constant is the mean of y only where every feature
    #     has mean 0.
    # ~ no penalty: np.linalg.lstsq(phi, y, rcond=None)[0] | Where does lam enter?
    # ~ sign: phi.T @ phi + penalty => phi.T @ phi - penalty | A penalty makes the weights smaller.
    # ~ centered targets: y => y - y.mean() | The constant takes care of the mean.
