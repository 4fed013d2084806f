"""Who did the work: notice a graded function that calls another implementation of the same thing.

In a notebook and in the grader the text of the cells decides (own_text.py): the process that runs a
function cannot be asked, since whatever runs in it can change the answer. Where there are no cells,
as in a test, a profile hook sees every Python frame that a call enters.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from autograder.checking.own_text import FOREIGN, used_implementations
from autograder.checking.remote import remote_of


class Watch:
    """Context manager; afterwards `seen` holds the names of forbidden functions that were entered.

    functions: namespace of the functions that are run (proxies among them are asked to watch too).
    judged: the one whose work it is, "" for all; what its partner calls is its partner's error.
    forbids: whole modules ("nnkit.graph") or functions anywhere below a package
    ("nnkit.functional.affine_backward", "numpy.convolve"), wherever the package keeps them.
    """

    def __init__(self, functions: Any, forbids: tuple[str, ...], judged: str = "") -> None:
        self.seen: set[str] = set()
        self.forbids = forbids
        self.names = [name for name, f in vars(functions).items() if not is_ours(f)]
        self.own = [name for name in self.names if name == judged or not judged]
        self.remote = [
            (r, f)
            for name in self.own
            if (r := remote_of(f := vars(functions)[name])) and callable(f)
        ]

    def __enter__(self) -> Watch:
        for remote, function in self.remote:
            remote.watch(function, self.forbids)
        previous = sys.getprofile()
        # cProfile's own profiler stands there as an object that cannot be put back like this.
        self.previous = previous if callable(previous) else None
        # With proxies only the check's own frames would be seen; in a notebook the cells decide.
        if not self.remote and not cells_of_notebook():
            sys.setprofile(self._frame)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(self.previous)
        for remote, function in self.remote:
            self.seen.update(remote.seen(function, self.names))
        if not self.remote and (cells := cells_of_notebook()):
            self.seen = used_implementations(cells, self.own, self.forbids)

    def _frame(self, frame: FrameType, event: str, _arg: Any) -> None:
        if event == "call":
            module = str(frame.f_globals.get("__name__"))
            name = forbidden(module, frame.f_code.co_name, self.forbids)
            caller = frame.f_back.f_globals.get("__name__") if frame.f_back else ""
            # What a library calls inside itself (polymul its convolve) nobody has written down.
            if name and str(caller).split(".")[0] != module.split(".")[0]:
                self.seen.add(name)


def is_ours(function: Any) -> bool:
    """Whether a function is a reference of the course that stands in for one of the student's."""
    return str(getattr(function, "__module__", "")).split(".")[0] == "autograder"


def cells_of_notebook() -> list[str]:
    """Return the text of the cells that were run, where this process is a notebook's."""
    if "IPython" not in sys.modules:
        return []
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    history = getattr(shell, "history_manager", None)
    return [str(cell) for cell in history.input_hist_raw] if history else []


def forbidden(module: str, function: str, forbids: tuple[str, ...]) -> str | None:
    """Return the dotted name of `module.function` if it is forbidden, else None.

    Forbidden is what `forbids` names, and what belongs to a foreign library.
    """
    if module.split(".")[0] in FOREIGN:
        return f"{module}.{function}"
    for name in forbids:
        if module == name or module.startswith(name + "."):
            return f"{module}.{function}"
        package, _, last = name.rpartition(".")
        if last == function and (module == package or module.startswith(package + ".")):
            return name
    return None
