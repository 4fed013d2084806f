"""Chapter 5's pictures of gradients: a loss with a cliff as a surface, runs as median and range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from contourpy import contour_generator
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnkit.validate import Array, floats


def cliff(
    w: Any, b: Any, loss: Any, miss: Any, paths: Mapping[str, tuple[Any, Any]], top: float = 1.4
) -> Figure:
    """Draw a loss over (w, b) as a surface and from above, with its curve of minima and paths.

    w (columns,), b (rows,): the grid; loss (rows, columns); miss (rows, columns): the minima lie
    where it is 0. paths: name -> ((steps, 2) points (w, b), (steps,) losses); points that leave
    the grid are cut off. top: the height of the box.
    """
    w, b = floats(w, "w", ("W",)), floats(b, "b", ("B",))
    loss, miss = (floats(v, name, (len(b), len(w))) for v, name in ((loss, "loss"), (miss, "miss")))
    found: Any = contour_generator(w, b, miss).lines(0.0)
    minima = [line for line in found if len(line) > 1]
    figure = plt.figure(figsize=(9, 4.2))
    space: Any = figure.add_subplot(1, 2, 1, projection="3d", computed_zorder=False)
    grid = np.meshgrid(w, b)
    space.plot_surface(*grid, loss, cmap="cividis", rcount=90, ccount=90, lw=0, antialiased=False)
    flat = figure.add_subplot(1, 2, 2)
    mesh = flat.pcolormesh(w, b, loss, cmap="cividis", rasterized=True)
    for k, line in enumerate(minima):
        label = "curve of minima, L = 0" if k == 0 else None
        flat.plot(*line.T, color="w", ls="--", lw=1.6, label=label)
        space.plot(*line.T, 0.01, color="w", ls="--", lw=1.6)
    for (name, (points, losses)), color in zip(paths.items(), ("C1", "C5"), strict=False):
        inside = _inside(floats(points, name, ("S", 2)), w, b)
        heights = floats(losses, name, (len(inside),))
        shown = np.where(inside[:, None], points, np.nan)
        space.plot(
            *shown.T, np.where(inside, heights + 0.02, np.nan), ".-", color=color, ms=4, lw=1
        )
        flat.plot(*shown.T, ".-", color=color, ms=4, lw=1, label=name)
    space.set(xlabel="w", ylabel="b", zlabel="L", zlim=(0, top))
    space.set_box_aspect(None, zoom=0.85)
    space.view_init(elev=38, azim=-125)
    flat.set(xlabel="w", ylabel="b", xlim=(w[0], w[-1]), ylim=(b[0], b[-1]))
    flat.grid(False)
    flat.legend(loc="upper center", bbox_to_anchor=(0.5, 1.2), ncols=2, fontsize=8,
                frameon=True, facecolor="0.7")  # fmt: skip
    figure.colorbar(mesh, ax=flat, label="loss L", shrink=0.85)
    return figure


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
