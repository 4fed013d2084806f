"""A tiny assignment, and what a hostile submission to it is.

square   2 points   plain asserts as in any nbgrader course, with hidden tests
softmax  3 points   check(softmax) on the course's secret seed
gradient 5 points   check(numerical_gradient): a function that is given a function
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

HIDDEN = "HIDDEN-TEST-7391"
SECRET = b"the course's secret seed 5512"

IMPORTS = "import os, sys, time\nimport numpy as np\nfrom autograder import check"
SQUARE = "def square(x):\n    return x * x"
SOFTMAX = (
    "def softmax(z):\n    e = np.exp(z - z.max(axis=-1, keepdims=True))\n    return e / "
    "e.sum(axis=-1, keepdims=True)"
)
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
TEST_SOFTMAX = (
    f"check(softmax)\n### BEGIN HIDDEN TESTS\ncheck.secret(softmax)  # {HIDDEN}\n### END "
    "HIDDEN TESTS"
)
TEST_GRADIENT = "check(numerical_gradient)"
WRONG_SQUARE = "def square(x):\n    return x + x"
WRONG_SOFTMAX = "def softmax(z):\n    return np.exp(z)"


@dataclass
class Attack:
    """One submission.

    points: what square, softmax and gradient deserve; what is not named deserves nothing.
    first, square, softmax, gradient, between, last: the student's cells in their order; gradient is
    left as handed out where it is None.  tags: of the test cells.
    damage(notebook): changes the notebook's JSON.  disk(folder, course): changes the files.
    look(nb, result): further assertions on the executed notebook and on `result.reasons` and the
    like.
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
    damage: Callable[[dict[str, Any]], None] | None = None
    disk: Callable[[Path, Path], None] | None = None

    @property
    def deserved(self) -> tuple[float, float, float]:
        """Points of all three functions."""
        square, softmax, gradient = (*self.points, 0, 0, 0)[:3]
        return square, softmax, gradient


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


def source() -> NotebookNode:
    """The instructor's notebook, with solutions and hidden tests."""
    return new_notebook(
        cells=[
            new_code_cell(IMPORTS, id="imports"),
            solution("square", answer(SQUARE)),
            graded("test_square", TEST_SQUARE, 2, ()),
            solution("softmax", answer(SOFTMAX)),
            graded("test_softmax", TEST_SOFTMAX, 3, ()),
            solution("gradient", answer(GRADIENT)),
            graded("test_gradient", TEST_GRADIENT, 5, ()),
        ],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )


def answer(code: str) -> str:
    """A solution between nbgrader's marks."""
    head, body = code.split("\n", 1)
    return f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"


def texts(nb: Any) -> str:
    """Everything a reader of the executed notebook sees, without the source of the test cells."""
    parts: list[str] = []
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            parts += [str(output)]
        parts.append(str({k: v for k, v in cell.metadata.items() if k != "nbgrader"}))
    return "\n".join(parts)
