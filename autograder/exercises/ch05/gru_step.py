"""One step of a GRU: the new state is a mixture of the old one and a candidate."""

import numpy as np

from autograder.checking.kinds import draws, leads, pair
from autograder.exercises.ch05.draws import saturated
from autograder.exercises.shared import logistic

cases = draws(  # all sizes differ
    "x: N D, h_prev: N H -1..1, u: D 3H /2, w: H 3H /2, b: 3H /2",
    {"N": 3, "D": 2, "H": 4},
    {"N": 2, "D": 5, "H": 3},
)
gru_step = pair(
    says="one step of a GRU",
    group="GRU",
    cases=cases,
    extreme=saturated(cases),
    cache="(x, h_prev, u, w, b, z, r, g)",
    whole="x",
    returns="h: example unit",
    grads="dx: example input, dh_prev: example unit, "
    "du: input gate_unit, dw: old_unit gate_unit, db: gate_unit",
    gates=("z", "r", "h̃"),
    atol=1e-9,
    forbids=("nnkit.layers",),
)


@gru_step.forward
@leads(
    "No cell: the state itself is mixed from the old one and a candidate, and the "
    "candidate sees the old state through the reset gate.",
    "z and r come first, from x and h_prev; then g = tanh(x·u_g + (r·h_prev)·w_g + b_g); "
    "h = z·h_prev + (1 − z)·g.",
)
def gru_step_forward(x, h_prev, u, w, b):
    """h = z∗h_prev + (1 − z)∗g; g sees the old state through the reset gate."""
    n = h_prev.shape[1]
    z = logistic(x @ u[:, :n] + h_prev @ w[:, :n] + b[:n])
    # ~ candidate block first: u, w, b = (np.roll(a, -n, axis=-1) for a in (u, w, b)); ...
    #     | The blocks come in the order z, r, h̃.
    r = logistic(x @ u[:, n : 2 * n] + h_prev @ w[:, n : 2 * n] + b[n : 2 * n])
    # ~ one bias for all: b[n : 2 * n] => b[:n] | Every block has a bias of its own.
    g = np.tanh(x @ u[:, 2 * n :] + (r * h_prev) @ w[:, 2 * n :] + b[2 * n :])
    # ~ reset on the whole sum: np.tanh(r * (x @ u[:, 2 * n :] + h_prev @ w[:, 2 * n :] + b[2 *
    #     n :])) | What does the reset gate let the candidate forget: the new input or the old
    #     state?
    # ~ reset missing: r * h_prev => h_prev | What does r do?
    # ~ reset after product: (r * h_prev) @ w[:, 2 * n :] => r * (h_prev @ w[:, 2 * n :])
    #     | The reset gate acts on the state before the matrix product.
    # ~ reset after product and bias: np.tanh(x @ u[:, 2 * n :] + r * (h_prev @ w[:, 2 * n :]
    #     + b[2 * n :])) | The reset gate acts on the state before the matrix product.
    # ~ reset on the input too: np.tanh(r * (x @ u[:, 2 * n :] + h_prev @ w[:, 2 * n :]) + b[2 * n
    #     :]) | What does the reset gate let the candidate forget: the new input or the old state?
    # ~ gates swapped: z, r = r, z; ... | The blocks come in the order z, r, h̃.
    # ~ candidate with logistic
    # ~ one bias for all: b[2 * n :] => b[:n]
    # ~ old state reset in place: h_prev *= r; g = np.tanh(x @ u[:, 2 * n :] + h_prev @ w[:, 2 * n
    #     :] + b[2 * n :]) | Who else needs the old state after the reset gate?
    h = z * h_prev + (1 - z) * g
    # ~ mixture reversed: (1 - z) * h_prev + z * g | z = 1 keeps the old state here.
    # ~ reset on mixture: h_prev => r * h_prev | The reset gate acts inside the candidate only.
    # ~ candidate not gated: 1 - z => 1 | What is left for the candidate?
    # ~ old state not gated: z * h_prev => h_prev | How much of the old state stays?
    # ~ output bent again: h = np.tanh(z * h_prev + (1 - z) * g) | The mixture is the state.
    return h, (x, h_prev, u, w, b, z, r, g)


@gru_step.backward
@leads(
    "h_prev is used four times: in the mixture, in both gates, and through the reset gate"
    " in the candidate. Four shares add up.",
    "dz = dh·(h_prev − g), dg = dh·(1 − z), each times its slope; the candidate's way "
    "gives d(r·h_prev) = dzg·w_gᵀ, which splits into r and h_prev.",
)
def gru_step_backward(dh, cache):
    """Four ways lead from h back to h_prev: the mixture, both gates, the candidate."""
    x, h_prev, u, w, b, z, r, g = cache
    n = h_prev.shape[1]
    dzz = dh * (h_prev - g) * z * (1 - z)
    # ~ update gate sign: h_prev - g => g - h_prev | z pulls towards h_prev and away from g.
    # ~ update gate half: h_prev - g => h_prev | z stands in two places.
    # ~ update gate candidate half: h_prev - g => -g
    # ~ update slope missing: dh * (h_prev - g) | z passed a logistic.
    # ~ slope of tanh
    dzg = dh * (1 - z) * (1 - g**2)
    # ~ candidate share reversed: 1 - z => z | Which share had the candidate?
    # ~ candidate slope missing: dh * (1 - z) | The candidate passed tanh.
    dreset = dzg @ w[:, 2 * n :].T
    # ~ candidate weights untransposed: dzg @ w[:, 2 * n :]
    #     | Square blocks fit both ways: write the roles of their two axes beside it.
    # ~ no block transposed: dzg @ w[:, 2 * n :]
    dzr = dreset * h_prev * r * (1 - r)
    # ~ reset slope missing: dreset * h_prev | r passed a logistic.
    # ~ reset without state: dreset * r * (1 - r) | What did r multiply?
    # ~ reset after product: dreset * h_prev => dzg * (h_prev @ w[:, 2 * n :])
    #     | The reset gate acts on the state before the matrix product.
    # ~ slope of tanh
    # ~ reset gradient without weights: dreset * h_prev => dzg * h_prev
    #     | Between the candidate's sum and r∗h_prev stands a matrix.
    # ~ reset gradient times r: dreset * h_prev => dreset * r
    #     | In a product, each factor's gradient holds the other factor.
    # ~ reset gradient times g: dreset * h_prev => dreset * g
    dpre = np.concatenate([dzz, dzr, dzg], axis=1)
    # ~ order r z: [dzz, dzr, dzg] => [dzr, dzz, dzg] | The blocks come in the order z, r, h̃.
    dx = dpre @ u.T
    dh_prev = dh * z + dreset * r + dzz @ w[:, :n].T + dzr @ w[:, n : 2 * n].T
    # ~ direct way missing: dh => 0 | Four ways lead back to h_prev.
    # ~ candidate way missing: dreset => 0
    # ~ update gate way missing: dzz => 0 * dzz
    # ~ reset gate way missing: dzr => 0 * dzr
    # ~ direct way whole: z => 1 | Which share of h_prev went straight through?
    # ~ candidate way without reset: dreset * r => dreset
    #     | What stood between h_prev and the candidate?
    # ~ direct way reversed: z => 1 - z | Which share of h_prev went straight through?
    # ~ update weights untransposed: w[:, :n].T => w[:, :n]
    #     | Square blocks fit both ways: write the roles of their two axes beside it.
    # ~ reset weights untransposed: w[:, n : 2 * n].T => w[:, n : 2 * n]
    # ~ gate weights untransposed: dh * z + dreset * r + dzz @ w[:, :n] + dzr @ w[:, n : 2 * n]
    # ~ no block transposed: dh * z + dreset * r + dzz @ w[:, :n] + dzr @ w[:, n : 2 * n]
    du = x.T @ dpre
    dw = np.concatenate([h_prev.T @ dzz, h_prev.T @ dzr, (r * h_prev).T @ dzg], axis=1)
    # ~ candidate weights see plain state: r * h_prev => h_prev
    #     | What did the candidate's weights multiply?
    db = dpre.sum(axis=0)  # ~ averaged
    return dx, dh_prev, du, dw, db
    # ~ first two exchanged, du and dw exchanged
