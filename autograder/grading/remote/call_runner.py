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

    def random_state(self) -> SharedRandomness:
        """The global random state, which calls into the jail carry there and back."""
        return SharedRandomness()


class SharedRandomness:
    """The state at one moment."""

    def __init__(self) -> None:
        self._state = randomness.read()

    def is_unchanged(self) -> bool:
        """Whether nobody has drawn or set a seed since."""
        return randomness.read() == self._state

    def put_back(self) -> None:
        """Make the state what it was."""
        randomness.write(self._state)
