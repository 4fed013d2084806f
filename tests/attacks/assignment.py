"""A tiny assignment and its hostile submissions, built in memory.

square   2 points   plain asserts as in any nbgrader course, with hidden tests
softmax  3 points   check(softmax) on the course's secret seed
gradient 5 points   check(numerical_gradient): a function that is given a function (only where asked for)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nbformat.v4 import new_code_cell, new_notebook

HIDDEN = "HIDDEN-TEST-7391"
SECRET = b"the course's secret seed 5512"

IMPORTS = "import os, sys, time\nimport numpy as np\nfrom autograder import check"
SQUARE = "def square(x):\n    return x * x"
SOFTMAX = "def softmax(z):\n    e = np.exp(z - z.max(axis=-1, keepdims=True))\n    return e / e.sum(axis=-1, keepdims=True)"
GRADIENT = """\
def numerical_gradient(f, x, eps=1e-6):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + eps
        above = f(x)
        x[i] = old - eps
        grad[i] = (above - f(x)) / (2 * eps)
        x[i] = old
    return grad"""
TEST_SQUARE = f"""\
assert square(3) == 9
np.testing.assert_allclose(square(np.array([1.0, 2.0])), [1.0, 4.0])
### BEGIN HIDDEN TESTS
assert square(-4.5) == 20.25, "{HIDDEN}"
### END HIDDEN TESTS"""
TEST_SOFTMAX = f"check(softmax)\n### BEGIN HIDDEN TESTS\ncheck.secret(softmax)  # {HIDDEN}\n### END HIDDEN TESTS"
TEST_GRADIENT = "check(numerical_gradient)"
WRONG_SQUARE = "def square(x):\n    return x + x"
WRONG_SOFTMAX = "def softmax(z):\n    return np.exp(z)"


@dataclass
class Attack:
    """One submission. points: what square, softmax and, where it is there, gradient deserve.

    look(nb, result): further assertions.  limits: changes of the limits.  tags: of the test cells.
    """

    name: str
    points: tuple[float, ...]
    first: str = ""
    square: str = SQUARE
    softmax: str = SOFTMAX
    gradient: str | None = None
    between: str = ""
    last: str = ""
    tags: tuple[str, ...] = ()
    look: Callable[[Any, Any], None] | None = None
    limits: dict[str, Any] = field(default_factory=dict)


def solution(name: str, source: str) -> Any:
    """A cell that the student fills in."""
    return new_code_cell(source, metadata={"nbgrader": data(name, solution=True)})


def graded(name: str, source: str, points: float, tags: tuple[str, ...]) -> Any:
    """A test cell with the instructor's text."""
    metadata = {"nbgrader": data(name, grade=True, locked=True, points=points)}
    return new_code_cell(source, metadata={**metadata, "tags": list(tags)} if tags else metadata)


def data(name: str, **values: Any) -> dict[str, Any]:
    """nbgrader's metadata of a cell."""
    base = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    return {**base, "grade_id": name, **values}


def notebook(attack: Attack) -> Any:
    """The submitted notebook after sanitising."""
    cells = [
        new_code_cell(IMPORTS),
        *([new_code_cell(attack.first)] if attack.first else []),
        solution("square", attack.square),
        graded("test_square", TEST_SQUARE, 2, attack.tags),
        *([new_code_cell(attack.between)] if attack.between else []),
    ]
    if attack.softmax:
        cells += [
            solution("softmax", attack.softmax),
            graded("test_softmax", TEST_SOFTMAX, 3, attack.tags),
        ]
    if attack.gradient is not None:
        cells += [
            solution("gradient", attack.gradient),
            graded("test_gradient", TEST_GRADIENT, 5, attack.tags),
        ]
    if attack.last:
        cells.append(new_code_cell(attack.last))
    return new_notebook(cells=cells)


def texts(nb: Any) -> str:
    """Everything a reader of the executed notebook sees, without the source of the test cells."""
    parts: list[str] = []
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            parts += [str(output)]
        parts.append(str({k: v for k, v in cell.metadata.items() if k != "nbgrader"}))
    return "\n".join(parts)
