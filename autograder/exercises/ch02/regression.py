"""Mean squared error, the normal equation, the L2 penalty."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case, wrong
from autograder.checking.kinds import function, pair


def mse_forward(a, y):
    """loss = sum of (a - y)² over all axes, divided by twice the number of rows."""
    loss = np.sum((a - y) ** 2) / (2 * len(a))
    return loss, (a, y)


def mse_backward(cache):
    """da = (a - y) / m."""
    a, y = cache
    return (a - y) / len(a)


def mse_cases(rng: np.random.Generator) -> Iterator[Case]:
    """One and two axes; the rows and the columns differ in number."""
    for n, d in ((4, 3), (3, 5)):
        yield case(a=rng.standard_normal((n, d)), y=rng.standard_normal((n, d)), N=n, D=d)
    yield case(a=rng.standard_normal(5), y=rng.standard_normal(5), N=5)


MSE = pair(
    mse_forward, mse_backward, chapter=2, summary="the mean squared error", cases=mse_cases, cache="(a, y)",
    loss=True, returns="loss", grads=[Output("da", axes=("example", "output"))], whole="a y",
    wrong_forward=[
        wrong("half_missing", "Look at the factor in front of the sum.", "(2 * len(a))", "len(a)"),
        wrong("not_averaged", "Should a batch twice as large have twice the loss?", "(2 * len(a))", "2"),
        wrong("averaged_over_everything", "m counts rows; further axes are summed.", "(2 * len(a))", "(2 * a.size)"),
        wrong("mean_without_half", "Compare your factor with the definition, axis by axis.", "np.sum((a - y) ** 2) / (2 * len(a))", "np.mean((a - y) ** 2)"),
        wrong("absolute_error", "How does a difference enter the loss: as itself, its size, its square?", "(a - y) ** 2", "np.abs(a - y)"),
        wrong("root_taken", "The root of the mean is another loss.", "np.sum((a - y) ** 2) / (2 * len(a))", "np.sqrt(np.sum((a - y) ** 2) / (2 * len(a)))"),
        wrong("signed_sum", "Errors of opposite sign must not cancel.", "np.sum((a - y) ** 2)", "np.sum(a - y) ** 2"),
        wrong("loss_per_row", "The loss of a batch is one number.", "np.sum((a - y) ** 2)", "np.sum((a - y) ** 2, axis=-1)"),
    ],
    wrong_backward=[
        wrong("sign", "If a is too large, should the loss grow or fall when a grows?", "(a - y)", "(y - a)"),
        wrong("factor_two", "The 1/2 in the loss is there for a reason.", "(a - y)", "2 * (a - y)"),
        wrong("factor_half", "The 1/2 and the 2 from the square meet.", "(a - y)", "0.5 * (a - y)"),
        wrong("not_averaged", "The loss divides by the number of rows; so does its gradient.", " / len(a)", ""),
        wrong("averaged_over_everything", "m counts rows only.", "len(a)", "a.size"),
        wrong("averaged_twice", "Each 1/m of the loss appears once.", "len(a)", "len(a) ** 2"),
        wrong("sign_of_difference", "The derivative of a square is not a sign.", "(a - y)", "np.sign(a - y)"),
    ],
)  # fmt: skip


def normal_equation(x, y):
    """The w of least norm that minimises ‖x·w − y‖."""
    return np.linalg.pinv(x) @ y


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


NORMAL_EQUATION = function(
    normal_equation, chapter=2, summary="least squares by the normal equation", cases=design_matrices, whole="x y",
    outputs=[Output("w", tol=1e-6, axes=("weight",))],  # solving xᵀx·w = xᵀy squares the condition number
    mistakes=[
        wrong("plain_inverse", "xᵀx need not have an inverse; which solution is left then?", "np.linalg.pinv(x) @ y",
              "np.linalg.inv(x.T @ x) @ (x.T @ y)"),
        wrong("solve", "xᵀx need not have an inverse; which solution is left then?", "np.linalg.pinv(x) @ y",
              "np.linalg.solve(x.T @ x, x.T @ y)"),
        wrong("ridge_added", "A term on the diagonal makes it solvable, and moves the solution.", "np.linalg.pinv(x) @ y",
              "np.linalg.solve(x.T @ x + 1e-3 * np.eye(x.shape[1]), x.T @ y)"),
        wrong("inverse_forgotten", "xᵀy alone is right only for orthonormal columns.", "np.linalg.pinv(x) @ y", "x.T @ y"),
        wrong("constant_column_added", "x is used as it is: no column of ones is added.", "np.linalg.pinv(x) @ y",
              "np.linalg.pinv(np.column_stack([np.ones(len(x)), x])) @ y"),
        wrong("centred", "x and y are used as they are.", "np.linalg.pinv(x) @ y", "np.linalg.pinv(x - x.mean(axis=0)) @ (y - y.mean())"),
        wrong("sign", "Put w back: is x·w near y?", "np.linalg.pinv(x) @ y", "-np.linalg.pinv(x) @ y"),
        wrong("not_least_norm", "Of all solutions, the shortest is wanted.", "return np.linalg.pinv(x) @ y",
              "import scipy.linalg\n    q, r, p = scipy.linalg.qr(x, mode='economic', pivoting=True)\n"
              "    k = int((abs(np.diag(r)) > 1e-9).sum())\n    w = np.zeros(x.shape[1])\n"
              "    w[p[:k]] = np.linalg.solve(r[:k, :k], (q.T @ y)[:k])\n    return w"),
    ],
)  # fmt: skip


def l2_penalty(w, lam):
    """value = lam/2 · sum of w², dw = lam · w."""
    value = lam / 2 * np.sum(w**2)
    dw = lam * w
    return value, dw


def penalties(rng: np.random.Generator) -> Iterator[Case]:
    """Weights of one and more axes."""
    for shape, lam in (((3, 4), 0.3), ((5,), 1.7), ((2, 3, 4), 0.01)):
        yield case(f"w of shape {shape}", w=rng.standard_normal(shape), lam=lam)
    yield case("lam = 0", w=rng.standard_normal((2, 3)), lam=0.0)


L2 = function(
    l2_penalty, chapter=2, summary="the L2 penalty and its gradient", cases=penalties, outputs="value dw", whole="w",
    mistakes=[
        wrong("value_without_half", "Look at the factor of the value.", "lam / 2 *", "lam *"),
        wrong("gradient_doubled", "Half of the square has a simple derivative.", "dw = lam * w", "dw = 2 * lam * w"),
        wrong("gradient_halved", "Half of the square has a simple derivative.", "dw = lam * w", "dw = lam / 2 * w"),
        wrong("value_averaged", "The penalty adds up over all weights.", "np.sum(w**2)", "np.mean(w**2)"),
        wrong("norm_not_squared", "The square root of the sum is another penalty.", "np.sum(w**2)", "np.sqrt(np.sum(w**2))"),
        wrong("absolute_values", "That is the L1 penalty.", "np.sum(w**2)", "np.sum(np.abs(w))"),
        wrong("lasso_gradient", "That is the L1 gradient.", "dw = lam * w", "dw = lam * np.sign(w)"),
        wrong("lam_missing_in_gradient", "Both parts scale with lam.", "dw = lam * w", "dw = w.copy()"),
        wrong("sign", "Does the penalty grow or fall when a positive weight grows?", "dw = lam * w", "dw = -lam * w"),
        wrong("value_per_column", "The penalty is one number.", "np.sum(w**2)", "np.sum(w**2, axis=0)"),
    ],
)  # fmt: skip
