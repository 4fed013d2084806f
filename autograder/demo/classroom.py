"""Puts the demo class's submissions into a course folder."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from autograder.building.layout import Layout
from autograder.demo.mistakes import OWN
from autograder.demo.notebooks import Notebooks
from autograder.demo.stories import ANY_CHAPTER, Story

MAIN = "03_feedforward"
FEW = ("ada", "blank", "halfway", "broken", "cheater")
DUE = datetime(2026, 3, 2, 23, 59)
MARK = ".demo"


def stories(assignment: str, everybody: bool = True) -> tuple[Story, ...]:
    """The students of a chapter's demo class; only a few where not `everybody`."""
    own = OWN.get(assignment, ())
    return (*(s for s in ANY_CHAPTER if everybody or s.student in FEW), *own)


def make_class(
    course: Path, assignment: str, students: int = 0, layout: Layout | None = None
) -> dict[str, str]:
    """Write submissions of `assignment` into `course`; student -> what happened.

    students: how many; the stories are repeated under numbered names, 0 for each once. Chapters
    other than the third get a few students only. Submissions that are there and unchanged are kept.
    """
    layout = layout or Layout()
    chapter, solution = layout.chapters / assignment, layout.solutions / assignment
    solved, untouched = Notebooks.solved(chapter, solution), Notebooks.untouched(chapter)
    told = stories(assignment, everybody=assignment == MAIN or bool(students))
    made = {}
    for number in range(students or len(told)):
        story = told[number % len(told)]
        student = (
            story.student if number < len(told) else f"{story.student}{number // len(told):03d}"
        )
        notebooks = (untouched if story.untouched else solved).copy()
        story.change(notebooks)
        hand_in(course / "submitted" / student / assignment, notebooks)
        made[student] = story.what
    return made


def hand_in(folder: Path, notebooks: Notebooks) -> None:
    """Write a submission, unless it is there already."""
    temporary = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(temporary, ignore_errors=True)
    notebooks.save(temporary)
    when = DUE - timedelta(hours=3) + timedelta(hours=notebooks.late_hours)
    (temporary / "timestamp.txt").write_text(f"{when:%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")
    if folder.exists() and same(folder, temporary):
        shutil.rmtree(temporary)
        return
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(temporary, folder)


def same(one: Path, other: Path) -> bool:
    """Whether two folders hold the same files."""
    names = {path.name for path in one.iterdir()}
    return names == {path.name for path in other.iterdir()} and all(
        (one / name).read_bytes() == (other / name).read_bytes() for name in names
    )


def set_duedate(course: Path, assignment: str) -> None:
    """Give the assignment its date in the gradebook, so that someone can be late."""
    from autograder.coursefolder.course import Course

    with Course.open(course).gradebook() as gradebook:
        gradebook.update_or_create_assignment(assignment, duedate=f"{DUE:%Y-%m-%d %H:%M:%S} UTC")
