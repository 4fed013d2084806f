"""A check called with something unexpected says so and fails; it never crashes, never passes."""

import dataclasses
import sys
import time

import numpy as np
import pytest

from autograder import exercises, run_check
from autograder.checking import CheckFailed, check
from autograder.checking.exercise import Case
from autograder.checking.runner import WALL, Runner
from autograder.exercises import find


class Liar:
    """Claims to be equal to everything and to be an array."""

    def __eq__(self, other):
        return True

    def __array__(self, *args, **kwargs):
        return np.zeros((3, 5))

    def __len__(self):
        return 2

    def __iter__(self):
        return iter([self, self])


class LyingArray(np.ndarray):
    def __eq__(self, other):
        return True

    def __array_function__(self, *args, **kwargs):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return True


class BadError(Exception):
    def __str__(self):
        raise SystemExit(3)


def raises_bad(*args):
    raise BadError


def interrupts(*args):
    raise KeyboardInterrupt


def yields(*args):
    yield 1


NOT_ANSWERS = {
    "text": "affine_forward",
    "none": None,
    "class": int,
    "number": 3,
    "lying object": Liar(),
    "generator function": yields,
    "generator": (i for i in range(3)),
    "too few parameters": lambda x: x,
    "too many parameters": lambda a, b, c, d, e: a,
    "lying result": lambda *a: (Liar(), None),
    "lying container": lambda *a: Liar(),
    "object array": lambda *a: (np.array([Liar()], dtype=object), None),
    "lying subclass": lambda *a: (np.zeros((len(a[0]), a[1].shape[1])).view(LyingArray), None),
    "leaves Python": lambda *a: sys.exit(0),
    "exception that cannot be printed": raises_bad,
    "interrupt": interrupts,
    "prints megabytes": lambda *a: print("x" * 10_000_000),
    "returns nothing": lambda *a: None,
    "NaN": lambda x, w, b: (np.full((len(x), len(b)), np.nan), None),
    "text array": lambda x, w, b: (np.full((len(x), len(b)), "1.0"), None),
    "deep nesting": lambda *a: ([[[[[[[[[[[[1]]]]]]]]]]]], None),
}


@pytest.mark.parametrize("what", NOT_ANSWERS)
def test_says_so_and_fails(what):
    report = run_check("affine_forward", {"affine_forward": NOT_ANSWERS[what]})
    assert not report.passed
    assert "affine_forward" in report.message or "out" in report.message
    assert len(report.message) < 5000


@pytest.mark.parametrize("swallow", [False, True])
def test_a_function_that_never_returns_is_given_up(swallow, monkeypatch):
    def forever(*args):
        while True:
            try:
                time.sleep(0.01)
            except BaseException:
                if not swallow:
                    raise

    # It sleeps and uses no processor: it has three times the seconds of one that computes.
    exercise = dataclasses.replace(find("affine_forward"), time_limit=1.0)
    monkeypatch.setattr(exercises, "find", lambda name: exercise)
    start = time.monotonic()
    report = run_check("affine_forward", {"affine_forward": forever})
    assert time.monotonic() - start < WALL * 1.0 + 20  # 20 for a busy machine: forever is longer
    assert not report.passed
    assert "still running" in report.message
    # The swallowing loop cannot be stopped from inside the process; it sleeps, and dies with it.


def test_a_busy_neighbor_makes_no_answer_late(monkeypatch):
    """The clock runs four times as fast as the processor: such a computer is shared by four."""
    now = time.monotonic
    begun = now()
    monkeypatch.setattr("autograder.checking.runner.time.process_time", lambda: (now() - begun) / 4)
    runner = Runner(0.5)
    assert not runner.run(lambda f, case: (time.sleep(0.9), {})[1], {}, Case("", {})).problem
    assert runner.run(lambda f, case: (time.sleep(0.9), {})[1], {}, Case("", {})).problem


def test_notebook_form_raises_check_failed_for_anything_else():
    for value in ("affine_forward", None, int, 3, Liar()):
        with pytest.raises(CheckFailed):
            check(value)


def test_unknown_function_is_named_with_near_ones():
    def affine_forwart(x, w, b):
        return x

    with pytest.raises(CheckFailed, match="affine_forward"):
        check(affine_forwart)


def test_run_check_refuses_an_unknown_exercise():
    with pytest.raises(ValueError, match="did you mean"):
        run_check("affine_forwart", {})
    with pytest.raises(ValueError, match="expected a dict"):
        run_check("affine_forward", lambda x: x)


def test_a_missing_function_is_said():
    report = run_check("affine_backward", {})
    assert not report.passed
    assert "missing" in report.message
