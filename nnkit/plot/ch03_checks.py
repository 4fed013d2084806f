"""Chapter 3's pictures of gradient checks: which entries miss, and the relative difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from nnkit.validate import floats


def differences(ax: Axes, found: Mapping[str, float], threshold: float) -> Axes:
    """Draw a bar for each gradient (name -> relative difference, above 0), and the threshold."""
    names, values = list(found), list(found.values())
    lowest = 1e-12
    for row, value in enumerate(values):
        color = "C0" if value < threshold else "C1"
        ax.barh(row, max(value, lowest), color=color)
        ax.text(1.3 * max(value, lowest), row, f"{value:.0e}", va="center", fontsize=8)
    ax.axvline(threshold, color="0.3", linestyle=":")
    ax.set(xscale="log", xlim=(lowest, 40), xlabel="relative difference (dotted: threshold)")
    ax.set_yticks(range(len(names)), names, fontsize=9)
    ax.invert_yaxis()
    ax.grid(False)
    return ax


def misses(ax: Axes, numerical: Any, claimed: Any, title: str = "") -> Axes:
    """Draw a square for each entry of a gradient (D, M): how far it is from its numerical estimate.

    White is no difference, black the largest one (but no less than 0.3), in units of the estimate's
    largest entry. ValueError for a gradient of another shape.
    """
    numerical = floats(numerical, "numerical", ("D", "M"))
    claimed = floats(claimed, title or "claimed", ("D", "M"))
    if claimed.shape != numerical.shape:
        raise ValueError(f"{title!r} has the shape {claimed.shape}; expected {numerical.shape}")
    away = abs(claimed - numerical) / abs(numerical).max()
    image = ax.imshow(away, cmap="Greys", vmin=0, vmax=max(0.3, away.max()))
    ax.set(title=title)
    rows, columns = claimed.shape
    ax.set_xticks(range(columns), [str(k + 1) for k in range(columns)])
    ax.set_yticks(range(rows), [str(k + 1) for k in range(rows)])
    ax.grid(False)
    ax.figure.colorbar(image, ax=ax, shrink=0.8, label="difference / largest entry")
    return ax
