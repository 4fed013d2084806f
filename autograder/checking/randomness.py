"""NumPy's global random state: whether somebody has drawn from it, and how it was before."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

TWISTER = 625 * 4  # bytes: 624 words and the position among them


class Randomness:
    """The state at one moment."""

    def __init__(self) -> None:
        state: Any = np.random.get_state()
        self._state = state
        # NumPy keeps every second normal number for the next draw, which then changes no word.
        kept = state[3]
        self._words = None if kept else _words()

    def is_unchanged(self) -> bool:
        """Whether nobody has drawn or set a seed since."""
        if self._words is not None:
            return _words() == self._words
        now: Any = np.random.get_state()
        return bool(np.array_equal(now[1], self._state[1])) and now[2:] == self._state[2:]

    def put_back(self) -> None:
        """Make the state what it was."""
        np.random.set_state(self._state)


def _words() -> bytes:
    """The words, read from memory: asking NumPy for them takes longer than most calls."""
    twister = np.random.mtrand._rand._bit_generator  # type: ignore[attr-defined]
    return ctypes.string_at(twister.ctypes.state_address, TWISTER)
