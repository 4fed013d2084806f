"""Chapter 3's picture of gradient checks: the relative difference of each gradient tried."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes


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
