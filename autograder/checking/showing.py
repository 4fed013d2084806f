"""How a report reaches a student: shown in the notebook, and raised where a check failed."""

from __future__ import annotations

import html
import sys

from autograder.checking.messages import translate as _
from autograder.checking.report import Report, as_html


class CheckFailed(AssertionError):
    """A check did not pass; `report` holds what the student reads."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.message)
        self.report = report

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this: the frames of the check say nothing to a student.
        # The whole report stands right above; here is its gist.
        title, *_rest = self.report.message.splitlines() or [""]
        found = self.report.found.splitlines()[:1]
        cause = (
            [_("Most likely: {cause}").format(cause=self.report.cause)] if self.report.cause else []
        )
        lines = [f"CheckFailed: {title}", *(line for line in found + cause if line != title)]
        return [line if len(line) <= 300 else line[:299] + "…" for line in lines]


def show(report: Report) -> None:
    """Show the report: HTML with a text form where IPython runs, else printed text."""
    text = report.message
    publish(text, f"<p>{html.escape(text)}</p>" if is_stub(report) else as_html(report))


def is_stub(report: Report) -> bool:
    """Return whether a report says in one line that there is nothing to judge yet."""
    return not report.passed and [c.detail for c in report.clauses] == [report.message]


def publish(text: str, page: str) -> None:
    """Show a page with its text form where IPython runs, else print the text."""
    # Where no cell runs nobody has loaded IPython; loading it takes as long as a check.
    loaded = sys.modules.get("IPython")
    if loaded is None or loaded.get_ipython() is None:
        print(text)
        return
    from IPython.display import publish_display_data

    publish_display_data({"text/plain": text, "text/html": page})
