"""Run tests in a fork of a process that has the large libraries loaded, in a copy of the tree."""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.mutation.concerned import LEFT_OUT

HEAVY = ("numpy", "scipy.linalg", "scipy.sparse", "matplotlib.pyplot", "sklearn.datasets", "torch")
HEAVY += ("pytest", "hypothesis", "nbformat", "nbclient", "nbconvert", "jupytext")
HEAVY += ("IPython", "sqlalchemy", "nbgrader.apps", "nbgrader.preprocessors", "torch.nn.functional")
# No plugin that the tests do without; drawn examples are equal for every mutant.
OPTIONS = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", "-p", "no:nbval"]


def copy_tree(root: Path, copy: Path) -> None:
    """Make `copy` equal to what git knows of `root`, changed files that are not committed included.

    Compiled files are recognized by their source's digest: a change within a second is seen too.
    """
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=root, capture_output=True, check=True).stdout.decode()
    wanted = {name for name in names.split("\0") if name and (root / name).is_file()}
    if copy.exists():
        for old in [path for path in copy.rglob("*.py") if path.is_file()]:
            if old.relative_to(copy).as_posix() not in wanted:
                old.unlink()
    for name in wanted:
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != (root / name).read_bytes():
            shutil.copy2(root / name, target)
    compiling = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash"]
    subprocess.run([*compiling, "nnkit", "autograder", "tests"], cwd=copy, check=True)


def warm_up(copy: Path) -> None:
    """Load the large libraries and go into the copy, so that forks find its modules first."""
    os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))
    os.environ["PYTHONPATH"] = str(copy)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    for name in HEAVY:
        importlib.import_module(name)
    import hypothesis
    import torch

    torch.set_num_threads(1)
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)  # a failure need not be small
    hypothesis.settings.register_profile("mutation", derandomize=True, database=None, phases=phases)
    hypothesis.settings.load_profile("mutation")
    os.chdir(copy)
    here = [entry for entry in sys.path if entry not in ("", os.getcwd())]
    sys.path[:] = [str(copy), *here]
    loaded = [name for name in sys.modules if name.split(".")[0] in ("nnkit", "autograder")]
    assert not loaded, f"loaded before the fork: {loaded}"


@contextlib.contextmanager
def changed(file: Path, source: str) -> Iterator[None]:
    """Put other source into a file for a while."""
    before = file.read_bytes()
    file.write_text(source, encoding="utf-8")
    try:
        yield
    finally:
        file.write_bytes(before)


def forked(work: Callable[[], int], seconds: float, log: Path) -> int | None:
    """Run `work` in a fork with its own process group: its exit status, None if it was stopped."""
    child = os.fork()
    if child == 0:
        os.setsid()
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(descriptor, stream)
        status = 70
        try:
            status = work()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def passes(tests: list[str], seconds: float, log: Path) -> bool:
    """Say whether all of these tests pass within the time."""

    def work() -> int:
        import pytest

        left_out = [part for name in LEFT_OUT for part in ("--deselect", name)]
        return int(pytest.main([*OPTIONS, *left_out, *tests]))

    return forked(work, seconds, log) == 0
