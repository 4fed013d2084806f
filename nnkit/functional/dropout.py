"""Inverted dropout: scaled while training, so that nothing has to be done at test time.

Source: Srivastava et al. 2014.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.validate import Array, floats, generator, number, upstream


def dropout_forward(
    x: Any, keep: float, rng: np.random.Generator, train: bool = True
) -> tuple[Array, tuple]:
    """Keep each entry of x with probability keep, scaled by 1 / keep; the rest becomes 0.

    x of any shape, 0 < keep <= 1, -> out of x's shape, cache = (mask,) with entries 0 or 1 / keep,
    all ones at test time (train=False), when out equals x. ValueError for another keep or rng.
    """
    x = floats(x, "x")
    keep = number(keep, "keep", above=0.0, most=1.0)
    if not train:
        return x.copy(), (np.ones_like(x),)
    draws = generator(rng).random(x.shape, dtype=x.dtype)
    mask = (draws < keep).astype(x.dtype)
    mask *= x.dtype.type(1.0 / keep)
    return x * mask, (mask,)


def dropout_backward(dout: Any, cache: tuple) -> Array:
    """Return dx = dout * mask."""
    (mask,) = cache
    return upstream(dout, mask.shape) * mask
