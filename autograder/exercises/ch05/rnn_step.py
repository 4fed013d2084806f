"""The simple recurrent net: one step, a sequence, truncated backpropagation through time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import pair


def step_cases(rng: np.random.Generator) -> Iterator[Case]:
    """All sizes differ; states of a size where tanh bends."""
    for n, d, h in ((3, 2, 4), (2, 5, 3)):
        yield case(
            x=rng.standard_normal((n, d)),
            h_prev=rng.uniform(-1, 1, (n, h)),
            u=rng.standard_normal((d, h)),
            w=rng.standard_normal((h, h)) / 2,
            b=rng.standard_normal(h),
            N=n,
            D=d,
            H=h,
        )


def step_extreme(rng: np.random.Generator) -> Iterator[Case]:
    """Saturated units."""
    made = next(step_cases(rng))
    yield made.replace("pre-activations in the thousands", x=1e4 * made["x"])


# Where tanh is saturated, 1 − h² is rounding, times inputs in the thousands: hence the absolute tolerance.
STEP_GRADS = [
    Output("dx", atol=1e-9, axes=("example", "input")),
    Output("dh_prev", atol=1e-9, axes=("example", "unit")),
    Output("du", atol=1e-9, axes=("input", "unit")),
    Output("dw", atol=1e-9, axes=("old unit", "new unit")),
    Output("db", atol=1e-9, axes=("unit",)),
]


rnn_step = pair(
    says="one step of a recurrent net",
    group="RNN",
    cases=step_cases,
    extreme=step_extreme,
    cache="(x, h_prev, u, w, b, h)",
    whole="x",
    returns=[Output("h", axes=("example", "unit"))],
    grads=STEP_GRADS,
)


@rnn_step.forward
def rnn_step_forward(x, h_prev, u, w, b):
    """h = tanh(x·u + h_prev·w + b)."""
    h = np.tanh(x @ u + h_prev @ w + b)
    # ~ tanh missing: x @ u + h_prev @ w + b | What keeps the state between −1 and 1?
    # ~ old state ignored: np.tanh(x @ u + b) | Where is the memory?
    # ~ bias missing: np.tanh(x @ u + h_prev @ w) | What is h for x = 0 and h_prev = 0?
    # ~ weights transposed: w => w.T | Row batches: the state stands left of w.
    # ~ logistic for tanh: 1 / (1 + np.exp(-np.clip(x @ u + h_prev @ w + b, -700, 700)))
    #     | The state lies between −1 and 1.
    # ~ tanh of parts: np.tanh(x @ u) + np.tanh(h_prev @ w + b) | First add up, then bend.
    # ~ state added: h_prev + np.tanh(x @ u + h_prev @ w + b) | The old state enters through w only.
    # ~ relu for tanh: np.maximum(x @ u + h_prev @ w + b, 0) | This net bends with tanh.
    # ~ state in place: h_prev[...] = np.tanh(x @ u + h_prev @ w + b); h = h_prev
    #     | The caller still needs the old state.
    return h, (x, h_prev, u, w, b, h)


@rnn_step.backward
def rnn_step_backward(dh, cache):
    """Through tanh (its slope is 1 − h²), then through two affine maps."""
    x, h_prev, u, w, b, h = cache
    ds = dh * (1 - h**2)
    # ~ slope of pre activation: h => x @ u + h_prev @ w + b
    #     | The slope of tanh is written with its output.
    # ~ slope without square: h**2 => h | What is the derivative of tanh, written with its output?
    # ~ slope of logistic: dh * h * (1 - h) | That is the slope of the logistic function.
    # ~ slope missing: dh * 1.0 | Between h and the sum stands tanh.
    # ~ slope at old state: h => h_prev | Which state is the output of this tanh?
    # ~ tanh of h: h => np.tanh(h) | h is the output of tanh already.
    dx = ds @ u.T
    dh_prev = ds @ w.T
    # ~ state gradient through u: ds @ u.T @ u | Which weights did the old state meet?
    # ~ state gradient untransposed: ds @ w
    #     | Write the shapes beside it, then the roles of the two axes.
    du = x.T @ ds  # ~ du averaged: x.T @ ds / len(x) | The loss has averaged already.
    # ~ du of dh: x.T @ dh | u stands inside tanh.
    dw = h_prev.T @ ds  # ~ dw from new state: h.T @ ds | Which state was multiplied by w?
    # ~ dw transposed: ds.T @ h_prev | dw[i, j] belongs to the way from unit i to unit j.
    db = ds.sum(axis=0)  # ~ averaged
    # ~ db of dh: ds => dh | b stands inside tanh.
    return dx, dh_prev, du, dw, db
