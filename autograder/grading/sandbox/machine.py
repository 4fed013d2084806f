"""What the jail needs to know of this machine: if it can be built here, and what it shows."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import sysconfig
from pathlib import Path
from typing import BinaryIO

# Lines of a Python that could not begin which say nothing of the reason, and those that do.
NO_REASON = ("Current thread", "<no Python frame>", "Python runtime state")
NO_PYTHON = ("shared librar", "'encodings'", "Permission denied", "No such file")


class JailError(Exception):
    """The jail cannot be built here; the message is a sentence for the instructor."""


def refuse_without_namespaces() -> None:
    """JailError where the system can have no jail."""
    if not sys.platform.startswith("linux"):
        raise JailError(
            f"Student code is run in a jail made of Linux namespaces, which {sys.platform} does "
            "not have. "
            "Grade on Linux (a virtual machine or WSL 2 will do), or give --jail none to run it "
            "without protection."
        )


def explain(error: str) -> str:
    """Return a sentence for an instructor from what the pre-warmed process said."""
    if "uid_map" in error and hasattr(os, "geteuid") and os.geteuid() == 0:
        return (
            "Student code is run in a jail made of Linux namespaces, and root lacks the "
            f"capabilities for one here ({error}). Grade as an ordinary user, or give the "
            "container SYS_ADMIN or SETFCAP (docker run --cap-add SETFCAP), or give --jail none "
            "to run it without protection."
        )
    if "unshare" in error or "uid_map" in error or "mount" in error or "pivot_root" in error:
        return (
            "Student code is run in a jail made of Linux namespaces, and this system does not "
            f"allow them ({error}). "
            "Containers and some distributions switch them off for ordinary users "
            "(kernel.unprivileged_userns_clone, "
            "kernel.apparmor_restrict_unprivileged_userns, docker's seccomp profile). "
            "Allow them, or give --jail none to run it without protection."
        )
    return f"The jail could not be started: {error}"


def last_words(said: BinaryIO) -> str:
    """Return the last line that a process wrote into its standard error, cleaned and cut.

    Where a Python dies before it is one, lines on its threads follow the one that says why.
    """
    with contextlib.suppress(OSError, ValueError):
        said.seek(max(said.seek(0, os.SEEK_END) - 4000, 0))
        lines = said.read().decode("utf-8", "replace").strip().splitlines()
        lines = [line for line in lines if line.strip() and not line.strip().startswith(NO_REASON)]
        return "".join(c for c in lines[-1] if c.isprintable())[:300] if lines else ""
    return ""


def not_started(error: str, words: str, status: int | None = None) -> str:
    """Return a sentence on a pre-warmed process that ended too early, with the way out.

    status: its exit status where it ended; it is told where the process said nothing itself.
    """
    if not words and status is not None:
        how = f"by signal {-status}" if status < 0 else f"with exit status {status}"
        error = f"it ended without a word, {how}"
    if not words or any(sign in words for sign in NO_PYTHON):
        words = words or error
        way_out = (
            f"It is {sys.executable}, whose Python lies in {sys.base_prefix}, started without your "
            "environment (no LD_LIBRARY_PATH, no PYTHONHOME): this user has to be able to read "
            "that folder and to run it so. Make the virtual environment from a Python for which "
            "this holds, or give --jail none to run student code without protection."
        )
    elif "ModuleNotFoundError" in words or "ImportError" in words:
        way_out = (
            f"It is started by {sys.executable} and sees the packages in sys.path: install the "
            "course's "
            "requirements there, or run python3 start.py once and grade with its .venv."
        )
    else:
        way_out = (
            "Mend that and run again, or give --jail none to run student code without protection."
        )
    return f"The jail's process could not be started: {words.rstrip('.')}. {way_out}"


def visible_paths() -> list[str]:
    """Return the folders that Python and its libraries need, and no other."""
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
    # Whatever Python looks into here: a .pth file's folders, the user's own, the system's, a hub's.
    found.update(path for path in package_paths() if not path.startswith(tuple(found)))
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


def package_paths() -> list[str]:
    """Return the folders and archives in sys.path where packages were installed.

    Not those that this program was started in or was told of by PYTHONPATH: a course may lie there.
    """
    told = {os.path.abspath(p) for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p}
    roots = {os.getcwd(), str(Path(__file__).resolve().parents[3]), *told}
    if sys.argv and sys.argv[0]:
        roots.add(os.path.dirname(os.path.abspath(sys.argv[0])))
    kept = []
    for path in map(os.path.abspath, filter(None, sys.path)):
        installed = os.path.basename(path) in ("site-packages", "dist-packages")
        if os.path.exists(path) and (installed or not roots & {path, os.path.realpath(path)}):
            kept.append(path)
    return kept


def hidden_paths(more: tuple[Path, ...]) -> list[str]:
    """Where the autograder itself and the course would be seen."""
    package = str(Path(__file__).resolve().parents[2])
    return [package, *(str(Path(p).resolve()) for p in more)]


def inside(path: str, folder: str) -> bool:
    """Return whether a path lies in a folder."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
