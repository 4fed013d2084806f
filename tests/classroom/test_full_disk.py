"""A disk is filled, in a namespace of its own: each command ends with a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Root has its own disk by a mount; anybody else by being root in a namespace of users.
ALONE = ["unshare", "--mount", *(["--user", "--map-root-user"] if os.geteuid() else [])]


@pytest.fixture(scope="module")
def told(released: Path, tmp_path_factory: pytest.TempPathFactory) -> list[list]:
    folder = tmp_path_factory.mktemp("disk")
    mount = [*ALONE, "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        allowed = subprocess.run(mount, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no `unshare` here, so that no disk can be filled")
    if allowed.returncode:
        pytest.skip(f"no disk can be mounted here: {allowed.stderr.decode()}")
    command = [sys.executable, "-m", "tests.classroom.full_disk", str(released), str(folder)]
    done = subprocess.run(
        [*ALONE, *command], cwd=ROOT, capture_output=True, text=True, timeout=500, check=False,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_on_a_full_disk_each_command_ends_with_the_sentence(told):
    assert len(told) == 8
    for name, status, words, *_ in told:
        assert status == 1, name
        assert words.startswith("Error: The disk is full"), (name, words)
        assert "Make room" in words
        assert len(words) < 400, (name, words)


def test_nothing_is_half_written_on_a_full_disk(told):
    assert {name: half for name, _, _, half, *_ in told if half} == {}


def test_with_room_again_the_same_command_goes_on_to_the_same_end(told):
    for name, *_, again, same in told:
        assert (again, same) == (0, True), name
