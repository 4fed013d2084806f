"""Computational graphs as figures: values above the edges, gradients below, left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib.pyplot as plt

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nnkit.graph import Value

VALUE_COLOR, GRAD_COLOR, EDGE_COLOR = "#0072B2", "#B84A00", "#8A8F98"
END = -1  # the key of the open end, where the result leaves
SIGNS = {"*": "×", "-": "−", "/": "÷", "**-1": "1/x"}


def graph(node: Value, *, gradients: bool = True, ax: Any = None) -> Figure:
    """Draw the graph that ends in `node` and return the figure.

    Circles are operations. On each edge stands the value that flows along it, and below it, beside
    a thin arrow, what comes back along this edge: the gradient at its end times the local gradient.
    Where several edges leave one value, their sum, its gradient, stands at its node. An operation
    whose result has a label bears it above.
    """
    shape = _shape(node)
    place = _positions(shape)
    columns = 1 + max(x for x, _ in place.values())
    rows = 1 + max(y for _, y in place.values()) - min(y for _, y in place.values())
    if ax is None:
        size = (min(1.5 * columns, 13.0), min(0.9 * rows + 0.2, 9.0))
        figure, ax = plt.subplots(figsize=size)
    else:
        figure = ax.figure
    for source, targets in shape.uses.items():
        for target, count in targets.items():
            value, back = shape.values[source], _share(shape, source, target)
            # Edges that meet in one operation keep their numbers apart nearer the start, edges that
            # leave one value nearer the end.
            at = 0.42 if len(targets) < 2 else 0.62
            for copy in range(count):
                shown = back if gradients else ""
                _edge(ax, (place[source], place[target]), value.data, shown, copy, at)
    for key, value in shape.values.items():
        _node(ax, place[key], value, SIGNS.get(value.op, value.op) if key != END else value.label)
        x, y = place[key]
        if key != END and value.op and value.label and END not in shape.uses[key]:
            name = ax.text(x, y + 0.24, value.label, ha="center", va="bottom")
            name.set_fontweight("bold")
        if gradients and len(shape.uses[key]) > 1:
            total = ax.text(
                x, y - 0.22, f"{value.grad:.3g}", color=GRAD_COLOR, ha="center", va="top"
            )
            total.set_fontweight("bold")
    ax.set_xlim(-0.25, columns - 0.75)
    ys = [y for _, y in place.values()]
    ax.set_ylim(min(ys) - 0.45, max(ys) + 0.45)
    ax.set_axis_off()
    return figure


class _Shape(NamedTuple):
    """The values by key, sources first and the open end last; how often each goes into which."""

    values: dict[int, Value]
    uses: dict[int, dict[int, int]]

    def sources(self, key: int) -> list[int]:
        """Return the keys that go into `key`."""
        return [source for source, targets in self.uses.items() if key in targets]


def _shape(node: Value) -> _Shape:
    shape = _Shape({}, {})
    for value in node.ancestors():
        shape.values[id(value)], shape.uses[id(value)] = value, {}
        for source, _ in value.made_from:
            uses = shape.uses[id(source)]
            uses[id(value)] = uses.get(id(value), 0) + 1
    shape.values[END], shape.uses[END] = node, {}
    shape.uses[id(node)][END] = 1
    return shape


def _positions(shape: _Shape) -> dict[int, tuple[float, float]]:
    """Place nodes in columns: operations after their sources, inputs just before their first use.

    Within a column they are sorted by the mean height of their neighbors, which leaves few
    crossings.
    """
    near = {key: [*shape.sources(key), *targets] for key, targets in shape.uses.items()}
    column: dict[int, int] = {}
    for key in shape.values:
        column[key] = 1 + max((column[p] for p in shape.sources(key)), default=-1)
    for key, targets in shape.uses.items():
        if not shape.sources(key):
            column[key] = min(column[target] for target in targets) - 1
    layers = [[k for k in column if column[k] == c] for c in range(max(column.values()) + 1)]
    height = {k: float(-i) for layer in layers for i, k in enumerate(layer)}
    for _ in range(4):
        for layer in [*layers, *reversed(layers)]:
            _sort_layer(near, layer, height)
    return {k: (float(column[k]), height[k]) for k in column}


def _sort_layer(near: dict[int, list[int]], layer: list[int], height: dict[int, float]) -> None:
    wanted = {key: sum(height[k] for k in near[key]) / len(near[key]) for key in layer}
    layer.sort(key=lambda key: -wanted[key])
    # Keep a distance of one, then move the column back to where its nodes wanted to be.
    heights: list[float] = []
    for key in layer:
        heights.append(min(wanted[key], heights[-1] - 1.0) if heights else wanted[key])
    shift = sum(wanted.values()) / len(layer) - sum(heights) / len(layer)
    height.update({key: h + shift for key, h in zip(layer, heights, strict=True)})


def _share(shape: _Shape, source: int, target: int) -> str:
    """Return what comes back from `target` to `source`, nothing where the gradient has none."""
    whole = f"{shape.values[source].grad:.3g}"
    if len(shape.uses[source]) < 2 or target == END or not whole:
        return whole
    end = shape.values[target]
    return f"{sum(local * end.grad for made, local in end.made_from if id(made) == source):.3g}"


def _edge(
    ax: Any,
    ends: tuple[tuple[float, float], tuple[float, float]],
    value: float,
    back: str,
    copy: int,
    at: float,
) -> None:
    start, end = ends
    # A value used twice by one operation (x * x) has two edges: the second one is bent.
    arrow = {"arrowstyle": "-|>", "color": EDGE_COLOR, "lw": 1.2, "shrinkA": 15, "shrinkB": 15}
    if back and not copy:  # the way of the gradient, a little below that of the value
        way = {"arrowstyle": "->", "color": GRAD_COLOR, "lw": 0.8, "shrinkA": 20, "shrinkB": 20}
        low = [(x, y - 0.07) for x, y in (end, start)]
        ax.annotate("", xy=low[1], xytext=low[0], arrowprops=way)
    bend = {"connectionstyle": f"arc3,rad={0.3 * copy}"}
    ax.annotate("", xy=end, xytext=start, arrowprops=arrow | bend)
    if copy:
        return
    x, y = (start[i] + at * (end[i] - start[i]) for i in (0, 1))
    slope = (end[1] - start[1]) / (end[0] - start[0])
    gap = 0.03 + 0.05 * abs(slope)  # farther from a steep edge, and to its open side
    above = [(f"{value:.3g}", VALUE_COLOR, gap, -1, "bottom")]
    below = [(back, GRAD_COLOR, -gap - 0.07, 1, "top")] if back else []
    for text, color, shift, side, stand in above + below:
        aside = side * 0.16 * slope
        label = ax.text(x + aside, y + shift, text, color=color, ha="center", va=stand)
        label.set_bbox({"fc": "white", "ec": "none", "pad": 0.4, "alpha": 0.8})


def _node(ax: Any, at: tuple[float, float], value: Value, text: str) -> None:
    if text and value.op and text != value.label:
        ax.text(
            *at,
            text,
            ha="center",
            va="center",
            bbox={"boxstyle": "circle,pad=0.35", "fc": "white", "ec": "#333333", "lw": 1.1},
        )
        return
    text = value.label or ("" if value.op else f"{value.data:.3g}")
    ax.text(*at, text, ha="center", va="center", fontweight="bold")
