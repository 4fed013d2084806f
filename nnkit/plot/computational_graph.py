"""Computational graphs as figures: values above the edges, gradients below, left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import networkx as nx

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nnkit.graph import Value

VALUE_COLOR, GRAD_COLOR, EDGE_COLOR = "#0072B2", "#B84A00", "#8A8F98"
SIGNS = {"*": "×", "-": "−", "/": "÷"}


def graph(node: Value, *, gradients: bool = True, ax: Any = None) -> Figure:
    """Draw the graph that ends in `node` and return the figure.

    Circles are operations. On each edge stands the value that flows along it, and below it the
    gradient of the result with respect to that value, as the last backward() left it.
    """
    edges = _graph(node)
    place = _positions(edges)
    columns = 1 + max(x for x, _ in place.values())
    rows = 1 + max(y for _, y in place.values()) - min(y for _, y in place.values())
    if ax is None:
        size = (min(1.55 * columns + 0.6, 13.0), min(0.95 * rows + 0.5, 9.0))
        figure, ax = plt.subplots(figsize=size)
    else:
        figure = ax.figure
    for source, target, copy in edges.edges:
        _edge(ax, place[source], place[target], edges.nodes[source]["value"], gradients, copy)
    for key, data in edges.nodes(data=True):
        _node(ax, place[key], data)
    ax.set_xlim(-0.55, columns - 0.35)
    ys = [y for _, y in place.values()]
    ax.set_ylim(min(ys) - 0.6, max(ys) + 0.6)
    ax.set_axis_off()
    return figure


def _graph(node: Value) -> nx.MultiDiGraph:
    """Return the graph of operations and inputs, with one edge for each use and an open end."""
    graph = nx.MultiDiGraph()
    for value in node.ancestors():
        graph.add_node(id(value), value=value, text=SIGNS.get(value.op, value.op))
        for source, _ in value.made_from:
            graph.add_edge(id(source), id(value))
    graph.add_node("end", value=node, text=node.label)
    graph.add_edge(id(node), "end")
    return graph


def _positions(graph: nx.MultiDiGraph) -> dict[Any, tuple[float, float]]:
    """Place nodes in columns: operations after their sources, inputs just before their first use.

    Within a column they are sorted by the mean height of their neighbors, which leaves few
    crossings.
    """
    column: dict[Any, int] = {}
    for key in nx.topological_sort(graph):
        column[key] = 1 + max((column[p] for p in graph.predecessors(key)), default=-1)
    for key in graph.nodes:
        if graph.in_degree(key) == 0:
            column[key] = min(column[s] for s in graph.successors(key)) - 1
    layers = [[k for k in graph.nodes if column[k] == c] for c in range(max(column.values()) + 1)]
    height = {k: float(-i) for layer in layers for i, k in enumerate(layer)}
    for _ in range(4):
        for layer in [*layers, *reversed(layers)]:
            _sort_layer(graph, layer, height)
    return {k: (float(column[k]), height[k]) for k in graph.nodes}


def _sort_layer(graph: nx.MultiDiGraph, layer: list[Any], height: dict[Any, float]) -> None:
    def mean_height(key: Any) -> float:
        near = [*graph.predecessors(key), *graph.successors(key)]
        return sum(height[k] for k in near) / len(near)

    wanted = {key: mean_height(key) for key in layer}
    layer.sort(key=lambda key: -wanted[key])
    # Keep a distance of one, then move the column back to where its nodes wanted to be.
    heights: list[float] = []
    for key in layer:
        heights.append(min(wanted[key], heights[-1] - 1.0) if heights else wanted[key])
    shift = sum(wanted.values()) / len(layer) - sum(heights) / len(layer)
    height.update({key: h + shift for key, h in zip(layer, heights, strict=True)})


def _edge(
    ax: Any,
    start: tuple[float, float],
    end: tuple[float, float],
    value: Value,
    gradients: bool,
    copy: int,
) -> None:
    # A value used twice by one operation (x * x) has two edges: the second one is bent.
    arrow = {"arrowstyle": "-|>", "color": EDGE_COLOR, "lw": 1.2, "shrinkA": 15, "shrinkB": 15}
    bend = {"connectionstyle": f"arc3,rad={0.3 * copy}"}
    ax.annotate("", xy=end, xytext=start, arrowprops=arrow | bend)
    if copy:
        return
    # Nearer the start: edges that meet in one operation keep their numbers apart.
    x, y = (start[i] + 0.42 * (end[i] - start[i]) for i in (0, 1))
    gap = 0.03 + 0.07 * abs((end[1] - start[1]) / (end[0] - start[0]))  # clear of a steep edge
    above = [(f"{value.data:.3g}", VALUE_COLOR, gap, "bottom")]
    below = [(f"{value.grad:.3g}", GRAD_COLOR, -gap, "top")] if gradients else []
    for text, color, shift, side in above + below:
        label = ax.text(x, y + shift, text, color=color, ha="center", va=side)
        label.set_bbox({"fc": "white", "ec": "none", "pad": 0.4, "alpha": 0.8})


def _node(ax: Any, at: tuple[float, float], data: dict[str, Any]) -> None:
    value: Value = data["value"]
    if data["text"] and value.op and data["text"] != value.label:
        ax.text(
            *at,
            data["text"],
            ha="center",
            va="center",
            bbox={"boxstyle": "circle,pad=0.35", "fc": "white", "ec": "#333333", "lw": 1.1},
        )
        return
    text = value.label or ("" if value.op else f"{value.data:.3g}")
    ax.text(*at, text, ha="center", va="center", fontweight="bold")
