"""The class report says what the results say: sentences, groups, ticks and places of marks."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from autograder.grading.judging.results import CellResult, NotebookResult, Result
from autograder.grading.reports.data import ClassData, Row, in_words
from autograder.grading.reports.page import number
from autograder.grading.reports.plots import histogram, scatter, ticks


def cell(exercise: str = "f", score: float | None = 2.0, **more: Any) -> CellResult:
    return CellResult("01", f"check_{exercise}", exercise, 2.0, score, **more)


WRONG = {"exercise": "g", "passed": False, "mistake": "db_averaged", "cause": "db averaged", "x": 1}


def row(student: str, cells: tuple[CellResult, ...] = (), **more: Any) -> Row:
    result = Result("03_x", student, "none", (NotebookResult("01", cells, **more),))
    return Row(student, {c.exercise: c.score or 0.0 for c in cells}, result=result)


LOST = (cell("a", 0.0, why="small"), cell("b", 0.0, report=WRONG, why="named"), cell("c", 1.0))


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (Row("x"), ""),
        (row("x", LOST, fault="t", reasons=("internal error in 02",)), "01: internal error in 02"),
        (row("x", LOST, fault="t", reasons=("other",)), "internal error"),
        (row("x", LOST, tampering=("u", "v"), reasons=("r",)), "2 signs of tampering: 01: u"),
        (row("x", LOST, reasons=("r", "s")), "01: r"),
        (row("x", LOST, repairs=("p",)), "b: named (and 2 more)"),
        (row("x", LOST[:1]), "a: small"),
        (row("x", (cell("a"),), repairs=("p", "q")), "01: p"),
        (row("x", (cell("a"), cell("", None))), ""),
    ],
)
def test_the_most_telling_sentence_on_lost_points_is_shown(one: Row, why: str):
    assert one.why == why


def test_the_class_is_told_by_groups_without_what_the_grader_failed():
    points = {"quiz_a": 2.0, "nobody_knows": 2.0, "relu_forward": 2.0, "softmax": 2.0}
    right = row("ada", tuple(cell(name) for name in points))
    wrong = row("bob", tuple(cell(name, 0.0) for name in points))
    failed = row("eve", tuple(cell(name, None) for name in points), fault="trace")
    data = ClassData("03_x", points, 0.0, [right, wrong, failed], [], "", set())
    assert data.max_score == 8.0
    groups = list(data.groups)
    assert groups[-2:] == ["other", "quiz"]
    assert sum(data.groups.values()) == 8.0
    assert data.group_scores(right) == data.groups
    assert set(data.group_scores(wrong).values()) == {0.0}
    assert [one.student for one in data.judged] == ["ada", "bob"]
    assert [(one.difficulty, one.full) for one in data.statistics()] == [(0.5, 1)] * 4
    data.rows = []
    assert [(one.difficulty, one.full, one.discrimination) for one in data.statistics()] == [
        (0.0, 0, None)
    ] * 4
    assert in_words("nobody_knows", "db_averaged") == "db averaged"


def test_ticks_are_whole_round_and_few():
    for most in range(1, 400):
        found = ticks(most)
        (step,) = set(np.diff(found))
        assert found[0] == 0
        assert str(step).rstrip("0") in ("1", "2", "5")
        assert most - step < found[-1] <= most
        assert 3 <= len(found) <= 6 or most == 1


def texts(figure: str) -> list[tuple[float, float, str]]:
    found = re.findall(r'<text x="([\d.-]+)" y="([\d.-]+)" [^>]*>([^<]*)<', str(figure))
    return [(float(x), float(y), text) for x, y, text in found]


def lines(figure: str) -> list[tuple[float, ...]]:
    found = re.findall(r'<line x1="([\d.-]+)" y1="([\d.-]+)" x2="([\d.-]+)" y2="([\d.-]+)"',
                       str(figure))  # fmt: skip
    return [tuple(map(float, one)) for one in found]


def test_a_histograms_labels_say_what_is_drawn():
    figure = histogram([5.0, 15.0, 15.5, 20.0], 20.0)
    said = "Students by points: 1 from 4 to 6, 2 from 14 to 16, 1 from 18 to 20."
    assert said in figure
    ground = max(y for _, y, *_ in lines(figure))
    heights = {text: y for _, y, text in texts(figure)[:3]}
    assert list(heights) == ["0", "1", "2"]
    assert heights["0"] - heights["1"] == pytest.approx(heights["1"] - heights["2"])
    assert ground == pytest.approx(heights["0"] - 4)
    numbers = {text for _, _, text in texts(figure)}
    assert numbers >= {"0", "2", "4", "18", "20", "1", "automatic points"}
    assert histogram([], 20.0).count("<rect") == 0


def test_a_scatters_axes_are_labeled_where_its_points_lie():
    points = [("f", 0.2, -0.3), ("g", 1.0, 0.9), ("h", 0.205, -0.31)]
    points += [("i", 0.21, -0.305), ("none", 0.5, None)]
    figure = str(scatter(points))
    at = {name: (float(x), float(y)) for x, y, name in
          re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)".*?<title>(\w+):', figure)}  # fmt: skip
    labels = {text: (x, y) for x, y, text in texts(figure)}
    assert at["f"][0] == pytest.approx(labels["20%"][0], abs=0.1)
    assert at["g"][0] == pytest.approx(labels["100%"][0], abs=0.1)
    one, zero = labels["1.0"][1] - 4, labels["0.0"][1] - 4
    assert at["g"][1] == pytest.approx(one + 0.1 * (zero - one), abs=0.1)
    assert at["f"][1] == pytest.approx(zero + 0.3 * (zero - one), abs=0.1)
    assert "−0.4" in labels
    # The second name goes to the free side; a third would lie on one of the two and is left out.
    assert ("f" in labels, "h" in labels, "i" in labels, "g" in labels) == (True, True, False, True)
    assert labels["h"][0] < at["h"][0]
    assert labels["f"][0] > at["f"][0]
    assert labels["g"][0] < at["g"][0]
    assert "f: 20% earned, discrimination -0.30; h" in figure


@pytest.mark.parametrize("digits", [0, 1, 2])
@pytest.mark.parametrize(
    "value", [0, -0.001, 1, 9.96, 10, 30, 50, 99.5, 100, 110, 200.5, 1000, -20]
)
def test_a_number_of_the_page_is_read_back_as_it_was_rounded(value: float, digits: int) -> None:
    """30 hours late are no 3, and 100% of the points no 1%."""
    shown = number(value, digits)
    assert float(shown.replace("−", "-")) == round(float(f"{value:.{digits}f}"), digits)
    assert not re.search(r"\.\d*0$|\.$|^−0$", shown)
