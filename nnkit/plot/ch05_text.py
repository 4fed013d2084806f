"""Chapter 5's drawings of text: dependence on earlier characters, next characters, cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nnkit.validate import Array, check_shape, floats

CHOSEN = "#D55E00"
SEGMENTS = ("#8DBFE0", "#D3E6F3")


def shown(character: str) -> str:
    """A character as it is drawn: a line end as ¶, a blank as a low line."""
    return {"\n": "¶", " ": "␣"}.get(character, character)


def dependence(
    past: str, following: str, strips: Mapping[str, Array], chances: Mapping[str, float]
) -> Figure:
    """Draw for each net how much the prediction of `following` depends on each character of past.

    strips: name -> sizes (len(past),), at least one above 0; chances: the probability of
    `following`. A strip's color is the square root of the share of its largest size.
    """
    figure = Figure(figsize=(9.5, 2.7), layout="constrained")
    for ax, (name, sizes) in zip(_rows(figure, len(strips)), strips.items(), strict=True):
        sizes = floats(sizes, "sizes", (len(past),))
        _letters(ax, past, np.sqrt(sizes / sizes.max()), "Blues", 0.0)
        ax.text(len(past) + 0.8, 0, shown(following), color=CHOSEN, weight="bold", va="center",
                ha="center", fontsize=11, family="monospace")  # fmt: skip
        ax.add_patch(Rectangle((len(past), -0.5), 1.6, 1, fc="none", ec=CHOSEN, lw=1.6))
        ax.set_xlim(-0.5, len(past) + 1.8)
        held = int(np.searchsorted(np.cumsum(sizes[::-1]), 0.9 * sizes.sum())) + 1
        ax.set_title(
            f"{name}: probability {chances[name]:.2f}, 90 % from the last {held} characters",
            fontsize=9, loc="left",
        )  # fmt: skip
    return figure


def likeliest(text: str, guesses: Sequence[str], chances: Any) -> Figure:
    """Draw under each character the likeliest ones for its place, as guessed before it was read.

    guesses: for each character of the text a string, likeliest first; chances (len(text), K).
    """
    count = len(guesses[0])
    chances = floats(chances, "chances", (len(text), count))
    figure = Figure(figsize=(9.5, 2.5), layout="constrained")
    ax = figure.subplots()
    image = ax.imshow(chances.T, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    figure.colorbar(image, ax=ax, label="probability", pad=0.01)
    for t, (character, row) in enumerate(zip(text, guesses, strict=True)):
        ax.text(t, -1, shown(character), weight="bold", **_letter())
        for k, guess in enumerate(row):
            ax.text(t, k, shown(guess), color=_ink(chances[t, k]), **_letter())
            if guess == character:
                ax.add_patch(Rectangle((t - 0.48, k - 0.48), 0.96, 0.96, fc="none", ec=CHOSEN))
    ax.set(xlim=(-0.6, len(text) - 0.4), ylim=(count - 0.4, -1.6), xticks=[])
    ax.set_yticks([-1, *range(count)], ["text", *(f"guess {k + 1}" for k in range(count))])
    ax.grid(False)
    return figure


def unit_interval(chances: Any, symbols: str, sample: str, title: str) -> Figure:
    """Draw probabilities (K,) end to end on the unit interval, index 0 first; a text below."""
    chances = floats(chances, "chances", (len(symbols),))
    figure = Figure(figsize=(9.5, 2.3), layout="constrained")
    ax, below = figure.subplots(2, 1, height_ratios=(1, 1.6))
    left = 0.0
    for k, width in enumerate(map(float, chances)):
        ax.barh(0, width, left=left, color=SEGMENTS[k % 2], ec="white", lw=0.6)
        if width > 0.014:
            ax.text(left + width / 2, 0, shown(symbols[k]), **_letter())
        left += width
    ax.set(xlim=(0, 1), yticks=[], xticks=[0, 0.25, 0.5, 0.75, 1])
    ax.set_title(title, fontsize=9, loc="left")
    ax.grid(False)
    lines = "".join(shown(c) if c == "\n" else c for c in sample)
    wrapped = "\n".join(lines[i : i + 92] for i in range(0, len(lines), 92))
    below.text(0, 1, wrapped, family="monospace", fontsize=9.5, va="top")
    below.set_axis_off()
    return figure


def cells(text: str, rows: Mapping[str, tuple[Array, Array]]) -> Figure:
    """Draw for each title a cell's values along the text and, below, what it is compared with."""
    figure = Figure(figsize=(9.5, 1.4 * len(rows)), layout="constrained")
    for ax, (title, (values, feature)) in zip(_rows(figure, len(rows)), rows.items(), strict=True):
        values, feature = (floats(v, title, (len(text),)) for v in (values, feature))
        _strip(ax, text, values / np.abs(values).max(), "RdBu_r", -1.0)
        for t, character in enumerate(text):  # above the strip, where no color is behind it
            ax.text(t, 1, shown(character), **_letter())
        figure.colorbar(ax.images[0], ax=ax, label="cell / largest", pad=0.01, ticks=[-1, 0, 1])
        ax.bar(range(len(text)), 0.9 * feature / max(feature.max(), 1), bottom=-1.6, width=1,
               color="0.55")  # fmt: skip
        ax.set_ylim(-1.6, 1.5)
        ax.set_title(title, fontsize=9, loc="left")
    return figure


def _rows(figure: Figure, count: int) -> Array:
    return figure.subplots(count, 1, squeeze=False)[:, 0]


def _letters(ax: Axes, text: str, values: Array, colors: str, lowest: float) -> None:
    _strip(ax, text, values, colors, lowest)
    for t, character in enumerate(text):
        ax.text(t, 0, shown(character), color=_ink(abs(values[t])), **_letter())


def _strip(ax: Axes, text: str, values: Array, colors: str, lowest: float) -> None:
    check_shape(values, "values", (len(text),), "one for each character")
    ax.imshow(
        values[None], cmap=colors, vmin=lowest, vmax=1, aspect="auto",
        extent=(-0.5, len(text) - 0.5, -0.5, 0.5),
    )  # fmt: skip
    ax.set(xticks=[], yticks=[])
    ax.grid(False)


def _ink(darkness: float) -> str:
    return "white" if darkness > 0.6 else "black"


def _letter() -> dict[str, Any]:
    # Letters lie inside their axes; to measure hundreds for the layout takes as long as to draw.
    look = {"ha": "center", "va": "center", "fontsize": 8.5, "family": "monospace"}
    return look | {"in_layout": False}
