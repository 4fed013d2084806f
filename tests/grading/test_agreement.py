"""The report of a jailed function is the report of the same function here.

Clauses, mistake and words are the same.
"""

from __future__ import annotations

import contextlib
import linecache
import re
from typing import Any

import numpy as np
import pytest

from autograder.checking import CheckFailed, GradingCheck
from autograder.grading.remote.session import Session
from tests.attacks.assignment import GRADIENT, SOFTMAX

SECRET = b"agreement" * 4
MSE = """\
def mse_forward(a, y):
    m = len(a)
    return np.sum((a - y) ** 2) / (2 * m), (a, y)
def mse_backward(cache):
    a, y = cache
    return (a - y) / len(a)"""
BATCHES = """\
def minibatches(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        chosen = order[start : start + batch_size]
        yield x[chosen], y[chosen]"""
CASES = {
    "softmax": (SOFTMAX, [("axis=-1", "axis=0"), ("z - z.max(axis=-1, keepdims=True)", "z"),
    ("return e /", "return 2 * e /"),
                          ("return e / e.sum(axis=-1, keepdims=True)", "e /= e.sum(axis=-1, "
                                                                       "keepdims=True); z[...] = "
                                                                       "0; return e"), ("return e",
                                                                       "return [e]; e"),
                          ("return e", "raise ValueError('no'); e"), ("return e", "return str(e); "
                                                                                  "e"),
                                                                                  ("return e",
                                                                                  "np.random.rand(); return e"),
                          ("return e", "print('x' * 300); return e"), ("e.sum(axis=-1, "
                                                                       "keepdims=True)", "0")]),
    "mse_forward": (MSE, [("(2 * m)", "m"), ("** 2", ""), ("return np", "return (a, y), np"),
    ("(a, y)\ndef", "lambda: 1\ndef")]),
    "mse_backward": (MSE, [("(a - y) / len(a)", "(y - a) / len(a)"), ("return (a - y) / len(a)",
    "a -= y; a /= len(a); return a"), ("(a - y) / len(a)", "(a - y)"), ("** 2", "** 3")]),
    "numerical_gradient": (GRADIENT, [("np.array(x, dtype=float)", "np.asarray(x)"), ("(2 * eps)",
    "eps"), ("        x[i] = old\n", ""), ("dtype=float", "dtype=np.float32")]),
    "minibatches": (BATCHES, [("rng.permutation(len(x))", "np.random.permutation(len(x))"),
    ("y[chosen]", "y[start : start + batch_size]"), ("rng.permutation(len(x))",
    "np.arange(len(x))"),
                              ("len(x), batch_size", "len(x) - batch_size + 1, batch_size"),
                              ("yield", "return")]),
}  # fmt: skip
ALL = [
    (name, old, new) for name, (code, changes) in CASES.items() for old, new in [("", ""), *changes]
]


def reports(name: str, functions: dict[str, Any]) -> list[dict[str, Any]]:
    check = GradingCheck(SECRET, draws=1)
    others = {"forward": functions["mse_forward"]} if name == "mse_backward" else {}
    with contextlib.suppress(CheckFailed):
        check(functions[name], **others)
    return [report.to_dict() for report in check.reports]


def without_shapes(value: Any) -> Any:
    """A report without what only the notebook adds to an exception's line (its owner, shapes)."""
    if isinstance(value, str):
        return re.sub(r" Shapes there: .*?\)\.", "", value.replace(" of your cell: ", ": "))
    if isinstance(value, dict):
        return {k: without_shapes(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(without_shapes(v) for v in value)
    return value


@pytest.mark.parametrize(("name", "old", "new"), ALL)
def test_jailed_and_local_reports_are_equal(
    session: Session, name: str, old: str, new: str
) -> None:
    code = CASES[name][0]
    assert old in code
    code = code.replace(old, new, 1) if old else code
    scope: dict[str, Any] = {"np": np, "__name__": "student"}
    linecache.cache["<student>"] = (len(code), None, code.splitlines(keepends=True), "<student>")
    exec(compile(code, "<student>", "exec"), scope)
    local = without_shapes(reports(name, scope))
    session.run("import numpy as np", 3)
    session.run(code, 3)
    jailed = reports(name, session.begin_test([n for n in scope if n in CASES])[0])
    assert [one["message"] for one in jailed] == [one["message"] for one in local]
    assert jailed == local
    assert jailed[0]["passed"] == (
        not old
        or (name, new) == ("mse_backward", "** 3")
        or "print" in new
        or new.startswith("lambda")
    )
