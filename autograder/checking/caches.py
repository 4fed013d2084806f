"""What a forward put into its cache, beside what its docstring says.

The cache is the student's own: a pair that keeps something else and agrees with itself is right.
But nobody should search a right backward for a mistake that is the cache's, so the difference is
said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.checking.messages import translate as _
from autograder.checking.values import as_array, describe, leaves

# What a student may have kept in the place of an entry; {} is the entry's name.
FORMS: dict[str, Callable[[np.ndarray], Any]] = {
    "{}": lambda v: v,
    "{}.reshape(len({}), -1)": lambda v: v.reshape(len(v), -1) if v.ndim else v,
    "{}.ravel()": np.ravel,
    "{}.T": np.transpose,
    "-{}": np.negative,
    "tanh({})": np.tanh,
    "exp({})": np.exp,
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
    """Whether a cache holds what is documented, entry by entry; True where that cannot be told."""
    names = entry_names(documented)
    if not names or type(want) is not tuple or len(want) != len(names):
        return True
    return (
        type(got) in (tuple, list)
        and len(got) == len(want)
        and all(_equal(g, w) for g, w in zip(got, want, strict=True))
    )


def in_words(documented: str, got: Any, want: tuple) -> str:
    """Return a cache as a list of what its entries are, "(w, x, b)" or "(x, tanh(c))"."""
    names = entry_names(documented)
    if type(got) not in (tuple, list):
        return describe(got)
    parts = []
    for i, entry in enumerate(got):
        here = [names[i]] if i < len(want) and _equal(entry, want[i]) else []
        forms = here or [f for n, w in zip(names, want, strict=True) for f in _forms(entry, n, w)]
        parts.append(forms[0] if forms else describe(entry))
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def first_difference(documented: str, got: Any, want: tuple) -> str:
    """Return a sentence on the first entry that is not what is documented."""
    names = entry_names(documented)
    if type(got) in (tuple, list) and len(got) == len(want):
        for i, (entry, right) in enumerate(zip(got, want, strict=True)):
            if not _equal(entry, right):
                listed = [f for n, w in zip(names, want, strict=True) for f in _forms(entry, n, w)]
                kept = listed[0] if listed else describe(entry)
                return _("entry {n} is {got}, where {want} is promised.").format(
                    n=i, got=kept, want=names[i]
                )
    return _("{want} is promised, {got} is kept.").format(
        want=documented, got=in_words(documented, got, want)
    )


def _forms(entry: Any, name: str, right: Any) -> list[str]:
    found, kept, value = [], as_array(entry), as_array(right)
    if kept is None or value is None:
        return [name] if _equal(entry, right) else []
    with np.errstate(all="ignore"):
        for text, form in FORMS.items():
            if (kept.size > 1 or text == "{}") and _equal(kept, form(np.asarray(value, float))):
                found.append(text.replace("{}", name))
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
