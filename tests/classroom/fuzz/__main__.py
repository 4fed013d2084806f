"""python -m tests.classroom.fuzz [SECONDS]: tries trees for so long (an hour), says how many."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.classroom.fuzz.law import Class
from tests.classroom.fuzz.trees import TREES, Tree

BATCH = 100
FEEDBACK_EVERY = 25


def main(seconds: float = 3600.0, first: int = 0) -> int:
    """Try trees, batch by batch with seeds of their own; how many batches broke the law."""
    started, tried, broken = time.perf_counter(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        small = Class(Path(folder))

        def law(tree: Tree) -> None:
            nonlocal tried
            tried += 1
            small.holds(tree, feedback=tried % FEEDBACK_EVERY == 0)

        number = first
        while (spent := time.perf_counter() - started) < seconds:
            options = settings(
                max_examples=BATCH, deadline=None, database=None, print_blob=False,
                phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            try:
                seed(number)(options(given(TREES)(law)))()
            except Exception as error:
                broken += 1
                print(f"seed {number}: {type(error).__name__}: {str(error)[:3000]}", flush=True)
                for note in getattr(error, "__notes__", [])[:3]:
                    print(note[:1500], flush=True)
            number += 1
            spent = time.perf_counter() - started
            print(
                f"{tried} trees in {spent:.0f} s, {spent / max(1, tried):.3f} s a tree, {broken} "
                "broken",
                flush=True,
            )
        small.clear()
    return broken


if __name__ == "__main__":
    sys.exit(1 if main(*map(float, sys.argv[1:2]), *map(int, sys.argv[2:3])) else 0)
