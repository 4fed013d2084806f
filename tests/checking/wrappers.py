"""Slips that can be made of any right function, by wrapping it: no list of wrong code is needed."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import numpy as np

from autograder.checking import run_check
from autograder.exercises import everything

EXERCISES = everything()
TEXTS = "".join(p.read_text(encoding="utf-8") for p in Path("solutions").rglob("*.py"))


def each(value, change):
    """The value with all its arrays changed."""
    if isinstance(value, np.ndarray):
        return change(value)
    if type(value) in (tuple, list):
        return type(value)(each(v, change) for v in value)
    if type(value) is dict:
        return {k: each(v, change) for k, v in value.items()}
    return value


def outputs(name, result, change):
    """A result with its arrays changed, the cache of a forward left alone."""
    if not name.endswith("_forward") or type(result) is not tuple:
        return each(result, change)
    if name.startswith("batchnorm"):
        return each(result[0], change), result[1], each(result[2], change)
    return *[each(r, change) for r in result[:-1]], result[-1]


def turned(array):
    """A square array transposed, another as it is."""
    square = array.ndim >= 2 and array.shape[-1] == array.shape[-2]
    return array.swapaxes(-1, -2).copy() if square else array


def failed(name, slip, seed=None):
    """The clauses that fail for slip(reference, *arguments); whose work it is does not matter."""
    reference = EXERCISES[name].reference

    @functools.wraps(reference)
    def wrong(*arguments, **options):
        return slip(reference, *arguments, **options)

    functions = {**EXERCISES[name].companions, name: wrong}
    report = run_check(name, functions, seed=seed)
    return {c.name for c in report.clauses if c.passed is False} - {"own work"}


def first_case(name):
    """The first case of an exercise, drawn anew."""
    return next(iter(EXERCISES[name].cases(np.random.default_rng(0)))).fresh()


def promised_any_shape():
    """The functions whose docstring in the text says "any shape"."""
    found = re.findall(r'def (\w+)\([^)]*\):\n    """((?:[^"]|"(?!""))*)', TEXTS)
    return [n for n, doc in found if "any shape" in doc and n in EXERCISES]
