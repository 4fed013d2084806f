"""Inside the jail: notice a graded function that calls another implementation of the same thing."""

from __future__ import annotations

import _thread
import sys
import threading
from types import FrameType
from typing import Any

MAX_SEEN = 20
# Calls by which a function would get out of sight.
EVASIONS = {
    sys.setprofile: "sys.setprofile",
    threading.setprofile: "threading.setprofile",
    _thread.start_new_thread: "_thread.start_new_thread",
}


class CallRecorder:
    """While `on`, every Python function that is entered is compared with the forbidden names."""

    def __init__(self) -> None:
        self.forbids: tuple[str, ...] = ()
        self.foreign: tuple[str, ...] = ()
        self.seen: set[str] = set()
        self.before: list[Any] = []

    def start(self, forbids: tuple[str, ...], foreign: tuple[str, ...]) -> None:
        """From now on calls of these are noticed; of none of them, nothing is."""
        self.forbids, self.foreign, self.seen = forbids, foreign, set()

    def __enter__(self) -> None:
        self.before.append(sys.getprofile())
        if self.forbids or self.foreign:
            sys.setprofile(self.frame)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(self.before.pop())

    def frame(self, frame: FrameType, event: str, arg: Any) -> None:
        """The profile hook."""
        if event == "c_call":
            if arg in EVASIONS and frame.f_globals.get("__name__") != __name__:
                self.seen.add(EVASIONS[arg])
            return
        if event != "call" or len(self.seen) >= MAX_SEEN:
            return
        module = str(frame.f_globals.get("__name__"))
        function = frame.f_code.co_name
        if module.split(".")[0] in self.foreign:
            self.seen.add(f"{module}.{function}")
            return
        for name in self.forbids:
            package, _, last = name.rpartition(".")
            if module == name or module.startswith(name + "."):
                self.seen.add(f"{module}.{function}")
            elif last == function and (module == package or module.startswith(package + ".")):
                self.seen.add(name)
