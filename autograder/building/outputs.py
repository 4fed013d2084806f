"""Takes out of a notebook's outputs what another machine or another run would write differently."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from nbformat import NotebookNode

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,16}")
_TEXT_TYPES = ("text/", "image/svg", "application/json")


def clean_outputs(nb: NotebookNode, root: Path, workdir: Path) -> None:
    """Merge streams, drop addresses in memory and absolute paths; changes `nb` in place."""
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        cell.outputs = _merge_streams(cell.outputs)
        for output in cell.outputs:
            output.get("metadata", {}).pop("execution", None)
            if "text" in output:
                output.text = clean_text(output.text, root, workdir)
            for kind, data in output.get("data", {}).items():
                if isinstance(data, str) and kind.startswith(_TEXT_TYPES):
                    output.data[kind] = clean_text(data, root, workdir)


def clean_text(text: str, root: Path, workdir: Path) -> str:
    """`text` without addresses in memory and without this machine's folders."""
    text = _ADDRESS.sub("", text)
    folders = (workdir, root, Path.home(), Path(tempfile.gettempdir()))
    forms = {str(form) for folder in folders for form in (folder, folder.resolve())}
    # The longest first, since one folder may lie in another; "/" as a home would eat every slash.
    for form in sorted(forms, key=len, reverse=True):
        if len(form) > 3:
            text = text.replace(form + os.sep, "").replace(form, ".")
    return text


def _merge_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Neighboring chunks of one stream as one output: where a stream is cut depends on timing."""
    merged: list[NotebookNode] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if (
            last is not None
            and output.output_type == last.output_type == "stream"
            and output.name == last.name
        ):
            last.text += output.text
        else:
            merged.append(output)
    return merged
