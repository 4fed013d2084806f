"""What stands in the trusted process for an exception or a warning raised in the jail."""

from __future__ import annotations

import builtins

import numpy as np

CATEGORIES: dict[str, type[Warning]] = {
    "RuntimeWarning": RuntimeWarning, "DeprecationWarning": DeprecationWarning,
    "FutureWarning": FutureWarning,
    "ComplexWarning": np.exceptions.ComplexWarning,
    "VisibleDeprecationWarning": np.exceptions.VisibleDeprecationWarning,
}  # fmt: skip


def warning(category: str) -> type[Warning]:
    """Return the class that stands for a warning's class in the jail."""
    return CATEGORIES.get(category, UserWarning)


class RemoteError(Exception):
    """An exception of a class that only the student's process knows."""


def exception(kind: str, text: str, line: str) -> Exception:
    """Return the exception that stands for one raised in the jail.

    It is a built-in class by its name, else one of that name.
    """
    text = text[:200]
    if line and (text or kind != "NotImplementedError"):
        text = f"{text} ({line[:140]})".strip()
    found = getattr(builtins, kind, None)
    if (
        isinstance(found, type)
        and issubclass(found, Exception)
        and not issubclass(found, (StopIteration, StopAsyncIteration))
    ):
        try:
            return found(text)
        except TypeError:  # UnicodeDecodeError and its like want more arguments
            pass
    shown = kind[:60] if kind.isidentifier() else "Exception"
    return type(shown, (RemoteError,), {"__module__": "student"})(text)
