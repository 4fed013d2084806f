"""The figures every chapter uses. plot.style() first; each function draws one message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.figure import Figure

from nnkit.validate import Array, floats, numbers

if TYPE_CHECKING:
    from nnkit.train.history import History

STYLE = Path(__file__).with_name("course.mplstyle")
MARKERS = "os^Dv<>PX*"


def style() -> None:
    """Apply the course's style sheet to all figures from here on."""
    plt.style.use(STYLE)


def curves(
    history: History | Mapping[str, History],
    *,
    metric: str = "accuracy",
    title: str = "",
    log: bool = False,
    validation: str = "validation",
) -> Figure:
    """Draw loss (and metric, if measured) by epoch; validation dashed.

    history: one run, or several by name, each in its own color. `metric` names the metric's axis,
    `validation` the dashed curves, for where they are of the test set.
    """
    runs = dict(history) if isinstance(history, Mapping) else {"": history}
    if not runs:
        raise ValueError("history is empty; expected at least one run")
    with_metric = any(run.train_metric or run.val_metric for run in runs.values())
    figure, axes = plt.subplots(1, 2 if with_metric else 1, squeeze=False)
    panels = [("loss", "train_loss", "val_loss"), (metric, "train_metric", "val_metric")]
    for ax, (label, train, val) in zip(axes[0], panels, strict=False):
        for i, (name, run) in enumerate(runs.items()):
            _curve(ax, getattr(run, train), f"C{i}", "-", f"{name} training".strip())
            # With one run the second curve gets a color of its own as well.
            color = "C1" if len(runs) == 1 else f"C{i}"
            _curve(ax, getattr(run, val), color, "--", f"{name} {validation}".strip())
        ax.set(xlabel="epoch", ylabel=label)
        ax.xaxis.get_major_locator().set_params(integer=True)
    if log:
        axes[0, 0].set_yscale("log")
    axes[0, 0].legend()
    if title:
        figure.suptitle(title, fontweight="bold")
    return figure


def images(
    pictures: Any,
    titles: Sequence[str] | None = None,
    *,
    columns: int | None = None,
    symmetric: bool = False,
    scale: float = 1.0,
    share: bool = False,
    title: str = "",
) -> Figure:
    """Draw a grid of pictures (N, H, W) in gray, or (N, H, W, 3) in color.

    symmetric draws weights: blue below 0, white at 0, red above. share gives all pictures one
    scale; else each uses its own. scale is a picture's width in inches.
    """
    pictures = numbers(pictures, "pictures")
    if pictures.ndim not in (3, 4) or (pictures.ndim == 4 and pictures.shape[3] != 3):
        raise ValueError(
            f"pictures has shape {pictures.shape}; expected (N, H, W) or (N, H, W, 3) "
            "(for (N, 1, H, W) take pictures[:, 0])"
        )
    n, height, width = pictures.shape[:3]
    if n == 0:
        raise ValueError(f"pictures has shape {pictures.shape}; expected at least one picture")
    columns = min(columns or 10, n)
    rows = -(-n // columns)
    title_room = 0.28 if titles is not None else 0.04
    size = (scale * columns, (scale * height / width + title_room) * rows + 0.35 * bool(title))
    figure, axes = plt.subplots(rows, columns, squeeze=False, figsize=size)
    cmap = "RdBu_r" if symmetric else "gray"
    for i, ax in enumerate(axes.flat):
        ax.set_axis_off()
        if i >= n:
            continue
        low, high = _limits(pictures if share else pictures[i], symmetric)
        ax.imshow(pictures[i], cmap=cmap, vmin=low, vmax=high)
        if titles is not None:
            ax.set_title(titles[i], fontsize=9, fontweight="normal", loc="center", pad=2)
    if title:
        figure.suptitle(title, fontweight="bold")
    return figure


def decision_regions(
    ax: Axes,
    predict: Callable[[Array], Any],
    x: Any,
    y: Any,
    *,
    resolution: int = 120,
    margin: float = 0.4,
) -> Axes:
    """Color the plane by predict's class and draw the examples on it, one marker a class.

    predict(points (P, 2)) -> labels (P,) or scores (P, K); x (N, 2), y (N,) whole numbers from 0.
    """
    x = floats(x, "x", ("N", 2))
    y = numbers(y, "y").astype(np.int64)
    low, high = x.min(axis=0) - margin, x.max(axis=0) + margin
    across, up = (np.linspace(low[i], high[i], resolution) for i in (0, 1))
    points = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    answer = numbers(predict(points), "predict's result")
    if answer.ndim == 2:
        answer = answer.argmax(axis=1) if answer.shape[1] > 1 else (answer[:, 0] > 0).astype(int)
    if answer.shape != (len(points),):
        raise ValueError(
            f"predict returned shape {answer.shape}; "
            f"expected ({len(points)},) or ({len(points)}, K)"
        )
    classes = int(max(answer.max(), y.max())) + 1
    colors = [to_rgb(f"C{k}") for k in range(classes)]
    pale = ListedColormap([tuple(1 - 0.3 * (1 - np.array(c))) for c in colors])
    region = answer.reshape(resolution, resolution)
    ax.pcolormesh(
        across,
        up,
        region,
        cmap=pale,
        vmin=-0.5,
        vmax=classes - 0.5,
        shading="nearest",
        rasterized=True,
    )
    for k in range(classes):
        chosen = x[y == k]
        ax.scatter(
            chosen[:, 0],
            chosen[:, 1],
            s=22,
            color=colors[k],
            marker=MARKERS[k % len(MARKERS)],
            edgecolor="white",
            linewidth=0.6,
            label=f"class {k}",
        )
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    ax.grid(False)
    return ax


def confusion(ax: Axes, matrix: Any, labels: Sequence[str] | None = None) -> Axes:
    """Draw a confusion matrix (K, K) with its counts: rows the truth, columns the prediction.

    Shades show the share of each true class, so that rare classes are seen too.
    """
    matrix = numbers(matrix, "matrix")
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"matrix has shape {matrix.shape}; expected (K, K)")
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    ax.imshow(share, cmap="Blues", vmin=0.0, vmax=1.0)
    for (row, column), count in np.ndenumerate(matrix):
        if count:
            color = "white" if share[row, column] > 0.6 else "#222222"
            ax.text(column, row, f"{count:g}", ha="center", va="center", color=color, fontsize=8)
    names = labels if labels is not None else [str(k) for k in range(len(matrix))]
    ax.set_xticks(range(len(matrix)), names)
    ax.set_yticks(range(len(matrix)), names)
    ax.set(xlabel="predicted class", ylabel="true class")
    ax.grid(False)
    return ax


def _curve(ax: Axes, values: list[float], color: str, line: str, label: str) -> None:
    if values:
        marker = "o" if len(values) == 1 else None  # a line of one point would be invisible
        ax.plot(range(1, len(values) + 1), values, line, color=color, label=label, marker=marker)


def _limits(values: Array, symmetric: bool) -> tuple[float, float]:
    if symmetric:
        bound = float(np.abs(values).max()) or 1.0
        return -bound, bound
    low, high = float(values.min()), float(values.max())
    return low, high if high > low else low + 1.0
