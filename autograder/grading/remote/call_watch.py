"""Whether a student's function calls another implementation of what it is to do: the jail looks, this asks."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.checking.delegation import FOREIGN


class Lookout:
    """What calls the jail's process is to notice, what it knows of that, and what it noticed."""

    def __init__(self) -> None:
        self.wanted: tuple = ()
        self.told: tuple | None = ()
        self.seen: set[str] = set()

    def begin(self, forbids: tuple[str, ...]) -> None:
        """From the next request on, notice calls of these functions and of foreign libraries."""
        self.wanted, self.seen = (tuple(forbids), FOREIGN), set()
        self.told = None  # also what was noticed before is to be forgotten

    def end(self) -> set[str]:
        """What was noticed; noticing ends."""
        self.wanted = ()
        return self.seen

    def news(self) -> tuple | None:
        """What to say with a request; None where the process knows."""
        if self.wanted == self.told:
            return None
        self.told = self.wanted
        return self.wanted

    def unsent(self) -> None:
        """The request did not get there."""
        self.told = None

    def new_process(self) -> None:
        """There is a process that knows nothing."""
        self.told = ()

    def note(self, seen: Iterable[str]) -> None:
        """The process noticed these."""
        self.seen.update(seen)
