"""Each pattern that numbers can show is said, and none is said where it does not hold."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checking import diagnose, run_check
from autograder.checking.compare import Finding
from autograder.checking.diagnose import pattern
from autograder.checking.exercise import Output, case

RNG = np.random.default_rng(5)
WANT = RNG.standard_normal((3, 5))
X = RNG.standard_normal((3, 5))
TERM = RNG.standard_normal((3, 5))
CASE = case(x=X, N=3, D=5, parts={"lam·w": TERM})


def said(got, want=WANT, kind="values", given=CASE, **output):
    return pattern(Finding(kind, "dx", Output("dx", **output), got, want), given)


MASKED = np.where(RNG.random((3, 5)) > 0.5, WANT, 0.0)
VALUES = {
    "dx is zero everywhere.": np.zeros((3, 5)),
    "dx is just x, unchanged.": X,
    "dx has the wrong sign everywhere.": -WANT,
    "dx is the right answer times 2.": 2 * WANT,
    "dx is the right answer times 1/N = 1/3.": WANT / 3,
    "dx is the right answer times D = 5.": 5 * WANT,
    "dx is the right answer times 1/(N·D) = 1/15.": WANT / 15,
    "dx is the right answer times N/D = 3/5.": WANT * 3 / 5,
    "dx is the right answer reversed along axis 1.": WANT[:, ::-1],
    "dx is the right answer reversed.": WANT[::-1, ::-1],
    "dx differs from the right answer by -0.7 times lam·w: a term is missing or one too many.": WANT
    - 0.7 * TERM,
    "dx is off by the same amount, 0.25, in every entry.": WANT + 0.25,
}


@pytest.mark.parametrize("sentence", VALUES)
def test_a_pattern_of_values_is_put_into_words(sentence):
    assert said(VALUES[sentence]) == sentence


FACTORS = {"1/2": 0.5, "4": 4.0, "1/4": 0.25, "−N": -3.0, "−1/N": -1 / 3, "−1/D": -1 / 5}


@pytest.mark.parametrize("name", FACTORS)
def test_a_constant_factor_is_called_by_the_name_a_student_knows(name):
    assert said(FACTORS[name] * WANT) == f"dx is the right answer times {name}."


def test_a_size_of_zero_is_no_factor():
    assert "1/7" in said(WANT / 7, given=case(x=X, N=0, D=7))
    assert said(WANT / 11, given=case(x=X, N=0, D=7)) == ""


def test_numbers_with_their_axes_exchanged_are_recognized():
    square = RNG.standard_normal((4, 4))
    assert "axes in another order" in said(square.T, square)
    assert "axes in another order" in said(WANT.T.reshape(3, 5))


def test_a_missing_mask_is_recognized_and_only_where_the_rest_is_right():
    got = np.where(MASKED == 0, 0.3, MASKED)
    assert "a mask is missing" in said(got, MASKED)
    assert "a mask is missing" not in said(got + 0.1 * TERM, MASKED)


def test_blocks_in_another_order_are_named_in_the_students_order():
    want = RNG.standard_normal((2, 8))
    f, i, g, o = np.split(want, 4, axis=1)
    names = ("f", "i", "g", "o")
    sentence = said(np.hstack([i, f, g, o]), want, blocks=(1, names))
    assert sentence == "dx has its blocks in the order i, f, g, o; promised is f, i, g, o."


SHAPES = {
    "has the two axes of the right shape exchanged": np.zeros((5, 3)),
    "an axis of length one too many or too few": np.zeros((3, 1, 5)),
    "in another shape: a reshape is missing": np.zeros(15),
    "has an axis too many (axis 0)": np.ones((2, 3, 5)),
    "has lost an axis": np.zeros(5),
}


@pytest.mark.parametrize("words", SHAPES)
def test_a_pattern_of_shapes_is_put_into_words(words):
    assert words in said(SHAPES[words], kind="shapes")


def test_a_sum_that_is_missing_is_told_from_an_axis_too_many():
    parts = RNG.standard_normal((4, 3, 5))
    want = parts.sum(axis=0)
    assert "right after adding up over axis 0" in said(parts, want, kind="shapes")


@pytest.mark.parametrize("factor", [1.0, -0.4118, 3.7, -3.2e-311, 1e300])
def test_a_factor_that_means_nothing_is_not_named(factor):
    assert "times" not in said(factor * WANT)


@pytest.mark.parametrize("seed", range(20, 40))
def test_numbers_without_a_pattern_get_no_sentence(seed):
    assert said(np.random.default_rng(seed).standard_normal((3, 5))) == ""


def test_a_factor_of_one_number_is_named_only_where_it_holds_in_every_case():
    def hinge_forward(scores, y, margin=1.0):
        terms = scores - scores[np.arange(len(y)), y][:, None] + margin
        terms += 1 - np.eye(scores.shape[1])[y]  # with equal scores three times what is right
        return np.maximum(0, terms).sum() / len(y), (scores, y, margin)

    report = run_check("hinge_forward", {"hinge_forward": hinge_forward})
    assert not report.passed
    assert "times" not in report.cause


def test_nothing_is_near_to_infinity():
    assert not diagnose.close(np.array(1.0), np.array(np.inf))
    assert not diagnose.close(np.array([np.inf]), np.array([np.inf]))


@pytest.mark.parametrize("n", [2, 5])
def test_a_rate_by_the_wrong_power_of_n_is_not_explained_by_an_argument_of_zero(n):
    def largest_stable_rate(phi):
        return n / np.linalg.eigvalsh(phi @ phi.T * len(phi))[-1]

    report = run_check("largest_stable_rate", {"largest_stable_rate": largest_stable_rate})
    assert not report.passed
    assert "0 in place of phi" not in report.cause
