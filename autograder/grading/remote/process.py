"""The process that runs a submission's cells, and how it goes on when it dies.

A dead process (os._exit, a crash in C code, too much memory, a call that does not end) is replaced
by a fresh fork in which the cells that had ended are run again. What worked before still counts;
the cell that killed the process is not run again, and of one that was interrupted its definitions
only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.grading.definitions import definitions
from autograder.grading.jailed.protocol.channel import Closed, Late
from autograder.grading.jailed.protocol.wire import WireError
from autograder.grading.remote import proxies
from autograder.grading.remote.protocol_client import CellRun, ProtocolClient, TooMuchMemory
from autograder.grading.sandbox.jail import JailPool
from autograder.grading.sandbox.nojail import NoJail

GRACE = 0.6
LOST = (Late, Closed, WireError, TooMuchMemory)


class SubmissionOver(RuntimeError):
    """The submission used up its deaths or its time; the reason is the message."""


class StudentProcess:
    """One submission's process, started again when it died. deaths: how often; reasons: of each.

    epoch: counts the processes.  over: why there will be no other, else empty.
    """

    def __init__(
        self,
        jail: JailPool | NoJail,
        files: dict[str, bytes],
        make_proxy: Callable[[int, str, str], Any],
    ) -> None:
        self.jail = jail
        self.limits = jail.limits
        self.files = files
        self.client = ProtocolClient(self.limits, make_proxy, proxies.classify)
        self.epoch = 0
        self.done: list[str] = []
        self.deaths = 0
        self.reasons: list[str] = []
        self.over = ""

    def run(self, source: str, seconds: float) -> CellRun:
        """Run one of the student's cells for at most `seconds`; never raises for what it does."""
        try:
            self.ensure()
        except SubmissionOver as error:
            return CellRun(problem=str(error))
        run = self._run(source, seconds)
        if not run.problem:
            self.done.append(source)
        elif self.client.connection is not None:  # interrupted: what it had defined is there now
            self.done += definitions(source)
        return run

    def ensure(self) -> None:
        """Have a process in the state after the cells that ended.

        SubmissionOver if there will be none.
        """
        while self.client.connection is None:
            if self.over:
                raise SubmissionOver(self.over)
            self._connect()
            if self.client.connection is None:
                continue
            for index in range(len(self.done)):
                if not self._again(index):
                    break

    def lost(self, error: Exception) -> str:
        """Return why there is no process any more, as the end of a sentence."""
        if isinstance(error, TooMuchMemory):
            return f"was stopped for using more than {self.limits.memory // 2**20:,} MiB of memory"
        if isinstance(error, Closed):
            return "ended the Python process"
        return f"broke the connection to its process ({error})"

    def died(self, problem: str) -> None:
        """Count a death for which the submission is to blame."""
        self.drop()
        self.deaths += 1
        self.reasons.append(problem)
        if self.deaths >= self.limits.deaths:
            self.over = f"was left alone after its process had ended {self.deaths} times"

    def drop(self) -> None:
        """End the process and everything it started."""
        if self.client.connection is not None:
            self.jail.kill(self.client.connection)
            self.client.connection = None

    def _run(self, source: str, seconds: float) -> CellRun:
        watch, late = self.client.stopwatch(seconds), f"was stopped after {seconds:.3g} s"
        try:
            self.client.run(source)
            try:
                run = self.client.ran(watch)
                run.seconds = watch.used()
                return run
            except Late:
                # As in Jupyter: first a KeyboardInterrupt, which keeps the process and its
                # variables.
                self.jail.interrupt(self.client.connected())
                run = self.client.ran(self.client.stopwatch(GRACE))
                return CellRun(run.outputs, False, run.number, late, watch.used())
        except LOST as error:
            problem = late if isinstance(error, Late) else self.lost(error)
            self.died(problem)
            return CellRun(problem=problem, seconds=watch.used())
        except BaseException:
            # The person at the terminal: what is half said cannot be gone on with.
            self.drop()
            raise

    def _connect(self) -> None:
        self.client.connection = self.jail.connect()
        self.epoch += 1
        self.client.mirror.clear()
        if self.files:
            try:
                self.client.hand_over(self.files)
            except LOST:
                self.died("the submission's files could not be handed over")

    def _again(self, index: int) -> bool:
        """Run a finished cell again; False when it now kills the process (it is then left out)."""
        if self._run(self.done[index], self.limits.cell_seconds).problem:
            self.drop()
            del self.done[index]
            return False
        return True
