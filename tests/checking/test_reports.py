"""A report's text and its page: every part stands in its place, and only where there is one."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.checking import run_check
from autograder.checking.cause import exchanged, in_place
from autograder.checking.compare import Finding
from autograder.checking.exercise import Output, Probe, case
from autograder.checking.known import seen
from autograder.checking.report import Clause, Report, as_html, as_text
from autograder.checking.reproduce import Example
from autograder.checking.runner import MAX_OUTPUT, Run, Sink
from autograder.checking.sheet import Failure, Sheet
from autograder.checking.wording import finding_text

CLAUSES = (Clause("runs", True), Clause("dx", False, "no"), Clause("memory layout", None))
ROWS = (("dx[0]", "1", "2"), ("dx[1, 2]", "-0.5", "10"))


def text(**parts: Any) -> str:
    given: dict[str, Any] = {
        "found": "", "cause": "", "example": "", "rows": (), "next_step": "", "notes": (),
        "passed": False,
    } | parts  # fmt: skip
    return as_text("f", clauses=CLAUSES, **given)


def test_a_report_has_its_parts_in_this_order():
    whole = text(
        found="dx is not right.", cause="the sign.", hint="Look.", example="Example: two rows",
        rows=ROWS, next_step="by hand.", notes=("One note.", "Another."),
    )  # fmt: skip
    assert whole == (
        "f: not right yet.\n"
        "\n"
        "dx is not right.\n"
        "Most likely: the sign.\n"
        "Hint: Look.\n"
        "\n"
        "Example: two rows\n"
        "  dx[0]     yours            1   right            2\n"
        "  dx[1, 2]  yours         -0.5   right           10\n"
        "\n"
        "Next: by hand.\n"
        "\n"
        "  passed      runs\n"
        "  FAILED      dx\n"
        "  not judged  memory layout\n"
        "\n"
        "One note.\n"
        "Another."
    )


def test_what_a_report_does_not_have_leaves_no_empty_line():
    verdicts = "  passed      runs\n  FAILED      dx\n  not judged  memory layout"
    assert text() == f"f: not right yet.\n\n\n{verdicts}"
    assert text(found="no.", example="Example: e") == (
        f"f: not right yet.\n\nno.\nExample: e\n\n{verdicts}"
    )
    good = text(passed=True, found="not shown", cause="not shown", hint="not shown", notes=("n",))
    assert good == f"f: passed, all 1 clauses.\n\n{verdicts}\n\nn"


def shown(**parts: Any) -> str:
    """A page's text without its marks, one line a paragraph, cell or item."""
    page = as_html(Report(exercise="f", mistake=None, message="", clauses=CLAUSES, **parts))
    body = page.split("</style>")[1]
    lines = re.sub(r"<[^>]+>", "\n", body).split("\n")
    return "|".join(html.unescape(line).strip() for line in lines if line.strip())


def test_a_page_has_the_parts_of_the_text():
    failed = shown(
        passed=False, found="<dx> is not right.", cause="the sign.", hint="Look.",
        example="Example: e", rows=ROWS, next_step="by hand.", notes=("A note.",), code="x = 1",
    )  # fmt: skip
    assert failed == (
        "✗ f: not right yet.|<dx> is not right.|Most likely: the sign.|Hint: Look.|Example: e|"
        "entry|yours|right|dx[0]|1|2|dx[1, 2]|-0.5|10|Next: by hand.|the clauses|"
        "✓ runs: passed|✗ dx: FAILED|· memory layout: not judged|"
        "Code to paste; check.example gives the same as variables.|x = 1|A note."
    )
    assert shown(passed=False) == (
        "✗ f: not right yet.|the clauses|✓ runs: passed|✗ dx: FAILED|· memory layout: not judged"
    )
    assert shown(passed=True, found="hidden", cause="hidden", rows=ROWS, next_step="hidden") == (
        "✓ f: passed, all 1 clauses.|the clauses|✓ runs: passed|✗ dx: FAILED|"
        "· memory layout: not judged"
    )


def test_a_page_is_open_where_something_failed_and_says_it_to_a_screen_reader():
    page = as_html(Report("f", False, None, "", CLAUSES))
    assert "<details open><summary>" in page
    assert 'class="ag-report ag-no" role="status" lang="en" aria-label="f: not right yet."' in page
    assert page.count("<li ") == 3
    assert '<li class="ag-bad">✗ dx' in page
    assert '<li class="ag-open">· memory' in page
    good = as_html(Report("f", True, None, "", CLAUSES[:1]))
    assert "<details><summary>" in good
    assert 'class="ag-report ag-ok"' in good


def test_a_sink_keeps_what_fits_and_counts_the_rest():
    sink = Sink()
    assert sink.write("a" * (MAX_OUTPUT - 1)) == MAX_OUTPUT - 1
    assert sink.write("bc") == 2
    assert sink.write("d") == 1
    assert sink.summary() == "a" * (MAX_OUTPUT - 1) + "b… (4,002 characters in all)"
    full = Sink()
    full.write("a" * MAX_OUTPUT)
    assert full.summary() == "a" * MAX_OUTPUT
    assert full.writable()


def sheet_of(got: dict[str, Any], want: dict[str, Any], **run: Any) -> tuple[Sheet, Any]:
    """A sheet of one probe, and the failure of its output `dx`."""
    probe = Probe("dx", case(x=np.ones(2)))
    drawing: Any = SimpleNamespace(probes=[probe], expected=[Run(outputs=want)])

    def failure(name: str, kind: str = "values") -> Failure:
        finding = Finding(kind, name, Output(name), got.get(name), want[name])
        return Failure(probe, "", finding)

    return Sheet(drawing, [Run(outputs=got, **run)]), failure


A, B = np.array([1.0, 2.0, 3.0]), np.array([0.5, -0.5, 2.0])


@pytest.mark.parametrize("size", [2, 3])
def test_two_outputs_that_are_exchanged_are_told_from_one_that_is_copied(size):
    a, b = A[:size], B[:size]
    sheet, failure = sheet_of({"dx": b, "dw": a}, {"dx": a, "dw": b})
    assert exchanged(sheet, failure("dx")) == "dx and dw are exchanged."
    sheet, failure = sheet_of({"dx": b, "dw": b}, {"dx": a, "dw": b})
    assert exchanged(sheet, failure("dx")) == "dx holds what dw should be."
    sheet, failure = sheet_of({"dx": b}, {"dx": a, "dw": b})
    assert exchanged(sheet, failure("dx")) == "dx holds what dw should be."
    sheet, failure = sheet_of({"dx": b + 1, "dw": a}, {"dx": a, "dw": b})
    assert exchanged(sheet, failure("dx")) == ""


def test_what_is_one_number_or_of_another_kind_is_not_called_exchanged():
    sheet, failure = sheet_of({"dx": B[:1], "dw": A[:1]}, {"dx": A[:1], "dw": B[:1]})
    assert exchanged(sheet, failure("dx")) == ""
    sheet, failure = sheet_of({"dx": B, "dw": A}, {"dx": A, "dw": B})
    assert exchanged(sheet, failure("dx", "dtype")) == ""
    assert exchanged(sheet, failure("dx", "shapes")) != ""
    assert exchanged(sheet, Failure(failure("dx").probe, "")) == ""
    sheet, failure = sheet_of({"dx": "word", "dw": A}, {"dx": A, "dw": B})
    assert exchanged(sheet, failure("dx")) == ""
    # The output itself is no other one.
    sheet, failure = sheet_of({"dx": A, "dw": B}, {"dx": A, "dw": B + 1})
    assert exchanged(sheet, failure("dx")) == ""


def test_an_input_that_was_changed_is_named_and_a_cache_is_not():
    sheet, _ = sheet_of({}, {}, changed=("cache", "x", "w"))
    assert in_place(sheet).startswith("x is changed in place")
    assert in_place(sheet_of({}, {}, changed=("cache",))[0]) == ""


def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w, b)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("affine_forward", None, "affine_forward is None; expected a function affine_forward(x,"),
        ("affine_forward", 3, "affine_forward is the int 3; expected a function"),
        ("affine_forward", int, "affine_forward is the class int; expected a function"),
        ("Value", affine_forward, "Value is a function; expected a class."),
        ("Value", 3, "Value is the int 3; expected a class."),
    ],
)
def test_what_is_no_function_is_said_and_nothing_is_run(name, value, said):
    report = run_check(name, {name: value})
    assert not report.passed
    assert report.found.startswith(said)
    assert [(c.name, c.passed) for c in report.clauses] == [("runs", False)]
    assert report.next_step.startswith("return exactly what the signature promises")
    missing = run_check(name, {})
    assert missing.found == f"{name} is missing; define it and pass it to the check."


def verdicts(change: Any, **more: Any) -> dict[str, bool | None]:
    def affine_forward(x, w, b):
        return change(x, w, b, x.reshape(len(x), -1) @ w + b)

    report = run_check("affine_forward", {"affine_forward": affine_forward})
    return {c.name: c.passed for c in report.clauses}


def test_a_clause_is_open_where_what_it_asks_for_could_not_be_seen():
    def raises(x, w, b, out):
        raise ValueError("no")

    found = verdicts(raises)
    assert found["runs"] is False
    assert {v for k, v in found.items() if k not in ("runs", "inputs unchanged", "own work")} == {
        None
    }
    found = verdicts(lambda x, w, b, out: (out[:1], (x, w, b)))
    assert (found["runs"], found["shapes"], found["out"]) == (True, False, None)
    assert found["memory layout"] is None
    found = verdicts(lambda x, w, b, out: (out + 1, (x, w, b)))
    assert (found["structure"], found["shapes"], found["dtype"]) == (True, True, True)
    assert (found["out"], found["repeatable"], found["own work"]) == (False, None, True)
    assert set(verdicts(lambda x, w, b, out: (out, (x, w, b))).values()) == {True}
    assert list(found)[:6] == ["runs", "structure", "shapes", "dtype", "finite", "out"]


def test_long_prints_are_noted_and_short_ones_are_not():
    def said(n: int) -> list[str]:
        def affine_forward(x, w, b):
            print("p" * n)
            return x.reshape(len(x), -1) @ w + b, (x, w, b)

        report = run_check("affine_forward", {"affine_forward": affine_forward})
        assert report.passed
        return [note for note in report.notes if "printed" in note]

    assert said(20) == []
    assert said(250) == ["It printed a lot of text, which was not kept."]


@pytest.mark.parametrize(
    ("run", "kind"),
    [
        (Run(outputs={"a": 1}), ""),
        (Run(problem=("structure", "f returned 2"), error_type="StructureError"), "structure"),
        (Run(problem=("timeout", "was still running"), error_type="timeout"), "timeout"),
        (Run(problem=("raised", "ValueError: no"), error_type="ValueError"), "ValueError"),
    ],
)
def test_how_a_run_ended_is_known_by_its_kind_or_the_exceptions_name(run, kind):
    assert seen(run) == (kind, run.outputs, (), False)


def test_an_example_has_its_inputs_as_attributes_and_no_others():
    made = Example("f", "two rows", {"x": A, "n": 2}, yours=1.0, right=2.0, code="x = 1")
    assert made.x is A
    assert (made.n, made.yours, made.right) == (2, 1.0, 2.0)
    assert repr(made) == "x = 1\n# as variables: .x, .n, .yours, .right"
    with pytest.raises(AttributeError, match="dout is none of x, n"):
        _ = made.dout
    assert not hasattr(made, "dout")


def test_the_line_of_a_mistake_stands_in_a_paragraph_of_its_own_as_code():
    found = "dw is not right.\nThe mistake is in line 5 of your cell, `dw = x.T < 2`: a change."
    page = Report("affine_backward", False, None, found, (), found=found)._repr_html_()
    assert "<p>dw is not right.</p>" in page
    code = "<code>dw = x.T &lt; 2</code>"
    assert (
        f"<p><strong>The mistake is in line 5 of your cell, {code}: a change.</strong></p>" in page
    )


def test_the_difference_of_another_case_is_put_into_the_sentence_that_tells_it():
    probe = Probe("values", case("a"))
    finding = Finding("values", "dx", Output("dx"), np.zeros(2), np.ones(2), 0.5)
    told = Failure(probe, finding_text(finding, ""), finding)
    assert told.with_error(0.25) == finding_text(replace(finding, error=0.25), "")
    assert told.with_error(0.25) != told.text
    assert Failure(probe, "own words", finding).with_error(0.25) == "own words"
    assert Failure(probe, "it raised").with_error(0.25) == "it raised"
