"""What the build writes: the student's notebook, the executed one, and when it runs them again."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from autograder.building.build import build
from autograder.building.drift import drift
from autograder.building.problems import BuildError
from autograder.building.source import read_source
from autograder.building.student import instructor_notebook, student_notebook
from tests.building.conftest import SETUP, WHOLE, Write, names


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def test_student_notebook_has_neither_solution_nor_hidden_test(project: Write) -> None:
    layout = project(WHOLE)
    text = nbformat.writes(
        student_notebook(read_source(layout.texts(layout.chapter_folders()[0])[0]))
    )
    for secret in ("2 * x", "4711", "model answer", "SOLUTION", "HIDDEN", "secret"):
        assert secret not in text
    assert text.count("YOUR CODE HERE") == 2
    assert text.count("YOUR ANSWER HERE") == 1


def test_student_notebook_equals_the_text_but_for_the_gaps(project: Write) -> None:
    layout = project(WHOLE)
    source = read_source(layout.texts(layout.chapter_folders()[0])[0])
    region = re.compile(r"([ \t]*)[^\n]*### BEGIN SOLUTION.*?### END SOLUTION[^\n]*", re.DOTALL)
    for known, cell in zip(source.cells, student_notebook(source).cells, strict=True):
        stub = r"\1# YOUR CODE HERE\n\1raise NotImplementedError()"
        if cell.cell_type == "markdown":
            stub = r"\1YOUR ANSWER HERE"
        assert cell.source == region.sub(stub, known.node.source)
        assert cell.id == known.node.id


def test_from_the_first_exercise_on_an_error_does_not_end_a_run(project: Write) -> None:
    layout = project(WHOLE)
    nb = student_notebook(read_source(layout.texts(layout.chapter_folders()[0])[0]))
    first = next(i for i, cell in enumerate(nb.cells) if cell.id == "double")
    for index, cell in enumerate(nb.cells):
        goes_on = index >= first and cell.cell_type == "code"
        assert ("raises-exception" in cell.metadata.get("tags", [])) == goes_on


def test_hidden_twin_has_the_arguments_of_the_visible_check(project: Write) -> None:
    layout = project(WHOLE)
    nb = instructor_notebook(read_source(layout.texts(layout.chapter_folders()[0])[0]))
    by_id = {cell.id: cell.source for cell in nb.cells}
    assert by_id["check_double"] == (
        "check(double, forward=None)\n"
        "### BEGIN HIDDEN TESTS\ncheck.secret(double, forward=None)\n### END HIDDEN TESTS"
    )
    assert by_id["check_quiz_one"] == 'check.quiz("quiz_one", quiz_one)'


def test_metadata_is_what_nbgrader_wants_and_check_cells_are_locked(project: Write) -> None:
    layout = project(WHOLE)
    nb = student_notebook(read_source(layout.texts(layout.chapter_folders()[0])[0]))
    MetadataValidator().validate_nb(nb)
    by_id = {cell.id: cell for cell in nb.cells}
    assert by_id["check_double"].metadata.editable is False
    assert by_id["double"].metadata.deletable is False
    assert "editable" not in by_id["double"].metadata
    assert len(by_id["double"].metadata.nbgrader.checksum) == 32


def test_twice_built_is_the_same_bytes_and_executes_once(project: Write) -> None:
    layout = project(WHOLE)
    assert len(build(layout=layout, names=names).executed) == 1
    files = sorted(layout.root.glob("*/03_tiny/*.ipynb"))
    before = [path.read_bytes() for path in files]
    assert len(files) == 2
    again = build(layout=layout, names=names)
    assert (again.executed, len(again.kept)) == ([], 1)
    assert [path.read_bytes() for path in files] == before
    forced = build(layout=layout, names=names, force=True)
    assert len(forced.executed) == 1
    assert [path.read_bytes() for path in files] == before


def test_changed_words_keep_the_outputs_and_changed_code_runs_again(project: Write) -> None:
    layout = project(WHOLE)
    build(layout=layout, names=names)
    project(WHOLE.replace("Words and", "Other words and"))
    assert build(layout=layout, names=names).executed == []
    nb = read(layout.executed(layout.solutions / "03_tiny" / "01_a.py"))
    assert nb.cells[0].source.endswith("Other words and $x^2$.")
    assert nb.cells[3].outputs[0].text == "passed\n"
    project(WHOLE.replace("return 2 * x", "return x + x"))
    assert len(build(layout=layout, names=names).executed) == 1


def test_executed_notebook_has_no_trace_of_machine_or_time(project: Write) -> None:
    noisy = (
        SETUP
        + "\n# %%\nimport os, sys\nprint(object(), os.getcwd())\nprint('second')\n"
        + f"print({str(Path.home() / 'x')!r})\n"
    )
    layout = project(noisy)
    build(["01_a.py"], layout=layout, names=names)
    path = layout.solutions / "03_tiny" / "01_a.ipynb"
    nb = read(path)
    (output,) = nb.cells[-1].outputs
    assert output.text == "<object object> .\nsecond\nx\n"
    text = path.read_text(encoding="utf-8")
    assert str(layout.root) not in text
    assert "iopub" not in text
    assert "execution_count" in text
    assert nb.metadata.language_info.version == "3.11"


def test_stderr_is_an_error_at_the_line_of_its_cell(project: Write) -> None:
    text = SETUP + "\n# %%\nimport sys\nprint('careful', file=sys.stderr)\n"
    layout = project(text)
    with pytest.raises(BuildError) as caught:
        build(["01_a.py"], layout=layout, names=names)
    (found,) = caught.value.problems
    assert found.message == "the cell writes to stderr: careful"
    assert text.splitlines()[found.line] == "import sys"
    assert not layout.executed(found.path).exists()


def test_exception_is_an_error_at_its_own_line(project: Write) -> None:
    text = SETUP + "\n# %%\nx = 1\nx / 0\n"
    layout = project(text)
    with pytest.raises(BuildError) as caught:
        build(["01_a.py"], layout=layout, names=names)
    (found,) = caught.value.problems
    assert found.message == "ZeroDivisionError: division by zero"
    assert text.splitlines()[found.line - 1] == "x / 0"


def test_drift_is_found_in_student_notebook_solution_and_missing_files(project: Write) -> None:
    layout = project(WHOLE)
    assert [problem.message for problem in drift(layout=layout, names=names)] == [
        "missing: build 01_a.py",
        "missing: build 01_a.py",
    ]
    build(layout=layout, names=names)
    assert drift(layout=layout, names=names) == []
    student = layout.chapters / "03_tiny" / "01_a.ipynb"
    student.write_text(student.read_text().replace("Words", "Wards"))
    assert [problem.path for problem in drift(layout=layout, names=names)] == [student]
    project(WHOLE.replace("return 2 * x", "return x + x"))
    found = drift(layout=layout, names=names)
    assert "its code is not that of 01_a.py" in found[-1].message


def test_notebook_whose_text_is_gone_is_drift_and_is_removed(project: Write) -> None:
    layout = project(WHOLE, SETUP)
    build(layout=layout, names=names)
    (layout.solutions / "03_tiny" / "02_b.py").unlink()
    assert {problem.path.name for problem in drift(layout=layout, names=names)} == {"02_b.ipynb"}
    assert len(build(layout=layout, names=names).removed) == 2
    assert drift(layout=layout, names=names) == []


def test_a_cell_put_in_front_changes_no_id(project: Write) -> None:
    layout = project(WHOLE)
    path = layout.solutions / "03_tiny" / "01_a.py"
    before = [cell.node.id for cell in read_source(path).cells]
    project("# %% [markdown]\n# New.\n\n" + WHOLE)
    after = [cell.node.id for cell in read_source(path).cells]
    assert after[1:] == before
    assert len(set(after)) == len(after)


def test_targets_are_chapters_folders_and_files(project: Write) -> None:
    layout = project(WHOLE, SETUP)
    folder = layout.solutions / "03_tiny"
    for name in ("3", "03", "03_tiny", str(folder)):
        (selection,) = layout.select([name])
        assert selection.whole
        assert len(selection.texts) == 2
    for name in ("02_b", "02_b.py", "03_tiny/02_b.ipynb", str(folder / "02_b.py")):
        (selection,) = layout.select([name])
        assert not selection.whole
        assert [path.name for path in selection.texts] == ["02_b.py"]
    with pytest.raises(ValueError, match="neither a chapter"):
        layout.select(["7"])


@pytest.mark.parametrize(
    "form", ["### {} SOLUTION", "<!-- {} SOLUTION -->", "<!-- ### {} SOLUTION -->"]
)
def test_markers_of_a_written_answer_are_hidden_in_the_rendered_solution(
    form: str, project: Write
) -> None:
    text = WHOLE.replace("# ### BEGIN SOLUTION", "# " + form.format("BEGIN"))
    text = text.replace("# ### END SOLUTION", "# " + form.format("END"))
    layout = project(text)
    source = read_source(layout.solutions / "03_tiny" / "01_a.py")
    assert source.cells[-1].node.source == (
        "Why?\n<!-- ### BEGIN SOLUTION -->\nBecause of the model answer.\n<!-- ### END SOLUTION -->"
    )
    assert student_notebook(source).cells[-1].source == "Why?\nYOUR ANSWER HERE"
