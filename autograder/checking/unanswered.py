"""In a notebook, what fails because an answer is not written yet says so in one line.

The check of a quiz that nobody has answered, an experiment that calls a function which is not
written, and the cells below that need what such an experiment would have made. The error stays what
it is, for nbgrader and for whoever runs the notebook; its text is shorter.
"""

from __future__ import annotations

import ast
import sys
from types import TracebackType
from typing import Any

from autograder import exercises
from autograder.checking.messages import translate as _

# Names that a cell would have given a value, and the unwritten function that it stopped at.
_missing: dict[str, str] = {}


def listen() -> None:
    """Have IPython ask `show` about such errors, where it runs and nobody has asked for any."""
    if "IPython" not in sys.modules:
        return
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is not None and not shell.custom_exceptions:
        shell.set_custom_exc((NameError, NotImplementedError), show)


def show(
    shell: Any,
    kind: type[BaseException],
    error: NameError | NotImplementedError,
    trace: TracebackType,
    tb_offset: int | None = None,
) -> None:
    """Show an error: in one line where an answer is not written yet, else as IPython does."""
    text = _text(shell, error, trace)
    if text:
        shell._showtraceback(kind, error, [text])
    else:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset, running_compiled_code=True)


def _text(shell: Any, error: NameError | NotImplementedError, trace: TracebackType) -> str:
    if isinstance(error, NotImplementedError):
        function = _stub(trace)
        if not function:
            return ""
        _missing.update(dict.fromkeys(_assigned(shell), function))
        return _("This cell needs {name}, which is not written yet.").format(name=function)
    name = str(error.name)
    line = trace.tb_next  # below IPython's own frame: the cell, and nothing below it
    if line is None or line.tb_next is not None:
        return ""
    if name in exercises.quizzes():
        return _("{name} is not written yet.").format(name=name)
    if name not in _missing:
        return ""
    function = _missing[name]
    _missing.update(dict.fromkeys(_assigned(shell), function))
    text = _("{name} comes from a cell above that stopped: {function} was not written yet.")
    return text.format(name=name, function=function)


def _stub(trace: TracebackType) -> str:
    """Return the exercise whose stub raised, "" where something else did."""
    while trace.tb_next is not None:
        trace = trace.tb_next
    name = trace.tb_frame.f_code.co_qualname.split(".")[0]
    return name if name in exercises.everything() else ""


def _assigned(shell: Any) -> set[str]:
    """Return the names that the cell which has just stopped gives a value."""
    try:
        tree = ast.parse(shell.user_ns["In"][-1])
    except (KeyError, IndexError, TypeError, SyntaxError):
        return set()
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return {node.id for node in nodes if isinstance(node.ctx, ast.Store)}
