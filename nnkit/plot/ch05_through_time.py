"""Chapter 5's drawing of backpropagation through time, with the numbers of a small example."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

FORWARD, BACKWARD, WEIGHT = "0.55", "C1", "C0"
Point = tuple[float, float]


def through_time(ax: Axes, h: Any, dh: Any, w: float) -> Axes:
    """Draw how gradients walk back through a net of one unit, h_t = tanh(... + w h_{t-1}).

    h: its states, h_0 first (T + 1 numbers); dh: what arrives at each state from outside (T).
    Orange: the gradients of states; in a box, delta: the gradient of what the tanh gets. Blue: what
    each step adds to dw. Return ax.
    """
    steps = len(dh)
    if len(h) != steps + 1:
        raise ValueError(f"h has {len(h)} numbers; expected h_0 and {steps} more, one for each dh")
    deltas, came = np.zeros(steps + 2), np.zeros(steps + 2)
    for t in range(steps, 0, -1):
        came[t] = deltas[t + 1] * w
        deltas[t] = (dh[t - 1] + came[t]) * (1 - h[t] ** 2)
    shares = [deltas[t] * h[t - 1] for t in range(1, steps + 1)]
    for t in range(steps + 1):
        x = 2.4 * t
        delta = f"\n$\\delta_{t}$ = {deltas[t]:.4f}" if t else ""
        _box(ax, (x, 1 if t else 1.12), f"$h_{t}$ = {h[t]:.4g}{delta}", "C0" if t else "0.6")
        if t:
            _arrow(ax, (x - (2.4 if t > 1 else 2.62), 1.12), (x, 1.12), FORWARD)
    for t in range(1, steps + 1):
        x = 2.4 * t
        _arrow(ax, (x, 2.2), (x, 1.2), BACKWARD)
        _text(ax, (x, 2.35), f"from outside\n{dh[t - 1]:.4g}", BACKWARD, "bottom")
        if t < steps:
            _arrow(ax, (x + 2.4, 0.88), (x, 0.88), BACKWARD)
            _text(ax, (x + 1.2, 0.7), f"dh_next\n{came[t]:.4f}", BACKWARD, "top")
        _arrow(ax, (x, 0.8), (x, -0.55), WEIGHT)
        _text(
            ax,
            (x - 0.1, 0.1),
            f"$\\delta_{t} h_{t - 1}$\n= {shares[t - 1]:.4f}",
            WEIGHT,
            "center",
            "right",
        )
        if t < steps:
            _text(ax, (x + 1.2, -0.75), "+", WEIGHT, "center")
        _box(ax, (x, -0.75), f"{shares[t - 1]:.4f}", WEIGHT)
    end = 2.4 * steps
    _text(ax, (end + 0.55, -0.75), f"= dw = {sum(shares):.4f}", WEIGHT, "center", "left")
    ax.set(xlim=(-0.8, end + 2.1), ylim=(-1.1, 3.1))
    ax.set_axis_off()
    return ax


def _box(ax: Axes, at: Point, text: str, color: str) -> None:
    look = {"boxstyle": "round,pad=0.35", "fc": "white", "ec": color, "lw": 1.5}
    ax.text(*at, text, ha="center", va="center", fontsize=10, bbox=look, zorder=3)


def _arrow(ax: Axes, start: Point, end: Point, color: str) -> None:
    shrink = 36 if start[1] == end[1] else 12
    look = {"arrowstyle": "->", "color": color, "lw": 1.6, "shrinkA": shrink, "shrinkB": shrink}
    ax.annotate("", end, start, arrowprops=look)


def _text(ax: Axes, at: Point, text: str, color: str, va: str, ha: str = "center") -> None:
    ax.text(*at, text, color=color, ha=ha, va=va, fontsize=9)
