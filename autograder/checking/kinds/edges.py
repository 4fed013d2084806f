"""Cases at the edges of a promise: one size is one, all sizes are equal, other numbers of axes.

There a `squeeze`, a dropped axis, a guess at a shape or a transposed square gives itself away.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Probe
from autograder.checking.values import leaves

ONE, EQUAL, SHAPES = "sizes of one", "equal sizes", "any shape"
MULTIPLES = (4, 3, 2)  # blocks of gates along one axis
LABELS = ("y", "idx")  # class indices: they stay below the number of classes
Call = Callable[[Case], Any]


def edge_probes(
    first: Case, call: Call, never: str = "", any_shape: str = "", trial: Any = None
) -> list[Probe]:
    """Return the probes of all edges of one case; call: runs the reference on it."""
    found = [
        *((ONE, c) for c in sizes_of_one(first, call, never)),
        *((EQUAL, c) for c in equal_sizes(first, call, never)),
        *((SHAPES, c) for c in other_shapes(first, any_shape, call)),
    ]
    return [Probe(name, c, trial) for name, c in found]


def richest(drawn: list[Case]) -> list[Case]:
    """Return the first case, and the first of those with the most inputs and axes if it has fewer.

    A mask that the first case does without, or an axis, has its edges too.
    """

    def wealth(case: Case) -> tuple[int, int]:
        arrays = [v for v in case.inputs.values() if isinstance(v, np.ndarray)]
        return len(arrays), sum(v.ndim for v in arrays)

    best = max(drawn, key=wealth)
    return drawn[:1] if wealth(best) == wealth(drawn[0]) else [drawn[0], best]


def sizes_of_one(case: Case, call: Call, never: str = "") -> Iterator[Case]:
    """Yield the case cut down to one along each of its named sizes.

    call: runs the reference. A cut that it cannot take (a class that no score is left for, an image
    smaller than its kernel) or that gives nothing or no finite numbers is no case.  never: names of
    sizes for which one is outside of what is promised.
    """
    for name, size in case.sizes.items():
        if size >= 2 and name not in never.split():
            cut = smaller(case, f"{name} = 1", {name: 1})
            if _works(cut, call):
                yield cut


def equal_sizes(case: Case, call: Call, never: str = "") -> Iterator[Case]:
    """Yield the case with all its sizes cut to the smallest of them, two or more."""
    able = {k: v for k, v in case.sizes.items() if v >= 2}
    if len(able) < 2 or "all" in never.split():
        return
    least = min(able.values())
    # Where a size is fixed (three peepholes), the others are made equal.
    for fixed in ("", *able):
        chosen = {name: least for name in able if name != fixed}
        cut = smaller(case, "all sizes equal", chosen)
        if _works(cut, call):
            yield cut
            return


def other_shapes(case: Case, names: str, call: Call) -> Iterator[Case]:
    """Yield the case with the inputs in `names`, of one shape, given no, one and three axes."""
    listed = names.split()
    for shape in ((), (5,), (2, 1, 3)) if listed else ():
        size = int(np.prod(shape))
        given = {n: case[n].reshape(-1)[:size].reshape(shape) for n in listed}
        made = Case(f"{listed[0]} of shape {shape}", {**case.inputs, **given}, {}, {})
        if _works(made, call):
            yield made


def smaller(case: Case, label: str, lengths: dict[str, int]) -> Case:
    """Return the case with some of its sizes cut to new lengths, in inputs and given values."""
    by_size = {case.sizes[name]: length for name, length in lengths.items()}
    unit = case.sizes.get("H", 0)  # gates stand side by side in blocks of H
    classes = min(lengths.values())

    def cut(name: str, value: Any) -> Any:
        if type(value) is int and case.sizes.get(name.upper()) == value:
            return by_size.get(value, value)
        made = _cut(value, by_size, unit)
        labels = name in LABELS and isinstance(made, np.ndarray) and len(lengths) > 1
        return made % classes if labels else made

    return Case(
        label,
        {k: cut(k, v) for k, v in case.inputs.items()},
        {k: cut(k, v) for k, v in case.given.items()},
        {**case.sizes, **lengths},
    )


def _cut(value: Any, lengths: dict[int, int], unit: int) -> Any:
    if isinstance(value, np.ndarray):
        for axis, length in enumerate(value.shape):
            blocks = next((m for m in MULTIPLES if length == m * unit), 1)
            new = lengths.get(length // blocks)
            if new is not None:
                parts = np.split(value, blocks, axis)
                value = np.concatenate([np.take(p, range(new), axis) for p in parts], axis)
        return value
    if type(value) in (list, tuple):
        return type(value)(_cut(v, lengths, unit) for v in value)
    if type(value) is dict:
        return {k: _cut(v, lengths, unit) for k, v in value.items()}
    return value


def _works(case: Case, call: Call) -> bool:
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
