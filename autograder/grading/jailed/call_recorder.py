"""Inside the jail: notice a graded function that calls another implementation of the same thing.

What it notices is a remark for the instructor and no verdict: student code can get round it.
"""

from __future__ import annotations

import linecache
import sys
from types import FrameType
from typing import Any

MAX_SEEN = 20


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
        before = sys.getprofile()
        # cProfile's own profiler stands there as an object that cannot be put back like this.
        self.before.append(before if callable(before) else None)
        if self.forbids or self.foreign:
            sys.setprofile(self.frame)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(self.before.pop())

    def frame(self, frame: FrameType, event: str, _arg: Any) -> None:
        """The profile hook."""
        if event != "call" or len(self.seen) >= MAX_SEEN:
            return
        module = str(frame.f_globals.get("__name__"))
        caller = frame.f_back
        if caller and str(caller.f_globals.get("__name__")).split(".")[0] == module.split(".")[0]:
            return  # a library's own helpers say nothing that its first function did not
        function = frame.f_code.co_name
        if module.split(".")[0] in self.foreign:
            self.seen.add(f"{module}.{function}{called_from(frame)}")
            return
        for name in self.forbids:
            package, _, last = name.rpartition(".")
            if module == name or module.startswith(name + "."):
                self.seen.add(f"{module}.{function}{called_from(frame)}")
            elif last == function and (module == package or module.startswith(package + ".")):
                self.seen.add(f"{name}{called_from(frame)}")


def called_from(frame: FrameType) -> str:
    """Return " (line 3: …)", the line that called, where its text is known."""
    caller = frame.f_back
    if caller is None:
        return ""
    line = linecache.getline(caller.f_code.co_filename, caller.f_lineno).strip()
    return f" (line {caller.f_lineno}: {line[:80]})" if line else ""
