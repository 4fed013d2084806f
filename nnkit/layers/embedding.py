"""The embedding layer: a vector for each token."""

from __future__ import annotations

from typing import Any

import numpy as np

import nnkit.functional as F
from nnkit.layers.layer import Layer
from nnkit.validate import Array, generator, integer


class Embedding(Layer):
    """A table (num, dim) of vectors, drawn from the standard normal distribution."""

    def __init__(self, num: int, dim: int, *, rng: np.random.Generator) -> None:
        shape = integer(num, "num", least=1), integer(dim, "dim", least=1)
        super().__init__(
            F.embedding_forward, _embedding_backward, table=generator(rng).standard_normal(shape)
        )

    def extra(self) -> str:
        """Return the two sizes."""
        return "{}, {}".format(*self.params["table"].shape)


def _embedding_backward(dout: Any, cache: tuple) -> tuple[None, Array]:
    # Whole numbers have no gradient: dx is None.
    return None, F.embedding_backward(dout, cache)
