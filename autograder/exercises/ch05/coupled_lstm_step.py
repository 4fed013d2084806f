"""Other gated cells: GRU, peepholes, coupled gates."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case, unpack
from autograder.checking.kinds import changed, function, snapshot
from autograder.exercises.shared import logistic

UNITS = ("example", "unit")


def coupled_cases(rng: np.random.Generator) -> Iterator[Case]:
    """All sizes differ."""
    for n, d, h in ((3, 2, 4), (2, 5, 3)):
        yield case(
            x=rng.standard_normal((n, d)),
            h_prev=rng.uniform(-1, 1, (n, h)),
            c_prev=1.5 * rng.standard_normal((n, h)),
            u=rng.standard_normal((d, 3 * h)) / 2,
            w=rng.standard_normal((h, 3 * h)) / 2,
            b=rng.standard_normal(3 * h) / 2,
            N=n,
            D=d,
            H=h,
        )


def coupled_once(f, case: Case) -> dict:
    """State and cell; the cache is not judged."""
    kept = snapshot(case.inputs)
    h, c, _ = unpack(
        f.coupled_lstm_step_forward(*case.args), ("h", "c", "cache"), "coupled_lstm_step_forward"
    )
    return {"h": h, "c": c, "!changed": lambda: changed(kept, case.inputs)}


@function(
    says="one step of an LSTM with coupled gates",
    group="LSTM",
    cases=coupled_cases,
    trial=coupled_once,
    whole="x",
    outputs=[Output("h", axes=UNITS), Output("c", axes=UNITS)],
)
def coupled_lstm_step_forward(x, h_prev, c_prev, u, w, b):
    """One gate decides both: c = f∗c_prev + (1 − f)∗g; blocks f, c̃, o."""
    zf, zg, zo = np.split(x @ u + h_prev @ w + b, 3, axis=1)
    # ~ order f o g: zf, zg, zo => zf, zo, zg | The blocks come in the order f, c̃, o.
    # ~ order g f o: zf, zg, zo => zg, zf, zo
    # ~ bias missing: np.split(x @ u + h_prev @ w, 3, axis=1) | Every gate has a bias.
    f, g, o = logistic(zf), np.tanh(zg), logistic(zo)
    # ~ candidate with logistic: np.tanh => logistic | The candidate may be negative.
    c = f * c_prev + (1 - f) * g
    # ~ minus sign lost: 1 - f => 1 + f | What is not kept is replaced.
    # ~ candidate not gated: f * c_prev + g
    # ~ same gate for both: 1 - f => f
    # ~ coupling reversed: (1 - f) * c_prev + f * g | f = 1 keeps the cell.
    h = o * np.tanh(c)  # ~ tanh of cell missing: o * c | What does the output gate let through?
    # ~ output gate missing: np.tanh(c) | What does the output gate do?
    # ~ output of old cell: c => c_prev | The output sees the new cell.
    return h, c, (x, h_prev, c_prev, u, w, b, f, g, o, c)
    # ~ results swapped: c, h, (x, h_prev, c_prev, u, w, b, f, g, o, c) | The order is h, c, cache.
