"""Ask the jail whether a student's function calls another implementation of what it is to do."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.checking.own_text import FOREIGN


class CallWatch:
    """What calls the jail's process is to notice, what it knows of that, and what it noticed."""

    def __init__(self) -> None:
        self.forbids: tuple[str, ...] = ()
        self.wanted: tuple = ()
        self.told: tuple | None = ()
        self.seen: set[str] = set()

    def begin(self, forbids: tuple[str, ...]) -> None:
        """Notice, from the next request on, calls of these functions and of foreign libraries."""
        self.forbids = tuple(forbids)
        self.wanted, self.seen = (tuple(forbids), FOREIGN), set()
        self.told = None  # also what was noticed before is to be forgotten

    def end(self) -> set[str]:
        """Return what was noticed, and stop."""
        self.wanted = ()
        return self.seen

    def news(self) -> tuple | None:
        """Return what to say with a request, None where the process knows."""
        if self.wanted == self.told:
            return None
        self.told = self.wanted
        return self.wanted

    def unsent(self) -> None:
        """Take note that the request did not get there."""
        self.told = None

    def new_process(self) -> None:
        """Take note of a process that knows nothing."""
        self.told = ()

    def note(self, seen: Iterable[str]) -> None:
        """Take note of what the process noticed."""
        self.seen.update(seen)
