"""Right answers in every style on many drawings: each rejection is a fault of the check."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from rich.table import Table

from autograder.audit import variants
from autograder.checking import run_check
from autograder.exercises import everything


@dataclass
class RightRuns:
    """What happened to the right answers of one exercise.

    runs: checks of all styles on all drawings.  rejected: style, seed and what was found, in words.
    seconds: processor time of a check at the median and at worst, its drawing not counted.
    """

    exercise: str
    chapter: int
    drawings: int
    styles: int = 0
    runs: int = 0
    rejected: list[str] = field(default_factory=list)
    seconds: tuple[float, float] = (0.0, 0.0)


def right_runs(name: str, first: int, drawings: int) -> RightRuns:
    """Check the reference and every variant of an exercise on the seeds from `first` on."""
    exercise = everything()[name]
    styles: list[tuple[str, dict[str, Callable]]] = [
        ("the reference", vars(exercise.references())),
        *((v.style, v.functions) for v in variants.of(name)),
    ]
    found = RightRuns(name, exercise.chapter, drawings, len(styles))
    taken = []
    for seed in range(first, first + drawings):
        for style, functions in styles:
            start = time.process_time()
            report = run_check(name, functions, seed=seed)
            if style != "the reference":  # the first of a seed makes the drawing, which is kept
                taken.append(time.process_time() - start)
            found.runs += 1
            if not report.passed:
                found.rejected.append(f"{style}, seed {seed}: {report.found}")
    if taken:
        found.seconds = median(taken), max(taken)
    return found


def table(results: list[RightRuns]) -> Table:
    """One row a chapter and a row of all."""
    drawn = Table("chapter", "exercises", "styles", "drawings", "runs", "rejected", "ms", "worst")
    for column in drawn.columns[1:]:
        column.justify = "right"
    for chapter in [*sorted({r.chapter for r in results}), None]:
        rows = [r for r in results if chapter in (None, r.chapter)]
        timed = [r.seconds for r in rows if r.seconds[0]]
        drawn.add_row(
            "all" if chapter is None else str(chapter),
            str(len(rows)),
            str(sum(r.styles for r in rows)),
            str(sum(r.drawings for r in rows)),
            f"{sum(r.runs for r in rows):,}",
            str(sum(len(r.rejected) for r in rows)),
            f"{1000 * median([m for m, _ in timed] or [0.0]):.0f}",
            f"{1000 * max([w for _, w in timed] or [0.0]):.0f}",
        )
    return drawn
