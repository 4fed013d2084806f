"""How long a person waits, for everything a person waits for.

    python benchmarks/waiting.py                  # all but the rows that take minutes
    python benchmarks/waiting.py check imports    # some
    python benchmarks/waiting.py setup first notebooks demo   # these on request only
    python benchmarks/waiting.py all

Each row: the median of a few runs in seconds by the clock, and of the processor's time of all
processes, which a busy machine changes less. "First" is what a new process or folder has to wait
for once. The disk is warm.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from jupyter_client import BlockingKernelClient

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = "03_feedforward"
IMPORTS = ("nnkit.functional", "nnkit.graph", "matplotlib.pyplot", "nbgrader.apps")
FIRST_CHECK = """
from autograder import check
def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w, b)
check(affine_forward)
"""
EVERY_CHECK = """
import json, sys, time
from autograder import exercises
from autograder.checking.public import run_check
taken = {}
for name, exercise in exercises.everything().items():
    right = vars(exercise.references())
    assert run_check(name, right).passed, name
    start = time.process_time()
    run_check(name, right)
    taken[name] = time.process_time() - start
json.dump(taken, sys.stdout)
"""


@dataclass(frozen=True)
class Waited:
    """Seconds by the clock and of the processor, children included."""

    clock: float
    processor: float


def waited(do: Callable[[], object]) -> Waited:
    """Time one call."""
    before, start = _processor(), time.perf_counter()
    do()
    return Waited(time.perf_counter() - start, _processor() - before)


def _processor() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in used)


def run(*command: str, at: Path = ROOT) -> str:
    """Run a command, return what it printed. Its error ends the benchmark."""
    environment = dict(os.environ) | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=at, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(
            f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2000:]}"
        )
    return done.stdout


def python(code: str) -> str:
    """Run code in a new Python of this environment."""
    return run(sys.executable, "-c", code)


def autograder(*arguments: str) -> str:
    """Run the command line as a user does."""
    return run(str(Path(sys.executable).with_name("autograder")), *arguments)


def median(do: Callable[[], object], times: int) -> Waited:
    """Time a call several times."""
    all_of_them = [waited(do) for _ in range(times)]
    return Waited(
        statistics.median(w.clock for w in all_of_them),
        statistics.median(w.processor for w in all_of_them),
    )


Rows = Iterator[tuple[str, Waited]]


def imports(folder: Path) -> Rows:
    """What the first cell of a notebook waits for."""
    nothing = median(lambda: python("pass"), 5)
    for module in IMPORTS:
        with_it = median(lambda m=module: python(f"import {m}"), 5)
        yield (
            f"import {module}",
            Waited(with_it.clock - nothing.clock, with_it.processor - nothing.processor),
        )
    first = median(lambda: python(FIRST_CHECK), 5)
    yield (
        "the first check, import included",
        Waited(first.clock - nothing.clock, first.processor - nothing.processor),
    )


def check(folder: Path) -> Rows:
    """Each exercise's right answer, checked the second time."""
    taken = json.loads(python(EVERY_CHECK))
    slowest = sorted(taken, key=taken.__getitem__, reverse=True)
    middle = statistics.median(taken.values())
    yield f"a check, median of {len(taken)} exercises", Waited(middle, middle)
    for name in slowest[:5]:
        yield f"a check, among the slowest: {name}", Waited(taken[name], taken[name])


def lab(folder: Path) -> Rows:
    """From `start.py lab` to a kernel that has run a cell."""
    yield "start.py lab, to a kernel that has run a cell", median(lambda: _open_lab(folder), 3)


def _open_lab(folder: Path, at: Path = ROOT, cells: tuple[str, ...] = ("1 + 1",)) -> None:
    runtime = folder / "runtime"
    shutil.rmtree(runtime, ignore_errors=True)
    environment = dict(os.environ) | {"JUPYTER_RUNTIME_DIR": str(runtime)}
    command = [sys.executable, "start.py", "lab", "--no-browser", "--allow-root"]
    server = subprocess.Popen(  # with a group of its own: start.py's lab is its child
        command, cwd=at, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        address = _address(runtime)
        headers = {"Authorization": f"token {address['token']}"}
        request = urllib.request.Request(
            address["url"] + "api/kernels", data=b"{}", headers=headers, method="POST"
        )
        with urllib.request.urlopen(request) as answer:
            kernel = json.load(answer)["id"]
        client = BlockingKernelClient(connection_file=str(runtime / f"kernel-{kernel}.json"))
        client.load_connection_file()
        client.start_channels()
        _wait_for(client)
        for cell in cells:
            reply = client.execute_interactive(cell, timeout=60, output_hook=lambda message: None)
            if reply["content"]["status"] != "ok":
                raise SystemExit(f"{cell!r} ended with {reply['content']}")
        client.stop_channels()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
        end = time.monotonic() + 10
        while _lives(server.pid) and time.monotonic() < end:
            time.sleep(0.05)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _wait_for(client: BlockingKernelClient) -> None:
    """Wait until a kernel answers; one that starts slowly is taken for dead at first."""
    for _ in range(20):
        try:
            return client.wait_for_ready(timeout=60)
        except RuntimeError:
            time.sleep(0.2)
    raise SystemExit("the kernel did not answer")


def _address(runtime: Path) -> dict[str, str]:
    for _ in range(30000):
        for found in runtime.glob("jpserver-*.json"):
            try:
                address = json.loads(found.read_text())
                urllib.request.urlopen(f"{address['url']}api?token={address['token']}").close()
            except (OSError, ValueError):
                continue
            return address
        time.sleep(0.01)
    raise SystemExit("JupyterLab did not answer within five minutes")


def release(folder: Path) -> Rows:
    """A new course folder, and the same again."""
    yield (
        "autograder release, all chapters, new folder",
        median(lambda: autograder("release", "--course", str(_empty(folder / "released"))), 3),
    )
    yield (
        "autograder release, nothing changed",
        median(lambda: autograder("release", "--course", str(folder / "released")), 3),
    )


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def grade(folder: Path) -> Rows:
    """One new submission of four notebooks, one more, and the feedback of each."""
    course = folder / "graded"
    autograder("release", CHAPTER, "--course", str(course))
    handed_in = course / "submitted"

    def grade_new(student: str) -> None:
        shutil.copytree(course / "source" / CHAPTER, handed_in / student / CHAPTER)
        autograder("grade", CHAPTER, "--course", str(course))

    students = iter(("ada", "bo", "cy"))
    yield "autograder grade, one new submission", median(lambda: grade_new(next(students)), 3)
    yield (
        "autograder grade, nothing new",
        median(lambda: autograder("grade", CHAPTER, "--course", str(course)), 3),
    )
    for number in range(17):
        shutil.copytree(course / "source" / CHAPTER, handed_in / f"s{number}" / CHAPTER)
    autograder("grade", CHAPTER, "--course", str(course))
    feedback = ("feedback", CHAPTER, "--course", str(course), "--force")
    one = median(lambda: autograder(*feedback, "--student", "ada"), 3)
    all_of_them = median(lambda: autograder(*feedback), 3)
    yield "autograder feedback, one student", one
    yield (
        "autograder feedback, each further student of twenty",
        Waited((all_of_them.clock - one.clock) / 19, (all_of_them.processor - one.processor) / 19),
    )


def build(folder: Path) -> Rows:
    """The author's loop, on a copy: nothing changed, a text changed, a notebook executed."""
    copy = _copy(folder)
    command = [sys.executable, "-c", "from autograder.cli import main; main()", "build"]
    yield "autograder build, nothing changed", median(lambda: run(*command, at=copy), 3)
    text = next((copy / "solutions" / CHAPTER).glob("02*.py"))
    yield (
        "autograder build, one notebook executed",
        median(lambda: run(*command, text.stem, "--force", at=copy), 1),
    )


def _copy(folder: Path) -> Path:
    copy = folder / "copy"
    folder.mkdir(parents=True, exist_ok=True)
    run("git", "clone", "--quiet", str(ROOT), str(copy))
    return copy


def setup(folder: Path) -> Rows:
    """From a clone to a command that answers, with uv where it is installed."""
    copy = _copy(_empty(folder / "new"))
    yield (
        "set-up of a clone, start.py autograder --version",
        waited(lambda: run(sys.executable, "start.py", "autograder", "--version", at=copy)),
    )


def first(folder: Path) -> Rows:
    """A newcomer's wait: from a clone to the start page's exercise, mended and passed."""
    copy = _copy(_empty(folder / "newcomer"))
    page = json.loads((copy / "chapters" / "start.ipynb").read_text(encoding="utf-8"))
    code = ["".join(cell["source"]) for cell in page["cells"] if cell["cell_type"] == "code"]
    cells = tuple(cell.replace("np.sum(x)", "np.mean(x)") for cell in code[:3])
    yield (
        "from a fresh clone to a first exercise that has passed",
        waited(lambda: _open_lab(folder, copy, cells)),
    )


def notebooks(folder: Path) -> Rows:
    """Every notebook from top to bottom in one process, as in start.py's lab; its slowest cell."""
    import nbformat
    from nbclient import NotebookClient

    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

    for path in sorted((ROOT / "solutions").glob("*/*.ipynb")):
        notebook = nbformat.read(path, 4)
        client = NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}})
        taken = waited(partial(client.execute, env={**os.environ, **one_thread}))
        yield f"notebook {path.stem}; slowest cell {_slowest(notebook):.1f} s", taken


def _slowest(notebook: dict) -> float:
    from datetime import datetime

    seconds = [0.0]
    for cell in notebook["cells"]:
        times = cell["metadata"].get("execution", {})
        start, end = times.get("iopub.execute_input"), times.get("iopub.status.idle")
        if start and end:
            start, end = (datetime.fromisoformat(re.sub("Z$", "+00:00", t)) for t in (start, end))
            seconds.append((end - start).total_seconds())
    return max(seconds)


def demo(folder: Path) -> Rows:
    """The demo class, in a new folder and again."""
    course = str(folder / "demo")
    for which in ("first", "second"):
        yield (
            f"autograder demo, {which} time",
            waited(lambda: autograder("demo", "--course", course)),
        )


QUICK = {f.__name__: f for f in (imports, check, lab, release, grade, build)}
LONG = {f.__name__: f for f in (setup, first, notebooks, demo)}


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", choices=[*QUICK, *LONG, "all", []], default=[])
    rows = parser.parse_args().rows or list(QUICK)
    every = QUICK | LONG
    print("| what | seconds | of the processor |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for row in every if "all" in rows else rows:
            for name, taken in every[row](Path(folder)):
                print(f"| {name} | {taken.clock:.3g} | {taken.processor:.3g} |", flush=True)


if __name__ == "__main__":
    main()
