"""Figures of chapter 2 on classification: hyperplanes, code lengths, calibration, temperature."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nnkit.validate import Array, floats

ARROW = {"arrowstyle": "-|>", "lw": 1.8, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 13}


def hyperplane(ax: Axes, w: Any, b: float, reach: float = 10.0) -> Axes:
    """Draw the line w . x + b = 0 in the plane and shade the side of positive scores; w (2,)."""
    w = floats(w, "w", (2,))
    length = float(np.linalg.norm(w))
    foot, along = -b * w / length**2, np.array([-w[1], w[0]]) / length
    ends = np.array([foot - reach * along, foot + reach * along])
    ax.plot(*ends.T, color="k", lw=1.8)
    beyond = ends[::-1] + reach * w / length
    ax.fill(*np.concatenate([ends, beyond]).T, color="C0", alpha=0.08, lw=0)
    return ax


def zero_line(ax: Axes, w: Any, b: float, reach: float = 10.0) -> Axes:
    """Draw the line w . x + b = 0 dashed, with plus signs on the side of positive scores; w (2,).

    The axes keep their limits; without a line inside them nothing is drawn.
    """
    w = floats(w, "w", (2,))
    length = float(np.linalg.norm(w))
    limits = np.array([ax.get_xlim(), ax.get_ylim()]).T  # (2, 2): the lower and the upper corner
    foot = limits.mean(axis=0)
    foot = foot - (foot @ w + b) / length**2 * w  # the point of the line nearest to the middle
    points = foot + np.linspace(-reach, reach, 401)[:, None] * np.array([-w[1], w[0]]) / length
    points = points[((points > limits[0]) & (points < limits[1])).all(axis=1)]
    if len(points):
        ax.plot(*points.T, color="k", ls="--", lw=1.2)
        for point in points[[len(points) // 12, len(points) // 3]]:
            x, y = point + 0.04 * (limits[1] - limits[0]).max() * w / length
            ax.text(x, y, "+", fontsize=15, weight="bold", ha="center", va="center", clip_on=True)
    ax.set(xlim=limits[:, 0], ylim=limits[:, 1])
    return ax


def arrow(ax: Axes, start: Any, step: Any, color: str, text: str = "", shift: Any = (4, 4)) -> None:
    """Draw an arrow of true length from start (2,) along step (2,), named at its head."""
    start, step = floats(start, "start", (2,)), floats(step, "step", (2,))
    ax.annotate("", xy=start + step, xytext=start, arrowprops=ARROW | {"color": color}, zorder=4)
    if text:
        ax.annotate(text, start + step, shift, textcoords="offset points", color=color)


def distance(w: Any, b: float, x: Any) -> Figure:
    """Draw a hyperplane in the plane, its normal vector w and the distance of the point x (2,)."""
    w, x = floats(w, "w", (2,)), floats(x, "x", (2,))
    length, score = float(np.linalg.norm(w)), float(x @ w) + b
    foot = x - score / length**2 * w
    figure, ax = plt.subplots(figsize=(5.4, 4.6))
    hyperplane(ax, w, b)
    anchor = -b * w / length**2 + 1.6 * np.array([w[1], -w[0]]) / length
    arrow(ax, anchor, w / length, "C1", "w / ‖w‖, length 1", (5, -3))
    ax.plot(*np.stack([foot, x]).T, color="C0", ls="--")
    ax.plot(*x, "ko", ms=7)
    ax.plot(*foot, "o", color="C0", ms=5)
    middle = (foot + x) / 2
    ax.annotate(
        f"distance\n{score:g} / {length:g} = {score / length:g}",
        middle,
        (-8, 2),
        textcoords="offset points",
        ha="right",
        color="C0",
    )
    ax.annotate(f"x, score {score:g}", x, (8, 0), textcoords="offset points")
    ax.text(-1.25, 2.35, "score 0", rotation=-36.87, rotation_mode="anchor")
    ax.set(xlim=(-1.6, 5.6), ylim=(-1.6, 4.9), aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
    return figure


def code_lengths(ax: Axes, happens: Any, code_for: Any) -> float:
    """Draw word lengths as heights and probabilities as widths; return the average length in bits.

    happens, code_for (K,): the probabilities of the events, and those the code was made for. The
    area is the cross-entropy; the line is the best code for what happens, with the entropy below.
    """
    happens, code_for = floats(happens, "happens", ("K",)), floats(code_for, "code_for", ("K",))
    left = np.concatenate([[0.0], np.cumsum(happens)])
    for k, (p, q) in enumerate(zip(happens, code_for, strict=True)):
        had, best = -np.log2(q), -np.log2(p) if p > 0 else 0.0
        low, high = sorted((had, best))
        ax.add_patch(Rectangle((left[k], 0), p, low, fc="C5", ec="none", alpha=0.55))
        over = had > best
        ax.add_patch(
            Rectangle(
                (left[k], low),
                p,
                high - low,
                fc="C1" if over else "none",
                ec="C1" if over else "C0",
                hatch="" if over else "///",
                alpha=0.75,
                lw=0 if over else 0.8,
            )
        )
        ax.plot([left[k], left[k + 1]], [had, had], color="k", lw=2.2)
        ax.plot([left[k], left[k + 1]], [best, best], color="C0", lw=1.6, ls="--")
        if p > 0.03:
            ax.text((left[k] + left[k + 1]) / 2, 0.1, "ABCDEFGH"[k], ha="center", va="bottom")
    ax.set(xlim=(0, 1), ylim=(0, 4.3), xlabel="probability: how often each kind of weather occurs")
    ax.set(ylabel="bits of its word")
    ax.grid(False)
    return float(-np.sum(happens * np.log2(code_for)))


def calibration(ax: Axes, p: Any, y: Any, edges: Sequence[float], color: str, label: str) -> Array:
    """Draw the share of positives against the mean probability in each bin; return the points.

    p (N,) probabilities, y (N,) of 0 and 1, edges (B + 1,) of the bins. Bars are one standard
    error of a share. Returns (bins used, 3): mean probability, share, how many.
    """
    p, y = floats(p, "p", ("N",)), floats(y, "y", ("N",))
    points = []
    for low, high in pairwise(edges):
        inside = (p >= low) & (p < high)
        if inside.sum() >= 5:
            points.append((p[inside].mean(), y[inside].mean(), float(inside.sum())))
    found = np.array(points)
    mean, share, count = found.T
    # An observed share of 0 or 1 has no spread of its own: the predicted one says how far to trust
    # it.
    error = np.sqrt(np.maximum(share * (1 - share), mean * (1 - mean)) / count)
    ax.errorbar(mean, share, error, fmt="o-", color=color, lw=1.2, capsize=3, label=label)
    return found


def temperature(scores: Any, tau: float, taus: Any) -> Figure:
    """Draw softmax(scores / tau): bars at this tau, and every class over all taus; scores (K,)."""
    scores, taus = floats(scores, "scores", ("K",)), floats(taus, "taus", ("T",))

    def soft(t: float) -> Array:
        powers = np.exp((scores - scores.max()) / t)
        return powers / powers.sum()

    figure, (left, right) = plt.subplots(1, 2, figsize=(8.5, 3.3), width_ratios=(1, 1.5))
    now = soft(tau)
    for k, value in enumerate(now):
        left.bar(k, value, color=f"C{k}")
        left.text(k, value + 0.02, f"{value:.3f}", ha="center")
        path = [soft(t)[k] for t in taus]
        right.semilogx(taus, path, color=f"C{k}", label=f"class {k}")
        right.plot(tau, value, "so^Dv"[k % 5], color=f"C{k}", ms=7)
    right.axvline(tau, color="0.6", lw=0.8)
    left.set(ylim=(0, 1.1), xticks=range(len(scores)), xlabel="class", ylabel="probability")
    right.set(ylim=(-0.03, 1.1), xlabel="temperature τ", ylabel="probability")
    right.legend(loc="center left")
    figure.suptitle(f"temperature {tau:g}")
    return figure
