"""What start.py runs: `open`, `update` and `progress` of the working copy."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from autograder.learning.workcopy import News, WorkCopy, is_current, update, work_copy

PROJECT = Path(__file__).resolve().parents[2]
WORK, COURSE = PROJECT / "work", PROJECT / "chapters"


def main(arguments: list[str]) -> int:
    """Run one command; the exit code."""
    parser = argparse.ArgumentParser(prog="start.py")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("open", help="make work/, or bring it up to date")
    updating = commands.add_parser("update", help="bring a working copy up to date")
    updating.add_argument("path", nargs="?", type=Path, default=WORK, help="its folder")
    updating.add_argument("new", nargs="?", type=Path, help="the new release of that folder")
    commands.add_parser("progress", help="show what is solved")
    chosen = parser.parse_args(arguments)
    if chosen.command == "open":
        return open_work(work_copy(WORK, COURSE))
    if chosen.command == "update":
        return update_at(chosen.path, chosen.new)
    from autograder.learning.map import as_text
    from autograder.learning.progress import overview

    print(as_text(overview(WORK)))
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
        print(f"Your working copy is {copy.root}: write there; chapters/ stays as it is.")
    else:
        tell(copy, told)
    return 0


def update_at(path: Path, new: Path | None) -> int:
    """Update a working copy, or an assignment's folder, and say what was done."""
    if not path.is_dir():
        if path != WORK:
            print(f"start.py: there is no folder {path}.", file=sys.stderr)
            return 1
        return open_work(work_copy(WORK, COURSE))
    copy = work_copy(path, new or COURSE)
    if copy.only and new is None:
        copy = WorkCopy(copy.root, COURSE / copy.only, copy.only)
    if not copy.course.is_dir():
        print(
            f"start.py: there is no new release at {copy.course}: name its folder, as in "
            f"start.py update {path} ~/Downloads/{path.name}.",
            file=sys.stderr,
        )
        return 1
    tell(copy, update(copy))
    return 0


def tell(copy: WorkCopy, told: list[News]) -> None:
    """Print what an update did."""
    if not told:
        print("Everything is up to date.")
        return
    print("The course has changed. What you wrote is where it was; brought up to date:")
    for one in told:
        print(f"  {one}")
    print(f"As it was before: {copy.state / 'copies'}.")
    print("A notebook that is open in the lab: choose File > Reload Notebook from Disk.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
