"""The report's figures, read back from their SVG: every mark lies where its axis says."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np
import pytest

from autograder.grading.reports.plots import BLUE, GRID, INK, LETTER, bar, histogram, scatter


class Text(NamedTuple):
    x: float
    y: float
    text: str
    anchor: str


def parts(figure: str, tag: str) -> list[dict[str, str]]:
    found = ElementTree.fromstring(str(figure)).iter()
    return [dict(node.attrib) for node in found if node.tag == tag]


def numbers(figure: str, tag: str, *names: str) -> list[tuple[float, ...]]:
    return [tuple(float(one.get(n, 0)) for n in names) for one in parts(figure, tag)]


def texts(figure: str) -> list[Text]:
    return [
        Text(float(node.get("x", "")), float(node.get("y", "")), node.text or "",
             node.get("text-anchor", ""))
        for node in ElementTree.fromstring(str(figure)).iter("text")
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_a_histogram_counts_each_student_in_the_tenth_where_the_points_lie(seed):
    rng = np.random.default_rng(seed)
    top = [20.0, 100.0, 7.5, 1.0, 50.0, 12.0][seed]
    values = [*rng.uniform(0, top, rng.integers(1, 80)), top, 0.0]
    figure = histogram(values, top)
    edges = np.linspace(0, top, 11)
    counts = np.histogram(values, edges)[0]
    labels = {t.text: t.x for t in texts(figure) if t.y == 190 - 36 + 16}
    assert list(labels) == [f"{edge:g}" for edge in edges]
    across = np.array([*labels.values()])
    assert np.allclose(np.diff(across), np.diff(across)[0], atol=0.11)
    floor = max(y for (y,) in numbers(figure, "line", "y1"))
    ceiling = min(y for (y,) in numbers(figure, "line", "y1"))
    ticks = {int(t.text): t.y - 4 for t in texts(figure) if t.anchor == "end"}
    assert ticks[0] == floor
    assert ticks[max(ticks)] == ceiling
    for tick, y in ticks.items():
        assert y == pytest.approx(floor - (floor - 22) * tick / counts.max(), abs=0.1)
    bars = numbers(figure, "rect", "x", "y", "width", "height")
    filled = [n for n in range(10) if counts[n]]
    assert len(bars) == len(filled)
    written = [t for t in texts(figure) if t.anchor == "middle" and t.y < 190 - 36 + 10]
    for n, (x, y, width, height), said in zip(filled, bars, written, strict=True):
        assert across[n] < x < x + width < across[n + 1]
        assert x - across[n] == pytest.approx(across[n + 1] - x - width, abs=0.21)
        assert y + height == pytest.approx(floor, abs=0.11)
        assert height == pytest.approx((floor - 22) * counts[n] / counts.max(), abs=0.1)
        assert said.text == str(counts[n])
        assert said.x == pytest.approx(x + width / 2, abs=0.11)
        assert said.y == pytest.approx(y - 5, abs=0.11)


def test_points_beyond_either_end_count_in_the_last_tenth_and_the_first():
    said = histogram([-1.0, 25.0, 19.99], 20.0)
    assert "Students by points: 1 from 0 to 2, 2 from 18 to 20." in said


def test_a_histogram_fits_in_its_frame():
    figure = histogram([1.0] * 3 + [19.0], 20.0, 400, 150)
    assert 'viewBox="0 0 400 150"' in figure
    for x1, x2 in numbers(figure, "line", "x1", "x2"):
        assert (x1, x2) == (34, 390)
    assert all(x > 0 and x + w < 390 for x, w in numbers(figure, "rect", "x", "width"))
    assert all(0 < t.x < 400 and 0 < t.y < 150 for t in texts(figure))
    colors = [one["stroke"] for one in parts(figure, "line")]
    assert colors == [GRID] * (len(colors) - 1) + [INK]


@pytest.mark.parametrize(
    ("share", "filled"), [(0.0, 0.0), (0.25, 50.0), (1.0, 200.0), (-0.5, 0.0), (1.5, 200.0)]
)
def test_a_bar_is_as_long_as_its_share(share, filled):
    figure = bar(share, 200, 10, "#123456")
    whole, part = numbers(figure, "rect", "width", "height")
    assert (whole, part) == ((200, 10), (filled, 10))
    assert parts(figure, "rect")[1]["fill"] == "#123456"
    assert f'aria-label="{share:.0%}"' in figure
    assert numbers(bar(0.5), "rect", "width", "height") == [(150, 14), (75, 14)]
    assert parts(bar(0.5), "rect")[1]["fill"] == BLUE


@pytest.mark.parametrize("seed", range(8))
def test_a_scatters_points_lie_where_its_axes_say_and_names_beside_them(seed):
    rng = np.random.default_rng(seed)
    low = [0.0, -0.1, -0.35, -0.45, -0.7, -0.9, -0.2, -0.5][seed]
    given = [(f"name_{i}", *rng.uniform((0, low), 1)) for i in range(14)]
    given.append(("lowest", 0.5, low))
    figure = scatter([*given, ("unknown", 0.5, None)])
    found = texts(figure)
    percent = {int(t.text[:-1]): t.x for t in found if t.text.endswith("%")}
    assert list(percent) == [0, 20, 40, 60, 80, 100]
    up = {
        float(t.text.replace("−", "-")): t.y - 4 for t in found if re.fullmatch(r"−?\d\.\d", t.text)
    }
    step = 0.2 if low > -0.6 + 1e-9 and min(up) > -0.5 else 0.4
    assert np.allclose(np.diff(sorted(up)), step)
    assert min(up) <= low < min(up) + 0.2 + 1e-9
    names = {t.text: t for t in found if t.text.startswith(("name", "lowest"))}
    circles = numbers(figure, "circle", "cx", "cy")
    ordered = sorted(given, key=lambda p: (p[1], -p[2]))
    assert len(circles) == len(given)
    zero = up[min(up, key=abs)] if 0.0 not in up else up[0.0]
    base = 0.0 if 0.0 in up else min(up, key=abs)
    unit = (max(up.values()) - min(up.values())) / (max(up) - min(up))
    for (name, across, high), (x, y) in zip(ordered, circles, strict=True):
        assert x == pytest.approx(percent[0] + (percent[100] - percent[0]) * across, abs=0.1)
        assert y == pytest.approx(zero - (high - base) * unit, abs=0.2)
        if name in names:
            assert abs(names[name].x - x) == pytest.approx(8, abs=0.11)
            assert names[name].y == pytest.approx(y + 4, abs=0.11)
            assert (names[name].anchor == "start") == (names[name].x > x)
    assert 1 <= len(names) <= 9
    spans = []
    for name, t in names.items():
        long = LETTER * len(name)
        begin = t.x if t.anchor == "start" else t.x - long
        spans.append((begin, begin + long, t.y))
        assert percent[0] < begin + 0.1
        assert begin + long < 560 + 0.1
    for i, (a, b, y) in enumerate(spans):
        for c, d, other in spans[:i]:
            assert b < c + 0.2 or d < a + 0.2 or abs(y - other) > 12.8
    across_lines = [one for one in parts(figure, "line") if one["y1"] == one["y2"]]
    assert [one["stroke"] for one in across_lines].count(INK) == (0.0 in up)


def test_names_stand_toward_the_middle_and_on_the_other_side_where_that_is_taken():
    figure = scatter([("left", 0.1, 0.5), ("right", 0.9, 0.5)])
    anchors = {t.text: t.anchor for t in texts(figure)}
    assert anchors["left"] == "start"
    assert anchors["right"] == "end"
    near = scatter([("first", 0.8, 0.5), ("second", 0.81, 0.51)])
    anchors = {t.text: t.anchor for t in texts(near)}
    assert (anchors["first"], anchors["second"]) == ("end", "start")


def test_what_figures_say_stands_in_their_text_and_markup_is_escaped():
    figure = str(scatter([("<f>", 0.5, 0.25)]))
    assert "&lt;f&gt;: 50% earned, discrimination 0.25." in figure
    assert 'aria-labelledby="difficulty-t difficulty-d"' in figure
    root = ElementTree.fromstring(figure)
    assert {node.get("id") for node in root if node.get("id")} == {"difficulty-t", "difficulty-d"}
    assert 'id="distribution-t"' in histogram([1.0], 2.0)
