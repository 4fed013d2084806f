"""What grading a class costs, against stock nbgrader on the same class.

    python benchmarks/grading.py stock   --students 60     # both graders on one class, ratios, same
    scores?
    python benchmarks/grading.py scale   --sizes 10 100 1000
    python benchmarks/grading.py resume  --kills 20
    python benchmarks/grading.py all

Stock nbgrader leaves out the experiments too, so that both run the same cells. Its class holds no
submission that stops it. Times depend on the machine: the ratios are the result. The overhead of a
notebook is what its grading takes beyond its cells, the checks among them, in a warm process
(floor.py).
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from floor import floor

from autograder.coursefolder.course import Course
from autograder.coursefolder.release import release_course
from autograder.demo import classroom
from autograder.demo.mistakes import OWN
from autograder.demo.stories import ANY_CHAPTER
from autograder.grading.classroom.classrun import grade_class, load
from autograder.grading.sandbox.usage import processor_seconds

STOPS_STOCK = {"copycell", "broken", "renamed", "notest", "cheater", "loop"}
SCORES = """
    select s.student_id, n.name, c.name, g.auto_score, g.needs_manual_grade, k.auto_comment
    from grade g join submitted_notebook m on g.notebook_id = m.id
    join notebook n on m.notebook_id = n.id join base_cell c on g.cell_id = c.id
    join submitted_assignment s on m.assignment_id = s.id
    left join comment k on k.notebook_id = m.id and k.cell_id = c.id order by 1, 2, 3"""


def make_course(root: Path, chapter: str) -> Path:
    """A released course folder with one chapter."""
    course = root / "course"
    release_course(course, [chapter])
    return course


def hand_in(course: Path, chapter: str, students: int, notebooks: int, honest: bool) -> None:
    """A class, of each submission the first `notebooks` (0 for all).

    honest: only submissions that stock can grade.
    """
    told = (*ANY_CHAPTER, *OWN.get(chapter, ()))
    told = tuple(s for s in told if not honest or s.student not in STOPS_STOCK)
    classroom.stories = lambda assignment, everybody=True: told  # type: ignore[assignment]
    classroom.make_class(course, chapter, students)
    if notebooks:
        for folder in (course / "submitted").glob(f"*/{chapter}"):
            for path in sorted(folder.glob("*.ipynb"))[notebooks:]:
                path.unlink()


def scores(course: Path) -> list:
    """The gradebook without its random identifiers."""
    connection = sqlite3.connect(course / "gradebook.db")
    try:
        return connection.execute(SCORES).fetchall()
    finally:
        connection.close()


def stock(course: Path, chapter: str) -> tuple[float, float]:
    """Seconds of `nbgrader autograde` with its own executor: by the clock, and of processors."""
    config = course / "nbgrader_config.py"
    lines = "c.Execute.skip_cells_with_tag = 'experiment'\n"
    config.write_text(config.read_text().replace("configure(c)", lines))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    secret = (course / "secret").read_text().strip()
    started, before = time.perf_counter(), of_children()
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", chapter],
        cwd=course, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "PATH": path, "NN_COURSE_SECRET": secret, "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    return time.perf_counter() - started, of_children() - before


def of_children() -> float:
    """Processor seconds of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def against_stock(root: Path, args: argparse.Namespace) -> None:
    """Both graders on the same class."""
    ours = make_course(root, args.chapter)
    hand_in(ours, args.chapter, args.students, args.notebooks, honest=True)
    theirs = Path(shutil.copytree(ours, root / "stock"))
    config = theirs / "nbgrader_config.py"
    config.write_text(config.read_text().replace(str(ours), str(theirs)))
    ended: list[float] = []
    processor = [processor_seconds(os.getpid()) or 0.0]

    def noted(done: int, total: int, result: object) -> None:
        ended.append(time.perf_counter() - started)
        processor.append(processor_seconds(os.getpid()) or 0.0)

    started = time.perf_counter()
    grade_class(Course.open(ours), args.chapter, workers=args.workers, progress=noted)
    seconds = time.perf_counter() - started
    results = list(kept(ours, args.chapter))
    each = [nb for r in results for nb in r.notebooks if not nb.reason]
    n, notebooks, workers = len(results), len(each), args.workers
    alone = floor(
        sorted(ours.glob(f"submitted/*/{args.chapter}/*.ipynb")),
        Course.open(ours).material(args.chapter),
    )
    own = sum(nb.student_seconds for nb in each) / n
    stock_seconds, stock_processor = stock(theirs, args.chapter)
    processor_each = (processor[-1] - processor[0]) / n
    per, stock_per = seconds / n, stock_seconds / n
    above, stock_above = per - own / workers, stock_per - own
    overhead = seconds / notebooks - alone / workers
    start = seconds - n * (ended[-1] - ended[n // 4]) / (n - 1 - n // 4)
    print(f"class of {n}, {notebooks} notebooks, {workers} workers; wall time")
    print(f"  a submission: stock nbgrader       {stock_per:8.3f} s")
    print(f"  a submission: autograder grade     {per:8.3f} s, the start ({start:.1f} s) included")
    print(f"  ratio                              {stock_per / per:8.1f}")
    print(
        f"  the same in processor time         {stock_processor / n / processor_each:8.1f}  "
        f"({stock_processor / n:.3f} s and {processor_each:.3f} s)"
    )
    print(
        f"  ratio above the own cells          {stock_above / above:8.1f}  (these take {own:.3f} s "
        "of a worker)"
    )
    print(f"  a notebook: autograder grade       {1000 * seconds / notebooks:8.0f} ms")
    print(
        f"  a notebook: its cells alone        {1000 * alone:8.0f} ms of one process, "
        f"{1000 * alone / workers:.0f} ms of {workers}"
    )
    print(
        f"  overhead a notebook                {1000 * overhead:8.0f} ms, "
        f"{1000 * (overhead - start / notebooks):.0f} without the start"
    )
    print(
        f"  above the own cells, a notebook    {1000 * above * n / notebooks:8.0f} ms, all checks "
        "included"
    )
    mine = {row[:3]: row[3] for row in scores(ours)}
    other = {row[:3]: row[3] for row in scores(theirs)}
    different = [key for key in mine if mine[key] != other.get(key, 0.0)]
    print(
        f"  different scores                   {len(different):8d}  of {len(mine)} "
        f"{different[:5] or ''}"
    )


def kept(course: Path, chapter: str) -> Iterator:
    """The results of a class, one at a time."""
    opened = Course.open(course)
    for student in opened.submissions(chapter):
        result = load(opened, chapter, student)
        if result is not None:
            yield result


def memory() -> float:
    """Resident MiB of this process and all that descend from it (Linux)."""
    total, waiting = 0, [os.getpid()]
    while waiting:
        pid = waiting.pop()
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            for task in os.listdir(f"/proc/{pid}/task"):
                waiting += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
        except OSError:
            continue
    return total * os.sysconf("SC_PAGE_SIZE") / 2**20


def scale(root: Path, args: argparse.Namespace) -> None:
    """Cost per submission and memory as the class grows."""
    print("students   s each   of processors   MiB after a tenth   at the end")
    for size in args.sizes:
        course = make_course(root / str(size), args.chapter)
        hand_in(course, args.chapter, size, args.notebooks, honest=True)
        seen: list[float] = []
        processor = [processor_seconds(os.getpid()) or 0.0]

        def progress(
            done: int,
            total: int,
            result: object,
            seen: list[float] = seen,
            processor: list[float] = processor,
        ) -> None:
            processor.append(processor_seconds(os.getpid()) or 0.0)
            if done % max(1, total // 50) == 0:
                seen.append(memory())

        started = time.perf_counter()
        run = grade_class(
            Course.open(course), args.chapter, workers=args.workers, progress=progress
        )
        seconds = time.perf_counter() - started
        tenth = max(1, len(seen) // 10)
        print(
            f"{len(run.graded):8d} {seconds / size:8.3f} "
            f"{(processor[-1] - processor[0]) / size:15.3f} "
            f"{max(seen[:tenth]):12.0f} "
            f"{max(seen[-tenth:]):18.0f}",
            flush=True,
        )
        shutil.rmtree(root / str(size))


def resume(root: Path, args: argparse.Namespace) -> None:
    """Killed at random moments and resumed, against an undisturbed run."""
    course = make_course(root, args.chapter)
    hand_in(course, args.chapter, args.students, args.notebooks, honest=False)
    untouched = Path(shutil.copytree(course, root / "untouched"))
    grade_class(Course.open(course), args.chapter, workers=args.workers)
    rng = random.Random(args.seed)
    kills = passes = 0
    while kills < args.kills:
        killed = Path(shutil.copytree(untouched, root / f"killed{passes}"))
        command = [sys.executable, "-m", "autograder.cli", "grade", args.chapter, "--course",
        str(killed),
                   "--workers", str(args.workers)]  # fmt: skip
        while kills < args.kills:
            process = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            try:
                process.wait(rng.uniform(1, args.longest))
                break
            except subprocess.TimeoutExpired:
                process.send_signal(rng.choice([signal.SIGKILL, signal.SIGINT]))
                process.wait()
                kills += 1
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        passes += 1
        same = scores(course) == scores(killed)
        print(
            f"class of {args.students}, {kills} kills so far: gradebook "
            f"{'the same' if same else 'DIFFERENT'}",
            flush=True,
        )
        if not same:
            sys.exit(1)


def main() -> None:
    """Run what is asked for in a temporary folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["stock", "scale", "resume", "all"])
    parser.add_argument("--chapter", default=classroom.MAIN)
    parser.add_argument("--students", type=int, default=60)
    parser.add_argument("--notebooks", type=int, default=0, help="of each submission; 0: all")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument(
        "--longest", type=float, default=20.0, help="seconds before a kill, at most"
    )
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    parts = {"stock": against_stock, "scale": scale, "resume": resume}
    for name in parts if args.what == "all" else [args.what]:
        with tempfile.TemporaryDirectory(prefix="grading-") as folder:
            parts[name](Path(folder), args)


if __name__ == "__main__":
    main()
