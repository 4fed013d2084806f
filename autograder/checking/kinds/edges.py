"""Cases in which one size is one: where a `squeeze`, a dropped axis or a square shape gives itself
away.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case
from autograder.checking.values import leaves

CLAUSE = "sizes of one"
MULTIPLES = (4, 3, 2)  # blocks of gates along one axis


def sizes_of_one(case: Case, call: Callable[[Case], Any], never: str = "") -> Iterator[Case]:
    """Yield the case cut down to one along each of its named sizes.

    call: runs the reference. A cut that it cannot take (a class that no score is left for, an image
    smaller than its kernel) or that gives nothing or no finite numbers is no case.  never: names of
    sizes for which one is outside of what is promised.
    """
    for name, size in case.sizes.items():
        if size < 2 or name in never.split():
            continue
        cut = Case(
            f"{name} = 1",
            {k: _cut(v, size, set(case.sizes.values())) for k, v in case.inputs.items()},
            {},
            {**case.sizes, name: 1},
        )
        if _works(cut, call):
            yield cut


def _cut(value: Any, size: int, taken: set[int]) -> Any:
    if isinstance(value, np.ndarray):
        for axis, length in enumerate(value.shape):
            blocks = next((m for m in MULTIPLES if length == m * size and length not in taken), 1)
            if length == size or blocks > 1:
                parts = np.split(value, blocks, axis)
                value = np.concatenate([np.take(p, [0], axis) for p in parts], axis)
        return value
    if type(value) in (list, tuple):
        return type(value)(_cut(v, size, taken) for v in value)
    if type(value) is dict:
        return {k: _cut(v, size, taken) for k, v in value.items()}
    return value


def _works(case: Case, call: Callable[[Case], Any]) -> bool:
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            results = call(case.fresh())
    except Exception:
        return False
    numbers = [np.asarray(v) for _, v in leaves(results) if _is_numbers(v)]
    return all(v.size and np.isfinite(v).all() for v in numbers)


def _is_numbers(value: Any) -> bool:
    return isinstance(value, float | np.floating) or (
        isinstance(value, np.ndarray) and value.dtype.kind == "f"
    )
