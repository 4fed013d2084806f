"""Chapter 5's drawing of one step of attention, with the numbers of a small example."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nnkit.validate import floats

QUERY, KEY, VALUE = "#F3B48D", "#9CC7E4", "#97D3BE"
Point = tuple[float, float]


def attention_step(q: Any, k: Any, v: Any) -> Figure:
    """Draw one query against all keys, the weights, and the mean of the values.

    q (D,), k (S, D), v (S,): numbers as they are written in the boxes. From left to right the
    scores q·k / sqrt(D), their softmax, and the weighted mean.
    """
    q, k, v = floats(q, "q", ("D",)), floats(k, "k", ("S", "D")), floats(v, "v", ("S",))
    scores = k @ q / np.sqrt(len(q))
    e = np.exp(scores - scores.max())
    weights = e / e.sum()
    figure, ax = plt.subplots(figsize=(9.5, 2.9))
    rows = [1.5 * (len(k) - 1 - s) for s in range(len(k))]
    middle = rows[0] / 2
    columns = {
        "query": 0.0,
        "keys": 3.6,
        "scores": 7.0,
        "weights": 9.3,
        "values": 11.4,
        "out": 14.2,
    }
    _vector(ax, (columns["query"], middle), q, QUERY)
    for s, y in enumerate(rows):
        _vector(ax, (columns["keys"], y), k[s], KEY)
        _vector(ax, (columns["values"], y), v[s : s + 1], VALUE)
        _arrow(ax, (len(q) * 0.62 + 0.05, middle), (columns["keys"] - 0.1, y))
        _number(ax, (columns["scores"] + 0.4, y), scores[s])
        _number(ax, (columns["weights"] + 0.4, y), weights[s])
        _arrow(ax, (columns["keys"] + len(q) * 0.62 + 0.1, y), (columns["scores"] - 0.05, y))
        _arrow(ax, (columns["scores"] + 0.9, y), (columns["weights"] - 0.05, y))
        ax.text(columns["weights"] + 1.55, y, "×", ha="center", va="center", fontsize=12)
        _arrow(ax, (columns["values"] + 0.75, y), (columns["out"] - 0.15, middle))
        ax.text(columns["keys"] - 0.15, y + 0.42, f"$k_{s + 1}$", ha="right", fontsize=10)
        ax.text(columns["values"] + 0.85, y + 0.42, f"$v_{s + 1}$", ha="left", fontsize=10)
    _vector(ax, (columns["out"], middle), np.array([weights @ v]), QUERY)
    top = rows[0] + 1.15
    notes = {
        "query": (0.31 * len(q), "query $q$"),
        "keys": (0.31 * len(q), "keys"),
        "scores": (0.4, "scores\n$qk^\\top/\\sqrt{D}$"),
        "weights": (0.4, "weights\nsoftmax"),
        "values": (0.31, "values"),
        "out": (0.31, "out\n(the sum)"),
    }
    for name, (shift, text) in notes.items():
        ax.text(
            columns[name] + shift, top, text, ha="center", va="bottom", fontsize=9.5, color="0.25"
        )
    ax.set(xlim=(-0.3, columns["out"] + 1.1), ylim=(-0.7, top + 1.0), aspect="equal")
    ax.set_axis_off()
    return figure


def _vector(ax: Axes, at: Point, values: Any, color: str) -> None:
    for n, value in enumerate(values):
        corner = (at[0] + 0.62 * n, at[1] - 0.31)
        ax.add_patch(Rectangle(corner, 0.62, 0.62, fc=color, ec="0.35", lw=0.8))
        ax.text(corner[0] + 0.31, at[1], f"{value:.3g}", ha="center", va="center", fontsize=8)


def _number(ax: Axes, at: Point, value: float) -> None:
    ax.text(*at, f"{value:.2f}", ha="center", va="center", fontsize=10)


def _arrow(ax: Axes, start: Point, end: Point) -> None:
    look = {"arrowstyle": "->", "color": "0.4", "lw": 1.2, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=look)
