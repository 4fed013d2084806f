"""What has passed its check, and when: a line for each check, in the working copy alone.

Nothing is written where there is no working copy, nor by a run that nobody sits at (Validate, the
grader, a build).
"""

from __future__ import annotations

import html
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.checking.messages import translate as _

STATE = ".course"
LOG = "progress.jsonl"
CALL = re.compile(r"^check(?:\.quiz)?\(\s*[\"']?(\w+)", re.MULTILINE)
MARKS = {"done": "✓", "tried": "◐", "open": "·"}


@dataclass(frozen=True)
class Item:
    """An exercise of the map. state: "done", "tried" or "open"; when: of its first pass."""

    name: str
    notebook: str
    points: float
    state: str
    when: str = ""


def home(start: Path) -> Path | None:
    """Return the working copy that a folder lies in, or None."""
    for folder in (start, *start.parents[:3]):
        if (folder / STATE / "base").is_dir():
            return folder
    return None


def attended() -> bool:
    """Return whether somebody runs this cell in a notebook: then it could ask for input."""
    if "NBGRADER_EXECUTION" in os.environ:
        return False
    try:
        from IPython.core.getipython import get_ipython

        kernel = getattr(get_ipython(), "kernel", None)
        return bool(kernel.get_parent("shell")["content"]["allow_stdin"])  # type: ignore[union-attr]
    except Exception:  # no IPython, no kernel, or one of another make
        return False


def remember(name: str, passed: bool) -> None:
    """Write down that an exercise or a quiz was checked; never raises."""
    if not attended():
        return
    try:
        root = home(Path.cwd())
        if root is not None:
            line = {"name": name, "passed": passed, "when": time.strftime("%Y-%m-%dT%H:%M:%S")}
            with (root / STATE / LOG).open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
    except OSError:  # a full disk is no reason to keep a report back
        return


def overview(root: Path) -> list[Item]:
    """Return all exercises of the working copy at `root` in order; none where there is no copy."""
    checked: dict[str, list[dict[str, Any]]] = {}
    for line in _lines(root / STATE / LOG):
        checked.setdefault(line["name"], []).append(line)
    items = []
    for path in sorted((root / STATE / "base").glob("[0-9]*/*.ipynb")):
        for name, points in _asked(path):
            tries = checked.get(name, [])
            passed = [line["when"] for line in tries if line.get("passed")]
            state = "done" if passed else "tried" if tries else "open"
            notebook = f"{path.parent.name}/{path.stem}"
            items.append(Item(name, notebook, points, state, min(passed, default="")))
    return items


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the log's lines; one that was cut off is left out."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in text.splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and {"name", "when"} <= found.keys():
            yield found


def _asked(path: Path) -> Iterator[tuple[str, float]]:
    """Yield the exercises and quizzes that a released notebook checks, with their points."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] != "code" or not marks.get("grade"):
            continue
        names = CALL.findall("".join(cell["source"]))
        for name in names:
            yield name, float(marks.get("points", 0)) / len(names)


def as_text(items: list[Item]) -> str:
    """Return the map for a shell: a line for each notebook, and what comes next."""
    if not items:
        return _("There is no working copy yet: `python3 start.py` makes one.")
    lines = []
    for notebook, some in _by_notebook(items):
        marks = "".join(MARKS[item.state] for item in some)
        done = sum(item.state == "done" for item in some)
        lines.append(f"{notebook:<46} {done:>2}/{len(some):<2} {marks}")
    return "\n".join([*lines, "", _legend(), *_summary(items)])


def as_html(items: list[Item]) -> str:
    """Return the map for a notebook."""
    if not items:
        return f"<p>{html.escape(as_text(items))}</p>"
    rows = []
    for notebook, some in _by_notebook(items):
        marks = " ".join(
            f'<span title="{item.name}: {_word(item.state)}{" " + item.when[:10]}" '
            f'role="img" aria-label="{item.name}: {_word(item.state)}">{MARKS[item.state]}</span>'
            for item in some
        )
        done = sum(item.state == "done" for item in some)
        points = sum(item.points for item in some if item.state == "done")
        left = 'style="text-align:left"'
        rows.append(
            f'<tr><th scope="row" {left}>{html.escape(notebook)}</th>'
            f"<td>{done}/{len(some)}</td><td>{points:g}</td><td {left}>{marks}</td></tr>"
        )
    heads = (_("notebook"), _("done"), _("points"), _("exercises"))
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in heads)
    below = "".join(f"<p>{html.escape(line)}</p>" for line in [_legend(), *_summary(items)])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{below}"


def _by_notebook(items: list[Item]) -> list[tuple[str, list[Item]]]:
    names = dict.fromkeys(item.notebook for item in items)
    return [(name, [item for item in items if item.notebook == name]) for name in names]


def _word(state: str) -> str:
    return {"done": _("done"), "tried": _("tried"), "open": _("not begun")}[state]


def _legend() -> str:
    return ", ".join(f"{mark} {_word(state)}" for state, mark in MARKS.items())


def _summary(items: list[Item]) -> list[str]:
    done = [item for item in items if item.state == "done"]
    text = _("{done} of {all} exercises, {points} of {most} points.").format(
        done=len(done),
        all=len(items),
        points=f"{sum(item.points for item in done):g}",
        most=f"{sum(item.points for item in items):g}",
    )
    ahead = next((item for item in items if item.state != "done"), None)
    if ahead is None:
        return [text, _("All is done.")]
    following = _("Next: {name} in {notebook}.")
    return [text, following.format(name=ahead.name, notebook=ahead.notebook)]
