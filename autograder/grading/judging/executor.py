"""Runs a submitted notebook: the student's cells in the jail, the test cells outside it.

    from autograder.grading.judging.executor import execute_notebook
    from autograder.grading.sandbox.jail import JailPool

    with JailPool() as jail:                      # one for each worker, for all its submissions
        result = execute_notebook(nb, jail=jail, secret=secret)

The notebook is a sanitized one: the instructor's text stands in its locked cells and its nbgrader
metadata can be trusted. Its outputs are replaced; those of test cells are written from their
verdicts, and nbgrader reads the grades from them as always.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode

from autograder.cells import is_experiment, is_test_cell
from autograder.coursefolder.shown import shown as shown_text
from autograder.grading.definitions import definitions, without_head
from autograder.grading.judging.clean_outputs import take
from autograder.grading.judging.experiments import (
    bound_in,
    bound_in_experiments,
    further_definitions,
    needed_definitions,
)
from autograder.grading.judging.testcell import run_test
from autograder.grading.judging.verdict import Verdict, error_output, write_verdict
from autograder.grading.remote.session import Session
from autograder.grading.sandbox.jail import JailPool
from autograder.grading.sandbox.nojail import NoJail

# Libraries that a jail loads before the first submission that may ask for them, not before: they
# take longer than all others together. A word too many costs half a second, one that is missing
# costs each submission as much.
SLOW = {
    "matplotlib.pyplot": re.compile(r"matplotlib|pylab|plt|plot|nnkit|seaborn|draw|fig|show"),
    "scipy.special": re.compile(r"scipy|nnkit"),
    "sklearn.datasets": re.compile(r"\bsklearn\b|\bdata\.[a-z_]+\("),
}
USUAL = ("matplotlib.pyplot", "scipy.special")  # what every chapter needs of them


@dataclass
class Execution:
    """What happened in a notebook.

    verdicts: by grade_id of the test cell; reasons: sentences, by cell.  jail: "namespaces" or
    "none".  student_seconds: in the student's own cells.  test_seconds: in test cells, the check's
    own work and the student's functions together.  deaths: processes that ended.  remarks: for the
    instructor, of no weight for the points.
    """

    jail: str
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    student_seconds: float = 0.0
    test_seconds: float = 0.0
    seconds: float = 0.0
    deaths: int = 0
    remarks: list[str] = field(default_factory=list)

    @property
    def faults(self) -> dict[str, str]:
        """Tracebacks of the grader's own errors, by grade_id; those cells have no score."""
        return {name: one.fault for name, one in self.verdicts.items() if one.fault}


def execute_notebook(
    nb: NotebookNode,
    *,
    jail: JailPool | NoJail,
    secret: bytes,
    files: dict[str, bytes] | None = None,
) -> Execution:
    """Execute all code cells of `nb` in place; never raises for what the notebook does.

    secret: the course's secret, which stays in this process.  files: the submission's other files,
    by relative path.  The limits are the jail's.  Raises JailError when no jail can be had.
    """
    result = Execution(jail.kind)
    started = time.perf_counter()
    jail.also_load(slow_libraries(nb, files or {}))
    session = Session(jail, files)
    shown = jail.limits.outputs
    needed = needed_definitions(nb)
    lost: set[str] = set()  # names of cells that ended for want of what is at home
    try:
        for index, cell in enumerate(nb.cells):
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("execution", None)
            if is_test_cell(cell):
                _judge(cell, index, session, secret, result)
            elif is_experiment(cell):
                for definition in needed.get(index, ()):
                    _define(definition, session, result)
            elif cell.source.strip():
                shown = _run(cell, index, session, shown, result)
                name = session.missing_name()
                if name and name in bound_in_experiments(nb):
                    # At home the experiment had run and the cell went on.
                    for definition in definitions(cell.source):
                        _define(definition, session, result)
                elif error := session.lacks_something() or session.lacks(lost):
                    lost |= bound_in(cell.source)
                    for definition in further_definitions(cell.source):
                        _define_without(definition, lost, session, result)
                    text = f"cell {index + 1} {shown_text(error)}; what else it defines is used"
                    session.remarks.append(text)
    finally:
        session.close()
    result.deaths, result.remarks = session.deaths, session.remarks
    result.seconds = time.perf_counter() - started
    return result


def slow_libraries(nb: NotebookNode, files: Mapping[str, bytes]) -> list[str]:
    """Return the libraries that cells or modules beside them may ask for, and that load slowly."""
    texts = [c.source for c in nb.cells if c.cell_type == "code" and not is_experiment(c)]
    texts += [code.decode(errors="replace") for name, code in files.items() if name.endswith(".py")]
    return [name for name, asks in SLOW.items() if any(asks.search(text) for text in texts)]


def _run(cell: NotebookNode, index: int, session: Session, shown: int, result: Execution) -> int:
    """Run a cell of the student and return how many bytes the notebook may still show."""
    left = session.limits.submission_seconds - result.student_seconds
    if left <= 0:
        text = (
            f"was not run: the cells before it took {session.limits.submission_seconds:g} s, "
            "and no submission gets more"
        )
        return _stopped(cell, index, text, result, shown)
    run = session.run(cell.source, min(session.limits.cell_seconds, left))
    result.student_seconds += run.seconds
    cell.outputs = take(run.outputs, min(session.limits.output, shown))
    cell.execution_count = run.number
    shown -= sum(len(str(output)) for output in cell.outputs)
    return _stopped(cell, index, run.problem, result, shown) if run.problem else shown


def _define(source: str, session: Session, result: Execution) -> None:
    """Run a definition of a cell that is left out.

    What it shows, and whether it fails, is not told.
    """
    left = session.limits.submission_seconds - result.student_seconds
    if left > 0:
        result.student_seconds += session.run(
            source, min(session.limits.cell_seconds, left)
        ).seconds


def _define_without(source: str, lost: set[str], session: Session, result: Execution) -> None:
    """Run a definition; where it names what is lost in its head only, without that head."""
    _define(source, session, result)
    if session.missing_name() in lost and (bare := without_head(source)):
        _define(bare, session, result)


def _stopped(cell: NotebookNode, index: int, problem: str, result: Execution, shown: int) -> int:
    result.reasons.append(f"cell {index + 1} {problem}")
    cell.outputs.append(error_output("CellStopped", f"This cell {problem}."))
    return shown


def _judge(
    cell: NotebookNode, index: int, session: Session, secret: bytes, result: Execution
) -> None:
    started = time.perf_counter()
    known = len(session.reasons)
    data = cell.metadata["nbgrader"]
    verdict = run_test(cell.source, session, secret, float(data.get("points", 0)))
    result.verdicts[data["grade_id"]] = verdict
    write_verdict(cell, verdict, index + 1)
    result.reasons += [f"test {data['grade_id']}: {reason}" for reason in session.reasons[known:]]
    result.test_seconds += time.perf_counter() - started
