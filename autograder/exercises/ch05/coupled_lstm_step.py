"""One step of an LSTM with coupled gates: what is not forgotten is not replaced."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checking.exercise import Case, unpack
from autograder.checking.kinds import changed, draws, function, leads, snapshot
from autograder.exercises.ch05.draws import saturated
from autograder.exercises.shared import logistic


def state_and_cell(f: Any, case: Case) -> dict[str, Any]:
    """The cache is not judged."""
    kept = snapshot(case.inputs)
    result = f.coupled_lstm_step_forward(*case.args)
    h, c, _ = unpack(result, ("h", "c", "cache"), "coupled_lstm_step_forward")
    return {"h": h, "c": c, "!changed": lambda: changed(kept, case.inputs)}


cases = draws(
    "x: N D, h_prev: N H -1..1, c_prev: N H *1.5, u: D 3H /2, w: H 3H /2, b: 3H /2",
    {"N": 3, "D": 2, "H": 4},
    {"N": 2, "D": 5, "H": 3},
)


@function(
    says="one step of an LSTM with coupled gates",
    group="LSTM",
    cases=cases,
    extreme=saturated(cases),
    trial=state_and_cell,
    whole="x",
    outputs="h: example unit, c: example unit",
    gates=("f", "c̃", "o"),
)
@leads(
    "What is not kept is written: the input gate is one minus the forget gate, so three "
    "blocks are enough.",
    "c = f·c_prev + (1 − f)·g, h = o·tanh(c); the blocks of z are f, g, o.",
)
def coupled_lstm_step_forward(x, h_prev, c_prev, u, w, b):
    """One gate decides both: c = f∗c_prev + (1 − f)∗g; blocks f, c̃, o."""
    zf, zg, zo = np.split(x @ u + h_prev @ w + b, 3, axis=1)
    # ~ last blocks exchanged, first blocks exchanged | The blocks come in the order f, c̃, o.
    # ~ bias missing | Every gate has a bias.
    f, g, o = logistic(zf), np.tanh(zg), logistic(zo)  # ~ candidate with logistic
    c = f * c_prev + (1 - f) * g
    # ~ coupling reversed: (1 - f) * c_prev + f * g | f = 1 keeps the cell.
    # ~ minus sign lost: 1 - f => 1 + f | What is not kept is replaced.
    # ~ candidate not gated: f * c_prev + g
    # ~ same gate for both: 1 - f => f
    h = o * np.tanh(c)  # ~ tanh of cell missing, output of old cell
    # ~ output gate missing: np.tanh(c) | What does the output gate do?
    return h, c, (x, h_prev, c_prev, u, w, b, f, g, o, c)  # ~ first two exchanged
