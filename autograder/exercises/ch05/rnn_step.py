"""One step of a recurrent net: h = tanh(x·u + h_prev·w + b)."""

import numpy as np

from autograder.checking.kinds import draws, leads, pair
from autograder.exercises.ch05.draws import saturated

cases = draws(  # all sizes differ; states of a size where tanh bends
    "x: N D, h_prev: N H -1..1, u: D H, w: H H /2, b: H",
    {"N": 3, "D": 2, "H": 4},
    {"N": 2, "D": 5, "H": 3},
)
rnn_step = pair(
    says="one step of a recurrent net",
    group="RNN",
    cases=cases,
    extreme=saturated(cases),
    cache="(x, h_prev, u, w, b, h)",
    whole="x",
    returns="h: example unit",
    grads="dx: example input, dh_prev: example unit, "
    "du: input unit, dw: old_unit new_unit, db: unit",
    atol=1e-9,
)


@rnn_step.forward
@leads(
    "The new state looks at two things, the input and the old state, each through its own matrix.",
    "s = x·u + h_prev·w + b, all of shape (N, H); then h = tanh(s).",
)
def rnn_step_forward(x, h_prev, u, w, b):
    """h = tanh(x·u + h_prev·w + b)."""
    h = np.tanh(x @ u + h_prev @ w + b)
    # ~ bias outside: np.tanh(x @ u + h_prev @ w) + b | First add up, then bend.
    # ~ old state outside: np.tanh(x @ u + b) + h_prev @ w | First add up, then bend.
    # ~ tanh missing: x @ u + h_prev @ w + b | What keeps the state between −1 and 1?
    # ~ old state ignored: x @ u + h_prev @ w => x @ u | Where is the memory?
    # ~ bias missing | What is h for x = 0 and h_prev = 0?
    # ~ weights transposed: w => w.T | Row batches: the state stands left of w.
    # ~ logistic for tanh: 1 / (1 + np.exp(-np.clip(x @ u + h_prev @ w + b, -700, 700)))
    #     | The state lies between −1 and 1.
    # ~ tanh of parts: np.tanh(x @ u) + np.tanh(h_prev @ w + b) | First add up, then bend.
    # ~ state added: h_prev + np.tanh(x @ u + h_prev @ w + b) | The old state enters through w only.
    # ~ relu for tanh: np.maximum(x @ u + h_prev @ w + b, 0) | This net bends with tanh.
    # ~ state in place: ...; h_prev[...] = h; h = h_prev | The caller still needs the old state.
    return h, (x, h_prev, u, w, b, h)


@rnn_step.backward
@leads(
    "First through tanh, whose slope is 1 − h² and needs h only; then it is the affine "
    "map of chapter 3, twice.",
    "ds = dh·(1 − h²); dx = ds·uᵀ, dh_prev = ds·wᵀ, du = xᵀ·ds, dw = h_prevᵀ·ds, db = sum"
    " of ds over the batch.",
)
def rnn_step_backward(dh, cache):
    """Through tanh (its slope is 1 − h²), then through two affine maps."""
    x, h_prev, u, w, b, h = cache
    # ~ states exchanged in cache: ...; h_prev, h = h, h_prev
    #     | Which entry of the cache is the state after this step, which the one before?
    ds = dh * (1 - h**2)
    # ~ slope of pre activation: h => x @ u + h_prev @ w + b
    #     | The slope of tanh is written with its output.
    # ~ slope without square: h**2 => h | What is the derivative of tanh, written with its output?
    # ~ slope of logistic: 1 - h**2 => h * (1 - h) | That is the slope of the logistic function.
    # ~ slope missing: 1 - h**2 => 1 | Between h and the sum stands tanh.
    # ~ slope at old state: h => h_prev | Which state is the output of this tanh?
    # ~ tanh of h: h => np.tanh(h) | h is the output of tanh already.
    dx = ds @ u.T
    dh_prev = ds @ w.T
    # ~ state gradient through u: ds @ u.T @ u | Which weights did the old state meet?
    # ~ state gradient untransposed: ds @ w
    #     | Write the shapes beside it, then the roles of the two axes.
    du = x.T @ ds  # ~ averaged | The loss has averaged already.
    # ~ du of dh: x.T @ dh | u stands inside tanh.
    dw = h_prev.T @ ds  # ~ dw from new state: h.T @ ds | Which state was multiplied by w?
    # ~ dw transposed: ds.T @ h_prev | dw[i, j] belongs to the way from unit i to unit j.
    db = ds.sum(axis=0)  # ~ averaged
    # ~ db of dh: ds => dh | b stands inside tanh.
    return dx, dh_prev, du, dw, db
    # ~ first two exchanged, du and dw exchanged
    # ~ weights first: du, dw, db, dx, dh_prev
    #     | Compare the order of your results with that in the docstring.
    # ~ all averaged: dx, dh_prev, du / len(x), dw / len(x), db / len(x)
    #     | The loss has averaged already.
