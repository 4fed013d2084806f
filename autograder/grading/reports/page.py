"""The class report as one HTML file: no scripts, no addresses, nothing of a student unescaped."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from autograder.checking import messages
from autograder.checking.messages import translate as _
from autograder.coursefolder.shown import shown
from autograder.grading.reports import plots
from autograder.grading.reports.data import ClassData, ExerciseStatistics, Row

HARD, EASY, FLAT = 0.5, 0.95, 0.15


def render(data: ClassData) -> str:
    """Return the page, in the language of messages.language()."""
    folder = files("autograder.grading.reports")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = number
    environment.filters["more"] = more
    environment.globals["_"] = _
    environment.filters["shown"] = lambda text: shown(str(text), 300)
    template = environment.from_string(folder.joinpath("page.html").read_text(encoding="utf-8"))
    figures = data.statistics()
    totals = [row.total for row in data.judged]
    return template.render(
        data=data,
        language=messages.language(),
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
    first, rest = (*assignment.split("_", 1), "")[:2]
    if first.isdigit() and rest:
        return _("Chapter {number}: {name}").format(number=int(first), name=rest.replace("_", " "))
    return assignment


def number(value: float | None, digits: int = 1) -> str:
    """Return a number without needless zeros; a dash for None."""
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


def shade(score: float, points: float) -> str:
    """Return the class of a table cell: none, some or all of the points."""
    return "all" if score >= points else "some" if score > 0 else "none"


def judgment(figure: ExerciseStatistics) -> str:
    """Return what the two numbers say, in a word or two."""
    if figure.difficulty < HARD:
        return _("hard")
    if (
        figure.discrimination is not None
        and figure.discrimination < FLAT
        and figure.difficulty < EASY
    ):
        return _("does not separate")
    return _("almost everybody has it") if figure.difficulty >= EASY else ""


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
        text = _("{count} could not be graded by an error of the grader: {names}.")
        said.append(text.format(count=len(failed), names=people(failed)))
    worst = [f for f in sorted(figures, key=lambda f: f.difficulty) if f.difficulty < 1][:3]
    if worst:
        names = ", ".join(f"{f.name} ({f.difficulty:.0%})" for f in worst)
        said.append(_("Fewest points were earned in {names}.").format(names=names))
    mistakes = data.mistakes()
    if mistakes:
        top = mistakes[0]
        text = _("The most frequent mistake: {count} of {all} in {exercise}, {mistake}")
        said.append(
            text.format(
                count=len(top.students),
                all=len(data.rows),
                exercise=top.exercise,
                mistake=top.text,
            )
        )
    nothing = [row for row in data.judged if row.total == 0]
    if nothing:
        text = _("{count} of {all} have no points at all: {names}.")
        said.append(text.format(count=len(nothing), all=len(data.rows), names=people(nothing)))
    attempts = [row for row in data.rows if row.result and row.result.evidence]
    if attempts:
        text = _("Look at the signs of tampering of {names}.")
        said.append(text.format(names=people(attempts)))
    return said


def people(rows: list[Row]) -> str:
    """Return names, the first five of them."""
    return ", ".join(shown(row.student) for row in rows[:5]) + more(rows, 5)


def more(items: Sequence[Any], shown: int) -> str:
    """Return " and 3 more" where only the first `shown` of the items are shown, else nothing."""
    left = len(items) - shown
    return " " + _("and {count} more").format(count=left) if left > 0 else ""
