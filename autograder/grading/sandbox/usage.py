"""What a process uses with all that descend from it: processor time and memory, from /proc."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator


def family(pid: int, most: int = 500) -> Iterator[int]:
    """Yield a process and all that descend from it, as far as they can be seen."""
    waiting = [pid]
    while waiting and most:
        most -= 1
        one = waiting.pop()
        yield one
        with contextlib.suppress(OSError, ValueError):
            for task in os.listdir(f"/proc/{one}/task"):
                with open(f"/proc/{one}/task/{task}/children", "rb") as file:
                    waiting += map(int, file.read().split())


def processor_seconds(pid: int | None) -> float | None:
    """Return the processor time of a process with all its children; None where unknown.

    Children that ended count too.
    """
    if not pid:
        return None
    total, ticks = 0, os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
    for one in family(pid):
        try:
            with open(f"/proc/{one}/stat", "rb") as file:
                total += sum(map(int, file.read().rpartition(b")")[2].split()[11:15]))
        except (OSError, ValueError):
            if one == pid:
                return None
    return total / ticks


def memory_in_use(pid: int) -> int:
    """Return the bytes that a process and all its descendants hold; 0 where they cannot be read.

    Shared anonymous memory counts once, and as a whole: it stays where it is when a process lets go
    of the pages, and then no figure of resident memory shows it.
    """
    total, page = 0, os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
    shared: dict[str, int] = {}
    for one in family(pid):
        with contextlib.suppress(OSError, ValueError):
            with open(f"/proc/{one}/statm", "rb") as file:
                _, resident, mapped, *_ = map(int, file.read().split())
            total += (resident - mapped) * page
            try:
                for inode, size in shared_segments(one):
                    shared[inode] = max(shared.get(inode, 0), size)
            except OSError:  # of another user: what of it is resident is shown all the same
                total += resident_shared(one)
    return total + sum(shared.values())


@contextlib.contextmanager
def allowance_of_memory(size: int) -> Iterator[None]:
    """Let this process have so many bytes more than it has loaded; then MemoryError.

    Nothing is bounded where the system does not say what a process has (only Linux does).
    """
    try:
        import resource

        with open("/proc/self/status", encoding="utf-8", errors="replace") as file:
            found = re.search(r"^VmData:\s*(\d+) kB", file.read(), re.MULTILINE)
    except (ImportError, OSError):
        found = None
    if found is None:
        yield
        return
    before, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limits = [int(found[1]) * 1024 + size, before, hard]
    least = min(one for one in limits if one != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_DATA, (least, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, hard))


def shared_segments(pid: int) -> Iterator[tuple[str, int]]:
    """Yield (inode, bytes up to its end) of each mapped piece of shared anonymous memory."""
    with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as file:
        for line in file:
            if "/dev/zero" in line:
                span, _, offset, _, inode, *_ = line.split()
                first, last = (int(part, 16) for part in span.split("-"))
                yield inode, int(offset, 16) + last - first


def resident_shared(pid: int) -> int:
    """Return the resident bytes of a process's shared memory that belongs to no file."""
    with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
        found = re.search(r"^RssShmem:\s*(\d+) kB", file.read(), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
