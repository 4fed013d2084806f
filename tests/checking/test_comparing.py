"""Numbers are compared by the standards that an output promises, and differences are located."""

from __future__ import annotations

import math
from collections import namedtuple
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checking.alike import alike
from autograder.checking.compare import Finding, compare, difference, form_text, precision
from autograder.checking.exercise import Output
from autograder.checking.locate import examples, where
from autograder.checking.quiz import judge_quiz
from autograder.checking.values import (
    NotPlain,
    as_array,
    close,
    describe,
    leaves,
    norm,
    plain,
    same,
)
from autograder.exercises.quiz import Quiz

EXERCISE: Any = SimpleNamespace(
    output=lambda name: {
        "label": Output("label", kind="int"),
        "count": Output("count", kind="int", loose=True),
        "any": Output("any", kind="any"),
        "strict": Output("strict", strict=True),
        "wide": Output("wide", tol=1e-2, atol=1e-3),
    }.get(name.split("[")[0], Output(name.split("[")[0]))
)
A = np.array([3.0, -4.0])


def kinds(name: str, got: Any, want: Any, **how: Any) -> list[tuple[str, str]]:
    found = compare(EXERCISE, {name: got}, {name: want}, **how)
    return [(finding.kind, finding.name) for finding in found]


SAME = [
    ("dx", A, A.copy(), {}),
    ("dx", A * (1 + 9e-9), A, {}),
    ("dx", A + np.array([0, 3e-8]), A, {}),  # norm-wise: 3e-8 of 5 is 6e-9
    ("dx", np.array([1e-13, 0]), np.zeros(2), {}),
    ("dx", A.astype(np.longdouble), A, {}),
    ("dx", 3.0, np.float64(3.0), {}),
    ("dx", 3, np.array(3.0), {}),
    ("dx", A.astype(int), A, {"any_dtype": True}),
    ("dx", A.astype(np.float32), A, {"any_dtype": True}),
    ("dx", np.array([np.inf, np.nan, 1.0]), np.array([np.inf, np.nan, 1.0 + 1e-9]), {}),
    ("dx", np.array([1e200, 1.0]), np.array([1e200, 2.0]), {}),
    ("dx", np.array([1e300, 1.0]), np.array([1e300 * (1 + 1e-9), 1.0]), {"elementwise": True}),
    # What is left of a sum that cancels: 5e-12 of the norm.
    ("dx", np.array([1e3, 1.5e-8]), np.array([1e3, 1e-8]), {"elementwise": True}),
    ("dx", {"w": [A, 2.0], "b": A}, {"b": A, "w": (A, 2.0)}, {}),
    ("dx", "word", "word", {}),
    ("any", True, True, {}),
    ("label", np.array([1, 2]), np.array([1, 2]), {}),
    ("label", np.array([1, 2], np.uint8), np.array([1, 2]), {}),
    ("count", np.array([1.0, 2.0]), np.array([1, 2]), {}),
    ("any", np.array([True, False]), np.array([1.0, 0.0]), {}),
    ("wide", A * 1.009, A, {}),
    ("wide", np.array([9e-4]), np.zeros(1), {}),
    ("dx", A * (1 + 9e-7), A, {"precise": True}),
]  # fmt: skip
OTHER = [
    ("dx", A * (1 + 1.1e-8), A, {}, "values"),
    ("dx", np.array([1.1e-12, 0]), np.zeros(2), {}, "values"),
    ("dx", np.array([1e9, 1.0]), np.array([1e9, 2.0]), {"elementwise": True}, "values"),
    ("dx", A.reshape(1, 2), A, {}, "shapes"),
    ("dx", A.astype(np.float32), A, {}, "dtype"),
    ("dx", A.astype(int), A, {}, "dtype"),
    ("dx", A.astype(complex), A, {"any_dtype": True}, "dtype"),
    ("strict", A.astype(int), A, {"any_dtype": True}, "dtype"),
    ("dx", np.array([np.inf, 1.0]), np.array([2.0, 1.0]), {}, "finite"),
    ("dx", np.array([np.nan, 1.0]), np.array([2.0, 1.0]), {}, "finite"),
    ("dx", np.array([np.inf, 1.0]), np.array([-np.inf, 1.0]), {}, "values"),
    ("dx", np.array([2.0, 1.0]), np.array([np.inf, 1.0]), {}, "values"),
    ("dx", np.array([np.nan, 1.0]), np.array([np.inf, 1.0]), {}, "values"),
    ("dx", "word", "other", {}, "values"),
    ("dx", 1, "1", {}, "values"),
    ("dx", "x", 1.0, {}, "structure"),
    ("dx", None, A, {}, "structure"),
    ("dx", (A,), A, {}, "structure"),
    ("dx", (A, A), (A,), {}, "structure"),
    ("dx", {"w": A}, {"b": A}, {}, "structure"),
    ("any", True, False, {}, "values"),
    ("label", np.array([1, 2]), np.array([1, 3]), {}, "values"),
    ("label", np.array([1.0, 2.0]), np.array([1, 2]), {}, "dtype"),
    ("label", np.array([True, False]), np.array([1, 0]), {}, "dtype"),
    ("count", np.array([1.5, 2.0]), np.array([1, 2]), {}, "dtype"),
    ("any", np.array([1j]), np.array([1.0]), {}, "dtype"),
    ("wide", A * 1.011, A, {}, "values"),
    ("dx", A * (1 + 1.1e-6), A, {"precise": True}, "values"),
    ("dx", np.array([1e-20, 1.0]), np.array([2e-20, 1.0]), {"precise": True}, "values"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "got", "want", "how"), SAME)
def test_numbers_within_what_is_promised_are_right(name, got, want, how):
    assert kinds(name, got, want, **how) == []


@pytest.mark.parametrize(("name", "got", "want", "how", "kind"), OTHER)
def test_what_differs_is_called_by_its_kind(name, got, want, how, kind):
    assert kinds(name, got, want, **how) == [(kind, name)]


def test_every_leaf_and_every_output_that_differs_is_found():
    got = {"w": {"a": [A, A + 1]}, "v (again)": A, "!aside": 1, "more": 2}
    want = {"w": {"a": [A, A]}, "v (again)": A + 1, "u": A, "!aside": 2, "!gone": 3}
    found = compare(EXERCISE, got, want, {"w": {"a": [A + 1, A]}, "more": 3.0})
    assert [(f.name, f.kind, f.output.name) for f in found] == [
        ("w['a'][0]", "values", "w"),
        ("w['a'][1]", "values", "w"),
        ("v (again)", "values", "v"),
        ("u", "structure", "u"),
        ("more", "values", "more"),
    ]
    assert found[3].got is None


def test_a_difference_is_measured_against_the_norm_of_what_is_right():
    error, close = difference(Output("dx"), A + np.array([0.3, 0.4]), A)
    assert (error, close) == (pytest.approx(0.1), False)
    assert difference(Output("dx"), A + 1e-13, A) == (0.0, True)
    assert difference(Output("n", kind="int"), np.array([1, 2, 4]), np.array([1, 2, 3])) == (
        pytest.approx(1 / 3),
        False,
    )
    assert difference(Output("dx"), np.array([1.0]), np.array([np.inf])) == (np.inf, False)
    huge = np.array([1e300, -1e300])
    assert difference(Output("dx"), 1.5 * huge, huge)[0] == pytest.approx(0.5)
    worst, close = precision(Output("dx"), np.array([1.0, 2.2, 0.0]), np.array([1.0, 2.0, 0.0]))
    assert (worst, close) == (pytest.approx(0.1), False)


def located(got: Any, want: Any, **output: Any) -> str:
    return where(Finding("values", "dx", Output("dx", **output), np.array(got), np.array(want)))


def changed(shape: tuple[int, ...], *places: Any, **output: Any) -> str:
    want = np.arange(1.0, 1 + np.prod(shape)).reshape(shape)
    got = want.copy()
    for place in places:
        got[place] += 1.0
    return located(got, want, **output)


ROWS = {"axes": ("example", "unit")}
PLACES = [
    (changed((4, 3), 0, **ROWS), "dx agrees except at the first example."),
    (changed((4, 3), -1, **ROWS), "dx agrees except at the last example."),
    (changed((4, 3), 0, -1, **ROWS), "dx agrees except at the first and the last example."),
    (changed((4, 3), 1, **ROWS), "dx agrees except at example 1."),
    (changed((5, 3), 1, 2, **ROWS), "dx agrees except at example 1, 2."),
    (changed((4, 3), 0, 1, 3, **ROWS), "dx agrees only at example 2."),
    (changed((2, 3), 1, **ROWS), "dx agrees except at the last example."),
    (changed((4, 3), np.s_[:, 1], **ROWS), "dx agrees except at unit 1."),
    (changed((4, 3), np.s_[:, 1]), "dx agrees except at index 1 on axis 1."),
    (changed((4, 3), 1, axes=("example",)), "dx agrees except at index 1 on axis 0."),
    (changed((5,), 2), "dx agrees except at index 2."),
    (changed((9,), *range(1, 8)), "dx agrees except at index 1, 2, 3, 4, 5, 6 …."),
    (changed((4, 3), np.s_[:]), "Every entry of dx differs."),
    (
        changed((2, 2), (0, 0), (1, 1)),
        "2 of 4 entries of dx differ, spread over the whole array.",
    ),
    (changed((2, 3, 4), np.s_[:, 1, 1:3]), "dx is right along its border and wrong inside."),
    (changed((2, 3, 4), np.s_[:, 0]), "dx is right inside and wrong along its border."),
    (changed((2, 3, 4), np.s_[:, :, 3]), "dx is right inside and wrong along its border."),
    (changed((2, 3, 4), np.s_[:, 1, 0]), "dx is right inside and wrong along its border."),
    (changed((2, 2, 4), np.s_[:, 0]), "dx agrees except at the first index on axis 1."),
    (changed((3, 3), (0, 0), (0, 1)), "dx agrees except at the first index on axis 0."),
    (
        changed((2, 4), np.s_[:, 2], blocks=(1, ("i", "f", "g", "o"))),
        "dx is wrong in block g only; the blocks are i, f, g, o.",
    ),
    (changed((2, 4), np.s_[:], blocks=(1, ("i", "f"))), "Every entry of dx differs."),
    (changed((2, 3), np.s_[:], blocks=(1, ("i", "f"))), "Every entry of dx differs."),
    (changed((3, 2)), ""),
    (located(2.0, 1.0), ""),
]  # fmt: skip


@pytest.mark.parametrize(("said", "sentence"), PLACES)
def test_the_place_of_a_difference_is_put_into_words(said, sentence):
    assert said == sentence


def test_the_largest_differences_are_shown_first_with_the_inputs_beside_them():
    want = np.array([[1.0, 2.0, 3.0], [4.0, np.nan, 6.0]])
    got = np.array([[1.5, 2.0, 7.0], [4.25, 0.0, 6.0]])
    finding = Finding("values", "dx", Output("dx"), got, want)
    beside = {"x": np.arange(6).reshape(2, 3), "w": np.zeros(3)}
    assert examples(finding, 3, beside) == [
        ("dx[1, 1], x = 4", "0", "nan"),
        ("dx[0, 2], x = 2", "7", "3"),
        ("dx[0, 0], x = 0", "1.5", "1"),
    ]
    assert len(examples(finding)) == 3
    assert len(examples(finding, 9)) == 4
    single = Finding("values", "dx", Output("dx"), np.array(-0.0), np.array(1 / 3))
    assert examples(single) == [("dx", "0", "0.333333")]


Named = namedtuple("Named", "a b")


def test_plain_values_are_copied_and_others_refused():
    array = np.arange(3.0)
    made = plain({"k": [array, (1, None)], 2: Named(np.float32(1.5), "x"), "d": np.bool_(True)})
    assert made["k"][0] is not array
    assert made["k"][1] == (1, None)
    assert type(made[2]) is tuple
    assert (made[2][0].dtype, made[2][1]) == (np.float32, "x")
    assert plain(np.str_("a")) == "a"
    nested: Any = 1
    for _ in range(9):
        nested = [nested]
    assert plain(nested) == nested
    for value, words in [
        ([nested], "more than eight deep"),
        (np.array(["a"]), "an array of dtype <U1"),
        ([0] * 100_001, "a list of 100,001 entries"),
        ({1.5: 2}, "a dict with keys that are not names"),
        ({str(i): 0 for i in range(100_001)}, "a dict with keys"),
        (object(), "an object"),
        ({1, 2}, "a set"),
        (int, "the class int"),
    ]:
        with pytest.raises(NotPlain, match=words):
            plain(value)
    assert len(plain([0] * 100_000)) == 100_000


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None"), (True, "the bool True"), ("a" * 38, f"the str '{'a' * 38}'"),
        ("a" * 39, f"the str '{'a' * 36}..."), ([1, 2], "a list of 2"),
        (np.zeros((2, 0)), "an array of shape (2, 0), dtype float64"), (Named(1, 2), "a Named"),
        (iter([]), "a list_iterator"), (1j, "a complex"),
    ],
)  # fmt: skip
def test_a_value_is_described_in_a_few_words(value, words):
    assert describe(value) == words


def test_forms_are_named_with_their_parts():
    assert form_text({"w": 1, "b": 2}) == "a dict with the keys w, b"
    assert form_text((1, 2, 3)) == "a tuple of 3"
    assert form_text(2.5) == "the float 2.5"


def test_leaves_and_arrays_of_plain_values():
    value = {"a": [1, (2.0, "x")], "b": None}
    assert list(leaves(value, "v")) == [
        ("v['a'][0]", 1), ("v['a'][1][0]", 2.0), ("v['a'][1][1]", "x"), ("v['b']", None),
    ]  # fmt: skip
    assert as_array("x") is None
    assert as_array(2**70).dtype == float  # type: ignore[union-attr]
    assert as_array(2**62).dtype == int  # type: ignore[union-attr]
    assert as_array(-(2**70)) == -(2.0**70)
    assert as_array(10**400) is None


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        (A, A.copy(), True), (A, A + 1, False), (A, A.reshape(1, 2), False),
        (np.array([np.nan]), np.array([np.nan]), True), ([1, "x"], (1, "x"), True),
        (["x"], ["y"], False), ([None], ["x"], False), ([None], [None], True),
        ({"a": 1}, {"b": 1}, False), ([1], [1, 2], False), (1, 1.0, True), (A, "x", False),
        (1, 2, False), (np.array([1]), np.array([1.0]), True),
    ],
)  # fmt: skip
def test_two_plain_values_are_the_same_or_not(a, b, equal):
    assert same(a, b) is equal
    assert same(b, a) is equal


def seen(problem: str = "", changed: tuple[str, ...] = (), random: bool = False, **out: Any) -> Any:
    return problem, out, changed, random


ALIKE = [
    (seen(a=A), seen(a=A * (1 + 1e-6)), True),
    (seen(a=A), seen(a=A * (1 + 1e-5)), False),
    (seen("ValueError"), seen("ValueError"), True),
    (seen("ValueError"), seen("KeyError"), False),
    (seen("ValueError"), seen(a=A), False),
    (seen(a=A), seen("ValueError"), False),
    (seen(a=A, changed=("x",)), seen(a=A), False),
    (seen(a=A, changed=("cache",)), seen(a=A), True),
    (seen(a=A, random=True), seen(a=A), False),
    (seen(a=A), seen(b=A), False),
    (seen(a=[A]), seen(a=[A, A]), False),
    (seen(a=A), seen(a=A.reshape(1, 2)), False),
    (seen(a=A), seen(a=A.astype(int)), False),
    (seen(a=np.array(3.0)), seen(a=3), True),
    (seen(a="x"), seen(a="x"), True),
    (seen(a="x"), seen(a="y"), False),
    (seen(a=A), seen(a="y"), False),
    (seen(a=np.array([np.inf, 1.0])), seen(a=np.array([np.inf, 1.0])), True),
    (seen(a=np.array([np.nan, 1.0])), seen(a=np.array([np.nan, 1.0])), True),
    (seen(a=np.array([np.inf, 1.0])), seen(a=np.array([-np.inf, 1.0])), False),
    (seen(a=np.array([np.inf, 1.0])), seen(a=np.array([np.inf, 2.0])), False),
    (seen(a=np.array([1j])), seen(a=np.array([2j])), False),
    (seen(a=np.zeros(0)), seen(a=np.zeros(0)), True),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "equal"), ALIKE)
def test_two_runs_show_the_same_or_not(a, b, equal):
    assert alike(EXERCISE, a, b) is equal


def test_small_entries_count_for_themselves_among_extreme_values():
    a, b = seen(a=np.array([1e9, 1.0])), seen(a=np.array([1e9, 2.0]))
    assert alike(EXERCISE, a, b)
    assert not alike(EXERCISE, a, b, elementwise=True)


LETTER = Quiz("q", "b", choices={"A": "", "B": "", "C": ""}, hints={"A": "not A"}, hint="look")
NUMBER = Quiz("n", 12.0, tolerance=0.5, hints={"24": "halve it", "word": "a number"}, hint="count")
PAIR = Quiz("p", (1, "two"), hints={"(2, 'two')": "the first"}, hint="both")


@pytest.mark.parametrize(
    ("quiz", "answer", "found", "hint"),
    [
        (LETTER, "a", "q is not right.", "not A"),
        (LETTER, "C", "q is not right.", "look"),
        (LETTER, "", "q has no answer yet; expected one of the letters A, B, C.", ""),
        (LETTER, " ( ", "q has no answer yet; expected one of the letters A, B, C.", ""),
        (LETTER, None, "q has no answer yet; expected one of the letters A, B, C.", ""),
        (LETTER, 2, "q is the int 2; expected one of the letters A, B, C.", ""),
        (LETTER, {1}, "q is a set; expected one of the letters A, B, C.", ""),
        (NUMBER, 24, "n is not right.", "halve it"),
        (NUMBER, 24.4, "n is not right.", "halve it"),
        (NUMBER, 24.6, "n is not right.", "count"),
        (NUMBER, 12.6, "n is not right.", "count"),
        (NUMBER, 12.5, "", ""),
        (NUMBER, "twelve", "n is the str 'twelve'; expected a number.", ""),
        (NUMBER, True, "n is the bool True; expected a number.", ""),
        (NUMBER, np.array([12, 12]), "n is an array of shape (2,)", ""),
        (PAIR, (1, "Two"), "", ""),
        (PAIR, (2, "two"), "p is not right.", "the first"),
        (PAIR, (3, "two"), "p is not right.", "both"),
        (PAIR, (1,), "p is a tuple of 1; expected a tuple of 2.", ""),
        (PAIR, ("1", "two"), "p is a tuple of 2; expected a tuple of 2.", ""),
        (Quiz("w", "relu"), 3, "w is the int 3; expected a word.", ""),
    ],
)  # fmt: skip
def test_a_quiz_answer_is_judged_and_answered_with_its_hint(quiz, answer, found, hint):
    report = judge_quiz(quiz, answer)
    assert report.passed == (found == "")
    assert report.found.startswith(found)
    assert report.next_step == hint
    text = str(report)
    assert text == f"{quiz.name}: right." if report.passed else found in text


@given(st.floats(-300, 300), st.lists(st.floats(1e-3, 1), min_size=1, max_size=5))
def test_the_length_of_an_array_has_no_largest_square(power, parts):
    x = np.array(parts) * 10.0**power
    assert norm(x) == pytest.approx(math.hypot(*x), rel=1e-12, abs=0)
    if power > -6:  # below that everything is close to 0
        assert close(x, x * (1 + 1e-9))
        assert not close(x, x * (1 + 1e-3))
