"""Runs the check cells of one notebook from the shell, as the student would in the lab."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from autograder.building.execute import CELL_TIMEOUT, ENVIRONMENT
from autograder.cells import is_experiment, is_test_cell

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_MISSING = re.compile(r"name '(\w+)' is not defined")


@dataclass(frozen=True)
class CellReport:
    """What one check cell said."""

    name: str
    points: float
    passed: bool
    text: str


def read_notebook(path: Path) -> NotebookNode:
    """Return the notebook at `path`; ValueError where the file is none."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises whatever the broken file makes it raise
        known = isinstance(error, ValueError | nbformat.ValidationError)
        reason = " ".join(str(error).split())[:200] if known else "it has no list of cells"
        raise ValueError(f"{path} is not a notebook: {reason}") from None


def check_notebook(path: Path, *, experiments: bool = False) -> list[CellReport]:
    """Run the notebook at `path` and report its check cells, in order.

    Cells that fail do not stop the run. `experiments` runs the cells tagged so too. Raises
    ValueError when the file is not a notebook or has no check cell.
    """
    nb = read_notebook(path)
    checks = [index for index, cell in enumerate(nb.cells) if is_test_cell(cell)]
    if not checks:
        raise ValueError(f"{path} has no graded check: is it a notebook of a chapter?")
    if not experiments:
        for cell in nb.cells:
            if is_experiment(cell):
                cell.cell_type = "raw"
    begun: list[NotebookNode] = []
    with tempfile.TemporaryDirectory(prefix="autograder-check-") as folder:
        client = NotebookClient(
            nb,
            timeout=CELL_TIMEOUT,
            kernel_name="python3",
            allow_errors=True,
            resources={"metadata": {"path": str(path.parent)}},
            # Not the kernel's own word for it, which can be lost when the kernel ends.
            on_cell_execute=lambda cell, cell_index: begun.append(cell),
        )
        environment = os.environ | ENVIRONMENT | {"IPYTHONDIR": folder}
        try:
            client.execute(env=environment, stderr=subprocess.DEVNULL)
        except (DeadKernelError, CellTimeoutError) as error:
            raise ValueError(f"{path} cannot be checked: {_ended(begun, error)}") from None
    return [_report(nb.cells[index], nb.cells[:index]) for index in checks]


def _ended(begun: list[NotebookNode], error: Exception) -> str:
    """Return at which cell, the last one begun, Python ended or did not come to an end."""
    what = "did not end in time" if isinstance(error, CellTimeoutError) else "ended Python itself"
    if not begun:
        return f"it {what} before the first cell."
    return f"the cell that begins with {begun[-1].source.strip().splitlines()[0]!r} {what}."


def _report(cell: NotebookNode, before: list[NotebookNode]) -> CellReport:
    meta = cell.metadata.nbgrader
    texts: list[str] = []
    passed = True
    for output in cell.outputs:
        if output.output_type == "error":
            passed = False
            # A failed check shows its report and raises with the same text.
            if not any(output.evalue.strip() in text for text in texts):
                texts.append(_cause(output, before) or f"{output.ename}: {output.evalue}")
        elif output.output_type == "stream":
            texts.append(output.text)
        else:
            texts.append(output.data.get("text/plain", ""))
    text = _ANSI.sub("", "\n".join(part.strip() for part in texts if part.strip()))
    return CellReport(meta.grade_id, float(meta.get("points", 0)), passed, text)


def _cause(output: NotebookNode, before: list[NotebookNode]) -> str:
    """Return why a name is missing: the error of the cell above that should have made it."""
    missing = _MISSING.match(output.evalue) if output.ename == "NameError" else None
    if missing is None:
        return ""
    name = missing[1]
    for cell in reversed(before):
        errors = [o for o in cell.get("outputs", ()) if o.output_type == "error"]
        if errors and re.search(rf"\b{re.escape(name)}\b", cell.source):
            if errors[0].ename == "NotImplementedError":
                return f"{name} is not written yet."
            said = f"{errors[0].ename}: {errors[0].evalue}"
            return f"{name} is not there, because its cell failed: {said}"
    return ""
