"""Normal numbers by the method of Box and Muller."""

import numpy as np


def normal(shape, rng):
    """Standard normal numbers from pairs of uniform ones."""
    u, v = 1 - rng.random(shape), rng.random(shape)
    return np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * v)
