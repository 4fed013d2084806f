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

    secret = hint = progress = quiz

    def judge(self, *_args: Any, **_options: Any) -> Any:
        """Return a report in which nothing is wrong."""
        return run_check()

    judge_quiz = judge

    def language(self, code: str | None = None) -> str:
        """Return the language asked for."""
        return code or "en"

    def example(self, name: str) -> Any:
        """Raise the ValueError of a function whose checks have not failed: none was run here."""
        raise ValueError(f"no check of {name} has failed yet: run check({name}) first.")


class CheckFailed(AssertionError):
    """Never raised here."""


def run_check(*_args: Any, **_options: Any) -> Any:
    """Return a report in which nothing is wrong."""
    texts = dict.fromkeys(("exercise", "message", "cause", "found", "example", "next_step",
                           "hint", "code"), "")  # fmt: skip
    return types.SimpleNamespace(
        passed=True, mistake=None, clauses=(), rows=(), notes=(), to_dict=dict, **texts
    )


def install_stub() -> None:
    """Put the module in place; the real package cannot be found in the jail."""
    for name in ("autograder", "autograder.checking"):
        module = types.ModuleType(name, "Checks run outside this process.")
        module.__file__ = f"{name.replace('.', '/')}/__init__.py"
        module.__path__ = []
        vars(module).update(check=Check(), CheckFailed=CheckFailed, run_check=run_check)
        sys.modules[name] = module
    vars(sys.modules["autograder"])["checking"] = sys.modules["autograder.checking"]
