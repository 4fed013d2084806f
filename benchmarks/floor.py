"""What a class's notebooks take by themselves: the floor under every grader of them.

Each notebook runs in a fork of a process that has everything loaded, students' cells in IPython and
the checks beside them: no jail, no repair, no gradebook, no second process.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat

from autograder import exercises
from autograder.cells import is_experiment, is_test_cell
from autograder.checking import GradingCheck
from autograder.coursefolder.material import Material
from autograder.grading.jailed import shell as shells
from autograder.grading.remote.call_runner import CallRunner


def floor(paths: Iterable[Path], material: Material) -> float:
    """Seconds a notebook, the mean over these."""
    with contextlib.redirect_stdout(sys.stdout), contextlib.redirect_stderr(sys.stderr):
        return _floor(list(paths), material)  # IPython takes both over, here they come back


def _floor(chosen: list[Path], material: Material) -> float:
    exercises.everything()
    shell = shells.make_shell()
    shells.draw_once(shell)
    names = {path.stem: path for path in reversed(chosen)}
    for path in names.values():  # the checks draw their cases once for a class
        run(path, material, shell)
    shell.reset(new_session=True)
    gc.freeze()
    started = time.perf_counter()
    for path in chosen:
        child = os.fork()
        if not child:
            with contextlib.suppress(BaseException):
                run(path, material, shell)
            os._exit(0)
        os.waitpid(child, 0)
    return (time.perf_counter() - started) / len(chosen)


def run(path: Path, material: Material, shell: Any) -> None:
    """Run the cells of one notebook."""
    sources = material.by_name[path.stem].by_name
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code" or is_experiment(cell):
            continue
        if not is_test_cell(cell):
            shells.run(shell, cell.source)
            continue
        space = {**shell.user_ns, "check": GradingCheck(material.secret, new_runner=CallRunner)}
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
            exec(sources[cell.metadata["nbgrader"]["grade_id"]].source, space)
