"""Other gated cells: GRU, peepholes, coupled gates."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import pair
from autograder.exercises.shared import logistic

UNITS = ("example", "unit")


def gru_cases(rng: np.random.Generator) -> Iterator[Case]:
    """All sizes differ."""
    for n, d, h in ((3, 2, 4), (2, 5, 3)):
        yield case(
            x=rng.standard_normal((n, d)),
            h_prev=rng.uniform(-1, 1, (n, h)),
            u=rng.standard_normal((d, 3 * h)) / 2,
            w=rng.standard_normal((h, 3 * h)) / 2,
            b=rng.standard_normal(3 * h) / 2,
            N=n,
            D=d,
            H=h,
        )


def gru_extreme(rng: np.random.Generator) -> Iterator[Case]:
    """Gates that are fully open and fully shut."""
    made = next(gru_cases(rng))
    yield made.replace("pre-activations in the thousands", x=1e4 * made["x"])


def _blocks(names: tuple[str, ...]) -> list[Output]:
    return [
        Output("du", atol=1e-9, axes=("input", "gate unit"), blocks=(1, names)),
        Output("dw", atol=1e-9, axes=("old unit", "gate unit"), blocks=(1, names)),
        Output("db", atol=1e-9, axes=("gate unit",), blocks=(0, names)),
    ]


gru_step = pair(
    says="one step of a GRU",
    group="GRU",
    cases=gru_cases,
    extreme=gru_extreme,
    cache="(x, h_prev, u, w, b, z, r, g)",
    whole="x",
    returns=[Output("h", axes=UNITS)],
    grads=[
        Output("dx", atol=1e-9, axes=("example", "input")),
        Output("dh_prev", atol=1e-9, axes=UNITS),
        *_blocks(("z", "r", "h̃")),
    ],
    forbids=("nnkit.layers",),
)


@gru_step.forward
def gru_step_forward(x, h_prev, u, w, b):
    """h = z∗h_prev + (1 − z)∗g; g sees the old state through the reset gate."""
    n = h_prev.shape[1]
    z = logistic(x @ u[:, :n] + h_prev @ w[:, :n] + b[:n])
    # ~ candidate block first: u, w, b = (np.roll(u, -n, axis=1), np.roll(w, -n, axis=1),
    #     np.roll(b, -n)); ... | The blocks come in the order z, r, h̃.
    r = logistic(x @ u[:, n : 2 * n] + h_prev @ w[:, n : 2 * n] + b[n : 2 * n])
    # ~ one bias for all: b[n:2 * n] => b[:n] | Every block has a bias of its own.
    g = np.tanh(x @ u[:, 2 * n :] + (r * h_prev) @ w[:, 2 * n :] + b[2 * n :])
    # ~ reset after product: r * h_prev @ w[:, 2 * n:] => r * (h_prev @ w[:, 2 * n:])
    #     | The reset gate acts on the state before the matrix product.
    # ~ reset missing: r * h_prev => h_prev | What does r do?
    # ~ gates swapped: z, r = (r, z); ... | The blocks come in the order z, r, h̃.
    # ~ candidate with logistic: np.tanh => logistic | The candidate may be negative.
    # ~ one bias for all: b[2 * n:] => b[:n]
    h = z * h_prev + (1 - z) * g
    # ~ mixture reversed: (1 - z) * h_prev + z * g | z = 1 keeps the old state here.
    # ~ reset on mixture: z * r * h_prev + (1 - z) * g
    #     | The reset gate acts inside the candidate only.
    # ~ candidate not gated: z * h_prev + g | What is left for the candidate?
    # ~ old state not gated: h_prev + (1 - z) * g | How much of the old state stays?
    # ~ output bent again: np.tanh(z * h_prev + (1 - z) * g) | The mixture is the state.
    return h, (x, h_prev, u, w, b, z, r, g)


@gru_step.backward
def gru_step_backward(dh, cache):
    """Four ways lead from h back to h_prev: the mixture, both gates, the candidate."""
    x, h_prev, u, w, b, z, r, g = cache
    n = h_prev.shape[1]
    dzz = dh * (h_prev - g) * z * (1 - z)
    # ~ update gate sign: h_prev - g => g - h_prev | z pulls towards h_prev and away from g.
    # ~ update gate half: h_prev - g => h_prev | z stands in two places.
    # ~ update gate candidate half: h_prev - g => -g
    # ~ update slope missing: dh * (h_prev - g) | z passed a logistic.
    dzg = dh * (1 - z) * (1 - g**2)
    # ~ candidate share reversed: 1 - z => z | Which share had the candidate?
    # ~ candidate slope missing: dh * (1 - z) | The candidate passed tanh.
    dreset = dzg @ w[:, 2 * n :].T
    dzr = dreset * h_prev * r * (1 - r)
    # ~ reset slope missing: dreset * h_prev | r passed a logistic.
    # ~ reset without state: dreset * r * (1 - r) | What did r multiply?
    # ~ reset after product: dzg * (h_prev @ w[:, 2 * n:]) * r * (1 - r)
    #     | The reset gate acts on the state before the matrix product.
    dpre = np.concatenate([dzz, dzr, dzg], axis=1)
    # ~ order r z: [dzz, dzr, dzg] => [dzr, dzz, dzg] | The blocks come in the order z, r, h̃.
    dx = dpre @ u.T
    dh_prev = dh * z + dreset * r + dzz @ w[:, :n].T + dzr @ w[:, n : 2 * n].T
    # ~ direct way missing: dh * z + dreset * r => dreset * r | Four ways lead back to h_prev.
    # ~ candidate way missing: dh * z + dreset * r => dh * z
    # ~ candidate way without reset: dreset * r => dreset
    #     | What stood between h_prev and the candidate?
    # ~ update gate way missing: dh * z + dreset * r + dzr @ w[:, n:2 * n].T
    #     | Four ways lead back to h_prev.
    # ~ reset gate way missing: dh * z + dreset * r + dzz @ w[:, :n].T
    # ~ direct way reversed: z => 1 - z | Which share of h_prev went straight through?
    du = x.T @ dpre
    dw = np.concatenate([h_prev.T @ dzz, h_prev.T @ dzr, (r * h_prev).T @ dzg], axis=1)
    # ~ candidate weights see plain state: r * h_prev => h_prev
    #     | What did the candidate's weights multiply?
    db = dpre.sum(axis=0)  # ~ averaged
    return dx, dh_prev, du, dw, db
