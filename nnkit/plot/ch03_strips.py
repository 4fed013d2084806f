"""Chapter 3's strip plots: one dot a start, so that luck and ability can be told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from nnkit.validate import floats


def strips(ax: Axes, groups: Mapping[str, Sequence[float]], ylabel: str) -> Axes:
    """Draw the values of each group as dots in a column, its median as a line.

    Dots are spread sideways in a fixed order, so that equal values stay visible. ValueError for a
    group without values.
    """
    for column, (name, values) in enumerate(groups.items()):
        heights = floats(values, f"values of {name}", ("R",))
        if heights.size == 0:
            raise ValueError(f"group {name!r} has no values; expected at least one")
        sideways = column + np.linspace(-0.18, 0.18, len(heights)) if len(heights) > 1 else [column]
        ax.plot(sideways, heights, "o", color=f"C{column}", alpha=0.75, markersize=6)
        middle = float(np.median(heights))
        ax.plot([column - 0.28, column + 0.28], [middle, middle], color="0.15", linewidth=1.6)
    ax.set_xticks(range(len(groups)), list(groups))
    ax.set(xlim=(-0.5, len(groups) - 0.5), ylabel=ylabel)
    ax.grid(False, axis="x")
    return ax
