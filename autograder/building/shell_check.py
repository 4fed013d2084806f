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
from nbformat import NotebookNode

from autograder.building.execute import CELL_TIMEOUT, ENVIRONMENT
from autograder.cells import is_experiment, is_test_cell

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class CellReport:
    """What one check cell said."""

    name: str
    points: float
    passed: bool
    text: str


def check_notebook(path: Path, *, experiments: bool = False) -> list[CellReport]:
    """Run the notebook at `path` and report its check cells, in order.

    Cells that fail do not stop the run. `experiments` runs the cells tagged so too. Raises
    ValueError when the file is not a notebook or has no check cell.
    """
    try:
        nb = nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises whatever the broken file makes it raise
        raise ValueError(f"{path} is not a notebook: {error}") from None
    checks = [index for index, cell in enumerate(nb.cells) if is_test_cell(cell)]
    if not checks:
        raise ValueError(f"{path} has no check cell: is it a notebook of the course?")
    if not experiments:
        for cell in nb.cells:
            if is_experiment(cell):
                cell.cell_type = "raw"
    with tempfile.TemporaryDirectory(prefix="autograder-check-") as folder:
        client = NotebookClient(
            nb,
            timeout=CELL_TIMEOUT,
            kernel_name="python3",
            allow_errors=True,
            resources={"metadata": {"path": str(path.parent)}},
        )
        environment = os.environ | ENVIRONMENT | {"IPYTHONDIR": folder}
        client.execute(env=environment, stderr=subprocess.DEVNULL)
    return [_report(nb.cells[index]) for index in checks]


def _report(cell: NotebookNode) -> CellReport:
    meta = cell.metadata.nbgrader
    texts: list[str] = []
    passed = True
    for output in cell.outputs:
        if output.output_type == "error":
            passed = False
            # A failed check shows its report and raises with the same text.
            if not any(output.evalue.strip() in text for text in texts):
                texts.append(f"{output.ename}: {output.evalue}")
        elif output.output_type == "stream":
            texts.append(output.text)
        else:
            texts.append(output.data.get("text/plain", ""))
    text = _ANSI.sub("", "\n".join(part.strip() for part in texts if part.strip()))
    return CellReport(meta.grade_id, float(meta.get("points", 0)), passed, text)
