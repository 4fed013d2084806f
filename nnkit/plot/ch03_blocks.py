"""Chapter 3's picture of an affine layer: matrices as blocks whose sides bear N, D and M."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

SIDES = {"N": (1.0, "#0072B2"), "D": (1.5, "#D55E00"), "M": (0.8, "#009E73"), "1": (0.42, "0.4")}
GAP = 0.38  # room before a block for the letter of its rows


def product(ax: Axes, blocks: list[tuple[str, str, str]], title: str = "") -> Axes:
    """Draw a row of blocks (label, rows, columns); a block without sides is a sign between them.

    Equal sides have equal lengths and colors, so that the side summed over can be seen to vanish.
    """
    x, height = 0.0, 1.7
    for label, rows, columns in blocks:
        if not rows:
            ax.text(x + 0.25, height / 2, label, ha="center", va="center", fontsize=14)
            x += 0.5
            continue
        (tall, left), (wide, top) = SIDES[rows], SIDES[columns]
        bottom = (height - tall) / 2
        ax.add_patch(Rectangle((x + GAP, bottom), wide, tall, fc="0.93", ec="0.3"))
        ax.text(x + GAP + wide / 2, height / 2, label, ha="center", va="center", fontsize=10)
        for ends, color in (
            (((x + GAP, x + GAP), (bottom, bottom + tall)), left),
            (((x + GAP, x + GAP + wide), (bottom + tall, bottom + tall)), top),
        ):
            ax.plot(*ends, color=color, lw=4, solid_capstyle="butt")
        ax.text(x + GAP - 0.1, height / 2, rows, color=left, ha="right", va="center", weight="bold")
        ax.text(
            x + GAP + wide / 2, bottom + tall + 0.06, columns, color=top, ha="center", weight="bold"
        )
        x += wide + GAP + 0.1
    ax.set(xlim=(-0.1, 7.6), ylim=(-0.1, 2.1), aspect="equal", title=title)
    ax.axis("off")
    return ax
