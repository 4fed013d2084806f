"""A new release into a notebook that somebody has worked in: three texts of each cell, one kept.

The order of the cells is the new release's; a learner's own cells stay behind the cell that they
stood behind. What only the course changed is renewed, what the learner wrote stays, and where both
changed a cell the new text is shown in a cell of its own above.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode

from autograder.cells import HANDED_OUT
from autograder.coursefolder.material import mark_of
from autograder.learning.matching import grade_id, is_untouched, partners, successors

BESIDE = "course_update"
# What the course says of its cells; a learner's own have none of it.
MARKS = ("nbgrader", "deletable", "editable", "tags", HANDED_OUT)


@dataclass
class Merged:
    """A notebook brought up to date, and what was done.

    renewed, added: how many of the course's cells.  removed: titles of those that are gone.
    put_back: names of graded cells that somebody deleted, and of checks that somebody changed.
    beside: ids of the cells whose new text is shown above the learner's.
    """

    notebook: NotebookNode
    renewed: int = 0
    added: int = 0
    removed: list[str] = field(default_factory=list)
    put_back: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)


def merge(base: NotebookNode, mine: NotebookNode, new: NotebookNode) -> Merged:
    """Return `new` with all that a learner did to `base` in `mine`; no argument is changed."""
    mine, new = nbformat.from_dict(mine), nbformat.from_dict(new)
    base = _with_arrived(base, mine, new)
    to_base = partners(mine, base)
    of_base = {place: index for index, place in to_base.items()}
    origin = {after: before for before, after in successors(base, new).items()}
    heirs = {base.cells[before].id: new.cells[after].id for after, before in origin.items()}
    result = Merged(nbformat.from_dict({**new, "cells": [], "metadata": {**mine.metadata}}))

    course: dict[int, list[NotebookNode]] = {}  # by place in mine: what takes the cell's place
    arrived: dict[int, list[NotebookNode]] = {}  # by place in new: a cell that nobody had
    for place, cell in enumerate(new.cells):
        before = origin.get(place)
        known = None if before is None else base.cells[before]
        index = None if before is None else of_base.get(before)
        if index is not None:
            course[index] = _renewed(mine.cells[index], known, cell, result)
        elif known is None or known.source != cell.source or grade_id(cell):
            result.added += known is None
            if known is not None and grade_id(cell):
                result.put_back.append(title(cell))
            arrived[place] = [cell]
    place_of = {of_base[b]: p for p, b in origin.items() if b in of_base}
    own: dict[int, list[NotebookNode]] = {}  # by place in new, -1 for the start
    behind = -1
    for index, cell in enumerate(mine.cells):
        if index in place_of:
            behind = place_of[index]
            continue
        gone = base.cells[to_base[index]] if index in to_base else None
        if gone is not None and _same(cell, gone):
            result.removed.append(title(gone))
        elif not (_is_spare(cell) or _is_outdated(cell, heirs, result.beside, course)):
            own.setdefault(behind, []).append(_unmarked(cell))
    at = {place: index for index, place in place_of.items()}
    cells, ours = list(own.get(-1, [])), set()
    for place in range(len(new.cells)):
        here = course[at[place]] if place in at else arrived.get(place, [])
        ours |= {id(cell) for cell in here[-1:]}
        cells += here + own.get(place, [])
    result.notebook.cells = cells
    _distinct_ids(sorted(cells, key=lambda cell: id(cell) not in ours))
    result.notebook.nbformat_minor = max(new.nbformat_minor, 5)
    return result


def title(cell: NotebookNode) -> str:
    """Return what a reader knows a cell by: the exercise's name, or the words it begins with."""
    if grade_id(cell):
        return grade_id(cell)
    words = " ".join(cell.source.replace("#", " ").replace("*", " ").split())
    return f"“{words}”" if len(words) <= 50 else f"“{words[:50].rsplit(' ', 1)[0]} …”"


def _with_arrived(base: NotebookNode, mine: NotebookNode, new: NotebookNode) -> NotebookNode:
    """Return the base with those new cells that `mine` has already: an update was cut off."""
    known, here = ({cell.id for cell in nb.cells} for nb in (base, mine))
    there = [cell for cell in new.cells if cell.id in here - known]
    return nbformat.from_dict({**base, "cells": [*base.cells, *there]})


def _renewed(
    mine: NotebookNode, base: NotebookNode | None, new: NotebookNode, result: Merged
) -> list[NotebookNode]:
    """Return what takes a cell's place: the cell, and where both sides changed it, the other's."""
    assert base is not None
    # A graded cell is of the course's kind, whatever somebody has made of it.
    if _same(mine, new) or (grade_id(new) and mine.source == new.source):
        return [_with_text(new, mine)]
    if _same(mine, base):
        result.renewed += 1
        return [new]
    if new.metadata.get("nbgrader", {}).get("locked"):
        result.put_back.append(title(new))
        return [_unmarked(mine), new]
    if _same(base, new):
        return [_with_text(new, mine)]
    result.beside.append(new.id)
    return [_shown(new), _with_text(new, mine)]


def _same(one: NotebookNode, other: NotebookNode) -> bool:
    """Return whether two cells have the same text, letter by letter, kind and pasted pictures."""
    return (
        one.cell_type == other.cell_type
        and one.source == other.source
        and one.get("attachments", {}) == other.get("attachments", {})
    )


def _with_text(new: NotebookNode, mine: NotebookNode) -> NotebookNode:
    """Return the course's cell with the learner's text, outputs and settings of the display."""
    graded = bool(grade_id(new))
    kind = new.cell_type if graded else mine.cell_type
    cell = nbformat.from_dict({**new, "cell_type": kind, "source": mine.source})
    for name in ("outputs", "execution_count"):
        cell.pop(name, None)
        if kind == "code":
            cell[name] = mine.get(name, [] if name == "outputs" else None)
    cell.pop("attachments", None)
    if kind != "code" and mine.get("attachments"):
        cell.attachments = mine.attachments
    display = {name: v for name, v in mine.metadata.items() if name not in MARKS}
    cell.metadata = nbformat.from_dict({**display, **new.metadata})
    return cell


def _unmarked(mine: NotebookNode) -> NotebookNode:
    """Return a learner's cell as one of their own: nbgrader does not know it, it can be deleted."""
    cell = nbformat.from_dict(mine)
    for name in MARKS:
        cell.metadata.pop(name, None)
    return cell


def _shown(new: NotebookNode) -> NotebookNode:
    """Return a text cell that shows the course's new text of a cell that the learner changed."""
    source = _news_of(new)
    cell = nbformat.v4.new_markdown_cell(source, id=_new_id())
    cell.metadata[BESIDE] = {"of": new.id, "mark": mark_of(source)}
    return cell


def _news_of(new: NotebookNode) -> str:
    longest = max((len(run) for run in re.findall(r"`+", new.source)), default=0)
    fence = "`" * max(3, longest + 1)
    kind = {"code": "python", "markdown": "markdown"}.get(new.cell_type, "text")
    return (
        "**The course has changed the cell below.** What you wrote there is as it was; the new "
        f"text is this. Delete this cell when you have taken over what you need.\n\n"
        f"{fence}{kind}\n{new.source}\n{fence}"
    )


def _is_spare(cell: NotebookNode) -> bool:
    """Return whether a cell is the empty one of two for an answer, which stands in the other."""
    return bool(grade_id(cell) and cell.metadata.nbgrader.get("solution")) and is_untouched(cell)


def _is_outdated(
    cell: NotebookNode,
    heirs: dict[str, str],
    beside: list[str],
    course: dict[int, list[NotebookNode]],
) -> bool:
    """Return whether a cell is one of `_shown`, untouched, whose text is shown anew or taken over.

    One that somebody wrote into stays.
    """
    note = cell.metadata.get(BESIDE)
    if not isinstance(note, dict) or note.get("mark") != mark_of(cell.source):
        return False
    about = heirs.get(note.get("of", ""))
    below = [cells[-1] for cells in course.values() if cells[-1].id == about]
    return about in beside or not below or _news_of(below[0]) == cell.source


def _distinct_ids(cells: list[NotebookNode]) -> None:
    """Give cells new ids where they have none or one of a cell before."""
    seen: set[str] = set()
    for cell in cells:
        name = cell.get("id")
        if name in seen or not (
            isinstance(name, str) and re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name)
        ):
            cell.id = _new_id()
        seen.add(cell.id)


def _new_id() -> str:
    return uuid.uuid4().hex[:12]
