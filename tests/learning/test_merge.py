"""The update of a notebook that somebody works in: nothing typed is lost, the rest is the new."""

from __future__ import annotations

import random

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode

from autograder.learning.guess import guessed_base
from autograder.learning.merge import merge, title
from tests.learning.courses import Course, Learner, check, graded, plain, question, stub


def notebook(*cells: NotebookNode) -> NotebookNode:
    return nbformat.v4.new_notebook(cells=list(cells))


def texts(nb: NotebookNode) -> list[str]:
    return [cell.source for cell in nb.cells]


def sequence_loses_nothing(seed: int, loses_ids: bool, keeps_base: bool) -> None:
    """One sequence of edits and updates, and the laws it must obey after each update."""
    rng = random.Random(seed)
    course, learner = Course(rng), Learner(rng, loses_ids)
    base = course.release()
    mine = nbformat.from_dict(base)
    for _ in range(rng.randint(1, 4)):
        for _ in range(rng.randint(0, 5)):
            learner.edit(mine)
        for _ in range(rng.randint(0, 4)):
            course.change()
        new = course.release()
        before = nbformat.writes(mine)
        merged = merge(base if keeps_base else guessed_base(mine, new), mine, new).notebook
        assert nbformat.writes(mine) == before, "an argument was changed"
        nbformat.validate(merged)
        assert len({cell.id for cell in merged.cells}) == len(merged.cells)
        found = "\n".join(texts(merged))
        assert {word for word in learner.typed if word not in found} == set()
        # Each graded cell of the release is there, once, under its id and with its marks.
        for cell in new.cells:
            if "nbgrader" in cell.metadata:
                (kept,) = [c for c in merged.cells if c.id == cell.id]
                assert kept.metadata.nbgrader == cell.metadata.nbgrader
                assert not cell.metadata.nbgrader.locked or kept.source == cell.source
        again = merge(new, merged, new)
        assert texts(again.notebook) == texts(merged), "a second update changes nothing"
        base, mine = new, merged


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.booleans(), st.booleans())
@example(5912, False, True)  # a plain cell was taken for the answer to a question that was deleted
@example(100791, True, False)  # a raw cell had its own text shown beside it
def test_no_word_that_a_learner_typed_is_lost_by_any_sequence_of_edits_and_updates(
    seed, loses_ids, keeps_base
):
    sequence_loses_nothing(seed, loses_ids, keeps_base)


@pytest.mark.long
@settings(max_examples=20_000, deadline=None)
@given(st.integers(0, 2**62), st.booleans(), st.booleans())
def test_no_word_is_lost_in_twenty_thousand_sequences(seed, loses_ids, keeps_base):
    sequence_loses_nothing(seed, loses_ids, keeps_base)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_a_notebook_that_was_only_run_becomes_the_new_release(seed, keeps_base):
    rng = random.Random(seed)
    course = Course(rng)
    base = course.release()
    mine = nbformat.from_dict(base)
    Learner(rng, loses_ids=False).run(mine)
    for _ in range(rng.randint(0, 8)):
        course.change()
    new = course.release()
    merged = merge(base if keeps_base else guessed_base(mine, new), mine, new).notebook
    plain_ones = [{k: c[k] for k in ("id", "cell_type", "source", "metadata")} for c in new.cells]
    assert [
        {k: c[k] for k in ("id", "cell_type", "source", "metadata")} for c in merged.cells
    ] == plain_ones


WAYS = ("in its cell", "in a copy", "in a copy without marks", "in a cell of its own")


def answered(mine: NotebookNode, name: str, way: str, number: int) -> str:
    """Answer a function in one of the ways that people do; returns the text of the answer."""
    index = next(i for i, c in enumerate(mine.cells) if c.source.startswith(f"def {name}(x)"))
    text = f"def {name}(x):\n    return {number} * x"
    if way == "in its cell":
        mine.cells[index].source = text
        return text
    cell = nbformat.v4.new_code_cell(text)
    if way == "in a copy":
        cell.metadata = nbformat.from_dict(mine.cells[index].metadata)
    mine.cells.insert(index + 1, cell)
    if way == "in a cell of its own":
        del mine.cells[index]
    return text


@settings(max_examples=80, deadline=None)
@given(
    st.integers(0, 2**32), st.lists(st.sampled_from(WAYS), min_size=1, max_size=6),
    st.sampled_from(["ids", "no ids", "no ids, no marks"]), st.booleans(),
)  # fmt: skip
def test_a_function_that_was_answered_is_still_that_answer_when_the_notebook_is_run(
    seed, ways, editor, keeps_base
):
    rng = random.Random(seed)
    course = Course(rng)
    course.parts += [("exercise", f"g{number}", course.word()) for number in range(len(ways))]
    base = course.release()
    mine = nbformat.from_dict(base)
    answers = {f"g{n}": answered(mine, f"g{n}", way, n) for n, way in enumerate(ways)}
    for number, cell in enumerate(mine.cells):
        if editor != "ids":
            cell.id = f"cell-{number}"
        if editor == "no ids, no marks":
            cell.metadata = nbformat.from_dict({})
    kept = set(answers)
    for _ in range(rng.randint(0, 4)):
        course.change()
        kept &= {name for kind, name, _text in course.parts if kind == "exercise"}
    new = course.release()
    merged = merge(base if keeps_base else guessed_base(mine, new), mine, new).notebook
    for name in kept:
        says = [c for c in merged.cells if c.source.startswith(f"def {name}(x)")]
        assert says[-1].source == answers[name], (name, [c.source for c in says])
        check_of = next(c for c in merged.cells if c.id == f"check_{name}")
        assert merged.cells.index(says[-1]) < merged.cells.index(check_of)


@pytest.mark.parametrize("keeps_base", [True, False])
def test_a_quiz_that_is_not_begun_and_whose_marks_are_lost_stands_there_once(keeps_base):
    source = "# quiz_one: your number\nraise NotImplementedError()"
    quiz = graded("quiz_one", source, grade=False, solution=True, locked=False)
    base = notebook(quiz, check("quiz_one", "a number"))
    mine = nbformat.from_dict(base)
    for number, cell in enumerate(mine.cells):
        cell.id, cell.metadata = f"cell-{number}", nbformat.from_dict({})
    merged = merge(base if keeps_base else guessed_base(mine, base), mine, base).notebook
    assert texts(merged) == texts(base)
    assert merged.cells[0].metadata.nbgrader.grade_id == "quiz_one"


def test_an_answer_stays_and_the_new_text_of_its_exercise_stands_above_it():
    base, new = notebook(stub("f", "old")), notebook(stub("f", "new"))
    mine = nbformat.from_dict(base)
    mine.cells[0].source = "def f(x):\n    return 3 * x"
    merged = merge(base, mine, new)
    above, answer = merged.notebook.cells
    assert answer.source == "def f(x):\n    return 3 * x"
    assert answer.metadata.nbgrader == new.cells[0].metadata.nbgrader
    assert f"```python\n{new.cells[0].source}\n```" in above.source
    assert merged.beside == ["f"]


def test_the_shown_text_is_replaced_by_a_newer_one_and_goes_when_it_is_taken_over():
    releases = [notebook(stub("f", text)) for text in ("one", "two", "three")]
    mine = nbformat.from_dict(releases[0])
    mine.cells[0].source = "def f(x):\n    return 3 * x"
    second = merge(releases[0], mine, releases[1]).notebook
    third = merge(releases[1], second, releases[2]).notebook
    assert len(third.cells) == 2
    assert "three" in third.cells[0].source
    third.cells[1].source = releases[2].cells[0].source
    assert texts(merge(releases[2], third, releases[2]).notebook) == texts(releases[2])


def test_a_note_that_somebody_wrote_into_is_theirs():
    releases = [notebook(stub("f", text)) for text in ("one", "two", "three")]
    mine = nbformat.from_dict(releases[0])
    mine.cells[0].source = "def f(x):\n    return 3 * x"
    second = merge(releases[0], mine, releases[1]).notebook
    second.cells[0].source += "\nNote to myself."
    third = merge(releases[1], second, releases[2]).notebook
    assert [text for text in texts(third) if "Note to myself." in text]
    assert len(third.cells) == 3


def test_an_unchanged_answer_keeps_its_output_and_a_renewed_cell_has_none():
    base = notebook(plain("code", "print(1)", set()), stub("f", "old"))
    mine = nbformat.from_dict(base)
    for cell in mine.cells:
        cell.outputs = [nbformat.v4.new_output("stream", text="1\n")]
    new = notebook(plain("code", "print(1)  # one", set()), stub("f", "old"))
    first, second = merge(base, mine, new).notebook.cells
    assert first.outputs == []
    assert second.outputs[0].text == "1\n"


def test_a_test_that_was_written_into_is_the_courses_again_and_the_writing_stands_before_it():
    base = notebook(stub("f", "old"), check("f", "old"))
    mine = nbformat.from_dict(base)
    mine.cells[1].source = "print('tried')\ncheck(f)"
    _, kept, test = merge(base, mine, base).notebook.cells
    assert (kept.source, test.source) == ("print('tried')\ncheck(f)", "check(f)  # old")
    assert "nbgrader" not in kept.metadata


def test_own_cells_stay_behind_the_cell_they_stood_behind():
    base = notebook(question("q", "this"), plain("markdown", "last words of it", set()))
    mine = nbformat.from_dict(base)
    mine.cells.insert(1, nbformat.v4.new_code_cell("mine = 1"))
    mine.cells.append(nbformat.v4.new_code_cell("mine = 2"))
    new = notebook(
        plain("markdown", "a first word", set()), *base.cells, plain("code", "more", set())
    )
    assert texts(merge(base, mine, new).notebook) == [
        "a first word", base.cells[0].source, "mine = 1", "last words of it", "mine = 2", "more",
    ]  # fmt: skip


def test_a_cell_is_called_by_its_exercise_or_the_words_it_begins_with():
    text = nbformat.v4.new_markdown_cell("## 2 · A **plane**\n\nand what stands on it, in words")
    assert title(text) == "“2 · A plane and what stands on it, in words”"
    text.source = "word " * 20
    assert title(text) == "“" + " ".join(["word"] * 10) + " …”"
    text.metadata["nbgrader"] = {"grade_id": "affine_forward"}
    assert title(text) == "affine_forward"
