"""Figures of chapter 2 on least squares: the projection, filters of the singular directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from nnkit.validate import Array, floats

# One direction of the plane runs to the right, the other into the page at a slant.
SLANT = np.array([[1.0, 0.0], [0.45, 0.4]])
FLOOR = 2e-3  # smaller weights are not drawn


def projection(x: Any, y: Any, other: Any) -> Figure:
    """Draw y (N,), the plane of all predictions x w, the nearest of them, and another one.

    x (N, 2) with independent columns; other (2,), the weights of the second prediction. Lengths
    along the plane's first direction and perpendicular to the plane are true. ValueError for
    other shapes.
    """
    x, y, other = floats(x, "x", ("N", 2)), floats(y, "y", ("N",)), floats(other, "other", (2,))
    best = x @ np.linalg.lstsq(x, y, rcond=None)[0]
    second = x @ other
    # Along the step from the best prediction to the other one, and the plane's other direction.
    along = (second - best) / np.linalg.norm(second - best)
    rest = x[:, 0] - along * (along @ x[:, 0])
    if np.linalg.norm(rest) < 1e-9 * np.linalg.norm(x[:, 0]):
        rest = x[:, 1] - along * (along @ x[:, 1])
    plane = np.stack([along, rest / np.linalg.norm(rest)])
    height = float(np.linalg.norm(y - best))
    reach = float(np.linalg.norm(second - best))

    figure, ax = plt.subplots(figsize=(7, 3.8))
    corners = np.array([[-1.1, -1.2], [1.6, -1.2], [1.6, 1.2], [-1.1, 1.2]]) * reach
    ax.add_patch(Polygon(corners @ SLANT, facecolor="C0", alpha=0.12, edgecolor="C0"))
    spots = {"best": np.zeros(2), "second": plane @ (second - best) @ SLANT}
    top = np.array([0.0, height])
    ax.plot(*np.stack([spots["best"], top]).T, color="C1", lw=2.4)
    ax.plot(*np.stack([spots["second"], top]).T, color="0.5", lw=1.4, ls="--")
    ax.plot(*np.stack([spots["best"], spots["second"]]).T, color="C0", lw=1.4)
    corner = 0.14 * reach
    ax.plot([corner, corner, 0], [0, corner, corner], color="k", lw=0.9)
    ax.plot(*top, "ko", ms=7)
    ax.plot(*spots["best"], "o", color="C0", ms=7)
    ax.plot(*spots["second"], "o", color="0.5", ms=6)
    ax.annotate(f"y = {_numbers(y)}", tuple(top), (6, 6), textcoords="offset points")
    ax.annotate(
        f"nearest prediction {_numbers(best)}",
        spots["best"],
        (-8, -18),
        textcoords="offset points",
        ha="center",
    )
    ax.annotate(
        f"another, {_numbers(second)}", spots["second"], (4, -18), textcoords="offset points"
    )
    ax.text(-0.06 * reach, height / 2, f"residual,\nlength {height:.2f}", color="C1", ha="right")
    middle = (spots["second"] + top) / 2
    across, up = middle + 0.05 * reach
    ax.text(across, up, f"length {np.linalg.norm(y - second):.2f}", color="0.35")
    ax.annotate(
        f"length {reach:.2f}", spots["second"] / 2, (0, 4), textcoords="offset points", color="C0",
        ha="center",
    )  # fmt: skip
    across, up = corners[0] @ SLANT + [0.1, 0.08]
    ax.text(across, up, "all predictions x w", color="C0")
    ax.set(aspect="equal")
    ax.set_axis_off()
    return figure


def filters(
    factors: Mapping[str, Array],
    weights: Any,
    curves: Mapping[str, tuple[Any, Any]],
    at: Mapping[str, tuple[float, float]],
    title: str,
) -> Figure:
    """Draw what several filters leave of each singular direction, and what they do to the loss.

    factors: name -> factor (D,) from 0 to 1 for every direction, the largest singular value first;
    weights: (D,) the unfiltered weight along each; curves: name -> (strengths, losses); at: name ->
    the point of the curve that the frame shows.
    """
    weights = floats(weights, "weights", ("D",))
    direction = np.arange(1, len(weights) + 1)
    figure, axes = plt.subplots(1, 3, figsize=(11, 3.5), width_ratios=(1, 1.35, 1))
    axes[1].plot(direction, np.abs(weights), "o", color="0.7", ms=4.5, label="no filter")
    for (name, factor), color, line, mark in zip(
        factors.items(), ("C6", "C0", "C1"), (":", "-", "--"), ("x", ".", "_"), strict=False
    ):
        axes[0].plot(direction, factor, line, color=color, label=name)
        left = np.abs(weights) * factor
        shown = left > FLOOR
        axes[1].plot(direction[shown], left[shown], mark, color=color, ms=6, label=name)
        axes[2].plot(*curves[name], line, color=color)
        axes[2].plot(*at[name], "o", color=color, ms=7)
    axes[0].set(xlabel="singular direction", ylabel="filter factor", ylim=(-0.03, 1.5))
    axes[1].set(xlabel="singular direction", ylabel="size of the weight (log scale)")
    axes[1].set(yscale="log", ylim=(FLOOR / 200, 3e6))
    axes[1].annotate(
        "noise, divided by\na tiny singular value",
        (direction[-1], np.abs(weights[-1])),
        (0.42, 0.9),
        textcoords="axes fraction",
        ha="center",
        va="center",
        fontsize=9,
        arrowprops={"arrowstyle": "-|>", "color": "0.2"},
    )
    axes[2].set(xlabel="directions kept (sum of the factors)", ylabel="loss, held out")
    axes[2].set(ylim=(1400, 4000))
    axes[0].legend(loc="upper right")
    axes[1].legend(loc="lower left", fontsize=8, ncols=2, handletextpad=0.2, columnspacing=0.8)
    figure.suptitle(title)
    return figure


def heat_map(
    ax: Axes,
    values: Any,
    rows: Sequence[Any],
    columns: Sequence[float],
    limits: tuple[float, float],
) -> Any:
    """Draw values (R, C) by color on a log scale and return the image.

    The smallest of each row is ringed. columns run over powers of ten; values above the upper limit
    or not finite are left white.
    """
    values = floats(values, "values", ("R", "C"))
    shown = np.where(np.isfinite(values) & (values <= limits[1]), values, np.nan)
    image = ax.imshow(shown, norm=LogNorm(*limits), cmap="viridis", aspect="auto", origin="lower")
    best = np.nanargmin(np.where(np.isfinite(values), values, np.inf), axis=1)
    ax.plot(best, np.arange(len(rows)), "o", mfc="none", mec="w", mew=2, ms=11)
    ax.plot(best, np.arange(len(rows)), "o", mfc="none", mec="k", mew=0.8, ms=13)
    for row, column in enumerate(best):
        side = 1 if column < len(columns) - 3 else -1
        ax.annotate(
            f"{values[row, column]:.3g}",
            (column, row),
            (11 * side, 0),
            textcoords="offset points",
            va="center",
            ha="left" if side > 0 else "right",
            fontsize=9,
            bbox={"fc": "w", "ec": "none", "alpha": 0.8, "pad": 1.2},
        )
    powers = [i for i, c in enumerate(columns) if abs(np.log10(c) - round(np.log10(c))) < 1e-6]
    ax.set_xticks(powers, [f"{columns[i]:g}" for i in powers])
    ax.set_yticks(range(len(rows)), [str(row) for row in rows])
    ax.grid(False)
    return image


def _numbers(values: Array) -> str:
    return "(" + ", ".join(f"{round(float(v), 6):g}" for v in values) + ")"
