"""What an exercise is asked: the probes of each kind, their inputs, and the drawings of a seed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from autograder.checking.compare import Finding
from autograder.checking.drawing import Drawing
from autograder.checking.exercise import Case, Output, Probe, case
from autograder.checking.judge import judge
from autograder.checking.report import Clause
from autograder.checking.runner import Run, Runner
from autograder.checking.seeds import (
    draw,
    find_exercises,
    public_drawing,
    public_rng,
    secret_drawing,
)
from autograder.checking.sheet import Failure
from autograder.checking.verdict import most_telling


def drawing(name: str, draws: int = 1) -> Drawing:
    return draw(find_exercises(name)[0], public_rng(name, None), draws)


def listed(name: str) -> Counter[tuple[str, str]]:
    probes = drawing(name).probes
    return Counter((p.clause, p.case.label) for p in probes if p.clause != "values")


MEMORY = ("memory layout", "read-only, column-major arrays")
WHOLE, SOME = (
    ("whole numbers", f"whole{n}") for n in ("-number inputs", " numbers in some inputs")
)
EQUAL = ("equal sizes", "all sizes equal")
MORE = [("linear in dout", "another upstream gradient"),
        ("linear in dout", "upstream gradient of zeros")]  # fmt: skip
ANY = [("any shape", f"x of shape {shape}") for shape in ("()", "(5,)", "(2, 1, 3)")]


def ones(*names: str) -> list[tuple[str, str]]:
    return [("sizes of one", f"{name} = 1") for name in names]


ASKED: dict[str, list[tuple[str, str]]] = {
    "tanh_backward": [
        *MORE, *[("repeatable", "N = 3, D = 4")] * 2, MEMORY, WHOLE, *ones("N", "D"), EQUAL, *ANY,
        ("extreme values", "inputs up to ±10,000"),
    ],
    # Its third case has an axis more: it has its edges, too.
    "affine_backward": [
        *MORE, *[("repeatable", "N = 3, D = 4, M = 5")] * 2, MEMORY, WHOLE, SOME,
        *ones("N", "D", "M"), EQUAL, *ones("N", "M"), EQUAL,
    ],
    "affine_forward": [
        *[("repeatable", "N = 3, D = 4, M = 5")] * 2, MEMORY, WHOLE, SOME,
        *ones("N", "D", "M"), EQUAL, *ones("N", "M"), EQUAL,
    ],
    # A loss has no upstream gradient.
    "mse_backward": [
        *[("repeatable", "N = 4, D = 3")] * 2, MEMORY, WHOLE, SOME, SOME, *ones("N", "D"), EQUAL,
    ],
    "leaky_relu_forward": [
        *[("repeatable", "N = 3, D = 4")] * 2, MEMORY, WHOLE, *ones("N", "D"), EQUAL, *ANY,
        ("names of arguments", "options by their names"),
        ("extreme values", "inputs up to ±10,000"),
    ],
    "softmax": [
        *[("repeatable", "scores of shape (3, 4)")] * 2, MEMORY, WHOLE, *ones("N", "K"), EQUAL,
        *ones("N", "T", "K"), EQUAL, ("extreme values", "rows around ±10,000"),
        ("extreme values", "one score of 10,000"), ("extreme values", "the largest score last"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_each_kind_of_exercise_is_asked_all_that_it_promises(name):
    assert listed(name) == Counter(ASKED[name])


def test_the_probes_of_a_pair_have_the_inputs_that_their_names_say():
    found = drawing("affine_backward")
    by_label = {(p.clause, p.case.label): p.case for p in found.probes}
    first = next(p.case for p in found.probes if p.clause == "values")
    other, zeros = (by_label["linear in dout", label] for _, label in MORE)
    shape = first["dout"].shape
    same = [p.case for p in found.probes if p.clause == "values" and p.case["dout"].shape == shape]
    assert any(np.array_equal(other["x"], c["x"]) for c in same)
    assert zeros["dout"].shape == shape
    assert not zeros["dout"].any()
    assert not any(np.array_equal(other["dout"], c["dout"]) for c in same)
    between = [p.case["other"] for p in found.probes if p.clause == "repeatable"]
    assert [c["x"].shape for c in between] == [first["x"].shape] * 2
    assert not any(np.array_equal(c["x"], first["x"]) for c in between)
    # The last case of this one has another shape.
    softmax = [p.case for p in drawing("softmax").probes if p.clause == "repeatable"]
    assert {c["other"]["z"].ndim for c in softmax} - {softmax[0]["z"].ndim}


def test_extreme_values_are_quiet_where_the_exercise_promises_it():
    quiet = {p.quiet for p in drawing("softmax").probes if p.clause == "extreme values"}
    assert quiet == {True}
    loud = {p.quiet for p in drawing("tanh_backward").probes if p.clause == "extreme values"}
    assert loud == {False}


def test_further_drawings_add_ordinary_cases_alone():
    one, three = (Counter(p.clause for p in drawing("affine_forward", n).probes) for n in (1, 3))
    assert three["values"] == 3 * one["values"]
    del one["values"], three["values"]
    assert one == three


def test_the_smallest_case_comes_first():
    sizes = [
        sum(np.size(v) for v in p.case.inputs.values())
        for p in drawing("tanh_backward", 3).probes
        if p.clause == "values"
    ]
    assert sizes[0] == min(sizes)


def numbers(made: Drawing) -> bytes:
    return made.probes[0].case["x"].tobytes()


def test_a_seed_and_a_secret_give_a_drawing_again_and_no_other_does():
    (exercise,) = find_exercises("tanh_forward")
    public = [numbers(public_drawing(exercise, seed)) for seed in (None, 0, 1, 2, None, -1)]
    assert public[0] == public[4]
    assert public[2] == public[5]  # a sign is no other seed
    assert len(set(public)) == 4
    secret = [numbers(secret_drawing("tanh_forward", s, 1)) for s in (b"a", b"b", b"a")]
    assert secret[0] == secret[2] != secret[1]
    assert not set(secret) & set(public)
    long = [numbers(secret_drawing("tanh_forward", b"k" * n, 1)) for n in (64, 65)]
    assert long[0] == long[1]  # as many bytes as the hash takes for a key
    assert secret_drawing("tanh_forward", b"a", 1).exercise.time_limit == 5 * exercise.time_limit
    assert len(find_exercises("tanh")) == 2


def failures(**outputs: tuple[Any, Any]) -> tuple[list[Clause], dict[str, Failure]]:
    probe = Probe("values", case(x=np.ones(2)))
    found = {
        name: Failure(probe, name, Finding("values", name, Output(name), np.array(a), np.array(b)))
        for name, (a, b) in outputs.items()
    }
    return [Clause(name, False) for name in outputs], found


RIGHT = np.arange(1.0, 9.0)
SPOILED = np.where(RIGHT == 3, 7.0, RIGHT)
HALF = np.where(RIGHT < 5, 0.0, RIGHT)
MOST = np.where(RIGHT < 6, 0.0, RIGHT)


@pytest.mark.parametrize(
    ("dx", "db", "told"),
    [
        (RIGHT + 1, SPOILED, "db"),
        (RIGHT + 1, HALF, "db"),
        (RIGHT + 1, MOST, "dx"),
        (RIGHT + 1, RIGHT + 2, "dx"),
        (SPOILED, SPOILED, "dx"),
        (HALF, SPOILED, "dx"),
    ],
)
def test_of_wrong_outputs_the_one_that_is_wrong_in_one_place_is_told(dx, db, told):
    clauses, found = failures(dx=(dx, RIGHT), db=(db, RIGHT))
    assert most_telling(clauses, found).name == told


def test_two_numbers_are_too_few_for_a_place_and_other_clauses_come_as_they_stand():
    clauses, found = failures(dx=(RIGHT + 1, RIGHT), db=([1.0, 5.0], [1.0, 2.0]))
    assert most_telling(clauses, found).name == "dx"
    clauses, found = failures(dx=(RIGHT + 1, RIGHT), db=([1.0, 2.0, 5.0], [1.0, 2.0, 3.0]))
    assert most_telling(clauses, found).name == "db"
    probe = found["dx"].probe
    found["runs"] = Failure(probe, "raised")
    assert most_telling([Clause("runs", False), *clauses], found).name == "runs"
    shapes = Finding("shapes", "dx", Output("dx"), RIGHT[None], RIGHT)
    found["shapes"] = Failure(probe, "shapes", shapes)
    assert most_telling([Clause("shapes", False), *clauses], found).name == "shapes"
    assert most_telling([clauses[0], Clause("shapes", False)], found).name == "dx"


def test_what_is_wrong_already_is_not_asked_what_it_costs():
    """A walk along every path is wrong on a small graph, and takes hours over a large one."""
    asked: list[str] = []

    class Noting(Runner):
        def run(self, trial: Any, functions: Any, case: Case, watch: str = "") -> Run:
            asked.append(case.label)
            return super().run(trial, functions, case, watch)

    large, exercise = "a graph of many paths", find_exercises("Value")[0]
    (wrong,) = (m.functions for m in exercise.mistakes if m.name == "hands_on_too_early")
    assert not judge(drawing("Value"), wrong, Noting).passed
    assert large not in asked
    judge(drawing("Value"), {"Value": exercise.references().Value}, Noting)
    assert large in asked
