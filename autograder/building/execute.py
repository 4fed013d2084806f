"""Runs a notebook the same way everywhere: private folder, one thread, no progress bars."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from autograder.building.outputs import clean_outputs
from autograder.building.problems import BuildError, Problem
from autograder.building.source import LANGUAGE_INFO, SourceNotebook
from autograder.threads import ONE_THREAD

CELL_TIMEOUT = 300

ENVIRONMENT = {
    "TQDM_DISABLE": "1",
    **ONE_THREAD,
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYTHONHASHSEED": "0",
}

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_CELL_LINE = re.compile(r"Cell In\[\d+\], line (\d+)")


def execute(
    source: SourceNotebook, root: Path, on_cell: Callable[[int, int], None] = lambda i, n: None
) -> NotebookNode:
    """Return the notebook with its outputs; BuildError when a cell raises or writes to stderr.

    `on_cell(i, n)` is called before cell i of n.
    """
    nb = source.node()
    with tempfile.TemporaryDirectory(prefix="autograder-build-") as folder:
        workdir = Path(folder, "work")
        workdir.mkdir()
        environment = os.environ | ENVIRONMENT | {"IPYTHONDIR": str(Path(folder, "ipython"))}
        client = NotebookClient(
            nb,
            timeout=CELL_TIMEOUT,
            kernel_name="python3",
            resources={"metadata": {"path": str(workdir)}},
            record_timing=False,
            on_cell_start=lambda cell, cell_index: on_cell(cell_index, len(nb.cells)),
        )
        try:
            # The kernel's own chatter is none of the notebook's: what cells write comes as outputs.
            client.execute(env=environment, stderr=subprocess.DEVNULL)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise BuildError([_problem(source, nb, error)]) from error
        clean_outputs(nb, root, workdir)
    problems = [
        Problem(source.path, known.line, f"the cell writes to stderr: {output.text.strip()}")
        for cell, known in zip(nb.cells, source.cells, strict=True)
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    ]
    if problems:
        raise BuildError(problems)
    nb.metadata.language_info = LANGUAGE_INFO
    return nb


def _problem(source: SourceNotebook, nb: NotebookNode, error: Exception) -> Problem:
    """Return what the last cell that ran did, at its line in the authored text."""
    pairs = list(zip(nb.cells, source.cells, strict=True))
    for cell, known in pairs:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                traceback = _ANSI.sub("", "\n".join(output.traceback))
                numbers = _CELL_LINE.findall(traceback)
                line = known.line + (int(numbers[0]) if numbers else 0)
                return Problem(source.path, line, f"{output.ename}: {output.evalue}")
    started = [
        (cell, known)
        for cell, known in pairs
        if cell.cell_type == "code" and cell.get("execution_count") is None
    ]
    line = started[0][1].line if started else 1
    return Problem(source.path, line, f"{type(error).__name__}: {_ANSI.sub('', str(error))}")
