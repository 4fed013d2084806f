"""The simple recurrent net: one step, a sequence, truncated backpropagation through time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, case, unpack
from autograder.checking.kinds import changed, custom, snapshot
from autograder.checking.kinds.memory import whole_and_memory
from autograder.exercises.ch05.rnn import rnn_forward

SEQUENCE_GRADS = [
    Output("dx", atol=1e-9, axes=("example", "step", "input")),
    Output("dh0", atol=1e-9, axes=("example", "unit")),
    Output("du", atol=1e-9, axes=("input", "unit")),
    Output("dw", atol=1e-9, axes=("old unit", "new unit")),
    Output("db", atol=1e-9, axes=("unit",)),
]


def truncated_cases(rng: np.random.Generator) -> Iterator[Case]:
    """One cell, some, all, more than all."""
    for n, t, d, h, steps in (
        (2, 5, 3, 4, 2),
        (3, 4, 2, 5, 1),
        (2, 6, 3, 4, 3),
        (2, 4, 3, 5, 4),
        (3, 3, 2, 4, 9),
    ):
        made = case(
            f"T = {t}, steps = {steps}",
            x=rng.standard_normal((n, t, d)),
            h0=rng.uniform(-1, 1, (n, h)),
            u=rng.standard_normal((d, h)) / 2,
            w=rng.standard_normal((h, h)) / 2,
            b=rng.standard_normal(h) / 2,
            N=n,
            T=t,
            D=d,
            H=h,
        )
        yield Case(
            made.label,
            made.inputs,
            {"dh": rng.standard_normal((n, t, h)), "steps": steps},
            made.sizes,
        )


GRAD_NAMES = ("dx", "dh0", "du", "dw", "db")


def truncated_once(f: Any, case: Case) -> dict[str, Any]:
    """Forward as it is, backward cut."""
    _, cache = unpack(f.rnn_forward(*case.args), ("h", "cache"), "rnn_forward")
    watched = {**case.inputs, "dh": case["dh"], "cache": cache}
    before = snapshot(watched)
    grads = unpack(
        f.rnn_backward_truncated(case["dh"], cache, case["steps"]),
        GRAD_NAMES,
        "rnn_backward_truncated",
    )
    return {
        **dict(zip(GRAD_NAMES, grads, strict=True)),
        "!changed": lambda: changed(before, watched),
    }


def truncated_again(f: Any, case: Case) -> dict[str, Any]:
    """Twice on one cache, another sequence in between."""
    a, b = case.fresh(), case["other"].fresh()
    (_, cache_a), (_, cache_b) = (
        unpack(f.rnn_forward(*c.args), ("h", "cache"), "rnn_forward") for c in (a, b)
    )
    results = [
        unpack(
            f.rnn_backward_truncated(c["dh"].copy(), k, c["steps"]),
            GRAD_NAMES,
            "rnn_backward_truncated",
        )
        for c, k in ((a, cache_a), (b, cache_b), (a, cache_a), (b, cache_b))
    ]
    return {
        **dict(zip(GRAD_NAMES, results[0], strict=True)),
        **{f"{k} (again)": v for k, v in zip(GRAD_NAMES, results[2], strict=True)},
    }


@custom(
    says="truncated backpropagation through time",
    group="RNN",
    cases=truncated_cases,
    trial=truncated_once,
    outputs=tuple(SEQUENCE_GRADS),
    companions={"rnn_forward": rnn_forward},
    partner="rnn_forward",
    cache="(x, h0, u, w, b, h)",
    probes=lambda ex, drawn, rng: [
        *[Probe("values", c) for c in drawn],
        *whole_and_memory(drawn, ["x"]),
        Probe(
            "repeatable",
            Case(drawn[0].label, drawn[0].inputs, {**drawn[0].given, "other": drawn[1]}),
            truncated_again,
        ),
    ],
)
def rnn_backward_truncated(dh, cache, steps):
    """What arrives at step t goes back through at most `steps` cells: t, t − 1, …"""
    x, h0, u, w, b, h = cache
    dx, dh0, du, dw, db = (
        np.zeros(x.shape),
        np.zeros(h0.shape),
        np.zeros(u.shape),
        np.zeros(w.shape),
        np.zeros(b.shape),
    )
    for t in range(x.shape[1]):
        # ~ last gradient only: range(x.shape[1] - 1, x.shape[1])
        #     | A gradient arrives at every step.
        d = dh[:, t]
        for s in range(t, max(-1, t - steps), -1):
            # ~ not truncated: range(t, -1, -1) | Where does steps enter?
            # ~ one cell too many: range(t, max(-1, t - steps - 1), -1)
            #     | Count the cells: t, t − 1, …, t − steps + 1.
            # ~ one cell too few: range(t, max(-1, t - steps + 1), -1)
            # ~ cut at fixed places: range(t, t // steps * steps - 1, -1)
            #     | Every gradient has its own reach, wherever it arrives.
            # ~ last steps only: range(t, max(-1, min(t, x.shape[1] - steps - 1)), -1)
            before = h[:, s - 1] if s > 0 else h0
            # ~ state cut too: h[:, s - 1] if s > max(0, t - steps + 1) else 0 * h0
            #     | The forward states are those of the uncut sequence.
            ds = d * (1 - h[:, s] ** 2)
            # ~ outside gradient along the way: d = d + dh[:, s] * (s < t); ...
            #     | Each arriving gradient is followed on its own.
            # ~ slope of pre activation: h[:, s] => x[:, s] @ u + before @ w + b
            #     | The slope of tanh is written with its output.
            dx[:, s] += ds @ u.T  # ~ overwritten
            du += x[:, s].T @ ds
            dw += before.T @ ds
            # ~ weights of the last cell only: before.T @ ds * (s == t)
            #     | Each of these cells passes to the weights in full.
            db += ds.sum(axis=0)
            d = ds @ w.T
            if s == 0:
                # ~ dh0 always: s == max(0, t - steps + 1) | Only what passes cell 0 reaches h0.
                dh0 += d  # ~ dh0 missing: pass | Who passes cell 0?
    return dx, dh0, du, dw, db
    # ~ scaled by steps: dx, dh0, du / steps, dw / steps, db / steps
    #     | The cut leaves the rest as it is.
