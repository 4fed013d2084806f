"""The dropout layer."""

from __future__ import annotations

import numpy as np

import nnkit.functional as F
from nnkit.layers.layer import Layer
from nnkit.validate import generator, number


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
