"""What a figure holds, a line for each thing drawn: where it stands, what it says, how it looks.

The lines are the same for Matplotlib 3.8 and 3.11.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FixedLocator

FEW = 16  # numbers that are written out; of more, how many, the ends, the mean, the mean square


def described(figure: Figure) -> list[str]:
    """Return the lines of a figure, axes in the order in which they were made."""
    title = figure.get_suptitle()
    lines = [f"figure {_numbers(figure.get_size_inches())}" + (f" {title!r}" if title else "")]
    for ax in figure.axes:
        lines += _axes(ax)
    return lines


def _axes(ax: Axes) -> Iterator[str]:
    grid = ax.get_subplotspec()
    shares = grid and grid.get_gridspec()
    place = f" {grid.rowspan} {grid.colspan}" if grid else f" {_numbers(ax.get_position().bounds)}"
    ratios = (shares.get_width_ratios(), shares.get_height_ratios()) if shares else ()
    yield f"axes{place}" + "".join(f" {_numbers(given)}" for given in ratios)
    names = [n for n in ax._axis_names if ax.name != "3d" or n == "z"]  # margins of its own
    limits = " ".join(f"{k} {_numbers(getattr(ax, f'get_{k}lim')())}" for k in names)
    seen = "shown" if ax.axison else "hidden"
    scales = [axis.get_scale() for axis in ax._axis_map.values()]
    yield f"  {seen} {limits} {scales} aspect {ax.get_aspect()}"
    titles = [ax.get_title(loc) for loc in ("left", "center", "right")]
    if ax.axison or any(titles):
        labels = [axis.get_label_text() for axis in ax._axis_map.values()]
        yield f"  titles {titles} size {_numbers([ax.title.get_fontsize()])} labels {labels}"
    if ax.axison:
        for axis in ax._axis_map.values():
            if isinstance(axis.get_major_locator(), FixedLocator):
                words = [text.get_text() for text in axis.get_ticklabels()]
                yield f"  ticks {_numbers(axis.get_ticklocs())} {words[:FEW]}"
            if not axis.get_major_ticks(1)[0].gridline.get_visible():  # more would take time
                yield "  no grid"
    legend = ax.get_legend()
    if legend:
        words = [text.get_text() for text in legend.get_texts()]
        size = legend.get_texts()[0].get_fontsize()
        yield f"  legend {words} at {legend._loc} size {_numbers([size])} columns {legend._ncols}"
    for line in ax.lines:
        yield "  " + _line(line)
    for patch in ax.patches:
        yield "  " + _patch(patch)
    for collection in ax.collections:
        if ax.name == "3d":  # seen from somewhere, far faces first
            yield f"  {type(collection).__name__} {_numbers(collection.get_array())}"
        else:
            yield "  " + _collection(collection)
    for image in ax.images:
        values = _numbers(np.ma.filled(np.ma.asarray(image.get_array(), float), np.nan))
        bounds = (*image.get_extent(), *image.get_clim())
        yield f"  image {values} in {_numbers(bounds)} {_map(image)} {image.origin}"
    for text in ax.texts:
        yield "  " + _text(text)


def _line(line: Line2D) -> str:
    look = [_color(line.get_color()), line.get_linestyle(), str(line.get_marker())]
    look += [_color(line.get_markerfacecolor()), _color(line.get_markeredgecolor())]
    sizes = line.get_linewidth(), line.get_markersize(), line.get_markeredgewidth()
    points = _numbers(np.asarray(line.get_xydata(), float))
    label = "" if str(line.get_label()).startswith("_") else f" {line.get_label()!r}"
    caps = line.get_solid_capstyle()
    return f"line {points} {' '.join(look)} {_numbers(sizes)} {caps}{_rest(line, 2)}{label}"


def _patch(patch: Patch) -> str:
    path = patch.get_path()
    if "posA" not in vars(patch) and not hasattr(patch, "_posA_posB"):
        path = path.transformed(patch.get_patch_transform())
    look = f"{_color(patch.get_facecolor())} {_color(patch.get_edgecolor())} {patch.get_hatch()}"
    label = "" if str(patch.get_label()).startswith("_") else f" {patch.get_label()!r}"
    width = _numbers([patch.get_linewidth()])
    return (
        f"{type(patch).__name__} {_numbers(path.vertices)} {look} {width}{_rest(patch, 1)}{label}"
    )


def _collection(drawn: Collection) -> str:
    parts = [type(drawn).__name__.removeprefix("FillBetween")]
    values = drawn.get_array()
    if values is not None:
        parts.append(_numbers(np.ma.filled(np.ma.asarray(values, float), np.nan)))
        parts.append(f"in {_numbers(drawn.get_clim())} {_map(drawn)}")
    levels = getattr(drawn, "levels", None)
    if levels is not None:
        parts.append(f"levels {_numbers(levels)}")
    paths = [path.vertices for path in drawn.get_paths() if len(path.vertices)]
    parts.append(f"paths {_numbers(np.concatenate(paths))}" if paths else "no paths")
    parts.append(f"at {_numbers(drawn.get_offsets())}")
    colors = [_color(color) for color in (*drawn.get_facecolor(), *drawn.get_edgecolor())]
    parts.append(" ".join(colors[:FEW]))
    sizes = getattr(drawn, "get_sizes", lambda: [])()
    parts.append(f"{_numbers(sizes)} {_numbers(drawn.get_linewidth())}{_rest(drawn, 1)}")
    label = str(drawn.get_label())
    return " ".join(parts) + ("" if label.startswith("_") else f" {label!r}")


def _text(text: Text) -> str:
    look = f"{text.get_ha()} {text.get_va()} {_color(text.get_color())}"
    look += f" {_numbers([text.get_fontsize()])}{_rest(text, 3)}"
    for given, usual in (
        (text.get_fontweight(), "normal"),
        (text.get_rotation(), 0),
        (text.get_fontfamily()[0], "sans-serif"),
    ):
        look += "" if given == usual else f" {given}"
    words = f"text {text.get_text()!r} at {_numbers(text.get_position())} {look}"
    for effect in text.get_path_effects():
        rim = effect._gc
        words += f" rim {rim['foreground']} {rim['linewidth']}"
    box = text.get_bbox_patch()
    if box is not None:
        kind: Any = box.get_boxstyle()
        pad = _numbers([kind.pad, box.get_linewidth()])
        colors = f"{_color(box.get_facecolor())} {_color(box.get_edgecolor())}"
        words += f" box {type(kind).__name__} {pad} {colors}"
    if isinstance(text, Annotation):
        words += f" of {_numbers(text.xy)} {text.xycoords} {text.anncoords}"
        if text.arrowprops is not None:
            words += " arrow " + " ".join(
                f"{name}={_numbers([value]) if isinstance(value, (int, float)) else value}"
                for name, value in sorted(text.arrowprops.items())
            )
    return words


def _rest(thing: Any, usual: float) -> str:
    alpha, order = thing.get_alpha(), thing.get_zorder()
    above = "" if order == usual else f" z {_numbers([order])}"
    return above + ("" if alpha is None else f" alpha {alpha:g}")


def _color(color: Any) -> str:
    if isinstance(color, str) and color == "none":
        return color
    return to_hex(color, keep_alpha=True).removesuffix("ff")


def _map(thing: Any) -> str:
    """Return a few of a map's colors: a name would be that of a version."""
    return " ".join(_color(thing.get_cmap()(share)) for share in (0.0, 0.3, 0.6, 1.0))


def _numbers(values: Any) -> str:
    flat = np.asarray(values, float).ravel()
    if len(flat) > FEW:
        spread = [flat[0], flat[-1], np.nanmean(flat), np.nanmean(flat * flat)]
        # The mean of each number times its place: it knows their order.
        spread.append(np.nanmean(flat * np.linspace(-1, 1, len(flat))))
        return f"[{len(flat)}: {_row(spread)}]"
    return f"[{_row(flat)}]"


def _row(values: Any) -> str:
    rounded = [0.0 if abs(value) < 1e-9 else value for value in values]
    return " ".join(f"{value:.4g}" for value in rounded)
