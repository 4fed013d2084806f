"""Linear, and Flatten before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import nnkit.functional as F
from nnkit import init as inits
from nnkit.layers.layer import Layer
from nnkit.validate import Array, floats, generator, integer, upstream


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
