"""The jail's end of the conversation: runs cells and does what proxies ask of student objects.

Nothing here protects anything: student code shares this process and can change all of it. What it
can change is what this process says, and the other end believes only what the protocol allows.
"""

from __future__ import annotations

import contextlib
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from . import shell as shells
from .call_recorder import MAX_SEEN, CallRecorder
from .files import write_files
from .operations import OPERATIONS
from .outputs import Printed
from .protocol import randomness
from .protocol.channel import Channel, Closed
from .protocol.mirror import Mirror
from .protocol.wire import Bounds, Unsendable, from_bytes, pack, unpack
from .raised import make_exception, where

MAX_NESTING = 12


class Foreign:
    """An object of the trusted process that was handed in; it can only be handed back."""

    __slots__ = ("__weakref__",)

    def __repr__(self) -> str:
        return "<an object of the check>"


class Turn:
    """One call of a student's function: of its threads that call back, one at a time speaks.

    is_nested: it came in while a thread waited for what it had called back. The other threads that
    were there by then wait for that thread; those that this call starts do not.
    """

    def __init__(self, is_nested: bool) -> None:
        self.lock = threading.Lock()
        self.waiting = set(threading.enumerate()) if is_nested else set()
        self.waiting.discard(threading.current_thread())

    def is_mine(self) -> bool:
        """Return whether this thread may speak in it."""
        return threading.current_thread() not in self.waiting


class Agent:
    """Serves one submission."""

    def __init__(self, channel: Channel, shell: Any, numbers: dict[str, int]) -> None:
        self.channel = channel
        self.shell = shell
        self.bounds = Bounds(numbers["answer"], numbers["items"], numbers["depth"])
        self.requests = Bounds(numbers["message"], numbers["items"], numbers["depth"])
        self.mirror = Mirror(1, self.make_proxy, classify)
        self.watch = CallRecorder()
        self.printed = Printed()
        self.streams = shells.streams(self.printed.write)
        self.depth = 0
        self.turns: list[Turn] = []
        self.pid = os.getpid()
        self.failures: list[tuple[BaseException, int]] = []
        self.before_test: dict[str, Any] = {}
        shells.current.limit = numbers["output"]

    def serve_forever(self) -> None:
        """Answer until the other side is gone."""
        with contextlib.suppress(Closed):
            while True:
                self.serve(self.receive())

    # -- messages --------------------------------------------------------------------------------

    def receive(self) -> tuple:
        """Return the next message."""
        while True:
            try:
                return unpack(self.channel.receive(), self.mirror, self.requests)
            except KeyboardInterrupt:  # meant for a cell that had just ended
                continue

    def send(self, *parts: Any) -> None:
        """Send a message, or say why it cannot be sent; a fork of a student's ends here."""
        if os.getpid() != self.pid:
            os._exit(0)
        try:
            data = pack(parts, self.mirror, self.bounds)
        except (Unsendable, RecursionError) as error:
            data = pack(
                (
                    "raise",
                    ("TypeError", f"what came back cannot be passed on: {error}", "", 0),
                    *parts[2:],
                ),
                self.mirror,
                self.bounds,
            )
        self.channel.send(data)

    def serve(self, message: tuple) -> None:
        """Carry out one request and answer it."""
        kind, body, released, random_state = message
        self.mirror.forget(from_bytes(released))
        if random_state is not None:
            randomness.write(random_state)
        if kind in ("run", "fetch"):
            # Nothing of a test cell survives it: handles and shared objects are void from here on.
            self.mirror.clear()
            self.put_back()
        if kind == "run":
            outputs, good, number = shells.run(self.shell, body)
            self.send("ran", (outputs, good, number))
        elif kind == "fetch":
            self.send("reply", self.fetch(body), None)
        elif kind == "files":
            self.send("reply", write_files(body), None)
        elif kind == "op":
            verb, target, args, options, watched = body
            if watched is not None:
                self.watch.start(*(watched or ((), ())))
            turn = Turn(bool(self.turns))
            self.turns.append(turn)
            answer = self.operate(verb, target, args, dict(options))
            with turn.lock:  # no thread is in the middle of a call back, and none begins one
                self.turns.remove(turn)
                self.send(*answer)

    def let(self, name: str, value: tuple) -> None:
        """Let a variable mean something else, or nothing, until the test cell has ended."""
        space = self.shell.user_ns
        self.before_test.setdefault(name, space.get(name, self))
        if value:
            space[name] = value[0]
        else:
            space.pop(name, None)

    def put_back(self) -> None:
        """Give the variables that a test cell changed their values again."""
        for name, value in self.before_test.items():
            if value is self:
                self.shell.user_ns.pop(name, None)
            else:
                self.shell.user_ns[name] = value
        self.before_test = {}

    def fetch(self, names: tuple[str, ...]) -> tuple[tuple, tuple]:
        """(name, value) pairs, and (name, reason) pairs for those that cannot be passed on."""
        values, reasons = [], []
        for name in names:
            if name in self.shell.user_ns:
                value = self.shell.user_ns[name]
                try:
                    pack((value,), Mirror(1, self.make_proxy, classify), self.bounds)
                    values.append((name, value))
                except (Unsendable, RecursionError) as error:
                    reasons.append((name, str(error)))
        return tuple(values), tuple(reasons)

    def operate(self, verb: str, target: Any, args: tuple, options: dict) -> tuple:
        """Do something with a student's object and return the answer.

        It is ("reply", result, notes) or ("raise", exception, notes).
        """
        before = randomness.read()
        caught: list[warnings.WarningMessage] = []
        self.depth += 1
        outermost = self.depth == 1
        if outermost:
            shells.connect_streams(self.streams)
        failures = len(self.failures)
        try:
            with (
                warnings.catch_warnings(record=True) as caught,
                np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"),
            ):
                warnings.simplefilter("always")
                with self.watch, shells.unseen() if outermost else contextlib.nullcontext():
                    if verb == "let":
                        self.let(target, args)
                        kind, body = "reply", None
                    else:
                        kind, body = "reply", OPERATIONS[verb](target, args, options)
        except BaseException as error:
            kind, body = "raise", self.describe(error, self.failures[failures:])
            error.__traceback__ = None
        finally:
            self.depth -= 1
        if outermost:
            self.failures = []
        return kind, body, self.notes(before, caught)

    def notes(self, before: bytes, caught: list[warnings.WarningMessage]) -> tuple | None:
        """Return what the caller of a local function would notice, and what is forbidden.

        That is (warnings, printed text, characters printed, the global random state if it moved,
        forbidden calls), or None, which most calls leave and which costs nothing to send.
        """
        after = randomness.read()
        if not (caught or self.printed.count or self.watch.seen or after != before):
            return None
        said = [
            (type.__getattribute__(w.category, "__name__"), str(w.message)[:300])
            for w in caught[:5]
        ]
        moved = None if after == before else after
        seen = tuple(name[:200] for name in sorted(self.watch.seen)[:MAX_SEEN])
        return tuple(said), *self.printed.take(), moved, seen

    def describe(self, error: BaseException, failures: list[tuple[BaseException, int]]) -> tuple:
        """Return what an exception looks like from outside.

        That is (type name, message, the student's line, serial of the callback's exception that
        this is, or 0).
        """
        try:
            text = str(error)[:300]
        except BaseException:
            text = ""
        serial = next((serial for known, serial in failures if known is error), 0)
        return type.__getattribute__(type(error), "__name__"), text, where(error), serial

    # -- the other side's objects ----------------------------------------------------------------

    def make_proxy(self, ident: int, kind: str, label: str) -> Any:
        """Return what student code gets for a function or object of the trusted process."""
        if kind not in "fk":
            return Foreign()

        def function(*args: Any, **options: Any) -> Any:
            return self.call_back(function, args, options)

        function.__name__ = function.__qualname__ = label or "function"
        return function

    def call_back(self, function: Callable, args: tuple, options: dict) -> Any:
        """Call a function of the trusted process, when no other thread does."""
        with self.turn():
            if (
                os.getpid() != self.pid
                or not self.turns
                or id(function) not in self.mirror.proxy_idents
            ):
                raise RuntimeError(
                    "this function can only be called while the check that passed it in is "
                    "running, and not from another process"
                )
            if self.depth > MAX_NESTING:
                raise RecursionError("calls back and forth are nested too deep")
            try:
                data = pack(
                    ("callback", (function, args, tuple(options.items())), None),
                    self.mirror,
                    self.bounds,
                )
            except Unsendable as error:
                raise TypeError(f"an argument cannot be passed on: {error}") from None
            self.channel.send(data)
            return self.returned()

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until this thread may speak; at once where no check is running, and in a fork."""
        while os.getpid() == self.pid and (mine := [t for t in self.turns if t.is_mine()]):
            with mine[-1].lock:
                if mine[-1] in self.turns:
                    yield
                    return
        yield

    def returned(self) -> Any:
        """Return what a function of the trusted process gave back; serve its calls in between."""
        while True:
            message = self.receive()
            if message[0] in ("return", "raise"):
                self.mirror.forget(from_bytes(message[2]))
            if message[0] == "return":
                return message[1]
            if message[0] == "raise":
                name, text, serial = message[1]
                failure = make_exception(name, text)
                self.failures.append((failure, serial))
                raise failure
            self.serve(message)


def classify(value: Any) -> tuple[str, str]:
    """(kind, label) of a student's object that stays here."""
    if isinstance(value, np.ndarray):
        return "o", f"array of dtype {np.ndarray.view(value, np.ndarray).dtype}"[:60]
    if isinstance(value, type):
        return "k", str(type.__getattribute__(value, "__name__"))
    name = str(type.__getattribute__(type(value), "__name__"))
    if callable(value):
        return "f", name
    return ("i" if hasattr(type(value), "__next__") else "o"), name
