"""Thirty reports on one page, as a notebook shows them: `python -m benchmarks.reports FILE`.

Of the reviewers' frequent mistakes (tests/checking/reviewed): those in which the x-ray names the
line, five at most, and others taken evenly from the rest. A person reads it from top to bottom.
"""

from __future__ import annotations

import html
import sys
from pathlib import Path

from autograder.checking.public import Check
from autograder.checking.report import Report
from tests.checking.reviewed import Slip, everything

ALL, BY_XRAY = 30, 5
LINE = "makes every result right"


def report(mistake: Slip) -> Report:
    """What a notebook shows for a mistake."""
    others = {k: f for k, f in mistake.functions.items() if k != mistake.exercise}
    return Check().judge(mistake.functions[mistake.exercise], mistake.exercise, others)


def chosen() -> list[tuple[Slip, Report]]:
    """Thirty mistakes and their reports, those with a line first."""
    made = [(m, report(m)) for m in everything()]
    lines = [pair for pair in made if LINE in pair[1].found][:BY_XRAY]
    rest = [pair for pair in made if LINE not in pair[1].found]
    every = len(rest) / (ALL - len(lines))
    return [*lines, *(rest[int(i * every)] for i in range(ALL - len(lines)))]


def main(file: str) -> None:
    """Write the page and print the reports."""
    pairs = chosen()
    body = "\n".join(f"<h2>{html.escape(m.name)}</h2>{r._repr_html_()}" for m, r in pairs)
    head = '<!doctype html><meta charset="utf-8"><title>Thirty reports</title>'
    Path(file).write_text(f"{head}<body style='max-width:56em;margin:auto'>{body}", "utf-8")
    for mistake, one in pairs:
        print(f"== {mistake.name}\n{one.message}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
