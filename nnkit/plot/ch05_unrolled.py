"""Chapter 5's drawing of a recurrent network with its loop, and unrolled in time."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path

Point = tuple[float, float]
ROWS = (("x", 0.0, "0.4"), ("h", 1.0, "C0"), ("\\hat{y}", 2.0, "C1"))
LOOP = "C3"


def unrolled(ax: Axes, steps: int = 3) -> Axes:
    """Draw the network with its loop, then its first `steps` steps and step T; return ax.

    ValueError for fewer than one step.
    """
    if steps < 1:
        raise ValueError(f"steps is {steps}; expected at least 1")
    for name, y, color in ROWS:
        _box(ax, (0, y), f"${name}_t$", color)
    _arrow(ax, (0, 0), (0, 1), "$U$\n(H, D)", (-0.38, 0))
    _arrow(ax, (0, 1), (0, 2), "$A$\n(V, H)", (-0.38, 0))
    # The loop leaves the box of the state on its right side and comes back to it there.
    curve = Path([(0.2, 1.08), (0.85, 1.75), (0.85, 0.25), (0.2, 0.92)], [1, 4, 4, 4])
    look: Any = {"arrowstyle": "->", "color": LOOP, "lw": 1.8, "mutation_scale": 14}
    ax.add_patch(FancyArrowPatch(path=curve, **look))
    ax.text(0.78, 1.0, "$W$ (H, H)\none step\nlater", color=LOOP, va="center", fontsize=9)
    ax.text(1.85, 1, "=", fontsize=20, ha="center", va="center")
    start = 2.4
    _box(ax, (start, 1), "$h_0$", "C0")
    for t in range(1, steps + 1):
        _step(ax, start + 1.2 * t, str(t), 1.2)
    last = start + 1.2 * steps
    _arrow(ax, (last, 1), (last + 0.9, 1), "$W$", (-0.05, 0.17), LOOP)
    ax.text(last + 1.0, 1, "…", fontsize=16, ha="center", va="center")
    _step(ax, last + 1.95, "T", 0.95)
    ax.set(xlim=(-0.8, last + 2.3), ylim=(-0.4, 3.3))
    ax.set_axis_off()
    return ax


def _step(ax: Axes, at: float, index: str, back: float) -> None:
    for name, y, color in ROWS:
        _box(ax, (at, y), f"${name}_{index}$", color)
    _box(ax, (at, 2.9), f"$L_{index}$", "C2")
    _arrow(ax, (at, 0), (at, 1), "$U$", (0.17, 0))
    _arrow(ax, (at, 1), (at, 2), "$A$", (0.17, 0))
    _arrow(ax, (at, 2), (at, 2.9))
    _arrow(ax, (at - back, 1), (at, 1), "$W$", (0, 0.17), LOOP)


def _box(ax: Axes, at: Point, text: str, color: str) -> None:
    look = {"boxstyle": "round,pad=0.4", "fc": "white", "ec": color, "lw": 1.6}
    ax.text(*at, text, ha="center", va="center", fontsize=11, bbox=look)


def _arrow(
    ax: Axes, start: Point, end: Point, text: str = "", shift: Point = (0, 0), color: str = "0.3"
) -> None:
    look = {"arrowstyle": "->", "color": color, "lw": 1.5, "shrinkA": 14, "shrinkB": 14}
    ax.annotate("", end, start, arrowprops=look)
    x, y = ((start[i] + end[i]) / 2 + shift[i] for i in (0, 1))
    ax.text(x, y, text, color=color, fontsize=10, ha="center", va="center")
