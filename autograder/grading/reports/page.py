"""The class report as one HTML file: no scripts, no addresses, nothing of a student unescaped."""

from __future__ import annotations

import statistics
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from autograder.coursefolder.shown import shown
from autograder.grading.reports import plots
from autograder.grading.reports.data import ClassData, ExerciseStatistics, Row

HARD, EASY, FLAT = 0.5, 0.95, 0.15


def render(data: ClassData) -> str:
    """Return the page."""
    folder = files("autograder.grading.reports")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = number
    environment.filters["shown"] = lambda text: shown(str(text), 300)
    template = environment.from_string(folder.joinpath("page.html").read_text(encoding="utf-8"))
    figures = data.statistics()
    totals = [row.total for row in data.judged]
    return template.render(
        data=data,
        title=heading(data.assignment),
        style=folder.joinpath("page.css").read_text(encoding="utf-8"),
        totals=totals,
        median=statistics.median(totals) if totals else 0.0,
        mean=statistics.fmean(totals) if totals else 0.0,
        statistics=figures,
        spans=spans(data),
        mistakes=data.mistakes(),
        first=first_look(data, figures),
        ungraded=[row for row in data.rows if row.ungraded],
        late=[row for row in data.rows if row.late],
        reasons=[r for r in data.judged if r.result and r.result.reasons],
        repaired=[row for row in data.rows if row.result and row.result.repaired],
        evidence=[row for row in data.rows if row.result and row.result.evidence],
        histogram=plots.histogram(totals, data.max_score or 1.0),
        scatter=plots.scatter([(f.name, f.difficulty, f.discrimination) for f in figures]),
        bar=plots.bar,
        shade=shade,
        judgment=judgment,
        unprotected="none" in data.jails,
    )


def heading(assignment: str) -> str:
    """ "Chapter 3: feedforward" for 03_feedforward."""
    first, _, rest = assignment.partition("_")
    if first.isdigit() and rest:
        return f"Chapter {int(first)}: {rest.replace('_', ' ')}"
    return assignment


def number(value: float | None, digits: int = 1) -> str:
    """Return a number without needless zeros; a dash for None."""
    if value is None:
        return "–"
    return f"{value:.{digits}f}".rstrip("0").rstrip(".").replace("-", "−") or "0"


def shade(score: float, points: float) -> str:
    """Return the class of a table cell: none, some or all of the points."""
    return "all" if score >= points else "some" if score > 0 else "none"


def judgment(figure: ExerciseStatistics) -> str:
    """Return what the two numbers say, in a word or two."""
    if figure.difficulty < HARD:
        return "hard"
    if (
        figure.discrimination is not None
        and figure.discrimination < FLAT
        and figure.difficulty < EASY
    ):
        return "does not separate"
    return "all but everybody" if figure.difficulty >= EASY else ""


def spans(data: ClassData) -> list[tuple[str, int]]:
    """Runs of neighboring exercises of one group, with their lengths."""
    from autograder.grading.reports.data import group_of

    found: list[tuple[str, int]] = []
    for name in data.exercises:
        group = group_of(name)
        if found and found[-1][0] == group:
            found[-1] = (group, found[-1][1] + 1)
        else:
            found.append((group, 1))
    return found


def first_look(data: ClassData, figures: list[ExerciseStatistics]) -> list[str]:
    """Return up to four sentences for a reader with one minute."""
    said = []
    failed = [row for row in data.rows if row.ungraded]
    if failed:
        said.append(
            f"{len(failed)} could not be graded by an error of the grader: {people(failed)}."
        )
    worst = [f for f in sorted(figures, key=lambda f: f.difficulty) if f.difficulty < 1][:3]
    if worst:
        names = ", ".join(f"{f.name} ({f.difficulty:.0%})" for f in worst)
        said.append(f"Fewest points were earned in {names}.")
    mistakes = data.mistakes()
    if mistakes:
        top = mistakes[0]
        said.append(
            f"The most frequent mistake: {len(top.students)} of {len(data.rows)} in "
            f"{top.exercise}, {top.text}"
        )
    nothing = [row for row in data.judged if row.total == 0]
    if nothing:
        said.append(f"{len(nothing)} of {len(data.rows)} have no points at all: {people(nothing)}.")
    attempts = [row for row in data.rows if row.result and row.result.evidence]
    if attempts:
        said.append(f"Look at the signs of tampering of {people(attempts)}.")
    return said


def people(rows: list[Row]) -> str:
    """Return names, the first five of them."""
    names = [shown(row.student) for row in rows[:5]]
    return ", ".join(names) + (f" and {len(rows) - 5} more" if len(rows) > 5 else "")
