"""One small course for all tests of this folder; each test hands in under names of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.coursefolder.course import Course
from autograder.coursefolder.material import Material
from tests.classroom import smallclass


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A released course folder that nobody writes to."""
    return smallclass.make_course(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="session")
def material(released: Path) -> Material:
    """The assignment of that course."""
    return Course.open(released).material(smallclass.ASSIGNMENT)
