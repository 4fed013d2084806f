"""Linux system calls that Python 3.11 has no functions for."""

from __future__ import annotations

import ctypes
import functools
import os
import platform

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = (
    1,
    4,
    22,
    24,
    38,
)

_NUMBERS = {
    "x86_64": {"pivot_root": 155, "capset": 126, "mount_setattr": 442},
    "aarch64": {"pivot_root": 41, "capset": 91, "mount_setattr": 442},
}


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def call(name: str, *args: object) -> int:
    """Make a system call by name; OSError when the kernel refuses or the machine is unknown."""
    numbers = _NUMBERS.get(platform.machine())
    if numbers is None:
        raise OSError(38, f"{name} is not known for {platform.machine()} machines")
    return _checked(_libc().syscall(numbers[name], *args), name)


def unshare(flags: int) -> None:
    """Leave the namespaces in `flags` for fresh ones (for CLONE_NEWPID: the next child does)."""
    _checked(_libc().unshare(flags), "unshare")


def setns(descriptor: int, kind: int) -> None:
    """Enter the namespace that `descriptor` refers to."""
    _checked(_libc().setns(descriptor, kind), "setns")


def prctl(option: int, a: int = 0, b: int = 0) -> None:
    """prctl(2) with whole-number arguments."""
    word = ctypes.c_ulong
    _checked(_libc().prctl(option, word(a), word(b), word(0), word(0)), "prctl")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """mount(2)."""
    result = _libc().mount(
        source.encode(),
        target.encode(),
        kind.encode() or None,
        ctypes.c_ulong(flags),
        data.encode() or None,
    )
    _checked(result, f"mount {source or kind} on {target}")


def unmount(target: str, flags: int = MNT_DETACH) -> None:
    """umount2(2)."""
    _checked(_libc().umount2(target.encode(), flags), f"unmount {target}")


def pivot_root(new: str, old: str) -> None:
    """pivot_root(2)."""
    call("pivot_root", new.encode(), old.encode())


def bind_read_only(source: str, target: str) -> None:
    """Show a folder or file at another place, read-only and with all that is mounted below it."""
    mount(source, target, flags=MS_BIND | MS_REC)
    attributes = (ctypes.c_uint64 * 4)(MS_RDONLY | MS_NOSUID | MS_NODEV, 0, 0, 0)
    try:
        call(
            "mount_setattr",
            -100,
            target.encode(),
            0x8000,
            ctypes.byref(attributes),
            ctypes.c_size_t(32),
        )
    except OSError:  # before Linux 5.12: the top mount alone can be changed
        kept = os.statvfs(target).f_flag & (MS_NOEXEC | 1024 | 2048 | (1 << 21))
        mount("", target, flags=MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | kept)


def drop_capabilities() -> None:
    """Give up every capability for good."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    call("capset", ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def use_large_pages(maps: int) -> None:
    """Gather this process's memory in large pages: a fork copies a fifth fewer page tables.

    maps: descriptor of /proc/self/maps, which is closed. Kernels before 6.1 do nothing.
    """
    large, gather, libc = 1 << 21, 25, _libc()
    with os.fdopen(maps) as file:
        for line in file.read().splitlines():
            span, rights, *rest = line.split()
            first, last = (int(part, 16) for part in span.split("-"))
            first, last = -(-first // large) * large, last // large * large
            if rights == "rw-p" and first < last and (len(rest) < 4 or not rest[3].startswith("/")):
                libc.madvise(ctypes.c_void_p(first), ctypes.c_size_t(last - first), gather)
