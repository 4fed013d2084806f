"""What grading writes down: verdicts, results, time budgets, edited cells; no jail is needed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbformat.v4 import new_code_cell

from autograder.grading.judging.results import CellResult, NotebookResult, Result
from autograder.grading.judging.verdict import Verdict, faulty, refused, write_verdict
from autograder.grading.remote import time_budget
from autograder.grading.remote.exceptions import exception
from autograder.grading.remote.time_budget import TimeBudget
from autograder.grading.sandbox.limits import Limits
from autograder.grading.sanitize.changes import first_difference, in_short, same_code
from autograder.grading.sanitize.target import target_of
from autograder.grading.submission import in_short as internal_error


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


@pytest.mark.parametrize(
    ("base", "found"),
    [("01_ramp", "01_ramp"), ("01_ramp (1)", "01_ramp"), ("01_ram", "01_ramp"), ("other", None)],
)
def test_a_file_that_cannot_be_read_is_the_notebook_whose_name_it_has(base: str, found: str | None):
    notebooks = [SimpleNamespace(name=name) for name in ("01_ramp", "02_affine")]
    material: Any = SimpleNamespace(notebooks=notebooks, by_name={n.name: n for n in notebooks})
    assert getattr(target_of(base, None, material), "name", None) == found


@pytest.mark.parametrize(
    ("kind", "text", "line", "said"),
    [
        ("ValueError", "no", "line 3", "no (line 3)"),
        ("ValueError", "", "line 3", "(line 3)"),
        ("ValueError", "no", "", "no"),
        ("NotImplementedError", "", "line 3", ""),
        ("NotImplementedError", "later", "line 3", "later (line 3)"),
    ],
)
def test_an_exception_of_the_jail_is_told_with_its_line(kind: str, text: str, line: str, said: str):
    made = exception(kind, text, line)
    assert (type(made).__name__, str(made)) == (kind, said)


def test_an_error_of_our_own_is_told_with_its_place_in_this_package():
    try:
        exception("ValueError", None, "")  # type: ignore[arg-type]
    except TypeError as error:
        said = internal_error(error)
    place = re.search(r"\((autograder/grading/remote/exceptions\.py), line (\d+)\)$", said)
    assert place is not None
    lines = (Path(__file__).parents[2] / place[1]).read_text(encoding="utf-8").splitlines()
    assert lines[int(place[2]) - 1].strip() == "text = text[:200]"
    assert internal_error(ValueError("first line\nsecond")).endswith("ValueError: first line")
    assert internal_error(ValueError()).endswith("ValueError: ")
