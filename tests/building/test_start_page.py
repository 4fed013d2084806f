"""The start page: its check fails, says why, and passes; its map is that of the course."""

from __future__ import annotations

import re

import nbformat
import pytest

from autograder import run_check
from autograder.building.build import start_page
from autograder.building.layout import Layout
from autograder.exercises import START, chapter, everything
from autograder.learning.progress import _asked

LAYOUT = Layout()
PAGE = nbformat.reads(start_page(LAYOUT), as_version=4)
CODE = [cell.source for cell in PAGE.cells if cell.cell_type == "code"]
WORDS = "\n".join(cell.source for cell in PAGE.cells if cell.cell_type == "markdown")


def test_the_committed_page_is_that_of_its_text():
    assert LAYOUT.start_page.read_text(encoding="utf-8") == start_page(LAYOUT)


def test_its_check_fails_says_why_and_passes_when_the_function_is_mended(capsys):
    scope: dict = {}
    exec(CODE[0], scope)
    exec(CODE[1], scope)
    with pytest.raises(AssertionError, match="known mistake, “not divided”"):
        exec(CODE[2], scope)
    exec(CODE[1].replace("np.sum(x)", "np.sum(x) / len(x)"), scope)
    capsys.readouterr()
    exec(CODE[2], scope)
    assert "passed" in capsys.readouterr().out
    for text in CODE[3:]:
        exec(text, scope)


@pytest.mark.parametrize(
    "body", ["np.mean(x)", "x.mean()", "sum(x) / len(x)", "np.average(x)", "x.sum() / x.size"]
)
def test_the_average_may_be_written_in_any_way(body):
    scope: dict = {}
    exec(f"import numpy as np\ndef average(x):\n    return {body}", scope)
    assert run_check("average", scope).passed


def test_its_mistakes_are_named_and_it_is_no_exercise_of_a_chapter():
    exercise = chapter(START)["average"]
    for mistake in exercise.mistakes:
        assert run_check("average", mistake.functions).mistake
    assert "average" not in everything()


def test_every_link_leads_to_a_notebook_and_every_chapter_has_one():
    links = re.findall(r"\]\(([^)]+\.ipynb)\)", WORDS)
    assert all((LAYOUT.chapters / link).exists() for link in links)
    assert [link.split("/")[0] for link in links] == [f.name for f in LAYOUT.chapter_folders()]


def test_the_hours_are_those_of_the_words_and_exercises():
    """120 words of such a text a minute, a quarter of an hour for an exercise; two hours' play."""
    said = [int(hours) for hours in re.findall(r"\| (\d+) \|$", WORDS, re.MULTILINE)]
    for hours, folder in zip(said, LAYOUT.chapter_folders(), strict=True):
        words = exercises = 0
        for text in LAYOUT.texts(folder):
            nb = nbformat.read(LAYOUT.student(text), as_version=4)
            words += sum(len(c.source.split()) for c in nb.cells if c.cell_type == "markdown")
            exercises += len(list(_asked(LAYOUT.student(text))))
        assert abs(hours - (words / 120 + 15 * exercises) / 60) <= 2, folder.name
