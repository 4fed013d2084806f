"""The entries: `check` for notebooks, `run_check` for tools."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from autograder import exercises
from autograder.checking import messages, unanswered
from autograder.checking.called import name_in_call, name_of, wrong_helpers
from autograder.checking.exercise import Exercise
from autograder.checking.hints import steps
from autograder.checking.judge import judge
from autograder.checking.messages import translate as _
from autograder.checking.quiz import judge_quiz
from autograder.checking.report import Clause, Report, text_of
from autograder.checking.reproduce import Example, example_of
from autograder.checking.seeds import find_exercises, public_drawing
from autograder.checking.showing import CheckFailed, is_stub, publish, show
from autograder.checking.unwritten import is_unwritten
from autograder.checking.values import describe
from autograder.checking.xray import with_line
from autograder.learning import progress
from autograder.learning.announce import announce


def run_check(
    exercise: str, functions: Mapping[str, Callable], *, seed: int | None = None
) -> Report:
    """Check a function and return the report.

    exercise: name of the graded function ("affine_backward"), or of a pair ("affine") for both at
    once.
    functions: the student's functions by name; a backward's check finds the forward there.
    seed: another drawing of the inputs; None is the drawing that notebooks use.
    Raises ValueError for an unknown exercise or a functions argument that is no mapping; never for
    what student code does.
    """
    if not isinstance(functions, Mapping):
        raise ValueError(
            f"functions is {describe(functions)}; expected a dict of the student's functions by "
            "name"
        )
    found = find_exercises(exercise)
    reports = [judge(public_drawing(e, seed), functions, on_failure=_nobody) for e in found]
    return reports[0] if len(reports) == 1 else _joined(exercise, reports)


def _nobody(*_what: Any) -> None:
    """Nobody asks for an example."""


def _joined(name: str, reports: list[Report]) -> Report:
    clauses = tuple(
        Clause(f"{r.exercise}: {c.name}", c.passed, c.detail) for r in reports for c in r.clauses
    )
    first = next((r for r in reports if not r.passed), reports[0])
    return Report(
        name,
        all(r.passed for r in reports),
        first.mistake,
        "\n\n".join(r.message for r in reports),
        clauses,
    )


class Check:
    """`check(affine_backward, forward=affine_forward)` in a notebook.

    It shows the report and raises CheckFailed where the answer is wrong. The exercise is the name
    that stands in the call, whatever object has been given that name: one function under two names
    is judged as each. Where the call names none, the function's own name decides; `exercise=` says
    it in so many words.
    """

    def __init__(self) -> None:
        self._failed: dict[str, Callable[[], Example]] = {}
        self._hinted: dict[str, int] = {}
        self._last: str | None = None  # what was checked last

    def __call__(self, function: Any = None, *, exercise: str | None = None, **others: Any) -> None:
        """Check a function on the public drawing.

        others: the functions that it needs, by name; a backward's is called `forward`.
        """
        exercise = exercise or name_in_call(sys._getframe(1))
        self._deliver(self.judge(function, exercise, others), shown=True)

    def judge(self, function: Any, exercise: str | None, others: Mapping[str, Any]) -> Report:
        """The report for a function (no display, no exception for a wrong answer)."""
        name = exercise or name_of(function)
        if name is None:
            text = _(
                "check was given {got}; expected one of the functions you wrote, as in "
                "check(affine_forward)."
            ).format(got=describe(function))
            return Report("check", False, None, text, (Clause("runs", False, text),), found=text)
        try:
            found = find_exercises(name)[0]
        except ValueError as error:
            text = _("check does not know this function: {error}").format(error=error)
            return Report(str(name), False, None, text, (Clause("runs", False, text),), found=text)
        functions = {found.name: function}
        for key, value in others.items():
            functions[found.partner if key == "forward" and found.partner else key] = value
        return self._run(found, functions)

    def quiz(self, name: str, answer: Any) -> None:
        """Check a quiz answer."""
        self._deliver(self.judge_quiz(name, answer), shown=True)

    def judge_quiz(self, name: str, answer: Any) -> Report:
        """The report for a quiz answer."""
        known = exercises.quizzes()
        if name not in known:
            near = get_close_matches(str(name), known, n=3)
            if near:
                text = _("{got} is not a quiz question of this course; did you mean {names}?")
            else:
                text = _("{got} is not a quiz question of this course; the cell above names it.")
            raise ValueError(text.format(got=describe(name), names=", ".join(near)))
        return judge_quiz(known[name], answer)

    def language(self, code: str | None = None) -> str:
        """Choose the language of the reports, "en" or "zh"; without one, say which is in use."""
        return messages.language(code)

    def secret(self, function: Any, *, exercise: str | None = None, **others: Any) -> None:
        """Check on the course's secret drawing where this process has the secret, else do nothing.

        The secret is looked up in the environment (NN_COURSE_SECRET), which stock nbgrader's kernel
        inherits; the project's own grader never puts it near student code.
        """
        secret = os.environ.get("NN_COURSE_SECRET")
        if secret:
            from autograder.checking.grading_check import GradingCheck  # it is a Check itself

            exercise = exercise or name_in_call(sys._getframe(1))
            grading = GradingCheck(secret.encode())
            self._deliver(grading.judge(function, exercise, others), shown=False)

    def example(self, name: Any = None) -> Example:
        """Return what failed in a function's last check: inputs, `yours`, `right`, `code` to paste.

        name: an exercise, or the function itself; without one, what was checked last. Raises
        ValueError where that check passed, or there was none in this notebook.
        """
        name = self._exercise(name).name
        made = self._failed.get(name)
        if made is None:
            text = _("the last check of {name} did not fail, or there was none: run check({name}).")
            raise ValueError(text.format(name=name))
        return made()

    def hint(self, name: Any = None) -> None:
        """Show one step of help more at each call: idea, shapes, the derivation, the place.

        name: an exercise, "conv2d_backward", or the function itself; without one, what was checked
        last. ValueError for any other.
        """
        exercise = self._exercise(name)
        texts = steps(exercise)
        number = self._hinted.get(exercise.name, 0) + 1
        if number > len(texts):
            print(_("There is no further step; this is the last one."))
            number = len(texts)
        self._hinted[exercise.name] = number
        head = _("{name}, step {number} of {all}.").format(
            name=exercise.name, number=number, all=len(texts)
        )
        print(f"{head} {texts[number - 1]}")

    def _exercise(self, name: Any) -> Exercise:
        """The exercise of a name or a function; ValueError for others, a quiz among them."""
        name = self._last if name is None else name
        if name is None:
            raise ValueError(_("say which function: check.hint(affine_forward)."))
        name = name if isinstance(name, str) else name_of(name) or name
        if name in exercises.quizzes():
            text = _("{name} is a quiz question: its answer is checked, there is no more to it.")
            raise ValueError(text.format(name=name))
        return find_exercises(name)[0]

    def progress(self) -> None:
        """Show which exercises of the working copy are done, tried and not begun."""
        from autograder.learning import map as drawn

        root = progress.home(Path.cwd()) or Path.cwd()
        items = progress.overview(root)
        way = Path(os.path.relpath(root)).as_posix()
        publish(drawn.as_text(items), drawn.as_html(items, way))

    def _run(self, exercise: Exercise, functions: Mapping[str, Any]) -> Report:
        self._last = exercise.name
        if is_unwritten(functions.get(exercise.name)):
            self._failed.pop(exercise.name, None)
            text = _("{name} is not written yet.").format(name=exercise.name)
            return Report(exercise.name, False, None, text, (Clause("runs", False, text),))
        drawing = public_drawing(exercise, None)
        seen: list[Any] = []
        report = judge(drawing, functions, on_failure=lambda *what: seen.append(what))
        report = with_line(report, drawing, functions)
        self._failed.pop(exercise.name, None)
        if not seen:
            return report
        made = cache(lambda: example_of(*seen[0]))
        self._failed[exercise.name] = made
        added = wrong_helpers(exercise, functions, self._helper_passes)
        example = _quietly(made)
        if example and example.rows:
            # The numbers shown are those of the code below them.
            found = report.found.replace(seen[0][1].text, seen[0][1].with_error(example.error), 1)
            report = replace(report, found=found, example=example.heading, rows=example.rows)
            report = replace(report, message=text_of(report))
        code = example.code if example else ""
        message = "\n\n".join([report.message, *added])
        if code:
            head = _("To try it, paste this, or take check.example({name}):")
            message += "\n\n" + "\n".join([head.format(name=repr(exercise.name)), code])
        return replace(report, notes=(*report.notes, *added), code=code, message=message)

    def _helper_passes(self, name: str, function: Any) -> bool:
        found = exercises.find(name)
        assert found is not None
        return judge(public_drawing(found, None), {name: function}).passed

    def _deliver(self, report: Report, shown: bool) -> None:
        if shown:
            if not is_stub(report):
                progress.remember(report.exercise, report.passed)
            show(report)
        if not report.passed:
            raise CheckFailed(report)

    def __repr__(self) -> str:
        return (
            "check(function, forward=…): checks one of the exercises; check.quiz(name, "
            "answer): a quiz question; check.hint(name): help in steps; check.progress(): what is "
            "done"
        )


def _quietly(make: Callable[[], Example]) -> Example | None:
    try:
        return make()
    except Exception:  # an example is a service: its failure is no news for a student
        return None


check = Check()
announce()
unanswered.listen()
