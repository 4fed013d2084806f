"""Chapter 3's picture of batch norm's backward pass: one column, three paths, their shares."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnkit.validate import Array, floats

COLORS = {"directly": "#0072B2", "through the mean": "#D55E00", "through the deviation": "#009E73"}


def shares(x: Any, dout: Any) -> dict[str, Array]:
    """Return what comes back to x (N,) from dout (N,) along each path, γ = 1 and ε = 0.

    The sum of the three is the gradient. ValueError for a column without spread.
    """
    x, dout = floats(x, "x", ("N",)), floats(dout, "dout", ("N",))
    s = x.std()
    if s == 0:
        raise ValueError("the numbers in x are all equal; expected a column with some spread")
    x_hat = (x - x.mean()) / s
    parts = (
        dout / s,
        np.full(len(x), -dout.mean() / s),
        -x_hat * (dout * x_hat).mean() / s,
    )
    return dict(zip(COLORS, parts, strict=True))


def three_paths(ax: Axes, x: Any, dout: Any) -> Axes:
    """Draw x, its mean, its deviation and x̂ as a graph; gray forward, colored back."""
    x = floats(x, "x", ("N",))
    parts = shares(x, dout)
    total = np.sum(list(parts.values()), axis=0)
    x_hat = (x - x.mean()) / x.std()
    at = {"x": (0.0, 0.0), "mean": (3.0, 1.25), "dev": (3.0, -1.25), "hat": (6.0, 0.0)}
    texts = {
        "x": f"$x$\n{_row(x)}",
        "mean": f"mean = {x.mean():.3g}",
        "dev": f"std = {x.std():.3g}",
        "hat": f"$\\hat x$\n{_row(x_hat)}",
    }
    routes = (("x", "hat"), ("x", "mean", "hat"), ("x", "dev", "hat"))
    for (name, part), route in zip(parts.items(), routes, strict=True):
        for start, end in pairwise(route):
            gaps = {"shrinkA": 34, "shrinkB": 74 if end == "hat" else 34}  # points, half a box
            way = {"arrowstyle": "-|>", "color": "0.7", "lw": 1.5}
            ax.annotate("", at[end], at[start], arrowprops=way | gaps)
            back = {"arrowstyle": "-|>", "color": COLORS[name], "lw": 2}
            gaps = {"shrinkA": gaps["shrinkB"], "shrinkB": gaps["shrinkA"]}
            low, high = ((x, y - 0.2) for x, y in (at[start], at[end]))
            ax.annotate("", low, high, arrowprops=back | gaps)
        y = {2: 0.1, 3: 1.6 if "mean" in route else -1.95}[len(route)]
        ax.text(3.0, y, f"{name}: {_row(part)}", color=COLORS[name], ha="center", fontsize=10)
    for key, text in texts.items():
        box = {"boxstyle": "round,pad=0.4", "fc": "white", "ec": "0.3"}
        ax.text(*at[key], text, ha="center", va="center", bbox=box, fontsize=10)
    ax.text(0.0, -0.85, f"$dx$: {_row(total)}", ha="center", weight="bold", fontsize=10)
    ax.text(6.0, -0.85, f"$d\\hat x$: {_row(floats(dout, 'dout'))}", ha="center", fontsize=10)
    ax.set(xlim=(-1.5, 7.5), ylim=(-2.2, 2.0))
    ax.axis("off")
    return ax


def _row(values: Array) -> str:
    return "(" + ", ".join(f"{v:.0f}" if v == round(v) else f"{v:.3f}" for v in values) + ")"
