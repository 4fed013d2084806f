"""How time and memory grow with the work, nnkit beside PyTorch.

    python benchmarks/growth.py

One thread, float32, forward and backward. Time: the smallest of five runs, of the processor.
Memory: what the process holds at the peak beyond what it held before. Draws docs/images/growth.png
and prints the slopes of the double logarithmic picture, over the upper half of each sweep. Linux.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "growth.png"
THREADS = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "TQDM_DISABLE"), "1")
# Timing keeps what the allocator once got; for the memory every array comes from the system.
MEASURES = {
    "time": {"MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 34)},
    "memory": {"MALLOC_MMAP_THRESHOLD_": str(1 << 16), "MALLOC_TRIM_THRESHOLD_": "0"},
}
# (operator, what grows, the values, the theory's slopes of time and memory)
SWEEPS = (
    ("conv2d", "N", (4, 8, 16, 32, 64), (1, 1)),
    ("conv2d", "H × W", (8**2, 16**2, 32**2, 64**2, 128**2), (1, 1)),
    ("lstm", "N", (16, 32, 64, 128, 256), (1, 1)),
    ("lstm", "T", (8, 16, 32, 64, 128), (1, 1)),
    ("attention", "N", (4, 8, 16, 32, 64), (1, 1)),
    ("attention", "T", (32, 64, 128, 256, 512), (2, 2)),
    ("fit", "N", (512, 1024, 2048, 4096, 8192), (1, None)),
    ("fit", "depth", (1, 2, 4, 8, 16), (1, 1)),
)


def peak(call: object) -> float:
    """Return megabytes at the peak of a call beyond those before it."""
    gc.collect()
    before = _status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins here
    call()
    return max(_status("VmHWM") - before, 4) / 1024


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def seconds(call: object) -> float:
    """Return the processor's time of a call, the smallest of five."""
    taken = []
    for _ in range(5):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return min(taken)


def measure(what: str) -> list[dict[str, list[float]]]:
    """Return for each sweep the numbers of nnkit and of PyTorch."""
    import torch
    from growth_cases import CASES

    torch.set_num_threads(1)
    found = []
    for operator, variable, values, _ in SWEEPS:
        rows: dict[str, list[float]] = {"nnkit": [], "PyTorch": []}
        for value in values:
            for name, call in zip(rows, CASES[operator](**{variable: value}), strict=True):
                call()  # buffers and lazy imports
                rows[name].append(seconds(call) if what == "time" else peak(call))
        found.append(rows)
    return found


def slope(values: tuple[int, ...], numbers: list[float]) -> float:
    """Return the exponent of the growth over the upper three values."""
    return float(np.polyfit(np.log(values[-3:]), np.log(numbers[-3:]), 1)[0])


def main() -> None:
    """Measure in two processes, draw, print."""
    found = {}
    for what, allocator in MEASURES.items():
        command = [sys.executable, __file__, what]
        environment = dict(os.environ) | THREADS | allocator
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
        found[what] = json.loads(done.stdout)
    draw(found)
    print("| | grows | theory | time: nnkit, PyTorch | memory: nnkit, PyTorch |")
    print("|---|---|---|---|---|")
    for k, (operator, variable, values, theory) in enumerate(SWEEPS):
        cells = [
            ", ".join(f"{slope(values, found[what][k][name]):.2f}" for name in ("nnkit", "PyTorch"))
            for what in MEASURES
        ]
        expected = ", ".join("–" if t is None else str(t) for t in theory)
        print(f"| `{operator}` | {variable} | {expected} | {cells[0]} | {cells[1]} |")


def draw(found: dict[str, list[dict[str, list[float]]]]) -> None:
    """Save the picture: a column for each operator, rows for time and memory."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt
    from matplotlib.ticker import LogLocator, StrMethodFormatter

    from nnkit import plot

    plot.style()
    figure, axes = plt.subplots(4, 4, figsize=(11, 10))
    for k, (operator, variable, values, theory) in enumerate(SWEEPS):
        for row, (what, unit) in enumerate((("time", "ms"), ("memory", "MB"))):
            ax = axes[2 * row + k % 2, k // 2]
            for (name, numbers), style in zip(found[what][k].items(), ("o-", "s--"), strict=True):
                ax.loglog(values, np.array(numbers) * (1e3 if row == 0 else 1), style, label=name)
            if theory[row] is not None:
                top = numbers[-1] * (1e3 if row == 0 else 1)
                guide = top * (np.array(values) / values[-1]) ** float(theory[row])
                ax.loglog(values, guide, ":", color="0.5", label=f"slope {theory[row]}")
            ax.minorticks_off()
            narrow = max(numbers) < 10 * min(numbers)  # one power of ten may have no tick at all
            ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if narrow else (1,), numticks=6))
            ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
            ax.set(xlabel=variable, ylabel=f"{what} ({unit})", xticks=values)
            ax.set_xticklabels([str(v) for v in values])
            if k % 2 == 0 and row == 0:
                ax.set_title(operator)
            ax.legend(fontsize=7)
    figure.savefig(PICTURE)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
    else:
        main()
