"""NumPy's global random state, read from memory: asking for it takes longer than most calls."""

from __future__ import annotations

import ctypes
import sys

import numpy as np


def _find() -> tuple[int, int]:
    """(address, size) of the Mersenne twister behind np.random; size 0 for any other generator."""
    bits = np.random.mtrand._rand._bit_generator  # type: ignore[attr-defined]
    is_twister = type(bits).__name__ == "MT19937"
    return (int(bits.ctypes.state_address), 625 * 4) if is_twister else (0, 0)


_AT, _SIZE = _find()


def read() -> bytes:
    """624 words and the position among them."""
    return ctypes.string_at(_AT, _SIZE)


def write(state: bytes) -> None:
    """Set the state; bytes that are none are ignored."""
    if is_state(state):
        ctypes.memmove(_AT, state, _SIZE)


def is_state(state: bytes) -> bool:
    """Return whether bytes are a random state.

    The position must lie among the words, or a draw would read past them.
    """
    return len(state) == _SIZE > 0 and int.from_bytes(
        state[-4:], sys.byteorder, signed=True
    ) in range(625)
