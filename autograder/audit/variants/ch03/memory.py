"""What an optimizer remembers, as an object that is copied at each step."""

import numpy as np


class Memory:
    """Two running means and the powers of Adam's betas."""

    def __init__(self, shape):
        self.first, self.second = np.zeros(shape), np.zeros(shape)
        self.beta1_power = self.beta2_power = 1.0

    def copy(self):
        """A memory of its own with the same content."""
        twin = Memory(self.first.shape)
        twin.__dict__.update(self.__dict__)
        return twin


def begin(state, w):
    """A copy of the state, or an empty one at the first step."""
    return state.copy() if isinstance(state, Memory) else Memory(w.shape)
