"""The lab that start.py opens on a working copy: Validate names what is not written in one list.

`jupyter/` beside this file is the lab's configuration there: this extension, and nbgrader's panels
for instructors switched off. A lab that is started in a course folder has neither.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import zmq
from jupyter_client import KernelManager
from nbgrader.validator import Validator
from traitlets.config import Config

from autograder.building.calls import check_calls
from autograder.cells import STUB


class ShortValidator(Validator):
    """nbgrader's validation, with the exercises that nobody has begun in one entry."""

    def __init__(self, config: Config | None = None, **others: Any) -> None:
        whole = Config(config or {})
        whole.merge(encrypted())
        super().__init__(config=whole, **others)

    def validate(self, filename: str) -> dict[str, list[dict[str, str]]]:
        """Return what nbgrader does, but for exercises and questions that are as handed out."""
        results = super().validate(filename)
        if "failed" in results:
            nb = nbformat.read(Path(filename), as_version=4)
            results["failed"] = in_short(results["failed"], nb)
        return results


def in_short(failed: list[dict[str, str]], nb: nbformat.NotebookNode) -> list[dict[str, str]]:
    """Return the failures, those of stubs and of unanswered questions in one entry at the end."""
    stubs, open_ones = stubs_in(nb), []
    texts = {cell.source.strip(): name for name, cell in marked(nb, "solution")}
    rest = []
    for one in failed:
        names = [call.exercise for call in _calls(one["source"])]
        question = texts.get(one["source"])
        if names and all(name in stubs for name in names):
            open_ones += names
        elif question and "did not provide a response" in one["raw_error"]:
            open_ones.append(question)
        else:
            rest.append(one)
    if open_ones:
        text = f"Not written yet: {len(open_ones)}."
        entry = {"source": ", ".join(map(str, open_ones)), "error": text, "raw_error": text}
        rest.append(entry)
    return rest


def _calls(source: str) -> list[Any]:
    try:
        return check_calls(source)
    except SyntaxError:
        return []


def stubs_in(nb: nbformat.NotebookNode) -> set[str]:
    """Return the names of the solution cells that still raise what was handed out."""
    return {name for name, cell in marked(nb, "solution") if STUB in cell.source}


def marked(nb: nbformat.NotebookNode, mark: str) -> list[tuple[str, Any]]:
    """Return the cells that nbgrader marks so, with their grade_ids."""
    marks = [(cell.metadata.get("nbgrader", {}), cell) for cell in nb.cells]
    return [(about["grade_id"], cell) for about, cell in marks if about.get(mark)]


def encrypted() -> Config:
    """Return the setting that encrypts what the lab and a kernel say to each other.

    Without it each kernel warns in the terminal, at its start, that others may listen. Empty where
    the libraries cannot do it; a kernel that does not declare it starts as before.
    """
    if zmq.has("curve") and "transport_encryption" in KernelManager.class_trait_names():
        return Config({"KernelManager": {"transport_encryption": "auto"}})
    return Config()


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "autograder.learning.lab"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Put the validator in the place of nbgrader's, which its handler looks up at each request.

    The kernels of this server talk to it encrypted.
    """
    from nbgrader.server_extensions.validate_assignment import handlers

    handlers.Validator = ShortValidator
    server.kernel_manager.update_config(encrypted())
    server.log.info("autograder: Validate lists in short what is not written yet")
