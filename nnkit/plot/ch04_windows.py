"""Chapter 4's number grids: a layer forward and backward, im2col, the routes of a maximum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nnkit.validate import Array

WINDOW, TAP, DONE, KERNEL = "#FBE3D2", "#F5B183", "#CFE3F2", "0.9"
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")


def grid(
    ax: Axes,
    values: Any,
    left: float,
    top: float,
    fill: Callable[[int, int], str] = lambda r, c: "white",
    *,
    shown: Callable[[int, int], bool] = lambda r, c: True,
    title: str = "",
) -> None:
    """Draw a matrix of numbers, its upper left corner at (left, top), cells of side 1."""
    for (r, c), value in np.ndenumerate(np.asarray(values)):
        ax.add_patch(Rectangle((left + c, top - r - 1), 1, 1, fc=fill(r, c), ec="0.6", lw=0.7))
        if shown(r, c):
            middle = (left + c + 0.5, top - r - 0.5)
            text = value if isinstance(value, str) else f"{value:g}"
            ax.text(*middle, text, ha="center", va="center", fontsize=10)
    ax.text(left, top + 0.25, title, fontsize=10, color="0.25")


def forward_frame(x: Array, w: Array, b: Array, stride: int, padding: int, step: int) -> Figure:
    """Draw one output of a layer: x (C, H, W), w (F, C, K, K), b (F,); steps run over (f, i, j).

    Step -1 is the layer of filter 0 before it has computed anything.
    """
    xp = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    k, side = w.shape[2], xp.shape[1]
    size = (side - k) // stride + 1
    f, i, j = np.unravel_index(max(step, 0), (len(w), size, size))
    at = np.s_[i * stride : i * stride + k, j * stride : j * stride + k]
    parts = [float(np.sum(xp[c][at] * w[f, c])) for c in range(len(x))]
    figure, ax = _page((9.4, 5.0), (-0.3, side + k + size + 4.2), (-1.3, len(x) * (side + 1.4)))
    for c in range(len(x)):
        top = (len(x) - c) * (side + 1.4) - 1.2

        def fill(r: int, q: int) -> str:
            inside = i * stride <= r < i * stride + k and j * stride <= q < j * stride + k
            border = min(r, q, side - 1 - r, side - 1 - q) < padding
            return WINDOW if inside else "0.93" if border else "white"

        grid(ax, xp[c], 0, top, fill, title=f"channel {c}, padded")
        kernel = f"filter {f}, kernel {c}" + (f": {parts[c]:g}" if step >= 0 else "")
        grid(ax, w[f, c], side + 1, top - 1, lambda r, q: TAP, title=kernel)
    for m in range(len(w)):
        out = [
            [
                np.sum(xp[:, r : r + k, q : q + k] * w[m]) + b[m]
                for q in range(0, stride * size, stride)
            ]
            for r in range(0, stride * size, stride)
        ]
        top = (len(w) - m) * (side + 1.4) - 2.2

        def done(r: int, q: int, m: int = m) -> bool:
            return bool((m * size + r) * size + q <= step)

        def color(r: int, q: int, m: int = m) -> str:
            now = step >= 0 and (m, r, q) == (f, i, j)
            return TAP if now else DONE if done(r, q, m) else "white"

        grid(ax, out, side + k + 4, top, color, shown=done, title=f"map {m}")
    total = " + ".join(f"({p:g})" for p in [*parts, float(b[f])])
    sums = f"channels, then the bias: {total} = {sum(parts) + b[f]:g}"
    ax.text(0, -0.9, sums if step >= 0 else f"bias {b[f]:g}, stride {stride}", fontsize=12)
    return figure


def backward_frame(dout: Array, w: Array, step: int) -> Figure:
    """Draw dx (H, W) filled twice: by outputs handing back, and pixel by pixel from dout (OH, OW).

    w (K, K), stride 1; `step` is the pixel that the gather has reached, row by row.
    """
    k, n = len(w), len(dout)
    side = n + k - 1
    handed = step * n * n // side**2 + 1
    left = np.zeros((side, side))
    for o in range(handed):
        i, j = divmod(o, n)
        left[i : i + k, j : j + k] += dout[i, j] * w
    u, v = divmod(step, side)
    wide = np.pad(dout, k - 1)
    right = np.array(
        [
            [np.sum(wide[r : r + k, c : c + k] * w[::-1, ::-1]) for c in range(side)]
            for r in range(side)
        ]
    )
    i, j = divmod(handed - 1, n)
    figure, ax = _page((9.4, 5.4), (-0.3, side + n + k + wide.shape[0] + 1), (-0.8, 2 * side + 4.3))
    top = 2 * side + 3.2
    grid(ax, dout, 0, top - 1, lambda r, c: TAP if (r, c) == (i, j) else "white", title="dout")
    grid(ax, w, n + 1, top, lambda r, c: KERNEL, title="kernel")
    inside = lambda r, c: WINDOW if i <= r < i + k and j <= c < j + k else "white"  # noqa: E731
    grid(ax, left, 0.5, side, inside, title=f"dx by scatter, {handed} of {n * n} outputs")
    ax.text(0.5, -0.55, f"adds {dout[i, j]:g} times the kernel", fontsize=11)
    x = n + k + 3
    near = lambda r, c: WINDOW if u <= r < u + k and v <= c < v + k else "white"  # noqa: E731
    grid(ax, wide, x, top, near, title="dout with K − 1 zeros around it")
    past = lambda r, c: (r, c) <= (u, v)  # noqa: E731
    here = lambda r, c: TAP if (r, c) == (u, v) else DONE if past(r, c) else "white"  # noqa: E731
    grid(ax, right, x, side, here, shown=past, title="dx by gather")
    grid(ax, w[::-1, ::-1], x + side + 0.6, side - 0.5, lambda r, c: KERNEL, title="flipped")
    ax.text(x, -0.55, f"dx[{u}, {v}] = {right[u, v]:g}", fontsize=11)
    return figure


def im2col_colors(image: Array, k: int) -> Figure:
    """Draw the k × k windows of a small image, stride 1, each in the color of its row of cols."""
    size = len(image) - k + 1
    rows = [image[i : i + k, j : j + k].ravel() for i in range(size) for j in range(size)]
    n = len(image)
    figure, ax = _page((8.6, 3.0), (-0.4, n * 1.4 + k * k + 8.5), (-0.5, size * size + 1))
    top, right = (size * size + n) / 2, n + 3
    grid(ax, image, 0, top, title="image")
    side = 0.86 / n  # of a cell of the small pictures, one beside each row
    for row in range(len(rows)):
        i, j = divmod(row, size)
        for r, c in np.ndindex(n, n):
            inside = i <= r < i + k and j <= c < j + k
            corner = (right - 1.2 + c * side, size * size - row - 0.07 - (r + 1) * side)
            color = COLORS[row % 4] if inside else "white"
            ax.add_patch(Rectangle(corner, side, side, fc=color, ec="0.6", lw=0.5))
    pale = ("#CFE3F2", "#FBDCC8", "#CFEBE0", "#F3DFEB")
    grid(ax, rows, right, size * size, lambda r, c: pale[r % 4], title="cols: a row per window")
    x = right + k * k + 1.6
    ax.text(x - 0.8, size * size / 2, "·", fontsize=28, ha="center", va="center")
    taps = [[f"w{r}"] for r in range(k * k)]
    grid(ax, taps, x, size * size / 2 + k * k / 2, lambda r, c: KERNEL, title="w")
    ax.text(x + 1.9, size * size / 2, "=", fontsize=14, ha="center", va="center")
    outs = [[f"y{r}"] for r in range(len(rows))]
    grid(ax, outs, x + 2.6, size * size, lambda r, c: pale[r % 4], title="out")
    return figure


def maximum_routes(x: Array, dout: Array, size: int, stride: int) -> Figure:
    """Draw where each window's gradient goes: x (H, W), dout (OH, OW), the first maximum wins."""
    pale = ("#9CC7E4", "#F3B48D", "#97D3BE", "#E6BBD4")
    won: dict[tuple[int, int], list[int]] = {}
    for (i, j), _ in np.ndenumerate(dout):
        flat = int(np.argmax(x[i * stride : i * stride + size, j * stride : j * stride + size]))
        place = (i * stride + flat // size, j * stride + flat % size)
        won.setdefault(place, []).append(i * dout.shape[1] + j)
    shares = [["0"] * x.shape[1] for _ in x]
    for (r, c), windows in won.items():
        parts = [f"{dout.ravel()[m]:g}" for m in windows]
        shares[r][c] = "+".join(parts)
    h, width = x.shape
    figure, ax = _page((8.2, 2.9), (-0.3, 2 * width + dout.shape[1] + 4), (-0.9, h + 1))
    fills = {place: pale[windows[0] % 4] for place, windows in won.items()}
    grid(ax, x, 0, h, lambda r, c: fills.get((r, c), "white"), title="x: winners in color")
    middle = width + 1.5
    taken = {m: fills[place] for place, windows in won.items() for m in windows}
    grid(ax, dout, middle, h - 0.5, lambda r, c: taken[r * dout.shape[1] + c], title="dout")
    last = middle + dout.shape[1] + 1.5
    grid(
        ax, shares, last, h, lambda r, c: fills.get((r, c), "white"), title="dx: each takes its own"
    )
    for left, right in ((width, middle), (middle + dout.shape[1], last)):
        ax.annotate("", (right - 0.3, h / 2), (left + 0.3, h / 2), arrowprops={"arrowstyle": "->"})
    return figure


def _page(
    inches: tuple[float, float], across: tuple[float, float], up: tuple[float, float]
) -> tuple[Figure, Axes]:
    figure = Figure(figsize=inches)
    figure.set_layout_engine("none")
    ax = figure.add_axes((0.01, 0.01, 0.98, 0.98))
    ax.set(xlim=across, ylim=up, aspect="equal")
    ax.axis("off")
    return figure, ax
