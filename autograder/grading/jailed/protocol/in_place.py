"""What a known object was when it was last seen, and how it becomes what it is on the other side.

Lists, dicts, arrays and random generators: what can change and stay the same object.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .wireformat import GENERATORS, WireError, ndarray, tobytes, view


def memory(value: Any, data: bytes | None = None) -> Any:
    """Return what `unchanged` compares with later.

    data: an array's bytes, where they are at hand.
    """
    if isinstance(value, np.ndarray):
        base = view(value, np.ndarray)
        return base.dtype, base.shape, base.size, tobytes(base) if data is None else data
    if isinstance(value, list):
        return list(value)
    if isinstance(value, dict):
        return list(dict.items(value))
    return value.bit_generator.state


def unchanged(value: Any, seen: Any) -> bool:
    """Return whether an object is still as it was remembered (containers: the same elements)."""
    if seen is None:
        return False
    if type(value) is ndarray:  # nearly always, and each message asks it of all that is known
        return seen[1] == value.shape and tobytes(value) == seen[3] and bool(seen[0] == value.dtype)
    if isinstance(value, np.ndarray):
        base = view(value, np.ndarray)
        return seen[0] == base.dtype and seen[1] == base.shape and tobytes(base) == seen[3]
    if isinstance(value, list):
        return len(value) == len(seen) and all(a is b for a, b in zip(value, seen, strict=True))
    if isinstance(value, dict):
        return len(value) == len(seen) and all(
            k is a and v is b for (k, v), (a, b) in zip(dict.items(value), seen, strict=True)
        )
    return value.bit_generator.state == seen


def update(value: Any, kind: Any, content: Any) -> None:
    """Write new content into a known object of the same kind."""
    if not isinstance(value, kind):  # a subclass of ndarray is an ndarray here
        raise WireError(f"a {kind.__name__} where a {type(value).__name__} was known")
    if kind is list:
        value[:] = content
    elif kind is dict:
        value.clear()
        value.update(content)
    elif kind is np.random.Generator:
        if content["bit_generator"] != type(value.bit_generator).__name__:
            raise WireError("another kind of random generator")
        value.bit_generator.state = content
    else:
        _update_array(value, content)


def _update_array(value: np.ndarray, content: np.ndarray) -> None:
    base = view(value, np.ndarray)
    if base.dtype.newbyteorder("<") != content.dtype or base.size != content.size:
        raise WireError("an array that changed its dtype or size")
    try:
        if base.shape != content.shape:
            value.shape = content.shape
        frozen = not value.flags.writeable
        if frozen:
            value.flags.writeable = True
        view(value, np.ndarray)[...] = content
        if frozen:
            value.flags.writeable = False
    except (ValueError, AttributeError) as error:
        raise WireError(f"an array that cannot be changed in place: {error}") from None


def make_generator(state: dict) -> np.random.Generator:
    """Return a generator in this state."""
    bits = GENERATORS[state["bit_generator"]](0)
    bits.state = state
    return np.random.Generator(bits)
