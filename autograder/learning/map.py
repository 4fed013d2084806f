"""The map of all exercises, as text and for a notebook, in the reader's language."""

from __future__ import annotations

import html
from pathlib import Path

from autograder.checking.messages import translate as _
from autograder.learning.progress import Item

# Not there where the package was installed from a wheel.
START = Path(__file__).parents[2] / "start.py"
MARKS = {"done": "✓", "tried": "◐", "open": "·"}


def as_text(items: list[Item]) -> str:
    """Return the map for a shell: a line for each notebook, and what comes next."""
    if not items:
        if START.exists():
            return _("There is no working copy yet: `python3 start.py` makes one.")
        return _(
            "Nothing is remembered here: that takes a working copy, which start.py in the "
            "course's folder makes."
        )
    lines = []
    width = max(len(item.notebook) for item in items)
    for notebook, some in _by_notebook(items):
        marks = "".join(MARKS[item.state] for item in some)
        done = sum(item.state == "done" for item in some)
        lines.append(f"{notebook:<{width}} {done:>2}/{len(some):<2} {marks}")
    return "\n".join([*lines, "", _legend(), *_summary(items)])


def as_html(items: list[Item], root: str = ".") -> str:
    """Return the map for a notebook, from which `root` is the way to the working copy."""
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
            f'<tr><th scope="row" {left}>{_link(notebook, root)}</th>'
            f"<td>{done}/{len(some)}</td><td>{points:g}</td><td {left}>{marks}</td></tr>"
        )
    heads = (_("notebook"), _("done"), _("points"), _("exercises"))
    sides = ("left", "right", "right", "left")
    head = "".join(
        f'<th scope="col" style="text-align:{side}">{html.escape(name)}</th>'
        for name, side in zip(heads, sides, strict=True)
    )
    above = "".join(f"<p>{html.escape(line)}</p>" for line in _summary(items))
    if ahead := _ahead(items):
        above = above.replace(html.escape(ahead.notebook), _link(ahead.notebook, root))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return f"{above}{table}<p>{html.escape(_legend())}</p>"


def _link(notebook: str, root: str) -> str:
    return f'<a href="{html.escape(root)}/{notebook}.ipynb">{html.escape(notebook)}</a>'


def _by_notebook(items: list[Item]) -> list[tuple[str, list[Item]]]:
    names = dict.fromkeys(item.notebook for item in items)
    return [(name, [item for item in items if item.notebook == name]) for name in names]


def _word(state: str) -> str:
    return {"done": _("done"), "tried": _("tried"), "open": _("not begun")}[state]


def _legend() -> str:
    return ", ".join(f"{mark} {_word(state)}" for state, mark in MARKS.items())


def _summary(items: list[Item]) -> list[str]:
    done = [item for item in items if item.state == "done"]
    text = _("{done} of {all} exercises and quizzes, {points} of {most} points.").format(
        done=len(done),
        all=len(items),
        points=f"{sum(item.points for item in done):g}",
        most=f"{sum(item.points for item in items):g}",
    )
    ahead = _ahead(items)
    if ahead is None:
        return [text, _("All is done.")]
    following = _("Next: {name} in {notebook}.")
    return [text, following.format(name=ahead.name, notebook=ahead.notebook)]


def _ahead(items: list[Item]) -> Item | None:
    """Return what to do next: the first from the one checked last on that is not done."""
    latest = max(range(len(items)), key=lambda index: items[index].last)
    order = items[latest:] + items[:latest]
    return next((item for item in order if item.state != "done"), None)
