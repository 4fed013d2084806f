"""What has passed its check, and when: a line for each check, in the working copy alone.

Nothing is written where there is no working copy, nor by a run that nobody sits at (Validate, the
grader, a build).
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STATE = ".course"
LOG = "progress.jsonl"
CALL = re.compile(r"^check(?:\.quiz)?\(\s*[\"']?(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Item:
    """An exercise of the map.

    state: "done", "tried" or "open"; when: of its first pass; last: when it was checked last.
    """

    name: str
    notebook: str
    points: float
    state: str
    when: str = ""
    last: str = ""


def home(start: Path) -> Path | None:
    """Return the working copy that a folder lies in, or None."""
    for folder in (start, *start.parents[:3]):
        if (folder / STATE / "base").is_dir():
            return folder
    return None


def attended() -> bool:
    """Return whether somebody runs this cell in a notebook: then it could ask for input."""
    # Where nobody has loaded IPython no cell runs; loading it takes as long as a check. What
    # nbgrader, papermill or nbconvert run may not ask for input. (NBGRADER_EXECUTION says less:
    # nbgrader leaves it behind in a server's environment when a validation fails.)
    if "IPython" not in sys.modules:
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
            last = max((line["when"] for line in tries), default="")
            items.append(Item(name, notebook, points, state, min(passed, default=""), last))
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
