"""The class report: right numbers, one file, nothing of a student's that a browser would run."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pytest

from autograder.coursefolder.extensions import Extension
from autograder.grading.judging.results import CellResult, NotebookResult, Result
from autograder.grading.reports.data import ClassData, Row, correlation
from autograder.grading.reports.page import render
from autograder.grading.reports.plots import bar, histogram, scatter
from autograder.grading.reports.write import as_csv

EVIL = "<script>alert(1)</script>"


def student(name: str, scores: dict[str, float], **more) -> Row:
    cells = tuple(
        CellResult(
            "01", f"check_{exercise}", exercise, 10.0, score,
            None if score else {"exercise": exercise, "passed": False, "mistake": "db_averaged",
            "cause": EVIL},
            "" if score else EVIL,
        )
        for exercise, score in scores.items()
    )  # fmt: skip
    notebook = NotebookResult("01", cells, **more)
    return Row(
        name, dict(scores), manual=None, result=Result("03_x", name, "namespaces", (notebook,))
    )


@pytest.fixture
def data() -> ClassData:
    rows = [
        student("ada", {"affine_forward": 10.0, "affine_backward": 10.0}),
        student("bob", {"affine_forward": 10.0, "affine_backward": 0.0}),
        student("=cmd()", {"affine_forward": 0.0, "affine_backward": 0.0}, reasons=(EVIL,),
        tampering=(EVIL,)),
        student(EVIL, {"affine_forward": 10.0, "affine_backward": 10.0}, repairs=(EVIL,)),
    ]  # fmt: skip
    rows[1].late = 3.0
    exercises = {"affine_forward": 10.0, "affine_backward": 10.0}
    return ClassData("03_x", exercises, 5.0, rows, ["eve"], "2026-03-02 23:59 UTC", {"namespaces"})


def test_difficulty_and_discrimination(data):
    forward, backward = data.statistics()
    assert (forward.difficulty, forward.full) == (0.75, 3)
    assert backward.difficulty == 0.5
    # By hand: deviations (2.5, 2.5, -7.5, 2.5) and (5, -5, -5, 5), so 50 / sqrt(75 * 100).
    assert forward.discrimination == pytest.approx(1 / np.sqrt(3))


@pytest.mark.parametrize("seed", range(20))
def test_correlation_is_numpys(seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 10, 3 + seed).astype(float)
    y = rng.normal(size=len(x)) + rng.integers(-2, 3) * x
    x[0] = x[1] + 1  # so that it varies
    assert correlation(list(x), list(y)) == pytest.approx(np.corrcoef(x, y)[0, 1])


@pytest.mark.parametrize(
    ("x", "y"),
    [([1, 1, 1], [1, 2, 3]), ([1, 2, 3], [2, 2, 2]), ([1, 2], [1, 2]), ([], [])],
)
def test_there_is_no_correlation_where_a_side_does_not_vary_or_too_few_are_there(x, y):
    assert correlation(x, y) is None


def test_mistakes_are_counted_with_the_hint_students_got(data):
    counted = {m.exercise: (len(m.students), m.text) for m in data.mistakes()}
    assert counted["affine_backward"][0] == 2
    assert counted["affine_backward"][1].startswith("db averaged. Where a value is copied")


def test_nothing_of_a_students_is_run_and_no_address_is_outside(data):
    page = render(data)
    assert "<script" not in page
    assert not re.search(r"(src|href)\s*=|url\(|@import|https?://", page)


def test_the_page_says_everything_asked_for(data):
    page = render(data)
    for words in ("Distribution", "Difficulty and discrimination", "Most frequent mistakes",
    "2 of 4", "bob (3 h)",
                  "eve", "Signs of tampering", "Submissions with reasons", "Repaired before "
                                                                           "grading"):  # fmt: skip
        assert words in page, words
    assert page.count("<desc") == 2
    assert "Students by points" in page


def test_more_time_and_groups_are_on_the_page_also_of_who_has_not_handed_in(data):
    data.extensions = {"bob": Extension(48.0, "flu"), "eve": Extension(12.0, EVIL)}
    data.teams = {"Team <7>": ["ada", "bob"]}
    page = re.sub(r"<.+?>", "", render(data))
    assert "bob (48 h: flu), eve (12 h: &lt;script&gt;" in page
    assert "nothing handed in yet)" in page
    assert "Team &lt;7&gt; (ada, bob)" in page


def test_grading_without_protection_is_on_every_report(data):
    assert "without protection" not in render(data)
    data.jails = {"none"}
    assert "Graded without protection" in render(data)


def test_the_csv_has_a_line_a_student_and_no_formula(data):
    rows = list(csv.DictReader(io.StringIO(as_csv(data))))
    assert [row["automatic"] for row in rows] == ["20", "10", "0", "20"]
    assert rows[2]["student"] == "'=cmd()"


def test_an_empty_class_has_a_report(data):
    data.rows = []
    assert "No answer agreed" in render(data)


def boxes(figure: str) -> list[dict[str, float]]:
    """The rectangles of a figure with their numbers, in the order of drawing."""
    found = re.findall(r"<rect ([^>]*)>", str(figure))
    return [
        {name: float(number) for name, number in re.findall(r'(\w+)="(-?[\d.]+)"', one)}
        for one in found
    ]


@pytest.mark.parametrize("share", [0.0, 0.25, 0.6, 1.0])
def test_a_bar_is_filled_to_its_share(share):
    ground, filled = boxes(bar(share, width=200))
    assert ground["width"] == 200
    assert filled["width"] == pytest.approx(200 * share)


@pytest.mark.parametrize(("share", "width"), [(-0.5, 0), (1.5, 150)])
def test_a_bar_does_not_leave_its_ground(share, width):
    assert boxes(bar(share, width=150))[1]["width"] == width


@pytest.mark.parametrize("seed", range(5))
def test_a_histogram_stands_where_the_students_are_and_as_high_as_they_are_many(seed):
    rng = np.random.default_rng(seed)
    values = [*list(80 * rng.beta(3, 1.5, 40)), 0.0, 80.0, 80.0]
    # The last bin holds the full points too: NumPy counts in the same way.
    counts, _ = np.histogram(values, bins=10, range=(0, 80))
    width, height = 560, 190
    drawn = boxes(histogram(values, 80.0, width, height))
    assert len(drawn) == np.count_nonzero(counts)
    middles = np.array([one["x"] + one["width"] / 2 for one in drawn])
    # From the axis labels: "0" stands at the left end of the axis and "80" at its right end.
    ends = re.findall(r'<text x="([\d.]+)" [^>]*text-anchor="middle"[^>]*>(?:0|80)</text>',
                      str(histogram([], 80.0, width, height)))  # fmt: skip
    left, right = float(ends[0]), float(ends[-1])
    bins = (middles - left) / (right - left) * 10
    np.testing.assert_allclose(bins, np.flatnonzero(counts) + 0.5, atol=0.02)
    heights = np.array([one["height"] for one in drawn])
    np.testing.assert_allclose(
        heights / heights.max(), counts[counts > 0] / counts.max(), atol=0.01
    )
    feet = {round(one["y"] + one["height"], 0) for one in drawn}
    assert len(feet) == 1
    assert min(feet) < height


def test_a_scatter_goes_right_with_the_share_and_up_with_the_discrimination():
    points = [("low", 0.1, 0.1), ("right", 0.9, 0.1), ("high", 0.1, 0.9), ("none", 0.5, None)]
    found = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)".*?<title>(\w+):', str(scatter(points)))
    at = {name: (float(x), float(y)) for x, y, name in found}
    assert at.keys() == {"low", "right", "high"}
    assert at["right"][0] > at["low"][0] == at["high"][0]
    assert at["high"][1] < at["low"][1] == at["right"][1]


@pytest.mark.parametrize("seed", range(20))
def test_names_in_a_scatter_do_not_lie_on_each_other(seed):
    rng = np.random.default_rng(seed)
    names = [f"{'x' * n}_backward" for n in rng.integers(1, 12, 12)]
    points = [(name, *rng.choice([[0.33, -0.1], [0.66, -0.1], rng.random(2)])) for name in names]
    pattern = r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)" font-size="11" [^>]*>(x+_\w+)<'
    boxes = []
    for x, y, anchor, name in re.findall(pattern, str(scatter(points))):
        left = float(x) - (6.0 * len(name) if anchor == "end" else 0)
        boxes.append((left, left + 6.0 * len(name), float(y)))
    assert len(boxes) >= 3
    for number, (left, right, y) in enumerate(boxes):
        assert left >= 0
        assert right <= 560
        for other, end, height in boxes[:number]:
            assert right < other or end < left or abs(y - height) >= 11
