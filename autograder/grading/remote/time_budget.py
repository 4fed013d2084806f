"""How long the calls of test cells may take: each, all of one cell, all of a notebook. Of processor time."""

from __future__ import annotations

from autograder.grading.sandbox.limits import Limits


class TimeBudget:
    """What is left of the seconds in `limits`."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.test_left = limits.test_seconds
        self.tests_left = limits.tests_seconds

    def begin_test(self) -> None:
        """Give a new test cell its seconds."""
        self.test_left = self.limits.test_seconds

    @property
    def seconds(self) -> float:
        """What the next call may take."""
        return min(self.limits.call_seconds, self.test_left, self.tests_left)

    def spend(self, passed: float) -> None:
        """Count seconds that were used."""
        self.test_left -= passed
        self.tests_left -= passed

    def overtime(self, seconds: float) -> str:
        """Return what is said of a call that had this many seconds and did not end."""
        limits = self.limits
        if seconds == limits.call_seconds:
            return f"was still running after {limits.call_seconds:g} s"
        which = (
            f"{limits.test_seconds:g} s of a test cell"
            if seconds == self.test_left
            else f"{limits.tests_seconds:g} s of a notebook's tests"
        )
        return f"took, with the calls before, more than the {which}"
