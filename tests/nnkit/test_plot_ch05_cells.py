"""Chapter 5's drawings: what is lit, that the numbers on the edges are right, where minima lie."""

from __future__ import annotations

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest

import nnkit.functional as F
from nnkit.plot.ch05_backward import lstm_backward_frames, lstm_gradients
from nnkit.plot.ch05_cells import CELLS, LIT, cell
from nnkit.plot.ch05_gradients import cliff, runs
from nnkit.plot.ch05_unrolled import unrolled

pytestmark = pytest.mark.usefixtures("fresh_figures")


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def step_of_one_unit(seed: int):
    rng = np.random.default_rng(seed)
    shapes = (1, 1), (1, 1), (1, 1), (1, 4), (1, 4), (4,)
    return F.lstm_step_forward(*(rng.normal(size=shape) for shape in shapes))[2]


@pytest.mark.parametrize("kind", CELLS)
def test_exactly_the_named_part_is_lit(kind: str) -> None:
    for part in {item.part for item in CELLS[kind]}:
        ax = cell(plt.figure().add_subplot(), kind, [part])
        wires = sum(type(i).__name__ == "Wire" and i.part == part for i in CELLS[kind])
        lit = [line for line in ax.lines if line.get_color() == LIT and line.get_marker() == "None"]
        assert len(lit) == wires
        plt.close(ax.figure)


@pytest.mark.parametrize("kind", CELLS)
def test_every_wire_starts_and_ends_at_something(kind: str) -> None:
    items = CELLS[kind]
    wires = [i for i in items if type(i).__name__ == "Wire"]
    corners = [np.array(w.points) for w in wires]
    nodes = np.array([i.at for i in items if type(i).__name__ != "Wire"])
    for wire, own in zip(wires, corners, strict=True):
        for end in (own[0], own[-1]):
            near_node = np.abs(nodes - end).max(axis=1).min() < 0.45
            on_wire = any(
                _distance(end, a, b) < 1e-9
                for other in corners
                if other is not own
                for a, b in itertools.pairwise(other)
            )
            assert near_node or on_wire, (wire, end)


def _distance(point, a, b):
    share = np.clip(np.dot(point - a, b - a) / np.dot(b - a, b - a), 0, 1)
    return np.linalg.norm(point - a - share * (b - a))


def test_an_unknown_cell_or_part_is_refused() -> None:
    ax = plt.figure().add_subplot()
    with pytest.raises(ValueError, match="kind is 'rnn'"):
        cell(ax, "rnn")
    with pytest.raises(ValueError, match="lit names"):
        cell(ax, "coupled", ["peephole"])


@pytest.mark.parametrize("seed", range(5))
def test_the_numbers_on_the_edges_are_those_of_the_backward_pass(seed: int) -> None:
    cache = step_of_one_unit(seed)
    dh, dc = np.random.default_rng(100 + seed).normal(size=2)
    found = lstm_gradients(dh, dc, cache)
    dx, dh_prev, dc_prev, _, _, db = F.lstm_step_backward(*np.array([[[dh]], [[dc]]]), cache)
    expected = {"dx": dx, "dh_prev": dh_prev, "dc_prev": dc_prev}
    expected |= dict(zip(("ds_f", "ds_i", "ds_g", "ds_o"), db, strict=True))
    for name, value in expected.items():
        assert found[name] == pytest.approx(float(np.squeeze(value)), abs=1e-12), name


def test_each_frame_adds_the_gradients_of_its_step() -> None:
    u = np.array([[np.log(3), 0, np.log(3) / 2, np.log(4)]])
    hand = np.ones((1, 1)), np.zeros((1, 1)), np.full((1, 1), 2.0), u, np.zeros((1, 4)), np.zeros(4)
    frames = lstm_backward_frames(1.0, 0.5, F.lstm_step_forward(*hand)[2])
    shown = [set(texts(frame.axes[0])) for frame in frames]
    assert "0.591" not in shown[0]
    for frame, number in zip(shown[1:4], ("0.591", "1.1821", "0.1506"), strict=True):
        assert number in frame
    with pytest.raises(ValueError, match="one unit"):
        lstm_backward_frames(1.0, 0.5, (np.ones((1, 2)), None, np.ones((1, 3))))


def test_the_curve_of_minima_lies_where_the_loss_is_zero() -> None:
    w, b = np.linspace(0, 2, 41), np.linspace(-1, 1, 41)
    miss = np.add(*np.meshgrid(w, b)) - 1  # zero on b = 1 - w
    path = np.array([[0.5, 0.2], [9.0, 0.2]])
    flat = cliff(w, b, miss**2, miss, {"out": path}).axes[1]
    x, y = flat.lines[0].get_data()
    np.testing.assert_allclose(x + y, 1, atol=1e-9)
    assert np.isnan(flat.lines[1].get_xdata()[1])  # what leaves the picture is cut off
    assert "to w = 9.0,\nb = 0.2" in texts(flat)


def test_runs_are_drawn_as_median_and_range() -> None:
    ax = runs(plt.figure().add_subplot(), [0, 1], [[1, 2], [3, 9], [2, 4]], "C0", "three")
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [2, 4])
    heights = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (1, 9)


def test_the_unrolled_network_has_a_loss_for_each_step() -> None:
    shown = texts(unrolled(plt.figure().add_subplot(), 4))
    assert [t for t in shown if t.startswith("$L")] == [f"$L_{k}$" for k in (1, 2, 3, 4, "T")]
    assert shown.count("$W$") == 6
    with pytest.raises(ValueError, match="steps is 0"):
        unrolled(plt.figure().add_subplot(), 0)
