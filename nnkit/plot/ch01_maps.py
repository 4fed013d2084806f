"""Chapter 1's diagrams: the map of the field, two pipelines, the agent's loop, blame in a chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, FancyBboxPatch

BLAME = "#B84A00"
# center, text, color, size, weight: what stands where on the map
PLACES = (
    (9, 10.45, "ARTIFICIAL INTELLIGENCE", "0.2", 11, "bold"),
    (9, 9.3, "A* path search · alpha–beta chess programs · expert systems\n"
     "(rules written by people, no learning)", "0.15", 10.5, "normal"),
    (9, 7.85, "MACHINE LEARNING", "0.2", 11, "bold"),
    (9, 6.95, "nearest neighbors · ridge regression · decision trees · SVM · k-means · PCA",
     "0.15", 10.5, "normal"),
    (3.95, 4.75, "NEURAL\nNETWORKS", "C0", 12, "bold"),
    (4.05, 2.8, "perceptron\ntwo-layer nets\nHopfield nets", "0.1", 11, "normal"),
    (9, 4.9, "deep neural nets", "0.1", 11.5, "bold"),
    (9, 3.1, "CNN · ResNet\nLSTM\nTransformer", "0.1", 11, "normal"),
    (14.05, 4.75, "DEEP\nLEARNING", "C1", 12, "bold"),
    (13.95, 2.8, "deep forests\ndeep belief nets\nas graphical models", "0.1", 11, "normal"),
)  # fmt: skip


def field_map() -> Figure:
    """Draw AI around machine learning around two overlapping ellipses: networks, deep learning."""
    figure, ax = plt.subplots(figsize=(9, 5.6))
    ax.set(xlim=(0, 18), ylim=(0, 11.2))
    ax.axis("off")
    _box(ax, 0.1, 0.1, 17.8, 11, face="0.965", edge="0.5", rounding=0.6)
    _box(ax, 0.5, 0.4, 17, 8.0, face="0.90", edge="0.4", rounding=0.6)
    for center, color in (((6.6, 3.45), "C0"), ((11.4, 3.45), "C1")):
        ax.add_patch(Ellipse(center, 9.8, 5.7, fc=color, ec="none", alpha=0.22))
        ax.add_patch(Ellipse(center, 9.8, 5.7, fc="none", ec=color, lw=2))
    for x, y, text, color, size, weight in PLACES:
        ax.text(x, y, text, color=color, fontsize=size, weight=weight, ha="center", va="center")
    return figure


def pipelines() -> Figure:
    """Draw the classical pipeline above the deep one; blue stages have parameters set by data."""
    figure, ax = plt.subplots(figsize=(9, 2.9))
    start = [("image", 0, 0.0, 1.0), ("preprocess", 0, 1.6, 1.5)]
    end = [("predict", 1, 7.8, 1.2), ("label", 0, 9.6, 1.0)]
    by_hand = [("extract\nfeatures", 0, 3.7, 1.4), ("transform\nfeatures", 1, 5.7, 1.5)]
    layers = [("layer 1", 1, 3.7, 0.9), ("layer 2", 1, 5.0, 0.9), ("...", 1, 6.3, 0.9)]
    _stages(ax, 2.0, [*start, *by_hand, *end])
    _stages(ax, 0.4, [*start, *layers, *end])
    bold: dict[str, Any] = {"fontsize": 9.5, "weight": "bold"}
    ax.text(0, 3.15, "classical pipeline: stages built one after the other", **bold)
    ax.text(0, 1.55, "deep pipeline: all blue stages learned together, from one loss", **bold)
    _arrow(ax, (9.0, 0.12), (3.7, 0.12), "C1")
    note = "the error travels back through every stage"
    ax.text(6.35, -0.2, note, color=BLAME, ha="center", fontsize=9)
    ax.set(xlim=(-0.1, 10.7), ylim=(-0.4, 3.5))
    ax.axis("off")
    return figure


def agent_loop() -> Figure:
    """Draw the loop of reinforcement learning: action one way, reward and new state back."""
    figure, ax = plt.subplots(figsize=(7.5, 2.1))
    for x, text, color in (
        (0.0, "agent\ncorrects one entry\nof its table Q", "C0"),
        (6.4, "world\nhidden from the agent", "0.6"),
    ):
        _box(ax, x, 0.5, 2.6, 1.4, face=color, edge="none", alpha=0.2)
        _box(ax, x, 0.5, 2.6, 1.4, face="none", edge=color)
        ax.text(x + 1.3, 1.2, text, ha="center", va="center", fontsize=10)
    _arrow(ax, (2.7, 1.65), (6.3, 1.65), "C0")
    _arrow(ax, (6.3, 0.75), (2.7, 0.75), "0.4")
    ax.text(4.5, 1.8, "action a", ha="center", fontsize=10, color="C0")
    ax.text(4.5, 0.9, "reward r, new state s′", ha="center", fontsize=10)
    ax.set(xlim=(-0.2, 9.2), ylim=(0.3, 2.2))
    ax.axis("off")
    return figure


def credit_chain(w: Sequence[float], x: float, y: float) -> Figure:
    """Draw the product w3 w2 w1 x: values forward above, derivatives of (yhat − y)²/2 below.

    Each number below an edge is the loss's derivative with respect to the value above it; the bar
    under a weight has the length of that weight's derivative.
    """
    values = [x]
    for weight in w:
        values.append(values[-1] * weight)
    blame = [values[-1] - y]
    for weight in reversed(w):
        blame.insert(0, blame[0] * weight)
    figure, ax = plt.subplots(figsize=(9, 3.4))
    for i, value in enumerate(values):
        left, right = 2.2 * i - 1.35, 2.2 * i - 0.1
        name = ("x", "", "", "ŷ")[i] if len(w) == 3 else ""
        _arrow(ax, (left, 2.1), (right, 2.1), "0.4")
        _arrow(ax, (right, 1.75), (left, 1.75), BLAME)
        label = f"{name} = {value:g}" if name else f"{value:g}"
        ax.text((left + right) / 2, 2.2, label, ha="center", fontsize=10.5, color="C0")
        ax.text(
            (left + right) / 2, 1.42, _signed(blame[i]), ha="center", fontsize=10.5, color=BLAME
        )
    for i, weight in enumerate(w):
        at, slope = 2.2 * i, values[i] * blame[i + 1]
        _box(ax, at, 1.5, 0.75, 0.85, face="C0", edge="C0", alpha=0.25)
        ax.text(at + 0.375, 1.92, f"$w_{i + 1}$ = {weight:g}", ha="center", va="center", fontsize=9)
        ax.barh(0.75, 0.28 * slope, height=0.22, left=at + 0.375, color=BLAME)
        ax.plot([at + 0.375] * 2, [0.55, 0.95], color="0.3", linewidth=1)
        text = f"∂L/∂$w_{i + 1}$ = {values[i]:g} · ({_signed(blame[i + 1])}) = {_signed(slope)}"
        ax.text(at + 0.375, 0.22, text, ha="center", fontsize=9)
    at = 2.2 * len(w)
    _box(ax, at, 1.5, 1.35, 0.85, face="white", edge="0.4")
    loss = (values[-1] - y) ** 2 / 2
    ax.text(
        at + 0.675, 1.92, f"L = ½(ŷ − {y:g})²\n= {loss:g}", ha="center", va="center", fontsize=9
    )
    ax.text(-1.35, 2.75, "forward: values", color="C0", fontsize=10, weight="bold")
    note = "backward: derivatives of the loss"
    ax.text(at + 1.35, 2.75, note, color=BLAME, ha="right", fontsize=10, weight="bold")
    ax.plot([at, at + 0.28], [0.75] * 2, color=BLAME, linewidth=3, solid_capstyle="butt")
    ax.text(at + 0.36, 0.75, "length of a bar for 1", va="center", fontsize=8, color="0.3")
    ax.set(xlim=(-1.6, at + 1.7), ylim=(0, 3.05))
    ax.axis("off")
    return figure


def _signed(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _box(
    ax: Axes, x: float, y: float, width: float, height: float, *, face: str, edge: str,
    alpha: float = 1.0, rounding: float = 0.1,
) -> None:  # fmt: skip
    style = f"round,pad=0,rounding_size={rounding}"
    ax.add_patch(
        FancyBboxPatch((x, y), width, height, boxstyle=style, fc=face, ec=edge, alpha=alpha, lw=1.5)
    )


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": color, "lw": 1.6})


def _stages(ax: Axes, y: float, boxes: Sequence[tuple[str, int, float, float]]) -> None:
    for i, (text, learned, x, width) in enumerate(boxes):
        face, edge, alpha = ("C0", "C0", 0.3) if learned else ("white", "0.4", 1.0)
        _box(ax, x, y, width, 0.9, face=face, edge=edge, alpha=alpha)
        ax.text(x + width / 2, y + 0.45, text, ha="center", va="center", fontsize=9)
        if i:
            _arrow(
                ax,
                (boxes[i - 1][2] + boxes[i - 1][3] + 0.06, y + 0.45),
                (x - 0.04, y + 0.45),
                "0.3",
            )
