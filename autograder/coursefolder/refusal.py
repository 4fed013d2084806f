"""Why nbgrader did not release an assignment, read from what it says, and what to do."""

from __future__ import annotations

import re

from autograder.coursefolder.shown import shown


def refusal(name: str, result: dict) -> str:
    """Return in a sentence why nbgrader did not release, and what to do."""
    log = str(result.get("error") or "") + "\n" + str(result.get("log") or "")
    as_was = "Nothing was changed."
    if "submissions associated with it" in log:
        return (
            f"{name} has submissions in the gradebook, and the new text takes away graded cells or "
            f"notebooks, or makes them of another kind, which nbgrader refuses. {as_was} Release "
            "it into a new course folder (--course), or leave the graded cells as they are."
        )
    if "alembic" in log:
        return (
            f"{name} could not be released: the program alembic, which nbgrader needs for the "
            f"gradebook, is not in this environment. {as_was} Install it (`pip install alembic`) "
            "and release again."
        )
    if "No such kernel" in log or "NoSuchKernel" in log:
        return (
            f"{name} could not be released: Jupyter finds no kernel 'python3' here. {as_was} "
            "Install it with `python -m ipykernel install --sys-prefix` and release again."
        )
    return f"nbgrader could not release {name}. {as_was} It says: {_reason(result)}"


def _reason(result: dict) -> str:
    """Return the last words of nbgrader's log: the error's own, without the traceback above it."""
    log = str(result.get("log") or "") + "\n" + str(result.get("error") or "")
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    named = [
        line
        for line in lines
        if re.match(r"[\w.]*(Error|Exception|Invalid\w*|Missing\w*)\b.*:", line)
    ]
    errors = [line for line in lines if "ERROR" in line and "see the above traceback" not in line]
    return shown(" ".join((named or errors or lines or ["no reason given"])[-2:]), 600)
