"""Fair timing of two programs: same threads, pinned allocator, interleaved runs, medians."""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

PINNED = {
    # glibc hands large blocks back to the system and asks again on every call, or it does not,
    # as chance has it: pinned, both programs keep what they once got.
    "MALLOC_MMAP_THRESHOLD_": str(1 << 30),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 34),
    "MALLOC_TOP_PAD_": str(1 << 26),
}
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


# These tie NumPy's BLAS to the instructions of older processors, while PyTorch uses all there are.
HOLDING_BACK = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


def pin(threads: int, keep_kernels: bool = False) -> None:
    """Start this command again with the environment that timing needs, unless it has it."""
    wanted = dict(os.environ) | PINNED | dict.fromkeys(THREADS, str(threads))
    if not keep_kernels:
        wanted = {k: v for k, v in wanted.items() if k not in HOLDING_BACK}
    if wanted != dict(os.environ):
        os.execve(sys.executable, [sys.executable, *sys.argv], wanted)


@dataclass(frozen=True)
class Case:
    """Two calls that do the same work, and the ratio of times to reach (None: none is set)."""

    name: str
    mine: Callable[[], object]
    theirs: Callable[[], object]
    target: float | None = None


@dataclass(frozen=True)
class Timing:
    """Milliseconds a call, and the median over the rounds of mine / theirs."""

    mine: float
    theirs: float
    ratio: float


def compare(case: Case, rounds: int, threads: int, seconds: float = 0.02) -> Timing:
    """Time both calls in turn, `rounds` times, each turn about `seconds` long.

    On one thread the processor's time counts, which is the clock's on a quiet machine and leaves
    out the waiting on a busy one.
    """
    clock = time.process_time if threads == 1 else time.perf_counter
    case.mine(), case.theirs()  # buffers, caches and lazy imports
    counts = [_count(call, seconds, clock) for call in (case.mine, case.theirs)]
    pairs = []
    gc.disable()
    for k in range(rounds):
        turn = [(case.mine, counts[0]), (case.theirs, counts[1])]
        if k % 2:  # neither of the two always follows the other
            times = [_turn(*turn[1], clock), _turn(*turn[0], clock)][::-1]
        else:
            times = [_turn(*turn[0], clock), _turn(*turn[1], clock)]
        pairs.append(times)
    gc.enable()
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    return Timing(1e3 * mine, 1e3 * theirs, ratio)


def _turn(call: Callable[[], object], count: int, clock: Callable[[], float]) -> float:
    start = clock()
    for _ in range(count):
        call()
    return (clock() - start) / count


def _count(call: Callable[[], object], seconds: float, clock: Callable[[], float]) -> int:
    return max(1, round(seconds / max(_turn(call, 1, clock), 1e-6)))
