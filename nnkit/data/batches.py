"""Random order: mini-batches, and a training and a test set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnkit.validate import Array, generator, integer, number, numbers

Split = tuple[Array, Array, Array, Array]


def minibatches(
    x: Any, y: Any, batch_size: int, rng: np.random.Generator
) -> Iterator[tuple[Array, Array]]:
    """Yield (x rows, y rows) in random order, every example once; the last batch may be smaller.

    x (N, ...), y (N, ...). ValueError for different lengths or a batch_size below 1.
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ValueError(f"x has shape {x.shape}, y {y.shape}; expected one length N for both")
    batch_size = integer(batch_size, "batch_size", least=1)
    order = generator(rng).permutation(len(x))
    # The inner generator runs later; the checks above are made now, where the mistake is.
    return (
        (x[rows], y[rows])
        for rows in (order[i : i + batch_size] for i in range(0, len(x), batch_size))
    )


def split(x: Any, y: Any, *, rng: np.random.Generator, test_size: float = 0.2) -> Split:
    """Return (x_train, y_train, x_test, y_test), shuffled; test_size is the test set's share."""
    x, y = numbers(x, "x"), numbers(y, "y")
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ValueError(f"x has shape {x.shape}, y {y.shape}; expected one length N for both")
    order = generator(rng).permutation(len(x))
    cut = round(len(x) * number(test_size, "test_size", least=0.0, most=1.0))
    test, train = order[:cut], order[cut:]
    return x[train], y[train], x[test], y[test]
