"""What a forward put into its cache, beside what its docstring says.

The cache is the student's own: a pair that keeps something else and agrees with itself is right.
But nobody should search a right backward for a mistake that is the cache's, so the difference is
said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.checking.messages import translate as _
from autograder.checking.values import as_array, describe, leaves

# What a student may have kept in the place of an entry; {} is the entry's name.
FORMS: dict[str, Callable[[np.ndarray], Any]] = {
    "{}": lambda v: v,
    "{}[:, -1]": lambda v: v[:, -1] if v.ndim > 1 else v,
    "{}.reshape(len({}), -1)": lambda v: v.reshape(len(v), -1) if v.ndim else v,
    "{}.ravel()": np.ravel,
    "{}.T": np.transpose,
    "-{}": np.negative,
    "tanh({})": np.tanh,
    "exp({})": np.exp,
    "softmax({})": lambda v: _softmax(v),
    "{}**2": np.square,
    "sqrt({})": np.sqrt,
    "1 / {}": lambda v: 1 / v,
    "1 - {}": lambda v: 1 - v,
    "1 - {}**2": lambda v: 1 - v**2,
    "{} * (1 - {})": lambda v: v * (1 - v),
    "{} > 0": lambda v: v > 0,
}


def entry_names(documented: str) -> tuple[str, ...]:
    """Return the names in a cache documented as "(x, w, b)"; () where it is not such a list."""
    inner = re.fullmatch(r"\(([\w., ]+?),?\)", documented)
    return tuple(name.strip() for name in inner[1].split(",")) if inner else ()


def as_promised(documented: str, got: Any, want: Any) -> bool:
    """Whether a cache holds what is documented, entry by entry; True where that cannot be told.

    Of a list of caches, one a step or layer, the order is looked at, and what each holds where the
    documentation names that: "a list of (x, w, b)".
    """
    if type(want) is list:
        return _is_list_as_promised(documented, got, want)
    names = entry_names(documented)
    if not names or type(want) is not tuple or len(want) != len(names):
        return True
    return (
        type(got) in (tuple, list)
        and len(got) == len(want)
        and all(_equal(g, w) for g, w in zip(got, want, strict=True))
    )


def in_words(documented: str, got: Any, want: Any, others: Mapping[str, Any] | None = None) -> str:
    """Return a cache as a list of what its entries are, "(w, x, b)" or "(x, tanh(c))".

    others: by their names, the inputs and outputs, which may stand there too.
    """
    if type(got) is str:  # a None
        return got
    if type(want) is list:
        return _list_in_words(documented, got, want, others)
    names = entry_names(documented)
    if type(got) not in (tuple, list):
        return (_listed(got, names, want, others) or [describe(got)])[0]
    parts = []
    for i, entry in enumerate(got):
        here = [names[i]] if i < len(want) and _equal(entry, want[i]) else []
        forms = here or _listed(entry, names, want, others)
        parts.append(forms[0] if forms else describe(entry))
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def first_difference(
    documented: str, got: Any, want: Any, others: Mapping[str, Any] | None = None
) -> str:
    """Return a sentence on the first entry that is not what is documented."""
    names = entry_names(documented)
    if type(want) is tuple and type(got) in (tuple, list) and len(got) == len(want):
        for i, (entry, right) in enumerate(zip(got, want, strict=True)):
            if not _equal(entry, right):
                listed = _listed(entry, names, want, others)
                kept = listed[0] if listed else describe(entry)
                return _("entry {n} is {got}, where {want} is promised.").format(
                    n=i, got=kept, want=names[i]
                )
    return _("{want} is promised, {got} is kept.").format(
        want=documented, got=in_words(documented, got, want, others)
    )


def _inner(documented: str) -> str:
    """What each cache of a documented list holds, "(x, w, b)"; "" where that is not said."""
    found = re.search(r"\([\w., ]+\)", documented)
    return found[0] if found else ""


def _is_list_as_promised(documented: str, got: Any, want: list) -> bool:
    if type(got) not in (tuple, list) or len(got) != len(want):
        return False
    inner = _inner(documented)
    if inner:
        return all(as_promised(inner, g, w) for g, w in zip(got, want, strict=True))
    # A step's cache is the step's own affair; only the order of the steps is the list's, and that
    # none overwrites what another has kept.
    same = all(_equal(g, w) for g, w in zip(got, want, strict=True))
    return same or not (_order(got, want) or _shared(got, want))


def _list_in_words(documented: str, got: Any, want: list, others: Mapping[str, Any] | None) -> str:
    if type(got) not in (tuple, list) or len(got) != len(want):
        return describe(got)
    inner = _inner(documented)
    if not inner and not _order(got, want):
        places = ", ".join(map(str, _shared(got, want)))
        return _("a list of {n} with the same numbers in entry {places} of all").format(
            n=len(got), places=places
        )
    if not inner:
        order = ", ".join(map(str, _order(got, want)))
        return _("a list of them in the order {order}").format(order=order)
    for g, w in zip(got, want, strict=True):
        if not as_promised(inner, g, w):
            return _("a list of {entry}").format(entry=in_words(inner, g, w, others))
    return describe(got)


def _shared(got: Any, want: list) -> list[int]:
    """The entries that all caches of a list have alike where the right ones differ: one buffer."""
    sizes = {len(c) if type(c) in (tuple, list) else 0 for c in (*got, *want)}
    if len(got) < 2 or len(sizes) > 1 or sizes == {0}:
        return []
    return [
        k
        for k in range(sizes.pop())
        if all(_equal(c[k], got[0][k]) for c in got)
        and not all(_equal(c[k], want[0][k]) for c in want)
    ]


def _order(got: Any, want: list) -> list[int]:
    """Which of the right entries stands at each place; [] where something else stands there."""
    places = [[j for j, w in enumerate(want) if _equal(g, w)] for g in got]
    return [p[0] for p in places] if all(places) else []


def _listed(
    entry: Any, names: tuple[str, ...], want: Any, others: Mapping[str, Any] | None
) -> list[str]:
    """What an entry may be: a form of a documented one, an input, an output."""
    found = [f for n, w in zip(names, want, strict=True) for f in _forms(entry, n, w)]
    if as_array(entry) is not None:
        found += [n for n, v in (others or {}).items() if n not in names and _equal(entry, v)]
    return found


def _softmax(v: np.ndarray) -> np.ndarray:
    if not v.ndim:
        return v
    e = np.exp(v - v.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _is_padded(kept: np.ndarray, value: np.ndarray) -> bool:
    """Whether an array is the other one with a border of zeros."""
    if kept.ndim != value.ndim or value.ndim < 2 or kept.shape == value.shape:
        return False
    wide = [(k - v) // 2 for k, v in zip(kept.shape, value.shape, strict=True)]
    if min(wide) < 0:
        return False
    wanted = np.pad(value, [(w, w) for w in wide])
    return wanted.shape == kept.shape and bool(np.array_equal(wanted, kept))


def _forms(entry: Any, name: str, right: Any) -> list[str]:
    found, kept, value = [], as_array(entry), as_array(right)
    if kept is None or value is None:
        return [name] if _equal(entry, right) else []
    with np.errstate(all="ignore"):
        for text, form in FORMS.items():
            if (kept.size > 1 or text == "{}") and _equal(kept, form(np.asarray(value, float))):
                found.append(text.replace("{}", name))
    if not found and _is_padded(kept, value):
        found.append(_("{name} with its padding").format(name=name))
    return found


def _equal(a: Any, b: Any) -> bool:
    x, y = as_array(a), as_array(b)
    if x is None or y is None:
        mine, theirs = dict(leaves(a)), dict(leaves(b))
        if type(a) is not type(b) or mine.keys() != theirs.keys():
            return False
        if list(mine) == [""]:
            return bool(a == b)
        return all(_equal(mine[k], theirs[k]) for k in mine)
    return x.shape == y.shape and bool(np.allclose(x, y, rtol=1e-7, atol=1e-12, equal_nan=True))
