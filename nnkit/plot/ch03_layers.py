"""Chapter 3's picture of a two-layer network: arrays forward, gradients of the same shape back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import FancyBboxPatch

if TYPE_CHECKING:
    from matplotlib.axes import Axes

VALUE_COLOR, GRAD_COLOR = "#0072B2", "#B84A00"
STAGES = ("affine", "activation", "affine", "loss")
BETWEEN = (("x", "N, D"), ("z_1", "N, H"), ("a_1", "N, H"), ("s", "N, C"), ("L", ""))
WEIGHTS = {0: (("w_1", "D, H"), ("b_1", "H,")), 2: (("w_2", "H, C"), ("b_2", "C,"))}


def both_ways(ax: Axes) -> Axes:
    """Draw the stages of the network, what goes forward above, what comes back below."""
    step, wide = 2.4, 1.15
    for k, name in enumerate(STAGES):
        left = k * step
        box = FancyBboxPatch(
            (left, -0.4), wide, 0.8, boxstyle="round,pad=0.04", fc="0.93", ec="0.3"
        )
        ax.add_patch(box)
        ax.text(left + wide / 2, 0, name, ha="center", va="center", fontsize=10)
        if k in WEIGHTS:
            _weights(ax, left + wide / 2, k)
        elif k == 3:
            _arrow(ax, (left + wide / 2, 1.15), (left + wide / 2, 0.5), VALUE_COLOR)
            ax.text(left + wide / 2, 1.25, "labels $y$ (N,)", ha="center", color=VALUE_COLOR)
    for k, (name, shape) in enumerate(BETWEEN):
        start, end = (k - 1) * step + wide + 0.1, k * step - 0.1
        middle = (start + end) / 2
        _arrow(ax, (start, 0.17), (end, 0.17), VALUE_COLOR)
        _arrow(ax, (end, -0.17), (start, -0.17), GRAD_COLOR)
        ax.text(middle, 0.3, f"${name}$", ha="center", va="bottom", color=VALUE_COLOR)
        text = f"d${name}$" if shape else "1"
        ax.text(middle, -0.3, text, ha="center", va="top", color=GRAD_COLOR)
        if shape:
            ax.text(middle, -0.78, f"({shape})", ha="center", fontsize=9.5, color="0.25")
    ax.set(xlim=(-1.5, 9.9), ylim=(-1.9, 1.75))
    ax.axis("off")
    return ax


def _weights(ax: Axes, x: float, stage: int) -> None:
    names = ", ".join(f"${name}$" for name, _ in WEIGHTS[stage])
    grads = ", ".join(f"d${name}$" for name, _ in WEIGHTS[stage])
    shapes = ", ".join(f"({shape})" for _, shape in WEIGHTS[stage])
    _arrow(ax, (x, 1.0), (x, 0.5), VALUE_COLOR)
    _arrow(ax, (x, -0.5), (x, -1.0), GRAD_COLOR)
    ax.text(x, 1.4, names, ha="center", color=VALUE_COLOR)
    ax.text(x, 1.1, shapes, ha="center", fontsize=9.5, color="0.25")
    ax.text(x, -1.35, grads, ha="center", color=GRAD_COLOR)
    ax.text(x, -1.65, shapes, ha="center", fontsize=9.5, color="0.25")


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": color, "lw": 1.8})
