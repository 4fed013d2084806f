"""A chapter of three exercises in two notebooks, released: grading it is quick."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from autograder.building.layout import Layout
from autograder.coursefolder.release import CONFIG_TEMPLATE, release_course
from autograder.demo.notebooks import Notebooks

ASSIGNMENT = "03_small"
POINTS = {"relu_forward": 20, "relu_backward": 30, "affine_forward": 20, "affine_backward": 29}

HEAD = """\
# %% [markdown]
# # A chapter

# %%
import numpy as np

from autograder import check

# %% tags=["experiment"]
print("a long experiment")
raise RuntimeError("grading must not run this")
"""

FIRST = (
    HEAD
    + """
# %% nbgrader={"grade_id": "relu_forward", "solution": true}
def relu_forward(x):
    \"\"\"x any shape -> out, cache = (x,).\"\"\"
    ### BEGIN SOLUTION
    return np.maximum(x, 0.0), (x,)
    ### END SOLUTION

# %% nbgrader={"grade_id": "check_relu_forward", "grade": true, "points": 20}
check(relu_forward)

# %% nbgrader={"grade_id": "relu_backward", "solution": true}
def relu_backward(dout, cache):
    \"\"\"dout, cache = (x,) -> dx.\"\"\"
    ### BEGIN SOLUTION
    (x,) = cache
    return dout * (x > 0)
    ### END SOLUTION

# %% nbgrader={"grade_id": "check_relu_backward", "grade": true, "points": 30}
check(relu_backward, forward=relu_forward)

# %% nbgrader={"grade_id": "quiz_columns", "solution": true}
# a letter
### BEGIN SOLUTION
quiz_columns = "C"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_columns", "grade": true, "points": 1}
check.quiz("quiz_columns", quiz_columns)

# %% [markdown] nbgrader={"grade_id": "explain", "grade": true, "solution": true, "points": 5}
# Why?
#
# BEGIN SOLUTION
# Because.
# END SOLUTION
"""
)
SECOND = (
    HEAD
    + """
# %% nbgrader={"grade_id": "affine_forward", "solution": true}
def affine_forward(x, w, b):
    \"\"\"x (N, ...), w (D, M), b (M,) -> out (N, M), cache = (x, w, b).\"\"\"
    ### BEGIN SOLUTION
    return x.reshape(len(x), -1) @ w + b, (x, w, b)
    ### END SOLUTION

# %% nbgrader={"grade_id": "check_affine_forward", "grade": true, "points": 20}
check(affine_forward)

# %% nbgrader={"grade_id": "affine_backward", "solution": true}
def affine_backward(dout, cache):
    \"\"\"dout (N, M), cache = (x, w, b) -> dx, dw, db.\"\"\"
    ### BEGIN SOLUTION
    x, w, b = cache
    rows = x.reshape(len(x), -1)
    return (dout @ w.T).reshape(x.shape), rows.T @ dout, dout.sum(axis=0)
    ### END SOLUTION

# %% nbgrader={"grade_id": "check_affine_backward", "grade": true, "points": 29}
check(affine_backward, forward=affine_forward)
"""
)


def make_course(root: Path, configuration: str = "") -> Path:
    """Write the chapter's texts and release them; the course folder.

    configuration: lines for nbgrader_config.py, there before the release.
    """
    layout = Layout(root)
    if configuration:
        (root / "course").mkdir(parents=True)
        template = CONFIG_TEMPLATE.read_text(encoding="utf-8")
        (root / "course" / "nbgrader_config.py").write_text(template + configuration)
    folder = layout.solutions / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / "01_ramp.py").write_text(FIRST, encoding="utf-8")
    (folder / "02_affine.py").write_text(SECOND, encoding="utf-8")
    release_course(root / "course", layout=layout, names=lambda number: tuple(POINTS))
    return root / "course"


def solved(course: Path) -> Notebooks:
    """A perfect student's notebooks."""
    return Notebooks.solved(course / "release" / ASSIGNMENT, course / "source" / ASSIGNMENT)


def untouched(course: Path) -> Notebooks:
    """Notebooks as handed out."""
    return Notebooks.untouched(course / "release" / ASSIGNMENT)


def hand_in(course: Path, student: str, notebooks: Notebooks) -> Path:
    """Put a submission into the course folder."""
    folder = course / "submitted" / student / ASSIGNMENT
    notebooks.save(folder)
    return folder


def grade_killed(course: Path, *seconds: float) -> None:
    """Grade in processes that are killed after so many seconds, then in one that may end."""
    command = [sys.executable, "-m", "autograder.cli", "grade", ASSIGNMENT, "--course",
               str(course), "--workers", "2"]  # fmt: skip
    for delay in seconds:
        process = subprocess.Popen(
            command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
    done = subprocess.run(command, timeout=300, stdout=subprocess.DEVNULL, check=False)
    assert done.returncode == 0


def as_json(notebook: dict) -> bytes:
    """A notebook's file."""
    return json.dumps(notebook, indent=1).encode()
