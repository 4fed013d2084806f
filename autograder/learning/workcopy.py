"""The folder a learner works in: made from the course, and renewed when the course changes.

Beside the chapters it has `.course/`: `base/`, the notebooks as the course had them when they were
last taken over; `copies/DATE/`, every file as it was before it was changed; `progress.jsonl`.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.learning.astray import brought_here, worked_in
from autograder.learning.copies import namesakes
from autograder.learning.files import is_json, lacks, read, write

STATE = ".course"
START = "start.ipynb"
DAMAGED = (
    "damaged, the lab cannot open it. Rename it, and the next start puts a "
    "fresh one there; what you wrote is still in yours, in any text editor, and may be in "
    "`.ipynb_checkpoints` beside it"
)
LEFT_OUT = {".ipynb_checkpoints", "__pycache__", ".DS_Store"}


@dataclass(frozen=True)
class News:
    """What happened to one file.

    name: its path below the working copy; text: in words; kept: the folder that has the file as
    it was before it was changed, None where it was not changed; failed: it could not be brought
    up to date, and is tried again at the next update.
    """

    name: str
    text: str
    kept: Path | None = None
    failed: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


@dataclass(frozen=True)
class WorkCopy:
    """root: the folder that holds the chapters' folders.  course: where the course's files are.

    only: the one folder below root that is meant, "" for all; it is `course` itself then.
    """

    root: Path
    course: Path
    only: str = ""

    @property
    def state(self) -> Path:
        """The hidden folder with what the update needs."""
        return self.root / STATE

    def base(self, name: str) -> Path:
        """Return the file as the course had it when it was last taken over."""
        return self.state / "base" / name

    def names(self) -> list[str]:
        """Return the course's files, as paths below root, in order."""
        prefix = f"{self.only}/" if self.only else ""
        found = [path.relative_to(self.course) for path in self.course.rglob("*") if path.is_file()]
        kept = [path for path in found if not LEFT_OUT & set(path.parts)]
        return sorted(prefix + path.as_posix() for path in kept)

    def released(self, name: str) -> Path:
        """Return where the course has a file."""
        return self.course / (name.removeprefix(f"{self.only}/") if self.only else name)

    def digest(self) -> str:
        """Return a text that changes when any of the course's files does."""
        digest = hashlib.sha256()
        for name in self.names():
            digest.update(f"{name}\n".encode() + self.released(name).read_bytes())
        return digest.hexdigest()


def work_copy(path: Path, course: Path) -> WorkCopy:
    """Return the working copy at `path`: a folder of chapters, or one chapter's folder."""
    path, course = path.resolve(), course.resolve()
    whole = (path / STATE).exists() or (path / START).exists()  # its state may have been left out
    if any(path.glob("*.ipynb")) and not whole:
        return WorkCopy(path.parent, course, path.name)
    return WorkCopy(path, course)


def is_current(copy: WorkCopy) -> bool:
    """Return whether the course is as it was at the last update."""
    try:
        known = json.loads((copy.state / "state.json").read_text(encoding="utf-8"))
        return known["course"] == copy.digest()
    except (OSError, ValueError, KeyError, TypeError):
        return False


def update(copy: WorkCopy) -> list[News]:
    """Bring the working copy up to date, file by file; a file that cannot be read stays as it is.

    Returns what was done. Raises OSError where the folder cannot be written to.
    """
    digest, stamp = copy.digest(), _free_stamp(copy)
    news = [one for name in copy.names() for one in _updated(copy, name, stamp)]
    news += _gone(copy)
    if not copy.only and not any(one.failed for one in news):
        write(copy.state / "state.json", json.dumps({"course": digest}).encode())
    return news


def _free_stamp(copy: WorkCopy) -> str:
    """Return the name of a folder for today's copies that is not there yet."""
    now = time.strftime("%Y-%m-%d_%H-%M-%S")
    names = [now, *(f"{now}_{number}" for number in range(2, 1000))]
    return next(name for name in names if not (copy.state / "copies" / name).exists())


def _updated(copy: WorkCopy, name: str, stamp: str) -> Iterable[News]:
    """Update one file; one that cannot be written does not keep the others back."""
    try:
        yield from _update_file(copy, name, stamp)
    except OSError as error:
        if not os.access(copy.root, os.W_OK):
            raise
        yield News(name, f"it cannot be read and written: {error.strerror}", failed=True)


def _update_file(copy: WorkCopy, name: str, stamp: str) -> Iterable[News]:
    new, place, base = copy.released(name).read_bytes(), copy.root / name, copy.base(name)
    before = base.read_bytes() if base.exists() else None
    if not copy.only and name.endswith(".ipynb") and worked_in(new):
        if said := brought_here(copy, name, stamp):
            yield News(name, said)
        return
    if not place.exists():
        write(place, new)
        write(base, new)
        if before is not None or (copy.state / "state.json").exists():
            text = "new" if before is None else "was missing, put back as it is now"
            yield News(name, text + _elsewhere(copy, name))
        return
    mine = place.read_bytes()
    if mine == new or (before == new and not (name.endswith(".ipynb") and lacks(mine, new))):
        write(base, new)
        if mine not in (before, new) and name.endswith(".ipynb") and not is_json(mine):
            yield News(name, DAMAGED, failed=True)
        return
    result, text = new, "new text"
    if name.endswith(".ipynb"):
        try:
            result, text = _merged(before, mine, new)
        except Exception as error:
            reason = " ".join(str(error).split())[:100]
            text = f"it cannot be read as a notebook ({reason})"
            yield News(name, text if is_json(mine) else DAMAGED, failed=True)
            return
    elif mine != before:
        yield News(name, f"left as it is, because you have changed it; the new one is {base}")
        write(base, new)
        return
    if result != mine:
        kept = copy.state / "copies" / stamp
        write(kept / name, mine)
        write(place, result)
        yield News(name, text + _elsewhere(copy, name), kept)
    write(base, new)  # last: an update that was cut off is done again


def _merged(before: bytes | None, mine: bytes, new: bytes) -> tuple[bytes, str]:
    """Return a notebook brought up to date, and what was done in words."""
    import nbformat

    from autograder.learning.guess import guessed_base
    from autograder.learning.merge import merge, title

    fresh, own = read(new), read(mine)
    base = read(before) if before is not None else guessed_base(own, fresh)
    done = merge(base, own, fresh)
    nbformat.validate(done.notebook)
    counts = [(done.renewed, "renewed"), (done.added, "new")]
    parts = [f"{_cells(number)} {what}" for number, what in counts if number]
    if done.removed:
        parts.append(f"{_cells(len(done.removed))} removed, {', '.join(done.removed)}")
    if done.put_back:
        parts.append(f"put back as handed out: {', '.join(done.put_back)}")
    if done.beside:
        titles = {cell.id: title(cell) for cell in fresh.cells}
        names = ", ".join(titles[name] for name in done.beside)
        parts.append(f"shown above what you wrote: the new text of {names}")
    text = nbformat.writes(done.notebook, version=nbformat.NO_CONVERT) + "\n"
    return text.encode("utf-8"), "; ".join(parts) or "brought up to date"


def _elsewhere(copy: WorkCopy, name: str) -> str:
    """Return, where the notebook is here under other names too, that these stay as they are."""
    others = namesakes(copy.root / name, {copy.root / one for one in copy.names()})
    if not others:
        return ""
    return f"; {', '.join(others)} has the same exercises, is yours and stays as it is"


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number} cells"


def _gone(copy: WorkCopy) -> Iterable[News]:
    """Name the files that the course no longer has; they stay where they are."""
    names = set(copy.names())
    folder = copy.state / "base"
    for path in sorted((folder / copy.only).rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in names:
            yield News(name, "is no longer part of the course; yours stays")
            path.unlink()
