"""A quiz answer is right in whatever form it is written, and wrong where its value is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checking.quiz import judge_quiz
from autograder.exercises import quizzes
from autograder.exercises.quiz import Quiz

QUIZZES = list(quizzes().values())
LETTER = [q for q in QUIZZES if isinstance(q.answer, str)]
NUMBER = [
    q for q in QUIZZES if isinstance(q.answer, int | float) and not isinstance(q.answer, bool)
]
SEVERAL = [q for q in QUIZZES if isinstance(q.answer, tuple)]


@pytest.mark.parametrize("form", ["{}", " {} ", "({})", "{}.", "[{}]", "'{}'", "{}:", "\n{}\n"])
@pytest.mark.parametrize("quiz", LETTER, ids=lambda q: q.name)
def test_letters_may_stand_in_blanks_and_brackets_and_in_either_case(quiz, form):
    for answer in (quiz.answer.upper(), quiz.answer.lower()):
        assert judge_quiz(quiz, form.format(answer)).passed


@pytest.mark.parametrize("quiz", [q for q in LETTER if q.choices], ids=lambda q: q.name)
def test_a_letter_may_be_wide_marked_or_the_only_one_in_a_list(quiz):
    for letter in quiz.choices:
        wide = chr(ord(letter) - ord("A") + ord("\uff21"))
        for form in (wide, f"**{letter}**", f"${letter}$", [letter], (letter,), f"_{letter}_"):
            assert judge_quiz(quiz, form).passed == (letter == quiz.answer)
    assert not judge_quiz(quiz, list(quiz.choices)).passed


@pytest.mark.parametrize(
    ("answer", "texts"),
    [
        (745, ["745", "745.0", " 745 ", "\uff17\uff14\uff15", "1490/2", "$745$", "7.45e2"]),
        (0.125, ["1/8", "$\\frac{1}{8}$", "0,125", "1.25 \\cdot 10^{-1}", "1.25*10**-1", "0.125"]),
        (-0.5, ["-1/2", "\u22120.5", "-0,5"]),
        (9216, ["9,216", "9216"]),
        (9.216, ["9,216"]),
    ],
)
def test_a_number_may_be_written_as_a_text(answer, texts):
    quiz = Quiz("quiz_x", answer, hints={"3": "the third"}, hint="count")
    for text in texts:
        assert judge_quiz(quiz, text).passed, text
        assert not judge_quiz(Quiz("quiz_x", answer + 1), text).passed, text
    assert judge_quiz(quiz, [texts[0]]).passed
    assert judge_quiz(quiz, "6/2").next_step == "the third"
    for text in ("1/0", "nan", "inf", "1e999", "745 or 746", "9" * 300, "0x2e9 ", "True", "1//2"):
        assert not judge_quiz(quiz, text).passed


@pytest.mark.parametrize("quiz", [q for q in LETTER if q.choices], ids=lambda q: q.name)
def test_a_letter_counts_with_its_text_behind_it_and_no_letter_is_refused_by_name(quiz):
    for form in ("{}: nothing", "({}) nothing", "{} · nothing", "{}. It is so"):
        for letter in quiz.choices:
            right = letter == quiz.answer
            assert judge_quiz(quiz, form.format(letter)).passed == right
    for text in ("Z", "Z: nothing", f"{quiz.answer} or Z", f"{quiz.answer}, Z", f"{quiz.answer}/Z"):
        refused = judge_quiz(quiz, text)
        assert not refused.passed
        assert "one of the letters" in refused.found


@pytest.mark.parametrize("quiz", NUMBER, ids=lambda q: q.name)
def test_numbers_may_be_arrays_of_one_number(quiz):
    for made in (
        float,
        np.float64,
        np.float32,
        np.array,
        lambda v: np.array([v]),
        lambda v: np.array([[v]]),
    ):
        assert judge_quiz(quiz, made(quiz.answer)).passed


@pytest.mark.parametrize("quiz", SEVERAL, ids=lambda q: q.name)
def test_several_answers_may_be_a_tuple_a_list_or_an_array(quiz):
    assert judge_quiz(quiz, tuple(quiz.answer)).passed
    assert judge_quiz(quiz, list(quiz.answer)).passed
    if all(isinstance(a, int | float) for a in quiz.answer):
        assert judge_quiz(quiz, np.array(quiz.answer)).passed
        assert not judge_quiz(quiz, np.array(quiz.answer) + 100).passed
        assert judge_quiz(quiz, tuple(np.array([a]) for a in quiz.answer)).passed


@given(st.floats(-1000, 1000), st.integers(2, 6))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_number_rounded_to_two_decimals_or_more_is_right(answer, decimals):
    rounded = round(answer, decimals)
    if abs(rounded - answer) <= 0.02 * abs(answer):  # 0.004 is not 0.0
        assert judge_quiz(Quiz("quiz_x", answer), rounded).passed


@given(st.floats(-1000, 1000), st.floats(-1000, 1000))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_number_that_is_no_rounding_is_wrong(answer, given_answer):
    if abs(answer - given_answer) > 0.006:
        assert not judge_quiz(Quiz("quiz_x", answer), given_answer).passed


@pytest.mark.parametrize(
    "answer",
    [
        np.zeros(3),
        np.array(["B"]),
        [],
        {},
        {1},
        object(),
        lambda: 1,
        b"B",
        np.zeros((2, 2)),
        1j,
        True,
    ],
)
@pytest.mark.parametrize("quiz", [LETTER[0], NUMBER[0], SEVERAL[0]], ids=lambda q: q.name)
def test_anything_else_is_refused_in_words_and_never_raises(quiz, answer):
    report = judge_quiz(quiz, answer)
    assert not report.passed
    assert report.message


@pytest.mark.parametrize("quiz", QUIZZES, ids=lambda q: q.name)
def test_each_listed_wrong_answer_gets_its_own_hint(quiz):
    for wrong, hint in quiz.hints.items():
        given_answer = wrong if isinstance(quiz.answer, str) else None
        if given_answer is None:
            try:
                given_answer = float(wrong)
            except ValueError:
                continue
        report = judge_quiz(quiz, given_answer)
        if not isinstance(quiz.answer, tuple):
            assert not report.passed, (quiz.name, wrong)
            assert report.next_step == hint
