"""Gradient descent, self-training, Q-learning: learning as a repeated step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, StructureError, case
from autograder.checking.kinds import changed, custom, frozen, snapshot
from autograder.checking.messages import translate
from autograder.checking.values import plain


def bowl(rng: np.random.Generator, shape: tuple[int, ...]):
    """Gradient of a quartic bowl: not linear, so that every step has to use the newest point."""
    a, c = rng.uniform(0.5, 1.5, shape), rng.standard_normal(shape)
    return lambda x: a * (np.asarray(x, dtype=float) - c) + 0.1 * np.asarray(x, dtype=float) ** 3


def starts(rng: np.random.Generator) -> Iterator[Case]:
    """A number, vectors, a matrix; whole numbers; no step at all."""
    yield case("x0 a number, 5 steps", grad=bowl(rng, ()), x0=2.5, lr=0.2, steps=5)
    yield case(
        "x0 of shape (3,), 4 steps",
        grad=bowl(rng, (3,)),
        x0=rng.standard_normal(3),
        lr=0.3,
        steps=4,
    )
    yield case(
        "x0 of shape (2, 3), 6 steps",
        grad=bowl(rng, (2, 3)),
        x0=rng.standard_normal((2, 3)),
        lr=0.05,
        steps=6,
    )
    yield case("x0 the whole number 3", grad=bowl(rng, ()), x0=3, lr=0.1, steps=3)
    yield case(
        "x0 of whole numbers", grad=bowl(rng, (4,)), x0=np.array([1, -2, 3, 0]), lr=0.1, steps=3
    )
    yield case("no step", grad=bowl(rng, (2,)), x0=rng.standard_normal(2), lr=0.1, steps=0)


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


@custom(
    says="gradient descent",
    group="descent",
    cases=starts,
    trial=descent,
    outputs=(Output("path", axes=()),),
    probes=lambda ex, drawn, rng: [
        *[Probe("values", c) for c in drawn],
        Probe(
            "memory layout",
            drawn[2].replace("read-only, column-major x0", x0=frozen(drawn[2]["x0"])),
        ),
    ],
    forbids=("scipy.optimize",),
)
def gradient_descent(grad, x0, lr, steps):
    """path[0] = x0, path[t + 1] = path[t] − lr·grad(path[t])."""
    x = np.array(x0, dtype=float)
    # ~ whole numbers kept: np.array(x0) | What happens to 0.1 in an array of whole numbers?
    path = [x]  # ~ start missing: [] | path[0] is the start.
    for _ in range(steps):
        # ~ one step short: range(steps - 1) | steps steps make steps + 1 points.
        # ~ one step too many: range(steps + 1)
        x = x - lr * grad(x)  # ~ uphill: x + lr * grad(x) | The gradient points uphill.
        # ~ gradient at the start: x - lr * grad(path[0]) | Where is the slope asked for?
        # ~ lr missing: x - grad(x) | lr scales the step.
        # ~ lr shrinks: lr => lr / len(path) | The learning rate stays the same.
        # ~ same array again: x -= lr * grad(x) | Every entry of the path needs an array of its own.
        # ~ sign of gradient: x - lr * np.sign(grad(x)) | A steep slope makes a long step.
        # ~ normalised gradient: x - lr * grad(x) / np.linalg.norm(grad(x))
        # ~ whole numbers kept: (x - lr * grad(x)).astype(x.dtype)
        # ~ step from the start: path[0] - lr * grad(x) | Each step starts where the last one ended.
        path.append(x)
    return np.array(path)  # ~ last point only: x | The whole path is asked for.
