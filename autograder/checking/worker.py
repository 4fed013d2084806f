"""A thread for one call after another, which can be left behind when a call does not end.

A loop that swallows every exception cannot be stopped from inside the process; it can be abandoned.
"""

from __future__ import annotations

import contextlib
import ctypes
import queue
import threading
from collections.abc import Callable
from contextvars import Context

INTERRUPTIONS = 3  # a loop's own `except:` may swallow the first


class Worker:
    """The thread; `end` it when no call is left. After a call that did not end it is of no use."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def call(self, body: Callable[[], None], left: Callable[[], float]) -> bool:
        """Run `body` in the thread while `left()` seconds are above 0; whether it ended."""
        done = threading.Event()
        self._calls.put((body, done))
        finished = False
        while not finished and (seconds := left()) > 0:
            finished = done.wait(max(seconds, 0.01))
        for _ in range(0 if finished else INTERRUPTIONS):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(self._thread.ident or 0), ctypes.py_object(SystemExit)
            )
            if done.wait(0.05):
                break
        return finished

    def end(self) -> None:
        """Let the thread end after its last call."""
        self._calls.put(None)

    def _serve(self) -> None:
        while (given := self._calls.get()) is not None:
            body, done = given
            # In a new context numpy's error state is the default one, which warns: just what is
            # wanted, whatever an earlier call has set.
            with contextlib.suppress(BaseException):
                Context().run(body)
            done.set()
