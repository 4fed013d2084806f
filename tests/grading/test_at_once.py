"""What is asked at once is judged as what is asked one by one; only right answers are quicker."""

from __future__ import annotations

import importlib
import inspect
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.audit import variants
from autograder.checking import judge as judging
from autograder.checking import recording
from autograder.checking.at_once import runs_if_right
from autograder.checking.runner import Runner
from autograder.checking.seeds import secret_drawing
from autograder.exercises import everything
from autograder.grading.remote.call_runner import CallRunner
from tests.exercises import slips

EXERCISES = everything()
JUDGE = importlib.import_module("autograder.checking.judge")

AFFINE = """
def affine_forward(x, w, b):
    {first}
    return x.reshape(len(x), -1) @ w + b, (x, w, b)
def affine_backward(dout, cache):
    x, w, _ = cache
    {then}
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)
"""
RELU = "def relu_forward(x):\n    {first}\n    return np.maximum(x, 0.0), (x,)\n"
SGD = "def sgd_step(w, dw, state, lr):\n    {first}\n    return w - lr * dw, state\n"
# What a student writes in front of what is right: nothing, what is right all the same, and what is
# not, in every run or in one of many.
LINES = {
    "nothing": "pass",
    "prints": "print('a' * 30)",
    "warns": "np.float64(1) / 0.0",
    "draws": "np.random.rand()",
    "counts": "calls = globals().setdefault('calls', []); calls.append(1)",
    "raises": "raise ValueError('no')",
    "raises for one row": "len(x) == 1 and [][1]",
    "fewer rows": "x = x[:1] if len(x) == 1 else x[:-1]",
    "changes x": "x *= 1.0; x -= 1.0",
    "returns nothing": "return None",
}


def report(student: Any, code: str, name: str, *others: str, at_once: bool = True) -> Any:
    """The report on a function of this code, and how many messages it took."""
    with pytest.MonkeyPatch.context() as patch:
        if not at_once:
            patch.setattr(JUDGE, "runs_if_right", lambda *_: None)
        found = student("calls = []\n" + code, name, *others)
        functions = dict(zip((name, *others), found if others else (found,), strict=True))
        client = functions[name]._link.session.client
        sent: list[tuple] = []
        send = client.send
        patch.setattr(client, "send", lambda parts: sent.append(parts) or send(parts))
        told = judging.judge(secret_drawing(name, b"a secret", 2), functions, CallRunner)
    return told.to_dict(), len(sent)


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
@pytest.mark.parametrize(
    ("code", "names", "where"),
    [
        (AFFINE, ("affine_forward",), "first"),
        (AFFINE, ("affine_backward", "affine_forward"), "first"),
        (AFFINE, ("affine_backward", "affine_forward"), "then"),
        (RELU, ("relu_forward",), "first"),
        (SGD.replace("{first}", "x = w; {first}"), ("sgd_step",), "first"),
    ],
)
def test_the_report_is_that_of_calls_one_by_one(
    student: Any, code: str, names: tuple[str, ...], where: str, line: str
) -> None:
    written = code.format(**{"first": "pass", "then": "pass", where: line})
    quick, _ = report(student, written, *names)
    slow, _ = report(student, written, *names, at_once=False)
    assert quick == slow


def test_right_answers_take_a_few_messages(student: Any) -> None:
    right = AFFINE.format(first="pass", then="pass")
    for names in (("affine_forward",), ("affine_backward", "affine_forward")):
        told, quick = report(student, right, *names)
        same, slow = report(student, right, *names, at_once=False)
        assert told == same
        assert told["passed"]
        assert 3 * quick < slow, (names, quick, slow)


def test_a_buffer_used_twice_is_found(student: Any) -> None:
    code = (
        AFFINE.format(first="pass", then="pass")
        + """
kept, right = {}, affine_forward
def affine_forward(x, w, b):
    out, cache = right(x, w, b)
    out = kept.setdefault(out.shape, out)
    out[...] = x.reshape(len(x), -1) @ w + b
    return out, cache
"""
    )
    told, _ = report(student, code, "affine_forward")
    assert "repeatable" in [c["name"] for c in told["clauses"] if c["passed"] is False]


@pytest.mark.long
@pytest.mark.parametrize("name", EXERCISES)
def test_every_right_variant_and_every_slip_has_the_report_of_one_by_one(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process: what is judged beside each other, and how, does not depend on the jail."""
    answers = [variant.functions for variant in variants.of(name)]
    answers += [slip.functions for slip in slips.everything() if slip.exercise == name]
    drawing = secret_drawing(name, b"a secret", 2)
    for functions in answers:
        monkeypatch.setattr(JUDGE, "remote_of", lambda value: object())
        quick = judging.judge(drawing, functions).to_dict()
        monkeypatch.setattr(JUDGE, "remote_of", lambda value: None)
        assert quick == judging.judge(drawing, functions).to_dict()


@pytest.mark.long
@pytest.mark.parametrize("name", EXERCISES)
def test_no_known_mistake_is_right_everywhere(name: str) -> None:
    exercise, drawing = EXERCISES[name], secret_drawing(name, b"a secret", 2)
    for mistake in exercise.mistakes:
        usable = judging._usable(drawing, mistake.functions)
        space = SimpleNamespace(**{**exercise.companions, **usable})
        runner = Runner(exercise.time_limit, exercise.forbids)
        assert runs_if_right(drawing, space, runner) is None, mistake.name


VALUE = inspect.getsource(EXERCISES["Value"].reference)
VALUE = VALUE[VALUE.index("class Value") :]


@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("math.tanh(", "math.sinh("), ("def __sub__", "def other"), ("self.grad", "self.g")],
)
def test_expressions_are_judged_as_those_built_one_by_one(
    student: Any, monkeypatch: pytest.MonkeyPatch, before: str, after: str
) -> None:
    code = "import math\n" + VALUE.replace(before, after)
    quick, messages = report(student, code, "Value")

    monkeypatch.setattr(recording, "remote_of", lambda value: None)
    slow, more = report(student, code, "Value")
    assert quick == slow
    assert before or (quick["passed"] and 2 * messages < more)
