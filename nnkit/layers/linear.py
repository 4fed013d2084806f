"""Linear, Dropout, Embedding and Flatten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import nnkit.functional as F
from nnkit import init as inits
from nnkit.layers.base import Layer
from nnkit.validate import Array, floats, generator, integer, number, upstream


class Linear(Layer):
    """x w + b with w (in_features, out_features), b (out_features,); b starts at 0.

    init: "he" (before ramps), "xavier" (before S-shaped units), or a callable
    (fan_in, fan_out, rng) -> w. ValueError for sizes below 1 or a w of another shape.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        rng: np.random.Generator,
        init: str | Callable[..., Any] = "he",
    ) -> None:
        d = integer(in_features, "in_features", least=1)
        m = integer(out_features, "out_features", least=1)
        w = floats(inits.by_name(init)(d, m, generator(rng)), "w", (d, m), "what init has to draw")
        super().__init__(F.affine_forward, F.affine_backward, w=w, b=np.zeros(m, w.dtype))

    def extra(self) -> str:
        """Return the two sizes."""
        return "{}, {}".format(*self.params["w"].shape)


class Dropout(Layer):
    """Keep each entry with probability keep while training, scaled by 1 / keep."""

    def __init__(self, keep: float, *, rng: np.random.Generator) -> None:
        options = {
            "keep": number(keep, "keep", above=0.0, most=1.0),
            "rng": generator(rng),
            "train": True,
        }
        super().__init__(F.dropout_forward, F.dropout_backward, options=options)

    def extra(self) -> str:
        """Return keep."""
        return f"keep {self.options['keep']:g}"


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


class Flatten(Layer):
    """(N, ...) -> (N, D)."""

    def __init__(self) -> None:
        super().__init__(flatten_forward, flatten_backward)


def flatten_forward(x: Any) -> tuple[Array, tuple]:
    """Return x (N, D, ...) with each example as one row; cache = (x.shape,)."""
    x = floats(x, "x", ("N", "D", "..."))
    return x.reshape(x.shape[0], int(np.prod(x.shape[1:]))), (x.shape,)


def flatten_backward(dout: Any, cache: tuple) -> Array:
    """Return dout in the shape of x."""
    (shape,) = cache
    return upstream(dout, (shape[0], int(np.prod(shape[1:])))).reshape(shape)


def _embedding_backward(dout: Any, cache: tuple) -> tuple[None, Array]:
    # Whole numbers have no gradient: dx is None.
    return None, F.embedding_backward(dout, cache)
