"""Who did the work: notice a graded function that calls another implementation of the same thing.

A profile hook sees every Python frame a call enters, so renaming, `partial` and `from … import` make
no difference. Proxies of functions in a jail do the same on the other side and report what they saw.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from autograder.checking.remote import remote_of

# Whole implementations of what students write here; none of them is needed in a solution.
FOREIGN = ("torch", "tensorflow", "jax", "sklearn", "keras", "autograd")


class Watch:
    """Context manager; afterwards `seen` holds the dotted names of forbidden functions that were entered.

    functions: namespace of the functions under test (proxies among them are asked to watch too).
    forbids: whole modules ("nnkit.graph") or functions anywhere below a package
    ("nnkit.functional.affine_backward", "numpy.convolve"), wherever the package keeps them.
    """

    def __init__(self, functions: Any, forbids: tuple[str, ...]) -> None:
        self.seen: set[str] = set()
        self.forbids = forbids
        self.remote = [
            (r, f) for f in vars(functions).values() if (r := remote_of(f)) and callable(f)
        ]

    def __enter__(self) -> Watch:
        for remote, function in self.remote:
            remote.watch(function, self.forbids)
        self.previous = sys.getprofile()
        if not self.remote:  # else only the check's own frames would be seen here
            sys.setprofile(self._frame)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(self.previous)
        for remote, function in self.remote:
            self.seen.update(remote.seen(function))

    def _frame(self, frame: FrameType, event: str, _arg: Any) -> None:
        if event == "call":
            name = forbidden(
                str(frame.f_globals.get("__name__")), frame.f_code.co_name, self.forbids
            )
            if name:
                self.seen.add(name)


def forbidden(module: str, function: str, forbids: tuple[str, ...]) -> str | None:
    """The dotted name when `module.function` is one of `forbids` or belongs to a foreign library."""
    if module.split(".")[0] in FOREIGN:
        return f"{module}.{function}"
    for name in forbids:
        if module == name or module.startswith(name + "."):
            return f"{module}.{function}"
        package, _, last = name.rpartition(".")
        if last == function and (module == package or module.startswith(package + ".")):
            return name
    return None
