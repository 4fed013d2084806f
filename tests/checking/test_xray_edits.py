"""The changes that the x-ray tries at a place are those of Python expressions written out here."""

from __future__ import annotations

import ast
import contextlib
import itertools
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from autograder.checking.xray.edits import operands, same, tokens, words
from autograder.checking.xray.places import Place, donors, local_names, places

NUMBERS = {"a": 7, "b": 3, "c": 2, "d": 5}
ARRAYS = {
    "a": np.array([[5, 2], [3, 7]]),
    "b": np.array([[4, 1], [6, 9]]),
    "c": np.array([[2, 8], [1, 3]]),
}


def place(text: str) -> Place:
    """The outermost place of a function's only line."""
    statement = text if "=" in text.replace("==", "").split("(")[0] else f"return {text}"
    tree: Any = ast.parse(f"def f(a, b, c, d):\n    {statement}").body[0]
    return places(tree)[0]


def shown(value: Any) -> str:
    return f"{type(value).__name__} {np.asarray(value).tolist()}"


def values(edits: Iterable[Any], local: dict[str, Any], parts: list[str]) -> list[str]:
    """What each change makes of the place's parts; those that Python refuses are left out."""
    found = []
    for edit in edits:
        given = [eval(part, {"np": np}, dict(local)) for part in parts]
        try:
            found.append(shown(edit(local, *given)))
        except (TypeError, ValueError, AttributeError):
            continue
    return sorted(found)


def written(expressions: list[str], local: dict[str, Any]) -> list[str]:
    found = []
    for text in expressions:
        try:
            found.append(shown(eval(text, {"np": np}, dict(local))))
        except (TypeError, ValueError, AttributeError):
            continue
    return sorted(found)


ALL = ("+", "-", "*", "/", "@", "**", "//", "%", "&", "|")
MORE = {
    "+": ["b - a", "b / a"], "-": ["b - a"], "/": ["b / a"], "**": ["b ** a"],
    "*": ["a.T @ b", "a @ b.T", "b @ a", "b - a", "b / a"],
    "@": ["b @ a", "a.T @ b", "a @ b.T", "b @ a"],
}  # fmt: skip


@pytest.mark.parametrize("local", [NUMBERS, ARRAYS], ids=["numbers", "arrays"])
@pytest.mark.parametrize("own", ["+", "-", "*", "/", "@", "**", "//", "%"])
def test_an_operator_is_exchanged_dropped_and_turned_round(own, local):
    right = [f"a {other} b" for other in ALL if other != own] + ["a", "b", *MORE.get(own, [])]
    made = values(tokens(place(f"a {own} b"), []), local, ["a", "b"])
    assert made == written(right, local)
    if own not in ("@", "**"):  # `a += b` stands for `a = a + b`
        assert values(tokens(place(f"a {own}= b"), []), local, ["a", "b"]) == made


@pytest.mark.parametrize(
    ("own", "others"),
    [
        ("<", ["<=", ">", ">="]), ("<=", ["<", ">", ">="]), (">", [">=", "<", "<="]),
        (">=", [">", "<", "<="]), ("==", ["!="]), ("!=", ["=="]),
    ],
)  # fmt: skip
def test_a_comparison_is_exchanged_for_those_near_it(own, others):
    def truths(text: str) -> list[bool]:
        return [bool(eval(text, {"a": x, "b": 2})) for x in (1, 2, 3)]

    made = [[bool(f({}, x, 2)) for x in (1, 2, 3)] for f in tokens(place(f"a {own} b"), [])]
    assert sorted(made) == sorted(truths(f"a {other} b") for other in others)
    assert [bool(same(place(f"a {own} b").node)({}, x, 2)) for x in (1, 2, 3)] == truths(
        f"a {own} b"
    )


@pytest.mark.parametrize(
    ("text", "parts", "right"),
    [
        ("-a", ["a"], ["a"]),
        ("~a", ["a"], ["a"]),
        ("a.T", ["a"], ["a"]),
        ("True", ["True"], ["False"]),
        ("False", ["False"], ["True"]),
        ("3", ["3"], ["0", "1", "2", "-1", "4", "6", "1.5", "-3", "9", "None"]),
        ("0.5", ["0.5"], ["0.0", "1.0", "2.0", "-1.0", "1.5", "-0.5", "0.25", "9.0", "None"]),
        ("(a, b, c)", ["a", "b", "c"], ["(b, a, c)", "(c, b, a)", "(a, c, b)"]),
        ("a if c else b", ["a"], ["a", "b"]),
        ("a[0] = b", ["a", "b"], ["a + b", "a - b", "a * b"]),
        ("np.dot(a, b)", ["np.dot", "a", "b"], ["np.dot(b, a)", "a * b"]),
        ("np.maximum(a, b)", ["np.maximum", "a", "b"], ["np.minimum(a, b)", "np.maximum(b, a)"]),
    ],
)
def test_a_place_is_changed_as_a_slip_of_the_pen_would(text, parts, right):
    local = ARRAYS
    made = set(values(tokens(place(text), [9]), local, parts))
    wanted = set(written(right, local))
    if text.startswith("np."):  # a call of two arguments is tried with every axis, too
        assert wanted <= made
    else:
        assert made == wanted


def test_a_sum_is_taken_over_every_axis_with_and_without_the_axis_kept():
    local = {"a": np.arange(24.0).reshape(2, 3, 4)}
    made = values(tokens(place("np.sum(a, axis=0)"), []), local, ["np.sum", "a"])
    axes = ("0", "1", "-1", "None", "2", "(0, 1)")  # (0, 2, 3) asks for four axes
    right = [f"np.sum(a, axis={x}{k})" for x in axes for k in ("", ", keepdims=True")]
    # Without keywords they are those of all entries: the hook passes the place's own on.
    assert made == written([*right, "np.mean(a)", "np.max(a)"], local)


def test_a_method_is_left_out_and_a_function_is_not():
    a = ARRAYS["a"]
    made = [shown(e({}, a.sum)) for e in tokens(place("a.sum()"), []) if not _fails(e, a.sum)]
    assert shown(a) in made
    for function in (np.sum, np.random.default_rng(0).random):
        assert shown(a) not in [
            shown(e({}, function)) for e in tokens(place("a.sum()"), []) if not _fails(e, function)
        ]


def _fails(edit: Any, *given: Any) -> bool:
    try:
        edit({}, *given)
    except Exception:
        return True
    return False


@pytest.mark.parametrize(
    ("text", "axes"),
    [
        ("a.any()", True), ("a.any(axis=0)", True), ("np.any(a)", True),
        ("np.any(a, axis=0)", True), ("f(a, axis=0)", True), ("f(a)", False),
        ("np.any(a, keepdims=True)", False), ("f(a, keepdims=True)", False),
    ],
)  # fmt: skip
def test_axes_are_tried_where_one_may_stand(text, axes):
    seen: list[Any] = []

    def noted(*given: Any, **named: Any) -> float:
        seen.append(named.get("axis", "none"))
        return 0.0

    call: Any = place(text).node
    keywords = {k.arg: ast.literal_eval(k.value) for k in call.keywords}
    for edit in tokens(place(text), []):
        with contextlib.suppress(AttributeError):  # a function has no array that it belongs to
            edit({}, noted, *(1 for _ in call.args), **keywords)
    tried = [axis for axis in seen if axis != "none"]
    assert (len(tried) > 6) == axes
    if axes:
        assert {0, 1, -1, None, 2, (0, 1), (0, 2, 3)} <= set(tried)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("f(a)", ["a"]),
        ("f(a, b)", ["f(b, a)"]),
        ("f(a, flag=True)", ["f(a, flag=False)"]),
        ("f()", []),
        ("f(a, b, c)", []),
    ],
)
def test_a_call_is_left_out_its_two_arguments_exchanged_or_a_switch_turned(text, right):
    call: Any = place(text).node
    keywords = {k.arg: ast.literal_eval(k.value) for k in call.keywords}
    local: dict[str, Any] = {"f": lambda *given, **named: (given, named), "a": 1, "b": 2, "c": 3}
    given = [local[n.id] for n in call.args]
    made = [edit({}, local["f"], *given, **keywords) for edit in tokens(place(text), [])]
    assert made == [eval(one, dict(local)) for one in right]


def test_a_value_is_exchanged_for_another_name_or_put_into_a_function():
    local = {"a": np.array([[0.5, 2.0], [1.5, 4.0]]), "b": np.ones((2, 2)), "c": np.zeros((2, 2))}
    right = [
        "b", "c", "-a", "np.sqrt(a)", "np.exp(a)", "a ** 2", "np.log(a)", "np.abs(a)",
        "a > 0", "np.linalg.solve(a, np.eye(2))", "np.tanh(a)",
        "np.log(1 + a)", "1 / (1 + np.exp(-a))", "a.T", "np.swapaxes(a, 0, 1)",
        "a[::-1]", "a[:, np.newaxis, :]", "np.add.reduce(a, axis=None)", "a[0] + a[1]",
        "a[:, 0] + a[:, 1]",
    ]  # fmt: skip
    made = [f(local, local["a"]) for f in words(place("a"), ["a", "b", "c"]) if not _refused(f)]
    wanted = [eval(text, {"np": np}, dict(local)) for text in right]
    assert len(made) == len(wanted) + 1  # np.float64 of an array is the array
    for value in wanted:
        assert any(np.shape(m) == np.shape(value) and np.allclose(m, value) for m in made), value
    assert list(words(place("3"), ["a"])) == []


def _refused(edit: Any) -> bool:
    try:
        edit({"a": 2 + np.eye(2), "b": 1, "c": 1}, 2 + np.eye(2))
    except TypeError:
        return True
    return False


def _donor(name: str) -> Any:
    return lambda local: local[name]


@pytest.mark.parametrize(
    ("text", "above", "right"),
    [
        ("a", "", ["c", "a * c", "a / c", "c / a", "a + c", "a - c", "c - a"]),
        ("a", "*", ["c", "a + c", "a - c", "c - a"]),
        ("a", "/", ["c", "a + c", "a - c", "c - a"]),
        ("a", "+", ["c", "a * c", "a / c", "c / a"]),
        ("a", "-", ["c", "a * c", "a / c", "c / a"]),
    ],
)
def test_a_part_of_the_students_code_is_put_in_or_joined_to_the_value(text, above, right):
    tree: Any = ast.parse(f"def f(a, b, c):\n    return {text} {above} {'b' if above else ''}")
    listed = places(tree.body[0])
    own = next(p for p in listed if isinstance(p.node, ast.Name) and p.node.id == text)
    made = values(operands(own, [_donor("c")], []), NUMBERS, ["a"])
    assert made == written(right, NUMBERS)
    joined = values(operands(own, [], [_donor("c")]), NUMBERS, ["a"])
    assert joined == written([r for r in right if r != "c"], NUMBERS)


@pytest.mark.parametrize("text", ["a += b", "a[0] = b", "(a, b)"])
def test_no_operand_is_joined_to_what_is_not_one_value(text):
    assert list(operands(place(text), [_donor("c")], [_donor("c")])) == []


SOURCE = """
def f(x, w=2):
    total = 0.0
    for i, row in enumerate(
        x[1:]
    ):
        total += row.sum() * w
    if total > (
        3
    ):
        y = self.w.T
    assert total == 4
    out[i] = -total
    return total, not y, f"{total + 1}"
"""


def test_each_place_knows_the_lines_of_its_statement_and_a_loop_ends_at_its_head():
    tree: Any = ast.parse(SOURCE).body[0]
    found = {(ast.unparse(p.node), p.statement) for p in places(tree)}
    assert {
        ("0.0", (3, 3)), ("enumerate(x[1:])", (4, 6)), ("total += row.sum() * w", (7, 7)),
        ("row.sum() * w", (7, 7)), ("row.sum()", (7, 7)), ("w", (7, 7)),
        ("total > 3", (8, 10)), ("3", (8, 10)), ("self.w.T", (11, 11)),
        ("out[i] = -total", (13, 13)), ("-total", (13, 13)),
        ("(total, not y, f'{total + 1}')", (14, 14)), ("not y", (14, 14)), ("y", (14, 14)),
    } <= found  # fmt: skip
    named = {text for text, _ in found}
    assert not named & {"total == 4", "4", "2", "total + 1", "row.sum", "self.w", "enumerate"}
    assert local_names(tree) == ["x", "w", "total", "i", "row", "y"]


def test_what_may_belong_elsewhere_are_the_small_parts_of_the_code_once_each():
    code = "def f(x, w):\n    y = x[0] + w.T\n    x[1] = w.T\n    return g(y)"
    tree: Any = ast.parse(code).body[0]
    counts = ["len(w)", "len(x)", "len(y)"]
    assert sorted(donors(tree)) == ["g(y)", *counts, "w.T", "x[0]", "x[0] + w.T"]
    terms = " + ".join(itertools.repeat("x", 12))
    large: Any = ast.parse(f"def f(x):\n    return g({terms})").body[0]
    assert f"g({terms})" not in donors(large)
