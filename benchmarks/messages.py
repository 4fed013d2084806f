"""What is saved by asking many things in one message, and by not sending known content again.

    python benchmarks/messages.py 03_feedforward --rounds 10

Grades the solutions of a released chapter (`autograder release`), in turn with each variant, on one
processor as a worker does. Minima and medians; compare them as ratios.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder import exercises
from autograder.checking import recording, remote
from autograder.coursefolder.course import Course
from autograder.grading import submission
from autograder.grading.classroom.workers import stay_on_one_processor
from autograder.grading.jailed.protocol.mirror import Mirror
from autograder.grading.sandbox.jail import JailPool
from autograder.grading.sanitize import find

judge = importlib.import_module("autograder.checking.judge")
IDENTIFY, AT_ONCE = Mirror.identify, (judge.runs_if_right, recording.remote_of)


def as_it_is() -> None:
    """Undo what another variant changed."""
    Mirror.identify = IDENTIFY  # type: ignore[method-assign]
    judge.runs_if_right, recording.remote_of = AT_ONCE  # type: ignore[assignment]
    for name in ("call_each", "attribute_of_each", "method_of_each"):
        exercises_using(name, getattr(remote, name))


def one_by_one() -> None:
    """Ask for each call and attribute in a message of its own."""
    judge.runs_if_right = lambda *_: None  # type: ignore[assignment]
    recording.remote_of = lambda _: None  # type: ignore[assignment]
    exercises_using("call_each", lambda f, arguments: [f(*args) for args in arguments])
    exercises_using("attribute_of_each", lambda objects, name: [getattr(o, name) for o in objects])
    exercises_using("method_of_each", lambda objects, name: [getattr(o, name)() for o in objects])


def sent_again() -> None:
    """Send the content of every array and container with every message of this side."""

    def identify(self: Mirror, value: Any) -> tuple[int, bool, bool]:
        ident, _, fresh = IDENTIFY(self, value)
        return ident, True, fresh

    Mirror.identify = identify  # type: ignore[method-assign]


def exercises_using(name: str, function: Callable) -> None:
    """Let the exercises that ask for many things at once do it by `function`."""

    for module in list(sys.modules.values()):
        if module.__name__.startswith("autograder.exercises.") and hasattr(module, name):
            setattr(module, name, function)


VARIANTS = {"as it is": as_it_is, "one by one": one_by_one, "sent again": sent_again}


def main() -> None:
    """Measure, then print a line for each variant."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("chapter")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--course", type=Path, default=Path("course"))
    args = parser.parse_args()
    stay_on_one_processor(0)
    exercises.everything()
    material = Course.open(args.course).material(args.chapter)
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in VARIANTS}
    with JailPool() as jail:
        for number in range(args.rounds + 1):
            for name, change in VARIANTS.items():
                as_it_is()
                change()
                found = find(Path("solutions") / args.chapter, material)
                started, checks = time.perf_counter(), 0.0
                for nb in material.notebooks:
                    _, one = submission.grade(
                        found.notebooks[nb.name], nb, jail, material.secret, found.files
                    )
                    checks += one.test_seconds
                if number:  # the first round draws the cases
                    seen[name].append((time.perf_counter() - started, checks))
    print(f"{args.chapter}, {args.rounds} rounds: seconds, minimum and median")
    for name, times in seen.items():
        whole, checks_only = zip(*times, strict=True)
        print(
            f"  {name:10s} whole {min(whole):6.2f} {statistics.median(whole):6.2f}"
            f"   check cells {min(checks_only):6.2f} {statistics.median(checks_only):6.2f}"
        )


if __name__ == "__main__":
    main()
