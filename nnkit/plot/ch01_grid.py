"""Chapter 1's pictures of tables: Q on a grid with the greedy path, the cube of no free lunch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from nnkit.validate import Array, floats

# Corners of a cell's four triangles, in the order up, right, down, left; row numbers grow downward.
CORNERS = ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))
# Dark letters with a white rim can be read on every color.
LETTER: dict[str, Any] = {
    "ha": "center",
    "va": "center",
    "weight": "bold",
    "path_effects": [withStroke(linewidth=3, foreground="white")],
}


def q_table(
    ax: Axes, grid: Sequence[str], q: Any, path: Sequence[int] = (), title: str = "",
    limits: tuple[float, float] = (-6, 10),
) -> Axes:  # fmt: skip
    """Draw q (cells, 4) on the grid: a triangle an action (up, right, down, left), then the path.

    path: the cells the greedy agent visits. Triangles whose value is still 0 stay white.
    """
    rows, columns = len(grid), len(grid[0])
    q = floats(q, "q", (rows * columns, 4))
    colors = plt.get_cmap("viridis")
    scale = plt.Normalize(*limits)
    triangles: list[list[tuple[float, float]]] = []
    faces: list[tuple[float, float, float, float]] = []
    for cell in range(rows * columns):
        row, column = divmod(cell, columns)
        kind = grid[row][column]
        if kind in "#GP":
            face = "0.25" if kind == "#" else "white"
            ax.add_patch(
                Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=face, edgecolor="0.3")
            )
            if kind != "#":
                ax.text(column + 0.3 * (kind == "G"), row, kind, zorder=4, **LETTER)
            continue
        for action in range(4):
            corners = (CORNERS[action], CORNERS[(action + 1) % 4])
            triangles.append([(column, row), *((column + x, row + y) for x, y in corners)])
            value = q[cell, action]
            faces.append((1.0, 1.0, 1.0, 1.0) if value == 0 else colors(scale(value)))
        if kind == "S":
            ax.text(column - 0.36, row + 0.32, "S", zorder=4, **LETTER)
    # One collection draws many times faster than a patch for each triangle.
    ax.add_collection(
        PolyCollection(triangles, facecolors=faces, edgecolors="0.85", linewidths=0.5)
    )
    if len(path) > 1:
        at = np.array([divmod(cell, columns)[::-1] for cell in path])
        ax.plot(*at.T, color="white", linewidth=5, solid_capstyle="round")
        ax.plot(*at.T, color="#D55E00", linewidth=2.5, marker="o", markersize=4)
    ax.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5), aspect="equal")
    ax.set(xticks=[], yticks=[], title=title)
    ax.grid(False)
    return ax


def q_frame(
    grid: Sequence[str], q: Any, path: Sequence[int], returns: Any, shown: int, note: str
) -> Figure:
    """Draw the table after `shown` episodes beside the mean return so far, in blocks of ten."""
    returns = floats(returns, "returns", ("E",))
    figure = Figure(figsize=(9.2, 3.3), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1.4, 1))
    q_table(left, grid, q, path, title=f"after {shown} episodes: {note}")
    bar = plt.cm.ScalarMappable(norm=plt.Normalize(-6, 10), cmap="viridis")
    figure.colorbar(bar, ax=left, label="Q(s, a)", shrink=0.9)
    blocks = returns[: len(returns) // 10 * 10].reshape(-1, 10).mean(axis=1)
    ends = 10 * np.arange(1, len(blocks) + 1)
    right.plot(ends, blocks, color="0.8")
    seen = ends <= shown
    right.plot(ends[seen], blocks[seen], color="C0", marker="o", markersize=3)
    right.axhline(3, color="0.4", linestyle=":")
    right.text(ends[-1], 3.6, "best possible: 3", ha="right", fontsize=8.5, color="0.3")
    right.set(
        xlabel="episode", ylabel="sum of rewards", title="mean of ten episodes", ylim=(-45, 9)
    )
    return figure


def cube(ax: Axes, answers: Array, known: Sequence[int], title: str = "") -> Axes:
    """Draw the 8 strings of 3 bits as a cube's corners: filled 1, white 0, "?" where not known."""
    corners = np.array([[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)], dtype=float)
    flat = corners @ np.array([[0.55, 0.35], [0.0, 1.0], [1.0, 0.0]])  # bits 1, 2, 3 to the plane
    for i in range(8):
        for j in range(i):
            if np.abs(corners[i] - corners[j]).sum() == 1:
                ax.plot(*flat[[i, j]].T, color="0.7", linewidth=1, zorder=1)
    for i, point in enumerate(flat):
        seen = i in known
        face = "#0072B2" if seen and answers[i] else "white"
        edge = "0.2" if seen else "#D55E00"
        ax.scatter(
            [point[0]], [point[1]], s=240, color=face, edgecolor=edge, linewidth=1.8, zorder=2
        )
        text, color = (
            (str(int(answers[i])), "white" if answers[i] else "0.1") if seen else ("?", edge)
        )
        ax.text(
            point[0], point[1], text, ha="center", va="center", color=color, weight="bold", zorder=3
        )
        bits = "".join(str(int(b)) for b in corners[i])
        ax.text(point[0] + 0.12, point[1] - 0.14, bits, fontsize=8, color="0.3")
    ax.set(xlim=(-0.25, 1.95), ylim=(-0.3, 1.6), aspect="equal", title=title)
    ax.axis("off")
    return ax
