"""Chapter 4's picture of the receptive field: how it grows, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

BELOW, WHOLE = "#0072B2", "#D55E00"


def field_steps(layers: Sequence[tuple[str, int, int, int]]) -> Figure:
    """Draw one panel a layer (name, kernel, stride, dilation), the layer nearest the image first.

    A panel shows, above the pixels, the field that each tap of the layer brings from below, and
    above these the field that they make together.
    """
    heights = [kernel + 2.8 for _, kernel, _, _ in layers]
    figure, axes = plt.subplots(
        len(layers), 1, figsize=(7, 0.24 * sum(heights)), height_ratios=heights, squeeze=False
    )
    widths = [1]
    step = 1
    for ax, (name, kernel, stride, dilation) in zip(axes.flat, layers, strict=True):
        widths.append(widths[-1] + (kernel - 1) * dilation * step)
        title = (
            f"{name}:  R = {widths[-2]} + {kernel - 1}·{dilation}·{step} = {widths[-1]},  "
            f"then T = {step}·{stride} = {step * stride}"
        )
        _panel(ax, kernel, widths[-2], dilation * step, title)
        step *= stride
    for ax, height in zip(axes.flat, heights, strict=True):
        ax.set(xlim=(-0.5, widths[-1] + 4), ylim=(-1.4, height - 1.4))
        ax.axis("off")
    return figure


def _panel(ax: Axes, kernel: int, below: int, apart: int, title: str) -> None:
    whole = below + (kernel - 1) * apart
    for pixel in range(whole):
        ax.add_patch(Rectangle((pixel + 0.06, -1.1), 0.88, 0.88, fc="0.92", ec="0.6", lw=0.8))
    ax.text(whole + 0.2, -0.66, "pixels", va="center", fontsize=8, color="0.3")
    for tap in range(kernel):
        _bar(ax, tap * apart, tap, below, BELOW)
    ax.text(
        whole + 0.2,
        (kernel - 1) / 2 + 0.3,
        "seen by each tap",
        va="center",
        fontsize=8,
        color=BELOW,
    )
    _bar(ax, 0, kernel, whole, WHOLE)
    ax.text(whole + 0.2, kernel + 0.3, "seen by the unit", va="center", fontsize=8, color=WHOLE)
    ax.set_title(title, fontsize=9.5, loc="left")


def _bar(ax: Axes, left: float, bottom: float, width: float, color: str) -> None:
    ax.add_patch(Rectangle((left + 0.06, bottom), width - 0.12, 0.62, fc=color, ec="none"))
