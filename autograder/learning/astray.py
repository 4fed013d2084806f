"""What a learner wrote into the course's own notebooks, by mistake: brought to the working copy.

The course hands out no outputs and nothing but stubs. A notebook there that has either was worked
in; as a new text of the course it would be taken back when git makes the file as it was.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cells import STUB
from autograder.learning.files import read, write

if TYPE_CHECKING:
    from autograder.learning.workcopy import WorkCopy


def worked_in(data: bytes) -> bool:
    """Return whether somebody ran or wrote a cell of a notebook; not where it cannot be read."""
    try:
        cells = json.loads(data)["cells"]
        return any(_touched(cell) for cell in cells if cell["cell_type"] == "code")
    except (ValueError, KeyError, TypeError):
        return False


def _touched(cell: dict) -> bool:
    answer = cell["metadata"].get("nbgrader", {}).get("solution")
    return bool(cell["outputs"]) or bool(answer and STUB not in "".join(cell["source"]))


def brought_here(copy: WorkCopy, name: str, stamp: str) -> str:
    """Bring what somebody wrote into the course's own notebook to the working copy.

    Returns what was done in words, "" where all of it was there.
    """
    written, place, base = copy.released(name).read_bytes(), copy.root / name, copy.base(name)
    theirs = f"{copy.course.name}/{name}"
    again = f"`git checkout {theirs}` makes that one the course's again, and `git pull` goes on"
    mine = place.read_bytes() if place.exists() else None
    if mine is None or (base.exists() and mine == base.read_bytes()):
        if mine is not None:
            write(copy.state / "copies" / stamp / name, mine)
        write(place, written)
        if not base.exists():
            write(base, _base_of(written))
        return f"what you wrote in {theirs} is here now: go on here; {again}"
    elif mine != written:
        beside = _place_beside(place, written, copy.course.name)
        if not beside.exists():
            write(beside, written)
            return f"what you wrote in {theirs} is in {beside.name} now, beside yours; {again}"
    return ""


def _base_of(written: bytes) -> bytes:
    """Return what the course may have had where somebody wrote, as far as the cells can tell."""
    import nbformat

    from autograder.learning.guess import guessed_base

    nb = read(written)
    return (nbformat.writes(guessed_base(nb, nb), version=nbformat.NO_CONVERT) + "\n").encode()


def _place_beside(place: Path, data: bytes, folder: str) -> Path:
    """Return where to keep `data` beside `place`: a name that is free, or that has it already."""
    names = [f"{place.stem}-from-{folder}{number}.ipynb" for number in ("", *range(2, 1000))]
    paths = [place.with_name(name) for name in names]
    return next(path for path in paths if not path.exists() or path.read_bytes() == data)
