"""What nnkit takes for a number, a shape, a label: each kind of value, at its bounds and beyond."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from nnkit import init, validate

WHOLE = [np.dtype(code) for code in ("b", "h", "i", "l", "q", "B", "H", "I", "L", "Q")]


def wrong(call: Any) -> str:
    """What is said of a value that is refused, "" where it is taken."""
    try:
        call()
    except ValueError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("dtype", [*WHOLE, np.dtype("f2"), np.dtype("f4"), np.dtype("f8")], ids=str)
def test_labels_of_every_type_are_taken_from_0_to_the_last_class(dtype):
    right = np.array([0, 4, 2], dtype)
    taken = validate.labels(right, "y", (3,), 5)
    assert taken.tolist() == [0, 4, 2]
    assert taken.dtype == (dtype if dtype.kind in "iu" else np.int64)
    assert validate.labels(right[:0], "y", (0,), 5).shape == (0,)
    for outside in (5, 100, -1, -100):
        if outside < 0 and dtype.kind == "u":
            continue
        said = wrong(lambda at=outside: validate.labels(np.array([0, at], dtype), "y", (2,), 5))
        assert said.startswith(f"y contains the class index {outside}")
        assert said.endswith("; expected 0 to 4")


def test_the_largest_unsigned_number_and_bytes_in_another_order_are_read_as_they_are():
    huge = np.array([1, 2**64 - 1], np.uint64)
    assert f"index {2**64 - 1};" in wrong(lambda: validate.labels(huge, "y", (2,), 5))
    swapped = np.array([1, 3], ">i4")
    assert validate.labels(swapped, "y", (2,), 5).tolist() == [1, 3]
    assert "expected 0 to 2" in wrong(lambda: validate.labels(swapped, "y", (2,), 3))


@pytest.mark.parametrize("value", [0.5, np.nan, np.inf])
def test_labels_that_are_not_whole_are_refused(value):
    said = wrong(lambda: validate.labels([1.0, value], "y", (2,), 3, "token"))
    assert f"y contains {value}" in said or f"index {value}" in said
    assert "token" in said


def test_labels_of_another_shape_are_refused_by_it():
    said = wrong(lambda: validate.labels(np.eye(3), "y", ("N",), 3))
    assert said == "y has shape (3, 3); expected (N,) (one class index for each example)"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([[1, 2], [3]], "x is ragged (its rows differ in length); expected one rectangular array"),
        ([1j], "x holds complex numbers (dtype complex128); expected real numbers"),
        (["a"], "x holds text (dtype <U1); expected real numbers"),
        ([b"a"], "x holds text (dtype |S1); expected real numbers"),
        ([None], "x holds objects (dtype object); expected real numbers"),
        (np.zeros(1, "M8[s]"), "x holds datetime64[s] (dtype datetime64[s]); expected real "
         "numbers"),
    ],
)  # fmt: skip
def test_what_is_not_a_number_is_named(value, told):
    assert wrong(lambda: validate.numbers(value, "x")) == told


@pytest.mark.parametrize(
    "dtype", [*WHOLE, np.dtype("?"), *map(np.dtype, ("f2", "f4", "f8", ">f8"))]
)
def test_floats_keep_their_precision_and_all_else_becomes_float64(dtype):
    value = np.ones(2, dtype)
    taken = validate.floats(value, "x")
    assert taken.dtype == (np.float32 if dtype == np.float32 else np.float64)
    assert (taken is value) == (dtype in (np.dtype("f4"), np.dtype("f8")))
    assert taken.tolist() == [1.0, 1.0]


SHAPES: list[tuple[tuple[int, ...], tuple[int | str, ...], bool]] = [
    ((2, 3), (2, 3), True),
    ((2, 3), ("N", 3), True),
    ((2, 3), ("N", 4), False),
    ((2, 3), ("N",), False),
    ((2,), ("N", "D"), False),
    ((), (), True),
    ((2, 3, 4), (2, "...", 4), True),
    ((2, 4), (2, "...", 4), True),
    ((2, 5), (2, "...", 4), False),
    ((4,), (2, "...", 4), False),
    ((2,), ("N", "..."), True),
    ((2, 3, 4), ("...",), True),
    ((), ("...",), True),
    ((), ("N", "..."), False),
]


@pytest.mark.parametrize(("given", "wanted", "fits"), SHAPES)
def test_sizes_must_match_letters_are_free_and_dots_stand_for_any_axes(given, wanted, fits):
    said = wrong(lambda: validate.floats(np.zeros(given), "x", wanted, "a reason"))
    assert (said == "") == fits
    if said:
        shown = validate.describe(wanted)
        assert said == f"x has shape {validate.describe(given)}; expected {shown} (a reason)"


def test_shapes_are_written_as_people_do():
    written = {(): "()", (3,): "(3,)", ("N",): "(N,)", (2, "D"): "(2, D)", (1, 2, 3): "(1, 2, 3)"}
    for shape, text in written.items():
        assert validate.describe(shape) == text  # type: ignore[arg-type]


def test_an_upstream_gradient_has_exactly_the_shape_of_the_output():
    assert validate.upstream([[1, 2]], (1, 2)).dtype == np.float64
    said = wrong(lambda: validate.upstream(np.ones(2), (1, 2)))
    assert said == "dout has shape (2,); expected (1, 2), the shape of the output"


@pytest.mark.parametrize(
    ("bounds", "value", "taken"),
    [
        ({"least": 0.0}, 0.0, True), ({"least": 0.0}, -1e-300, False),
        ({"most": 1.0}, 1.0, True), ({"most": 1.0}, 1.0000001, False),
        ({"above": 0.0}, 1e-300, True), ({"above": 0.0}, 0.0, False),
        ({"above": 0.0, "most": 1.0}, np.nan, False), ({}, np.nan, False),
        ({}, "1", False), ({}, b"1", False), ({}, [1.0], False), ({}, None, False),
        ({}, np.float32(2), True), ({}, np.array(2), True), ({}, 3, True),
    ],
)  # fmt: skip
def test_a_number_lies_within_its_bounds(bounds, value, taken):
    said = wrong(lambda: validate.number(value, "lr", **bounds))
    assert (said == "") == taken
    if taken:
        assert type(validate.number(value, "lr", **bounds)) is float
    else:
        assert said.startswith("lr is ")


def test_the_bounds_of_a_number_are_all_told():
    said = wrong(lambda: validate.number(5, "p", above=0.0, least=0.5, most=1.0))
    assert said == "p is 5; expected a number above 0 and at least 0.5 and at most 1"


def test_whole_numbers_are_whole_and_large_enough():
    assert validate.integer(np.int8(3), "n", least=3) == 3
    assert type(validate.integer(np.int8(3), "n", least=3)) is int
    assert wrong(lambda: validate.integer(2, "n", least=3)) == "n is 2; expected at least 3"
    for value in (True, np.True_, 3.0, "3", None):
        assert "expected a whole number of at least 3" in wrong(
            lambda given=value: validate.integer(given, "n", least=3)
        )


@pytest.mark.parametrize(
    ("value", "result"),
    [(2, (2, 2)), ((2, 3), (2, 3)), ([2, 3], (2, 3)), (np.int64(2), (2, 2)), ((1, 1), (1, 1))],
)
def test_a_size_is_one_number_or_two(value, result):
    taken = validate.pair(value, "size", least=1)
    assert taken == result
    assert {type(n) for n in taken} == {int}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ((1, 2, 3), "two of them (height, width)"), ((1,), "two of them (height, width)"),
        ((0, 1), "size[0] is 0"), ((1, 0), "size[1] is 0"), (0, "size is 0"),
        ((True, 1), "size[0] is True"), ((1, 2.0), "size[1] is 2.0"), ("12", "size is '12'"),
    ],
)  # fmt: skip
def test_another_size_is_refused_by_its_place(value, told):
    assert told in wrong(lambda: validate.pair(value, "size", least=1))


def test_a_shape_has_as_many_sizes_as_its_meaning_names():
    assert validate.size_tuple([0, 2], "shape", "(rows, columns)") == (0, 2)
    assert validate.size_tuple((1, 2, 3), "shape", "(N, ...)") == (1, 2, 3)
    for value in ((1,), (1, 2, 3), 5, "ab", np.array([1, 2])):
        assert "expected (rows, columns)" in wrong(
            lambda given=value: validate.size_tuple(given, "shape", "(rows, columns)")
        )
    assert "shape[1] is -1" in wrong(lambda: validate.size_tuple((1, -1), "shape", "(a, b)"))


def test_nothing_is_refused_where_something_is_needed():
    validate.not_empty(np.zeros((1, 2)), "x")
    said = wrong(lambda: validate.not_empty(np.zeros((0, 2)), "x", "step"))
    assert said == "x has shape (0, 2); expected at least one step"


def test_a_generator_is_numpys():
    rng = np.random.default_rng(0)
    assert validate.generator(rng) is rng
    for other in (0, None, np.random.RandomState(0), np.random):
        said = wrong(lambda given=other: validate.generator(given))
        assert said.startswith(f"rng is {type(other).__name__}; expected a numpy.random.Generator")


def test_filters_have_at_least_one_of_each_size_and_an_initializer_has_a_known_name():
    for at, size in itertools.product(range(4), (0, -1)):
        shape = [2, 3, 4, 5]
        shape[at] = size
        assert f"shape is {size}; expected at least 1" in wrong(lambda: init.conv_fans(shape))  # noqa: B023
    assert init.conv_fans((1, 1, 1)) == (1, 1)
    assert init.by_name("he") is init.he_normal
    assert init.by_name("xavier") is init.xavier_normal
    assert init.by_name(init.orthogonal) is init.orthogonal
    said = wrong(lambda: init.by_name("glorot"))
    assert said == "init is 'glorot'; expected 'he', 'xavier' or a function"
