"""One jail for the tests of a folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from autograder.grading.remote.session import Session
from autograder.grading.sandbox.jail import JailPool
from autograder.grading.sandbox.limits import Limits

LIMITS = Limits(cell_seconds=3.0, submission_seconds=20.0, call_seconds=2.0, test_seconds=10.0)


@pytest.fixture(scope="session")
def pool() -> Iterator[JailPool]:
    if not sys.platform.startswith("linux"):
        pytest.skip("no namespaces on this system")
    with JailPool(LIMITS) as jail:
        yield jail


@pytest.fixture
def session(pool: JailPool) -> Iterator[Session]:
    session = Session(pool)
    yield session
    session.close()


@pytest.fixture
def student(session: Session) -> Any:
    """student(code, "name", ...) -> proxies of the names after a cell with this code."""

    def define(code: str, *names: str) -> Any:
        run = session.run(f"import numpy as np\n{code}", 3.0)
        assert run.good, run.outputs
        values, reasons = session.begin_test(list(names))
        assert not reasons
        found = tuple(values[name] for name in names)
        return found[0] if len(found) == 1 else found

    return define
