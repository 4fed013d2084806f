"""`check` as the grader uses it, and the error that is the grader's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.checking import messages
from autograder.checking.exercise import Exercise
from autograder.checking.judge import judge
from autograder.checking.public import Check
from autograder.checking.report import Report
from autograder.checking.runner import Runner
from autograder.checking.seeds import secret_drawing
from autograder.checking.showing import CheckFailed

SECRET_DRAWS = 2


class GraderFault(BaseException):
    """Our own code broke while judging: no verdict on the student.

    No Exception, so that nothing that catches what student code raises takes it for that.
    """


class GradingCheck(Check):
    """`check` as the grader uses it: the secret drawing, nothing shown, every report kept.

    secret: the course's secret bytes.  draws: how many times ordinary cases are drawn.
    new_runner: how the functions are run.  reports: the Report of every call, in order.
    """

    def __init__(
        self, secret: bytes, draws: int = SECRET_DRAWS, new_runner: type[Runner] = Runner
    ) -> None:
        super().__init__()
        self._secret = secret
        self._draws = draws
        self._new_runner = new_runner
        messages.language()  # an unknown NN_COURSE_LANGUAGE stops here, before anybody is graded
        self.reports: list[Report] = []

    def _run(self, exercise: Exercise, functions: Mapping[str, Any]) -> Report:
        drawing = secret_drawing(exercise.name, self._secret, self._draws)
        try:
            return judge(drawing, functions, self._new_runner)
        except Exception as error:  # judge never raises for what student code does
            raise GraderFault(f"{exercise.name}: {type(error).__name__}: {error}") from error

    def secret(self, function: Any, *, exercise: str | None = None, **others: Any) -> None:
        """Nothing to do: the call itself already used the secret drawing."""

    def _deliver(self, report: Report, shown: bool) -> None:
        self.reports.append(report)
        if not report.passed:
            raise CheckFailed(report)
