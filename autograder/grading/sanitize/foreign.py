"""Notebooks in other forms: in a zip file, or as a script with `# %%` marks.

Bounded, and in memory.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import lzma
import posixpath
import re
import struct
import textwrap
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from autograder.coursefolder.shown import HIDDEN
from autograder.grading.sanitize.read import Unreadable, clean, decode
from autograder.grading.sanitize.time_limit import TookTooLong, time_limit
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
MAX_LINES = 20_000
MAX_BLOCKS = 1_000
READ_SECONDS = 5.0
# Each program begins a block of Python in a way of its own: ```{python}, ```{code-cell} ipython3.
BLOCK = re.compile(r"^`{3,9}(?!`)[^\n`]*\bi?python[^\n`]*(?:\n:[\w-]+:[^\n]*)*$", re.MULTILINE)
# How a notebook of marimo begins.
APP = re.compile(r"^app = marimo\.App\(", re.MULTILINE)
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
            if read := TEXTS.get(posixpath.splitext(name)[1].lower()):
                with contextlib.suppress(Unreadable):
                    found.notebooks[name] = read(content)
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


def holds_blocks(data: bytes) -> bool:
    """Return whether a text may be a notebook's: it has a block of Python."""
    return b"```" in data and b"python" in data


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
    text = clean(decode(data, [])).removeprefix("\ufeff").replace("\r\n", "\n")
    text = NBCONVERT.sub("# %%", from_databricks(text))
    if APP.search(text):
        text = from_app(text)
    is_light = re.search(r"^# +format_name: light$", text, re.MULTILINE)
    if not (is_light or any(line.startswith(("# %%", "#%%")) for line in text.splitlines())):
        raise Unreadable("script without '# %%' marks, it is not a notebook")
    return read_text(text, "py:light" if is_light else "py:percent")


def from_page(data: bytes) -> bytes:
    """Return a text in Markdown with blocks of Python as a notebook's file.

    Unreadable where it has none.
    """
    if len(data) > MAX_SCRIPT:
        raise Unreadable(f"text of more than {MAX_SCRIPT:,} bytes")
    text = clean(decode(data, [])).removeprefix("\ufeff").replace("\r\n", "\n")
    text, blocks = BLOCK.subn("```python", text)
    if not blocks or blocks > MAX_BLOCKS:
        raise Unreadable("text without blocks of Python, it is not a notebook")
    return read_text(text, "md")


def read_text(text: str, form: str) -> bytes:
    """Return what another program reads a text as."""
    import jupytext

    if text.count("\n") > MAX_LINES:
        raise Unreadable(f"text of more than {MAX_LINES:,} lines")
    try:
        with time_limit(READ_SECONDS):
            nb = jupytext.reads(text, fmt=form)
    except TookTooLong:
        raise Unreadable("script cannot be read in time") from None
    except Exception as error:  # a parser of others', over a text of a student's
        raise Unreadable(f"script cannot be read ({type(error).__name__})") from None
    return json.dumps(nb).encode("utf-8", "replace")


def from_app(text: str) -> str:
    """Return a notebook of marimo with the marks of others; a cell is the body of a function.

    Its `return` hands names on to other cells, which share them here.
    """
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text
    lines, made = text.splitlines(), []
    for node in body:
        marks = getattr(node, "decorator_list", []) or [
            i.context_expr for i in getattr(node, "items", [])
        ]
        mark = ast.unparse(marks[0]).partition("(")[0] if marks else ""
        if mark in ("app.function", "app.class_definition"):  # one that stands for itself
            inside: list[ast.stmt] = [node]
        elif mark in ("app.cell", "app.setup"):
            inside = [one for one in getattr(node, "body", []) if not isinstance(one, ast.Return)]
        else:
            continue
        said = [words_of(one) for one in inside]
        if said and all(said):
            made.append(
                "# %% [markdown]\n" + "\n".join(f"# {w}" for w in "\n".join(said).splitlines())
            )
        elif inside:
            heads = [
                inside[0].lineno,
                *(m.lineno for m in getattr(inside[0], "decorator_list", [])),
            ]
            first = max(heads) if mark == "app.function" else min(heads)
            made.append(
                "# %%\n" + textwrap.dedent("\n".join(lines[first - 1 : inside[-1].end_lineno]))
            )
    return "\n\n".join(made)


def words_of(node: ast.stmt) -> str:
    """Return the text of `mo.md("…")`, empty for any other statement."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "mo.md" and call.args):
        return ""
    given = call.args[0]
    text = given.value if isinstance(given, ast.Constant) else ""
    return textwrap.dedent(text).strip() if isinstance(text, str) else ""


# How the texts are read that programs write a notebook as, by ending.
TEXTS = {".py": from_script, ".md": from_page, ".rmd": from_page, ".qmd": from_page}
