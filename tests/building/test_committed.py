"""The committed notebooks: true to their texts, no solutions for students, at home anywhere."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from autograder.building.calls import BEGIN_HIDDEN
from autograder.building.drift import drift
from autograder.building.layout import Layout
from autograder.building.source import read_source
from autograder.cells import BEGIN_SOLUTION, END_SOLUTION

LAYOUT = Layout()
FOLDERS = LAYOUT.chapter_folders()
TEXTS = [text for folder in FOLDERS for text in LAYOUT.texts(folder)]
MAX_BYTES = 1_500_000

chapters = pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
texts = pytest.mark.parametrize("text", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")

ABSOLUTE_PATH = re.compile(
    r"(?<![\w./~-])/(?:home|root|tmp|Users|work|usr|opt|var|private|mnt)/\w|\b[A-Z]:\\\\?(?:Users|home)"
)


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


@chapters
def test_committed_notebooks_match_their_texts(folder: Path) -> None:
    assert [str(problem) for problem in drift([folder.name])] == []


def test_every_committed_notebook_has_a_text() -> None:
    built = [*LAYOUT.chapters.glob("*/*.ipynb"), *LAYOUT.solutions.glob("*/*.ipynb")]
    expected = {LAYOUT.student(text) for text in TEXTS} | {LAYOUT.executed(text) for text in TEXTS}
    assert set(built) == expected


@texts
def test_student_notebook_holds_no_solution_and_no_hidden_test(text: Path) -> None:
    content = LAYOUT.student(text).read_text(encoding="utf-8")
    assert "check.secret" not in content
    nb = read(LAYOUT.student(text))
    for known, cell in zip(read_source(text).cells, nb.cells, strict=True):
        for marker in (BEGIN_SOLUTION, END_SOLUTION, BEGIN_HIDDEN):
            assert marker not in cell.source
        if not known.nbgrader.get("solution"):
            continue
        region = known.node.source.split(BEGIN_SOLUTION)[1].split(END_SOLUTION)[0]
        # The marker's own line may end in a comment mark; what lies between is the solution.
        solution = region.partition("\n")[2].rpartition("\n")[0]
        assert solution.strip(), f"{text}:{known.line}: the solution is empty"
        assert solution not in cell.source
        assert "YOUR CODE HERE" in cell.source or "YOUR ANSWER HERE" in cell.source
        assert not cell.get("outputs")


@texts
def test_student_notebook_is_the_reference_but_for_the_gaps(text: Path) -> None:
    student, reference = read(LAYOUT.student(text)), read(LAYOUT.executed(text))
    assert [cell.id for cell in student.cells] == [cell.id for cell in reference.cells]
    for given, full in zip(student.cells, reference.cells, strict=True):
        if BEGIN_SOLUTION not in full.source:
            assert given.source == full.source
    MetadataValidator().validate_nb(student)


@texts
def test_reference_is_executed_in_order_without_error_or_warning(text: Path) -> None:
    nb = read(LAYOUT.executed(text))
    assert BEGIN_HIDDEN not in LAYOUT.executed(text).read_text(encoding="utf-8")
    counts = [cell.execution_count for cell in nb.cells if cell.cell_type == "code" and cell.source]
    assert counts == list(range(1, len(counts) + 1))
    for cell in nb.cells:
        assert "execution" not in cell.metadata
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr"


@texts
def test_no_notebook_carries_a_path_of_the_machine_that_built_it(text: Path) -> None:
    for path in (LAYOUT.student(text), LAYOUT.executed(text)):
        for cell in read(path).cells:
            parts = [cell.source]
            for output in cell.get("outputs", []):
                data = {**output.get("data", {}), "text": output.get("text", "")}
                parts += [str(v) for kind, v in data.items() if not kind.startswith("image/png")]
            for part in parts:
                found = ABSOLUTE_PATH.search(re.sub(r"base64,[A-Za-z0-9+/=]+", "", part))
                assert found is None, f"{path.name}: {found}"


@texts
def test_notebook_is_small_and_loads_nothing_from_the_network(text: Path) -> None:
    path = LAYOUT.executed(text)
    assert path.stat().st_size < MAX_BYTES
    content = path.read_text(encoding="utf-8")
    assert not re.search(r"<(?:script|img|link)[^>]+(?:src|href)=\\?[\"']?https?:", content)
    assert not re.search(r"!\[[^\]]*\]\(https?:", content)
