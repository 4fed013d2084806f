"""Chapter 1's pictures of data: a rotating direction, digits in a plane, neighbors' regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from nnkit.plot import decision_regions
from nnkit.validate import Array, floats

# Light to dark, and no two neighbors in the list alike: the digit itself tells the class apart.
DIGIT_COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8A6D00",
                "#2A9DD6", "#444444", "#882255", "#6A3D9A", "#B8860B")  # fmt: skip


def direction_frame(x: Any, degrees: float) -> Figure:
    """Draw centered points x (N, 2), their feet on the line at this angle, and their variance.

    Left the cloud; right the variance along the direction as a function of the angle, u' S u.
    """
    x = floats(x, "x", ("N", 2))
    x = x - x.mean(axis=0)
    covariance = x.T @ x / len(x)
    angles = np.radians(np.arange(181))
    turned = np.stack([np.cos(angles), np.sin(angles)], axis=1)  # (181, 2)
    spread = ((turned @ covariance) * turned).sum(axis=1)
    u = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    feet = np.outer(x @ u, u)
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    reach = 1.25 * np.abs(x).max()
    left.plot(*np.outer([-2 * reach, 2 * reach], u).T, color="0.7", linewidth=1)
    for point, foot in zip(x, feet, strict=True):
        left.plot(*np.stack([point, foot]).T, color="0.6", linewidth=0.9, linestyle=":")
    left.plot(*x.T, "o", color="C0", markersize=7, label="examples")
    left.plot(*feet.T, "D", color="C1", markersize=6, label="their projections")
    left.annotate("", u, (0, 0), arrowprops={"arrowstyle": "->", "lw": 2, "color": "0.15"})
    beside = 0.55 * u + 0.09 * reach * np.array([-u[1], u[0]])  # off the points and projections
    left.text(*beside, "u", fontsize=12, ha="center", va="center")
    left.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    left.set(xlabel="feature 1", ylabel="feature 2", title=f"direction at {degrees:g}°")
    left.legend(fontsize=8, loc="lower right")
    value = float(u @ covariance @ u)
    right.plot(np.degrees(angles), spread, color="0.6")
    right.plot(degrees, value, "D", color="C1", markersize=8)
    right.vlines(degrees, 0, value, color="C1")
    for eigenvalue in np.linalg.eigvalsh(covariance):
        right.axhline(eigenvalue, color="0.4", linestyle=":", linewidth=1)
        right.text(182, eigenvalue, f"{eigenvalue:.1f}", fontsize=8.5, va="center")
    right.set(xlim=(0, 180), ylim=(0, 1.15 * spread.max()), xticks=range(0, 181, 45))
    right.set(
        xlabel="angle of u (degrees)", ylabel="variance along u", title=f"variance {value:.2f}"
    )
    return figure


def rule_map(shares: Any, marked: Mapping[str, int], constant: float) -> Figure:
    """Draw the best share of each of 8 × 8 pixels, and all thresholds of the marked ones.

    shares (64, T): how often the rule "darker than threshold t" is right; marked: name -> pixel;
    constant: how often the one answer is right that looks at no pixel. Blue pixels do better.
    """
    shares = floats(shares, "shares", (64, "T"))
    best = 100 * shares.max(axis=1).reshape(8, 8)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.9))
    reach = float(np.abs(best - 100 * constant).max())
    low, high = 100 * constant - reach, 100 * constant + reach
    left.imshow(best, cmap="RdBu", vmin=low, vmax=high)
    for row, column in np.ndindex(8, 8):
        shade = "white" if abs(best[row, column] - 100 * constant) > 0.7 * reach else "0.2"
        left.text(column, row, f"{best[row, column]:.0f}", color=shade, fontsize=8.5,
                  ha="center", va="center")  # fmt: skip
    thresholds = (np.arange(shares.shape[1]) + 0.5) / shares.shape[1]
    for i, (name, pixel) in enumerate(marked.items()):
        row, column = divmod(pixel, 8)
        box = plt.Rectangle(
            (column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=f"C{i + 1}", lw=3
        )
        left.add_patch(box)
        label = f"row {row}, column {column} ({name})"
        right.plot(thresholds, 100 * shares[pixel], f"{'os'[i]}-", color=f"C{i + 1}", label=label)
    left.set(xticks=range(8), yticks=range(8), xlabel="column", ylabel="row")
    left.set_title("best threshold of each pixel: % right")
    left.grid(False)
    right.set(xlabel="threshold", ylabel="% right (training)", title="all thresholds of two pixels")
    right.legend(fontsize=8)
    return figure


def digit_planes(planes: Mapping[str, Any], digits: Any) -> Figure:
    """Draw each plane (N, 2): every example as its digit, (N,), large at the class's median."""
    figure, axes = plt.subplots(1, len(planes), figsize=(10, 5.2))
    for ax, (name, plane) in zip(np.atleast_1d(axes), planes.items(), strict=True):
        for digit in range(10):
            points = np.asarray(plane)[np.asarray(digits) == digit]
            ax.scatter(
                *points.T, s=38, marker=f"${digit}$", color=DIGIT_COLORS[digit], linewidth=0.3
            )
        for digit in range(10):  # last, above all points
            center = np.median(np.asarray(plane)[np.asarray(digits) == digit], axis=0)
            rim = [withStroke(linewidth=4, foreground="white")]
            ax.text(
                *center, str(digit), fontsize=17, weight="bold", color=DIGIT_COLORS[digit],
                ha="center", va="center", path_effects=rim,
            )  # fmt: skip
        ax.set(title=name, xlabel="coordinate 1", ylabel="coordinate 2")
    return figure


def neighbors_frame(
    predict: Any, sets: Sequence[tuple[Array, Array]], k: int, ks: Sequence[int], errors: Any
) -> Figure:
    """Draw the regions of k neighbors for two training sets, and both errors over all of ks.

    predict(x, y, points, k) -> labels; sets: two (x (N, 2), y (N,)); errors (len(ks), 2), training
    and validation.
    """
    errors = floats(errors, "errors", ("K", 2))
    figure = Figure(figsize=(10, 3.5), layout="constrained")
    axes = figure.subplots(1, 3)
    for i, (ax, (x, y)) in enumerate(zip(axes, sets, strict=False)):
        decision_regions(ax, partial(_at, predict, x, y, k), x, y, resolution=36, margin=0.3)
        ax.set(xlabel="feature 1", ylabel="feature 2", title=f"k = {k}, training set {'AB'[i]}")
    ax = axes[2]
    _errors(ax, ks, errors)
    at = list(ks).index(k)
    ax.axvline(k, color="0.3", linewidth=1)
    ax.plot([k, k], errors[at], "o", color="0.15", markersize=7, zorder=3)
    text = f"training {errors[at, 0]:.3f}, validation {errors[at, 1]:.3f}"
    ax.set_title(text, fontsize=10)
    return figure


def _at(predict: Any, x: Array, y: Array, k: int, points: Array) -> Any:
    return predict(x, y, points, k)


def _errors(ax: Axes, ks: Sequence[int], errors: Array) -> None:
    for values, name, marker, color in zip(
        errors.T, ("training", "validation"), "os", ("0.5", "C2"), strict=True
    ):
        ax.semilogx(ks, values, marker=marker, color=color, label=name)
    ax.set(xlabel="neighbors k", ylabel="mean error of the sets")
    ax.set_xticks(ks[::2], [str(k) for k in ks[::2]])
    ax.minorticks_off()
    ax.legend(fontsize=8, loc="upper left")
