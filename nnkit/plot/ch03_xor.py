"""Chapter 3's picture of XOR: the corners in the plane of the inputs, and in that of OR and AND."""

from __future__ import annotations

from matplotlib.axes import Axes

CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))


def planes(left: Axes, right: Axes) -> None:
    """Draw the four inputs with their XOR on the left, what OR and AND make of them on the right.

    Triangles are to give 1, discs 0. On the left the folds of both neurons are drawn, on the right
    the one line that is enough there.
    """
    for x1, x2 in CORNERS:
        _corner(left, (x1, x2), f"({x1}, {x2})", x1 != x2)
    for (either, both), inputs in {
        (0, 0): "(0, 0)",
        (1, 0): "(0, 1) and (1, 0)",
        (1, 1): "(1, 1)",
    }.items():
        _corner(right, (either, both), inputs, either != both)
    _line(left, (-0.5, 1.0), (1.0, -0.5), "OR: 1 above", (-0.22, 0.72))
    _line(left, (0.0, 1.5), (1.5, 0.0), "AND: 1 above", (0.47, 1.03))
    _line(right, (-0.1, -0.6), (1.6, 1.1), "XOR: 1 below", (0.55, 0.05))
    left.set(title="inputs", xlabel="$x_1$", ylabel="$x_2$")
    right.set(title="hidden layer", xlabel="OR", ylabel="AND")
    for ax in (left, right):
        ax.set(xlim=(-0.5, 1.6), ylim=(-0.5, 1.5), xticks=(0, 1), yticks=(0, 1), aspect="equal")


def _corner(ax: Axes, at: tuple[int, int], name: str, one: bool) -> None:
    mark, color = ("^", "C1") if one else ("o", "C0")
    ax.plot(*at, mark, color=color, markersize=11, zorder=3)
    shift = (0, 11 if at[1] else -17)
    text = f"{name} → {int(one)}"
    ax.annotate(text, at, shift, textcoords="offset points", ha="center", fontsize=8)


def _line(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    name: str,
    at: tuple[float, float],
) -> None:
    ax.plot(*zip(start, end, strict=True), "--", color="0.35", linewidth=1.2)
    turned = 45.0 if end[1] > start[1] else -45.0
    box = {"fc": "white", "ec": "none", "pad": 1}
    ax.text(*at, name, rotation=turned, fontsize=8, ha="center", va="center", bbox=box)
