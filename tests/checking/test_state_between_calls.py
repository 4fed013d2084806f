"""What a call returned stays as it was: a buffer kept for a shape is caught, for every exercise."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from autograder.checking import run_check
from autograder.checking.kinds.pair import pair
from autograder.exercises import everything

EXERCISES = everything()


def with_buffers(function):
    """The function, its array results written into buffers that are kept by place and shape."""
    buffers = {}

    def kept(value, place):
        if isinstance(value, np.ndarray) and value.ndim:
            buffer = buffers.setdefault((place, value.shape), np.empty(value.shape, value.dtype))
            buffer[...] = value
            return buffer
        if type(value) in (tuple, list):
            return type(value)(kept(v, (place, i)) for i, v in enumerate(value))
        if type(value) is dict:
            return {k: kept(v, (place, k)) for k, v in value.items()}
        return value

    @functools.wraps(function)
    def wrapped(*arguments, **options):
        return kept(function(*arguments, **options), ())

    return wrapped


def returns_arrays(exercise):
    case = next(iter(exercise.cases(np.random.default_rng(0)))).fresh()
    try:
        run = exercise.trial(exercise.references(), case)
    except Exception:
        return False
    return any(isinstance(v, np.ndarray) and v.ndim for v in run.values())


def is_usual(parts):
    own = isinstance(getattr(parts, "__self__", None), pair)
    return own or getattr(parts, "__name__", "") == "once"


# Kinds whose own trials do this in their own way are tested where they are described.
USUAL = [
    n
    for n, e in EXERCISES.items()
    if is_usual(getattr(e.trial, "parts", None)) and returns_arrays(e)
]


@pytest.mark.parametrize("name", USUAL)
def test_a_buffer_that_the_next_call_overwrites_is_caught(name):
    exercise = EXERCISES[name]
    functions = {**exercise.companions, name: with_buffers(exercise.reference)}
    report = run_check(name, functions)
    failed = [c.name for c in report.clauses if c.passed is False]
    assert "repeatable" in failed, (name, report.message)


def test_most_exercises_are_of_a_usual_kind():
    assert len(USUAL) >= 60


def kept_by_shape(function):
    """The function, which copies its first argument once for each shape."""
    kept = {}

    @functools.wraps(function)
    def wrapped(first, *arguments, **options):
        if isinstance(first, np.ndarray):
            first = kept.setdefault((first.shape, first.dtype), first.copy())
        return function(first, *arguments, **options)

    return wrapped


@pytest.mark.parametrize("name", ["conv2d_forward", "lstm_step_forward", "attention_forward",
                                  "softmax", "embedding_forward", "conv2d_backward"])  # fmt: skip
def test_an_input_that_is_kept_for_its_shape_is_caught_where_calls_follow_each_other(name):
    exercise = EXERCISES[name]
    functions = {**exercise.companions, name: kept_by_shape(exercise.reference)}
    report = run_check(name, functions)
    assert [c.passed for c in report.clauses if c.name == "repeatable"] != [True]
    assert not report.passed
