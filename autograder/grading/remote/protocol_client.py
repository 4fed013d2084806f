"""What a submission's process is told and answers, each message checked before it is believed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autograder.grading.jailed.call_recorder import MAX_SEEN
from autograder.grading.jailed.protocol import randomness
from autograder.grading.jailed.protocol.channel import Closed
from autograder.grading.jailed.protocol.mirror import Mirror
from autograder.grading.jailed.protocol.wire import (
    Bounds,
    Unsendable,
    WireError,
    pack,
    to_bytes,
    unpack,
)
from autograder.grading.remote.stopwatch import WALL, Stopwatch
from autograder.grading.sandbox.jail import Connection
from autograder.grading.sandbox.limits import Limits
from autograder.grading.sandbox.usage import memory_in_use

LOOK_AT_MEMORY = 0.1
MAX_FAILURES = 1000


class TooMuchMemory(Exception):
    """The jail's processes together hold more than they may."""


@dataclass
class CellRun:
    """The outputs of one cell that was run.

    good: no exception.  problem: empty, or why it was stopped, as a sentence.  seconds: what it
    used of its limit.
    """

    outputs: list[Any] = field(default_factory=list)
    good: bool = False
    number: int | None = None
    problem: str = ""
    seconds: float = 0.0


class ProtocolClient:
    """Messages of one submission.

    After Closed, Late, WireError or TooMuchMemory the process is of no more use.  connection: to
    the process, None while there is none.  make_proxy, classify: as in Mirror.
    """

    def __init__(
        self,
        limits: Limits,
        make_proxy: Callable[[int, str, str], Any],
        classify: Callable[[Any], tuple[str, str]],
    ) -> None:
        self.limits = limits
        self.bounds = Bounds(limits.message, limits.items, limits.depth)
        self.answers = Bounds(limits.answer, limits.items, limits.depth)
        self.mirror = Mirror(0, make_proxy, classify)
        self.connection: Connection | None = None
        self.failures: dict[int, BaseException] = {}
        self.random_seen = b""
        self.looked = 0.0

    def forget(self) -> None:
        """Make proxies and objects that crossed void."""
        self.mirror.clear()
        self.failures.clear()

    # -- requests ----------------------------------------------------------------------------------

    def run(self, source: str) -> None:
        """Ask for a cell to be run; `ran` waits for its end."""
        self.mirror.clear()
        self.send(("run", source, b"", None))

    def ran(self, watch: Stopwatch) -> CellRun:
        """Return the outcome of the cell."""
        message = self.receive(watch)
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

    def hand_over(self, files: dict[str, bytes]) -> None:
        """Put files beside the notebook."""
        self.send(("files", files, b"", None))
        self.answer(self.stopwatch(self.limits.call_seconds))

    def fetch(self, names: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the student's values by name, and reasons for names whose value cannot come."""
        self.mirror.clear()
        self.random_seen = b""
        self.send(("fetch", tuple(names), b"", self.random_state()))
        kind, body, _ = self.answer(self.stopwatch(self.limits.call_seconds))
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
        return values, reasons

    def ask(self, parts: tuple, watch: Stopwatch) -> tuple:
        """Send a request of a test cell and return its answer.

        Unsendable: an argument cannot be passed on.
        """
        self.send((*parts, to_bytes(self.mirror.unused()), self.random_state()))
        return self.answer(watch)

    def answer(self, watch: Stopwatch) -> tuple:
        """Return the answer to a request.

        It is ("reply", value, notes) or ("raise", (name, text, line, serial), notes).
        """
        while True:
            message = self.receive(watch)
            if len(message) == 3 and message[0] in ("reply", "raise"):
                if message[0] == "raise":
                    check_failure(message[1])
                check_notes(message[2])
                return message
            if len(message) != 3 or message[0] != "callback":
                raise WireError("an answer to another question")
            body = message[1]
            del message
            self.call_back(body)
            del body
            watch.look()

    def call_back(self, body: Any) -> None:
        """Call a function that a test cell passed in, as student code asks."""
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
            if serial > MAX_FAILURES:
                raise WireError(f"more than {MAX_FAILURES:,} failing calls") from None
            self.failures[serial] = error
            parts = ("raise", (type(error).__name__, str(error)[:300], serial))
        # What only this call referred to is forgotten on both sides, or a million calls would pile
        # up.
        del body, args, options
        try:
            self.send((*parts, to_bytes(self.mirror.unused())))
        except Unsendable as error:
            self.send(
                (
                    "raise",
                    ("TypeError", f"the function's result cannot be passed on: {error}", 0),
                    b"",
                )
            )

    def stopwatch(self, seconds: float) -> Stopwatch:
        """Return a stopwatch for a request that may take this long."""
        return Stopwatch(seconds, self.pid)

    @property
    def pid(self) -> int | None:
        """The process at the other end, None while there is none."""
        return self.connection.pid if self.connection else None

    # -- messages ----------------------------------------------------------------------------------

    def send(self, parts: tuple) -> None:
        """Send a message."""
        data = pack(parts, self.mirror, self.bounds)
        self.connected().channel.send(data, time.monotonic() + WALL * self.limits.call_seconds)

    def receive(self, watch: Stopwatch) -> tuple:
        """Return the next message."""
        data = self.connected().channel.receive(watch.wall, lambda: self._look(watch))
        message = unpack(data, self.mirror, self.answers)
        if not message or type(message[0]) is not str:
            raise WireError("an answer that does not begin with its kind")
        return message

    def connected(self) -> Connection:
        """Return the connection; Closed while there is none."""
        if self.connection is None:
            raise Closed("the process ended")
        return self.connection

    def random_state(self) -> bytes | None:
        """Return the global random state where the jail has not seen it.

        Draws then give the same numbers there as here.
        """
        state = randomness.read()
        if state == self.random_seen:
            return None
        self.random_seen = state
        return state

    def _look(self, watch: Stopwatch) -> None:
        watch.look()
        now, connection = time.monotonic(), self.connection
        if now - self.looked >= LOOK_AT_MEMORY and connection is not None and connection.pid:
            self.looked = now
            if memory_in_use(connection.pid) > self.limits.memory:
                raise TooMuchMemory


def check_failure(body: Any) -> None:
    """Raise WireError unless this is (name, text, line, serial)."""
    if (
        type(body) is not tuple
        or [type(p) for p in body] != [str, str, str, int]
        or any(len(p) > 2000 for p in body[:3])
    ):
        raise WireError("a malformed exception")


def check_notes(notes: Any) -> None:
    """Raise WireError unless this is None or what the agent's `notes` returns.

    That is (warnings, text, count, random state, forbidden calls).
    """
    if notes is None:
        return
    if type(notes) is not tuple or len(notes) != 5:
        raise WireError("malformed notes")
    said, printed, count, moved, seen = notes
    good = (
        type(said) is tuple and len(said) <= 10 and type(printed) is str and len(printed) <= 10_000
    )
    good = (
        good
        and type(count) is int
        and (moved is None or (type(moved) is bytes and randomness.is_state(moved)))
        and type(seen) is tuple
        and len(seen) <= MAX_SEEN
        and all(type(s) is str and len(s) < 300 for s in seen)
    )
    if not good or not all(
        type(s) is tuple and [type(p) for p in s] == [str, str] and len(s[1]) <= 2000 for s in said
    ):
        raise WireError("malformed notes")
