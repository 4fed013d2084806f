"""What a mistake's comment makes of its line, word by word."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from autograder.checking.mistakes.changing import apply
from autograder.checking.mistakes.standard import STANDARD

STANDARDS = [
    ("averaged", "db = dout.sum(axis=0)", "dout.mean(axis=0)"),
    ("averaged", "dx = 2 * dout", "2 * dout / len(dout)"),
    ("averaged", "dx = d + x", None),
    ("not summed", "db = dout.sum(axis=0)", "dout"),
    ("not summed", "db = 2 * dout.sum(axis=0)", None),
    ("wrong axis", "db = dout.sum(axis=0)", "dout.sum(axis=1)"),
    ("wrong axis", "db = dout.sum(axis=-1)", "dout.sum(axis=0)"),
    ("wrong axis", "db = dout.sum(axis=1)", "dout.sum(axis=0)"),
    ("wrong axis", "db = dout.sum(axis=(0, 1))", None),
    ("keeps axis", "db = dout.sum(axis=0)", "dout.sum(axis=0, keepdims=True)"),
    ("keeps axis", "db = dout", None),
    ("sign", "dx = a + b", "-(a + b)"),
    ("transposed", "dw = x.T @ dout", "(x.T @ dout).T"),
    ("ignores dout", "dx = dout * x", "np.ones_like(dout) * x"),
    ("ignores dout", "dx = x", None),
    ("not averaged", "loss = a.mean()", "a.sum()"),
    ("not averaged", "dx = p / n", "p"),
    ("not averaged", "dx = p * n", None),
    ("overwritten", "dx = p", None),
    ("first two exchanged", "return a, b, c", "(b, a, c)"),
    ("last two exchanged", "return a, b, c", "(a, c, b)"),
    ("states exchanged", "return a, b, c", "(a, c, b)"),
    ("du and dw exchanged", "return a, b, c, d", "(a, c, b, d)"),
    ("first two exchanged", "return a", None),
    ("slope of tanh", "da = di * i * (1 - i)", "di * (1 - i ** 2)"),
    ("slope of tanh", "da = di * i * (1 - j)", None),
    ("from dc", "dc = dct * f + dct", "dc * f + dc"),
    ("from dc", "dc = d", None),
    ("type of x", "out = np.zeros(3)", "np.zeros(3, dtype=x.dtype)"),
    ("type of x", "out = a + 1", "(a + 1).astype(x.dtype)"),
    ("max for maximum", "out = np.maximum(x, 0.0)", "np.max(x, 0)"),
    ("max for maximum", "out = x", None),
    ("returns early", "for i in range(3): pass", "list(range(3))[:1]"),
    ("size rounded up", "oh = (h - 1) // s + 1", "-(-(h - 1) // s) + 1"),
    (
        "size rounded up",
        "oh = [(m - 1) // s for m in (h, w)]",
        "[-(-(m - 1) // s) for m in (h, w)]",
    ),
    ("size rounded up", "oh = h - 1", None),
    (
        "first blocks exchanged",
        "zf, zi, zg, zo = np.split(z, 4)",
        "zi, zf, zg, zo = np.split(z, 4)",
    ),
    ("last blocks exchanged", "f, i, g = np.split(z, 3)", "f, g, i = np.split(z, 3)"),
    ("first blocks exchanged", "dz = np.hstack([a, b, c])", "dz = np.hstack([b, a, c])"),
    ("last blocks exchanged", "dz = np.hstack([a, b, c])", "dz = np.hstack([a, c, b])"),
    ("last blocks exchanged", "a, b = np.split(z, 2)", None),
    ("last blocks exchanged", "return [a, b, c]", None),
]


@pytest.mark.parametrize(("word", "line", "wrong"), STANDARDS)
def test_a_standard_mistake_changes_its_line_as_a_student_would(word, line, wrong) -> None:
    statement: Any = ast.parse(line).body[0]
    value = statement.iter if isinstance(statement, ast.For) else statement.value
    change: Any = STANDARD[word].change
    made: Any = change(statement, value)
    assert (ast.unparse(made) if made is not None else None) == wrong


def test_a_sum_that_is_overwritten_is_an_assignment() -> None:
    statement: Any = ast.parse("dx += a").body[0]
    change: Any = STANDARD["overwritten"].change
    made: Any = change(statement, statement.value)
    assert ast.unparse(made) == "dx = a"


LOOP = "def f(x, a=1, b=2):\n    for i in x:\n        y[i] = g(x, n=1)\n    return y\n"
CHANGES = [
    ("g(x, n=1) => x", "y[i] = x"),
    ("n=1 => n=2", "y[i] = g(x, n=2)"),
    ("n=1 =>", "y[i] = g(x)"),
    ("x => z", "y[i] = g(z, n=1)"),
    ("y[i] => y", "y = g(x, n=1)"),
    ("3", "y[i] = 3"),
    ("pass", "pass"),
    ("a = 1; ...", "a = 1\n        y[i] = g(x, n=1)"),
]


@pytest.mark.parametrize(("change", "text"), CHANGES)
def test_a_change_beside_a_line_is_made_in_the_tree(change, text) -> None:
    root: Any = ast.parse(LOOP).body[0]
    apply(change, root.body[0].body[0], root, None)  # type: ignore[arg-type]
    right = LOOP.replace("y[i] = g(x, n=1)", text)
    assert ast.unparse(ast.fix_missing_locations(root)) == ast.unparse(ast.parse(right))


@pytest.mark.parametrize(
    ("change", "head"),
    [
        ("b=2 => b=3", "def f(x, a=1, b=3):"),
        ("a=1 => a=0", "def f(x, a=0, b=2):"),
    ],
)
def test_a_default_is_changed_beside_the_def(change, head) -> None:
    root: Any = ast.parse(LOOP).body[0]
    apply(change, root, root, None)  # type: ignore[arg-type]
    assert ast.unparse(root).splitlines()[0] == head


def test_a_change_that_does_not_fit_is_refused() -> None:
    root: Any = ast.parse(LOOP).body[0]
    loop = root.body[0]
    for change, message in [
        ("q => z", "`q` does not stand in the statement"),
        ("n=2 => n=3", "`n=2` does not stand"),
        ("a, b=1 => c", "is neither an expression nor one keyword"),
    ]:
        with pytest.raises(ValueError, match=message):
            apply(change, loop.body[0], root, None)  # type: ignore[arg-type]
    apply("range(3)", loop, root, None)  # type: ignore[arg-type]
    assert ast.unparse(loop).startswith("for i in range(3):")
    with pytest.raises(ValueError, match="changed by an earlier edit"):
        apply("pass", ast.parse("z = 1").body[0], root, None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="a With has no value"):
        apply("3", ast.parse("with a: pass").body[0], root, None)  # type: ignore[arg-type]
