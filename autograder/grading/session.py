"""One submission's conversation with its jail, and how it goes on when the process dies.

A dead process (os._exit, a crash in C code, too much memory, a call that does not end) is replaced by
a fresh fork in which the cells that had ended are run again. What worked before still counts; the
cell that killed the process is not run again.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.grading import standins
from autograder.grading.inside import randomness
from autograder.grading.inside.channel import Closed, Late
from autograder.grading.inside.mirror import Mirror
from autograder.grading.inside.wire import Bounds, Unsendable, WireError, pack, unpack
from autograder.grading.jail import Connection, JailPool, NoJail, memory_in_use

GRACE = 0.6
MAX_NESTING = 8
LOOK_AT_MEMORY = 0.1


class ProcessEnded(RuntimeError):
    """The process that ran the student's code ended during a call."""


class SubmissionOver(RuntimeError):
    """The submission used up its deaths or its time; the reason is the message."""


class TooMuchMemory(Exception):
    """The jail's processes together hold more than they may."""


@dataclass
class CellRun:
    """What became of one cell. problem: empty, or why it was stopped, as a sentence."""

    outputs: list[Any] = field(default_factory=list)
    good: bool = False
    number: int | None = None
    problem: str = ""


class Session:
    """Runs one submission. Not for several threads at a time; a thread left behind in a call is shut out."""

    def __init__(self, jail: JailPool | NoJail, files: dict[str, bytes] | None = None) -> None:
        self.jail = jail
        self.limits = jail.limits
        self.files = files or {}
        self.bounds = Bounds(self.limits.message, self.limits.items, self.limits.depth)
        self.mirror = Mirror(0, self._make_proxy, standins.classify)
        self.connection: Connection | None = None
        self.epoch = 0
        self.done: list[str] = []
        self.deaths = 0
        self.reasons: list[str] = []
        self.over = ""
        self.named: dict[str, Any] = {}
        self.lock = threading.RLock()
        self.owner = 0
        self.depth = 0
        self.calling = False
        self.test_left = self.limits.test_seconds
        self.looked = 0.0
        self.failures: dict[int, BaseException] = {}
        self.random_seen = b""
        self.hopeless: dict[str, Exception] = {}
        self.fatal: list[str] = []

    # -- cells -----------------------------------------------------------------------------------

    def run(self, source: str, seconds: float) -> CellRun:
        """Run one of the student's cells for at most `seconds`; never raises for what it does."""
        with self._entered():
            try:
                self._alive()
            except SubmissionOver as error:
                return CellRun(problem=str(error))
            run = self._run(source, seconds)
        if run.problem:
            return run
        self.done.append(source)
        return run

    def _run(self, source: str, seconds: float) -> CellRun:
        deadline, problem = time.monotonic() + seconds, ""
        try:
            self.mirror.clear()
            self._send(("run", source, (), None))
            try:
                return self._ran(deadline)
            except Late:
                problem = f"was stopped after {seconds:.3g} s"
                # As in Jupyter: first a KeyboardInterrupt, which keeps the process and its variables.
                self.jail.interrupt(self._connected())
                run = self._ran(time.monotonic() + GRACE)
                return CellRun(run.outputs, False, run.number, problem)
        except Late:
            self._died(problem)
        except TooMuchMemory:
            problem = (
                f"was stopped for using more than {self.limits.memory // 2**20:,} MiB of memory"
            )
            self._died(problem)
        except Closed:
            problem = "ended the Python process"
            self._died(problem)
        except WireError as error:
            problem = f"broke the connection to its process ({error})"
            self._died(problem)
        return CellRun(problem=problem)

    def _ran(self, deadline: float) -> CellRun:
        message = self._receive(deadline)
        if (
            len(message) != 2
            or message[0] != "ran"
            or type(message[1]) is not tuple
            or len(message[1]) != 3
        ):
            raise WireError("an answer to another question")
        outputs, good, number = message[1]
        if (
            type(outputs) is not list
            or type(good) is not bool
            or type(number) is not int
            or not 0 <= number < 10**6
        ):
            raise WireError("a malformed answer")
        return CellRun(outputs, good, number)

    # -- test cells ------------------------------------------------------------------------------

    def begin_test(self, names: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
        """(values and stand-ins by name, reasons for names whose value cannot be passed on)."""
        self.test_left = self.limits.test_seconds
        self.named = dict.fromkeys(names)
        with self._entered():
            self._alive()
            values, reasons = self._fetch(names)
        self.named = values
        return values, reasons

    def end_test(self) -> None:
        """Stand-ins are void from here on."""
        with self._entered():
            self.named = {}
            self.hopeless.clear()
            self.fatal.clear()
            self.mirror.clear()
            self.failures.clear()

    def operate(self, verb: str, target: Any, args: tuple, options: dict[str, Any]) -> Any:
        """Do something with a student's object in the jail; raises what it raised there."""
        variable = standins.variable(target) if verb == "call" else ""
        if variable in self.hopeless:
            raise self.hopeless[variable]
        try:
            reply = self.ask(("op", (verb, target, args, tuple(options.items()))))
        except (TimeoutError, ProcessEnded) as error:
            self._note_hopeless(variable, error)
            raise
        self._take_notes(reply[2])
        if reply[0] == "reply":
            return reply[1]
        raise self._exception(reply[1])

    def _note_hopeless(self, variable: str, error: Exception) -> None:
        """A function that did not end, or ended its process twice, is not called again in this cell."""
        self.fatal.append(variable)
        if variable and (isinstance(error, TimeoutError) or self.fatal.count(variable) > 1):
            self.hopeless[variable] = type(error)(*error.args)

    def ask(self, parts: tuple) -> tuple:
        """Send a request of a test cell and wait for its answer, serving calls back on the way."""
        with self._entered():
            if self.depth > MAX_NESTING:
                raise RecursionError("calls into the student's code and back are nested too deep")
            if self.depth == 1:
                self._alive()
            if self.test_left <= 0:
                raise TimeoutError(
                    f"the calls of this cell took more than {self.limits.test_seconds:g} s"
                )
            started = time.monotonic()
            seconds = min(self.limits.call_seconds, self.test_left)
            try:
                self._send((*parts, self.mirror.unused(), self._random_state()))
                return self._answer(started + seconds)
            except Unsendable as error:
                raise TypeError(
                    f"an argument cannot be passed to the student's code: {error}"
                ) from None
            except Late:
                self._died(f"a call was still running after {seconds:.3g} s")
                raise TimeoutError(f"was still running after {seconds:.3g} s") from None
            except TooMuchMemory:
                text = f"used more than {self.limits.memory // 2**20:,} MiB of memory"
                self._died(text)
                raise MemoryError(text) from None
            except Closed:
                self._died("a call ended the Python process")
                raise ProcessEnded("ended the Python process") from None
            except WireError as error:
                self._died(f"a call broke the connection to its process ({error})")
                raise ProcessEnded(f"broke the connection to its process: {error}") from None
            finally:
                self.test_left -= time.monotonic() - started

    def is_current(self, epoch: int) -> bool:
        """Whether handles of this epoch still have their process."""
        return epoch == self.epoch and self.connection is not None

    def close(self) -> None:
        """End the process and everything it started."""
        with self._entered():
            self._drop()

    # -- the process -----------------------------------------------------------------------------

    def _alive(self) -> None:
        """Have a process in the state after the cells that ended; SubmissionOver when there will be none."""
        while self.connection is None:
            if self.over:
                raise SubmissionOver(self.over)
            self._connect()
            if self.connection is None:
                continue
            for index in range(len(self.done)):
                if not self._again(index):
                    break
        if self.named and self.epoch != self.named_epoch:
            self.named_epoch = self.epoch
            fresh, _ = self._fetch(list(self.named))
            for name, old in self.named.items():
                standins.replace(old, fresh.get(name), self.mirror)

    def _connect(self) -> None:
        self.connection = self.jail.connect()
        self.epoch += 1
        self.mirror.clear()
        if self.files:
            try:
                self._send(("files", self.files, (), None))
                self._answer(time.monotonic() + self.limits.call_seconds)
            except (Late, Closed, WireError, TooMuchMemory):
                self._died("the submission's files could not be handed over")

    def _again(self, index: int) -> bool:
        """Run a finished cell again; False when it now kills the process (it is then left out)."""
        if self._run(self.done[index], self.limits.cell_seconds).problem:
            self._drop()
            del self.done[index]
            return False
        return True

    def _died(self, problem: str) -> None:
        self._drop()
        self.deaths += 1
        self.reasons.append(problem)
        if self.deaths >= self.limits.deaths:
            self.over = f"was left alone after its process had ended {self.deaths} times"

    def _drop(self) -> None:
        # In this order: a thread that is stopped in between leaves the rest to the next one.
        if self.connection is not None:
            self.jail.kill(self.connection)
            self.connection = None

    def _connected(self) -> Connection:
        if self.connection is None:
            raise Closed("the process ended")
        return self.connection

    # -- messages --------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _entered(self) -> Iterator[None]:
        """Take the session for this thread.

        A check's time limit stops a waiting thread by an exception out of nowhere, which may strike
        between any two steps here: what such a thread leaves half done is cleared by the next one.
        """
        lock = self._taken()
        try:
            me = threading.get_ident()
            if not self.depth or self.owner != me:
                if self.calling:
                    self._died("a call was still running at its time limit")
                self.owner, self.depth = me, 0
            self.depth += 1
            self.calling = True
            try:
                yield
            except Exception:
                self._left()
                raise
            except BaseException:
                self.depth = 0
                self._drop()
                raise
            self._left()
        finally:
            lock.release()

    def _left(self) -> None:
        self.depth -= 1
        self.calling = self.depth > 0

    def _taken(self) -> Any:
        """The lock, held; a thread that keeps it loses its process, and if that does not help, the lock."""
        lock = self.lock
        if lock.acquire(timeout=1.0):
            return lock
        connection = self.connection
        if connection is not None:
            self.jail.kill(connection)  # the other thread's wait ends with Closed
        if not lock.acquire(timeout=5.0):
            lock = self.lock = threading.RLock()
            lock.acquire()
        return lock

    def _send(self, parts: tuple) -> None:
        data = pack(parts, self.mirror, self.bounds)
        self._connected().channel.send(data, time.monotonic() + self.limits.call_seconds)

    def _receive(self, deadline: float) -> tuple:
        data = self._connected().channel.receive(deadline, self._look)
        return unpack(data, self.mirror, self.bounds)

    def _look(self) -> None:
        now = time.monotonic()
        if (
            now - self.looked >= LOOK_AT_MEMORY
            and self.connection is not None
            and self.connection.pid
        ):
            self.looked = now
            if memory_in_use(self.connection.pid) > self.limits.memory:
                raise TooMuchMemory

    def _answer(self, deadline: float) -> tuple:
        """The answer to a request: ("reply", value, notes) or ("raise", (name, text, line, serial), notes)."""
        while True:
            message = self._receive(deadline)
            if len(message) == 3 and message[0] in ("reply", "raise"):
                if message[0] == "raise":
                    check_failure(message[1])
                check_notes(message[2])
                return message
            if len(message) != 3 or message[0] != "callback":
                raise WireError("an answer to another question")
            body = message[1]
            del message
            self._call_back(body)
            del body
            if time.monotonic() > deadline:
                raise Late

    def _call_back(self, body: Any) -> None:
        """Student code calls a function that a test cell passed in."""
        if (
            type(body) is not tuple
            or len(body) != 3
            or type(body[1]) is not tuple
            or type(body[2]) is not tuple
            or not all(
                type(pair) is tuple and len(pair) == 2 and type(pair[0]) is str for pair in body[2]
            )
        ):
            raise WireError("a malformed call")
        function, args, options = body[0], body[1], dict(body[2])
        exported = self.mirror.export_idents.get(id(function))
        if exported is None or not callable(function):
            raise WireError("a call of something that was not passed in")
        try:
            parts: tuple = ("return", function(*args, **options))
        except Exception as error:
            serial = len(self.failures) + 1
            if serial > 1000:
                raise WireError("more than 1,000 failing calls") from None
            self.failures[serial] = error
            parts = ("raise", (type(error).__name__, str(error)[:300], serial))
        # What only this call referred to is forgotten on both sides, or a million calls would pile up.
        del body, args, options
        try:
            self._send((*parts, self.mirror.unused()))
        except Unsendable as error:
            self._send(
                (
                    "raise",
                    ("TypeError", f"the function's result cannot be passed on: {error}", 0),
                    (),
                )
            )

    def _fetch(self, names: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
        self.named_epoch = self.epoch
        try:
            self.mirror.clear()
            self.random_seen = b""
            self._send(("fetch", tuple(names), (), self._random_state()))
            kind, body, _ = self._answer(time.monotonic() + self.limits.call_seconds)
            if (
                kind != "reply"
                or type(body) is not tuple
                or len(body) != 2
                or not all(type(part) is tuple for part in body)
                or not all(
                    type(pair) is tuple and len(pair) == 2 and type(pair[0]) is str
                    for part in body
                    for pair in part
                )
            ):
                raise WireError("a malformed answer")
            values, reasons = map(dict, body)
            known = set(names)
            if not known.issuperset(values) or not known.issuperset(reasons):
                raise WireError("names that were not asked for")
            if not all(type(r) is str for r in reasons.values()):
                raise WireError("a malformed reason")
        except (Late, Closed, WireError, TooMuchMemory) as error:
            self._died(f"its variables could not be read ({error or type(error).__name__})")
            raise ProcessEnded("the student's variables could not be read") from None
        return {name: standins.name(value, name) for name, value in values.items()}, reasons

    named_epoch = 0

    def _make_proxy(self, ident: int, kind: str, label: str) -> Any:
        return standins.make(self, self.epoch, kind, label)

    def _take_notes(self, notes: Any) -> None:
        """Let the caller notice what it would notice of a local function: warnings, prints, random draws."""
        if notes is None:
            return
        said, printed, count, moved = notes
        for category, text in said:
            warnings.warn(text, CATEGORIES.get(category, UserWarning), stacklevel=4)
        if printed:
            sys.stdout.write(printed + ("…\n" if count > len(printed) else ""))
        if moved is not None:
            randomness.write(moved)
            self.random_seen = moved

    def _random_state(self) -> bytes | None:
        """The global random state where the jail has not seen it: draws give the same numbers there as here."""
        state = randomness.read()
        if state == self.random_seen:
            return None
        self.random_seen = state
        return state

    def _exception(self, body: tuple) -> BaseException:
        name, text, line, serial = body
        if serial in self.failures:
            return self.failures[serial]
        return standins.exception(name, text, line)


CATEGORIES: dict[str, type[Warning]] = {
    "RuntimeWarning": RuntimeWarning, "DeprecationWarning": DeprecationWarning, "FutureWarning": FutureWarning,
    "ComplexWarning": np.exceptions.ComplexWarning, "VisibleDeprecationWarning": np.exceptions.VisibleDeprecationWarning,
}  # fmt: skip


def check_failure(body: Any) -> None:
    """WireError unless this is (name, text, line, serial)."""
    if (
        type(body) is not tuple
        or [type(p) for p in body] != [str, str, str, int]
        or any(len(p) > 2000 for p in body[:3])
    ):
        raise WireError("a malformed exception")


def check_notes(notes: Any) -> None:
    """WireError unless this is None or (warnings, text, count, random state)."""
    if notes is None:
        return
    if type(notes) is not tuple or len(notes) != 4:
        raise WireError("malformed notes")
    said, printed, count, moved = notes
    good = (
        type(said) is tuple and len(said) <= 10 and type(printed) is str and len(printed) <= 10_000
    )
    good = (
        good
        and type(count) is int
        and (moved is None or (type(moved) is bytes and randomness.is_state(moved)))
    )
    if not good or not all(
        type(s) is tuple and [type(p) for p in s] == [str, str] and len(s[1]) <= 2000 for s in said
    ):
        raise WireError("malformed notes")


__all__ = ["CellRun", "ProcessEnded", "Session", "SubmissionOver"]
