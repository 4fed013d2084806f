"""Notebooks as students, editors and accidents leave them.

Each is a right one, changed by a grammar of mistakes.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Notebook = dict[str, Any]
EVIL = (
    "<script>alert(1)</script>", '<a href="java&Tab;script:x" style="position:fixed;inset:0">.</a>',
    "\x1b[2J\x1b[31m", "\\begin{a}" * 3000, "=1+1", "\u202eevil", "\ud800", "<!--", "<plaintext>",
    "![x](attachment:nothing.png)", "x" * 30_000, "$$" * 500, "[" * 5000, "\x00",
)  # fmt: skip
JUNK = st.sampled_from(
    [None, True, -1, 1e308, float("nan"), [], {}, [[]], "", *EVIL, ["a"], {"name": "R"}, 10**30]
)
EDITS = (
    ("return", "retrun"), ("x", "y"), (":", ""), ("return", "yield"), ("0.0", "1e999"), ("(x,)",
    "x"),
    ("np.maximum", "max"), ("def relu_forward", "def relu"), ("\n", "\r\n"), ("    ", "\t"),
    ("return", "import os; os._exit(3)\n    return"), ("return", "raise SystemExit\n    return"),
    ("def relu", "import not_here as nh\nfrom not_here import njit\ndef relu"),
    ("def relu", "@njit\ndef relu"), ("def relu", "nh.set()\ndef relu"), ("def relu", "if x: pass\ndef relu"),
    ("return", "while False: pass\n    return"), ("return", "return 0 #"), ("def", "async def"),
)  # fmt: skip


def cells(nb: Notebook) -> list[Any]:
    return nb["cells"] if isinstance(nb.get("cells"), list) else []


@st.composite
def damages(draw: st.DrawFn) -> Callable[[Notebook], None]:
    """One thing that happens to a notebook."""
    what = draw(st.sampled_from(sorted(KINDS)))
    at, other = draw(st.integers(0, 30)), draw(st.integers(0, 30))
    junk, edit, evil = draw(JUNK), draw(st.sampled_from(EDITS)), draw(st.sampled_from(EVIL))

    def damage(nb: Notebook) -> None:
        found = cells(nb)
        if found and isinstance(found[at % len(found)], dict):
            KINDS[what](nb, found, at % len(found), other % len(found), junk, edit, evil)

    return damage


def _source(cell: Any) -> str:
    text = cell.get("source", "") if isinstance(cell, dict) else ""
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def _output(evil: str, junk: Any) -> list[Any]:
    return [
        {"output_type": "display_data", "data": {"text/html": evil, "image/png": junk},
        "metadata": junk},
        {"output_type": junk, "data": junk}, junk,
        {"output_type": "stream", "name": junk, "text": evil},
    ]  # fmt: skip


def _metadata(found: list[Any], i: int, j: int, junk: Any) -> None:
    marks = found[i].get("metadata")
    marks = marks.get("nbgrader") if isinstance(marks, dict) else None
    if isinstance(marks, dict) and marks:
        marks[sorted(marks)[j % len(marks)]] = junk
    else:
        found[i]["metadata"] = junk


KINDS: dict[str, Callable] = {
    "moved": lambda nb, f, i, j, junk, edit, evil: f.insert(j, f.pop(i)),
    "copied": lambda nb, f, i, j, junk, edit, evil: f.insert(j, copy.deepcopy(f[i])),
    "deleted": lambda nb, f, i, j, junk, edit, evil: f.pop(i),
    "split": lambda nb, f, i, j, junk, edit, evil: f.insert(
        i + 1, {**f[i], "source": _source(f[i])[j * 5 :]}
    ),
    "retyped": lambda nb, f, i, j, junk, edit, evil: f[i].update(
        cell_type=("code", "markdown", "raw", junk)[j % 4]
    ),
    "edited": lambda nb, f, i, j, junk, edit,
    evil: f[i].update(source=_source(f[i]).replace(*edit)),
    "unmarked": lambda nb, f, i, j, junk, edit, evil: f[i].update(metadata={}, id=f"n{i}"),
    "marks": lambda nb, f, i, j, junk, edit, evil: _metadata(f, i, j, junk),
    "evil text": lambda nb, f, i, j, junk, edit,
    evil: f[i].update(source=_source(f[i]) + "\n" + evil),
    "junk source": lambda nb, f, i, j, junk, edit, evil: f[i].update(source=junk),
    "outputs": lambda nb, f, i, j, junk, edit, evil: f[i].update(outputs=_output(evil, junk)),
    "shows": lambda nb, f, i, j, junk, edit, evil: f.insert(j, {
        "cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
        "source": "from IPython.display import *\n"
        f"display({('HTML', 'Markdown', 'Latex', 'SVG')[j % 4]}({evil!r})); print({evil!r})"}),
    "junk cell": lambda nb, f, i, j, junk, edit, evil: f.__setitem__(i, junk),
    "metadata": lambda nb, f, i, j, junk, edit, evil: nb.update(metadata=junk),
    "kernel": lambda nb, f, i, j, junk, edit, evil: nb.update(
        metadata={"kernelspec": {"name": "polyglot-notebook", "language": "polyglot-notebook"},
        "x": junk}
    ),
    "format": lambda nb, f, i, j, junk, edit, evil: nb.update(nbformat=junk, nbformat_minor=j),
    "cells": lambda nb, f, i, j, junk, edit, evil: nb.update(cells=junk) if j % 5 == 0 else None,
    "attached": lambda nb, f, i, j, junk, edit, evil: f[i].update(attachments={evil: junk,
    "a.png": {"image/png": junk}}),
}  # fmt: skip


def as_bytes(nb: Notebook, how: int) -> bytes:
    """The file, in one of the ways in which files are written and broken."""
    text = json.dumps(nb)
    ways: list[Callable[[], bytes]] = [
        lambda: text.encode(), lambda: text.encode(), lambda: text.encode(),
        lambda: json.dumps(nb, indent=1).encode("utf-16"), lambda: text.encode("utf-8-sig"),
        lambda: text[: len(text) // 2].encode(), lambda: text.encode() + b"}", lambda: b"",
        lambda: text.encode().replace(b"relu", b"r\xfflu"), lambda: b"[" * 200_000,
        lambda: json.dumps({"nbformat": 3, "worksheets": [{"cells": nb.get("cells")}]}).encode(),
        lambda: json.dumps({**nb, "x": [[1]] * 1000}).encode(), lambda: re.sub("e", "\\\\ud83d",
        text).encode(),
        lambda: b"\x00" * 5000, lambda: text.encode() + b"\r\n\x1a", lambda: b"\xef\xbb\xbf",
        lambda: text.encode().replace(b"null", b"9" * 5000), lambda: text[:-1].encode() + b",}",
    ]  # fmt: skip
    return ways[how % len(ways)]()
