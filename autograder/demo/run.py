"""The demo: release, class, grades, table, report, feedback, export."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console

from autograder.building.layout import Layout
from autograder.building.problems import BuildError
from autograder.coursefolder import names
from autograder.coursefolder.course import Course
from autograder.coursefolder.release import release_course
from autograder.demo.classroom import MAIN, make_class, set_duedate
from autograder.grading.commands import run_grade, run_report
from autograder.grading.export import run_export
from autograder.grading.reports.collect import collect
from autograder.grading.reports.feedback import write_feedback
from autograder.grading.reports.table import class_table


def run_demo(
    out: Console, course: Path, students: int = 0, workers: int = 0, jail: str = "namespaces"
) -> None:
    """Do an instructor's week with a made-up class, and say where the results are."""
    started = time.perf_counter()
    layout = Layout().authored()
    built = [
        folder.name
        for folder in layout.chapter_folders()
        if any((layout.chapters / folder.name).glob("*.ipynb"))
    ]
    if not built:
        raise ValueError("There is no built chapter: run `autograder build` first.")
    released: dict[str, bool] = {}
    for name in built:
        try:
            released |= release_course(course, [name], layout=layout)
        except BuildError as error:
            out.print(f"{name} is left out, it cannot be released yet: {error.problems[0]}")
    if not released:
        raise ValueError("No chapter can be released: `autograder build` says why.")
    news = sum(released.values())
    out.print(
        f"Course folder {course}: {news} chapters released, {len(released) - news} unchanged."
    )
    order = sorted(released, key=lambda name: (name != MAIN, name))
    pages = []
    for name in order:
        told = make_class(course, name, students if name == order[0] else 0, layout)
        set_duedate(course, name)
        run_grade(out, course, name, tuple(told), workers, jail=jail)
        opened = Course.open(course)
        out.print(class_table(collect(opened, name), f"\n{name}: points by exercise"))
        pages.append(run_report(course, name)[0])
    opened = Course.open(course)
    for name in order[:1]:
        with out.status("writing feedback"):
            count = write_feedback(opened, name)
        out.print(f"Feedback      {course / 'feedback'} ({count} students of {name})")
    out.print(f"Grades        {run_export(course, course / 'grades.csv')}")
    out.print(f"Gradebook     {course / names.GRADEBOOK}")
    for page in pages:
        out.print(f"Class report  {page}")
    out.print(f"Done in {time.perf_counter() - started:.0f} s. The points for questions in words "
              "come on top: "
              "a person gives them, in nbgrader's formgrader.")  # fmt: skip
