"""Chapter 1's pictures of descent: loss surfaces with paths, ravines, one bar a direction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure

from nnkit.validate import Array, floats


def surface(
    ax: Axes, value: Callable[[Array], Array], reach: float, levels: Any, fine: int = 161
) -> Axes:
    """Draw the contours of value(points (..., 2)) -> (...) over a square with equal axes."""
    side = np.linspace(-reach, reach, fine)
    points = np.stack(np.meshgrid(side, side), axis=-1)
    heights = value(points)
    # A color of its own for each level: on an even scale all low ground would look the same.
    norm = BoundaryNorm(levels, 256, extend="max")
    ax.contourf(side, side, heights, levels=levels, norm=norm, cmap="Blues_r", extend="max")
    ax.contour(side, side, heights, levels=levels, colors="white", linewidths=0.5)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    ax.grid(False)
    return ax


def descent_paths(ax: Axes, paths: Any, saddle: Any, minima: Any) -> Axes:
    """Draw dotted paths (R, T, 2) from round starts, the saddle as a cross, minima as stars."""
    for path in np.asarray(paths, dtype=float):
        ax.plot(*path.T, ".-", color="#B84A00", linewidth=0.8, markersize=5)
        ax.plot(*path[0], "o", color="#B84A00", markersize=6)
    ax.plot(*np.asarray(saddle).T, "X", color="black", markersize=10, label="saddle point")
    ax.plot(
        *np.asarray(minima).T, "*", color="#E69F00", markeredgecolor="black", markersize=14,
        linestyle="none", label="minima",
    )  # fmt: skip
    return ax


def ravine(ax: Axes, curvatures: Any, path: Any, title: str = "") -> Axes:
    """Draw half the weighted sum of squares with equal axes, and a path (steps, 2) on it."""
    curvatures, path = floats(curvatures, "curvatures", (2,)), floats(path, "path", ("T", 2))
    across, up = np.linspace(-11, 11, 221), np.linspace(-3.4, 3.4, 121)
    grid = np.stack(np.meshgrid(across, up), axis=-1)
    heights = 0.5 * (curvatures * grid**2).sum(axis=-1)
    levels = np.geomspace(0.5, 200, 9)
    ax.contour(across, up, heights, levels=levels, colors="0.72", linewidths=0.8)
    ax.plot(*path.T, color="#D55E00", linewidth=1.1, marker="o", markersize=2.6)
    ax.plot(*path[0], "o", color="#0072B2", markersize=7)
    ax.plot(0, 0, "+", color="black", markersize=9)
    ax.set(xlim=(-11, 11), ylim=(-3.4, 3.4), aspect="equal", title=title)
    ax.grid(False)
    return ax


def direction_bars(curvatures: Any, excess: Any, part: float, steps: int) -> Figure:
    """Draw the loss left in each direction, and their sum by step, at one part of the limit.

    curvatures (P,), falling; excess (steps + 1, P): the loss above the lowest, by direction. Ghost
    bars show what the start has.
    """
    excess = floats(excess, "excess", ("T", "P"))
    floor = 1e-4
    figure = Figure(figsize=(9.5, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1.4, 1))
    at = np.arange(excess.shape[1])
    left.bar(at, excess[0], color="0.87", label="at the start")
    left.bar(at, np.maximum(excess[-1], floor), color="C0", width=0.6, label=f"after {steps} steps")
    left.set(yscale="log", ylim=(floor, 1e6), xlabel="curvature of the direction")
    left.set(ylabel="loss above the lowest", title=f"rate {part:g} × limit")
    left.set_xticks(at, [f"{c:.2g}" for c in curvatures], fontsize=8)
    left.legend(fontsize=8, loc="upper right", ncols=2)
    left.grid(False)
    right.semilogy(excess.sum(axis=1), color="C1")
    right.set(
        xlabel="step", ylim=(floor, 1e6), title=f"all directions: {excess[-1].sum():.3g} left"
    )
    return figure


def rate_curves(ax: Axes, factors: Mapping[str, tuple[Array, Array]], best: float) -> Axes:
    """Draw |1 − ηc| for each curvature over the rate, the largest in bold, and the best rate."""
    highest = np.zeros(1)
    for name, (rates, factor) in factors.items():
        ax.plot(rates, factor, linewidth=1.2, linestyle="--", label=name)
        highest = np.maximum(highest, factor)
    larger = "the larger factor: what is left after a step"
    ax.plot(rates, highest, color="0.15", linewidth=2.4, label=larger)
    ax.axvline(best, color="0.5", linestyle=":")
    ax.axvline(rates[np.argmax((highest > 1) & (rates > best))], color="0.5", linestyle=":")
    ax.axhline(1, color="0.5", linewidth=0.8)
    ax.set(xlabel="learning rate η", ylabel="|1 − ηc|", ylim=(0, 1.5))
    ax.legend(fontsize=8)
    return ax
