"""A jail for all attacks of a test process, and a course folder that nothing may touch."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from autograder.grading.jail import JailPool
from autograder.grading.limits import Limits

CANARY = "CANARY-20394-GRADEBOOK"
LIMITS = Limits(
    cell_seconds=0.8, submission_seconds=8.0, call_seconds=0.7, test_seconds=2.0, cpu_seconds=20,
    memory=700 * 2**20, address_space=400 * 2**20, disk=8 * 2**20, file_size=4 * 2**20, deaths=12,
)  # fmt: skip

if not sys.platform.startswith("linux"):
    collect_ignore_glob = ["test_*"]


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gradebook, secret and another student's work, readable by everyone, to be found by nobody."""
    folder = tmp_path_factory.mktemp("course")
    tempfile.tempdir = str(tmp_path_factory.mktemp("tmp"))  # others work in the machine's own
    for path in [folder, *folder.parents][:4]:
        if path.stat().st_uid == os.getuid():
            path.chmod(0o755)
    for name in ("gradebook.db", "secret", "submitted/anna/02_linear_models/01.ipynb"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(CANARY)
        (folder / name).chmod(0o666)
    return folder


@pytest.fixture(scope="session")
def jail(course: Path) -> Any:
    """The pre-warmed process; the grader's environment holds something worth stealing."""
    os.environ["NN_COURSE_SECRET_CANARY"] = CANARY
    with JailPool(LIMITS, hide=(course,)) as pool:
        pool.start()
        yield pool
    del os.environ["NN_COURSE_SECRET_CANARY"]


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and mode of every file below a folder."""
    return {
        str(p): (p.read_bytes(), p.stat().st_mode) for p in sorted(folder.rglob("*")) if p.is_file()
    }


def descendants(pid: int) -> set[int]:
    """All processes that descend from one."""
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            for task in os.listdir(f"/proc/{one}/task"):
                children = set(
                    map(int, Path(f"/proc/{one}/task/{task}/children").read_text().split())
                )
                waiting += children - found
                found |= children
        except OSError:
            continue
    return found
