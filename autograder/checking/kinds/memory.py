"""Inputs in unusual memory, and whether a call changed what belongs to its caller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Probe
from autograder.checking.values import NotPlain, plain, same


def with_given(case: Case, **given: Any) -> Case:
    """Return the case with further given values."""
    return replace(case, given={**case.given, **given})


def whole_and_memory(drawn: list[Case], whole: list[str]) -> list[Probe]:
    """Return probes with whole-number inputs, and with read-only, column-major arrays.

    Whole numbers stand in all inputs of `whole`, then in the others: a result of the type of one
    input cuts the fractions off that come from another.
    """
    first = drawn[0]
    twins = {k: frozen(v) for k, v in {**first.inputs, **first.given}.items()}
    listed = [Probe("memory layout", first.replace("read-only, column-major arrays", **twins))]
    # Gradients are fractions always: nobody's backward has to take whole ones.
    others = [k for k, v in first.inputs.items() if k not in whole and _is_fractions(v)]
    groups = [whole, *([k] for k in whole if len(whole) > 1), others if whole else []]
    for names in filter(None, groups):
        ints = {k: _whole(np.asarray(first[k])) for k in names}
        label = "whole-number inputs" if names is whole else "whole numbers in some inputs"
        listed.append(Probe("whole numbers", first.replace(label, **ints)))
    return listed


def _is_fractions(value: Any) -> bool:
    """Whether whole numbers could stand there: labels and masks kept as floats are whole."""
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or value.ndim == 0:
        return False
    return not np.array_equal(value, np.rint(value))


def _whole(values: np.ndarray) -> np.ndarray:
    """Whole numbers near three times the values; a column of ones, which has a meaning, stays."""
    ones = np.all(values == 1, axis=0) if values.ndim == 2 else False
    return np.where(ones, 1, np.rint(3 * values)).astype(np.int64)


def frozen(value: Any) -> Any:
    """Return read-only, column-major twins of the arrays in a value."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        twin = np.array(value, order="F")
        twin.flags.writeable = False
        return twin
    if type(value) in (list, tuple):
        return type(value)(frozen(v) for v in value)
    if type(value) is dict:
        return {k: frozen(v) for k, v in value.items()}
    return value


_watched = ContextVar("watched", default=True)


@contextmanager
def unwatched() -> Iterator[None]:
    """Let trials inside compute only: copying and comparing takes them half of their time."""
    token = _watched.set(False)
    try:
        yield
    finally:
        _watched.reset(token)


def snapshot(values: dict[str, Any]) -> dict[str, Any]:
    """Return copies of the values that can be compared later.

    An object of the student's own is left out, here and in a jail: it may count its uses or keep
    what it has worked out once. Where a change of it does harm, the clause "repeatable" sees that.
    """
    kept: dict[str, Any] = {}
    for name, value in values.items() if _watched.get() else ():
        if callable(value) or isinstance(value, np.random.Generator):
            continue
        try:
            kept[name] = plain(value)
        except NotPlain:
            continue
    return kept


def changed(before: dict[str, Any], values: dict[str, Any]) -> list[str]:
    """Return the names whose value is no longer what the snapshot says."""
    after = snapshot({k: values[k] for k in before})
    return [k for k in before if k not in after or not same(before[k], after[k])]
