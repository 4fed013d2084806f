"""Run trials on proxies without a thread: the session ends every call that takes too long."""

from __future__ import annotations

import time
from collections.abc import Callable

from autograder.checking import GraderFault
from autograder.checking.runner import Runner
from autograder.grading.jailed.protocol import randomness


class CallRunner(Runner):
    """The checking engine's runner for functions that live in a jail."""

    interrupts = (KeyboardInterrupt, GraderFault)

    def carry_out(self, body: Callable[[], None]) -> bool:
        """Run `body` here and return whether it ended in time.

        What it raises is its own to keep.
        """
        start = time.monotonic()
        body()
        self.left -= time.monotonic() - start
        return self.left > 0

    def random_state(self) -> bytes:
        """Return the bytes of the global random state."""
        return randomness.read()

    def set_random_state(self, state: bytes) -> None:
        """Put the global random state back."""
        randomness.write(state)
