"""NumPy's global random state: whether somebody has drawn from it, and how it was before."""

from __future__ import annotations

import ctypes

import numpy as np

TWISTER = 625 * 4  # bytes: 624 words and the position among them


class Randomness:
    """The state at one moment, of whatever generator is in use."""

    def __init__(self) -> None:
        self._generator = np.random.get_bit_generator()  # type: ignore[attr-defined]
        self._state = np.random.get_state(legacy=False)
        # NumPy keeps every second normal number for the next draw, which then changes no word.
        self._words = None if self._state.get("has_gauss") else _words()

    def is_unchanged(self) -> bool:
        """Whether nobody has drawn, set a seed or changed the generator since."""
        if self._words is not None:
            return _words() == self._words
        return repr(np.random.get_state(legacy=False)) == repr(self._state)

    def put_back(self) -> None:
        """Make the generator and its state what they were."""
        np.random.set_bit_generator(self._generator)  # type: ignore[attr-defined]
        np.random.set_state(self._state)


def _words() -> bytes | None:
    """The words of NumPy's own generator, read from memory: asking takes longer than most calls.

    None for another generator, whose state has another form.
    """
    twister = np.random.get_bit_generator()  # type: ignore[attr-defined]
    if not isinstance(twister, np.random.MT19937):
        return None
    return ctypes.string_at(twister.ctypes.state_address, TWISTER)
