"""Mean squared error, the normal equation, the L2 penalty."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import function


def design_matrices(rng: np.random.Generator) -> Iterator[Case]:
    """Full rank, a column of zeros, fewer rows than columns."""
    for n, d in ((7, 3), (6, 4)):
        yield case(x=rng.standard_normal((n, d)), y=rng.standard_normal(n), N=n, D=d)
    # Dependent columns are left out: there, right codes part ways on what counts as rank, at 1e-16.
    x = rng.standard_normal((7, 4))
    x[:, 2] = 0
    yield case("a column of zeros", x=x, y=rng.standard_normal(7), N=7, D=4)
    yield case(
        "fewer rows than columns", x=rng.standard_normal((3, 5)), y=rng.standard_normal(3), N=3, D=5
    )


@function(
    says="least squares by the normal equation",
    group="MSE",
    cases=design_matrices,
    whole="x y",
    outputs=[Output("w", tol=1e-6, axes=("weight",))],
)
def normal_equation(x, y):
    """The w of least norm that minimises ‖x·w − y‖."""
    return np.linalg.pinv(x) @ y
    # ~ plain inverse: np.linalg.inv(x.T @ x) @ (x.T @ y)
    #     | xᵀx need not have an inverse; which solution is left then?
    # ~ solve: np.linalg.solve(x.T @ x, x.T @ y)
    # ~ ridge added: np.linalg.solve(x.T @ x + 0.001 * np.eye(x.shape[1]), x.T @ y)
    #     | A term on the diagonal makes it solvable, and moves the solution.
    # ~ inverse forgotten: x.T @ y | xᵀy alone is right only for orthonormal columns.
    # ~ constant column added: x => np.column_stack([np.ones(len(x)), x])
    #     | x is used as it is: no column of ones is added.
    # ~ centred: np.linalg.pinv(x - x.mean(axis=0)) @ (y - y.mean()) | x and y are used as they are.
    # ~ sign: -np.linalg.pinv(x) @ y | Put w back: is x·w near y?
    # ~ not least norm: import scipy.linalg; q, r, p = scipy.linalg.qr(x, mode="economic",
    #     pivoting=True); k = int((abs(np.diag(r)) > 1e-09).sum()); w = np.zeros(x.shape[1]);
    #     w[p[:k]] = np.linalg.solve(r[:k, :k], (q.T @ y)[:k]); return w | Of all solutions, the
    #     shortest is wanted.
