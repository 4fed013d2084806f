"""What the one process that keeps results can do: made-up results through the real writer.

    python benchmarks/writing.py --submissions 1000
    python benchmarks/writing.py --submissions 100000 --notebooks small
    python benchmarks/writing.py --submissions 100000 --notebooks small --folder sim --every 10000
    python benchmarks/writing.py --db postgresql://user@host/gradebook    # an empty database

One real submission is graded; its result, with other points and remarks for every student, is what
the workers of `grade_class` seem to answer. So discovery, fingerprints, executed notebooks on the
disk, gradebook and kept results are those of a real run; only the workers cost nothing. The second
run grades all again (`--regrade`: points are updated), the third finds all unchanged.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import pickle
import random
import resource
import shutil
import tempfile
import time
from concurrent.futures import Executor, Future
from pathlib import Path

from autograder.coursefolder.course import Course
from autograder.coursefolder.release import release_course
from autograder.demo import classroom
from autograder.demo.notebooks import Notebooks
from autograder.grading.classroom.classrun import grade_class
from autograder.grading.classroom.jobs import Job, grade_job
from autograder.grading.judging.results import Result

LINKS = 60_000  # of one file: ext4 allows 65,000


class MadeUp(Executor):
    """Answers every job at once with `real`, other points and another student in it."""

    def __init__(self, real: Result, small: bool) -> None:
        self.real, self.small = real, small

    def submit(self, fn, /, *args, **options) -> Future:
        (job,) = args
        future: Future = Future()
        future.set_result(made_up(self.real, job, self.small))
        return future


def made_up(real: Result, job: Job, small: bool) -> Result:
    """A result of job's student: some cells failed, as the student's name draws them."""
    rng = random.Random(job.student)
    notebooks = []
    for notebook in real.notebooks:
        cells = tuple(
            cell if rng.random() < 0.8 else dataclasses.replace(cell, score=cell.score and 0.0)
            for cell in notebook.cells
        )
        text = "{}" if small else notebook.text.replace("%STUDENT%", job.student)
        notebooks.append(dataclasses.replace(notebook, cells=cells, text=text))
    return dataclasses.replace(
        real, student=job.student, notebooks=tuple(notebooks), fingerprint=job.fingerprint
    )


def prepare(root: Path, chapter: str, submissions: int, db: str) -> tuple[Path, Result]:
    """A course folder whose submissions are links to one, and that one's real result."""
    course = root / "course"
    release_course(course, [chapter]) if not db else release_into(course, chapter, db)
    classroom.set_duedate(course, chapter)
    first = course / "submitted" / "s000000" / chapter
    released, source = course / "release" / chapter, course / "source" / chapter
    Notebooks.solved(released, source).save(first)
    (first / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC\n")
    late = root / "late.txt"
    late.write_text("2026-03-05 12:00:00 UTC\n")
    opened = Course.open(course)
    real = grade_job(Job("s000000", str(first), opened.material(chapter)))
    for number in range(1, submissions):
        folder = course / "submitted" / f"s{number:06d}" / chapter
        if number % LINKS == 0:
            first = shutil.copytree(first, folder)
            continue
        folder.mkdir(parents=True)
        for file in first.iterdir():
            is_late = file.name == "timestamp.txt" and number % 10 == 0
            os.link(late if is_late else file, folder / file.name)
    return course, real


def release_into(course: Path, chapter: str, db: str) -> None:
    """Release with another database than SQLite's."""
    course.mkdir(parents=True)
    template = Path(classroom.__file__).parents[1] / "coursefolder" / "nbgrader_config.py.txt"
    configured = template.read_text() + f"\nc.CourseDirectory.db_url = {db!r}\n"
    (course / "nbgrader_config.py").write_text(configured)
    release_course(course, [chapter])


def one_pass(
    course: Path, chapter: str, executor: MadeUp, regrade: bool, every: int = 0
) -> list[float]:
    """Grade; ms a submission: wall, processor, those in the first and last third; s for the rest.

    The start (what is loaded before the first submission) is left out.
    every: print the ms of each so many submissions as they are done.
    """
    moments: list[tuple[int, float, float]] = []

    def ms(first: int, last: int, which: int) -> float:
        begun, ended = moments[first], moments[last]
        return 1000 * (ended[which] - begun[which]) / (ended[0] - begun[0])

    def progress(done: int, total: int, result: object) -> None:
        moments.append((done, time.perf_counter(), time.process_time()))
        if every and done % every == 0 and len(moments) > every:
            print(f"  to {done:7d}: {ms(-every - 1, -1, 1):5.1f} {ms(-every - 1, -1, 2):11.1f}   "
                  f"{resident():.0f} MiB", flush=True)  # fmt: skip

    grade_class(
        Course.open(course), chapter, workers=16, regrade=regrade,
        make_executor=lambda workers: executor, progress=progress,
    )  # fmt: skip
    rest = time.perf_counter() - moments[-1][1]
    third = len(moments) // 3

    thirds = [(0, third), (-third, -1)]
    return [ms(0, -1, 1), ms(0, -1, 2), *(ms(a, b, i) for i in (1, 2) for a, b in thirds), rest]


def resident() -> float:
    """Return the largest resident memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def prepared(root: Path, chapter: str, submissions: int, db: str) -> tuple[Path, Result]:
    """Return what `prepare` made in `root` before, or make it now."""
    made = root / "real.pickle"
    if not made.exists():
        made.write_bytes(pickle.dumps(prepare(root, chapter, submissions, db)))
    return pickle.loads(made.read_bytes())


def main() -> None:
    """Measure in a temporary folder, or in one that stays."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chapter", default=classroom.MAIN)
    parser.add_argument("--submissions", type=int, default=300)
    parser.add_argument(
        "--notebooks", choices=["whole", "small"], default="whole",
        help="small: executed notebooks are empty files, for disks without room for 100,000",
    )  # fmt: skip
    parser.add_argument("--once", action="store_true", help="the first run only")
    parser.add_argument("--db", default="", help="the gradebook, where it is not SQLite")
    parser.add_argument("--folder", type=Path, help="work here, keep it, and go on there")
    parser.add_argument("--every", type=int, default=0, help="a line for each so many submissions")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="writing-") as folder:
        root = args.folder.resolve() if args.folder else Path(folder)
        root.mkdir(parents=True, exist_ok=True)
        course, real = prepared(root, args.chapter, args.submissions, args.db)
        size = sum(len(notebook.text) for notebook in real.notebooks)
        print(f"{args.submissions} submissions of {len(real.notebooks)} notebooks, {size:,} bytes")
        executor = MadeUp(real, args.notebooks == "small")
        print("ms a submission   wall   processor   wall: first, last third   processor: the same")
        runs = (("first run", False), ("all again", True), ("unchanged", False))
        for name, regrade in runs[:1] if args.once else runs:
            *ms, rest = one_pass(course, args.chapter, executor, regrade, args.every)
            print(f"{name:<17} {ms[0]:5.1f} {ms[1]:11.1f} {ms[2]:13.1f} {ms[3]:10.1f} "
                  f"{ms[4]:13.1f} {ms[5]:7.1f}   then {rest:.1f} s for the penalties of all",
                  flush=True)  # fmt: skip
        print(f"largest resident memory: {resident():.0f} MiB")
        gradebook = course / "gradebook.db"
        if gradebook.exists():
            print(f"gradebook: {gradebook.stat().st_size / args.submissions:,.0f} bytes each")
        if not args.folder:
            shutil.rmtree(course / "autograded")


if __name__ == "__main__":
    main()
