"""The gradient of a function of an array by central differences, entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Exercise, Output, Probe, StructureError, case
from autograder.checking.kinds import changed, custom, frozen, leads, snapshot
from autograder.checking.messages import translate

LEFT_OUT = "Which step is taken where eps is left out? The first line of the function says it."


def curved(rng: np.random.Generator, shape: tuple[int, ...]) -> Callable[[Any], float]:
    """Large second and third derivatives: one-sided differences are off by eps·f''."""
    a, b = rng.uniform(1, 2, shape), rng.uniform(1, 2, shape)

    def f(x: Any) -> float:
        x = np.asarray(x, dtype=float)
        return float(np.sum(a * np.sin(3 * x) + b * x**3) + np.sum(x) ** 2)

    return f


def linear(rng: np.random.Generator, shape: tuple[int, ...]) -> Callable[[Any], float]:
    """A weighted sum, whose differences are exact at any size of x."""
    weights = rng.standard_normal(shape)
    return lambda x: float(np.sum(weights * np.asarray(x, dtype=float)))


def waves(x: Any) -> float:
    """Waves so short that the result depends on the step: a larger one shows in five digits."""
    return float(np.sum(np.sin(3000 * np.asarray(x, dtype=float))) / 3000)


def functions_of_arrays(rng: np.random.Generator) -> Iterator[Case]:
    """Several shapes; a step so large that one-sided differences show; whole numbers; a number."""
    for shape, eps in (((3, 4), 1e-4), ((5,), 1e-6), ((2, 1, 3), 1e-3), ((3, 3), 1e-5), ((), 1e-4)):
        f, x = curved(rng, shape), rng.standard_normal(shape)
        yield case(f"x of shape {shape}, eps = {eps:g}", f=f, x=x, eps=eps)
    # Entries beyond 1 and a large step: a step in proportion to x shows in every drawing.
    yield case("x of whole numbers", f=curved(rng, (3,)), x=np.array([1, -2, 3]), eps=1e-3)


def watched(f: Any, case: Case) -> dict[str, Any]:
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
    return {"grad": grad, "!changed": lambda: changed(kept, {"x": case["x"]})}


def default_step(f: Any, case: Case) -> dict[str, Any]:
    """eps has a default; f keeps the arrays it was called with, as a recording function would."""
    kept: list[Any] = []

    def recorder(x: Any) -> float:
        kept.append(x)
        return case["f"](x)

    return {"grad": f.numerical_gradient(recorder, case["x"])}


def probes(_exercise: Exercise, drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
    """Every case; eps left out; an x that must not be written to; a large x."""
    first, x = drawn[0], drawn[0]["x"]
    wavy = case("a wavy f, eps left out", f=waves, x=x, eps=1e-6)
    rigid = first.replace("read-only, column-major arrays", x=frozen(x))
    large = first.replace("x of size 1e3", x=1e3 * x.round(3), f=linear(rng, x.shape))
    return [
        *(Probe("values", c) for c in drawn),
        *(Probe("repeatable", replace(c, lead=LEFT_OUT), default_step) for c in (*drawn[:2], wavy)),
        Probe("memory layout", rigid),
        Probe("extreme values", large),
    ]


@custom(
    says="the gradient by central differences",
    group="num. grad.",
    cases=functions_of_arrays,
    trial=watched,
    outputs=(Output("grad", tol=1e-7, atol=1e-8, strict=True),),
    probes=probes,
    forbids=(
        "nnkit.gradcheck.numerical_gradient",
        "nnkit.gradcheck.complex_step_gradient",
        "scipy.optimize.approx_fprime",
    ),
)
@leads(
    "Move one entry a little to both sides and see how f changes; then put the entry back.",
    "f(x + εeᵢ) − f(x − εeᵢ) is twice ε times the slope, up to a term of third order.",
)
def numerical_gradient(f, x, eps=1e-6):
    # ~ default step: eps=1e-6 => eps=1e-5 | Look at the default values in the signature.
    """(f(x + eps·e_i) − f(x − eps·e_i)) / (2·eps) for every entry i."""
    x = np.array(x, dtype=float)  # ~ changes x: np.asarray(x) | x belongs to the caller.
    # ~ integer array: np.array(x) | What happens to 1e-6 in an array of whole numbers?
    # ~ integer step: np.array(x)
    # ~ float32: float => np.float32 | Single precision has seven digits; the step uses up six.
    # ~ integer gradient: whole = x; ...
    #     | Of which type is an array made like x when x holds whole numbers?
    grad = np.zeros(x.shape)  # ~ integer array: np.zeros_like(x)
    # ~ steps stay: other = x.copy(); ...
    #     | Before the next entry's turn, this one needs its old value.
    # ~ step too small: eps = 1e-14; ...
    #     | Two numbers that agree in fifteen digits leave one digit of difference.
    # ~ integer gradient: np.zeros_like(whole)
    for i in np.ndindex(x.shape):
        # ~ returns early
        old = x[i]
        x[i] = old + eps  # ~ backward difference: old | Step to both sides; what does the error do?
        # ~ steps stay: ...; other[i] -= eps | Before the next entry's turn, this one needs
        #     its old value.
        # ~ relative step: old + eps * max(1.0, abs(old)) | eps is the step itself, for every entry.
        # ~ step in proportion: old + eps * abs(old)
        # ~ eps ignored: old + 1e-05 | eps is an argument.
        # ~ half a step: old + eps / 2 | f(x + h) and f(x − h): how far is each from x?
        # ~ all entries at once: pass | Move one entry at a time.
        above = f(x)  # ~ all entries at once: f(x + eps)
        x[i] = old - eps  # ~ eps ignored: old - 1e-05
        # ~ half a step: old - eps / 2
        # ~ steps stay: pass
        # ~ relative step: old - eps * max(1.0, abs(old))
        # ~ step in proportion: old - eps * abs(old)
        # ~ all entries at once: pass
        below = f(x)  # ~ one sided: None | Step to both sides; what does the error do?
        # ~ steps stay: f(other)
        # ~ all entries at once: f(x - eps)
        x[i] = old
        # ~ steps stay: pass
        # ~ not restored: pass | Before the next entry's turn, this one needs its old value.
        # ~ changes x: pass
        grad[i] = (above - below) / (2 * eps)  # ~ one sided: (above - f(x)) / eps
        # ~ half missing: 2 * eps => eps | How far apart are the two points?
        # ~ backward difference: 2 * eps => eps
        # ~ sign: (below - above) / (2 * eps) | Which value belongs to the larger x?
        # ~ relative step: eps => eps * max(1.0, abs(old))
        # ~ step in proportion: eps => eps * abs(old)
        # ~ eps ignored: 2 * eps => 2e-05
        # ~ half a step: 2 * eps => eps
        # ~ absolute value: abs(above - below) / (2 * eps) | A slope has a sign.
    return grad  # ~ flat result: grad.ravel() | grad has x's shape.
