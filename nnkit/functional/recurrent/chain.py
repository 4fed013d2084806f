"""A sequence as the chain of its steps: forward, backward, and backward cut after some steps.

`step` is the forward or backward function of one step, and `states` its number of states: 1 (h) or
2 (h and c). The cache of a sequence is the tuple of the caches of its steps, and the second entry
of each is the state h (N, H) that the step started from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnkit.validate import Array, integer, upstream


def chain_forward(
    step: Callable[..., Any], x: Array, states: Sequence[Array], params: Sequence[Array]
) -> tuple[Array, tuple[tuple, ...]]:
    """Return h (N, T, H), every state, and the cache, for x (N, T, D)."""
    hs, caches = [], []
    for t in range(x.shape[1]):
        *states, cache = step(x[:, t], *states, *params)
        hs.append(states[0])
        caches.append(cache)
    return np.stack(hs, axis=1), tuple(caches)


def chain_backward(step: Callable[..., Any], states: int, dh: Any, cache: Sequence[tuple]) -> Any:
    """Return (dx, *dstates of the first step, *gradients of the parameters) for dh (N, T, H)."""
    dh, zero = _checked(dh, cache)
    carry = [zero] * states  # what later steps hand back
    dxs: list[Array] = []
    totals: list[Array] = []
    for t in reversed(range(len(cache))):
        dx, *rest = step(dh[:, t] + carry[0], *carry[1:], cache[t])
        carry = rest[:states]
        dxs.append(dx)
        totals = _added(totals, rest[states:])
    return np.stack(dxs[::-1], axis=1), *carry, *totals


def chain_backward_truncated(
    step: Callable[..., Any], states: int, dh: Any, cache: Sequence[tuple], steps: int
) -> Any:
    """Return the gradients of chain_backward when each dh[:, t] is followed through `steps` cells.

    A cell's backward is linear, so the gradients of all starts could travel as one sum, but each
    leaves the sum at another cell: they travel side by side, `steps` of them, and cost `steps`
    times a full backward.
    """
    steps = integer(steps, "steps", least=1)
    dh, zero = _checked(dh, cache)
    travelers: list[Any] = []  # gradients of the states, the youngest first
    dxs: list[Array] = []
    totals: list[Array] = []
    for t in reversed(range(len(cache))):
        travelers.insert(0, [dh[:, t], *[zero] * (states - 1)])
        passed = [step(*gradients, cache[t]) for gradients in travelers]
        dx, *rest = [sum(parts[1:], parts[0]) for parts in zip(*passed, strict=True)]
        dxs.append(dx)
        totals = _added(totals, rest[states:])
        travelers = [one[1 : 1 + states] for one in passed[: steps - 1]]
    # Cell 0 is the last one for all of them: whoever got there also reaches the first states.
    return np.stack(dxs[::-1], axis=1), *rest[:states], *totals


def _checked(dh: Any, cache: Sequence[tuple]) -> tuple[Array, Array]:
    """Return dh as floats of the states' shape, and the zero gradient of one state."""
    h_prev = cache[0][1]
    n, hidden = h_prev.shape
    return upstream(dh, (n, len(cache), hidden), "dh"), np.zeros_like(h_prev)


def _added(totals: list[Array], grads: list[Array]) -> list[Array]:
    return [a + b for a, b in zip(totals, grads, strict=True)] if totals else grads
