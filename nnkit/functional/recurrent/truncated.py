"""Truncated backpropagation through time: a gradient is followed for some steps and no further.

Source: Williams and Peng 1990 with h' = 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnkit.functional.recurrent import gru, lstm, lstm_variants, rnn
from nnkit.functional.recurrent.chain import chain_backward_truncated
from nnkit.functional.recurrent.inputs import time_major
from nnkit.validate import integer, upstream


def rnn_backward_truncated(dh: Any, cache: tuple, steps: int) -> rnn.Gradients:
    """Return (dx, dh0, du, dw, db) when dh[:, t] reaches the cells t, ..., t - steps + 1 only.

    dh (N, T, H), cache from rnn_forward, steps >= 1. Each reached cell passes its part on to the
    inputs and parameters in full, dh0 is what passes cell 0; steps >= T equals rnn_backward.
    ValueError for other shapes or steps.
    """
    x, h0, h, u, w, _ = cache
    steps = integer(steps, "steps", least=1)
    if steps >= h.shape[1]:
        return rnn.rnn_backward(dh, cache)
    dh = upstream(dh, h.shape, "dh").swapaxes(0, 1)
    h = time_major(h)
    ds = np.zeros_like(h)
    # travelers[a] started a cells later than the one at hand: the oldest leaves at each cell.
    travelers = np.zeros((steps, *h.shape[1:]), h.dtype)
    for t in reversed(range(len(h))):
        travelers[0] = dh[t]
        passed = travelers * (1.0 - h[t] * h[t])
        ds[t] = passed.sum(axis=0)
        passed = passed @ w.T
        travelers[1:] = passed[:-1]
    # Cell 0 is the last one for all of them: whoever got there also reaches h0.
    return rnn.parameter_gradients(x, h0, h, u, ds, passed.sum(axis=0))


def gru_backward_truncated(dh: Any, cache: Sequence[tuple], steps: int) -> gru.Gradients:
    """Return (dx, dh0, du, dw, db), cut after `steps` cells; see rnn_backward_truncated.

    dh (N, T, H), cache from gru_forward.
    """
    return chain_backward_truncated(gru.gru_step_backward, 1, dh, cache, steps)


def lstm_backward_truncated(dh: Any, cache: Sequence[tuple], steps: int) -> lstm.Gradients:
    """Return (dx, dh0, dc0, du, dw, db), cut after `steps` cells; see rnn_backward_truncated.

    dh (N, T, H), cache from lstm_forward. What is cut is the way through state and cell both.
    """
    return chain_backward_truncated(lstm.lstm_step_backward, 2, dh, cache, steps)


def peephole_lstm_backward_truncated(
    dh: Any, cache: Sequence[tuple], steps: int
) -> lstm_variants.PeepholeGradients:
    """Return (dx, dh0, dc0, du, dw, db, dp), cut after `steps` cells as lstm_backward_truncated."""
    step = lstm_variants.peephole_lstm_step_backward
    return chain_backward_truncated(step, 2, dh, cache, steps)


def coupled_lstm_backward_truncated(dh: Any, cache: Sequence[tuple], steps: int) -> lstm.Gradients:
    """Return (dx, dh0, dc0, du, dw, db), cut after `steps` cells; see lstm_backward_truncated."""
    step = lstm_variants.coupled_lstm_step_backward
    return chain_backward_truncated(step, 2, dh, cache, steps)
