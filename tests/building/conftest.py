"""Small projects of one chapter, on which the build itself is tested."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.building.layout import Layout

SETUP = """\
# %% [markdown]
# # A chapter
#
# Words and $x^2$.

# %%
class Check:
    quiz = staticmethod(lambda name, answer: print("quiz", name, answer))

    def __call__(self, function, **others):
        function(1)
        print("passed")

check = Check()
"""

SOLUTION = """\

# %% nbgrader={"grade_id": "double", "solution": true}
def double(x):
    \"\"\"Twice x.\"\"\"
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
"""

CHECK = """\

# %% nbgrader={"grade_id": "check_double", "grade": true, "points": 99}
check(double, forward=None)
"""

QUIZ = """\

# %% nbgrader={"grade_id": "quiz_one", "solution": true}
quiz_one = None
### BEGIN SOLUTION
quiz_one = 4711
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_one", "grade": true, "points": 1}
check.quiz("quiz_one", quiz_one)
"""

ESSAY = """\

# %% [markdown] nbgrader={"grade_id": "explain", "grade": true, "solution": true, "points": 5}
# Why?
# ### BEGIN SOLUTION
# Because of the model answer.
# ### END SOLUTION
"""

WHOLE = SETUP + SOLUTION + CHECK + QUIZ + ESSAY


def names(chapter: int) -> tuple[str, ...]:
    """The registry of the fixture: one exercise."""
    return ("double",)


Write = Callable[..., Layout]


@pytest.fixture
def project(tmp_path: Path) -> Write:
    """Writes the texts given as 01_a.py, 02_b.py, ... of chapter 03_tiny."""

    def write(*texts: str) -> Layout:
        folder = tmp_path / "solutions" / "03_tiny"
        folder.mkdir(parents=True, exist_ok=True)
        for number, text in enumerate(texts, 1):
            (folder / f"{number:02d}_{'abc'[number - 1]}.py").write_text(text, encoding="utf-8")
        return Layout(tmp_path)

    return write
