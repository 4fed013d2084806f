"""The step of Levenberg and Marquardt: the linear approximation solved, held short by a penalty."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads


def steps(rng: np.random.Generator) -> Iterator[Case]:
    """More rows than columns and fewer, one of either, weak and strong penalties."""
    sizes = (7, 3, 0.7), (3, 5, 2.0), (1, 2, 0.5), (4, 1, 3.0), (9, 4, 0.02), (5, 2, 40.0)
    for n, p, lam in sizes:
        phi, error = rng.standard_normal((n, p)) + 0.4, rng.uniform(-2, 2, n)
        yield case(f"N = {n}, P = {p}, lam = {lam:g}", phi=phi, error=error, lam=lam, N=n, P=p)


@function(
    says="the damped step",
    group="solving",
    cases=steps,
    whole="phi error",
    outputs="delta: parameter",
)
@leads(
    "Replace the function by its tangent; what is left is least squares for the step, "
    "with a penalty on its length.",
    "(phiᵀphi + lam I) step = −phiᵀ error: solve it, do not invert.",
)
def damped_step(phi, error, lam):
    """−(phiᵀphi + lam I)⁻¹ phiᵀ error."""
    matrix = phi.T @ phi + lam * np.eye(phi.shape[1])
    # ~ no penalty: phi.T @ phi + 1e-12 * np.eye(phi.shape[1])
    #     | What does lam add to the equations?
    # ~ averaged: phi.T @ phi => phi.T @ phi / len(phi)
    #     | The criterion is a sum over the examples, not a mean. Nothing is divided by N.
    # ~ penalty times N: lam => len(phi) * lam | The penalty counts once.
    # ~ ones for identity: np.eye(phi.shape[1]) => np.ones((phi.shape[1], phi.shape[1]))
    #     | λ stands on the diagonal only.
    # ~ diagonal replaced: np.where(np.eye(phi.shape[1]) > 0, lam, phi.T @ phi)
    #     | λ is added to the diagonal; what stood there stays.
    # ~ half the penalty: lam => lam / 2
    #     | Both terms of the criterion give a 2 when differentiated.
    # ~ scaled by the diagonal: np.eye(phi.shape[1]) => np.diag(np.diag(phi.T @ phi))
    #     | In this criterion the penalty is the same for every parameter.
    # ~ squared penalty: lam => lam**2 | lam stands in the criterion as it is.
    # ~ first parameter free: np.eye(phi.shape[1]) => np.diag(np.arange(phi.shape[1]) > 0.5)
    #     | Here no parameter is an offset: the penalty holds all of them.
    return -np.linalg.solve(matrix, phi.T @ error)
    # ~ sign: np.linalg.solve(matrix, phi.T @ error) | In which direction does the loss fall?
    # ~ gradient only: -phi.T @ error / lam
    #     | That is the step for a very large λ. What do the equations say for this one?
    # ~ not solved: -matrix @ (phi.T @ error) | Is delta multiplied by the matrix, or divided?
    # ~ only the diagonal: -(phi.T @ error) / np.diag(matrix)
    #     | The equations hang together: each of them contains all the entries of delta.
