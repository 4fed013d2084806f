"""Numerical gradient, mini-batches, the loss of softmax regression."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import (
    Case,
    Output,
    Probe,
    StructureError,
    case,
)
from autograder.checking.kinds import changed as changed_names
from autograder.checking.kinds import custom, frozen, snapshot
from autograder.checking.messages import translate


def smooth(a: np.ndarray, b: np.ndarray):
    """A function whose second and third derivatives are large: one-sided differences are off by eps·f''."""

    def f(x: Any) -> float:
        x = np.asarray(x, dtype=float)
        return float(np.sum(a * np.sin(3 * x) + b * x**3) + np.sum(x) ** 2)

    return f


def functions_of_arrays(rng: np.random.Generator) -> Iterator[Case]:
    """Several shapes, a step large enough for one-sided differences to show, whole numbers, a single number."""
    for shape, eps in (((3, 4), 1e-4), ((5,), 1e-6), ((2, 3, 2), 1e-3), ((), 1e-4)):
        a, b = rng.uniform(1, 2, shape), rng.uniform(1, 2, shape)
        yield case(
            f"x of shape {shape}, eps = {eps:g}",
            f=smooth(a, b),
            x=rng.standard_normal(shape),
            eps=eps,
        )
    yield case(
        "x of whole numbers",
        f=smooth(rng.uniform(1, 2, 3), rng.uniform(1, 2, 3)),
        x=np.array([1, -2, 3]),
        eps=1e-4,
    )


def watched_function(f: Any, case: Case) -> dict[str, Any]:
    """The gradient, x afterwards, and whether f always saw an array of x's shape."""
    kept = snapshot({"x": case["x"]})
    shapes, right = [], np.shape(case["x"])

    def spy(x: Any) -> float:
        shapes.append(np.shape(x))
        return case["f"](x)

    grad = f.numerical_gradient(spy, case["x"], case["eps"])
    for shape in shapes:
        if shape != right:
            raise StructureError(
                translate(
                    "f was called with an array of shape {got}; expected x's shape {want}"
                ).format(got=shape, want=right)
            )
    return {"grad": grad, "!changed": lambda: changed_names(kept, {"x": case["x"]})}


def default_step(f: Any, case: Case) -> dict[str, Any]:
    """eps has a default; f keeps the arrays it was called with, as a recording function would."""
    kept: list[Any] = []

    def recorder(x: Any) -> float:
        kept.append(x)
        return case["f"](x)

    return {"grad": f.numerical_gradient(recorder, case["x"])}


def _linear(shape: tuple[int, ...], rng: np.random.Generator):
    weights = rng.standard_normal(shape)
    return lambda x: float(np.sum(weights * np.asarray(x, dtype=float)))


@custom(
    says="the gradient by central differences",
    group="num. grad.",
    cases=functions_of_arrays,
    trial=watched_function,
    outputs=(Output("grad", tol=1e-7, atol=1e-8),),
    probes=lambda ex, drawn, rng: [
        *[Probe("values", c) for c in drawn],
        *[Probe("repeatable", c, default_step) for c in drawn[:2]],
        Probe(
            "memory layout",
            drawn[0].replace("read-only, column-major arrays", x=frozen(drawn[0]["x"])),
        ),
        Probe(
            "extreme values",
            drawn[0].replace(
                "x of size 1e3", x=1e3 * drawn[0]["x"].round(3), f=_linear(drawn[0]["x"].shape, rng)
            ),
        ),
    ],
    forbids=(
        "nnkit.gradcheck.numerical_gradient",
        "nnkit.gradcheck.complex_step_gradient",
        "scipy.optimize.approx_fprime",
    ),
)
def numerical_gradient(f, x, eps=1e-6):
    """(f(x + eps·e_i) − f(x − eps·e_i)) / (2·eps) for every entry i."""
    x = np.array(x, dtype=float)  # ~ changes x: np.asarray(x) | x belongs to the caller.
    # ~ integer array: np.array(x) | What happens to 1e-6 in an array of whole numbers?
    # ~ integer step: np.array(x)
    # ~ float32: float => np.float32 | Single precision has seven digits; the step uses up six.
    grad = np.zeros(x.shape)  # ~ integer array: np.zeros_like(x)
    # ~ step too small: eps = 1e-14; ...
    #     | Two numbers that agree in fifteen digits leave one digit of difference.
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + eps  # ~ backward difference: old | Step to both sides; what does the error do?
        # ~ eps ignored: old + 1e-05 | eps is an argument.
        # ~ all entries at once: above = f(x + eps); below = f(x - eps) | Move one entry at a time.
        above = f(x)  # ~ all entries at once: pass
        x[i] = old - eps  # ~ eps ignored: old - 1e-05
        # ~ all entries at once: pass
        below = f(x)  # ~ one sided: None | Step to both sides; what does the error do?
        # ~ all entries at once: pass
        x[i] = old
        # ~ not restored: pass | Before the next entry's turn, this one needs its old value.
        # ~ changes x: pass
        grad[i] = (above - below) / (2 * eps)  # ~ one sided: (above - f(x)) / eps
        # ~ backward difference: 2 * eps => eps
        # ~ half missing: 2 * eps => eps | How far apart are the two points?
        # ~ sign: (below - above) / (2 * eps) | Which value belongs to the larger x?
        # ~ eps ignored: 2 * eps => 2e-05
        # ~ absolute value: abs(above - below) / (2 * eps) | A slope has a sign.
    return grad  # ~ flat result: grad.ravel() | grad has x's shape.
