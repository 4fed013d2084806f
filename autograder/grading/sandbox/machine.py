"""What the jail needs to know of this machine: whether it can be built, what it may show, what it uses."""

from __future__ import annotations

import importlib.util
import os
import sys
import sysconfig
from pathlib import Path


class JailError(Exception):
    """The jail cannot be built here; the message is a sentence for the instructor."""


def refuse_without_namespaces() -> None:
    """JailError where the system can have no jail."""
    if not sys.platform.startswith("linux"):
        raise JailError(
            f"Student code is run in a jail made of Linux namespaces, which {sys.platform} does not have. "
            "Grade on Linux (a virtual machine or WSL 2 will do), or give --jail none to run it without protection."
        )


def explain(error: str) -> str:
    """A sentence for an instructor from what the pre-warmed process said."""
    if "unshare" in error or "uid_map" in error or "mount" in error or "pivot_root" in error:
        return (
            f"Student code is run in a jail made of Linux namespaces, and this system does not allow them ({error}). "
            "Containers and some distributions switch them off for ordinary users (kernel.unprivileged_userns_clone, "
            "kernel.apparmor_restrict_unprivileged_userns, docker's seccomp profile). "
            "Allow them, or give --jail none to run it without protection."
        )
    return f"The jail could not be started: {error}"


def visible_paths() -> list[str]:
    """The folders that Python and its libraries need, and no other."""
    found = {
        "/lib",
        "/lib64",
        "/lib32",
        "/usr/lib",
        "/usr/lib64",
        "/usr/share/fonts",
        "/usr/share/zoneinfo",
    }
    for name in ("stdlib", "platstdlib", "purelib", "platlib"):
        found.add(sysconfig.get_paths()[name])
    # Compiled libraries lie beside the standard library, in .../lib.
    found.add(os.path.dirname(sysconfig.get_paths()["stdlib"]))
    spec = importlib.util.find_spec("nnkit")
    if spec is not None and spec.submodule_search_locations:
        found.add(str(Path(next(iter(spec.submodule_search_locations))).resolve()))
    chosen: list[str] = []
    for path in sorted(found):
        real = os.path.realpath(path)
        for candidate in {path, real}:
            if os.path.lexists(candidate) and not any(
                inside(candidate, other) for other in chosen if not os.path.islink(other)
            ):
                chosen.append(candidate)
    return chosen


def hidden_paths(more: tuple[Path, ...]) -> list[str]:
    """Where the autograder itself and the course would be seen."""
    package = str(Path(__file__).resolve().parents[2])
    return [package, *(str(Path(p).resolve()) for p in more)]


def inside(path: str, folder: str) -> bool:
    """Whether a path lies in a folder."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def memory_in_use(pid: int) -> int:
    """Resident bytes of a process and all that descend from it; 0 where that cannot be read."""
    total, waiting, page = (
        0,
        [pid],
        4096 if not hasattr(os, "sysconf") else os.sysconf("SC_PAGE_SIZE"),
    )
    seen = 0
    while waiting and seen < 500:
        one = waiting.pop()
        seen += 1
        try:
            with open(f"/proc/{one}/statm", "rb") as file:
                _, resident, shared, *_ = map(int, file.read().split())
            total += (resident - shared) * page
            for task in os.listdir(f"/proc/{one}/task"):
                with open(f"/proc/{one}/task/{task}/children", "rb") as file:
                    waiting += map(int, file.read().split())
        except (OSError, ValueError):
            continue
    return total
