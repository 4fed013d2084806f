"""The notebooks of another language: the same cells, ids and programs, in other words."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from babel.messages.catalog import Catalog
from nbgrader.utils import compute_checksum

from autograder.building.build import with_old_outputs
from autograder.building.layout import Layout
from autograder.building.problems import BuildError
from autograder.building.source import read_source
from autograder.building.student import dumps
from autograder.cells import is_test_cell
from autograder.translation import catalogs
from autograder.translation.build import build_edition, edition_drift, executed_notebook, reports
from autograder.translation.edition import translated
from tests.building.conftest import WHOLE, names
from tests.translation.committed import LAYOUT, NOTEBOOKS, each_page
from tests.translation.test_catalogs import fill

ESSAY = "Why?\n<!-- ### BEGIN SOLUTION -->\nBecause of the model answer.\n<!-- ### END SOLUTION -->"
WORDS = {
    "# A chapter": "# 一章",
    "Words and $x^2$.": "文字和 $x^2$。",
    "Twice x.": "x 的两倍。",
    ESSAY: ESSAY.replace("Why?", "为什么？"),
}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A project of one text, translated but for the model answer."""
    folder = tmp_path / "solutions" / "03_tiny"
    folder.mkdir(parents=True)
    (folder / "01_a.py").write_text(WHOLE, encoding="utf-8")
    (tmp_path / "locale" / "zh_CN" / "LC_MESSAGES").mkdir(parents=True)
    layout = Layout(tmp_path).edition("zh_CN")
    text = folder / "01_a.py"
    catalog = catalogs.updated(Catalog(), read_source(text), "zh_CN")
    catalogs.write(layout.catalog(text), catalog)
    fill(layout, WORDS)
    return layout


@each_page
def test_the_committed_chinese_notebook_is_the_english_one_in_other_words(text: Path) -> None:
    paths = [LAYOUT.student(text), replace(LAYOUT, language="").student(text)]
    if text == LAYOUT.start:
        paths = [LAYOUT.start_page, replace(LAYOUT, language="").start_page]
    chinese, english = (json.loads(path.read_text(encoding="utf-8")) for path in paths)
    catalog = catalogs.read(LAYOUT.catalog(text))
    assert chinese["metadata"] == english["metadata"]
    for own, other in zip(chinese["cells"], english["cells"], strict=True):
        cell = nbformat.from_dict({**other, "source": "".join(other["source"])})
        words = []
        for piece in catalogs.pieces(cell):
            said = catalogs.translation(catalog, piece.message)
            words.append(piece.translated(said) if said else piece.text)
        assert "".join(own["source"]) == "".join(words)
        assert own["id"] == other["id"]
        cell.source = "".join(words)
        own["metadata"].pop("handed_out", None)
        if "checksum" in other["metadata"].get("nbgrader", {}):
            other["metadata"]["nbgrader"]["checksum"] = compute_checksum(cell)
        assert own["metadata"] == other["metadata"]


def test_an_edition_without_translations_is_the_english_text() -> None:
    notebook = read_source(LAYOUT.start)
    nowhere = replace(LAYOUT, language="xx_XX")
    assert dumps(translated(notebook, nowhere).node()) == dumps(notebook.node())


def test_ids_marks_and_checks_stay_and_words_are_translated(layout):
    (text,) = layout.texts(layout.chapter_folders()[0])
    notebook = read_source(text)
    new = translated(notebook, layout)
    assert [cell.node.id for cell in new.cells] == [cell.node.id for cell in notebook.cells]
    assert [cell.nbgrader for cell in new.cells] == [cell.nbgrader for cell in notebook.cells]
    said = [cell.node.source for cell in new.cells]
    assert said[0] == "# 一章\n\n文字和 $x^2$。"
    assert '"""x 的两倍。"""\n    ### BEGIN SOLUTION\n    return 2 * x' in said[2]
    assert said[-1].startswith("为什么？\n<!-- ### BEGIN SOLUTION -->")
    assert [said[i] for i in (1, 3, 5)] == [notebook.cells[i].node.source for i in (1, 3, 5)]


@pytest.mark.parametrize(
    ("english", "words", "reason"),
    [
        ("Twice x.", 'x"""\nreturn 3\n"""', "computes something else"),
        ("Twice x.", 'x"""(', "no Python any more"),
    ],
)
def test_a_translation_that_changes_the_program_stops_the_build(layout, english, words, reason):
    fill(layout, {english: words})
    with pytest.raises(BuildError, match=reason) as caught:
        build_edition(layout=layout, names=names)
    (problem,) = caught.value.problems
    assert problem.path == layout.catalog(layout.texts(layout.chapter_folders()[0])[0])
    line = problem.path.read_text(encoding="utf-8").split("\n")[problem.line - 1]
    assert english in line


def test_a_build_writes_the_students_copy_once_and_removes_strangers(layout):
    stranger = layout.chapters / "03_tiny" / "09_gone.ipynb"
    stranger.parent.mkdir(parents=True)
    stranger.write_text("{}")
    assert [str(p.message) for p in edition_drift(layout=layout, names=names)] == [
        "missing: build it", "no authored text makes it",
    ]  # fmt: skip
    (text,) = layout.texts(layout.chapter_folders()[0])
    assert build_edition(layout=layout, names=names) == [layout.student(text), stranger]
    assert build_edition(layout=layout, names=names) == []
    assert not stranger.exists()
    assert edition_drift(layout=layout, names=names) == []
    assert "model answer" not in layout.student(text).read_text(encoding="utf-8")
    fill(layout, {"# A chapter": "# 第一章"})
    (problem,) = edition_drift(layout=layout, names=names)
    assert problem.message == "differs from a fresh build: build again"


def test_solutions_need_the_english_run_before_they_are_shown_in_another_language(layout):
    (text,) = layout.texts(layout.chapter_folders()[0])
    with pytest.raises(BuildError, match="build it in English first"):
        executed_notebook(read_source(text), layout)


def test_outputs_of_a_solution_are_those_of_the_english_run_and_its_reports_chinese() -> None:
    text = next(path for path in NOTEBOOKS if path.stem == "01_memory_and_unrolling")
    notebook = read_source(text)
    english = with_old_outputs(notebook, replace(LAYOUT, language=""))
    chinese = executed_notebook(notebook, LAYOUT)
    for before, after in zip(english.cells, chinese.cells, strict=True):
        if is_test_cell(before):
            assert 'lang="zh"' in after.outputs[0].data["text/html"]
            assert re.search("：(通过|正确)", after.outputs[0].data["text/plain"])
            assert reports(before.source, "en") == before.outputs
        elif before.cell_type == "code":
            assert after.outputs == before.outputs


@pytest.mark.long
def test_reports_of_the_right_answers_are_those_of_the_executed_notebooks() -> None:
    for text in NOTEBOOKS:
        for cell in nbformat.read(text.with_suffix(".ipynb"), as_version=4).cells:
            if is_test_cell(cell):
                assert reports(cell.source, "en") == cell.outputs


@pytest.mark.long
def test_committed_chinese_notebooks_are_those_of_a_fresh_build() -> None:
    assert edition_drift(layout=LAYOUT) == []
