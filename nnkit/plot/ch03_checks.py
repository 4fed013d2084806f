"""Chapter 3's pictures of gradient checks: each entry, and the relative difference of each try."""

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


def entries(ax: Axes, numerical: Any, claimed: Mapping[str, Any]) -> Axes:
    """Draw each entry of gradients (name -> array) over its numerical estimate; right: on the line.

    ValueError for a gradient of another size than the estimate.
    """
    numerical = floats(numerical, "numerical").ravel()
    reach = 1.1 * abs(numerical).max()
    ax.plot([-reach, reach], [-reach, reach], color="0.6", lw=0.8)
    for mark, (name, grad) in zip(("o", "x", "^", "s"), claimed.items(), strict=False):
        values = floats(grad, name).ravel()
        if values.size != numerical.size:
            raise ValueError(f"{name!r} has {values.size} entries; expected {numerical.size}")
        ax.plot(numerical, values, mark, markersize=6, markerfacecolor="none", label=name)
    ax.set(xlabel="numerical gradient", ylabel="gradient returned", aspect="equal")
    ax.legend(fontsize=8)
    return ax
