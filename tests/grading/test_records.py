"""What grading writes down: verdicts, results, outputs, the report's numbers; no jail is needed."""

from __future__ import annotations

import json
import re
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from nbformat.v4 import new_code_cell

from autograder.grading.jailed.call_recorder import MAX_SEEN, CallRecorder
from autograder.grading.jailed.outputs import Outputs, Printed, Stream
from autograder.grading.judging.clean_outputs import clean_all, quoted, take
from autograder.grading.judging.results import CellResult, NotebookResult, Result
from autograder.grading.judging.verdict import Verdict, faulty, refused, write_verdict
from autograder.grading.remote import time_budget
from autograder.grading.remote.time_budget import TimeBudget
from autograder.grading.reports.data import ClassData, Row, in_words
from autograder.grading.reports.plots import histogram, scatter, ticks
from autograder.grading.sandbox.limits import Limits
from autograder.grading.sanitize.changes import first_difference, in_short, same_code


def cell(exercise: str = "f", score: float | None = 2.0, **more: Any) -> CellResult:
    return CellResult("01", f"check_{exercise}", exercise, 2.0, score, **more)


WRONG = {"exercise": "g", "passed": False, "mistake": "db_averaged", "cause": "db averaged", "x": 1}
FIRST = NotebookResult(
    "01",
    (cell("f"), cell("f", 0.5), cell("g", 0.0, report=WRONG, why="db averaged"), cell("", None)),
    reason="slow",
    reasons=("late", ""),
    repairs=("test put back",),
    tampering=("points edited",),
    fault="trace 1",
    text="{}",
)
SECOND = NotebookResult("02", (cell("h", 3.0),), fault="")
RESULT = Result(
    "03_x", "ada", "none", (FIRST, SECOND), ("unzipped",), ("tag",), "broken", "trace 0",
    files={"a.txt": b"1"},
)  # fmt: skip


def test_a_result_adds_up_its_cells_and_tells_its_reasons_by_notebook():
    assert [c.exercise for c in RESULT.cells] == ["f", "f", "g", "", "h"]
    assert RESULT.scores == {"f": 2.5, "g": 0.0, "h": 3.0}
    assert (RESULT.score, RESULT.max_score) == (5.5, 8.0)
    assert RESULT.reasons == ["broken", "01: slow", "01: late"]
    assert RESULT.faults == ["trace 0", "trace 1"]
    assert RESULT.evidence == ["tag", "01: points edited"]
    assert RESULT.repaired == ["unzipped", "01: test put back"]
    assert [c.passed for c in RESULT.cells] == [True, False, False, False, True]
    assert [c.mistake for c in RESULT.cells] == ["", "", "db averaged", "", ""]
    empty = Result("03_x", "eve", "none")
    assert (empty.reasons, empty.faults, empty.score, empty.max_score) == ([], [], 0.0, 0.0)


def test_a_result_comes_back_from_a_file_without_texts_and_files():
    plain = json.loads(json.dumps(RESULT.to_dict()))
    assert "files" not in plain
    assert all("text" not in notebook for notebook in plain["notebooks"])
    again = Result.from_dict(plain)
    assert again.files == {}
    assert again.notebooks[0].text == ""
    kept = {key: WRONG.get(key) for key in
            ("exercise", "passed", "mistake", "cause", "found", "next_step")}  # fmt: skip
    assert again.cells[2].report == kept
    assert again.cells[0] == RESULT.cells[0]
    assert (again.reasons, again.evidence) == (RESULT.reasons, RESULT.evidence)
    assert (again.repaired, again.faults) == (RESULT.repaired, RESULT.faults)
    assert type(again.notebooks[0].reasons) is type(again.repairs) is tuple
    with pytest.raises(KeyError):
        Result.from_dict({"assignment": "03_x"})


@pytest.mark.parametrize(
    ("verdict", "why"),
    [
        (Verdict(0.0, ({"cause": "a", "found": "b"},)), "a"),
        (Verdict(0.0, ({"cause": "", "found": "b"},)), "b"),
        (Verdict(0.0, ({"cause": "x" * 301},)), "x" * 300),
        (Verdict(0.0, ({"cause": "a"}, {"cause": "last"})), "last"),
        (Verdict(1.0, ({"cause": "a", "passed": True},)), ""),
        (Verdict(0.0, ({"passed": False},), error=("E", " one\ntwo")), "one"),
        (Verdict(0.0, error=("E", "  \n")), "E"),
        (Verdict(0.0, error=("E", "y" * 301)), "y" * 300),
        (Verdict(0.0), ""),
        (refused("too large"), "too large"),
        (faulty("trace"), "the grader failed, which is no fault of this work; your instructor sees "
                          "why"),
    ],
)  # fmt: skip
def test_a_verdict_says_why_points_were_lost(verdict: Verdict, why: str):
    assert verdict.why == why


def written(verdict: Verdict) -> Any:
    made = new_code_cell(
        "check(f)", outputs=[{"output_type": "stream", "name": "stdout", "text": "old"}]
    )
    write_verdict(made, verdict, 7)
    assert made.execution_count == 7
    return made


def test_a_verdicts_outputs_are_those_of_the_cell_it_stands_for():
    reports = ({"passed": True}, {"passed": False})
    made = written(Verdict(1.0, reports, "printed", "report", credit=0.5))
    printed, message, value = made.outputs
    assert (printed.name, printed.text) == ("stdout", "printed")
    assert (message.name, message.text) == ("stdout", "report\n")
    assert (value.output_type, value.data, value.execution_count) == (
        "execute_result", {"text/plain": "0.5"}, 7,
    )  # fmt: skip
    assert made.metadata["autograder"] == {"report": reports[1], "reports": list(reports)}
    (error,) = written(Verdict(0.0, message="report", error=("E", "why"))).outputs
    assert (error.ename, error.evalue, error.traceback) == ("E", "why", ["E: why"])
    plain = written(Verdict(1.0))
    assert (plain.outputs, "autograder" in plain.metadata) == ([], False)
    assert faulty("trace").score is None
    assert (faulty("trace").fault, refused("x").score) == ("trace", 0.0)


def test_printed_pieces_are_joined_and_cut_where_a_cell_has_shown_enough():
    shown = Outputs(10)
    for name, text in [("stdout", "ab"), ("stdout", "cd"), ("stderr", "e"), ("stdout", "fghijkl")]:
        shown.text(name, text)
    shown.text("stdout", "nothing more")
    cut = "\n[output cut here: a cell may show 10 bytes]\n"
    assert [(o["name"], o["text"]) for o in shown.finished()] == [
        ("stdout", "abcd"), ("stderr", "e"), ("stdout", "fghij" + cut),
    ]  # fmt: skip
    shown.start()
    assert (shown.finished(), shown.left) == ([], 10)
    shown.text("stdout", "x" * 10)
    assert shown.finished()[0]["text"] == "x" * 10


def test_rich_outputs_count_and_are_left_out_where_they_are_too_large():
    shown = Outputs(40)
    shown.data("display_data", {"text/plain": "x" * 20}, {"m": 1}, more=2)
    shown.data("display_data", {"k": b"123456", "j": 12}, {})
    assert shown.left == 0
    assert shown.items[0] == {
        "output_type": "display_data", "data": {"text/plain": "x" * 20}, "metadata": {"m": 1},
        "more": 2,
    }  # fmt: skip
    shown = Outputs(99)
    shown.data("display_data", {"text/plain": "x" * 90}, {})
    assert shown.finished()[0]["text"] == (
        "[an output of 100 bytes was left out: a cell may show 99 bytes]\n"
    )
    shown.error("N" * 201, "v" * 2001, [*map(str, range(61)), "z" * 20_001])
    error = shown.items[-1]
    assert (len(error["ename"]), len(error["evalue"]), len(error["traceback"])) == (200, 2000, 60)
    assert (error["traceback"][0], len(error["traceback"][-1])) == ("2", 20_000)


def test_outputs_are_cleared_at_once_or_with_the_next():
    shown = Outputs(100)
    shown.text("stdout", "a")
    shown.clear(wait=True)
    assert len(shown.items) == 1
    shown.text("stdout", "b")
    shown.text("stdout", "c")
    assert [o["text"] for o in shown.finished()] == ["bc"]
    shown.clear(wait=False)
    assert shown.items == []
    shown.text("stdout", "d")
    shown.clear(wait=True)
    shown.start()
    shown.text("stdout", "e")
    shown.error("E", "v", [])
    assert [o["output_type"] for o in shown.items] == ["stream", "error"]


def test_a_stream_is_a_text_file_that_passes_on_what_is_written():
    pieces: list[tuple[str, str]] = []
    stream = Stream("stderr", lambda name, text: pieces.append((name, text)))
    assert stream.write("äb") == 2
    assert pieces == [("stderr", "äb")]
    assert (stream.writable(), stream.isatty(), stream.fileno()) == (True, False, 2)
    assert Stream("stdout", None).fileno() == 1
    with pytest.raises(TypeError, match="must be str, not bytes"):
        stream.write(b"x")  # type: ignore[arg-type]


def test_what_a_function_prints_is_kept_up_to_a_bound_and_counted_beyond():
    printed = Printed(5)
    for text in ("abc", "defg", "h"):
        printed.write("stdout", text)
    assert printed.take() == ("abcde", 8)
    assert printed.take() == ("", 0)
    printed.write("stdout", "12345")
    assert printed.take() == ("12345", 5)
    assert Printed().most == 4000


STREAMS = {"output_type": "stream", "name": "stdout"}


def test_only_outputs_of_a_known_form_are_taken_over():
    claimed = [
        "x", {"output_type": 1}, {"output_type": "other"}, STREAMS | {"text": 3},
        STREAMS | {"text": "a", "name": "log"}, STREAMS | {"text": "a", "name": 1},
        STREAMS | {"text": ""}, {"output_type": "error", "ename": 1, "evalue": "", "traceback": []},
        {"output_type": "error", "ename": "", "evalue": 1, "traceback": []},
        {"output_type": "error", "ename": "", "evalue": "", "traceback": "x"},
        {"output_type": "display_data", "data": []}, {"output_type": "display_data", "data": {}},
        {"output_type": "display_data", "data": {"text/javascript": "x", "text/plain": 1}},
        {"output_type": "display_data", "data": {"image/png": "not base64 <"}},
    ]  # fmt: skip
    assert take(claimed, 1000) == []


def test_outputs_are_bounded_one_by_one_and_together():
    error = {"output_type": "error", "ename": "N" * 201, "evalue": "v" * 2001,
             "traceback": ["z" * 20_001, 3, *("l" for _ in range(70))]}  # fmt: skip
    (kept,) = take([error], 1)
    assert (len(kept.ename), len(kept.evalue), len(kept.traceback)) == (200, 2000, 59)
    assert len(kept.traceback[0]) == 20_000
    texts = take(
        [STREAMS | {"text": "abc"}, STREAMS | {"text": "defg"}, STREAMS | {"text": "h"}], 5
    )
    assert [output.text for output in texts] == ["abc", "de"]
    assert take([STREAMS | {"text": "a"}], 0) == []
    rich = {"output_type": "execute_result", "data": {"text/plain": "12345"}, "execution_count": 3}
    first, second = take([rich, rich | {"execution_count": "4"}, rich], 10)
    assert (first.execution_count, second.execution_count) == (3, None)
    display = {"output_type": "display_data", "data": {"image/png": "aGk=\n"}}
    assert take([display], 5)[0].data == {"image/png": "aGk=\n"}
    assert take([display], 4) == []
    many = take([STREAMS | {"text": "a"}] * 1502, 5000)
    assert len(many) == 501
    assert many[-1].text == "[1,002 further outputs were left out]\n"
    assert len(take([STREAMS | {"text": "a"}] * 500, 5000)) == 500


def test_a_drawing_becomes_a_picture_and_text_loses_what_no_file_may_hold():
    svg = {"image/svg+xml": "<svg onload=x></svg>"}
    display = {"output_type": "display_data"}
    (drawn,) = take([display | {"data": svg}], 1000)
    assert re.fullmatch(r'<img src="data:image/svg\+xml;base64,\w+=*" alt="a drawing">',
                        drawn.data["text/html"])  # fmt: skip
    assert take([display | {"data": {"image/svg+xml": "no drawing"}}], 1000) == []
    (both,) = take([display | {"data": svg | {"text/html": "<b>x</b>"}}], 1000)
    assert both.data == {"text/html": "<b>x</b>"}
    text = "a\x00\x08\x0b\x0c\x0e\x1a\x1c\x1f\x7f\ufffe\uffffb\t\n\r\x1b[1mz\ud800"
    (kept,) = take([STREAMS | {"text": text}], 100)
    assert kept.text == "a" + "\ufffd" * 11 + "b\t\n\r\x1b[1mz?"
    assert quoted("\x1b[2J") == "\ufffd[2J"
    assert clean_all({"a": ["\x00", ("\x1b", 1)], "b": None}) == {
        "a": ["\ufffd", ["\ufffd", 1]], "b": None,
    }  # fmt: skip


def library(name: str) -> Any:
    """A module of this name whose `work` calls its own `helper`."""
    space: dict[str, Any] = {"__name__": name}
    exec("def helper():\n    return 1\ndef work():\n    return helper()\n", space)
    return SimpleNamespace(**space)


def test_calls_of_other_implementations_are_recorded_once_and_their_own_helpers_are_not():
    torch, conv = library("torch.nn"), library("nnkit.functional.conv")
    graph, graphics = library("nnkit.graph"), library("nnkit.graphics")
    sub, other = library("nnkit.graph.sub"), library("nnkit.other")
    more = [library(f"torch.m{number}") for number in range(MAX_SEEN + 5)]
    recorder = CallRecorder()
    recorder.start(("nnkit.functional.work", "nnkit.graph"), ("torch",))
    hook = sys.getprofile()
    with recorder:
        torch.work()
        conv.work()
        conv.helper()
        graph.helper()
        graphics.helper()
        other.work()
        with recorder:
            pass
        sub.work()
    assert sys.getprofile() is hook
    seen = {re.sub(r" \(line \d+: (.*)\)", r" < \1", entry) for entry in recorder.seen}
    assert seen == {
        "torch.nn.work < torch.work()",
        "nnkit.functional.work < conv.work()",
        "nnkit.graph.helper < graph.helper()",
        "nnkit.graph.sub.work < sub.work()",
    }
    recorder.start((), ())
    with recorder:
        assert sys.getprofile() is hook
    assert recorder.seen == set()
    recorder.start((), ("torch",))
    with recorder:
        for one in more:
            one.helper()
    assert len(recorder.seen) == MAX_SEEN == 20


LIMITS = Limits(call_seconds=2.0, test_seconds=5.0, tests_seconds=12.0)


def test_a_call_may_take_what_is_left_of_call_test_and_notebook(monkeypatch: Any):
    monkeypatch.setattr(time_budget, "processor_seconds", lambda pid: None)
    budget = TimeBudget(LIMITS)
    assert budget.seconds == 2.0
    assert budget.overtime(2.0) == "was still running after 2 s"
    budget.spend(4.0, 4.0)
    assert budget.seconds == 1.0
    assert budget.overtime(1.0).endswith("more than the 5 s of a test cell")
    budget.begin_test(None)
    assert budget.seconds == 2.0
    budget.spend(7.5, 7.5)
    budget.begin_test(None)
    assert budget.seconds == 0.5
    assert budget.overtime(0.5).endswith("more than the 12 s of a notebook's tests")


@pytest.mark.parametrize(
    ("used", "waited", "back"),
    [(1.0, 3.0, 3.5), (1.0, 6.0, 2.5), (4.75, 1.0, 0.0), (4.0, 0.0, 0.5)],
)
def test_waiting_for_others_is_given_back_but_for_a_third(
    used: float, waited: float, back: float, monkeypatch: Any
):
    clock = iter([100.0, 100.0 + used])
    monkeypatch.setattr(time_budget, "processor_seconds", lambda pid: next(clock) if pid else None)
    budget = TimeBudget(LIMITS)
    budget.begin_test(9)
    budget.spend(4.5, waited)
    budget.correct(None)
    budget.correct(8)
    assert budget.test_left == 0.5
    budget.correct(9)
    assert budget.test_left == pytest.approx(0.5 + back)
    assert budget.tests_left == pytest.approx(7.5 + back)


def test_nothing_is_looked_up_while_enough_is_left_or_where_nothing_is_known(monkeypatch: Any):
    asked: list[int | None] = []
    monkeypatch.setattr(time_budget, "processor_seconds", lambda pid: asked.append(pid))
    budget = TimeBudget(LIMITS)
    budget.begin_test(9)
    budget.spend(4.5, 0.0)
    budget.correct(9)
    assert (budget.test_left, asked) == (0.5, [None, 9])
    monkeypatch.setattr(time_budget, "processor_seconds", lambda pid: 1.0)
    budget.begin_test(9)
    budget.spend(3.0, 3.0)
    budget.correct(9)
    assert budget.test_left == 2.0


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


@pytest.mark.parametrize("most", range(1, 400))
def test_ticks_are_whole_round_and_few(most: int):
    found = ticks(most)
    steps = set(np.diff(found))
    assert found[0] == 0
    assert len(steps) == 1
    (step,) = steps
    assert str(step).rstrip("0") in ("1", "2", "5")
    assert most - step < found[-1] <= most
    assert len(found) <= 6
    assert len(found) >= 3 or most == 1


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
    points = [("f", 0.2, -0.3), ("g", 1.0, 0.9), ("h", 0.205, -0.31), ("none", 0.5, None)]
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
    # Two names would lie on each other: only the first in order has one.
    assert ("f" in labels, "h" in labels, "g" in labels) == (True, False, True)
    assert labels["f"][0] > at["f"][0]
    assert labels["g"][0] < at["g"][0]
    assert "f: 20% earned, discrimination -0.30; h" in figure


def test_two_texts_are_the_same_program_but_for_comments_and_layout():
    assert same_code("x=1 # a\n\ny = 2", "x = 1\ny = 2")
    assert not same_code("x = 1\ny = 3", "x = 1\ny = 2")
    assert not same_code("a = 0\ncheck(f)", "check(f)")
    assert same_code("a = 0\ncheck(f)", "check(f)", more=True)
    assert not same_code("check(f)\na = 0", "check(f)", more=True)
    assert not same_code("def check(f): pass\ncheck(f)", "check(f)", more=True)
    assert not same_code("x = (", "x = (")
    long = "x = 1" + "\n" * 19_995
    assert same_code(long, "x = 1")
    assert not same_code(long + "\n", "x = 1")


def test_what_was_changed_is_shown_in_short():
    assert first_difference("a\nc ", "a\n b") == "'b' became 'c'"
    assert first_difference("a\nb", "a") == "lines were added or removed"
    assert first_difference("y" * 61, "x" * 61) == f"'{'x' * 60}' became '{'y' * 60}'"
    assert in_short("z" * 70) == '"' + "z" * 59
    assert in_short([1, None]) == "[1, null]"
