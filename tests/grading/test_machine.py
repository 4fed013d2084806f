"""What the trusted side reads of processes in /proc, against what this process did itself."""

from __future__ import annotations

import ctypes
import io
import mmap
import os
import subprocess
import sys
from collections import Counter

import pytest

from autograder.grading.jailed.walls import namespaces
from autograder.grading.sandbox.machine import explain, inside, last_words, not_started
from autograder.grading.sandbox.usage import (
    family,
    memory_in_use,
    processor_seconds,
    shared_segments,
)

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
MIB = 1 << 20


def segments() -> Counter[str]:
    """The largest piece of each shared mapping of this process."""
    found: Counter[str] = Counter()
    for inode, size in shared_segments(os.getpid()):
        found[inode] = max(found[inode], size)
    return found


def test_shared_memory_counts_from_its_start_also_where_its_head_was_given_back():
    before = segments()
    held = mmap.mmap(-1, 3 * MIB)
    new = {k: v for k, v in segments().items() if k not in before}
    assert list(new.values()) == [3 * MIB]
    (inode,) = new
    libc = ctypes.CDLL(None, use_errno=True)
    libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    view = ctypes.c_char.from_buffer(held)
    assert libc.munmap(ctypes.addressof(view), MIB) == 0
    assert segments()[inode] == 3 * MIB
    del view


def test_memory_in_use_grows_by_what_is_written_to():
    before = memory_in_use(os.getpid())
    own, shared = bytearray(24 * MIB), mmap.mmap(-1, 40 * MIB)
    own[:: mmap.PAGESIZE] = b"1" * len(own[:: mmap.PAGESIZE])
    grown = memory_in_use(os.getpid()) - before
    shared.close()
    assert 50 * MIB < grown < 90 * MIB  # 64, and what else this process does meanwhile
    assert memory_in_use(2**22 + 1) == 0  # beyond the largest number of a process


def test_processor_time_counts_children_that_have_ended_and_is_unknown_of_no_process():
    # In a process of its own: this one may have a jail as a living child.
    code = (
        "import os, subprocess, sys\n"
        "from autograder.grading.sandbox.usage import processor_seconds\n"
        "busy = 'import time\\nwhile time.process_time() < 0.3: pass'\n"
        "before = processor_seconds(os.getpid())\n"
        "subprocess.run([sys.executable, '-c', busy], check=True)\n"
        "print(before, processor_seconds(os.getpid()), sum(os.times()[:4]))"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    before, after, used = map(float, ran.stdout.split())
    assert after - before > 0.25
    assert abs(used - after) < 0.1
    assert processor_seconds(2**22 + 1) is None
    assert processor_seconds(0) is None


def test_a_family_is_a_process_and_all_below_it():
    code = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(p.pid, flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        grandchild = int(child.stdout.readline())
        try:
            assert list(family(child.pid)) == [child.pid, grandchild]
            assert len(list(family(child.pid, most=1))) == 1
            assert {child.pid, grandchild} <= set(family(os.getpid()))
            spent = processor_seconds(child.pid)
            assert spent is not None
            # What a living child has spent counts, too.
            own = [processor_seconds(p) or 0.0 for p in (child.pid, grandchild)]
            assert own[0] >= own[1]
        finally:
            os.kill(grandchild, 9)
            child.kill()


@pytest.mark.parametrize(
    ("path", "folder", "lies"),
    [("/a/b", "/a", True), ("/a", "/a", True), ("/ab", "/a", False), ("/a/b", "/a/", True),
     ("/a", "/a/b", False)],
)  # fmt: skip
def test_a_path_lies_in_a_folder(path, folder, lies):
    assert inside(path, folder) is lies


def test_the_last_words_are_one_printable_line_of_bounded_length():
    assert last_words(io.BytesIO(b"first\nlast \x1b[31mline\n\n")) == "last [31mline"
    assert last_words(io.BytesIO(b"")) == ""
    assert last_words(io.BytesIO(b"x" * 500)) == "x" * 300
    assert last_words(io.BytesIO(b"head\n" + b"y" * 3990)) == "y" * 300
    no_python = b"ModuleNotFoundError: 'encodings'\n\nCurrent thread 0x1 \n  <no Python frame>\n"
    assert last_words(io.BytesIO(no_python)) == "ModuleNotFoundError: 'encodings'"
    closed = io.BytesIO(b"x")
    closed.close()
    assert last_words(closed) == ""


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("", ["could not be started: gone. It is ", sys.base_prefix, "--jail none"]),
        ("ModuleNotFoundError: No module named 'encodings'", ["'encodings'. It is", "PYTHONHOME"]),
        ("python: error while loading shared libraries: libpython3", ["LD_LIBRARY_PATH"]),
        ("ModuleNotFoundError: No module named 'x'", ["named 'x'. It is started by", "requirem"]),
        ("ImportError: cannot", ["requirements there"]),
        ("MemoryError.", ["started: MemoryError. Mend that", "--jail none"]),
    ],
)
def test_a_process_that_did_not_start_is_explained_with_a_way_out(words, parts):
    said = not_started("gone", words)
    assert all(part in said for part in parts)


@pytest.mark.parametrize("word", ["unshare", "uid_map", "mount", "pivot_root"])
def test_a_system_without_namespaces_is_told_what_switches_them_off(word, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    said = explain(f"{word}: Operation not permitted")
    assert "kernel.unprivileged_userns_clone" in said
    assert f"({word}: Operation not permitted)" in said
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert ("SETFCAP" in explain(f"{word}: no")) == (word == "uid_map")
    assert explain("no space") == "The jail could not be started: no space"


@pytest.mark.parametrize(
    ("spans", "has"),
    [
        (b"         0          0 4294967295\n", True),
        (b"0 100000 65536\n", True),
        (b"0 1000 1\n1 100000 65536\n", True),
        (b"0 1000 1\n", False),
        (b"0 1000 1\n1 100000 65533\n", False),
    ],
)
def test_root_who_is_but_a_name_has_no_second_user(monkeypatch, spans, has):
    monkeypatch.setattr(namespaces, "open", lambda *_: io.BytesIO(spans), raising=False)
    assert namespaces.has_nobody("uid") == has
