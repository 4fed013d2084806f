"""Chapter 5's drawing of one product of matrices, multiplied from the left and from the right."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

FROM_LEFT, FROM_RIGHT, GAP = "C1", "C0", 2.2


def two_orders(ax: Axes, units: int = 3, inputs: int = 2) -> Axes:
    """Draw dh_3 J_3 J_2 P_1 for a recurrent net, sizes to scale, and return ax.

    Above, in orange, what backpropagation through time multiplies first, second and third; below,
    in blue, what real-time recurrent learning does. P_1 has a column for each of the
    inputs * units + units**2 + units parameters.
    """
    parameters = inputs * units + units**2 + units
    sizes = [(1, units), (units, units), (units, units), (units, parameters)]
    names = ["$\\mathtt{dh}_3$", "$J_3$", "$J_2$", "$P_1$"]
    ends, left = [], 0.0
    for (rows, columns), name in zip(sizes, names, strict=True):
        for r in range(rows):
            for c in range(columns):
                at = (left + c, rows / 2 - r - 1)
                ax.add_patch(Rectangle(at, 1, 1, fc="0.93", ec="0.6", lw=0.7))
        bare = {"fc": "0.93", "ec": "none", "pad": 1}  # no line of the grid behind the letters
        ax.text(left + columns / 2, 0, name, ha="center", va="center", fontsize=12, bbox=bare)
        ends.append((left, left + columns))
        left += columns + GAP
    height = units / 2 + 0.5
    for step in (1, 2, 3):
        row, wide = ("row, 1 × H", "H × |θ|") if step < 3 else ("row, 1 × |θ|", "row, 1 × |θ|")
        up, down = height + 1.5 * (step - 1), -height - 1.5 * (step - 1)
        _bracket(ax, (ends[0][0], ends[step][1]), up, 0.4, FROM_LEFT, f"{step}: {row}")
        _bracket(ax, (ends[3 - step][0], ends[3][1]), down, -0.4, FROM_RIGHT, f"{step}: {wide}")
    side = left - GAP + 0.8
    for y, color, name in (
        (height + 1.5, FROM_LEFT, "BPTT,\nfrom the left"),
        (-height - 1.5, FROM_RIGHT, "RTRL,\nfrom the right"),
    ):
        ax.text(side, y, name, color=color, va="center", fontsize=10)
    reach = height + 4.2
    ax.set(xlim=(-0.5, side + 6), ylim=(-reach, reach), aspect="equal")
    ax.set_axis_off()
    return ax


def _bracket(
    ax: Axes, ends: tuple[float, float], at: float, tall: float, color: str, text: str
) -> None:
    left, right = ends
    ax.plot([left, left, right, right], [at, at + tall, at + tall, at], color=color, lw=1.4)
    va = "bottom" if tall > 0 else "top"
    ax.text((left + right) / 2, at + 1.2 * tall, text, color=color, ha="center", va=va, fontsize=9)
