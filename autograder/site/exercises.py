"""An exercise as a reader meets it: the stub, the check, a folded solution, a typical report."""

from __future__ import annotations

import html
import re

from autograder.site.reports import compact
from autograder.site.texts import text

MARKERS = re.compile(r"^.*###? (?:BEGIN|END) SOLUTION.*\n?", re.MULTILINE)
FENCE = "`````"


def without_markers(source: str) -> str:
    """Return a cell's text without the lines that mark the solution in it."""
    return MARKERS.sub("", source).strip()


def beside(solution: str, passing: str, typical: str, title: str, language: str) -> str:
    """Return Markdown: a solution folded, and beside it the report for a typical mistake.

    solution: the function as text, or empty; passing: its report as HTML; typical: the report for
    the mistake as HTML, or empty; title: what stands above that one.
    """
    parts = ['<div class="nn-beside">']
    if solution:
        parts += ['<details class="nn-solution">', _summary(text("solution", language)), ""]
        parts += [f"{FENCE}python\n{solution}\n{FENCE}", "", compact(passing), "</details>", ""]
    if typical:
        parts += [f'<div class="nn-typical"><p class="nn-label">{html.escape(title)}</p>']
        parts += [typical, "</div>", ""]
    return "\n".join([*parts, "</div>"])


def question(answer: str, language: str) -> str:
    """Return Markdown for a question in words: what the reader is asked, and a folded answer."""
    return "\n".join(
        [
            f'<div class="nn-beside"><p class="nn-label">{text("your_answer", language)}</p>',
            '<details class="nn-solution">',
            _summary(text("answer", language)),
            "",
            without_markers(answer),
            "",
            "</details>",
            "</div>",
        ]
    )


def _summary(words: str) -> str:
    return f"<summary>{html.escape(words)}</summary>"
