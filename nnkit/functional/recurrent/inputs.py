"""The input checks and layouts that all recurrent pairs share."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.validate import Array, describe, floats

LETTERS = {1: "H", 2: "2H", 3: "3H", 4: "4H"}


def step_inputs(x: Any, states: dict[str, Any], u: Any, w: Any, b: Any, blocks: int) -> list[Array]:
    """Return [x, *states, u, w, b] as floats of one type for a single time step.

    x (N, D), every state (N, H), u (D, blocks * H), w (H, blocks * H), b (blocks * H,).
    ValueError for other shapes.
    """
    return _inputs(floats(x, "x", ("N", "D")), states, u, w, b, blocks)


def sequence_inputs(
    x: Any, states: dict[str, Any], u: Any, w: Any, b: Any, blocks: int
) -> list[Array]:
    """Return [x, *states, u, w, b] as floats of one type for x (N, T, D) with T >= 1.

    The other shapes are those of step_inputs. ValueError for other shapes or an empty sequence.
    """
    x = floats(x, "x", ("N", "T", "D"))
    if x.shape[1] == 0:
        raise ValueError(
            f"x has shape {describe(x.shape)}; expected (N, T, D) with at least one step"
        )
    return _inputs(x, states, u, w, b, blocks)


def _inputs(x: Array, states: dict[str, Any], u: Any, w: Any, b: Any, blocks: int) -> list[Array]:
    w = floats(w, "w", ("H", LETTERS[blocks]))
    hidden = w.shape[0]
    wide = blocks * hidden
    w = floats(w, "w", (hidden, wide), f"a row for each of the H units, {blocks} block(s) of H")
    u = floats(u, "u", (x.shape[-1], wide), "a row for each input of x, as many columns as w")
    b = floats(b, "b", (wide,), "an entry for each column of w")
    given = [
        floats(state, name, (x.shape[0], hidden), "one state of H values for each row of x")
        for name, state in states.items()
    ]
    arrays = [x, *given, u, w, b]
    dtype = np.result_type(*arrays)
    return [array.astype(dtype, copy=False) for array in arrays]


def time_major(a: Array) -> Array:
    """Return a (N, T, ...) as a contiguous (T, N, ...): every step one piece of memory."""
    return np.ascontiguousarray(a.swapaxes(0, 1))


def merged(a: Array) -> Array:
    """Return a (T, N, K) as the rows (T * N, K) of all steps."""
    length, n, k = a.shape
    return a.reshape(length * n, k)


def blocks_first(weights: Array, blocks: int) -> Array:
    """Return weights (K, blocks * H) as a contiguous (blocks, K, H)."""
    k, wide = weights.shape
    return np.ascontiguousarray(weights.reshape(k, blocks, wide // blocks).swapaxes(0, 1))
