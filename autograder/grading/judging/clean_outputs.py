"""What a student's cells showed, taken over into the notebook: checked, bounded, nothing active.

The jail's process may claim anything; what is kept here is a notebook output of a known form. A
person looks at it in a browser that is logged in to the gradebook, so scripts are left out.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.grading.sanitize.active import defuse, harmless

TEXTS = (
    "text/plain",
    "text/html",
    "text/markdown",
    "text/latex",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "image/gif",
)
MAX_OUTPUTS = 500
# As many as nbgrader's LimitOutput keeps. To import it takes longer than all that a worker needs.
MAX_LINES, MAX_TRACEBACK = 1000, 100
CUT_LINES, CUT_TRACEBACK = "... Output truncated ...", "... Traceback truncated ..."
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*\Z")


def take(claimed: list[Any], limit: int) -> list[NotebookNode]:
    """Notebook outputs from what the jail says; at most `limit` bytes of them."""
    outputs: list[NotebookNode] = []
    left = limit
    for item in claimed[:MAX_OUTPUTS]:
        output, size = _one(item, left)
        if output is not None:
            outputs.append(output)
            left -= size
    if len(claimed) > MAX_OUTPUTS:
        outputs.append(
            new_output(
                "stream",
                name="stdout",
                text=f"[{len(claimed) - MAX_OUTPUTS:,} further outputs were left out]\n",
            )
        )
    return few_lines(outputs)


def few_lines(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Cut what a cell printed, all of it together, and each traceback to a number of lines."""
    left, kept = MAX_LINES, []
    for output in outputs:
        if output.output_type == "stream":
            if not left:
                continue
            lines = output.text.split("\n")
            if len(lines) > left:
                lines[left - 1 :] = [CUT_LINES]
            left -= len(lines)
            output.text = "\n".join(lines)
        elif output.output_type == "error" and len(output.traceback) > MAX_TRACEBACK:
            half = MAX_TRACEBACK // 2
            rest = MAX_TRACEBACK - half - 1
            output.traceback[half:-rest] = [CUT_TRACEBACK]
        kept.append(output)
    return kept


def _one(item: Any, left: int) -> tuple[NotebookNode | None, int]:
    if type(item) is not dict:
        return None, 0
    kind = item.get("output_type")
    if type(kind) is not str:  # an array, say: comparing it gives no yes or no
        return None, 0
    if kind == "stream":
        name, text = item.get("name"), item.get("text")
        if type(text) is not str or type(name) is not str or name not in ("stdout", "stderr"):
            return None, 0
        kept = clean(text[: max(left, 0)])
        if not kept:
            return None, 0
        return new_output("stream", name=name, text=kept), len(text)
    if kind == "error":
        return _error(item)
    if kind in ("display_data", "execute_result"):
        data = _bundle(item.get("data"))
        size = sum(map(len, data.values()))
        if not data or size > left:
            return None, 0
        if kind == "display_data":
            return new_output(kind, data=data, metadata={}), size
        number = item.get("execution_count")
        return new_output(
            kind, data=data, metadata={}, execution_count=number if type(number) is int else None
        ), size
    return None, 0


def _error(item: dict) -> tuple[NotebookNode | None, int]:
    name, value, lines = item.get("ename"), item.get("evalue"), item.get("traceback")
    if type(name) is not str or type(value) is not str or type(lines) is not list:
        return None, 0
    kept = [clean(line[:20_000]) for line in lines[:60] if type(line) is str]
    return new_output(
        "error", ename=clean(name[:200]), evalue=clean(value[:2000]), traceback=kept
    ), sum(map(len, kept))


def _bundle(claimed: Any) -> dict[str, str]:
    if type(claimed) is not dict:
        return {}
    data = {kind: clean(claimed[kind]) for kind in TEXTS if type(claimed.get(kind)) is str}
    svg = data.pop("image/svg+xml", None)
    if svg is not None and "text/html" not in data and "<svg" in svg:
        # As a picture it is drawn, and nothing in it is run or loaded.
        code = base64.b64encode(svg.encode()).decode()
        data["text/html"] = f'<img src="data:image/svg+xml;base64,{code}" alt="a drawing">'
    if "text/html" in data:
        data["text/html"] = harmless(data["text/html"])
    markdown = data.pop("text/markdown", None)
    if markdown is not None:
        cell = NotebookNode(cell_type="markdown", source=markdown)
        defuse(cell)
        data["text/markdown"] = cell.source
    for kind in ("image/png", "image/jpeg", "image/gif"):
        if kind in data and not BASE64.match(data[kind]):
            del data[kind]
    return data


def clean(text: str) -> str:
    """Return text that can be stored as UTF-8 and as XML.

    Lone surrogates go, and control characters but the usual ones.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    return re.sub(
        r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]", "\N{REPLACEMENT CHARACTER}", text
    )


def quoted(text: str) -> str:
    """Return text of a report: clean, and without the escapes that color (or clear) a terminal."""
    return clean(text).replace("\x1b", "\N{REPLACEMENT CHARACTER}")


def clean_all(value: Any) -> Any:
    """Return plain data with every text cleaned.

    Reports quote what student code raised and returned.
    """
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        return {key: clean_all(item) for key, item in value.items()}
    return [clean_all(item) for item in value] if isinstance(value, (list, tuple)) else value
