"""What start.py runs: `open`, `update` and `progress` of the working copy."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from autograder.learning.running import open_lab
from autograder.learning.workcopy import News, WorkCopy, is_current, update, work_copy

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Places:
    """Where a language's working copy is, and the course that it is made from."""

    work: Path
    course: Path


def places(language: str = "", project: Path = PROJECT) -> Places:
    """Return `work` and `chapters`, or `work-zh` and `chapters-zh`; ValueError without these."""
    ending = "" if language in ("", "en") else f"-{language.replace('_', '-').split('-')[0]}"
    found = Places(project / f"work{ending}", project / f"chapters{ending}")
    if not found.course.is_dir():
        others = sorted(path.name.partition("-")[2] for path in project.glob("chapters-*"))
        known = ", ".join(["en", *others])
        raise ValueError(f"there is no course in the language {language!r}; there is: {known}")
    return found


def main(arguments: list[str]) -> int:
    """Run one command; the exit code."""
    parser = argparse.ArgumentParser(prog="python3 start.py")
    parser.add_argument("--language", default="", help="of the course: en, zh")
    parser.add_argument("--work", type=Path, help="the working copy, where it is not beside")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("open", help="make work/, or bring it up to date")
    updating = commands.add_parser("update", help="bring a working copy up to date")
    updating.add_argument(
        "path", nargs="?", type=Path, metavar="FOLDER", help="the working copy; without it, work/"
    )
    updating.add_argument(
        "new",
        nargs="?",
        type=Path,
        metavar="NEW_RELEASE",
        help="the folder of its new release; without it, the chapter in this course",
    )
    commands.add_parser("progress", help="show what is solved")
    chosen, unknown = parser.parse_known_args(arguments)
    if unknown:  # the command's own usage; the parser's would show what only start.py says
        commands.choices[chosen.command].error(f"there is no argument {' '.join(unknown)}")
    try:
        here = places(chosen.language)
    except ValueError as error:
        print(f"start.py: {error}.", file=sys.stderr)
        return 1
    here = Places(chosen.work or here.work, here.course)
    if chosen.command == "open":
        code = open_work(work_copy(here.work, here.course))
        if address := open_lab(here.work):
            print(f"A lab of this copy is open already, at {address}: work in one of the two only.")
        return code
    if chosen.command == "update":
        return update_at(chosen.path, chosen.new, here)
    from autograder.learning.map import as_text
    from autograder.learning.progress import overview

    print(as_text(overview(here.work)))
    return 0


def open_work(copy: WorkCopy) -> int:
    """Make the working copy where there is none, and update it where the course has changed."""
    first = not copy.state.exists()
    if is_current(copy):
        return 0
    try:
        told = update(copy)
    except OSError as error:
        print(f"start.py: {copy.root} could not be brought up to date: {error}", file=sys.stderr)
        return 1 if first else 0
    if first:
        print(f"Your working copy is {copy.root}: write there; {copy.course.name}/ stays as it is.")
    else:
        tell(copy, told)
    return 0


def update_at(path: Path | None, new: Path | None, here: Places | None = None) -> int:
    """Update a working copy, or an assignment's folder, and say what was done."""
    here = here or places()
    if path is None and not here.work.is_dir():
        return open_work(work_copy(here.work, here.course))
    path = path or here.work
    if not path.is_dir():
        there = f"{path} is a file" if path.exists() else f"there is no folder {path}"
        print(f"start.py: {there}; what is updated is a folder of notebooks.", file=sys.stderr)
        return 1
    # work-zh is a copy of chapters-zh, whether or not somebody has said --language.
    name = path.resolve().name
    edition = here.course.with_name(name.replace("work", "chapters", 1))
    if name.startswith("work-") and edition.is_dir():
        here = Places(path, edition)
    copy = work_copy(path, new or here.course)
    if copy.only and new is None:
        copy = WorkCopy(copy.root, here.course / copy.only, copy.only)
    if not copy.course.is_dir():
        print(
            f"start.py: there is no new release at {copy.course}: name its folder, as in "
            f"start.py update {path} ~/Downloads/{path.name}.",
            file=sys.stderr,
        )
        return 1
    if new is not None and not any(path.glob("*.ipynb")) and any(new.glob("*.ipynb")):
        inside = sorted(f.parent.relative_to(path).as_posix() for f in path.glob("*/*.ipynb"))
        print(
            f"start.py: there is no notebook in {path}, and {new} is the release of one assignment:"
            " name the folder of that assignment"
            + (f", {path / inside[0]} say" if inside else "")
            + ". Nothing was changed.",
            file=sys.stderr,
        )
        return 1
    if new is not None and copy.only:
        mine, theirs = ({p.name for p in f.glob("*.ipynb")} for f in (path, copy.course))
        if not mine & theirs:
            print(
                f"start.py: {copy.course} has none of the notebooks of {path} "
                f"({', '.join(sorted(mine))}): name the folder of the same assignment. "
                "Nothing was changed.",
                file=sys.stderr,
            )
            return 1
    try:
        tell(copy, update(copy))
    except OSError as error:
        print(f"start.py: {copy.root} cannot be brought up to date: {error}", file=sys.stderr)
        return 1
    return 0


def tell(copy: WorkCopy, told: list[News]) -> None:
    """Print what an update did."""
    if not told:
        print("Everything is up to date.")
    done, failed = ([one for one in told if one.failed == way] for way in (False, True))
    if done:
        print("What you wrote is kept; brought up to date:")
        for one in done:
            print(f"  {one}")
    if kept := next((one.kept for one in done if one.kept), None):
        print(f"As they were before, they are in {kept}.")
        print("A notebook that is open in the lab: choose File > Reload Notebook from Disk.")
    if failed:
        print("Left as it is, not brought up to date:")
        for one in failed:
            print(f"  {one}")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:  # what was begun is done again at the next update
        sys.exit(130)
