"""Bytes of a submitted notebook in, a notebook without anything foreign out.

Only what a grader needs is taken over, field by field: type, source, attachments, and metadata as
plain suggestions that `repair` checks. Outputs, widgets, kernel and everything unknown stay behind.
"""

from __future__ import annotations

import json
import re
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.coursefolder.shown import shown
from autograder.grading.sanitize.active import attachments
from autograder.grading.sanitize.instead import broken, instead
from autograder.grading.sanitize.notes import Note

MAX_BYTES = 128 * 1024 * 1024
# A notebook of outputs has few and long strings; millions of JSON values are no notebook.
COUNT_FROM = 4 * 1024 * 1024
MAX_VALUES = 2_000_000
MAX_CELLS = 5_000
MAX_SOURCE = 1_000_000
# A text that does not end goes to the end of the file: else each quote in it would be tried again.
_TOKENS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[{,]', re.DOTALL)
_LANGUAGES = {"python", "ipython", "ipython3", "python3", ""}
# An editor's second byte order mark, the zeros of a disk's last block, the end of a file of DOS.
AROUND = "\ufeff\0\x1a \t\r\n"
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class Unreadable(Exception):
    """The file cannot be understood as a notebook; the message is the named reason."""


def read_notebook(data: bytes) -> tuple[NotebookNode, list[Note]]:
    """Return the notebook in `data` and what had to be repaired; Unreadable if there is none.

    It is of nbformat 4 and has no outputs.
    """
    notes: list[Note] = []
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"notebook has {len(data) // 2**20} MiB, more than the {MAX_BYTES // 2**20} MiB that "
            "are read"
        )
    if not data.strip():
        raise Unreadable("notebook is an empty file")
    if what := instead(data):
        raise Unreadable(f"file is {what}, no notebook")
    text = decode(data, notes)
    if not text.strip(AROUND):
        raise Unreadable("notebook is an empty file")
    if len(data) > COUNT_FROM:
        refuse_bombs(text.encode("utf-8", "replace"))
    return build(parse(text), notes), notes


def decode(data: bytes, notes: list[Note]) -> str:
    """Return the text, by its first bytes, as UTF-8, or with replacement characters.

    What programs and disks put around a text is left out.
    """
    encoding = json.detect_encoding(data[:4])
    if encoding != "utf-8":
        notes.append(Note(f"notebook was saved as {encoding}, read as such"))
        return data.decode(encoding, "replace").strip(AROUND)
    data = data.rstrip(b"\0\x1a\r\n") if data.rstrip()[-1:] in b"\0\x1a" else data
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        notes.append(Note(f"notebook is not valid UTF-8: line {line}; the bytes were replaced"))
        return data.decode("utf-8", "replace")


def refuse_bombs(data: bytes) -> None:
    """Unreadable for a large file made of more values than any notebook has."""
    count = 0
    for match in _TOKENS.finditer(data):
        count += data[match.start()] != 0x22
        if count > MAX_VALUES:
            raise Unreadable(f"notebook holds more than {MAX_VALUES:,} JSON values")


def parse(text: str) -> dict[str, Any]:
    """Return the JSON object."""
    try:
        data = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        raise Unreadable(f"notebook is not valid JSON: {broken(text, error)}") from None
    except RecursionError:
        raise Unreadable("notebook is not valid JSON: RecursionError, nested too deep") from None
    except ValueError:
        raise Unreadable("notebook is not valid JSON: a number in it has too many digits") from None
    if not isinstance(data, dict) or not ("cells" in data or "worksheets" in data):
        raise Unreadable("file is JSON, but no notebook: it has no cells")
    return data


def build(data: dict[str, Any], notes: list[Note]) -> NotebookNode:
    """Return a fresh notebook with what can be used of `data`."""
    if "worksheets" in data and not data.get("cells"):
        notes.append(Note("notebook has the format of 2013 (version 3), converted"))
        cells = _old_cells(data)
    else:
        cells = data["cells"]
    if not isinstance(cells, list):
        raise Unreadable("file is JSON, but no notebook: its cells are not a list")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"notebook has {len(cells):,} cells, more than {MAX_CELLS:,}")
    nb = nbformat.v4.new_notebook()
    size = damaged = 0
    for number, cell in enumerate(cells):
        fresh = _cell(cell, number)
        if fresh is None:
            damaged += 1
            continue
        size += len(fresh.source)
        if size > MAX_SOURCE:
            raise Unreadable(f"notebook has more than {MAX_SOURCE:,} characters of source")
        nb.cells.append(fresh)
    metadata = data.get("metadata")
    language = _language(metadata if isinstance(metadata, dict) else {})
    if language not in _LANGUAGES:
        # Editors write names of their own for a kernel: the cells decide.
        if not any(_is_python(cell) for cell in nb.cells):
            raise Unreadable(
                f"notebook is for another language: {shown(language, 40)!r}, expected Python"
            )
        notes.append(Note(f"notebook's kernel is called {language!r}, read as Python"))
    if damaged:
        notes.append(Note(f"{damaged} cells were damaged beyond reading and left out"))
    return nb


def _language(metadata: dict[str, Any]) -> str:
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        part = metadata.get(key)
        if isinstance(part, dict) and isinstance(part.get(name), str):
            return part[name].lower()
    return ""


def _is_python(cell: NotebookNode) -> bool:
    """Return whether a cell is an assignment's, or defines or imports something as Python does."""
    return "nbgrader" in cell.metadata or (
        cell.cell_type == "code"
        and bool(
            re.search(r"^(def \w+\(.*|import \w+|from \w+ import )", cell.source, re.MULTILINE)
        )
    )


def _old_cells(data: dict[str, Any]) -> list[Any]:
    """Return cells of nbformat 3, in the words of nbformat 4."""
    sheets = data["worksheets"] if isinstance(data["worksheets"], list) else []
    found: list[Any] = []
    for sheet in sheets:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        for cell in cells if isinstance(cells, list) else []:
            if isinstance(cell, dict):
                kind = cell.get("cell_type")
                source = cell.get("input" if kind == "code" else "source", "")
                if kind == "heading":
                    kind = "markdown"
                found.append({**cell, "cell_type": kind, "source": source})
    return found


def _cell(cell: Any, number: int) -> NotebookNode | None:
    """Return one cell made anew, or None if it is none."""
    if not isinstance(cell, dict):
        return None
    kind = cell.get("cell_type")
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if kind not in ("code", "markdown", "raw") or not isinstance(source, str):
        return None
    given = cell.get("id")
    identity = given if isinstance(given, str) and _ID.fullmatch(given) else f"submitted-{number}"
    # Not by nbformat's constructors: they hold each cell against the schema, which takes longer
    # than all the rest here, and what goes in below is known to fit.
    fresh = NotebookNode(cell_type=kind, id=identity, metadata=NotebookNode(), source=clean(source))
    if kind == "code":
        fresh.update(execution_count=None, outputs=[])
    metadata = cell.get("metadata")
    if isinstance(metadata, dict):
        tags = metadata.get("tags")
        if isinstance(tags, list):
            fresh.metadata["tags"] = [clean(tag)[:100] for tag in tags[:50] if isinstance(tag, str)]
        marks = metadata.get("nbgrader")
        if isinstance(marks, dict):
            fresh.metadata["nbgrader"] = NotebookNode(
                {
                    key: clean(value) if isinstance(value, str) else value
                    for key, value in marks.items()
                    if isinstance(value, str | bool | int | float)
                }
            )
    if kind == "markdown" and isinstance(cell.get("attachments"), dict):
        kept = attachments(cell["attachments"])
        if kept:
            fresh["attachments"] = kept
    return fresh


def clean(text: str) -> str:
    """Return text that can be written as UTF-8: half surrogate pairs replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")
