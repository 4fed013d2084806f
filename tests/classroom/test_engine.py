"""A Dask cluster for real: a scheduler and two workers on the loopback address."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from autograder.coursefolder.course import Course
from autograder.coursefolder.trouble import CourseTrouble
from autograder.grading.classroom.classrun import grade_class
from autograder.grading.classroom.engine import Cluster, parse_engine
from autograder.grading.classroom.jobs import Job, grade_job
from autograder.grading.classroom.parcel import pack, unpacked
from autograder.grading.classroom.workers import run_jobs
from autograder.grading.sandbox.limits import Limits
from autograder.grading.sanitize import find
from tests.classroom import smallclass
from tests.classroom.fuzz.trees import TREES, Tree
from tests.classroom.smallclass import ASSIGNMENT
from tests.classroom.test_classrun import HERE, a_class, dump

DASK = {
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "3s",
}


class Processes:
    """A scheduler with its workers, each a session of its own that can be killed."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "scheduler.json"
        self.folder = folder
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", "0")
        for _ in range(600):
            if self.file.exists():
                break
            time.sleep(0.1)
        self.workers = [self.worker(), self.worker()]

    def start(self, *arguments: str) -> subprocess.Popen:
        more = ("--scheduler-file", str(self.file), "--no-dashboard")
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments, *more], start_new_session=True,
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, **DASK},
        )  # fmt: skip

    def worker(self, *more: str) -> subprocess.Popen:
        """A worker that starts again when it ended ("--nanny"), or does not ("--no-nanny")."""
        return self.start("worker", *(more or ("--nthreads", "1", "--no-nanny")))

    @property
    def address(self) -> str:
        return json.loads(self.file.read_text())["address"]

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            kill(process)


def kill(process: subprocess.Popen) -> None:
    """End a process and all its children, as a lost machine does."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    made = Processes(tmp_path_factory.mktemp("dask"))
    yield made
    made.end()


def test_a_class_gets_the_local_gradebook_also_when_a_worker_is_lost(cluster, released, tmp_path):
    local = Path(shutil.copytree(released, tmp_path / "local"))
    far = Path(shutil.copytree(released, tmp_path / "far"))
    for course in (local, far):
        a_class(course)
        (course / "submitted" / "ada" / ASSIGNMENT / "x").symlink_to("/etc")  # a remark travels
    here = grade_class(Course.open(local), ASSIGNMENT, **HERE)

    def lose_one(done: int, total: int, result: object) -> None:
        if done == 1:
            kill(cluster.workers.pop())

    workers, make = parse_engine(cluster.address)
    there = grade_class(
        Course.open(far), ASSIGNMENT, workers=workers, make_executor=make, progress=lose_one
    )
    assert dump(far) == dump(local)
    assert sorted(there.graded) == sorted(here.graded)
    for what in ("reasons", "unscored", "evidence", "faults", "passed_over"):
        assert getattr(there, what) == getattr(here, what)
    assert there.evidence["ada"]
    # Nothing has changed: not even a cluster makes the next run grade anything.
    assert grade_class(Course.open(far), ASSIGNMENT, **HERE).graded == []


@pytest.mark.long
def test_a_worker_with_several_threads_is_refused(cluster):
    extra = cluster.worker("--nthreads", "2", "--no-nanny")
    said = ""
    for _ in range(150):
        try:
            parse_engine(cluster.address)[1](1).shutdown()
        except CourseTrouble as error:
            said = str(error)
            break
        time.sleep(0.2)
    kill(extra)
    assert "--nthreads 1" in said


@pytest.fixture(scope="module")
def good(released, material) -> Job:
    smallclass.solved(released).save(released.parent / "one")
    return Job("good", str(released.parent / "one"), material)


def test_another_version_of_the_package_is_named(cluster, good, monkeypatch):
    monkeypatch.setattr("autograder.grading.classroom.engine.code_digest", lambda: "another")
    with pytest.raises(CourseTrouble, match="another version of this package"):
        list(run_jobs([good], 1, lambda _: Cluster(cluster.address)))


@pytest.mark.long
def test_what_ends_its_workers_again_and_again_gets_its_reason_and_the_others_their_results(
    cluster, good
):
    cluster.workers.append(cluster.worker("--nthreads", "1", "--nanny"))
    # The watch that ends a worker whose own code hangs goes off at once.
    fatal = dataclasses.replace(good, student="fatal", limits=Limits(submission_seconds=-119.99))
    executor = Cluster(cluster.address)
    done = chain.from_iterable(run_jobs([fatal, good], 2, lambda _: executor))
    found = {job.student: result for job, result in done}
    assert "ended 2 times" in found["fatal"].error
    assert found["good"].score == grade_job(good).score == 100


@pytest.mark.long
def test_a_scheduler_that_goes_away_ends_the_run_with_a_sentence(cluster, released, tmp_path):
    course = Path(shutil.copytree(released, tmp_path / "course"))
    a_class(course)
    workers, make = parse_engine(cluster.address)
    with pytest.raises(CourseTrouble, match=r"went away.*kept"):
        grade_class(
            Course.open(course), ASSIGNMENT, workers=workers, make_executor=make,
            progress=lambda done, total, result: cluster.end(),
        )  # fmt: skip
    again = grade_class(Course.open(course), ASSIGNMENT, **HERE)
    assert len(again.kept) >= 1
    assert len(again.kept) + len(again.graded) == 6


@pytest.mark.parametrize("text", ["", "locally", "local:x", "http://a:1", "local:-1"])
def test_an_engine_that_is_none_is_refused_with_what_is_expected(text):
    with pytest.raises(ValueError, match=r"local:4.*tcp://"):
        parse_engine(text)


def test_local_engines():
    assert parse_engine("local", 3)[0] == 3
    assert parse_engine("local:2", 3)[0] == 2


@settings(max_examples=25, deadline=None, derandomize=True, database=None,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(TREES)
def test_what_a_worker_unpacks_is_found_as_the_folder_itself_is(
    released, material, tmp_path_factory, tree: Tree
):
    notebooks = smallclass.solved(released).notebooks, smallclass.untouched(released).notebooks
    submitted = tmp_path_factory.mktemp("tree")
    tree.write(submitted, ASSIGNMENT, *(one["01_ramp.ipynb"] for one in notebooks))
    folder = Path(os.fsdecode(os.path.join(os.fsencode(submitted), tree.student))) / ASSIGNMENT
    parcel = pack(folder)
    with unpacked(parcel) as unfolded:
        here = find(unfolded, material)
    here.notes[:0] = parcel.notes
    assert here == find(folder, material)
