"""Each pattern that numbers can show is said, and none is said where it does not hold."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from autograder.checking import diagnose, run_check
from autograder.checking.compare import Finding
from autograder.checking.diagnose import pattern
from autograder.checking.exercise import Output, case
from autograder.checking.values import close
from tests.checking.wrappers import EXERCISES, outputs, promised_any_shape

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
    "dx is the right answer times 1/N.": WANT / 3,
    "dx is the right answer times D.": 5 * WANT,
    "dx is the right answer times 1/(N·D).": WANT / 15,
    "dx is the right answer times N/D.": WANT * 3 / 5,
    "dx is the right answer reversed along axis 1.": WANT[:, ::-1],
    "dx is the right answer reversed.": WANT[::-1, ::-1],
    "dx differs from the right answer by -1 times lam·w: a term is missing or one too many.": WANT
    - TERM,
    "dx differs from the right answer by -0.7 times lam·w: is this term missing, one too many, or "
    "has it another factor than it should?": WANT - 0.7 * TERM,
    "dx is off by the same amount, 0.25, in every entry.": WANT + 0.25,
}


@pytest.mark.parametrize("sentence", VALUES)
def test_a_pattern_of_values_is_put_into_words(sentence):
    assert said(VALUES[sentence]) == sentence


FACTORS = {
    "1/2": 0.5,
    "D/N": 5 / 3,
    "4": 4.0,
    "1/4": 0.25,
    "−N": -3.0,
    "−1/N": -1 / 3,
    "−1/D": -1 / 5,
}


@pytest.mark.parametrize("name", FACTORS)
def test_a_constant_factor_is_called_by_the_name_a_student_knows(name):
    assert said(FACTORS[name] * WANT) == f"dx is the right answer times {name}."


def test_a_factor_may_be_a_product_of_three_sizes_and_is_never_one():
    given = case(x=X, N=3, D=5, M=7)
    assert said(WANT / 105, given=given) == "dx is the right answer times 1/(N·D·M)."
    assert said(WANT * 105, given=given) == "dx is the right answer times N·D·M."
    # 3e-8 apart and still equal up to rounding: a size of one is no factor.
    assert said(WANT * (1 + 3e-8), given=case(x=X, N=1, D=5)) == ""
    assert said(WANT * (1 + 3e-8), given=case(x=X, N=5, D=5)) == ""


def test_where_the_right_answer_is_zero_there_is_no_factor():
    assert said(TERM**2, np.zeros((3, 5))) == ""
    assert said(np.zeros(1), np.zeros(1)) != "dx is zero everywhere."
    one, two = np.array([1e-13]), np.array([2e-13])
    assert "times" not in said(two, one)
    assert "times 2" in said(np.array([2e-13, 0.6]), np.array([1e-13, 0.3]))
    assert "times 2" in said(np.array([0.6, 2e-13]), np.array([0.3, 1e-13]))
    assert "times 2" in said(np.array([0.6]), np.array([0.3]))
    unit = np.array([0.6, 0.8])  # its norm is one
    assert "times 2" in said(2 * unit, unit)


def test_an_input_is_recognized_in_a_vector_and_not_in_a_number():
    x = np.array([0.4, -1.2, 0.7])
    assert said(x, x[::-1] + 1, given=case(x=x)) == "dx is just x, unchanged."
    whole = np.array([3, 1, 2])
    assert said(whole * 1.0, x, given=case(y=whole)) == "dx is just y, unchanged."
    number = np.array(0.4)
    assert "just" not in said(number, np.array(0.9), given=case(x=number))
    assert "just" not in said(np.zeros(3), x, given=case(x=np.zeros(3)))
    assert "just" in said(x, x[::-1] + 1, given=case(z=np.ones(3), given={"dout": x}))


def test_equal_up_to_rounding_is_a_millionth_of_the_norm():
    want = np.array([3.0, 4.0])
    assert close(want + np.array([4.9e-6, 0]), want)
    assert not close(want + np.array([5.1e-6, 0]), want)
    assert close(np.array([5e-19]), np.zeros(1))
    assert not close(np.array([2e-18]), np.zeros(1))
    assert not close(want, want[None])


def test_axes_of_a_cube_are_recognized_in_any_order_and_reversed():
    cube = RNG.standard_normal((2, 3, 2))
    for order in itertools.permutations(range(3)):
        text = said(cube.transpose(order).reshape(cube.shape), cube)
        assert ("another order" in text) == (order != (0, 1, 2)), order
    for axis in range(3):
        text = said(np.flip(cube, axis), cube)
        assert text == f"dx is the right answer reversed along axis {axis}."
    assert said(np.flip(cube), cube) == "dx is the right answer reversed."
    vector = RNG.standard_normal(6)
    assert said(vector[::-1], vector) == ""


def test_blocks_are_only_spoken_of_where_there_are_some():
    want = RNG.standard_normal((2, 6))
    f, _i, g = np.split(want, 3, axis=1)
    three = (1, ("f", "i", "g"))
    assert "in the order g, f, f" in said(np.hstack([g, f, f]), want, blocks=three)
    assert said(np.hstack([g, f, f]), want) == ""
    assert said(np.hstack([g, f, f + 1]), want, blocks=three) == ""
    assert said(np.hstack([g, f, f]), want, blocks=(1, ("f", "i", "g", "o"))) == ""
    rows = said(np.vstack([want[1:], want[:1]]), want, blocks=(0, ("f", "i")))
    assert "order" in rows or "reversed along axis 0" in rows


def test_a_mask_is_missing_only_where_zeros_and_others_stand_side_by_side():
    assert "mask" not in said(np.ones((3, 5)) * TERM, np.zeros((3, 5)))
    assert "mask" not in said(WANT + TERM, WANT)
    assert "mask" in said(np.array([0.5, 0.7, 0.3]), np.array([0.5, 0.0, 0.3]))
    assert "mask" not in said(np.array(0.5), np.array(0.0))


def test_a_term_is_one_of_the_inputs_or_parts_and_not_any_number():
    text = "dx differs from the right answer by 1 times x: a term is missing or one too many."
    assert said(WANT + X) == text
    assert "by 0.5 times x: is this term missing" in said(WANT + 0.5 * X)
    inside = case(cache=[TERM, X], N=3, D=5)
    assert "by 2 times cache[0]" in said(WANT + 2 * TERM, given=inside)
    tiny = case(x=X, parts={"t": 1e7 * TERM})
    assert "times t" not in said(WANT + TERM, given=tiny)  # a ten-millionth means nothing
    assert "times t" not in said(WANT + TERM, given=case(x=X, parts={"t": TERM * 1e-7}))
    assert "times n" not in said(WANT + 2.0, given=case(x=X, n=np.ones((3, 5), int)))
    assert "same amount, 2, in" in said(WANT + 2.0, given=case(x=X, n=np.ones((3, 5), int)))
    assert said(np.array([0.7]), np.array([0.3])) == ""


def test_too_many_axes_are_counted_and_a_lost_one_is_said():
    four = RNG.standard_normal((2, 3, 4, 5))
    assert "over the axes 0, 2: that" in said(four, four.sum(axis=(0, 2)), kind="shapes")
    assert "axis too many (axis 1)" in said(four, np.ones((2, 4, 5)), kind="shapes")
    assert "too many axes (1, 3)" in said(four, np.ones((2, 4)), kind="shapes")
    assert said(np.ones((7, 3)), np.ones(5), kind="shapes") == ""
    assert "lost an axis" in said(np.ones(7), np.ones((3, 5)), kind="shapes")
    assert said(np.ones((3, 7)), np.ones((3, 5)), kind="shapes") == ""
    whole = np.ones((2, 3), int)
    assert "axis too many (axis 0)" in said(whole, whole.sum(axis=0), kind="shapes")


def test_two_entries_are_enough_for_a_term_and_one_is_not():
    want, term = np.array([0.3, -0.8]), np.array([1.7, 0.4])
    given = case(x=np.ones(3), parts={"lam·w": term})
    assert "by 0.5 times lam·w" in said(want + 0.5 * term, want, given=given)
    assert said(want[:1] + 0.5, want[:1], given=case(x=np.ones(3), parts={"l": term[:1]})) == ""


def test_axes_exchanged_are_told_from_other_numbers_in_the_shape_exchanged():
    assert "exchanged" in said(np.zeros((5, 3)), kind="shapes")
    cube = RNG.standard_normal((2, 3, 4))
    assert "exchanged" not in said(np.zeros((4, 3, 2)), cube, kind="shapes")


def test_a_size_of_zero_is_no_factor():
    assert "times 1/D." in said(WANT / 7, given=case(x=X, N=0, D=7))
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


def test_a_shape_wrong_for_a_single_number_alone_is_no_mistake_of_ordinary_inputs():
    called = []
    for name in promised_any_shape():
        reference = EXERCISES[name].reference

        def one_axis_at_least(*arguments, right=reference, of=name, **options):
            return outputs(of, right(*arguments, **options), np.atleast_1d)

        one_axis_at_least.__name__ = name
        report = run_check(name, {**EXERCISES[name].companions, name: one_axis_at_least})
        if not report.passed:
            called.append(name)
            assert "your shapes are those" not in str(report.cause), (name, report.cause)
    assert len(called) > 5, called
