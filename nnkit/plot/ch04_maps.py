"""Chapter 4's pictures of arrays: weight matrices, kernels beside maps, axes of a mean, scores."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nnkit.validate import Array

FILLS = ("#9CC7E4", "#F3B48D", "#97D3BE")


def weight_matrices(matrices: dict[str, Array]) -> Figure:
    """Draw weight matrices (outputs, inputs) side by side on one scale, zero white."""
    bound = max(float(np.abs(m).max()) for m in matrices.values())
    figure, axes = plt.subplots(1, len(matrices), figsize=(9.5, 3.4))
    for ax, (title, matrix) in zip(axes, matrices.items(), strict=True):
        ax.imshow(matrix, cmap="RdBu_r", vmin=-bound, vmax=bound)
        ax.set(title=title, xlabel="input", xticks=[], yticks=[])
        ax.grid(False)
    axes[0].set_ylabel("output")
    return figure


def kernels_and_maps(
    picture: Array, kernels: Array, maps: Array, columns: int = 8, cmap: str = "gray"
) -> Figure:
    """Draw the picture, then every kernel (F, K, K) above its map (F, H, W), numbered."""
    rows = -(-len(kernels) // columns)
    figure = plt.figure(figsize=(11, 12.0 / (columns + 1.6 * rows) * 1.75 * rows))
    # The picture is as tall as all rows beside it, so that no corner of the figure is empty.
    grid = figure.add_gridspec(
        2 * rows, columns + 2, width_ratios=[1.7 * rows, 0.2] + [1.0] * columns, hspace=0.02
    )
    whole = figure.add_subplot(grid[:, 0])
    whole.imshow(picture, cmap=cmap)
    whole.set_title("input", fontsize=9)
    drawn: list[Axes] = [whole]
    for n, (kernel, shown) in enumerate(zip(kernels, maps, strict=True)):
        row, column = divmod(n, columns)
        above = figure.add_subplot(grid[2 * row, column + 2])
        bound = float(np.abs(kernel).max()) or 1.0
        above.imshow(kernel, cmap="RdBu_r", vmin=-bound, vmax=bound)
        above.set_title(f"{n}", fontsize=8, pad=2)
        below = figure.add_subplot(grid[2 * row + 1, column + 2])
        below.imshow(shown, cmap=cmap, vmin=0, vmax=float(np.quantile(maps, 0.995)) or 1.0)
        drawn += [above, below]
    for ax in drawn:
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        ax.spines[:].set(visible=True, color="0.6", lw=0.8)  # a map may be white up to its rim
    return figure


def norm_axes() -> Figure:
    """Draw which values share a mean: a column of features, and a whole channel of images."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.3), width_ratios=[1, 2])
    for n in range(3):
        for d in range(3):
            _cell(left, 1.2 * d, -1.2 * n, 1, FILLS[d])
            for r in range(3):
                for c in range(3):
                    _cell(right, 3.6 * d + c, -3.6 * n - r, 0.94, FILLS[d])
    left.set_title("a row per example: N values per mean")
    right.set_title("images (N, C, H, W): N·H·W values per mean")
    for ax, names, width in ((left, "feature", 1.2), (right, "channel", 3.6)):
        for d in range(3):
            at = width * d + (0.5 if width < 2 else 1.5)
            ax.text(at, 1.35, f"{names} {d}", ha="center", va="bottom", fontsize=9)
            middle = -width * d + (0.5 if width < 2 else -0.5)
            ax.text(-0.3, middle, f"example {d}", ha="right", va="center", fontsize=9)
        ax.set(aspect="equal", xlim=(-2.2 * width / 1.8, 3 * width), ylim=(-3 * width + 1, 2.4))
        ax.axis("off")
    return figure


def class_scores(canvas: Array, scores: Array, stride: int) -> Figure:
    """Draw a canvas (H, W) above the probability of each class along it: scores (K, positions)."""
    # One axis for both, so that a cell of the picture below stands under its part of the canvas.
    figure, (top, below) = plt.subplots(
        2, 1, figsize=(9, 5), height_ratios=[1, 1.6], sharex=True, layout="constrained"
    )
    ends = (-0.5 * stride, (scores.shape[1] - 0.5) * stride)
    picture: Any = below.imshow(
        scores, cmap="Blues", vmin=0, vmax=1, aspect="auto", extent=(*ends, 9.5, -0.5)
    )
    below.set(xlabel="column of the canvas", ylabel="class", yticks=range(10))
    top.imshow(canvas, cmap="gray_r", aspect="equal")
    top.set(yticks=[], xticks=range(0, canvas.shape[1] + 1, 12), xlim=(-0.5, canvas.shape[1] - 0.5))
    figure.colorbar(picture, ax=(top, below), label="probability", location="right")
    for ax in (top, below):
        ax.grid(False)
        ax.spines[:].set(visible=True, color="0.6", lw=0.8)
    return figure


def _cell(ax: Axes, x: float, y: float, size: float, color: str) -> None:
    ax.add_patch(Rectangle((x, y), size, size, fc=color, ec="white", lw=0.6))
