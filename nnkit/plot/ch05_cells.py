"""Chapter 5's drawings of gated cells: LSTM, peephole, coupled gates, GRU, with some parts lit."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

LIT, PLAIN = "C1", "0.45"
Point = tuple[float, float]


class Wire(NamedTuple):
    """A line through points, with an arrowhead at its end or a dot at its start."""

    part: str
    points: tuple[Point, ...]
    head: bool = True
    dot: bool = False


class Node(NamedTuple):
    """A function ("square") or an operation ("circle") at a point."""

    part: str
    at: Point
    text: str
    style: str = "circle"


class Label(NamedTuple):
    """The name of what flows along a wire."""

    part: str
    at: Point
    text: str


Item = Wire | Node | Label


def _gate(part: str, x: float, text: str, name: str, at: Point) -> tuple[Item, ...]:
    up = Wire(part, ((x, 0.9), (x, 1.42)), dot=True)
    return up, Node(part, (x, 1.7), text, "square"), Label(part, at, name)


FORGET = (*_gate("f", 2.3, "σ", "$f$", (2.05, 2.2)), Wire("f", ((2.3, 2.0), (2.3, 3.78))))
CANDIDATE = (
    *_gate("g", 5.3, "tanh", "$\\tilde{c}$", (5.55, 2.2)),
    Wire("g", ((5.3, 2.0), (5.3, 2.8), (4.82, 2.8))),
)
WRITE = (Wire("write", ((4.6, 3.0), (4.6, 3.78))), Node("write", (4.6, 2.8), "×"))
OUTPUT = (
    *_gate("o", 7.05, "σ", "$o$", (6.8, 2.2)),
    Wire("o", ((7.05, 1.98), (7.05, 2.03), (8.08, 2.03))),
)
SHOW = (
    Wire("show", ((8.3, 4), (8.3, 3.45)), dot=True),
    Node("show", (8.3, 3.2), "tanh", "square"),
    Wire("show", ((8.3, 2.95), (8.3, 2.25))),
    Wire("show", ((8.3, 1.8), (8.3, 0.9), (10.2, 0.9))),
    Node("show", (8.3, 2.03), "×"),
    Label("show", (10.55, 0.9), "$h_t$"),
)
CELL = (
    Wire("cell", ((0, 4), (2.08, 4))),
    Wire("cell", ((2.52, 4), (4.38, 4))),
    Wire("cell", ((4.82, 4), (10.2, 4))),
    Node("cell", (2.3, 4), "×"),
    Node("cell", (4.6, 4), "+"),
    Label("cell", (-0.15, 4), "$c_{t-1}$"),
    Label("cell", (10.55, 4), "$c_t$"),
)
INPUTS = (
    Wire("inputs", ((0, 0.9), (7.05, 0.9)), head=False),
    Wire("inputs", ((1.6, 0.9), (1.6, -0.3)), head=False, dot=True),
    Label("inputs", (-0.15, 0.9), "$h_{t-1}$"),
    Label("inputs", (1.6, -0.6), "$x_t$"),
)
INPUT_GATE = (
    *_gate("i", 3.9, "σ", "$i$", (3.65, 2.2)),
    Wire("i", ((3.9, 2.0), (3.9, 2.8), (4.38, 2.8))),
)
LSTM = (*INPUTS, *CELL, *FORGET, *INPUT_GATE, *CANDIDATE, *WRITE, *OUTPUT, *SHOW)
PEEPHOLES = (
    Wire("peephole", ((1.0, 4), (1.0, 1.7), (1.95, 1.7)), dot=True),
    Wire("peephole", ((1.0, 3.2), (3.2, 3.2), (3.2, 1.7), (3.55, 1.7)), dot=True),
    Wire("peephole", ((6.3, 4), (6.3, 1.7), (6.7, 1.7)), dot=True),
    Label("peephole", (0.55, 2.35), "$p_f$"),
    Label("peephole", (2.75, 2.75), "$p_i$"),
    Label("peephole", (5.85, 2.75), "$p_o$"),
)
COUPLED = (
    Wire("i", ((2.3, 2.8), (3.05, 2.8)), dot=True),
    Node("i", (3.4, 2.8), "$1-f$", "square"),
    Wire("i", ((3.75, 2.8), (4.38, 2.8))),
)
GRU = (
    *(item for item in INPUTS if not (isinstance(item, Wire) and item.points[0] == (0, 0.9))),
    Wire("inputs", ((0.9, 0.9), (4.2, 0.9)), head=False),
    Wire("inputs", ((0.9, 4), (0.9, 0.9)), head=False, dot=True),
    Wire("inputs", ((1.6, 0.05), (6.75, 0.05), (6.75, 1.42)), dot=True),
    Wire("state", ((0, 4), (3.98, 4))),
    Wire("state", ((4.42, 4), (6.18, 4))),
    Wire("state", ((6.62, 4), (10.2, 4))),
    Node("state", (4.2, 4), "×"),
    Node("state", (6.4, 4), "+"),
    Label("state", (-0.15, 4), "$h_{t-1}$"),
    Label("state", (10.55, 4), "$h_t$"),
    *_gate("r", 2.3, "σ", "$r$", (2.05, 2.35)),
    Wire("r", ((0.9, 3.0), (2.08, 3.0)), dot=True),
    Wire("r", ((2.3, 2.0), (2.3, 2.78))),
    Node("r", (2.3, 3.0), "×"),
    Wire("r", ((2.52, 3.0), (3.2, 3.0), (3.2, 0.45), (6.05, 0.45), (6.05, 1.42))),
    *_gate("z", 4.2, "σ", "$z$", (3.95, 2.35)),
    Wire("z", ((4.2, 2.0), (4.2, 3.78))),
    Wire("z", ((4.2, 2.8), (4.9, 2.8)), dot=True),
    Node("z", (5.25, 2.8), "$1-z$", "square"),
    Wire("z", ((5.6, 2.8), (6.18, 2.8))),
    Node("g", (6.4, 1.7), "tanh", "square"),
    Wire("g", ((6.4, 2.0), (6.4, 2.58))),
    Wire("g", ((6.4, 3.02), (6.4, 3.78))),
    Node("g", (6.4, 2.8), "×"),
    Label("g", (7.0, 2.35), "$\\tilde{h}$"),
)
CELLS: dict[str, tuple[Item, ...]] = {
    "lstm": LSTM,
    "peephole": (*LSTM, *PEEPHOLES),
    "coupled": (*INPUTS, *CELL, *FORGET, *COUPLED, *CANDIDATE, *WRITE, *OUTPUT, *SHOW),
    "gru": tuple(i for i in GRU if not (isinstance(i, Label) and i.at == (-0.15, 0.9))),
}


def cell(ax: Axes, kind: str, lit: Collection[str] = (), title: str = "", size: float = 9) -> Axes:
    """Draw a cell ("lstm", "peephole", "coupled", "gru") and return ax; `lit` parts are orange.

    Parts: inputs, cell, f, i, g, o, write, show, peephole; of the GRU inputs, state, z, r, g.
    size: of the letters in the boxes, in points.
    ValueError for another kind or part. The LSTM is laid out as in Olah (2015).
    """
    if kind not in CELLS:
        raise ValueError(f"kind is {kind!r}; expected one of {sorted(CELLS)}")
    items = CELLS[kind]
    unknown = set(lit) - {item.part for item in items}
    if unknown:
        parts = sorted({item.part for item in items})
        raise ValueError(f"lit names {sorted(unknown)}; the parts of {kind!r} are {parts}")
    ax.add_patch(Rectangle((0.5, -0.1), 8.9, 4.8, facecolor="0.97", edgecolor="0.8", zorder=0))
    for item in sorted(items, key=lambda item: item.part in lit):
        _draw(ax, item, item.part in lit, size)
    ax.set(xlim=(-1.3, 11), ylim=(-0.9, 5), title=title, aspect="equal")
    ax.set_axis_off()
    return ax


def _draw(ax: Axes, item: Item, lit: bool, size: float) -> None:
    color, width = (LIT, 2.6) if lit else (PLAIN, 1.4)
    if isinstance(item, Wire):
        points = np.array(item.points, dtype=float)
        ax.plot(*points.T, color=color, lw=width, solid_capstyle="round", zorder=1 + lit)
        if item.dot:
            ax.plot(*item.points[0], "o", color=color, ms=4, zorder=1 + lit)
        if item.head:
            step = points[-1] - points[-2]
            tail = points[-1] - 0.3 * step / np.linalg.norm(step)
            arrow = {"arrowstyle": "-|>", "color": color, "lw": width, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", tuple(points[-1]), tuple(tail), arrowprops=arrow, zorder=1 + lit)
        return
    if isinstance(item, Label):
        black = LIT if lit else "0.15"
        side = "right" if item.at[0] < 0 else "center"  # else a line would touch the subscript
        ax.text(*item.at, item.text, fontsize=size + 3, ha=side, va="center", color=black, zorder=4)
        return
    pad = 0.35 if item.style == "square" else 0.12
    box = {"boxstyle": f"{item.style},pad={pad}", "fc": "white", "ec": color, "lw": width}
    ax.text(*item.at, item.text, ha="center", va="center", fontsize=size, zorder=3, bbox=box)
