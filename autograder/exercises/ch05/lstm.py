"""The LSTM: one step, and a sequence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import pair
from autograder.exercises.ch05.lstm_step import lstm_step_backward, lstm_step_forward

GATES = ("f", "i", "c̃", "o")


UNITS, STATE = ("example", "unit"), "x @ u + h_prev @ w + b"


# Where gates are shut, f(1 − f) is rounding, times inputs in the thousands: hence the absolute tolerance.
LSTM_STEP_GRADS = [
    Output("dx", atol=1e-9, axes=("example", "input")),
    Output("dh_prev", atol=1e-9, axes=UNITS),
    Output("dc_prev", atol=1e-9, axes=UNITS),
    Output("du", atol=1e-9, axes=("input", "gate unit"), blocks=(1, GATES)),
    Output("dw", atol=1e-9, axes=("old unit", "gate unit"), blocks=(1, GATES)),
    Output("db", atol=1e-9, axes=("gate unit",), blocks=(0, GATES)),
]


def sequence_cases(rng: np.random.Generator) -> Iterator[Case]:
    """N, T, D, H all differ; a gradient at every step; one sequence of one step."""
    for n, t, d, h in ((2, 4, 3, 5), (3, 5, 2, 4), (2, 1, 4, 3)):
        yield case(
            x=rng.standard_normal((n, t, d)),
            h0=rng.uniform(-1, 1, (n, h)),
            c0=1.5 * rng.standard_normal((n, h)),
            u=rng.standard_normal((d, 4 * h)) / 2,
            w=rng.standard_normal((h, 4 * h)) / 2,
            b=rng.standard_normal(4 * h) / 2,
            N=n,
            T=t,
            D=d,
            H=h,
        )


SEQ = ("example", "step", "unit")


LSTM_GRADS = [
    Output("dx", atol=1e-9, axes=("example", "step", "input")),
    Output("dh0", atol=1e-9, axes=UNITS),
    Output("dc0", atol=1e-9, axes=UNITS),
    *LSTM_STEP_GRADS[3:],
]


lstm = pair(
    says="an LSTM over a sequence",
    group="LSTM",
    cases=sequence_cases,
    whole="x",
    cache="[cache of step 0, cache of step 1, …]",
    returns=[Output("h", axes=SEQ)],
    grads=LSTM_GRADS,
    forbids=("nnkit.layers",),
)


@lstm.forward
def lstm_forward(x, h0, c0, u, w, b):
    """The step T times; the cache is the list of the steps' caches."""
    h, c = h0, c0
    # ~ start state ignored: np.zeros(h0.shape), c0 | The first step starts from h0 and c0.
    # ~ start cell ignored: h0, np.zeros(c0.shape)
    # ~ starts swapped: c0, h0 | h0 is the state, c0 the cell.
    states, caches = [], []
    for t in range(x.shape[1]):
        # ~ backwards in time: reversed(range(x.shape[1])) | Time runs forward.
        h, c, cache = lstm_step_forward(x[:, t], h, c, u, w, b)
        # ~ cell not carried: h, c, cache => h, _, cache | Two states travel from step to step.
        # ~ state not carried: h, c, cache => new, c, cache
        # ~ first input every time: t => 0 | Every step reads its own input.
        # ~ old state stored: states.append(h); ... | h[:, t] is the state after reading x[:, t].
        states.append(h)  # ~ state not carried: h => new
        # ~ cells returned: h => c | h holds the states, not the cells.
        # ~ old state stored: pass
        caches.append(cache)
    return np.stack(states, axis=1), caches  # ~ time first: 1 => 0 | h is (N, T, H).
    # ~ last state only: states[-1], caches | h holds the states of all steps.


@lstm.backward
def lstm_backward(dh, cache):
    """From the last step to the first; behind the last step no gradient arrives at the cell."""
    steps = len(cache)
    x, h_prev, _, u, w, b = cache[0][:6]
    dx = np.zeros((*dh.shape[:2], x.shape[1]))
    dh_next, dc_next = np.zeros(h_prev.shape), np.zeros(h_prev.shape)
    du, dw, db = np.zeros(u.shape), np.zeros(w.shape), np.zeros(b.shape)
    for t in range(steps - 1, -1, -1):
        # ~ forward in time: range(steps) | The gradient travels from the last step to the first.
        # ~ first step missing: range(steps - 1, 0, -1) | range stops before its end.
        grads = lstm_step_backward(dh[:, t] + dh_next, dc_next, cache[t])
        # ~ dh next dropped: dh[:, t] + dh_next => dh[:, t]
        #     | A state is used twice: as output and by the next step.
        # ~ outside only at the end: dh[:, t] => dh[:, t] * (t == steps - 1)
        #     | A gradient arrives at every step.
        # ~ dh into the cell: dc_next => dc_next + dh[:, t]
        #     | dh belongs to the state; the step finds its own way into the cell.
        dx[:, t], dh_next, dc_next = grads[0], grads[1], grads[2]
        # ~ dc next dropped: dx[:, t], dh_next = (grads[0], grads[1])
        #     | Two gradients travel back from step to step.
        # ~ dc next piles up: grads[2] => dc_next + grads[2] | dc_next is what the next step sends.
        du += grads[3]
        # ~ du of last visited step: du = grads[3] | The same weights serve every step.
        dw += grads[4]  # ~ dw of last visited step: dw = grads[4]
        db += grads[5]
        # ~ db of last visited step: db = grads[5] | The same bias serves every step.
    return dx, dh_next, dc_next, du, dw, db
    # ~ dh0 missing: dh_next => np.zeros(dh_next.shape) | h0 has an influence too.
    # ~ dc0 missing: dc_next => np.zeros(dc_next.shape) | c0 has an influence too.
    # ~ starts swapped: dx, dc_next, dh_next, du, dw, db
    #     | Check the promised order of the gradients.
    # ~ averaged over time: dx, dh_next, dc_next, du / steps, dw / steps, db / steps
    #     | Where a value is copied, gradients add up.
