"""How long the calls of test cells may take: each, all of a cell, all of a notebook.

Processor time is what counts.
"""

from __future__ import annotations

from autograder.grading.remote.stopwatch import WALL
from autograder.grading.sandbox.limits import Limits
from autograder.grading.sandbox.usage import processor_seconds


class TimeBudget:
    """What is left of the seconds in `limits`.

    A short call counts by the clock, since asking the system costs more than the call. Where that
    leaves little, what the process really used since the test began is looked up and put in its
    place.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.tests_left = limits.tests_seconds
        self.begin_test(None)

    def begin_test(self, pid: int | None) -> None:
        """Give a new test cell its seconds; pid: of the process that its calls go to."""
        self.test_left = self.limits.test_seconds
        self.pid, self.begun, self.waited = pid, processor_seconds(pid), 0.0

    def correct(self, pid: int | None) -> None:
        """Count what the process used where waiting for a busy neighbor has been counted too."""
        if self.test_left >= self.limits.call_seconds or pid != self.pid or self.begun is None:
            return
        now = processor_seconds(pid)
        if now is None:
            return
        # Who sleeps uses no processor: a part of the time that passed counts in any case.
        used = max(now - self.begun, self.waited / WALL)
        given_back = max(self.limits.test_seconds - used - self.test_left, 0.0)
        self.test_left += given_back
        self.tests_left += given_back

    @property
    def seconds(self) -> float:
        """What the next call may take."""
        return min(self.limits.call_seconds, self.test_left, self.tests_left)

    def spend(self, passed: float, waited: float) -> None:
        """Count seconds that were used, of those that a call took by the clock."""
        self.test_left -= passed
        self.tests_left -= passed
        self.waited += waited

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
