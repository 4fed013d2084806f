"""Limits count the student's processor time and all memory the jail holds.

What was stopped is not forgotten.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.grading.remote.session import Session
from autograder.grading.sandbox.jail import JailPool
from autograder.grading.sandbox.limits import MIB, Limits
from autograder.grading.sandbox.machine import JailError, package_paths, visible_paths
from autograder.grading.sandbox.usage import memory_in_use, processor_seconds
from tests.attacks.assignment import graded
from tests.grading.test_executor import execute

LIMITS = Limits(
    cell_seconds=1.0, submission_seconds=6.0, call_seconds=1.0, memory=300 * MIB, answer=4 * MIB
)
SPIN = (
    "import time\ndef spin(s):\n    end = time.process_time() + s\n    while "
    "time.process_time() < end: pass\n    return 1"
)


@pytest.fixture(scope="module")
def small() -> Iterator[JailPool]:
    if not sys.platform.startswith("linux"):
        pytest.skip("no namespaces on this system")
    with JailPool(LIMITS) as jail:
        yield jail


def test_a_busy_neighbor_costs_no_points(small: JailPool) -> None:
    # Five neighbors of equal right on the processor of this process and its jail.
    processor = min(os.sched_getaffinity(0))
    before = os.sched_getaffinity(0)
    busy = [sys.executable, "-c", "while True: pass"]
    os.sched_setaffinity(0, {processor})
    neighbors = [subprocess.Popen(busy) for _ in range(2)]
    try:
        with JailPool(LIMITS) as pool:
            started = time.monotonic()
            test = graded("t", "assert spin(0.6) == 1", 1, ())
            _, result = execute(pool, f"{SPIN}\nspin(0.6)\nx = 1", test)
            took = time.monotonic() - started
    finally:
        for one in neighbors:
            one.kill()
            one.wait()
        os.sched_setaffinity(0, before)
    assert took > 2  # each of the two had more than its second of wall time
    assert result.verdicts["t"].score == 1, result.reasons
    assert result.reasons == []


@pytest.mark.long
def test_many_short_calls_beside_a_busy_neighbor_cost_no_points() -> None:
    # Each call is over before anybody looks at a clock; together they wait for the neighbors longer
    # than a test cell may compute.
    limits = Limits(test_seconds=0.5, call_seconds=0.4)
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    neighbors = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3)]
    try:
        with JailPool(limits) as pool:
            session = Session(pool)
            session.run(f"{SPIN}\ndef step(): return spin(0.002)", 20)
            step = session.begin_test(["step"])[0]["step"]
            started = time.monotonic()
            while time.monotonic() - started < 1.0:
                assert step() == 1
            session.close()
    finally:
        for one in neighbors:
            one.kill()
            one.wait()
        os.sched_setaffinity(0, before)


def test_short_calls_that_compute_too_long_together_are_stopped() -> None:
    with JailPool(Limits(test_seconds=0.3, call_seconds=0.2)) as pool:
        session = Session(pool)
        session.run(f"{SPIN}\ndef step(): return spin(0.02)", 20)
        step = session.begin_test(["step"])[0]["step"]
        with pytest.raises(TimeoutError, match=r"more than the 0\.3 s of a test cell"):
            deque(iter(step, None), maxlen=0)  # calls it without end
        session.close()


@pytest.mark.parametrize(("wait", "seconds"), [("while True: pass", 1), ("time.sleep(60)", 3)])
def test_who_computes_and_who_sleeps_is_stopped(small: JailPool, wait: str, seconds: float) -> None:
    started = time.monotonic()
    _, result = execute(small, f"import time\n{wait}")
    assert result.reasons == ["cell 1 was stopped after 1 s"]
    assert time.monotonic() - started > seconds - 0.1


def test_what_a_stopped_cell_defined_is_there_after_its_process_died(small: JailPool) -> None:
    cell = (
        "import os\nN = 3\ndef f(x):\n    return N * x\ndef die():\n    os._exit(1)\nwhile "
        "True: pass"
    )
    tests = [graded("a", "die()", 1, ()), graded("b", "assert f(2) == 6", 1, ())]
    _, result = execute(small, cell, *tests)
    assert [v.score for v in result.verdicts.values()] == [0, 1]


SHARED = {
    "touched": "m = mmap.mmap(-1, 400 << 20)\nfor i in range(0, len(m), 4096): m[i] = 1",
    "let go of": "m = mmap.mmap(-1, 400 << 20)\nfor i in range(0, len(m), 4096): m[i] = 1\n    if "
                 "i % (8 << 20) == 0: m.madvise(4, 0, i)",
    "of children": "for n in range(4):\n    m = mmap.mmap(-1, 100 << 20)\n    for i in range(0, "
                   "len(m), 4096): m[i] = 1\n    if os.fork(): del m\n    else: time.sleep(60)",
}  # fmt: skip


@pytest.mark.parametrize("how", SHARED)
def test_shared_anonymous_memory_counts(small: JailPool, how: str) -> None:
    code = SHARED[how].replace("m[i] = 1\n    if i %", "m[i] = 1").split(" (8 << 20)")[0]
    _, result = execute(small, f"import mmap, os, time\n{code}\ntime.sleep(60)")
    assert result.reasons == ["cell 1 was stopped for using more than 300 MiB of memory"]


def test_memory_that_many_share_counts_once() -> None:
    code = (
        "import mmap, os, sys, time\nm = mmap.mmap(-1, 64 << 20)\nfor i in range(0, len(m), 4096): "
        "m[i] = 1\n"
        "for _ in range(3):\n    if not os.fork(): break\nprint('ready', flush=True)\n"
        "time.sleep(30)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as one:
        assert one.stdout is not None
        for _ in range(4):
            one.stdout.readline()
        used = memory_in_use(one.pid)
        for child in Path(f"/proc/{one.pid}/task/{one.pid}/children").read_text().split():
            os.kill(int(child), 9)
        one.kill()
    assert 64 * MIB <= used < 64 * MIB + 4 * 40 * MIB


def test_processor_time_is_that_of_the_work() -> None:
    assert processor_seconds(None) is None
    before = processor_seconds(os.getpid())
    end = time.process_time() + 0.3
    while time.process_time() < end:
        pass
    after = processor_seconds(os.getpid())
    assert before is not None
    assert after is not None
    assert 0.2 < after - before < 1


def test_an_answer_that_is_too_large_is_refused_and_the_worker_stays_small(
    small: JailPool,
) -> None:
    session = Session(small)
    session.run("import numpy as np\ndef f(n): return np.ones(n << 17)", 2)
    f = session.begin_test(["f"])[0]["f"]
    assert f(3).nbytes == 3 * MIB
    with pytest.raises(TypeError, match="at most 4,194,304 are passed on"):
        f(5)
    session.close()


def test_the_jail_sees_what_a_pth_file_adds_and_not_the_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, course = tmp_path / "hub" / "packages", tmp_path / "course"
    for folder in (package, course):
        folder.mkdir(parents=True)
    (package / "of_the_hub.py").write_text("answer = 42")
    (course / "secret.py").write_text("answer = 43")
    monkeypatch.setenv("PYTHONPATH", str(course))
    monkeypatch.setattr(sys, "path", [*sys.path, str(package), str(course)])
    assert str(package) in package_paths()
    assert str(course) not in package_paths()
    assert not any(str(tmp_path / "course").startswith(path) for path in visible_paths())
    source = (
        f"import os\nthere = os.path.exists({str(package)!r}), "
        f"os.path.exists({str(course)!r})\ntry: open({str(package / 'x')!r}, 'w')\nexcept OSError: writable = False\nimport of_the_hub"
    )
    with JailPool(LIMITS) as pool:
        test = graded(
            "t", "assert there == (True, False) and not writable and of_the_hub.answer == 42", 1, ()
        )
        _, result = execute(pool, source, test)
    assert result.verdicts["t"].score == 1


def test_the_last_words_of_a_process_that_cannot_start_are_in_the_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "jailed"
    broken.mkdir()
    (broken / "__main__.py").write_text("import no_such_package_here")
    monkeypatch.setattr("autograder.grading.sandbox.jail.JAILED", broken)
    pool = JailPool(LIMITS)
    with pytest.raises(JailError, match=r"No module named 'no_such_package_here'.*requirements"):
        pool.start()


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("#!/bin/sh\nexit 3\n", "ended without a word, with exit status 3"),
        ("#!/bin/sh\nkill -9 $$\n", "ended without a word, by signal 9"),
        ("#!/bin/sh\necho 'python: error while loading shared libraries: x' >&2; exit 127\n",
         "error while loading shared libraries: x"),
        ("#!/no/such/program\n", "No such file"),
        ("", "Permission denied"),
    ],
)  # fmt: skip
def test_a_python_that_cannot_be_reached_is_named_with_its_last_words_and_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, words: str
) -> None:
    python = tmp_path / "python"
    python.write_text(program)
    python.chmod(0o755 if program else 0o644)
    monkeypatch.setattr(sys, "executable", str(python))
    pool = JailPool(LIMITS)
    with pytest.raises(JailError) as raised:
        pool.start()
    said = str(raised.value)
    assert words in said
    assert f"It is {python}, whose Python lies in {sys.base_prefix}" in said
    assert "--jail none" in said
    assert "Broken pipe" not in said
