"""Exceptions on their way: the student's line that raised, and what the other side raised."""

from __future__ import annotations

import contextlib
import linecache
import os
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))


class CallbackError(Exception):
    """The function that was passed in raised something that Python has no name for here."""


def where(error: BaseException) -> str:
    """Return the line of the student's code that raised."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not frame.filename.startswith(HERE):
            line = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
            return f"line {frame.lineno}: {line[:100]}" if line else ""
    return ""


def make_exception(name: str, text: str) -> BaseException:
    """Return an exception of a built-in type where Python has one of that name."""
    import builtins

    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, Exception):
        with contextlib.suppress(TypeError):
            return kind(text)
    return CallbackError(f"{name}: {text}")
