"""The data of a description: cases as they were drawn, sizes by capitals, outputs by name."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

from autograder.checking.exercise import Output, StructureError, case, unpack
from autograder.exercises import everything


def test_whole_numbers_under_capitals_are_sizes_and_everything_else_is_an_input():
    given = case(N=2, Kh=3, nH=4, w=5, X=1.5, given={"dout": 1}, parts={"term": np.ones(2)})
    assert given.sizes == {"N": 2, "Kh": 3}
    assert given.inputs == {"nH": 4, "w": 5, "X": 1.5}
    assert given.args == (4, 5, 1.5)
    assert given.label == "N = 2, Kh = 3"
    assert case("own", N=2).label == "own"
    assert given["nH"] == 4
    assert given["dout"] == 1
    assert list(given.parts) == ["term"]


def test_a_fresh_copy_shares_nothing_and_keeps_what_belongs_together():
    x = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    frozen = np.ones(2)
    frozen.flags.writeable = False
    rng = np.random.default_rng(0)
    source = case(x=x, again=x, some=[x, (frozen,)], named={"x": x}, rng=rng, f=len,
                  given={"dout": x})  # fmt: skip
    made = source.fresh()
    copies = [made["x"], made["again"], made["some"][0], made["named"]["x"], made["dout"]]
    assert all(copied is copies[0] for copied in copies)
    assert copies[0] is not x
    assert copies[0].flags.f_contiguous
    assert not copies[0].flags.c_contiguous
    assert not made["some"][1][0].flags.writeable
    assert type(made["some"]) is list
    assert type(made["some"][1]) is tuple
    assert made["rng"] is not rng
    assert made["rng"].random() == np.random.default_rng(0).random()
    assert made["f"] is len
    copies[0][:] = 0
    assert x.sum() == 15


def test_values_are_exchanged_where_they_stand_and_new_ones_are_given():
    source = case("a label", x=1, y=2, N=3, given={"dout": 4}, parts={"term": np.ones(2)})
    made = source.replace(x=10, dout=40, other=50)
    assert made.inputs == {"x": 10, "y": 2}
    assert made.given == {"dout": 40, "other": 50}
    assert (made.label, made.sizes, made.parts) == ("a label", {"N": 3}, source.parts)
    assert source.replace("another").label == "another"
    assert source.inputs == {"x": 1, "y": 2}


def test_an_output_is_found_by_its_name_and_what_a_trial_adds_is_judged_by_value():
    exercise = everything()["affine_backward"]
    assert exercise.output("dw") is exercise.output("dw[0]")
    assert exercise.output("dw").axes == ("input", "output")
    assert exercise.output("count") == Output("count", kind="any")
    functions = exercise.references()
    assert functions.affine_backward is exercise.reference
    assert functions.affine_forward is everything()["affine_forward"].reference
    assert isinstance(functions, SimpleNamespace)


class Pair(NamedTuple):
    first: int
    second: int


def test_what_is_returned_is_taken_apart_or_refused_in_a_sentence():
    right: tuple[Any, ...] = ((1, 2), [1, 2], Pair(1, 2))
    wrong: tuple[Any, ...] = (5, {1, 2}, {"a": 1, "b": 2}, np.ones(2), "ab")
    for value in right:
        assert unpack(value, ("a", "b"), "f") == (1, 2)
    with pytest.raises(StructureError, match=r"f returned 3 values; expected 2: \(a, b\)"):
        unpack((1, 2, 3), ("a", "b"), "f")
    for value in wrong:
        with pytest.raises(StructureError, match=r"f returned .*; expected \(a, b\)"):
            unpack(value, ("a", "b"), "f")
