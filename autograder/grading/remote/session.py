"""One submission's session with its jail, and how it goes on when the process dies.

A dead process (os._exit, a crash in C code, too much memory, a call that does not end) is replaced by
a fresh fork in which the cells that had ended are run again. What worked before still counts; the
cell that killed the process is not run again.
"""

from __future__ import annotations

import sys
import time
import warnings
from typing import Any

from autograder.checking import GraderFault
from autograder.grading.jailed.protocol import randomness
from autograder.grading.jailed.protocol.channel import Closed, Late
from autograder.grading.jailed.protocol.wire import Unsendable, WireError
from autograder.grading.remote import proxies
from autograder.grading.remote.call_watch import Lookout
from autograder.grading.remote.protocol_client import CellRun, Conversation, TooMuchMemory
from autograder.grading.remote.time_budget import Patience
from autograder.grading.sandbox.jail import JailPool
from autograder.grading.sandbox.nojail import NoJail

GRACE = 0.6
MAX_NESTING = 8
LOST = (Late, Closed, WireError, TooMuchMemory)


class ProcessEnded(RuntimeError):
    """The process that ran the student's code ended during a call."""


class SubmissionOver(RuntimeError):
    """The submission used up its deaths or its time; the reason is the message."""


class Session:
    """Runs one submission; for one thread."""

    def __init__(self, jail: JailPool | NoJail, files: dict[str, bytes] | None = None) -> None:
        self.jail = jail
        self.limits = jail.limits
        self.files = files or {}
        self.talk = Conversation(self.limits, self._make_proxy)
        self.epoch = 0
        self.done: list[str] = []
        self.deaths = 0
        self.reasons: list[str] = []
        self.over = ""
        self.named: dict[str, Any] = {}
        self.named_epoch = 0
        self.depth = 0
        self.patience = Patience(self.limits)
        self.lookout = Lookout()
        self.hopeless: dict[str, Exception] = {}
        self.fatal: list[str] = []

    # -- cells -----------------------------------------------------------------------------------

    def run(self, source: str, seconds: float) -> CellRun:
        """Run one of the student's cells for at most `seconds`; never raises for what it does."""
        try:
            self._alive()
        except SubmissionOver as error:
            return CellRun(problem=str(error))
        run = self._run(source, seconds)
        if not run.problem:
            self.done.append(source)
        return run

    def _run(self, source: str, seconds: float) -> CellRun:
        deadline, late = time.monotonic() + seconds, f"was stopped after {seconds:.3g} s"
        try:
            self.talk.run(source)
            try:
                return self.talk.ran(deadline)
            except Late:
                # As in Jupyter: first a KeyboardInterrupt, which keeps the process and its variables.
                self.jail.interrupt(self.talk.connected())
                run = self.talk.ran(time.monotonic() + GRACE)
                return CellRun(run.outputs, False, run.number, late)
        except LOST as error:
            problem = late if isinstance(error, Late) else self._lost(error)
            self._died(problem)
            return CellRun(problem=problem)
        except (
            BaseException
        ):  # the person at the terminal: what is half said cannot be gone on with
            self._drop()
            raise

    def _lost(self, error: Exception) -> str:
        """Why there is no process any more, as the end of a sentence."""
        if isinstance(error, TooMuchMemory):
            return f"was stopped for using more than {self.limits.memory // 2**20:,} MiB of memory"
        if isinstance(error, Closed):
            return "ended the Python process"
        return f"broke the connection to its process ({error})"

    # -- test cells ------------------------------------------------------------------------------

    def begin_test(self, names: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
        """(values and stand-ins by name, reasons for names whose value cannot be passed on)."""
        self.patience.begin_test()
        self.named = {}
        self._alive()
        values, reasons = self._fetch(names)
        self.named = values
        return values, reasons

    def end_test(self) -> None:
        """Stand-ins are void from here on."""
        self.named = {}
        self.hopeless.clear()
        self.fatal.clear()
        self.talk.forget()

    def operate(self, verb: str, target: Any, args: tuple, options: dict[str, Any]) -> Any:
        """Do something with a student's object in the jail; raises what it raised there."""
        variable = proxies.variable(target) if verb in ("call", "call each") else ""
        if variable in self.hopeless:
            raise self.hopeless[variable]
        question = (verb, target, args, tuple(options.items()))
        try:
            kind, body, notes = self.ask(("op", (*question, self.lookout.news())))
        except (TimeoutError, ProcessEnded) as error:
            self._note_hopeless(variable, error)
            raise
        self._take_notes(notes)
        if kind == "reply":
            return body
        name, text, line, serial = body
        raise self.talk.failures.get(serial) or proxies.exception(name, text, line)

    def _note_hopeless(self, variable: str, error: Exception) -> None:
        """A function that did not end, or ended its process twice, is not called again in this cell."""
        self.fatal.append(variable)
        if variable and (isinstance(error, TimeoutError) or self.fatal.count(variable) > 1):
            self.hopeless[variable] = type(error)(*error.args)

    def ask(self, parts: tuple) -> tuple:
        """Send a request of a test cell and wait for its answer, serving calls back on the way."""
        if self.depth >= MAX_NESTING:
            raise RecursionError("calls into the student's code and back are nested too deep")
        self.depth += 1
        started = time.monotonic()
        try:
            if self.depth == 1:
                self._alive()
                started = time.monotonic()
            return self._ask(parts, started)
        finally:
            self.depth -= 1
            if not self.depth:
                self.patience.spend(started)

    def _ask(self, parts: tuple, started: float) -> tuple:
        seconds = self.patience.seconds
        if seconds <= 0:
            raise TimeoutError(self.patience.overtime(seconds))
        try:
            return self.talk.ask(parts, started + seconds)
        except Unsendable as error:
            self.lookout.unsent()
            raise TypeError(
                f"an argument cannot be passed to the student's code: {error}"
            ) from None
        except Late:
            overtime = self.patience.overtime(seconds)
            self._died(f"a call {overtime}")
            raise TimeoutError(overtime) from None
        except TooMuchMemory as error:
            self._died(f"a call {self._lost(error)}")
            raise MemoryError(self._lost(error)) from None
        except (Closed, WireError) as error:
            self._died(f"a call {self._lost(error)}")
            raise ProcessEnded(self._lost(error)) from None
        except BaseException as error:
            self._drop()  # what is half said cannot be gone on with
            if isinstance(error, Exception):
                raise GraderFault(f"{type(error).__name__}: {error}") from error
            raise

    def close(self) -> None:
        """End the process and everything it started."""
        self._drop()

    # -- the process -----------------------------------------------------------------------------

    def _alive(self) -> None:
        """Have a process in the state after the cells that ended; SubmissionOver when there will be none."""
        while self.talk.connection is None:
            if self.over:
                raise SubmissionOver(self.over)
            self._connect()
            if self.talk.connection is None:
                continue
            for index in range(len(self.done)):
                if not self._again(index):
                    break
        if self.named and self.epoch != self.named_epoch:
            fresh, _ = self._fetch(list(self.named))
            for name, old in self.named.items():
                proxies.replace(old, fresh.get(name), self.talk.mirror)

    def _connect(self) -> None:
        self.talk.connection = self.jail.connect()
        self.epoch += 1
        self.lookout.new_process()
        self.talk.mirror.clear()
        if self.files:
            try:
                self.talk.hand_over(self.files)
            except LOST:
                self._died("the submission's files could not be handed over")

    def _again(self, index: int) -> bool:
        """Run a finished cell again; False when it now kills the process (it is then left out)."""
        if self._run(self.done[index], self.limits.cell_seconds).problem:
            self._drop()
            del self.done[index]
            return False
        return True

    def _fetch(self, names: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
        self.named_epoch = self.epoch
        try:
            return self.talk.fetch(names)
        except LOST as error:
            self._died(f"its variables could not be read ({error or type(error).__name__})")
            raise ProcessEnded("the student's variables could not be read") from None

    def _died(self, problem: str) -> None:
        self._drop()
        self.deaths += 1
        self.reasons.append(problem)
        if self.deaths >= self.limits.deaths:
            self.over = f"was left alone after its process had ended {self.deaths} times"

    def _drop(self) -> None:
        if self.talk.connection is not None:
            self.jail.kill(self.talk.connection)
            self.talk.connection = None

    # -- what the caller notices -------------------------------------------------------------------

    def _make_proxy(self, ident: int, kind: str, label: str) -> Any:
        return proxies.make(self, self.epoch, kind, label)

    def _take_notes(self, notes: Any) -> None:
        """Let the caller notice what it would notice of a local function: warnings, prints, random draws."""
        if notes is None:
            return
        said, printed, count, moved, seen = notes
        self.lookout.note(seen)
        for category, text in said:
            warnings.warn(text, proxies.warning(category), stacklevel=4)
        if printed:
            sys.stdout.write(printed + ("…\n" if count > len(printed) else ""))
        if moved is not None:
            randomness.write(moved)
            self.talk.random_seen = moved


__all__ = ["CellRun", "ProcessEnded", "Session", "SubmissionOver"]
