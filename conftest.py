"""Runs every test, and every notebook under nbval, in the environment of the build."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.building.execute import ENVIRONMENT

# Before numpy is imported anywhere: two BLAS threads beside a second worker stall each other.
os.environ.update(ENVIRONMENT)

SOLUTIONS = Path(__file__).parent / "solutions"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--pictures FOLDER`: the tests that open a browser keep what it showed."""
    parser.addoption("--pictures", metavar="FOLDER", help="for pictures of browser tests")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """nbval runs the executed notebooks only: fixtures of the tests are meant to be wrong."""
    if collection_path.suffix == ".ipynb" and not collection_path.is_relative_to(SOLUTIONS):
        return True
    return None
