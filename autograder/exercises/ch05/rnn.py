"""A recurrent net over a sequence: one step, T times; backpropagation through time."""

import numpy as np

from autograder.checking.kinds import draws, leads, pair

# N, T, D, H all differ; the gradient arrives at every step; one sequence of one step.
sequences = draws(
    "x: N T D, h0: N H -1..1, u: D H /2, w: H H /2, b: H /2",
    {"N": 2, "T": 4, "D": 3, "H": 5},
    {"N": 3, "T": 5, "D": 2, "H": 4},
    {"N": 2, "T": 1, "D": 4, "H": 3},
)
rnn = pair(
    says="a recurrent net over a sequence",
    group="RNN",
    cases=sequences,
    cache="(x, h0, u, w, b, h)",
    whole="x",
    returns="h: example step unit",
    grads="dx: example step input, dh0: example unit, "
    "du: input unit, dw: old_unit new_unit, db: unit",
    atol=1e-9,
)


@rnn.forward
@leads(
    "The same step and the same u, w, b at every time; only the state is handed on.",
    "Begin with state = h0; for each t the step takes x[:, t] and the state, and its "
    "result is h[:, t] and the next state.",
)
def rnn_forward(x, h0, u, w, b):
    """The same step T times."""
    n, t_steps, _ = x.shape
    h = np.zeros((n, t_steps, len(b)))
    # ~ whole numbers kept: np.zeros((n, t_steps, len(b)), dtype=x.dtype)
    #     | What becomes of 0.3 in an array of whole numbers?
    state = h0  # ~ start ignored: np.zeros(h0.shape) | The first step starts from h0.
    for t in range(t_steps):
        # ~ backwards in time: reversed(range(t_steps)) | Time runs forward here.
        # ~ last step missing: range(t_steps - 1) | T inputs give T states.
        # ~ returns early
        state = np.tanh(x[:, t] @ u + state @ w + b)
        # ~ first input unread: h0 if t == 0 else np.tanh(x[:, t] @ u + state @ w + b)
        #     | h[:, 0] is the state after reading x[:, 0].
        # ~ state not carried: h[:, t] = np.tanh(x[:, t] @ u + state @ w + b)
        #     | Each step starts where the last one ended.
        # ~ first input every time: t => 0 | Every step reads its own input.
        # ~ old state stored: h[:, t] = state; ... | h[:, t] is the state after reading x[:, t].
        # ~ bias missing | What is h for inputs of zeros?
        # ~ tanh missing: x[:, t] @ u + state @ w + b | What keeps the state between −1 and 1?
        h[:, t] = state  # ~ state not carried: pass
        # ~ states shifted: t => min(t + 1, t_steps - 1)
        #     | h[:, t] is the state after reading x[:, t].
        # ~ old state stored: pass
    return h, (x, h0, u, w, b, h)
    # ~ start among the states: np.concatenate([h0[:, None], h], axis=1), (x, h0, u, w, b, h)
    #     | h0 stands before the first step: T inputs give T states.
    # ~ one array for all states: np.repeat(h[:, -1:], t_steps, axis=1), (x, h0, u, w, b, h)
    #     | Is a new array made at each step, or does the list hold the same one T times?
    # ~ last state only: h[:, -1], (x, h0, u, w, b, h) | h holds the states of all steps.
    # ~ time first: h.transpose(1, 0, 2), (x, h0, u, w, b, h) | h is (N, T, H).


@rnn.backward
@leads(
    "A state is used twice, by its own output and by the next step: two gradients arrive "
    "and add up.",
    "From the last t down: the step's backward with dh[:, t] + dh_next; its dh_prev is "
    "the next dh_next, and du, dw, db add up over the steps.",
)
def rnn_backward(dh, cache):
    """From the last step to the first: the gradient from outside and that of the next step."""
    x, h0, u, w, b, h = cache
    dx, du, dw, db = np.zeros(x.shape), np.zeros(u.shape), np.zeros(w.shape), np.zeros(b.shape)
    dnext = np.zeros(h0.shape)
    for t in range(x.shape[1] - 1, -1, -1):
        # ~ forward in time: range(x.shape[1])
        #     | The gradient travels from the last step to the first.
        # ~ first step missing: range(x.shape[1] - 1, 0, -1) | range stops before its end.
        # ~ returns early
        before = h[:, t - 1] if t > 0 else h0
        # ~ start missing in dw: h0 => 0 * h0 | Before the first step stands h0.
        # ~ last state before the first: h[:, t - 1] | What is h[:, -1]?
        ds = (dh[:, t] + dnext) * (1 - h[:, t] ** 2)
        # ~ added behind the tanh: dh[:, t] * (1 - h[:, t] ** 2) + dnext | Both gradients
        #     arrive at h: which way do they go on together?
        # ~ next step forgotten: dh[:, t] + dnext => dh[:, t]
        #     | A state is used twice: as output and by the next step.
        # ~ outside forgotten: dh[:, t] => dh[:, t] * (t == x.shape[1] - 1)
        # ~ slope of pre activation: h[:, t] => x[:, t] @ u + before @ w + b
        #     | The slope of tanh is written with its output.
        # ~ slope missing: 1 - h[:, t] ** 2 => 1 | Every step passes a tanh.
        # ~ slope at old state: h[:, t] => before | Which state is the output of this tanh?
        dx[:, t] = ds @ u.T
        du += x[:, t].T @ ds
        # ~ overwritten
        #     | The same weights serve every step; where a value is copied, gradients add up.
        # ~ all overwritten: du = x[:, t].T @ ds
        #     | The same weights serve every step: what happens to the gradients of the other steps?
        dw += before.T @ ds  # ~ overwritten
        # ~ dw from new state: h[:, t].T @ ds | Which state was multiplied by w?
        # ~ all overwritten: dw = before.T @ ds
        db += ds.sum(axis=0)  # ~ overwritten | The same bias serves every step.
        # ~ all overwritten: db = ds.sum(axis=0)
        dnext = ds @ w.T
        # ~ state gradient untransposed: ds @ w | Write the roles of the two axes of w beside it.
        # ~ gradients pile up: dnext + ds @ w.T
        #     | dnext is what the next step sends, not a sum of all later ones.
        # ~ nothing carried back: 0 * dnext | A state is used twice: as output and by the next step.
    return dx, dnext, du, dw, db
    # ~ dh0 missing: dnext => np.zeros(h0.shape) | h0 has an influence too.
    # ~ dh0 without w: dnext => ds | Between h0 and the first state stands w.
    # ~ averaged over time: dx, dnext, du / x.shape[1], dw / x.shape[1], db / x.shape[1]
    #     | Where a value is copied, gradients add up.
    # ~ first two exchanged, du and dw exchanged
    # ~ averaged over examples: dx, dnext, du / len(x), dw / len(x), db / len(x)
    #     | The loss has averaged already.
