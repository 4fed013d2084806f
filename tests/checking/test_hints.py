"""Help in steps: one more a call, the last one the place, for every exercise."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder import exercises
from autograder.checking import hints
from autograder.checking.hints import shapes_on_the_way, steps
from autograder.checking.public import Check
from autograder.checking.unwritten import is_unwritten

ROOT = Path(__file__).parents[2]
EXERCISES = exercises.everything()


def test_each_call_says_one_step_more_and_the_last_stays(capsys):
    check = Check()
    said = []
    for _ in range(6):
        check.hint("mse_backward")
        said.append(capsys.readouterr().out)
    texts = steps(EXERCISES["mse_backward"])
    assert [text in line for text, line in zip(texts, said, strict=False)] == [True] * len(texts)
    assert said[-1] == said[-2]
    assert said[-1].startswith("There is no further step")
    assert said[3] in said[4]
    assert "solutions/02_linear_models/01_linear_regression.ipynb" in said[-1]


def test_a_function_is_as_good_as_its_name_and_an_unknown_one_is_named(capsys):
    def mse_backward(cache):
        return None

    Check().hint(mse_backward)
    assert "mse_backward, step 1" in capsys.readouterr().out
    with pytest.raises(ValueError, match="mse_backward"):
        Check().hint("mse_backwards")


@pytest.mark.parametrize("chapter", exercises.CHAPTERS)
def test_every_exercise_has_an_idea_a_line_and_a_place_that_exists(chapter):
    for name in exercises.names(chapter):
        said = steps(EXERCISES[name])
        assert len(said) >= 3, name
        assert all(len(text) > 12 for text in said), name
        path = said[-1].removeprefix("A worked solution: ").split(",")[0]
        assert (ROOT / path).exists(), name
        text = (ROOT / path).with_suffix(".py").read_text(encoding="utf-8")
        assert f'"grade_id": "{name}"' in text, name


@pytest.mark.parametrize("chapter", [exercises.START, 2, 3])
def test_steps_of_these_chapters_are_written_by_hand(chapter):
    known = exercises.chapter(chapter)
    assert [n for n, e in known.items() if len(getattr(e.reference, "leads", ())) < 2] == []


def test_shapes_are_named_by_the_sizes_that_hold_in_every_case():
    assert shapes_on_the_way(EXERCISES["affine_backward"]).startswith(
        "dout (N, M), x (N, D), w (D, M), flat (N, D), dx (N, D), dw (D, M), db (M,)"
    )
    assert "dw (F, C, " in shapes_on_the_way(EXERCISES["conv2d_backward"])


def stub(x):
    """What was handed out."""
    # YOUR CODE HERE
    raise NotImplementedError()


class Stub:
    """The same as a class."""

    def __init__(self):
        raise NotImplementedError()


def begun(x):
    """Somebody has written here."""
    print(x)
    raise NotImplementedError()


def test_a_stub_is_told_from_what_somebody_has_begun():
    assert is_unwritten(stub)
    assert is_unwritten(Stub)
    assert not is_unwritten(begun)
    assert not is_unwritten(len)
    assert not is_unwritten(3)


def test_the_check_of_a_stub_is_one_line(capsys):
    namespace = {"mse_forward": stub}
    with pytest.raises(AssertionError) as caught:
        Check()(namespace["mse_forward"], exercise="mse_forward")
    assert capsys.readouterr().out == "mse_forward is not written yet.\n"
    assert caught.value._render_traceback_() == ["CheckFailed: mse_forward is not written yet."]


def test_an_installation_without_solutions_names_none_that_is_there(monkeypatch, tmp_path):
    monkeypatch.setattr(hints, "PROJECT", tmp_path)
    last = hints.steps(exercises.everything()["softmax"])[-1]
    assert "of solutions/ in the course's folder; this installation has none" in last
