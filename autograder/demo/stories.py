"""Who is in the demo class: a name, what happened, and the change that made it so.

The first part of the stories fits any chapter, the second is chapter 3's own. The wrong answers are
written as students write them, not as the checks know them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from autograder.cells import STUB
from autograder.demo.notebooks import Notebooks, code, grade_id, marks, text


@dataclass(frozen=True)
class Story:
    """A student. change: applied to the solved notebooks; with `untouched`, to those handed out."""

    student: str
    what: str
    change: Callable[[Notebooks], None] = lambda notebooks: None
    untouched: bool = False


def first_solution(notebooks: Notebooks, number: int = 0) -> str:
    """grade_id of a function to write: the number-th of the submission."""
    found: list[str] = []
    notebooks.each_solution(
        lambda cell: (
            found.append(grade_id(cell)) if text(cell).lstrip().startswith("def ") else None
        )
    )
    return found[number]


def syntax_error(notebooks: Notebooks) -> None:
    """A colon forgotten in the first function."""
    name = first_solution(notebooks)
    notebooks.write(name, text(notebooks.cell(name)).replace("):", ")", 1))


def half(notebooks: Notebooks) -> None:
    """The second half of the notebooks is as handed out."""
    names = list(notebooks.notebooks)
    for name in names[len(names) // 2 :]:
        for cell in notebooks.notebooks[name]["cells"]:
            if not marks(cell).get("solution"):
                continue
            if cell["cell_type"] == "code":
                head = text(cell).split('"""')[0].split("\n")[0]
                stub = f"{head}\n    {STUB}"
                cell["source"] = stub if head.startswith("def ") else STUB
            else:
                cell["source"] = "YOUR ANSWER HERE"


def loop(notebooks: Notebooks) -> None:
    """A scratch cell that never ends."""
    notebooks.insert_after(
        first_solution(notebooks), code("steps = 0\nwhile steps < 10:\n    step = 1\n")
    )


def copied(notebooks: Notebooks) -> None:
    """A cell copied with its grading marks, to try something."""
    name = first_solution(notebooks, 1)
    double = json.loads(json.dumps(notebooks.cell(name)))
    double["id"] = "copy-of-a-cell"
    notebooks.insert_after(name, double)


def deleted_test(notebooks: Notebooks) -> None:
    """A test cell deleted by accident."""
    notebooks.delete(f"check_{first_solution(notebooks, 1)}")


def broken_json(notebooks: Notebooks) -> None:
    """The second notebook was opened in a text editor."""
    name = list(notebooks.notebooks)[1]
    whole = json.dumps(notebooks.notebooks.pop(name), indent=1)
    lines = whole.splitlines()
    lines[16] = lines[16] + " oops"
    notebooks.files[name] = "\n".join(lines).encode()


def cheat(notebooks: Notebooks) -> None:
    """Wrong answers, and three attempts to be given the points all the same."""

    def wrong(cell: dict) -> None:
        if text(cell).lstrip().startswith("def "):
            head = text(cell).lstrip().split("\n")[0]
            cell["source"] = f"{head}\n    return 0"

    notebooks.each_solution(wrong)
    name = first_solution(notebooks)
    notebooks.insert_after(
        name,
        code("import numpy.testing\nnumpy.testing.assert_allclose = lambda *a, **k: None\n"
             "import sys\nsys.displayhook(100)"),
        code("class Check:\n    def __call__(self, *a, **k): return 100\n    quiz = secret = "
             "__call__\ncheck = Check()"),
    )  # fmt: skip
    test = notebooks.cell(f"check_{name}")
    test["source"] = "100"
    test["metadata"]["tags"] = ["skip-execution"]
    notebooks.insert_after(f"check_{name}", code("import os\nos._exit(0)"))


def renamed(notebooks: Notebooks) -> None:
    """Downloaded twice: the browser added a number to the name."""
    name = next(iter(notebooks.notebooks))
    notebooks.notebooks[name.replace(".ipynb", " (1).ipynb")] = notebooks.notebooks.pop(name)


def late(notebooks: Notebooks) -> None:
    """Handed in two days after the others."""
    notebooks.late_hours = 50


ANY_CHAPTER = (
    Story("ada", "all right"),
    Story("blank", "handed in as handed out", untouched=True),
    Story("colon", "a syntax error in the first function", syntax_error),
    Story("halfway", "half of the notebooks done", half),
    Story("loop", "a cell that never ends", loop),
    Story("copycell", "copied a graded cell", copied),
    Story("notest", "deleted a test cell", deleted_test),
    Story("broken", "second notebook is no valid JSON", broken_json),
    Story("cheater", "wrong answers, forged full marks", cheat),
    Story("renamed", "a notebook under another name", renamed),
    Story("late", "all right, two days late", late),
)
