"""Chapter 3's picture of dropout: a small network, and which of its units a draw has removed."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes


def thinned(ax: Axes, layers: Sequence[Sequence[bool]], title: str = "") -> Axes:
    """Draw a fully connected network; layers hold, for each unit, whether it is kept.

    The connections of a removed unit are left out, and the unit is crossed. The first layer, the
    input, is gray squares.
    """
    for column, kept in enumerate(layers):
        last = column == len(layers) - 1
        for row, here in enumerate(kept):
            y = row - (len(kept) - 1) / 2
            if here and not last:
                for above, there in enumerate(layers[column + 1]):
                    if there:
                        y_next = above - (len(layers[column + 1]) - 1) / 2
                        ax.plot([column, column + 1], [y, y_next], color="0.65", lw=0.9, zorder=1)
            face, edge = ("C0" if column else "0.85", "k") if here else ("white", "0.6")
            mark = "o" if column else "s"  # inputs are data, not neurons
            ax.scatter(column, y, s=170, marker=mark, color=face, edgecolors=edge, zorder=2)
            if not here:
                ax.plot(column, y, "x", color="C1", markersize=13, markeredgewidth=2.5, zorder=3)
    tallest = max(len(kept) for kept in layers)
    ax.set(title=title, xlim=(-0.4, len(layers) - 0.6), ylim=(-tallest / 2, tallest / 2))
    ax.axis("off")
    return ax
