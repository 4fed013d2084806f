"""What `from autograder import check` gives inside the jail: nothing is judged there."""

from __future__ import annotations

import sys
import types
from typing import Any


class Check:
    """Takes every call that a notebook may make, and does nothing.

    The verdict is reached outside.
    """

    def __call__(self, *_args: Any, **_options: Any) -> None:
        """Do nothing."""

    def quiz(self, *_args: Any, **_options: Any) -> None:
        """Do nothing."""

    secret = quiz

    def language(self, code: str | None = None) -> str:
        """Return the language asked for."""
        return code or "en"


class CheckFailed(AssertionError):
    """Never raised here."""


def install_stub() -> None:
    """Put the module in place; the real package cannot be found in the jail."""
    module = types.ModuleType("autograder", "Checks run outside this process.")
    module.check = Check()  # type: ignore[attr-defined]
    module.CheckFailed = CheckFailed  # type: ignore[attr-defined]
    module.run_check = lambda *_a, **_o: None  # type: ignore[attr-defined]
    sys.modules["autograder"] = module
