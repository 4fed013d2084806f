"""What the x-ray remembers of a run and knows of the derivation, and which changes it tries."""

from __future__ import annotations

import ast
import importlib
import itertools
import linecache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.checking.runner import Run
from autograder.checking.seeds import draw, find_exercises, public_rng
from autograder.checking.xray.bench import Bench
from autograder.checking.xray.candidates import COUNT, ENTRIES, candidates
from autograder.checking.xray.derivation import Derivation, Known, number, signature
from autograder.checking.xray.locate import Hit, _inside, _is_blank, _is_known
from autograder.checking.xray.notes import Seen, Spot
from autograder.checking.xray.places import places

locating = importlib.import_module("autograder.checking.xray.locate")  # not its function

RNG = np.random.default_rng(4)
M = RNG.standard_normal((3, 4))


@pytest.mark.parametrize(
    "other",
    [M, -M, M.T, M.reshape(2, 6), M.reshape(-1), M[::-1], M.sum(axis=0), M.sum(axis=1)],
)
def test_a_quantity_is_known_in_another_shape_sign_or_order_and_summed_over_an_axis(other):
    assert other in Known([np.ones(2), M])


@pytest.mark.parametrize(
    "other",
    [2 * M, M + 1e-3, M[:2], M.sum(), M**2, "text", None, np.zeros(0), np.inf, M > 9e9, [1]],
)
def test_other_quantities_are_not_known(other):
    assert other not in Known([M])


def test_a_signature_is_of_finite_numbers():
    assert signature(2) == signature(-2.0) == signature(np.array([[2.0]]))
    assert signature(2) != signature(np.array([2.0, 0.0]))
    assert signature(np.array([3.0, 4.0])) != signature(np.array([5.0, 2.0]))
    for value in (np.nan, np.array([1.0, np.inf]), "a", np.zeros((0, 3)), {}):
        assert signature(value) == ()
    assert number(True) is not None
    assert number(np.float32(2)) == 2
    assert number(np.array(["a"])) is None
    assert number(1j) is None


def test_the_derivation_holds_what_the_reference_computes_once_and_its_constants():
    (exercise, *_) = find_exercises("tanh_backward")
    drawing = draw(exercise, public_rng(exercise.name, None))
    ordinary = [p for p in drawing.probes if p.clause == "values"]
    made = Derivation(exercise, ordinary)
    case = ordinary[0].case
    slope = 1 - np.tanh(case["x"]) ** 2
    assert slope in made.known
    assert case["dout"] * slope in made.known
    assert case["dout"] + slope not in made.known
    assert case["x"] in made.given
    assert slope not in made.given
    assert {1.0} <= {float(n) for n in made.numbers} <= {1.0, 2.0}
    assert all(len(values) == len(ordinary) for values in made.values)


def spot_of(text: str, *hits: Seen) -> Spot:
    tree: Any = ast.parse(f"def f(a, b):\n    return {text}").body[0]
    return Spot(places(tree)[0], None, list(hits))


def seen(a: Any, b: Any, value: Any) -> Seen:
    return Seen({"a": a, "b": b}, [a, b], {}, value)


def test_each_new_value_is_tried_once_and_what_raises_is_not():
    spot = spot_of("a - b", seen(5.0, 3.0, 2.0), seen(7.0, 4.0, 3.0))
    edits = [
        lambda _, a, b: a - b,  # its own value
        lambda _, a, b: a + b,
        lambda _, a, b: b + a,  # the same once more
        lambda _, a, b: a[0],
        lambda _, a, b: a + b if a == 5 else 0.0,  # new in the second turn
        lambda _, a, b: "text",
        lambda _, a, b: "text",  # what is not a number is new each time
    ]
    found = list(candidates(spot, iter(edits), whole=True))
    assert [edits.index(change) for _, _, change in found] == [1, 4, 5, 6]
    assert [value for _, value, _ in found][:2] == [11.0, 0.0]
    assert found[0][0]({}, 1.0, 2.0) == 3.0


def test_a_change_of_the_value_takes_it_from_the_places_parts():
    spot = spot_of("a - b", seen(5.0, 3.0, 2.0))
    ((edit, value, _),) = candidates(spot, iter([lambda _, v: -v]), whole=False)
    assert value == -2.0
    assert edit({}, 10.0, 4.0) == -6.0


@pytest.mark.parametrize(
    ("value", "tried"),
    [
        (np.zeros(ENTRIES), True), (np.zeros(ENTRIES + 1), False), (COUNT, True),
        (COUNT + 1, False), (-COUNT - 1, False), (float(COUNT + 1), True),
        (np.array([COUNT + 1.5, 0]), True), (np.array([COUNT + 1]), False),
        (np.nan, False), (np.array([1.0, np.nan]), False), (np.inf, True),
    ],
)  # fmt: skip
def test_nothing_large_is_tried(value, tried):
    spot = spot_of("a - b", seen(5.0, 3.0, 2.0))
    assert bool(list(candidates(spot, iter([lambda *_: value]), whole=True))) == tried


@pytest.mark.parametrize(
    ("mine", "right", "far"),
    [
        (np.array([1.0, 2.0]), np.array([1.0, 2.0]), False),
        (np.array([1.0, 2.019]), np.array([1.0, 2.0]), False),
        (np.array([1.0, 2.021]), np.array([1.0, 2.0]), True),
        (np.array([1.0]), np.array([1.0, 2.0]), True),
        (np.array([5]), np.array([2]), False),
        (np.zeros(2), np.zeros(2), False),
        (np.array([2e-8, 0.0]), np.zeros(2), True),
        (np.array([0.5e-8, 0.0]), np.zeros(2), False),
        (5.0, np.array(2.0), False),
        (np.array(5.0), 2.0, False),
        (np.zeros(0), np.zeros(0), False),
    ],
)
def test_a_result_is_plainly_wrong_where_an_entry_is_off_by_a_hundredth_of_the_largest(
    mine, right, far
):
    bench = Bench.__new__(Bench)
    bench.wrong, bench.right = {"dx"}, [Run(), Run(outputs={"dx": right, "dw": M})]
    assert bench.far({"dx": mine}, 1) is far
    assert bench.far({"dw": mine}, 1) is False  # was right before


@pytest.mark.parametrize(
    ("own", "made", "tried"),
    [
        (3, np.array([4, 5]), False), (3, (4, 5), False), (3, [4], False), (3, 4, True),
        (3, np.array([4.0, 5.0]), True), (np.ones(2), np.array([4, 5]), True),
        ((2, 3), (3, 2), True), ((2, 3), (2, 3, 2, 3), False), ((2, 3), np.array([20, 30]), False),
        (np.array([1, 2]), (1, 2, 1, 2), True),
    ],
)  # fmt: skip
def test_no_number_becomes_a_shape_that_fills_the_memory(own, made, tried):
    spot = spot_of("a - b", seen(5.0, 3.0, own))
    assert bool(list(candidates(spot, iter([lambda *_: made]), whole=True))) == tried


@pytest.mark.parametrize(
    ("value", "blank"),
    [
        (0.0, True), (1, True), (np.zeros((2, 3)), True), (np.ones(3), True), (2.0, False),
        (np.array([0.0, 1.0]), False), ("text", False), (None, False), (np.zeros(0), True),
    ],
)  # fmt: skip
def test_zeros_and_ones_are_nobodys_quantities(value, blank):
    assert _is_blank(spot_of("a - b", seen(5.0, 3.0, value))) is blank


def test_the_parts_of_a_place_are_looked_at_and_those_of_its_numbers():
    bench = bench_of(
        "def affine_backward(dout, cache):\n"
        "    x, w, b = cache\n"
        "    n, rate = 3.0, 0.5\n"
        "    flat = x.reshape(len(x), -1) / (1 - rate ** n)\n"
        "    return (dout @ w.T).reshape(x.shape), flat.T @ dout, dout.sum(axis=0)\n"
    )
    spots = bench.spots(places(bench.source.tree))
    edge = [s for s in spots if isinstance(getattr(s.place.node, "op", None), ast.Div)]
    found = {ast.unparse(s.place.node) for s in _inside(spots, edge)}
    assert {"x.reshape(len(x), -1)", "1 - rate ** n", "rate ** n", "rate", "n"} <= found
    assert "x" not in found  # inside of an array


FILES = itertools.count()


def bench_of(source: str) -> Bench:
    """A bench with a student's affine_backward from a cell."""
    file = f"<bench {next(FILES)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    scope: dict[str, Any] = {"np": np}
    exec(compile(source, file, "exec"), scope)
    drawing = draw(find_exercises("affine_backward")[0], public_rng("affine_backward", None))
    space = {**drawing.exercise.companions, "affine_backward": scope["affine_backward"]}
    bench = Bench(drawing, 0, space, 20.0)
    return bench


SOURCE = """def affine_backward(dout, cache):
    x, w, b = cache
    scale = 0.0
    for t in range(6):
        scale = scale + t * 1.0
    flat = x.reshape(len(x), -1)
    unused = flat * 2.0
    dw = flat.T @ dout * scale
    return (dout @ w.T).reshape(x.shape), dw, dout.sum(axis=0)
"""


def spot_named(bench: Bench, text: str) -> Spot | None:
    """The place of an expression where it can be what is wrong."""
    listed = bench.spots(places(bench.source.tree))
    spot = next(s for s in listed if ast.unparse(s.place.node) == text)
    return spot if bench.live(spot) else None


def test_a_place_in_a_loop_is_known_by_its_first_two_and_last_two_turns():
    bench = bench_of(SOURCE)
    assert bench.wrong == {"dw"}
    spot = spot_named(bench, "t * 1.0")
    assert spot is not None
    assert [hit.value for hit in spot.hits] == [0.0, 1.0, 4.0, 5.0]
    assert [hit.parts for hit in spot.hits][-1] == [5, 1.0]
    assert spot.hits[-1].names["scale"] == 10.0


def test_a_place_that_does_not_move_what_is_wrong_or_moves_what_is_right_is_passed_over():
    bench = bench_of(SOURCE)
    assert spot_named(bench, "(dout @ w.T).reshape(x.shape)") is None  # moves dx, which is right
    assert spot_named(bench, "dout.sum(axis=0)") is None  # moves db, which is right
    assert spot_named(bench, "flat.T @ dout * scale") is not None


def test_a_place_that_moves_nothing_may_be_sorted_and_is_tried_but_no_change_of_a_dead_one_mends():
    bench = bench_of(SOURCE)
    dead = spot_named(bench, "flat * 2.0")
    assert dead is not None
    for made in (0.0, 1e9, np.ones((5, 4))):
        assert not bench.mends(dead, lambda *_, made=made: made)
    text = SOURCE.replace("dout @ w.T", "dout[np.argsort(-np.arange(len(dout)))] @ w.T")
    bench = bench_of(text.replace(" * scale", ""))
    order = spot_named(bench, "-np.arange(len(dout))")
    assert bench.wrong == {"dx"}
    assert order is not None
    assert bench.mends(order, lambda _, keys: keys)


def test_a_change_mends_where_every_ordinary_result_is_right_then():
    bench = bench_of(SOURCE)
    spot = spot_named(bench, "flat.T @ dout * scale")
    assert spot is not None
    assert bench.mends(spot, lambda _, product, scale: product)
    assert bench.mends(spot, lambda _, product, scale: product * scale / 15)
    assert not bench.mends(spot, lambda _, product, scale: product * scale)
    assert not bench.mends(spot, lambda _, product, scale: product * (1 + 1e-6))
    assert not bench.mends(spot, lambda _, product, scale: product[0])
    assert not bench.mends(spot, lambda *_: SimpleNamespace())


@pytest.mark.parametrize(
    ("part", "known"),
    [
        (M, True), (-M.T, True), (M.sum(axis=1), True), (M + 1, False), (2.0, True), (7, True),
        (np.array([[3.0]]), True), ("text", True), (None, True), (M[:2, :2], False),
    ],
)  # fmt: skip
def test_a_number_a_text_and_a_quantity_of_the_derivation_are_no_news(part, known):
    derivation: Any = SimpleNamespace(known=Known([M]))
    assert _is_known(part, derivation) is known


def hit(line: int) -> Any:
    spot = SimpleNamespace(
        place=SimpleNamespace(node=SimpleNamespace(lineno=line)),
        hits=[SimpleNamespace(names={"line": -1}), SimpleNamespace(names={"line": line})],
    )
    return Hit(spot, sure=True)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lines", "first", "last"),
    [([5], 5, 5), ([6, 5], 5, 6), ([7, 5], 5, 7), ([5, 7, 6], 5, 7), ([8, 5], 0, 0), ([], 0, 0)],
)
def test_lines_that_lie_together_are_named_three_at_most(lines, first, last, monkeypatch):
    given: list[Any] = []

    def sentence(*parts: Any) -> str:
        given.append(parts)
        return "said"

    monkeypatch.setattr(locating, "sentence", sentence)
    bench: Any = SimpleNamespace(source="source", derivation="derivation")
    found = locating._decide(bench, [hit(line) for line in lines])
    if not first:
        assert found is None
        return
    assert (found.first, found.last, found.text) == (first, last, "said")
    # The variables are those of the first line when it was reached last.
    assert given == [("source", "derivation", {"line": first}, first, last)]
