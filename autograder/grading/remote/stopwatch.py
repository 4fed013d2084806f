"""How long a request to a student's process took; a busy neighbor shall cost nobody points."""

from __future__ import annotations

import time

from autograder.grading.jailed.protocol.channel import Late
from autograder.grading.sandbox.usage import processor_seconds

# Who sleeps uses no processor: what ends that is wall time, this many times as long.
WALL = 3.0
LOOK = 0.05


class Stopwatch:
    """Counts the processor time of a process and its children, at most wall time, up to `seconds`.

    The system is first asked when LOOK seconds have passed: most requests end before, and asking
    takes a good part of their time.
    """

    def __init__(self, seconds: float, pid: int | None) -> None:
        self.seconds = seconds
        self.pid = pid
        self.started = self.looked = time.monotonic()
        self.spent = 0.0
        self.processor: float | None = None

    @property
    def wall(self) -> float:
        """When the request ends whatever was used, by time.monotonic()."""
        return self.started + WALL * self.seconds

    def waited(self) -> float:
        """Return the seconds since the start, by the clock."""
        return time.monotonic() - self.started

    def used(self) -> float:
        """Return the seconds that count so far: sleep counts a third, so that it adds up too."""
        now = time.monotonic()
        return max(self.spent + now - self.looked, (now - self.started) / WALL)

    def look(self) -> None:
        """Raise Late when the seconds are used up."""
        now = time.monotonic()
        if now - self.looked < LOOK:
            return
        before, self.processor = self.processor, processor_seconds(self.pid)
        passed = now - self.looked
        if before is not None and self.processor is not None:
            passed = min(passed, max(self.processor - before, 0.0))
        self.spent, self.looked = self.spent + passed, now
        if self.spent > self.seconds or now > self.wall:
            raise Late
