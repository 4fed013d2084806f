"""What a further worker costs in memory, and how soon the first submission is under way.

    python benchmarks/sharing.py --workers 1 2 4

Linux only. Memory is the proportional set size: a page that several processes share counts for each
with its part, so the sum over all processes is what the machine gives: the median of what is read
in a run while every worker has a submission of the chapter, and the most. For the first one under
way the time on the clock is given, and the processor time of each part until then, which other
programs disturb less: the command and what workers are forked from start side by side, jails with
the latter.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.coursefolder.release import release_course
from autograder.demo import classroom


def descendants(pid: int) -> dict[int, str]:
    """Running processes below `pid`, itself included, with what each is."""
    found, waiting = {}, [pid]
    while waiting:
        one = waiting.pop()
        try:
            line = Path(f"/proc/{one}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            found[one] = line
            for task in os.listdir(f"/proc/{one}/task"):
                waiting += map(int, Path(f"/proc/{one}/task/{task}/children").read_text().split())
        except OSError:
            continue
    return found


def pss(pid: int) -> float:
    """Proportional set size in MiB; 0 where the process has just ended."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def processor_time(pid: int) -> float:
    """Seconds of processors that a process and its ended children took; 0 if it is over."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    # utime, stime, and both of its children: fields 14 to 17.
    return sum(map(int, stat.rpartition(")")[2].split()[11:15])) / os.sysconf("SC_CLK_TCK")


def under_way(every: dict[int, str]) -> int:
    """How many jails have a submission: the third generation of their processes."""
    jailed = {one for one, line in every.items() if "jailed/__main__.py" in line}
    parents = {one: parent_of(one) for one in jailed}
    return len({parents[one] for one in jailed if parents.get(parents[one]) in jailed})


def parent_of(pid: int) -> int:
    """Return the number of a process's parent; 0 if it is over."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def kind_of(line: str) -> str:
    """Which part of a run a process is."""
    if "jailed/__main__.py" in line:
        return "jail"
    return "worker or its server" if "forkserver" in line else "main"


def by_kind(values: dict[int, float], every: dict[int, str]) -> dict[str, float]:
    """Return the sums of what processes have, by what they are."""
    kinds: dict[str, float] = {}
    for one, value in values.items():
        kinds[kind_of(every[one])] = kinds.get(kind_of(every[one]), 0.0) + value
    return kinds


def measure(course: Path, chapter: str, workers: int) -> tuple[float, dict, list[float], dict]:
    """(s to the first submission under way, of processors by kind, MiB together, by kind).

    Together: at each look, sorted; by kind: at the look in the middle.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "autograder.cli", "grade", chapter, "--course", str(course),
         "--workers", str(workers), "--regrade"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    first, taken, looks = 0.0, {}, []
    while process.poll() is None:
        every = descendants(process.pid)
        busy = under_way(every)
        if not first and busy:
            first = time.perf_counter() - started
            taken = by_kind({one: processor_time(one) for one in every}, every)
        if busy >= workers:
            sizes = {one: pss(one) for one in every}
            looks.append((sum(sizes.values()), by_kind(sizes, every)))
        time.sleep(0.02 if not first else 0.25)
    looks.sort(key=lambda look: look[0])
    return first, taken, [size for size, _ in looks], looks[len(looks) // 2][1]


def main() -> None:
    """Measure in a temporary folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chapter", default=classroom.MAIN)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--students", type=int, default=8, help="for each worker")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sharing-") as folder:
        course = Path(folder) / "course"
        release_course(course, [args.chapter])
        classroom.make_class(course, args.chapter, args.students * max(args.workers))
        print("workers   first under way   MiB together   at most   a further one   of that")
        before: tuple[int, float] | None = None
        for workers in args.workers:
            first, taken, looks, kinds = measure(course, args.chapter, workers)
            middle = looks[len(looks) // 2]
            more = (middle - before[1]) / (workers - before[0]) if before else float("nan")
            parts = ", ".join(f"{name} {size:.0f}" for name, size in sorted(kinds.items()))
            sizes = f"{middle:14.0f} {looks[-1]:9.0f} {more:15.0f}"
            print(f"{workers:7d} {first:15.1f} s {sizes}   {parts}")
            start = ", ".join(f"{name} {one:.1f}" for name, one in sorted(taken.items()))
            print(f"        until then, s of processors: {start}", flush=True)
            before = workers, middle


if __name__ == "__main__":
    main()
