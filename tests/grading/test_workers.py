"""A worker that hangs by a mistake of ours ends, and the class goes on."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.grading.classroom.workers import early, process_executor
from autograder.grading.judging.executor import USUAL
from autograder.grading.sandbox import jails

HANGS = """
from types import SimpleNamespace
from autograder.grading.classroom import workers
from autograder.grading.sandbox.limits import Limits

def hang(job):
    for _ in iter(int, 1):  # a loop that no limit of the jail ends
        pass
    return 5

workers.grade_job = hang
limits = Limits(submission_seconds=0.05, tests_seconds=0.05)
workers.watched_job(SimpleNamespace(limits=limits, material=SimpleNamespace(notebooks=[1, 2])))
"""


def test_a_job_that_hangs_in_our_own_code_ends_its_worker() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HANGS], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "in hang" in done.stderr


def test_a_job_in_time_is_left_alone() -> None:
    code = (
        HANGS.replace("iter(int, 1)", "[]")
        .replace("\nworkers.watched", "\nprint(workers.watched")
        .rstrip()
        + ")\nimport time; time.sleep(0.6)\nprint('alive')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["5", "alive"], done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there are no jails")
def test_the_first_pool_has_its_jails_ready_and_is_handed_out_once() -> None:
    make = early(1, "namespaces", ())
    with make(1) as first, make(1) as second:
        assert first.submit(jails_of_this_process).result() == [(True, True)]
        assert second.submit(jails_of_this_process).result() == []


def test_nothing_is_made_early_where_there_is_no_jail() -> None:
    assert early(2, "none", ()) is process_executor


def jails_of_this_process() -> list[tuple[bool, bool]]:
    """(whether it runs, whether it has what chapters use) of each."""
    made = jails._JAILS.values()
    return [(one.process.poll() is None, {*USUAL} <= one.libraries) for one in made]
