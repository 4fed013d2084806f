"""Chapter 3's pictures of momentum: a path in a ravine, what is left of an error in each step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnkit.validate import Array, floats


def ravine_path(ax: Axes, curvatures: Any, path: Any, title: str = "") -> Axes:
    """Draw half the weighted sum of squares as contours and a path (steps, 2) that ends near 0."""
    curvatures, path = floats(curvatures, "curvatures", (2,)), floats(path, "path", ("T", 2))
    across, up = np.linspace(-10, 5, 151), np.linspace(-2.4, 2.4, 81)
    grid = np.stack(np.meshgrid(across, up), axis=-1)
    heights = 0.5 * (grid**2 @ curvatures)
    ax.contour(across, up, heights, np.geomspace(0.3, 80, 9), colors="0.75", linewidths=0.8)
    ax.plot(*path.T, "o-", ms=3, lw=1)
    ax.plot(0, 0, "k*", ms=11)
    ax.set(title=title, xlim=(-10, 5), ylim=(-2.4, 2.4), xlabel="$w_1$", ylabel="$w_2$")
    ax.set_aspect("equal")
    ax.grid(False)
    return ax


def momentum_factor(mu: Any, rate_times_curvature: float) -> Array:
    """Return the part of an error that is left after a step of momentum, in the long run.

    It is the larger root, in size, of q² − (1 + μ − ηκ) q + μ = 0 (Goh, Why momentum really works,
    2017). mu any shape -> the same shape.
    """
    mu = floats(mu, "mu")
    half = (1 + mu - rate_times_curvature) / 2
    root = np.sqrt((half**2 - mu).astype(complex))
    return np.maximum(abs(half + root), abs(half - root))


def damping(ax: Axes, directions: Mapping[str, float], mu: float) -> Axes:
    """Draw the factor a step over μ for each direction (name -> ηκ), and where μ is now."""
    at = np.linspace(0, 0.995, 200)
    for style, (name, product) in zip(("-", "--"), directions.items(), strict=False):
        (line,) = ax.plot(at, momentum_factor(at, product), style, label=name)
        ax.plot(mu, momentum_factor(mu, product), "o", color=line.get_color())
    ax.axvline(mu, color="0.6", linewidth=0.8)
    ax.set(xlabel="μ", ylabel="error kept in a step", ylim=(0, 1.05))
    ax.legend(fontsize=8, loc="lower left")
    return ax
