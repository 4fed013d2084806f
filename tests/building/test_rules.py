"""Every mistake in an authored text is found and said with its file and line."""

from __future__ import annotations

import pytest

from autograder.building.build import build
from autograder.building.problems import BuildError, Problem
from tests.building.conftest import CHECK, ESSAY, QUIZ, SETUP, SOLUTION, WHOLE, Write, names


def problems(project: Write, *texts: str) -> list[Problem]:
    layout = project(*texts)
    with pytest.raises(BuildError) as caught:
        build(layout=layout, names=names)
    assert not layout.chapters.exists(), "a chapter with a mistake must write nothing"
    return list(caught.value.problems)


def line_of(text: str, part: str) -> int:
    return next(i for i, line in enumerate(text.splitlines(), 1) if part in line)


CASES = {
    "points missing": (
        WHOLE.replace(', "points": 99', ""),
        '"check_double"',
        "points missing",
    ),
    "points that are no number": (
        WHOLE.replace('"points": 99', '"points": "99"'),
        '"check_double"',
        "points must be a number",
    ),
    "a region without end": (
        WHOLE.replace("    return 2 * x\n    ### END SOLUTION", "    return 2 * x"),
        "### BEGIN SOLUTION",
        "solution region without",
    ),
    "an end without begin": (
        WHOLE.replace("    ### BEGIN SOLUTION\n", "", 1),
        "### END SOLUTION",
        "without ### BEGIN SOLUTION",
    ),
    "a solution cell without region": (
        WHOLE.replace("    ### BEGIN SOLUTION\n", "", 1).replace("    ### END SOLUTION\n", "", 1),
        '"double"',
        "without a region",
    ),
    "a region outside a solution cell": (
        WHOLE.replace('"grade_id": "double", "solution": true', '"grade_id": "double"'),
        '"double"',
        "a solution region in a cell without",
    ),
    "hidden tests written by hand": (
        WHOLE.replace("check(double", "### BEGIN HIDDEN TESTS\ncheck(double"),
        "### BEGIN HIDDEN TESTS",
        "added by the build",
    ),
    "no grade_id": (
        WHOLE.replace('"grade_id": "double", ', ""),
        '{"solution": true}',
        "without a grade_id",
    ),
    "metadata that is not JSON": (
        WHOLE.replace('"double", "solution": true', '"double", "solution": yes'),
        '"double"',
        "not valid JSON",
    ),
    "a misspelled key": (
        WHOLE.replace('"check_double", "grade"', '"check_double", "graded"'),
        '"check_double"',
        "unknown nbgrader metadata: graded",
    ),
    "a graded experiment": (
        WHOLE.replace(
            '# %% nbgrader={"grade_id": "check_double"',
            '# %% tags=["experiment"] nbgrader={"grade_id": "check_double"',
        ),
        '"check_double"',
        "which grading skips",
    ),
    "a check cell without check": (
        WHOLE.replace("check(double, forward=None)", "assert double(1) == 2"),
        '"check_double"',
        "must call check",
    ),
    "a check outside a check cell": (
        WHOLE + "\n# %%\ncheck(double)\n",
        "check(double)",
        'in a cell without nbgrader "grade"',
    ),
    "an unknown exercise": (
        WHOLE.replace("check(double,", "check(triple,"),
        "check(triple",
        'check of "triple", which is no exercise',
    ),
    "a syntax error": (
        WHOLE.replace("return 2 * x", "return 2 * * x"),
        "2 * * x",
        "not valid Python",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_mistake_is_named_at_its_line(case: str, project: Write) -> None:
    text, place, message = CASES[case]
    found = [problem for problem in problems(project, text) if message in problem.message]
    assert len(found) == 1
    assert found[0].path.name == "01_a.py"
    lines = [i for i, line in enumerate(text.splitlines(), 1) if place in line]
    assert found[0].line in lines


def test_duplicate_grade_id_in_another_notebook_of_the_chapter(project: Write) -> None:
    second = SETUP + SOLUTION
    (found,) = problems(project, WHOLE, second)
    assert 'duplicate grade_id "double", first in 01_a.py' in found.message
    assert (found.path.name, found.line) == ("02_b.py", line_of(second, '"double"'))


def test_exercise_of_the_chapter_without_a_check(project: Write) -> None:
    found = problems(project, SETUP + SOLUTION + QUIZ.replace('"points": 1', '"points": 100'))
    assert [problem.message for problem in found] == [
        'exercise "double" of the chapter has no check cell in any notebook'
    ]


def test_automatic_points_must_sum_to_100(project: Write) -> None:
    (found,) = problems(project, SETUP + SOLUTION + CHECK + ESSAY)
    assert "the automatic points of 03_tiny sum to 99, not 100" in found.message


def test_text_before_the_first_cell_is_an_error(project: Write) -> None:
    (found,) = problems(project, "import os\n" + WHOLE)
    assert "before the first '# %%'" in found.message


def test_one_notebook_of_an_unfinished_chapter_builds_with_warnings(project: Write) -> None:
    layout = project(SETUP)
    result = build(["01_a.py"], layout=layout, names=names)
    assert [path.name for path in result.executed] == ["01_a.py"]
    assert any('"double"' in warning.message for warning in result.warnings)


def test_mistakes_in_another_notebook_do_not_stop_the_one_that_is_named(project: Write) -> None:
    layout = project(SETUP, SETUP + SOLUTION.replace("    ### END SOLUTION\n", ""))
    result = build(["01_a.py"], layout=layout, names=names)
    assert [path.name for path in result.executed] == ["01_a.py"]
    assert any("solution region without" in warning.message for warning in result.warnings)
    with pytest.raises(BuildError):
        build(["02_b.py"], layout=layout, names=names)
