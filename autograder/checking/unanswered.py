"""In a notebook, the check of a quiz that nobody has answered says so in one line.

The question's cell gives the name no value, so that Python stops at the call of the check. The
error stays one, a NameError, for nbgrader and for whoever runs the notebook; its text is shorter.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from autograder import exercises
from autograder.checking.messages import translate as _


def listen() -> None:
    """Have IPython ask `show` about NameErrors, where it runs and nobody else has asked for any."""
    if "IPython" not in sys.modules:
        return
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is not None and not shell.custom_exceptions:
        shell.set_custom_exc((NameError,), show)


def show(
    shell: Any,
    kind: type[BaseException],
    error: NameError,
    trace: TracebackType,
    tb_offset: int | None = None,
) -> None:
    """Show a NameError: in one line where a quiz is not answered, else as IPython does."""
    name = str(error.name)
    line = trace.tb_next  # below IPython's own frame: the cell, and nothing below it
    if name in exercises.quizzes() and line is not None and line.tb_next is None:
        shell._showtraceback(kind, error, [_("{name} is not written yet.").format(name=name)])
    else:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset, running_compiled_code=True)
