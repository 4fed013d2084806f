"""A test cell judged without a jail: whose names it sees, what its end is worth, what is said."""

from __future__ import annotations

import ast
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.utils import compute_checksum

from autograder.checking import GraderFault
from autograder.coursefolder.material import CellMaterial, NotebookMaterial, mark_of
from autograder.grading.judging.outcome import JUDGING, cell_results, comments, exercise_of
from autograder.grading.judging.testcell import (
    MAX_PRINTED,
    PrintedText,
    only_helping,
    run_test,
    with_names,
)
from autograder.grading.judging.verdict import Verdict
from autograder.grading.remote.proxies import Handle, Link
from autograder.grading.remote.session import ProcessEnded, SubmissionOver


class Session:
    """A session whose names are plain values of this process."""

    def __init__(self, **values: Any) -> None:
        self.values, self.reasons = values, {}
        self.asked: list[str] = []
        self.carried: list[tuple] = []
        self.ended = 0

    def begin_test(self, names: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
        self.asked = names
        return {n: self.values[n] for n in names if n in self.values}, self.reasons

    def end_test(self) -> None:
        self.ended += 1

    def carry(self, *parts: Any) -> None:
        self.carried.append(parts)

    def why_missing(self, name: str) -> str:
        return "has an error" if name == "gone" else ""


def judged(source: str, points: float = 4.0, **values: Any) -> tuple[Verdict, Session]:
    session: Any = Session(**values)
    verdict = run_test(source, session, b"seed", points)
    assert session.ended == 1
    return verdict, session


@pytest.mark.parametrize(
    ("last", "score", "credit"),
    [
        ("None", 4.0, None), ("1.5", 1.5, 1.5), ("0", 0.0, 0), ("4", 4.0, 4), ("4.01", 4.0, None),
        ("-1", 4.0, None), ("True", 4.0, None), ("'2'", 4.0, None), ("y = 2", 4.0, None),
    ],
)  # fmt: skip
def test_a_cell_that_ends_gives_its_points_or_the_number_in_its_last_line(last, score, credit):
    verdict, _ = judged(f"x = 1\n{last}")
    assert (verdict.score, verdict.credit, verdict.error) == (score, credit, None)


def test_a_cell_sees_the_trusted_modules_and_asks_for_no_name_of_its_own():
    source = "import os\nassert np.pi == math.pi and numpy is np\nassert f(abs(-1)) == 2\nprint(f)"
    verdict, session = judged(source, f=lambda x: x + 1, np=None, check=None)
    assert verdict.error is None, verdict.error
    assert session.asked == ["f"]
    assert judged("assert __name__ == '__test__'")[0].error is None


def test_what_a_cell_prints_is_kept_up_to_a_bound_and_warnings_are_not():
    source = "import sys, warnings\nwarnings.warn('w')\nprint('err', file=sys.stderr)\nprint('out')"
    assert judged(source)[0].printed == "out\n"
    text = PrintedText()
    assert text.write("x" * (MAX_PRINTED - 1)) == MAX_PRINTED - 1
    assert text.write("yz") == 2
    assert text.write("z") == 1
    assert text.getvalue() == "x" * (MAX_PRINTED - 1) + "y"


SOURCE = "a = 1\n### BEGIN HIDDEN TESTS\nassert a == 2, 'the secret'\n### END HIDDEN TESTS"


@pytest.mark.parametrize(
    ("source", "values", "error"),
    [
        ("assert 0, 'seen'", {}, ("AssertionError", "seen")),
        (SOURCE, {}, ("AssertionError", "a hidden test failed")),
        ("gone(1)", {}, ("NameError", "gone is not there: its cell has an error")),
        ("other(1)", {}, ("NameError", "name 'other' is not defined")),
        ("e()", {"e": ProcessEnded("ended")}, ("ProcessEnded", "the student's code ended")),
        ("e()", {"e": SubmissionOver("is over")}, ("SubmissionOver", "the student's code is over")),
        ("e()", {"e": KeyError("x" * 30_000)}, ("KeyError", "'" + "x" * 19_999)),
        ("e()", {"e": type("E" * 300, (Exception,), {})("t")}, ("E" * 200, "t")),
        ("e()", {"e": SystemExit("out")}, ("SystemExit", "out")),
    ],
)  # fmt: skip
def test_a_cell_that_raises_gives_nothing_and_says_what_a_student_may_read(source, values, error):
    def raising(wrong: BaseException) -> Any:
        def call() -> None:
            raise wrong

        return call

    made = {name: raising(value) for name, value in values.items()}
    verdict, _ = judged("print('before')\n" + source, **made)
    assert (verdict.score, verdict.error, verdict.printed) == (0.0, error, "before\n")


def test_a_fault_of_the_grader_gives_no_score_and_keeps_its_traceback():
    def breaks() -> None:
        raise GraderFault("of ours")

    verdict, _ = judged("e()", e=breaks)
    assert verdict.score is None
    assert "GraderFault: of ours" in verdict.fault
    with pytest.raises(KeyboardInterrupt):
        judged("e()", e=lambda: (_ for _ in ()).throw(KeyboardInterrupt()))


def test_a_name_that_cannot_be_judged_ends_the_cell_with_its_reason():
    session: Any = Session()
    session.reasons = {"f": "r" * 400}
    verdict = run_test("f(1)", session, b"seed", 1.0)
    assert verdict.error == ("ValueError", "f cannot be judged: " + "r" * 300)


def test_what_a_cell_does_to_a_students_name_is_done_in_the_jail_too():
    handle = Handle(Link(Session(), "f", "f"))  # type: ignore[arg-type]
    source = "own = 1\nf = own\ndel g\nown = f"
    verdict, session = judged(source, f=handle, g=Handle(handle._link), own=3)
    assert verdict.error is None, verdict.error
    assert session.carried == [("f", 1), ("g",)]


def test_a_check_judges_the_name_in_its_cell_where_an_exercise_is_called_so():
    source = (
        "check(affine_forward)\ncheck(mine)\ncheck(softmax, exercise='relu')\ncheck.secret(softmax)"
        "\ncheck()\nother(softmax)\ncheck(1)\nx.show(softmax)"
    )
    assert ast.unparse(with_names(ast.parse(source))).splitlines() == [
        "check(affine_forward, exercise='affine_forward')", "check(mine)",
        "check(softmax, exercise='relu')", "check.secret(softmax, exercise='softmax')",
        "check()", "other(softmax)", "check(1)", "x.show(softmax)",
    ]  # fmt: skip


def test_a_name_helps_only_where_it_stands_behind_a_keyword_of_a_check_and_nowhere_else():
    def helping(source: str) -> set[str]:
        return only_helping(ast.parse(source))

    assert helping("check(f, forward=g)") == {"g"}
    assert helping("check(f, forward=g)\ng(1)") == set()
    assert helping("other(f, forward=g)") == set()
    assert helping("check(forward=g)") == set()
    assert helping("check.secret(f, forward=g, number=1)") == {"g"}


def test_a_check_goes_on_without_a_helper_that_is_missing_and_reports_what_it_found():
    def affine_forward(x, w, b):
        return x.reshape(len(x), -1) @ w + b, (x, w, b)

    def affine_backward(dout, cache):
        x, w, _ = cache
        rows = x.reshape(len(x), -1)
        return (dout @ w.T).reshape(x.shape), rows.T @ dout, dout.sum(axis=0)

    source = "check(affine_backward, forward=affine_forward)"
    verdict, session = judged(source, affine_backward=affine_backward)
    assert (verdict.score, verdict.error) == (4.0, None)
    assert session.asked == ["affine_backward", "affine_forward"]
    assert [report["passed"] for report in verdict.reports] == [True]
    assert "affine_backward" in verdict.message
    both = {"affine_backward": lambda dout, cache: dout, "affine_forward": affine_forward}
    verdict, _ = judged(source, **both)
    assert verdict.score == 0.0
    assert verdict.error is not None
    assert verdict.error[0] == "CheckFailed"
    assert [report["passed"] for report in verdict.reports] == [False]


def known(name: str, source: str = "x", kind: str = "code", **marks: Any) -> CellMaterial:
    marks = {"locked": False, "grade": False, "solution": False, "task": False, **marks}
    return CellMaterial(
        name, kind, points=marks.pop("points", 2.0), source=source, checksum=None, **marks
    )


def cell(of: CellMaterial, source: str) -> nbformat.NotebookNode:
    make = new_code_cell if of.cell_type == "code" else new_markdown_cell
    made = make(source)
    made.metadata["nbgrader"] = {
        "grade_id": of.name, "grade": of.grade, "solution": of.solution, "task": of.task,
        "locked": of.locked, "points": of.points, "schema_version": 3, "cell_type": of.cell_type,
    }  # fmt: skip
    handed_out = nbformat.from_dict(dict(made))
    handed_out.source = of.source
    made.metadata.nbgrader["checksum"] = compute_checksum(handed_out)
    return made


SOLUTION = known("f", "def f(): pass", solution=True, points=None)
TEST = known("check_f", "check(softmax)\nassert 1", grade=True, locked=True)
WORDS = known("why", "Write here.", "markdown", grade=True, solution=True)
TASK = known("task", "Draw.", "markdown", task=True)


def results(verdict: Verdict, words: str = "Because.") -> list[Any]:
    nb = new_notebook(
        cells=[cell(SOLUTION, "def f(): return 1"), cell(TEST, TEST.source), new_code_cell("y"),
               cell(WORDS, words), cell(TASK, "Draw.")]
    )  # fmt: skip
    material = NotebookMaterial("01", "{}", (SOLUTION, TEST, WORDS, TASK))
    return cell_results(nb, material, {"check_f": verdict})


def test_each_graded_cell_has_a_result_with_the_answer_before_it():
    report = {"passed": False, "cause": "a cause"}
    test, words, task = results(Verdict(1.5, (report,)))
    assert (test.notebook, test.grade_id, test.exercise) == ("01", "check_f", "softmax")
    assert (test.points, test.score, test.report, test.why) == (2.0, 1.5, report, "a cause")
    assert test.answer == mark_of("def f(): return 1")
    assert (words.exercise, words.score, words.answer) == ("", None, mark_of("Because."))
    assert (task.exercise, task.score, task.answer) == ("", None, mark_of("Draw."))
    assert [one.points for one in (words, task)] == [2.0, 2.0]


def test_full_points_need_no_reason_and_a_fault_gives_no_score():
    report = {"passed": False, "cause": "a cause"}
    assert results(Verdict(2.0, (report,)))[0].why == ""
    fault = results(Verdict(None))[0]
    assert (fault.score, fault.why, fault.report) == (None, JUDGING, None)


def test_an_answer_in_words_that_was_not_written_has_nothing():
    assert results(Verdict(0.0), "Write here.")[1].score == 0.0


def test_an_unwritten_answer_is_commented_as_by_nbgrader():
    nb = new_notebook(
        cells=[cell(SOLUTION, SOLUTION.source), cell(TEST, TEST.source), cell(WORDS, "Because."),
               cell(TASK, "Draw.")]
    )  # fmt: skip
    assert comments(nb) == {"f": "No response.", "why": None, "task": None}


def test_a_test_is_for_the_exercise_that_its_check_names_or_for_itself():
    assert exercise_of(TEST) == "softmax"
    assert exercise_of(known("t", "assert f() == 1", grade=True)) == "t"
    assert exercise_of(known("t", "check(softmax", grade=True)) == "t"
    assert exercise_of(WORDS) == ""
