"""Chapter 5's drawings of whole networks: arrangements, two rows, encoder and decoder, a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.path import Path as MplPath

from nnkit.validate import check_shape, floats

INPUT, ENCODER, DECODER, OUTPUT = "0.45", "#0072B2", "#CC79A7", "#D55E00"
LOSS = "#009E73"
# title, input steps, output steps
PLANS = (
    ("many-to-one", (0, 1, 2), (2,)),
    ("one-to-many", (0,), (0, 1, 2)),
    ("many-to-many, aligned", (0, 1, 2), (0, 1, 2)),
)


def arrangements() -> Figure:
    """Draw three arrangements of one cell: inputs, states, outputs, losses; time runs rightward."""
    figure, axes = plt.subplots(1, 3, figsize=(9, 3.1))
    for ax, (title, inputs, outputs) in zip(axes, PLANS, strict=True):
        for t in range(3):
            _unit(ax, t, 1, ENCODER, f"$h_{t + 1}$")
            if t:
                _arrow(ax, (t - 0.7, 1), (t - 0.3, 1), "0.3")
        for t in inputs:
            _unit(ax, t, 0, INPUT, f"$x_{t + 1}$")
            _arrow(ax, (t, 0.27), (t, 0.73), "0.3")
        for t in outputs:
            _unit(ax, t, 2, OUTPUT, f"$\\hat y_{{{t + 1}}}$")
            _arrow(ax, (t, 1.27), (t, 1.73), "0.3")
            _arrow(ax, (t, 2.27), (t, 2.6), LOSS)
            ax.text(t, 2.78, f"$L_{t + 1}$", color=LOSS, ha="center", va="center", fontsize=11)
        if len(inputs) < len(outputs):
            for t in range(2):
                _arrow(ax, (t + 0.3, 1.85), (t + 0.75, 1.27), OUTPUT, dotted=True)
        ax.set(xlim=(-0.5, 2.5), ylim=(-0.4, 3.0))
        ax.set_title(title, fontsize=10)
        ax.set_axis_off()
    return figure


def two_rows() -> Figure:
    """Draw a bidirectional net and a stacked one: two rows of states, h below and h' above."""
    figure, axes = plt.subplots(1, 2, figsize=(8.4, 3.4))
    for ax, title in zip(axes, ("bidirectional", "stacked"), strict=True):
        stacked = title == "stacked"
        for t in range(3):
            _unit(ax, t, 0, INPUT, f"$x_{t + 1}$")
            _unit(ax, t, 1, ENCODER, f"$h_{t + 1}$")
            _unit(ax, t, 2, DECODER, f"$h'_{t + 1}$")
            _unit(ax, t, 3, OUTPUT, f"$\\hat y_{{{t + 1}}}$")
            _arrow(ax, (t, 0.27), (t, 0.73), "0.3")
            _arrow(ax, (t, 2.27), (t, 2.73), "0.3")
            if stacked:
                _arrow(ax, (t, 1.27), (t, 1.73), "0.3")
            else:  # both rows read the input, and both are read by the output
                _around(ax, (t + 0.12, 0.27), (t + 0.22, 1.73), 0.42)
                _around(ax, (t - 0.22, 1.27), (t - 0.12, 2.73), -0.42)
            if t:
                _arrow(ax, (t - 0.69, 1), (t - 0.31, 1), ENCODER)
                ends = (t - 0.69, 2), (t - 0.31, 2)
                _arrow(ax, *(ends if stacked else ends[::-1]), DECODER)
        ax.set(xlim=(-0.6, 2.6), ylim=(-0.4, 3.4))
        ax.set_title(title, fontsize=10)
        ax.set_axis_off()
    return figure


def encoder_decoder(text: Sequence[str] = ("3", "1", "4"), start: str = "START") -> Figure:
    """Draw an encoder that reads a text and a decoder that writes it in reverse, to the END."""
    read, fed = list(text), [start, *reversed(text)]
    written = [*reversed(text), "END"]
    figure, ax = plt.subplots(figsize=(9.2, 2.9))
    for t, symbol in enumerate(read):
        _unit(ax, t, 1, ENCODER, f"$h_{t + 1}$")
        _unit(ax, t, 0, INPUT, symbol)
        _arrow(ax, (t, 0.27), (t, 0.73), "0.3")
        if t:
            _arrow(ax, (t - 0.69, 1), (t - 0.31, 1), "0.3")
    first = len(read) + 0.9
    for t, (symbol, answer) in enumerate(zip(fed, written, strict=True)):
        x = first + t
        _unit(ax, x, 1, DECODER, f"$q_{t + 1}$")
        _unit(ax, x, 0, INPUT, symbol)
        _unit(ax, x, 2, OUTPUT, answer)
        _arrow(ax, (x, 0.27), (x, 0.73), "0.3")
        _arrow(ax, (x, 1.27), (x, 1.73), "0.3")
        if t:
            _arrow(ax, (x - 0.69, 1), (x - 0.31, 1), "0.3")
            _arrow(ax, (x - 0.69, 1.8), (x - 0.31, 0.2), OUTPUT, dotted=True)
    _arrow(ax, (len(read) - 0.69, 1), (first - 0.31, 1), "black", width=2.6)
    ax.text(
        len(read) - 0.05,
        1.2,
        f"bridge\n$q_0 = h_{len(read)}$",
        ha="center",
        va="bottom",
        fontsize=10,
        weight="bold",
    )
    ax.text((len(read) - 1) / 2 - 0.3, 1.45, "encoder", color=ENCODER, ha="center", fontsize=11)
    ax.text(first + len(read) / 2, 2.55, "decoder", color=DECODER, ha="center", fontsize=11)
    ax.set(xlim=(-0.5, first + len(read) + 0.5), ylim=(-0.4, 2.9))
    ax.set_axis_off()
    return figure


def attention_map(ax: Axes, weights: Any, read: Sequence[str], written: Sequence[str]) -> AxesImage:
    """Draw weights (T, S), a row for each symbol written, a column for each read; return the image.

    ValueError for weights of another shape than the two texts.
    """
    weights = floats(weights, "weights")
    check_shape(weights, "weights", (len(written), len(read)), "one row a symbol written")
    image = ax.imshow(weights, cmap="Blues", vmin=0, vmax=1, aspect="equal")
    for (t, s), weight in np.ndenumerate(weights):
        if weight >= 0.095:
            ax.text(s, t, f"{weight:.1f}"[1:] if weight < 0.95 else "1", ha="center", va="center",
                    fontsize=7.5, color="white" if weight > 0.55 else "black")  # fmt: skip
    ax.set_xticks(range(len(read)), read)
    ax.set_yticks(range(len(written)), written)
    ax.set(xlabel="read", ylabel="written")
    ax.grid(False)
    return image


def _unit(ax: Axes, x: float, y: float, color: str, label: str) -> None:
    ax.add_patch(Rectangle((x - 0.3, y - 0.26), 0.6, 0.52, fc="white", ec=color, lw=1.8, zorder=2))
    size = 8 if len(label) > 3 and "$" not in label else 10
    ax.text(x, y, label, ha="center", va="center", fontsize=size, zorder=3)


def _arrow(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    color: str,
    *,
    dotted: bool = False,
    width: float = 1.4,
) -> None:
    style = {"arrowstyle": "->", "color": color, "lw": width, "ls": ":" if dotted else "-"}
    ax.annotate("", end, start, arrowprops={**style, "shrinkA": 0, "shrinkB": 0})


def _around(ax: Axes, start: tuple[float, float], end: tuple[float, float], bulge: float) -> None:
    """An arrow upward that passes the box between its ends on the right (bulge > 0) or left."""
    side = start[0] + bulge if bulge > 0 else end[0] + bulge
    curve = MplPath([start, (side, start[1] + 0.4), (side, end[1] - 0.4), end], [1, 4, 4, 4])
    style: Any = {"arrowstyle": "->", "color": "0.3", "lw": 1.4, "mutation_scale": 10}
    ax.add_patch(FancyArrowPatch(path=curve, **style))
