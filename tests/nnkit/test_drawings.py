"""Every drawing of the course, of a small example, is as it was when its record was made.

Where a box or an arrow stands has no meaning of its own that a test could compute; whether it looks
right is seen. So what is drawn is written down, `drawings.txt`, a line for each thing. Whoever
changes a drawing looks at it, renews the record and reads its difference:

    .venv/bin/python tests/nnkit/test_drawings.py

What numbers and lengths mean is tested in `test_plot*.py`, each with an oracle of its own.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from artists import described
from matplotlib.figure import Figure

import nnkit.functional as F
from nnkit import plot
from nnkit.graph import Value
from nnkit.plot import (
    ch01_data,
    ch01_descent,
    ch01_grid,
    ch01_maps,
    ch02_classifiers,
    ch02_linear,
    ch03_batchnorm,
    ch03_blocks,
    ch03_checks,
    ch03_dropout,
    ch03_layers,
    ch03_norms,
    ch03_optimizers,
    ch03_strips,
    ch03_xor,
    ch04_fields,
    ch04_layers,
    ch04_maps,
    ch04_windows,
    ch05_attention,
    ch05_backward,
    ch05_cells,
    ch05_gradients,
    ch05_sequences,
    ch05_text,
    ch05_through_time,
    ch05_two_orders,
    ch05_unrolled,
)
from nnkit.train import History

DEFAULTS = "what is drawn where nothing else is asked for"
RECORD = Path(__file__).with_name("drawings.txt")


def ramp(*shape: int) -> np.ndarray:
    """Numbers from -1 to 2 that look unordered and are the same on every machine."""
    count = int(np.prod(shape))
    return (np.arange(count) * 37 % 101 / 101 * 3 - 1).reshape(shape)


def a(drawing: Callable, *given: object, **named: object) -> Figure:
    """The figure of a drawing that is put on axes."""
    figure, ax = plt.subplots()
    drawing(ax, *given, **named)
    return figure


def a_graph() -> Value:
    x, w = Value(2.0, "x"), Value(-3.0, "w")
    product = x * w
    product.label = "p"
    out = (product + x) * product - w * w
    out.backward()
    return out


def lstm_cache() -> tuple:
    one = np.ones((1, 1))
    u, w, b = ramp(1, 4), ramp(1, 4)[:, ::-1], ramp(4)
    return F.lstm_step_forward(one, 0.5 * one, 2 * one, u, w, b)[2]


@functools.cache  # five figures, of which two are looked at
def lstm_frames() -> list[Figure]:
    return ch05_backward.lstm_backward_frames(1.0, 0.5, lstm_cache())


def nearest(x: np.ndarray, y: np.ndarray, points: np.ndarray, k: int) -> np.ndarray:
    return y[((points[:, None] - x) ** 2).sum(axis=2).argmin(axis=1)]


def both_planes() -> Figure:
    figure, axes = plt.subplots(1, 2)
    ch03_xor.planes(*axes)
    return figure


X, Y = np.array([[-1.0, 0.5], [1.0, 1.0], [0.5, -1.0], [0.0, 0.0]]), np.array([0, 1, 2, 1])
HISTORY = History([3, 2], [3, 2.5], [0.1, 0.5], [0.2, 0.4])
GRID = [".G#", "SP."]
STEPS = np.array([[-9.0, 2.0], [-4.0, -1.0], [1.0, 0.5]])
W5 = np.linspace(0.4, 2, 9), np.linspace(-1, 0, 7)
MISS = np.add(*np.meshgrid(*W5)) - 1
DRAWINGS: dict[str, Callable[[], Figure]] = {
    "curves": lambda: plot.curves(HISTORY, metric="accuracy", title="run", log=True),
    "curves of two runs": lambda: plot.curves({"A": History([3, 2], [3, 2]), "B": History([2])}),
    "images": lambda: plot.images(ramp(5, 4, 6), "abcde", columns=3, title="t", scale=1.5),
    "images, symmetric": lambda: plot.images(ramp(12, 2, 2), symmetric=True, share=True),
    "decision_regions": lambda: a(
        plot.decision_regions, lambda p: p @ ramp(2, 3), X, Y, resolution=6
    ),
    "confusion": lambda: a(plot.confusion, [[5, 0, 1], [1, 1, 1], [0, 0, 0]]),
    "graph": lambda: plot.graph(a_graph()),
    "graph, values": lambda: plot.graph(a_graph(), gradients=False),
    "direction_frame": lambda: ch01_data.direction_frame(X[:3], 20),
    "rule_map": lambda: ch01_data.rule_map(
        0.6 + 0.2 * ramp(64, 4), {"best": 20, "worst": 3}, 0.55
    ),
    "digit_planes": lambda: ch01_data.digit_planes(
        {"A": ramp(20, 2), "B": ramp(20, 2)}, np.arange(20) % 10
    ),
    "neighbors_frame": lambda: ch01_data.neighbors_frame(
        nearest, [(X, Y), (X + 1, Y)], 3, (1, 3, 9), [[0, 0.3], [0.1, 0.2], [0.2, 0.25]]
    ),
    "surface": lambda: a(ch01_descent.surface, lambda p: (p**2).sum(-1), 2, [0, 1, 4], fine=5),
    "descent_paths": lambda: a(
        ch01_descent.descent_paths, [STEPS, -STEPS], [[0, 0]], [[1, 1], [2, 2]]
    ),
    "ravine": lambda: a(ch01_descent.ravine, [1, 8], STEPS, "title"),
    "direction_bars": lambda: ch01_descent.direction_bars(
        [2.0, 0.12], [[100.0, 10.0], [1e-6, 5.0]], 0.5, 7
    ),
    "rate_curves": lambda: a(
        ch01_descent.rate_curves,
        {f"{c:g}": (np.linspace(0, 1.5, 7), abs(1 - c * np.linspace(0, 1.5, 7))) for c in (1, 2)},
        0.5,
    ),
    "q_table": lambda: a(ch01_grid.q_table, GRID, 5 * ramp(6, 4), [3, 0, 1], "t"),
    "q_frame": lambda: ch01_grid.q_frame(
        GRID, np.zeros((6, 4)), [3], 9 * ramp(45) - 9, 20, "note"
    ),
    "cube": lambda: a(ch01_grid.cube, np.array([0, 1] * 4), [0, 1, 6], "t"),
    "field_map": ch01_maps.field_map,
    "pipelines": ch01_maps.pipelines,
    "agent_loop": ch01_maps.agent_loop,
    "credit_chain": lambda: ch01_maps.credit_chain([2, -1, 0.5], 3, 1),
    "credit_chain of two": lambda: ch01_maps.credit_chain([2, -1], 3, 1),
    "hyperplane": lambda: a(ch02_classifiers.hyperplane, [3, 4], -5),
    "arrow": lambda: a(ch02_classifiers.arrow, [1, 2], [3, -1], "C1", "w"),
    "distance": lambda: ch02_classifiers.distance([3, 4], -5, [3, 4]),
    "code_lengths": lambda: a(
        ch02_classifiers.code_lengths, [0.5, 0.25, 0.23, 0.02], [0.25, 0.5, 0.125, 0.125]
    ),
    "calibration": lambda: a(
        ch02_classifiers.calibration, [0.1] * 5 + [0.6] * 6 + [0.9] * 4, [1, 0, 0, 0, 1] * 3,
        [0, 0.5, 0.8, 1], "C2", "model",
    ),
    "temperature": lambda: ch02_classifiers.temperature([0, 1, 3], 0.5, [0.1, 1, 10]),
    "projection": lambda: ch02_linear.projection([[1, 0], [0, 1], [1, 1]], [1, 2, 6], [1, 1]),
    "filters": lambda: ch02_linear.filters(
        {"cut": np.array([1.0, 0.0, 0.0]), "penalty": np.array([0.9, 0.1, 0.001])},
        [1.0, -50.0, 1.5],
        {name: ([1.0, 2.0], [1500.0, 1600.0]) for name in ("cut", "penalty")},
        {"cut": (1.0, 1500.0), "penalty": (2.0, 1600.0)},
        "title",
    ),
    "heat_map": lambda: a(
        ch02_linear.heat_map, [[3, 2, 9, 4, 70], [5, 8, 1e9, 4, 7], [9, 8, 7, 6, 5]], [1, 4, 9],
        [0.1, 0.3, 1, 3, 10], (1.0, 100.0),
    ),
    "three_paths": lambda: a(ch03_batchnorm.three_paths, [1, 2, 6], [1, 0, 0]),
    "product": lambda: a(
        ch03_blocks.product,
        [("x", "N", "D"), ("·", "", ""), ("w", "D", "M"), ("+", "", ""), ("b", "1", "M")], "t",
    ),
    "differences": lambda: a(ch03_checks.differences, {"dx": 1e-9, "dw": 0.2, "db": 1e-15}, 1e-6),
    "misses": lambda: a(
        ch03_checks.misses, [[1.0, -2.0], [3.0, 4.0]], [[1.0, -1.0], [3.0, 2.0]], "half"
    ),
    "zero_line": lambda: a(ch02_classifiers.zero_line, [3.0, 4.0], -2.0),
    "thinned": lambda: a(ch03_dropout.thinned, [[1, 1], [1, 0, 1], [0, 1]], "t"),
    "both_ways": lambda: a(ch03_layers.both_ways),
    "averaged down": lambda: a(ch03_norms.averaged, ramp(3, 2), 0, "batch"),
    "averaged along": lambda: a(ch03_norms.averaged, ramp(3, 2), 1, "layer"),
    "ravine_path": lambda: a(ch03_optimizers.ravine_path, [1, 8], STEPS, "t"),
    "damping": lambda: a(ch03_optimizers.damping, {"flat": 0.01, "steep": 0.9}, 0.5),
    "strips": lambda: a(ch03_strips.strips, {"few": [0.5, 0.9, 0.6], "one": [0.7]}, "accuracy"),
    "planes": both_planes,
    "field_steps": lambda: ch04_fields.field_steps([("conv", 3, 2, 1), ("pool", 2, 2, 2)]),
    "connections": ch04_layers.connections,
    "stacks": lambda: ch04_layers.stacks([("", 1, 6), ("conv", 3, 3), ("dense", 5, 0)]),
    "weight_matrices": lambda: ch04_maps.weight_matrices({"a": ramp(2, 2), "b": 2 * np.eye(2)}),
    "kernels_and_maps": lambda: ch04_maps.kernels_and_maps(
        ramp(3, 3), ramp(3, 2, 2), 1 + ramp(3, 4, 4), columns=2
    ),
    "norm_axes": ch04_maps.norm_axes,
    "class_scores": lambda: ch04_maps.class_scores(np.zeros((12, 24)), abs(ramp(10, 4)), 4),
    "forward_frame": lambda: ch04_windows.forward_frame(
        ramp(2, 3, 3).round(1), ramp(2, 2, 3, 3).round(1), ramp(2).round(1), 2, 1, 5
    ),
    "forward_frame before": lambda: ch04_windows.forward_frame(
        np.eye(3)[None], np.ones((1, 1, 2, 2)), np.ones(1), 1, 0, -1
    ),
    "backward_frame": lambda: ch04_windows.backward_frame(
        np.array([[1, -1], [2, 0]]), np.array([[1, 2], [0, -1]]), 5
    ),
    "im2col_colors": lambda: ch04_windows.im2col_colors(np.arange(9.0).reshape(3, 3), 2),
    "maximum_routes": lambda: ch04_windows.maximum_routes(
        np.array([[1, 5, 2], [0, 3, 3], [4, 1, 0]]), np.array([[1, 2], [3, 4]]), 2, 1
    ),
    "attention_step": lambda: ch05_attention.attention_step([1, 0.5], ramp(3, 2), [1, 2, 4]),
    **{
        f"lstm_backward_frames {k + 1}": lambda k=k: lstm_frames()[k]
        for k in (1, 4)
    },
    "cell, lstm": lambda: a(ch05_cells.cell, "lstm", ["f", "cell"], "t"),
    "cell, peephole": lambda: a(ch05_cells.cell, "peephole", ["peephole"]),
    "cell, coupled": lambda: a(ch05_cells.cell, "coupled"),
    "cell, gru": lambda: a(ch05_cells.cell, "gru", ["z"]),
    "cliff": lambda: ch05_gradients.cliff(
        *W5, MISS**2, MISS, {"out": [[0.5, -0.8], [9.0, 0.2]], "in": [[0.5, -0.8], [1.0, -0.5]]}
    ),
    "runs": lambda: a(ch05_gradients.runs, [0, 1], [[1, 2], [3, 9], [2, 4]], "C0", "three", ":"),
    "arrangements": ch05_sequences.arrangements,
    "two_rows": ch05_sequences.two_rows,
    "encoder_decoder": ch05_sequences.encoder_decoder,
    "attention_map": lambda: a(
        ch05_sequences.attention_map, [[0.97, 0.03], [0.3, 0.6], [0.09, 0.5]], "ab", "xyz"
    ),
    "dependence": lambda: ch05_text.dependence(
        "ab\nc d", "e", {"GRU": [0, 1, 1, 4, 5, 2], "RNN": [1, 0, 0, 0, 0, 1]},
        {"GRU": 0.25, "RNN": 0.5},
    ),
    "likeliest": lambda: ch05_text.likeliest("ab", ["xa", "bd"], [[0.7, 0.3], [0.6, 0.2]]),
    "unit_interval": lambda: ch05_text.unit_interval(
        [0.2, 0.69, 0.01, 0.1], "ab c", "one\ntwo " * 14, "title"
    ),
    "cells": lambda: ch05_text.cells(
        "ab", {"one": (np.array([-2.0, 1.0]), np.array([0.0, 4.0])), "two": (ramp(2), ramp(2))}
    ),
    "through_time": lambda: a(ch05_through_time.through_time, [0, 0.5, -0.2], [0.1, 1.0], 0.8),
    "two_orders": lambda: a(ch05_two_orders.two_orders, 2, 1),
    "unrolled": lambda: a(ch05_unrolled.unrolled, 2),
}  # fmt: skip


def public() -> dict[str, Callable]:
    """What the modules of drawings offer, by name."""
    modules = [module for name, module in vars(plot).items() if name.startswith("ch0")]
    return {
        name: found
        for module in (*modules, plot.figures, plot.computational_graph)
        for name, found in vars(module).items()
        if callable(found) and getattr(found, "__module__", "") == module.__name__
        and name[0].islower()
    }  # fmt: skip


def defaults() -> list[str]:
    """What each of them takes where nothing is given."""
    found = []
    for name, function in sorted(public().items()):
        taken = [p for p in inspect.signature(function).parameters.values() if p.default != p.empty]
        words = [f"{p.name}={'…' if callable(p.default) else repr(p.default)}" for p in taken]
        found += [f"{name} {', '.join(words)}"] if words else []
    return found


def lines(name: str) -> list[str]:
    """What one drawing holds now."""
    if name == DEFAULTS:
        return defaults()
    with plt.rc_context():
        plot.style()
        figure = DRAWINGS[name]()
        found = described(figure)
    plt.close("all")
    return found


def record() -> dict[str, list[str]]:
    """What each drawing held when the record was made."""
    parts = re.split(r"^## (.+)\n", RECORD.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], (text.splitlines() for text in parts[2::2]), strict=True))


def test_every_drawing_of_the_course_is_in_the_record():
    no_drawing = {"style", "shares", "momentum_factor", "lstm_gradients", "grid", "shown"}
    drawn = {name.split(",")[0].split(" ")[0] for name in DRAWINGS}
    assert drawn == public().keys() - no_drawing
    assert list(record()) == [*DRAWINGS, DEFAULTS]


@pytest.mark.parametrize("name", [*DRAWINGS, DEFAULTS])
def test_a_drawing_is_as_recorded(name):
    assert lines(name) == record()[name]


if __name__ == "__main__":
    RECORD.write_text(
        "".join(
            f"## {name}\n" + "".join(f"{line}\n" for line in lines(name))
            for name in [*DRAWINGS, DEFAULTS]
        ),
        encoding="utf-8",
    )
