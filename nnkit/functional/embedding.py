"""Embedding: a table of vectors, looked up by token; tokens that repeat add up their gradients."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnkit.validate import Array, floats, labels, numbers, upstream


def embedding_forward(idx: Any, table: Any) -> tuple[Array, tuple]:
    """Return the rows of table (V, D) named by idx, whole numbers of any shape (...).

    -> out (..., D), cache = (idx, table.shape). ValueError for indices that are not whole numbers
    from 0 to V - 1.
    """
    table = floats(table, "table", ("V", "D"))
    idx = numbers(idx, "idx")
    idx = labels(idx, "idx", idx.shape, table.shape[0], "row")
    return table[idx], (idx, table.shape)


def embedding_backward(dout: Any, cache: tuple) -> Array:
    """Return dtable (V, D): each row sums the gradients of the places it was used at."""
    from scipy import sparse  # here, as it takes as long to import as all of nnkit

    idx, shape = cache
    dout = upstream(dout, (*idx.shape, shape[1]))
    rows = math.prod(idx.shape)
    # The lookup is onehot @ table; as a sparse matrix its transpose adds repeated tokens up,
    # much faster than np.add.at.
    one = np.ones(rows, dout.dtype)
    onehot = sparse.csr_matrix((one, idx.ravel(), np.arange(rows + 1)), shape=(rows, shape[0]))
    return np.asarray(onehot.T @ dout.reshape(rows, shape[1]))
