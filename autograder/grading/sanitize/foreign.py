"""Notebooks in other forms: in a zip file, or as a script with `# %%` marks.

Bounded, and in memory.
"""

from __future__ import annotations

import contextlib
import io
import json
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from autograder.coursefolder.shown import HIDDEN
from autograder.grading.sanitize.read import Unreadable, clean, decode
from autograder.grading.sanitize.walk import MAX_NAME, is_ignored

MAX_ZIPPED = 16 * 1024 * 1024
MAX_MEMBERS = 500
MAX_UNZIPPED = 64 * 1024 * 1024
MAX_OTHERS = 16 * 1024 * 1024
MAX_SCRIPT = 1_000_000
# What Python raises for a damaged zip file, or for a member of one.
DAMAGES = (OSError, RuntimeError, ValueError, NotImplementedError, EOFError, zlib.error,
           zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, IndexError, OverflowError,
           lzma.LZMAError, MemoryError, struct.error)  # fmt: skip
# The marks of "Export as: executable script".
NBCONVERT = re.compile(r"^# In\[[ \d*]*\]:", re.MULTILINE)


@dataclass
class Unzipped:
    """What lies in a zip file, by path: notebooks (or scripts, where there is none), the rest.

    unread: the paths of what is damaged or has a password.
    """

    notebooks: dict[str, bytes] = field(default_factory=dict)
    others: dict[str, bytes] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def unzipped(data: bytes, nested: bool = False) -> Unzipped:
    """Return the content of a zip file; Unreadable where it is none or too large.

    A zip file in it is opened where there is no notebook beside it.
    """
    if len(data) > MAX_ZIPPED:
        raise Unreadable(f"zip file of more than {MAX_ZIPPED // 2**20} MiB")
    found, left, room = Unzipped(), MAX_UNZIPPED, MAX_OTHERS
    why = ""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name, one in sorted(usable(archive.infolist())):
                is_notebook = name.lower().endswith(".ipynb")
                if not is_notebook and one.file_size > room:
                    continue
                limit = left if is_notebook else room
                try:
                    with archive.open(one) as file:
                        content = file.read(limit + 1)
                except DAMAGES as error:  # the others may be whole
                    why = "it has a password" if one.flag_bits & 1 else type(error).__name__
                    found.unread.append(name)
                    continue
                if is_notebook:
                    left -= len(content)
                    found.notebooks[name] = content
                elif len(content) <= room:
                    room -= len(content)
                    found.others[name] = content
                if left < 0:
                    raise Unreadable(
                        f"zip file of more than {MAX_UNZIPPED // 2**20} MiB of notebooks"
                    )
    except DAMAGES as error:
        raise Unreadable(f"zip file cannot be read ({type(error).__name__})") from None
    if why and not found.notebooks and not found.others:
        raise Unreadable(f"zip file cannot be read ({why})")
    if not found.notebooks and not nested:
        for name, content in found.others.items():
            if name.lower().endswith(".zip"):
                try:
                    inner = unzipped(content, nested=True)
                except Unreadable:
                    found.unread.append(name)
                    continue
                found.notebooks |= {f"{name}/{n}": text for n, text in inner.notebooks.items()}
                found.others = found.others | {f"{name}/{n}": d for n, d in inner.others.items()}
    if not found.notebooks:
        for name, content in found.others.items():
            if name.lower().endswith(".py"):
                with contextlib.suppress(Unreadable):
                    found.notebooks[name] = from_script(content)
    return found


def usable(members: list[zipfile.ZipInfo]) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Yield the files among a zip file's members, by paths that lead nowhere else.

    Unreadable where there are too many.
    """
    if len(members) > MAX_MEMBERS:
        raise Unreadable(f"zip file of more than {MAX_MEMBERS} files")
    names = set()
    for one in members:
        name = one.filename.replace("\\", "/")  # as some programs on Windows write it
        parts = name.split("/")
        odd = not all(parts) or {".", ".."}.intersection(parts) or any(map(is_ignored, parts))
        linked = (one.external_attr >> 16) & 0o170000 == 0o120000
        if not (odd or linked or name in names or HIDDEN.search(name) or len(name) > MAX_NAME):
            names.add(name)
            yield name, one


def holds_cells(data: bytes) -> bool:
    """Return whether a file of another name may be a notebook's."""
    return b'"cells"' in data and b'"cell_type"' in data


def from_databricks(text: str) -> str:
    """Return the export of a notebook service with the marks of others; other texts as they are."""
    head, *cells = re.split(r"^# COMMAND -+$", text, flags=re.MULTILINE)
    if not head.startswith("# Databricks notebook source"):
        return text
    made = []
    for cell in [head.split("\n", 1)[-1], *cells]:
        is_text = cell.lstrip().startswith("# MAGIC %md")
        body = cell.replace("# MAGIC %md", "#", 1) if is_text else cell
        mark = "# %% [markdown]" if is_text else "# %%"
        made.append(f"{mark}\n{body.strip().replace('# MAGIC', '#' if is_text else '')}\n")
    return "\n".join(made)


def from_script(data: bytes) -> bytes:
    """Return a script with `# %%` marks as a notebook's file; Unreadable where it has none."""
    if len(data) > MAX_SCRIPT:
        raise Unreadable(f"script of more than {MAX_SCRIPT:,} bytes")
    text = clean(decode(data, [])).removeprefix("\ufeff")
    text = NBCONVERT.sub("# %%", from_databricks(text))
    if not any(line.startswith(("# %%", "#%%")) for line in text.splitlines()):
        raise Unreadable("script without '# %%' marks, it is not a notebook")
    import jupytext

    try:
        nb = jupytext.reads(text, fmt="py:percent")
    except Exception as error:  # a parser of others', over a text of a student's
        raise Unreadable(f"script cannot be read ({type(error).__name__})") from None
    return json.dumps(nb).encode("utf-8", "replace")
