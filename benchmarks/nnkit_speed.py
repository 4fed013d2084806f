"""python benchmarks/nnkit_speed.py: nnkit's time over PyTorch's, on the same work and threads.

Below 1 nnkit is the faster one. Everything is float32, forward and backward together. The ratio is
the median over the rounds, each of which times both programs right after one another.
"""

from __future__ import annotations

import argparse
import os

from timing import Timing, compare, pin


def main() -> None:
    """Print one line a case, and whether its target is reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=15, help="turns of each of the two")
    parser.add_argument("--keep-kernels", action="store_true", help="obey OPENBLAS_CORETYPE")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    arguments = parser.parse_args()
    pin(arguments.threads, arguments.keep_kernels)

    import memory
    import numpy as np  # after pin: the environment is read on import
    import torch
    from cases import all_cases

    torch.set_num_threads(arguments.threads)
    print(f"numpy {np.__version__}, torch {torch.__version__}, {arguments.threads} thread(s)")
    print(f"OpenBLAS kernels: {os.environ.get('OPENBLAS_CORETYPE', 'of this processor')}")
    print(f"{'case':<28} {'nnkit ms':>9} {'other ms':>9} {'ratio':>6}  target")
    for make in all_cases(arguments.only):
        case = make()
        timing = compare(case, arguments.rounds, arguments.threads)
        print(line(case.name, timing, case.target), flush=True)
    if arguments.only in memory.NAME:
        used = memory.extra_memory()
        verdict = "reached" if used <= memory.LIMIT else "MISSED"
        print(f"{memory.NAME:<28} {used:>6.1f} MB {'':>17}  {memory.LIMIT:g} {verdict}")


def line(name: str, timing: Timing, target: float | None) -> str:
    """Return a row of the table."""
    verdict = "reached" if target is None or timing.ratio <= target else "MISSED"
    verdict = "" if target is None else f"{target:g} {verdict}"
    return f"{name:<28} {timing.mine:>9.3f} {timing.theirs:>9.3f} {timing.ratio:>6.2f}  {verdict}"


if __name__ == "__main__":
    main()
