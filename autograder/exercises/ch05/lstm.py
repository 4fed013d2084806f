"""An LSTM over a sequence: its step at every time; two states travel from step to step."""

import numpy as np

from autograder.checking.kinds import draws, leads, pair
from autograder.exercises.ch05.lstm_step import lstm_step_backward, lstm_step_forward

lstm = pair(
    says="an LSTM over a sequence",
    group="LSTM",
    # N, T, D, H all differ; a gradient at every step; one sequence of one step.
    cases=draws(
        "x: N T D, h0: N H -1..1, c0: N H *1.5, u: D 4H /2, w: H 4H /2, b: 4H /2",
        {"N": 2, "T": 4, "D": 3, "H": 5},
        {"N": 3, "T": 5, "D": 2, "H": 4},
        {"N": 2, "T": 1, "D": 4, "H": 3},
    ),
    whole="x",
    cache="[cache of step 0, cache of step 1, …]",
    returns="h: example step unit",
    grads="dx: example step input, dh0: example unit, dc0: example unit, "
    "du: input gate_unit, dw: old_unit gate_unit, db: gate_unit",
    gates=("f", "i", "c̃", "o"),
    atol=1e-9,
    forbids=("nnkit.layers",),
)


@lstm.forward
@leads(
    "As the plain net, with two things to hand on, h and c.",
    "The step T times on x[:, t]; keep h and c of every step, and every step's cache for "
    "the way back.",
)
def lstm_forward(x, h0, c0, u, w, b):
    """The step T times; the cache is the list of the steps' caches."""
    h, c = h0, c0
    # ~ start state ignored: np.zeros(h0.shape), c0 | The first step starts from h0 and c0.
    # ~ start cell ignored: h0, np.zeros(c0.shape)
    # ~ starts swapped: c0, h0 | h0 is the state, c0 the cell.
    states, caches = [], []
    for t in range(x.shape[1]):
        # ~ backwards in time: reversed(range(x.shape[1])) | Time runs forward.
        # ~ returns early
        h, c, cache = lstm_step_forward(x[:, t], h, c, u, w, b)
        # ~ cell not carried: h, c, cache => h, _, cache | Two states travel from step to step.
        # ~ state not carried: h, c, cache => new, c, cache
        # ~ first input every time: t => 0 | Every step reads its own input.
        # ~ old state stored: states.append(h); ... | h[:, t] is the state after reading x[:, t].
        # ~ cell started anew: lstm_step_forward(x[:, t], h, 0 * c, u, w, b)
        #     | Two states travel from step to step.
        states.append(h)  # ~ state not carried: h => new
        # ~ cells returned: h => c | h holds the states, not the cells.
        # ~ old state stored: pass
        caches.append(cache)
    return np.stack(states, axis=1), caches  # ~ time first: 1 => 0 | h is (N, T, H).
    # ~ last state only: states[-1], caches | h holds the states of all steps.


@lstm.backward
@leads(
    "As the plain net's, with two gradients that come back from the next step, one for h "
    "and one for c.",
    "From the last t down: the step's backward with dh[:, t] + dh_next and dc_next (0 at "
    "the start); du, dw, db add up.",
)
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
        # ~ returns early
        grads = lstm_step_backward(dh[:, t] + dh_next, dc_next, cache[t])
        # ~ dh next dropped: dh[:, t] + dh_next => dh[:, t]
        #     | A state is used twice: as output and by the next step.
        # ~ outside only at the end: dh[:, t] => dh[:, t] * (t == steps - 1)
        #     | A gradient arrives at every step.
        # ~ dh into the cell: dc_next => dc_next + dh[:, t]
        #     | dh belongs to the state; the step finds its own way into the cell.
        # ~ cell gradient started anew: dc_next => 0 * dc_next
        #     | Two gradients travel back from step to step.
        dx[:, t], dh_next, dc_next = grads[0], grads[1], grads[2]
        # ~ dc next dropped: grads[2] => dc_next | Two gradients travel back from step to step.
        # ~ dc next piles up: grads[2] => dc_next + grads[2] | dc_next is what the next step sends.
        du += grads[3]  # ~ overwritten | The same weights serve every step.
        # ~ all overwritten: du = grads[3]
        #     | The same weights serve every step: what happens to the gradients of the other steps?
        dw += grads[4]  # ~ overwritten | The same weights serve every step.
        # ~ all overwritten: dw = grads[4]
        db += grads[5]  # ~ overwritten | The same bias serves every step.
        # ~ all overwritten: db = grads[5]
    return dx, dh_next, dc_next, du, dw, db
    # ~ dh0 missing: dh_next => np.zeros(dh_next.shape) | h0 has an influence too.
    # ~ dc0 missing: dc_next => np.zeros(dc_next.shape) | c0 has an influence too.
    # ~ starts swapped: dx, dc_next, dh_next, du, dw, db
    #     | Check the promised order of the gradients.
    # ~ averaged over time: dx, dh_next, dc_next, du / steps, dw / steps, db / steps
    #     | Where a value is copied, gradients add up.
    # ~ du and dw exchanged
