"""The program `autograder`: says which extra to install where its packages are not there."""

from __future__ import annotations

import sys
from importlib.util import find_spec

# The extra `grading` in pyproject.toml; a test holds the two together.
NEEDED = (
    "babel",
    "click",
    "jinja2",
    "jupytext",
    "nbclient",
    "nbconvert",
    "nbformat",
    "nbgrader",
    "nh3",
    "rich",
)


def main() -> None:
    """Run the command line; SystemExit with what to install where a package lacks."""
    lacking = [name for name in NEEDED if find_spec(name) is None]
    if lacking:
        sys.exit(
            f"autograder: this installation has no {', '.join(lacking)}, which notebooks do not "
            "need and the command line does: install the extra `grading`, as in "
            "pip install 'nn-from-scratch[grading]'."
        )
    from autograder.cli import main as command_line

    command_line()
