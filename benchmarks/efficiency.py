"""What each further worker of the local engine is worth, on the clock and in processor time.

    python benchmarks/efficiency.py --workers 1 2 --repeat 3

Linux only. Submissions of the solved chapter are graded again and again with as many workers, in
turn, and the least of each counts: what else runs on the machine only adds. Measured from the first
results to the last, so without the start. Efficiency on the clock is seconds with one worker /
(workers x seconds with several). By processor time it is what one worker spends for a submission /
what several spend: other programs disturb that less, and it does not see workers that wait.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from sharing import descendants, processor_time
from writing import prepare

from autograder.coursefolder.course import Course
from autograder.demo import classroom
from autograder.grading.classroom.classrun import grade_class


def all_processors() -> float:
    """Seconds of processors that this process, its children and theirs have taken."""
    return sum(map(processor_time, descendants(os.getpid())))


def measure(course: Path, chapter: str, workers: int) -> tuple[float, float]:
    """Seconds a submission: on the clock, of processors."""
    moments: list[tuple[float, float]] = []

    def progress(done: int, total: int, result: object) -> None:
        if done in (1, total):
            moments.append((time.perf_counter(), all_processors()))

    run = grade_class(
        Course.open(course), chapter, workers=workers, regrade=True, progress=progress
    )
    # When the first is done, the other workers are about to be.
    number = len(run.graded) - workers
    (clock, taken), (last_clock, last_taken) = moments[0], moments[-1]
    return (last_clock - clock) / number, (last_taken - taken) / number


def main() -> None:
    """Measure in a temporary folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chapter", default=classroom.MAIN)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, os.cpu_count() or 1])
    parser.add_argument("--students", type=int, default=24)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="efficiency-") as folder:
        course, _ = prepare(Path(folder), args.chapter, args.students, "")
        least: dict[int, list[tuple[float, float]]] = {workers: [] for workers in args.workers}
        for _ in range(args.repeat):
            for workers in args.workers:
                least[workers].append(measure(course, args.chapter, workers))
                print(f"{workers} workers: {least[workers][-1][0]:.3f} s a submission on the "
                      f"clock, {least[workers][-1][1]:.3f} s of processors",
                      file=sys.stderr, flush=True)  # fmt: skip
    best = {n: tuple(min(one[i] for one in runs) for i in (0, 1)) for n, runs in least.items()}
    few = min(best)
    print("workers   s on the clock   efficiency   s of processors   efficiency")
    for workers, (clock, taken) in best.items():
        print(f"{workers:7d} {clock:16.3f} {few * best[few][0] / (workers * clock):12.2f} "
              f"{taken:17.3f} {best[few][1] / taken:12.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
