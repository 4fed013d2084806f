"""One step of the perceptron: only a point on the wrong side moves the weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Probe, case
from autograder.checking.kinds import function, leads

BARELY = "A score that is right by very little is right: the rule asks for y·(w·x) ≤ 0 and no more."


def both_sides(rng: np.random.Generator) -> Iterator[Case]:
    """Right and wrong, of both signs; exactly on the boundary; the zero vector."""
    for d, lr in ((4, 0.5), (3, 1.0)):
        for y in (-1, 1):
            for side in ("wrong", "right"):
                w, x = rng.standard_normal(d), rng.standard_normal(d)
                if abs(w @ x) < 0.2:
                    x = x + w
                if (y * (w @ x) > 0) != (side == "right"):
                    w = -w
                yield case(f"y = {y:+d}, {side} side", w=w, x=x, y=y, lr=lr, D=d)
    w, x = np.array([0.5, 0.25, -1.0]), np.array([1.0, 2.0, 0.5])
    yield case("on the right side, by little", w=w, x=x, y=1, lr=0.4)
    for y in (-1, 1):  # a score that is tiny and not zero; all products have one sign
        w, x = 1e-6 * rng.uniform(1, 2, 3), 1e-6 * rng.uniform(1, 2, 3)
        label = f"barely on the right side, y = {y:+d}"
        yield case(label, w=y * w, x=x, y=y, lr=0.5, lead=BARELY)
    for y in (-1, 1):
        w, x = np.array([1.0, -2.0, 0.0]), np.array([2.0, 1.0, 3.0])
        yield case(f"exactly on the boundary, y = {y:+d}", w=w, x=x, y=y, lr=0.7)
        yield case(f"w = 0, y = {y:+d}", w=np.zeros(4), x=rng.standard_normal(4), y=y, lr=0.3)


def own_array(f: Any, case: Case) -> dict[str, Any]:
    """The result is an array of its own: writing into w afterwards does not reach it."""
    w = case["w"].copy()
    w_new = f.perceptron_update(w, case["x"], case["y"], case["lr"])
    w += 100.0
    return {"w_new": w_new}


@function(
    says="one step of the perceptron",
    group="hinge",
    cases=both_sides,
    whole="x w",
    outputs="w_new: weight",
    more=lambda drawn, rng: [Probe("repeatable", c, own_array) for c in drawn[:4]],
)
@leads(
    "A point on the wrong side pulls the line toward its own side; one on the right side "
    "does nothing.",
    "Ask for the sign of y·(x·w); a step along y·x makes it larger. And a point on the "
    "line itself?",
)
def perceptron_update(w, x, y, lr):
    """w + lr·y·x where y·(w·x) ≤ 0, else w, as a new array."""
    if y * (w @ x) <= 0:  # ~ always updates: True | A point on the right side leaves w alone.
        # ~ never on the boundary: y * (w @ x) < 0
        #     | With w = 0 every point lies on the boundary; how would learning begin?
        # ~ updates when right: y * (w @ x) > 0 | When is there something to mend?
        # ~ label ignored in test: w @ x <= 0 | An error depends on the label.
        # ~ labels zero one: (y > 0) != (w @ x > 0) | Labels are −1 and +1.
        # ~ zero for the class +1: (1 if w @ x >= 0 else -1) != y
        #     | A score of exactly zero counts as a mistake, for both labels.
        # ~ margin one: y * (w @ x) <= 1
        #     | An error is y·(w·x) ≤ 0; a margin belongs to another loss.
        return w + lr * y * x  # ~ sign: w - lr * y * x | After the step, y·(w·x) should be larger.
        # ~ label missing: w + lr * x | The step points towards x or away from it.
        # ~ lr missing: w + y * x | lr scales the step.
        # ~ error scaled: w + lr * y * x * abs(w @ x)
        #     | The perceptron's step does not grow with the error.
        # ~ step of length lr: w + lr * y * x / np.linalg.norm(x) | Is x divided by anything?
        # ~ changes w: w += lr * y * x | w_new is a new array; the old w stays.
        # ~ difference of the answers: w + lr * (y - (1 if w @ x > 0 else -1)) * x
        #     | How large is the difference of +1 and -1?
        # ~ error as step: w + lr * (y - np.sign(w @ x)) * x
        #     | How large is y − sign(w·x) when it is not zero?
    return w.copy()  # ~ changes w: w
    # ~ same array: w | Also an unchanged w comes back as a new array.
