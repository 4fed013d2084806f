"""Workers share the memory of what is loaded once."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.grading.classroom.workers import process_executor

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere workers are not forked"
)


def own_memory() -> tuple[float, float]:
    """(MiB that only this process has, MiB of all its pages) after a full collection."""
    gc.collect()
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines}
    return sizes["Private_Dirty"] + sizes["Private_Clean"], sizes["Rss"]


def of_a_worker() -> tuple[float, float]:
    """The memory of a worker."""
    with process_executor(1) as executor:
        return executor.submit(own_memory).result(60)


def test_a_collection_in_a_worker_copies_little_of_what_is_loaded():
    """In a program of its own: what workers are forked from is loaded once in each."""
    code = "from tests.classroom.test_sharing import of_a_worker; print(*of_a_worker())"
    said = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    private, resident = map(float, said.split())
    assert resident > 60, "nothing was loaded"
    assert private < 0.4 * resident
