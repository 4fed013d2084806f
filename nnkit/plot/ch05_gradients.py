"""Chapter 5's pictures of gradients: a loss with a cliff as a surface, runs as median and range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from contourpy import contour_generator
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, to_rgba
from matplotlib.figure import Figure

from nnkit.validate import Array, floats

WALL = "0.55"


def cliff(
    w: Any, b: Any, loss: Any, miss: Any, paths: Mapping[str, Any], top: float = 1.4
) -> Figure:
    """Draw a loss over (w, b) as a surface, and from above once for each path, with its minima.

    w (columns,), b (rows,): the grid; loss (rows, columns); miss (rows, columns): the minima lie
    where it is 0. paths: name -> (steps, 2) points (w, b); points that leave the grid are cut off,
    and an arrow says where the path ends. top: the height of the box. A wall, where the loss leaps
    from one grid point to the next, is gray.
    """
    w, b = floats(w, "w", ("W",)), floats(b, "b", ("B",))
    loss, miss = (floats(v, name, (len(b), len(w))) for v, name in ((loss, "loss"), (miss, "miss")))
    found: Any = contour_generator(w, b, miss).lines(0.0)
    minima = [line for line in found if len(line) > 1]
    figure = plt.figure(figsize=(11, 3.9), layout="constrained")
    columns = 1 + len(paths)
    layout = figure.add_gridspec(1, columns, width_ratios=[1.35, *[1.0] * len(paths)])
    space: Any = figure.add_subplot(layout[0], projection="3d", computed_zorder=False)
    _surface(space, *(v[::3, ::3] for v in (*np.meshgrid(w, b), loss)))
    for line in minima:
        space.plot(*line.T, 0.02, color="w", ls="--", lw=1.4)
    space.set(zlim=(0, top), xticks=[0.5, 1, 1.5, 2], yticks=[-1, -0.5, 0], zticks=[0, 0.5, 1])
    space.set_xlabel("w", labelpad=-4)
    space.set_ylabel("b", labelpad=-2)
    # The axis' own label would stand on its head; a title says what the height is.
    space.set_title("height: loss L", fontsize=10, loc="center", weight="normal")
    space.tick_params(pad=-2, labelsize=9)
    space.set_box_aspect((1, 1, 0.75), zoom=0.95)
    space.view_init(elev=38, azim=-125)
    flats = [figure.add_subplot(layout[1 + k]) for k in range(len(paths))]
    for flat, (name, points) in zip(flats, paths.items(), strict=True):
        mesh = flat.pcolormesh(w, b, loss, cmap="cividis", rasterized=True)
        for line in minima:
            flat.plot(*line.T, color="w", ls="--", lw=1.6)
        _path(flat, floats(points, name, ("S", 2)), w, b)
        flat.set(xlabel="w", ylabel="b", title=name, xlim=(w[0], w[-1]), ylim=(b[0], b[-1]))
        flat.grid(False)
    figure.colorbar(mesh, ax=flats, label="loss L (dashed: L = 0)", shrink=0.9)
    return figure


def _surface(space: Any, w: Array, b: Array, loss: Array) -> None:
    """A wall is one piece wide: with a color for its height it would be torn into stripes."""
    corners = np.stack([loss[:-1, :-1], loss[:-1, 1:], loss[1:, :-1], loss[1:, 1:]])
    colors = plt.get_cmap("cividis")(Normalize(loss.min(), loss.max())(corners.mean(axis=0)))
    colors[np.ptp(corners, axis=0) > 0.25 * np.ptp(loss)] = to_rgba(WALL)
    space.plot_surface(
        w, b, loss, facecolors=colors, rstride=1, cstride=1, lw=0, antialiased=False, shade=False
    )


def _path(ax: Axes, points: Array, w: Array, b: Array) -> None:
    inside = _inside(points, w, b)
    ax.plot(*np.where(inside[:, None], points, np.nan).T, ".-", color="C1", ms=3.5, lw=0.9)
    ax.plot(*points[0], "o", color="C1", ms=7, mec="w")
    if not inside[-1]:
        last = points[np.flatnonzero(inside)[-1]]
        away = points[-1] - last
        end = last + away / np.abs(away / [np.ptp(w), np.ptp(b)]).max() * 0.28
        ax.annotate("", tuple(end), tuple(last), arrowprops={"arrowstyle": "->", "color": "C1"})
        to = f"to w = {points[-1, 0]:.1f},\nb = {points[-1, 1]:.1f}"
        ax.text(float(end[0]), float(end[1]), to, color="w", ha="center", va="top", fontsize=9)


def _inside(points: Array, w: Array, b: Array) -> Array:
    in_w = (points[:, 0] >= w[0]) & (points[:, 0] <= w[-1])
    return in_w & (points[:, 1] >= b[0]) & (points[:, 1] <= b[-1])


def runs(ax: Axes, x: Any, values: Any, color: str, label: str, ls: str = "-") -> Axes:
    """Draw several runs (runs, points) over x (points,) as their median and shaded range."""
    x = floats(x, "x", ("P",))
    values = floats(values, "values", ("R", len(x)))
    ax.plot(x, np.median(values, axis=0), color=color, label=label, ls=ls)
    ax.fill_between(x, values.min(axis=0), values.max(axis=0), color=color, alpha=0.18, lw=0)
    return ax
