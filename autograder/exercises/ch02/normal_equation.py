"""Least squares by the normal equation, also where xᵀx has no inverse."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads


def design_matrices(rng: np.random.Generator) -> Iterator[Case]:
    """Full rank and less, fewer rows than columns, a small singular value, small features."""
    for n, d in ((7, 3), (6, 4)):
        yield case(x=rng.standard_normal((n, d)), y=rng.standard_normal(n), N=n, D=d)
    x = rng.standard_normal((7, 4))
    x[:, 2] = 0
    yield case("a column of zeros", x=x, y=rng.standard_normal(7), N=7, D=4)
    x, y = rng.standard_normal((3, 5)), rng.standard_normal(3)
    yield case("fewer rows than columns", x=x, y=y, N=3, D=5)
    for label, sums in (("a column twice", [0, 1]), ("a column that is the sum of two", [1, 1])):
        yield case(label, x=of_rank_two(rng, sums), y=rng.standard_normal(7))
    for label, values, scale in (
        ("one singular value of 2e-4 beside one of 3", (3.0, 1.0, 2e-4), 1.0),
        ("features of size 1e-6", (3.0, 1.5, 0.7), 1e-6),
    ):
        x, y = with_singular_values(rng, np.array(values)), rng.standard_normal(7)
        yield case(label, x=scale * x, y=y)


def of_rank_two(rng: np.random.Generator, sums: list[int]) -> np.ndarray:
    """Two columns and a sum of theirs: drawn until every solver of a library sees rank two.

    SciPy's takes for zero what is below eps times the largest singular value, and rounding leaves
    about as much.
    """
    while True:
        two = rng.standard_normal((7, 2))
        x = np.column_stack([two, two @ sums])
        d = np.linalg.lstsq(x, x[:, 0], rcond=None)[3]
        if d[-1] < 0.25 * np.finfo(float).eps * d[0]:
            return x


def with_singular_values(rng: np.random.Generator, values: np.ndarray) -> np.ndarray:
    """Return a (7, 3) matrix of these singular values."""
    left, right = (np.linalg.qr(rng.standard_normal((n, 3)))[0] for n in (7, 3))
    return left * values @ right.T


def basic_solution(x, y):
    """As few weights as the rank, by QR with pivoting: a solution, but not the shortest."""
    import scipy.linalg

    q, r, order = scipy.linalg.qr(x, mode="economic", pivoting=True)
    rank = int((abs(np.diag(r)) > 1e-9 * abs(r[0, 0])).sum())
    w = np.zeros(x.shape[1])
    w[order[:rank]] = np.linalg.solve(r[:rank, :rank], (q.T @ y)[:rank])
    return w


@function(
    says="least squares by the normal equation",
    group="MSE",
    cases=design_matrices,
    whole="x y",
    outputs="w: weight",
    tol=1e-6,
)
@leads(
    "At the lowest point the residual is perpendicular to every column of x.",
    "xᵀ(xw − y) = 0. With x = U diag(d) Vᵀ, each direction with d > 0 can be solved on "
    "its own; the others stay at 0.",
)
def normal_equation(x, y):
    # ~ not least norm: basic_solution | Of all solutions, the shortest is wanted.
    """The w of least norm that minimizes ‖x·w − y‖."""
    return np.linalg.pinv(x) @ y
    # ~ every singular value divided: (lambda u, d, vt: vt.T @ ((u.T @ y) / d))(*np.linalg.svd(x,
    #     full_matrices=False)) | Which singular values are left out, and why?
    # ~ only exact zeros left out: (lambda u, d, vt: vt[d > 0].T @ ((u.T @ y)[d > 0] / d[d >
    #     0]))(*np.linalg.svd(x, full_matrices=False))
    #     | Rounding leaves 1e-16 where a zero should be: what comes out when you divide by it?
    # ~ rows of V for columns: (lambda u, d, vt: vt @ ((u.T @ y) * np.where(d > 1e-12 * d[0], 1 /
    #     np.where(d > 0, d, 1), 0)))(*np.linalg.svd(x, full_matrices=False))
    #     | np.linalg.svd returns the v as rows: along which of them does each part of w point?
    # ~ fixed cut-off: np.linalg.pinv(x, rcond=min(1.0, 0.001 / np.linalg.norm(x, 2))) @ y |
    #     Small beside what? The features may be small themselves.
    # ~ plain inverse: np.linalg.inv(x.T @ x) @ (x.T @ y)
    #     | xᵀx need not have an inverse; which solution is left then?
    # ~ solve: np.linalg.solve(x.T @ x, x.T @ y)
    # ~ ridge added: np.linalg.solve(x.T @ x + 0.001 * np.eye(x.shape[1]), x.T @ y)
    #     | A term on the diagonal makes it solvable, and moves the solution.
    # ~ ridge added: np.linalg.solve(x.T @ x + 1e-8 * np.eye(x.shape[1]), x.T @ y)
    # ~ inverse forgotten: x.T @ y | xᵀy alone is right only for orthonormal columns.
    # ~ constant column added: x => np.column_stack([np.ones(len(x)), x])
    #     | x is used as it is: no column of ones is added.
    # ~ centered: np.linalg.pinv(x - x.mean(axis=0)) @ (y - y.mean())
    #     | x and y are used as they are.
    # ~ sign | Put w back: is x·w near y?
    # ~ inverse times x: np.linalg.inv(x.T @ x) @ x.T @ y
    #     | xᵀx need not have an inverse; which solution is left then?
