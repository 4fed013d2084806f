"""Workers share the memory of what is loaded once."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import pytest

from autograder.grading.classroom.workers import process_executor

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere workers are not forked"
)


def own_memory() -> tuple[float, float]:
    """(MiB that only this process has, MiB of all its pages) after a full collection."""
    gc.collect()
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines}
    return sizes["Private_Dirty"] + sizes["Private_Clean"], sizes["Rss"]


def test_a_collection_in_a_worker_copies_little_of_what_is_loaded():
    with process_executor(1) as executor:
        private, resident = executor.submit(own_memory).result(60)
    assert resident > 60, "nothing was loaded"
    assert private < 0.4 * resident
