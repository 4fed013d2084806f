"""Chapter 3's picture of batch and layer normalization: what is averaged in a batch of numbers."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from nnkit.validate import floats


def averaged(ax: Axes, x: Any, axis: int, title: str = "") -> Axes:
    """Draw x (N, D) as a table, one column (axis 0) or one row (axis 1) framed, all means beside.

    The framed numbers share one mean and one deviation. ValueError for another axis.
    """
    x = floats(x, "x", ("N", "D"))
    if axis not in (0, 1):
        raise ValueError(f"axis is {axis}; expected 0, down the columns, or 1, along the rows")
    n, d = x.shape
    for row in range(n):
        for column in range(d):
            ax.add_patch(Rectangle((column, row), 1, 1, fc="0.95", ec="0.7"))
            ax.text(column + 0.5, row + 0.5, f"{x[row, column]:g}", ha="center", va="center")
    for k, mean in enumerate(x.mean(axis=axis)):
        across, down = (k + 0.5, n + 0.45) if axis == 0 else (d + 0.55, k + 0.5)
        ax.text(across, down, f"{mean:.3g}", ha="center", va="center", color="C1", weight="bold")
    size = (1, n) if axis == 0 else (d, 1)
    ax.add_patch(Rectangle((0, 0), *size, fc="none", ec="C1", lw=3, zorder=3))
    if axis == 0:
        ax.text(-0.15, n + 0.45, "means", ha="right", va="center", color="C1", fontsize=9)
    else:
        ax.text(d + 0.55, -0.3, "means", ha="center", color="C1", fontsize=9)
    ax.text(d / 2, -0.3, "$D$ features", ha="center", fontsize=9)
    ax.text(-0.15, n / 2, "$N$ examples", ha="right", va="center", fontsize=9)
    ax.set(xlim=(-2.0, d + 1.2), ylim=(n + 0.9, -0.8), aspect="equal", title=title)
    ax.axis("off")
    return ax
