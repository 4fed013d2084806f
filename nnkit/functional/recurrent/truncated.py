"""Truncated backpropagation through time for the gated networks; gradient_flow has it for the RNN.

What starts at step t is followed through the cells t, ..., t - steps + 1 and no further. A cell's
backward is linear, so the gradients of all starts could travel as one sum, but each leaves the sum
at another cell: they travel side by side, `steps` of them, and cost `steps` times a full backward.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnkit.functional.recurrent.gru import Sequence
from nnkit.functional.recurrent.gru_step import gru_step_backward
from nnkit.functional.recurrent.lstm_step import StepGradients, lstm_step_backward
from nnkit.functional.recurrent.lstm_variants import (
    PeepholeGradients,
    coupled_lstm_step_backward,
    peephole_lstm_step_backward,
)
from nnkit.validate import Array, integer, upstream

__all__ = [
    "coupled_lstm_backward_truncated",
    "gru_backward_truncated",
    "lstm_backward_truncated",
    "peephole_lstm_backward_truncated",
]


def gru_backward_truncated(
    dh: Any, cache: Sequence, steps: int
) -> tuple[Array, Array, Array, Array, Array]:
    """Return (dx, dh0, du, dw, db) when dh[:, t] reaches the cells t, ..., t - steps + 1 only.

    dh (N, T, H), cache from gru_forward, steps >= 1. Each reached cell passes its part on to the
    inputs and parameters in full, dh0 is what passes cell 0; steps >= T equals gru_backward.
    ValueError for other shapes or steps. Source: Williams and Peng 1990 with h' = 1.
    """
    u, w, joined, _, blocks = cache
    d, b = len(u), None  # the step's backward needs no bias
    caches = [(both[:, :d], both[:, d:-1], u, w, b, *blocks[:, t]) for t, both in enumerate(joined)]
    return _truncated(gru_step_backward, 1, dh, caches, steps)


def lstm_backward_truncated(dh: Any, cache: list[tuple], steps: int) -> StepGradients:
    """Return (dx, dh0, dc0, du, dw, db), cut after `steps` cells as in gru_backward_truncated.

    dh (N, T, H), cache from lstm_forward. What is cut is the way through state and cell both.
    """
    return _truncated(lstm_step_backward, 2, dh, cache, steps)


def peephole_lstm_backward_truncated(dh: Any, cache: list[tuple], steps: int) -> PeepholeGradients:
    """Return (dx, dh0, dc0, du, dw, db, dp), cut after `steps` cells; see lstm_backward_truncated."""
    return _truncated(peephole_lstm_step_backward, 2, dh, cache, steps)


def coupled_lstm_backward_truncated(dh: Any, cache: list[tuple], steps: int) -> StepGradients:
    """Return (dx, dh0, dc0, du, dw, db), cut after `steps` cells; see lstm_backward_truncated."""
    return _truncated(coupled_lstm_step_backward, 2, dh, cache, steps)


def _truncated(
    step: Callable[..., Any], states: int, dh: Any, caches: list[tuple], steps: int
) -> Any:
    """Return the gradients; `step` takes those of a cell's new states (1 or 2) and its cache."""
    steps = integer(steps, "steps", least=1)
    n, hidden = caches[0][1].shape
    dh = upstream(dh, (n, len(caches), hidden), "dh")
    others = [np.zeros_like(caches[0][1])] * (states - 1)
    travelers: list[Any] = []  # state gradients, the youngest first
    dxs: list[Array] = []
    totals: list[Array] = []
    for t in reversed(range(len(caches))):
        travelers.insert(0, [dh[:, t], *others])
        passed = [step(*gradients, caches[t]) for gradients in travelers]
        dx, *rest = [sum(parts[1:], parts[0]) for parts in zip(*passed, strict=True)]
        dxs.append(dx)
        grads = rest[states:]
        totals = [a + b for a, b in zip(totals, grads, strict=True)] if totals else grads
        travelers = [one[1 : 1 + states] for one in passed[: steps - 1]]
    # Cell 0 is the last one for all of them: whoever got there also reaches the first states.
    return np.stack(dxs[::-1], axis=1), *rest[:states], *totals
