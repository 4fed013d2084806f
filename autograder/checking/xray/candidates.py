"""The changes of one place that are worth a run: each new value once, none that takes long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.xray import edits
from autograder.checking.xray.derivation import number
from autograder.checking.xray.notes import Spot

ENTRIES, COUNT = 3_000, 300  # of a new value: the outer product of two such still fits into memory


def candidates(
    spot: Spot, listed: Iterator[Any], whole: bool, keeps: bool | None = None
) -> Iterator[tuple[edits.Edit, Any, Any]]:
    """(edit, its last value, change) of changes that give a new value on what was noted there.

    whole: whether the changes take the place's parts; else they take its value.  keeps: only
    those that leave the shape as it is, or only the others.
    """
    seen = {_key([hit.value for hit in spot.hits])}
    for change in listed:
        try:
            if whole:
                made = [change(h.names, *h.parts, **h.keywords) for h in spot.hits]
            else:
                made = [change(h.names, h.value) for h in spot.hits]
        except Exception:
            continue
        key = _key(made)
        if key in seen or any(_is_large(v) for v in made) or _as_shape(spot, made):
            continue
        seen.add(key)
        if keeps is not None and keeps != (_shape(made[-1]) == _shape(spot.hits[-1].value)):
            continue
        if whole:
            yield change, made[-1], change
        else:
            yield of_value(spot, change), made[-1], change


def of_value(spot: Spot, change: Any) -> edits.Edit:
    """The edit that makes a change of a place's value."""
    own = edits.same(spot.place.node)
    return lambda n, *p, **k: change(n, own(n, *p, **k))


def change_of(spot: Spot, change: Any) -> Any:
    """What a change makes of the place's last value, None where it cannot be made."""
    try:
        return change(spot.hits[-1].names, spot.hits[-1].value)
    except Exception:
        return None


def _key(values: list[Any]) -> Any:
    arrays = [number(v) for v in values]
    if any(a is None for a in arrays):
        return object()  # what cannot be compared is new each time
    return tuple((a.shape, a.dtype.kind, a.tobytes()) for a in arrays if a is not None)


def _shape(value: Any) -> tuple[int, ...]:
    return () if isinstance(value, int | float) else getattr(value, "shape", (-1,))


def _as_shape(spot: Spot, made: list[Any]) -> bool:
    """Whole numbers where none were, or more of them: read as a shape they fill the memory."""
    if all(isinstance(hit.value, np.ndarray) for hit in spot.hits):
        return False
    sizes = {len(hit.value) for hit in spot.hits if isinstance(hit.value, tuple | list)}
    return any(
        (isinstance(v, np.ndarray) and v.ndim and v.dtype.kind in "iu")
        or (isinstance(v, tuple | list) and len(v) not in sizes)
        for v in made
    )


def _is_large(value: Any) -> bool:
    """An array, or a count, that would take long; NaN, of which LAPACK complains to the screen."""
    array = number(value)
    if array is None:
        return False
    if array.size > ENTRIES:
        return True
    if array.dtype.kind == "f":
        total = array.sum()
        return bool(total != total) and bool(np.isnan(array).any())
    return array.dtype.kind in "iu" and array.size == 1 and abs(int(array.ravel()[0])) > COUNT
