"""The filter of system calls, run by an interpreter of its language and by the kernel's numbers."""

from __future__ import annotations

import errno
import platform
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.grading.jailed.walls.seccomp import NEW_NAMESPACE, REFUSED, assemble

ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOWED, KILLED = "allowed", "killed"
# Where a system has the kernel's headers, its numbers stand there.
HEADERS = {
    "x86_64": ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"),
    "aarch64": ("/usr/include/asm-generic/unistd.h",),
}
CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435


def answer(machine: str, number: int, argument: int = 0, architecture: int | None = None) -> str:
    """What the filter says to a call: classic BPF, as the kernel's documentation has it."""
    own = ARCHITECTURE[machine] if architecture is None else architecture
    # struct seccomp_data: number, architecture, instruction pointer, six arguments
    data = struct.pack("<iIQ6Q", number, own, 0, argument, 0, 0, 0, 0, 0)
    program = [struct.unpack("<HBBI", code) for code in assemble(machine)]
    at, accumulator = 0, 0
    while True:
        code, yes, no, value = program[at]
        at += 1
        if code == 0x20:  # load the word at an offset
            (accumulator,) = struct.unpack_from("<I", data, value)
        elif code == 0x06:
            kind, detail = value & 0xFFFF0000, value & 0xFFFF
            if kind == 0x00050000:
                return errno.errorcode[detail]
            return {0x7FFF0000: ALLOWED, 0x80000000: KILLED}[kind]
        else:
            holds = {
                0x15: accumulator == value,
                0x35: accumulator >= value,
                0x45: bool(accumulator & value),
            }
            at += yes if holds[code] else no


@pytest.mark.parametrize("machine", ARCHITECTURE)
def test_every_call_of_the_list_is_refused_and_all_others_are_let_through(machine):
    column = list(ARCHITECTURE).index(machine)
    refused = {numbers[column] for numbers in REFUSED.values()}
    for number in range(600):
        if number in refused:
            assert answer(machine, number) == "EPERM", number
        elif number == CLONE3:
            assert answer(machine, number) == "ENOSYS"
        else:
            assert answer(machine, number) == ALLOWED, number


@pytest.mark.parametrize("machine", ARCHITECTURE)
def test_a_thread_may_be_made_and_a_namespace_not(machine):
    assert answer(machine, CLONE[machine], 0x3D0F00) == ALLOWED  # what pthread_create asks for
    # The kernel's CLONE_NEW* flags: time, mount, cgroup, uts, ipc, user, pid, net.
    flags = (1 << 7, 1 << 17, 1 << 25, 1 << 26, 1 << 27, 1 << 28, 1 << 29, 1 << 30)
    assert sum(flags) == NEW_NAMESPACE
    for flag in flags:
        assert answer(machine, CLONE[machine], flag | 17) == "EPERM", hex(flag)
        assert answer(machine, 1, flag) == ALLOWED  # the argument of another call


def test_calls_under_another_architectures_numbers_are_no_way_round():
    assert answer("x86_64", 1, architecture=0x40000003) == KILLED  # 32-bit
    assert answer("aarch64", 1, architecture=ARCHITECTURE["x86_64"]) == KILLED
    assert answer("x86_64", 0x40000000) == answer("x86_64", 0x40000000 + 41) == "ENOSYS"  # x32
    assert answer("x86_64", 0x3FFFFFFF) == ALLOWED


@pytest.mark.parametrize("machine", ARCHITECTURE)
def test_the_numbers_are_those_of_the_kernels_headers(machine):
    path = next((p for p in map(Path, HEADERS[machine]) if p.exists()), None)
    if path is None:
        pytest.skip("no kernel headers on this machine")
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", path.read_text(encoding="utf-8"))
    known = {name: int(number) for name, number in found}
    column, compared = list(ARCHITECTURE).index(machine), 0
    for name, numbers in REFUSED.items():
        if name in known:
            assert numbers[column] == known[name], name
            compared += 1
    assert compared >= len(REFUSED) - 6  # headers of an older kernel lack the newest


# In a process of its own: the filter stays for good.
PUT_ON = """
import ctypes, os, platform
from autograder.grading.jailed.walls import kernel, seccomp

def refused():
    try:
        os.close(os.memfd_create("x"))
    except OSError as error:
        return error.errno
    return 0

kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
before = refused()
print(before, seccomp.install(), refused(), os.getpid() > 0)
platform.machine = lambda: "riscv64"
print(seccomp.install())
"""


@pytest.mark.skipif(platform.machine() not in ARCHITECTURE, reason="numbers of other machines")
def test_the_filter_once_put_on_refuses_what_went_before_and_an_unknown_machine_gets_none():
    done = subprocess.run(
        [sys.executable, "-c", PUT_ON], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["0", "True", str(errno.EPERM), "True", "False"], done.stderr
