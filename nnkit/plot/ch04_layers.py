"""Chapter 4's drawings of layers: local, shared, subsampled connections, and a net as stacks."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

TAPS = ("C0", "C1", "C2")  # a color for each shared weight
OWN = "0.6"
INPUTS, REACH = 6, 3


def connections() -> Figure:
    """Draw six pixels and the units above them: dense, local, shared, and then subsampled.

    A gray line is a weight of its own; lines of one color are one weight, used again.
    """
    units = INPUTS - REACH + 1
    figure, axes = plt.subplots(1, 4, figsize=(10, 2.9), sharey=True)
    titles = (
        f"dense\n{INPUTS * units} weights",
        f"local\n{units * REACH} weights",
        f"local and shared\n{REACH} weights",
        f"and subsampled\n{REACH} weights, {units // 2} values left",
    )
    for kind, (ax, title) in enumerate(zip(axes, titles, strict=True)):
        for unit in range(units):
            for pixel in range(INPUTS):
                tap = pixel - unit
                if kind == 0 or 0 <= tap < REACH:
                    color = TAPS[tap] if kind >= 2 else OWN
                    _line(ax, (pixel, 0.2), (unit + 1, 1.3), color)
            _box(ax, (unit + 1, 1.5), "#FBE0CC")
        for pixel in range(INPUTS):
            _box(ax, (pixel, 0), "#CFE3F2")
        if kind == 3:
            for unit in range(units):
                _line(ax, (unit + 1, 1.7), (unit // 2 * 2 + 1.5, 2.6), "0.3")
            for pair in range(units // 2):
                _box(ax, (2 * pair + 1.5, 2.8), "#D5EEE4")
        ax.set(xlim=(-0.6, INPUTS - 0.4), ylim=(-0.4, 3.1))
        ax.set_title(title, fontsize=10)
        ax.axis("off")
    for text, y in (("pixels", 0), ("units", 1.5)):
        axes[0].text(-0.5, y, text, ha="right", va="center", fontsize=9, color="0.3")
    return figure


def stacks(layers: Sequence[tuple[str, int, int]]) -> Figure:
    """Draw a net as stacks of maps, the input first: (what made it, maps, side of a map).

    Side 0 draws a column of numbers, one for each of `maps` units. Sides and depths are to scale,
    columns are not.
    """
    figure, ax = plt.subplots(figsize=(10, 3.2))
    left, middle = 0.0, 4.0
    for n, (name, maps, side) in enumerate(layers):
        step = 0.09
        width = side + step * (maps - 1) if side else 0.7
        height = width if side else 1.2 + maps / 16
        if n:
            arrow = {"arrowstyle": "->", "color": "0.3", "lw": 1.4}
            ax.annotate("", (left + 2.8, middle), (left + 0.3, middle), arrowprops=arrow)
            ax.text(left + 1.55, middle + 0.35, name, ha="center", va="bottom", fontsize=8.5)
            left += 3.1
        if side:
            for m in range(maps):
                # The map in the back is drawn first, up and to the right of the one in front.
                shift = step * (maps - 1 - m)
                corner = (left + shift, middle - height / 2 + shift)
                fc = "#CFE3F2" if n else "0.9"
                ax.add_patch(Rectangle(corner, side, side, fc=fc, ec="0.35", lw=0.6))
            below = f"{maps} × {side} × {side}"
        else:
            corner = (left, middle - height / 2)
            ax.add_patch(Rectangle(corner, width, height, fc="#FBE0CC", ec="0.35", lw=0.8))
            below = f"{maps}"
        ax.text(
            left + width / 2, middle - height / 2 - 0.35, below, ha="center", va="top", fontsize=9
        )
        left += width
    ax.set(xlim=(-0.4, left + 0.4), ylim=(middle - 6.2, middle + 5.2), aspect="equal")
    ax.axis("off")
    return figure


def _line(ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    ax.plot(*zip(start, end, strict=True), color=color, lw=1.5, zorder=1)


def _box(ax: Axes, at: tuple[float, float], color: str) -> None:
    corner = (at[0] - 0.3, at[1] - 0.2)
    ax.add_patch(Rectangle(corner, 0.6, 0.4, fc=color, ec="0.4", lw=0.9, zorder=2))
