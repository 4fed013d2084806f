"""What the checks say to a typical mistake: run while the site is built, and kept."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import autograder
from autograder import exercises
from autograder.checking import messages
from autograder.checking.exercise import Exercise
from autograder.checking.mistakes import Mistake, standard
from autograder.checking.public import Check
from autograder.checking.report import Report, as_html
from autograder.exercises.quiz import Quiz

STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)


class Reports:
    """Reports as HTML by the name of an exercise or quiz, in one language.

    kept: a folder in which they stay until a description, the engine or a translation changes.
    """

    def __init__(self, language: str, kept: Path) -> None:
        self.language = language
        self._file = kept / f"reports-{language}-{_fingerprint()}.json"
        self._known: dict[str, str] = {}
        if self._file.exists():
            self._known = json.loads(self._file.read_text(encoding="utf-8"))

    def __getitem__(self, name: str) -> str:
        """The report for a typical mistake in `name`; empty where no mistake is known.

        "affine_backward: db_averaged" is that for this one.
        """
        if name not in self._known:
            self._known[name] = self._make(name)
        return self._known[name]

    def save(self) -> None:
        """Keep what was made, in place of what older sources gave."""
        for old in self._file.parent.glob(f"reports-{self.language}-*.json"):
            old.unlink()
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._known, indent=1), encoding="utf-8")

    def _make(self, name: str) -> str:
        with messages.speaking(self.language):
            report = _wrong(*name.split(": "))
            return "" if report is None or report.passed else compact(as_html(report))


def _wrong(name: str, mistake: str = "") -> Report | None:
    quiz = exercises.quizzes().get(name)
    if quiz is not None:
        return Check().judge_quiz(name, wrong_answer(quiz))
    exercise = exercises.find(name)
    if exercise is None:
        return None
    chosen = [m for m in typical(exercise) if mistake in ("", m.name)]
    reports = (Check().judge(m.functions[name], name, {}) for m in chosen)
    first = next(reports, None)
    # One that shows numbers says more than one that could not be run.
    return first if first is None or first.rows else next((r for r in reports if r.rows), first)


def typical(exercise: Exercise) -> list[Mistake]:
    """Return the known mistakes, those with a hint of their own before those of a usual one."""
    usual = {entry.hint for entry in standard.STANDARD.values()}
    return sorted(exercise.mistakes, key=lambda mistake: mistake.hint in usual)


def wrong_answer(quiz: Quiz) -> Any:
    """Return the first wrong answer for which there is a hint, as a student would write it."""
    for wrong in quiz.hints:
        if isinstance(quiz.answer, str):
            return wrong
        try:
            return float(wrong)
        except ValueError:
            continue
    return next((c for c in quiz.choices or () if c != quiz.answer), 0)


def compact(html: str) -> str:
    """Return a report as the site shows it: its style is the site's, its clauses are folded.

    A live region is for what changes while one reads: on a page that stands still it is none.
    """
    html = STYLE.sub("", html).replace("<details open>", "<details>")
    html = html.replace(' role="status"', ' role="group"')
    return re.sub(r"\n(?=\s*\n)", "\n&#8203;", html)


def _fingerprint() -> str:
    """A hash of all that a report is made from."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    root = Path(autograder.__file__).parent
    for folder in ("exercises", "checking"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", ".mo"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
