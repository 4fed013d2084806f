"""Some seconds of the fuzzer; `python -m tests.classroom.fuzz` goes on for an hour."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings

from tests.classroom.fuzz.law import Class
from tests.classroom.fuzz.trees import TREES, Tree

SECONDS = 12.0


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory):
    made = Class(tmp_path_factory.mktemp("fuzz"))
    yield made
    made.clear()


def test_no_tree_of_files_stops_the_run_or_touches_the_others(small: Class):
    until = time.monotonic() + SECONDS

    @settings(max_examples=40, deadline=None, derandomize=True, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(TREES)
    def law(tree: Tree) -> None:
        if time.monotonic() < until:
            small.holds(tree)

    law()
