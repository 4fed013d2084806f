"""Cases made from a case: whole numbers, read-only twins, other sizes and other numbers of axes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.checking.exercise import Case, Output, case, unpack
from autograder.checking.exercise import StructureError as Refused
from autograder.checking.kinds.edges import equal_sizes, other_shapes, smaller
from autograder.checking.kinds.memory import changed, frozen, snapshot, whole_and_memory

X = np.array([[0.4, -1.2, 1.0], [0.7, 2.5, 1.0]])
W = np.array([0.3, 1.4, -0.6])


def probes(whole: list[str], **inputs: Any) -> list[tuple[str, str, Case]]:
    return [(p.clause, p.case.label, p.case) for p in whole_and_memory([case(**inputs)], whole)]


def test_whole_numbers_stand_in_all_inputs_then_in_one_after_another_then_in_the_others():
    mask = np.array([1.0, 0.0, 1.0])
    memory, both, first, second, rest = probes(["x", "w"], x=X, w=W, b=0.1 * W, mask=mask, n=2)
    assert memory[:2] == ("memory layout", "read-only, column-major arrays")
    assert {c for c, _, _ in (both, first, second, rest)} == {"whole numbers"}
    assert both[1] == "whole-number inputs"
    assert {label for _, label, _ in (first, second, rest)} == {"whole numbers in some inputs"}
    whole = [
        sorted(k for k, v in made.inputs.items() if k != "n" and v.dtype.kind == "i")
        for _, _, made in (both, first, second, rest)
    ]
    assert whole == [["w", "x"], ["x"], ["w"], ["b"]]
    # Near three times the numbers; the column of ones keeps its meaning.
    assert both[2]["x"].tolist() == [[1, -4, 1], [2, 8, 1]]
    assert both[2]["w"].tolist() == [1, 4, -2]
    assert len(probes([], x=X)) == 1
    assert len(probes(["x"], x=X)) == 2


def test_a_twin_is_read_only_column_major_and_equal_wherever_it_lies():
    kept = frozen({"a": [X, (W, 3, "x")], "b": np.array(["t"]), "c": X > 0, "d": np.arange(3)})
    twin = kept["a"][0]
    assert np.array_equal(twin, X)
    assert twin.flags.f_contiguous
    assert not twin.flags.c_contiguous
    assert not any(v.flags.writeable for v in (twin, kept["a"][1][0], kept["c"], kept["d"]))
    assert kept["b"].flags.writeable
    assert type(kept["a"][1]) is tuple
    assert kept["a"][1][1:] == (3, "x")
    assert X.flags.writeable


def test_what_a_call_changed_is_named_and_objects_of_the_students_are_not_looked_at():
    class Own:
        pass

    values: dict[str, Any] = {
        "x": X.copy(), "w": [W.copy()], "rng": np.random.default_rng(1), "f": abs, "own": Own(),
        "n": 1, "d": {"a": W.copy()},
    }  # fmt: skip
    before = snapshot(values)
    assert sorted(before) == ["d", "n", "w", "x"]
    assert changed(before, values) == []
    values["x"] += 1
    values["d"]["b"] = 1
    values["w"].append(Own())
    assert changed(before, values) == ["x", "w", "d"]


def sizes_case() -> Case:
    rng = np.random.default_rng(2)
    return case(
        "c", x=rng.random((4, 3)), u=rng.random((3, 20)), h=rng.random((4, 5)), labels=[1, 2],
        y=np.array([0, 2, 1, 2]), n=4, N=4, D=3, H=5,
    )  # fmt: skip


def test_sizes_are_cut_in_every_input_also_where_blocks_stand_side_by_side():
    whole = sizes_case()
    cut = smaller(whole, "cut", {"H": 2})
    assert cut["h"].shape == (4, 2)
    assert np.array_equal(cut["h"], whole["h"][:, :2])
    blocks = [whole["u"][:, k : k + 2] for k in (0, 5, 10, 15)]
    assert np.array_equal(cut["u"], np.concatenate(blocks, axis=1))
    assert np.array_equal(cut["x"], whole["x"])
    assert cut.sizes == {"N": 4, "D": 3, "H": 2}
    assert cut["labels"] == [1, 2]
    assert smaller(whole, "cut", {"N": 2})["n"] == 2
    small = smaller(whole, "cut", {"N": 2, "D": 2})
    assert small["x"].shape == (2, 2)
    assert small["y"].tolist() == [0, 0]  # labels stay below the least of the sizes


def test_equal_sizes_are_the_smallest_and_one_stays_where_it_has_to():
    def all_run(made: Case) -> Any:
        return {"out": made["x"] @ made["u"]}

    (found,) = equal_sizes(sizes_case(), all_run)
    assert set(found.sizes.values()) == {3}
    assert found.label == "all sizes equal"

    def fixed(made: Case) -> Any:
        if made["h"].shape[1] != 5:
            raise ValueError
        return {"out": made["x"]}

    (found,) = equal_sizes(sizes_case(), fixed)
    assert found.sizes == {"N": 3, "D": 3, "H": 5}
    assert list(equal_sizes(sizes_case(), all_run, never="all")) == []
    assert list(equal_sizes(case(x=X, N=1, D=3), all_run)) == []
    assert list(equal_sizes(sizes_case(), lambda made: {"out": np.array([np.inf])})) == []


def test_an_input_of_any_shape_is_tried_as_a_number_a_vector_and_a_stack():
    given = case(x=np.arange(12.0).reshape(3, 4), y=np.ones((3, 4)), beta=2.0, given={"dout": X})
    found = list(other_shapes(given, "x y", lambda made: {"out": made["x"] * made["y"]}))
    assert [made["x"].shape for made in found] == [(), (5,), (2, 1, 3)]
    assert [made["y"].shape for made in found] == [(), (5,), (2, 1, 3)]
    assert found[1]["x"].tolist() == [0, 1, 2, 3, 4]
    assert found[2].label == "x of shape (2, 1, 3)"
    assert (found[0].inputs["beta"], found[0].given) == (2.0, {})
    assert list(other_shapes(given, "", lambda made: {})) == []


def test_a_fresh_case_shares_nothing_and_keeps_what_was_one_array_one():
    rng = np.random.default_rng(3)
    read_only = W.copy()
    read_only.flags.writeable = False
    old = case(x=X, again=X, w=read_only, deep={"a": [X, (W,)]}, rng=rng)
    new = old.fresh()
    assert new["x"] is new["again"] is new["deep"]["a"][0]
    assert new["x"] is not X
    assert np.array_equal(new["x"], X)
    assert not new["w"].flags.writeable
    assert new["deep"]["a"][1][0] is not W
    assert new["rng"] is not rng
    assert new["rng"].random() == np.random.default_rng(3).random()
    assert rng.random() == np.random.default_rng(3).random()


def test_parts_are_taken_from_a_tuple_a_list_or_a_named_tuple_alone():
    assert unpack((1, 2), ("out", "cache"), "f") == (1, 2)
    assert tuple(unpack([1, 2], ("out", "cache"), "f")) == (1, 2)
    with pytest.raises(Refused, match=r"f returned an array .*; expected \(out, cache\)"):
        unpack(X, ("out", "cache"), "f")
    with pytest.raises(Refused, match=r"f returned 3 values; expected 2: \(out, cache\)"):
        unpack((1, 2, 3), ("out", "cache"), "f")
    assert Output("dx").kind == "float"
