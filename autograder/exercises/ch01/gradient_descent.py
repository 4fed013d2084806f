"""Gradient descent: the path of points, each a step against the gradient at the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Exercise, Output, Probe, StructureError, case
from autograder.checking.kinds import changed, custom, frozen, leads, snapshot
from autograder.checking.messages import translate
from autograder.checking.values import plain

STILL = "How many steps are asked for? The path has steps + 1 points, also where nothing moves."
STEEP = "However steep the slope, a step is lr times the gradient: neither cut off nor shortened."


def bowl(rng: np.random.Generator, shape: tuple[int, ...]) -> Callable[[Any], Any]:
    """Return the gradient of a quartic bowl.

    It is not linear, and every entry depends on all entries of the point.
    """
    size = int(np.prod(shape))
    mixed = rng.standard_normal((size, size))
    a, c = np.eye(size) + 0.2 * mixed @ mixed.T / size, rng.standard_normal(size)

    def grad(x: Any) -> Any:
        x = np.asarray(x, dtype=float)
        return (a @ (x.ravel() - c)).reshape(x.shape) + 0.1 * x**3

    return grad


def starts(rng: np.random.Generator) -> Iterator[Case]:
    """A number, vectors, a matrix, whole numbers; no step. A tuple is a random x0's shape."""
    for label, x0, lr, steps in (
        ("x0 a number, 5 steps", 2.5, 0.2, 5),
        ("x0 of shape (3,), 4 steps", (3,), 0.3, 4),
        ("x0 of shape (2, 3), 6 steps", (2, 3), 0.05, 6),
        ("x0 the whole number 3", 3, 0.1, 3),
        ("x0 of whole numbers", np.array([1, -2, 3, 0]), 0.1, 3),
        ("no step", (2,), 0.1, 0),
    ):
        shape = x0 if isinstance(x0, tuple) else np.shape(x0)
        grad = bowl(rng, shape)
        x0 = rng.standard_normal(x0) if isinstance(x0, tuple) else x0
        yield case(label, grad=grad, x0=x0, lr=lr, steps=steps)
    flat = {"grad": lambda x: 2.0 * np.asarray(x, dtype=float), "x0": np.zeros(3)}
    yield case("x0 where the slope is 0, 4 steps", **flat, lr=0.1, steps=4, lead=STILL)
    # A slope is not flat for being small: what stops there stands still here.
    gentle = {"grad": lambda x: 1e-10 * np.asarray(x, dtype=float), "x0": np.array([1.0, -2.0])}
    yield case("a gentle slope and a large lr, 3 steps", **gentle, lr=3e9, steps=3)
    # The text's run from 10 with lr = 1.1, and from farther away: each jump is longer.
    steep = {"grad": lambda x: 2.0 * np.asarray(x, dtype=float), "x0": np.array([10.0, -4000.0])}
    yield case("steep slopes and lr = 1.1, 4 steps", **steep, lr=1.1, steps=4, lead=STEEP)


def descent(f: Any, case: Case) -> dict[str, Any]:
    """The path; grad keeps its own result array, as a library's gradient may."""
    kept = snapshot({"x0": case["x0"]})
    shape = np.shape(case["x0"])
    buffer = np.zeros(shape)

    def grad(x: Any) -> Any:
        if np.shape(x) != shape:
            raise StructureError(
                translate(
                    "grad was called with shape {got}; expected one point of shape {want}"
                ).format(got=np.shape(x), want=shape)
            )
        if not shape:
            return float(case["grad"](x))
        buffer[...] = case["grad"](x)
        return buffer

    path = plain(f.gradient_descent(grad, case["x0"], case["lr"], case["steps"]))
    if type(path) in (list, tuple) and path and all(np.shape(p) == shape for p in path):
        path = np.array(path)  # a list of points is as good as an array of them
    return {"path": path, "!changed": lambda: changed(kept, {"x0": case["x0"]})}


def probes(_exercise: Exercise, drawn: list[Case], _rng: np.random.Generator) -> list[Probe]:
    """Every case, and a start that must not be written to."""
    matrix = drawn[2]
    rigid = matrix.replace("read-only, column-major x0", x0=frozen(matrix["x0"]))
    return [*(Probe("values", c) for c in drawn), Probe("memory layout", rigid)]


@custom(
    says="gradient descent",
    group="descent",
    cases=starts,
    trial=descent,
    outputs=(Output("path"),),
    probes=probes,
    forbids=("scipy.optimize",),
)
@leads(
    "From each point one step against the gradient there; all points are kept.",
    "Row t + 1 of the path is row t minus lr times grad(row t); row 0 is x0.",
)
def gradient_descent(grad, x0, lr, steps):
    """path[0] = x0, path[t + 1] = path[t] − lr·grad(path[t])."""
    x = np.array(x0, dtype=float)
    # ~ whole numbers kept: np.array(x0) | What happens to 0.1 in an array of whole numbers?
    path = [x]  # ~ start missing: [] | path[0] is the start.
    # ~ begins after the first step: [] | path[0] is the start.
    for _ in range(steps):
        # ~ one step short: range(steps - 1) | steps steps make steps + 1 points.
        # ~ one step too many: range(steps + 1)
        # ~ begins after the first step: range(steps + 1)
        # ~ returns early
        x = x - lr * grad(x)  # ~ uphill: x + lr * grad(x) | The gradient points uphill.
        # ~ gradient at the start: x - lr * grad(path[0]) | Where is the slope asked for?
        # ~ same array again: x -= lr * grad(x) | Every entry of the path needs an array of its own.
        # ~ lr missing: x - grad(x) | lr scales the step.
        # ~ lr shrinks: lr => lr / len(path) | The learning rate stays the same.
        # ~ sign of gradient: x - lr * np.sign(grad(x)) | A steep slope makes a long step.
        # ~ normalized gradient: x - lr * grad(x) / np.linalg.norm(grad(x))
        # ~ normalized gradient: x - lr * grad(x) / (np.linalg.norm(grad(x)) or 1.0)
        # ~ whole numbers kept: (x - lr * grad(x)).astype(x.dtype)
        # ~ stops where it is flat: x - lr * grad(x) * (np.linalg.norm(grad(x)) > 1e-6)
        #     | A small slope is a slope too; how many steps are asked for?
        # ~ step from the start: path[0] - lr * grad(x) | Each step starts where the last one ended.
        path.append(x)
    return np.array(path)  # ~ last point only: x | The whole path is asked for.
