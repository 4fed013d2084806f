"""Truncated backpropagation through time: every gradient goes back a few cells only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Probe, unpack
from autograder.checking.kinds import (
    changed,
    custom,
    draws,
    edge_probes,
    leads,
    named,
    snapshot,
    with_given,
)
from autograder.checking.kinds.memory import whole_and_memory
from autograder.checking.kinds.results import output_list
from autograder.exercises.ch05.rnn import rnn_forward

GRADS = output_list(
    "dx: example step input, dh0: example unit, du: input unit, dw: old_unit new_unit, db: unit",
    atol=1e-9,
)
sequences = draws(
    "x: N T D, h0: N H -1..1, u: D H /2, w: H H /2, b: H /2, dh: N T H",
    {"label": "T = 5, steps = 2", "N": 2, "T": 5, "D": 3, "H": 4, "steps": 2},
    {"label": "T = 4, steps = 1", "N": 3, "T": 4, "D": 2, "H": 5, "steps": 1},
    {"label": "T = 6, steps = 3", "N": 2, "T": 6, "D": 3, "H": 4, "steps": 3},
    {"label": "T = 4, steps = 4", "N": 2, "T": 4, "D": 3, "H": 5, "steps": 4},
    {"label": "T = 3, steps = 9", "N": 2, "T": 3, "D": 4, "H": 5, "steps": 9},
)


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """One cell, some, all, more than all; dh and steps are backward's own."""
    for drawn in sequences(rng):
        own = {name: drawn.inputs.pop(name) for name in ("dh", "steps")}
        yield with_given(drawn, **own)


def cache_of(f: Any, case: Case) -> Any:
    """What the student's rnn_forward keeps."""
    return unpack(f.rnn_forward(*case.args), ("h", "cache"), "rnn_forward")[1]


def truncated(f: Any, case: Case, cache: Any) -> dict[str, Any]:
    """The student's gradients by name."""
    result = f.rnn_backward_truncated(case["dh"], cache, case["steps"])
    return named(result, tuple(grad.name for grad in GRADS), "rnn_backward_truncated")


def once(f: Any, case: Case) -> dict[str, Any]:
    """Forward as it is, backward cut."""
    cache = cache_of(f, case)
    watched = {**case.inputs, "dh": case["dh"], "cache": cache}
    before = snapshot(watched)
    return {**truncated(f, case, cache), "!changed": lambda: changed(before, watched)}


def again(f: Any, case: Case) -> dict[str, Any]:
    """Twice on one cache, another sequence in between and after."""
    calls = [(c, cache_of(f, c)) for c in (case.fresh(), case["other"].fresh())] * 2
    first, _, second, _ = [truncated(f, c.fresh(), cache) for c, cache in calls]
    return {**first, **{f"{name} (again)": value for name, value in second.items()}}


def cut_from_the_end(dh, cache, steps):
    """One pass back that forgets what came from later after every `steps` cells."""
    x, h0, u, w, _b, h = cache
    ds, dx, d = np.zeros(h.shape), np.zeros(x.shape), np.zeros(h0.shape)
    for t in reversed(range(x.shape[1])):
        ds[:, t] = (dh[:, t] + d) * (1 - h[:, t] ** 2)
        dx[:, t] = ds[:, t] @ u.T
        d = ds[:, t] @ w.T * ((x.shape[1] - t) % steps > 0)
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
    du, dw = (np.einsum("nti,ntj->ij", a, ds) for a in (x, before))
    return dx, d, du, dw, ds.sum(axis=(0, 1))


@custom(
    says="truncated backpropagation through time",
    group="RNN",
    cases=cases,
    trial=once,
    outputs=GRADS,
    companions={"rnn_forward": rnn_forward},
    partner="rnn_forward",
    cache="(x, h0, u, w, b, h)",
    probes=lambda exercise, drawn, rng: [
        *[Probe("values", c) for c in drawn],
        *whole_and_memory(drawn, ["x"]),
        *edge_probes(drawn[0], lambda c: once(exercise.references(), c)),
        # Another shape in between, then other numbers of the same shape.
        *[
            Probe("repeatable", with_given(drawn[0], other=other), again)
            for other in (drawn[1], next(iter(cases(rng))))
        ],
    ],
)
@leads(
    "Each arriving gradient dh[:, t] walks back on its own, through t, t − 1, …, and "
    "stops after `steps` steps.",
    "For each t: d = dh[:, t], then `steps` times the step's backward, adding what it "
    "gives; only who leaves step 0 reaches dh0.",
)
def rnn_backward_truncated(dh, cache, steps):
    """What arrives at step t goes back through at most `steps` cells: t, t − 1 and so on."""
    x, h0, u, w, b, h = cache
    dx, dh0, du, dw, db = (np.zeros(a.shape) for a in (x, h0, u, w, b))
    for t in range(x.shape[1]):
        # ~ last gradient only: [x.shape[1] - 1] | A gradient arrives at every step.
        d = dh[:, t]
        for s in range(t, max(-1, t - steps), -1):
            # ~ not truncated: max(-1, t - steps) => -1 | Where does steps enter?
            # ~ one cell too many: t - steps => t - steps - 1
            #     | Count the cells: t, t − 1, …, t − steps + 1.
            # ~ one cell too few: t - steps => t - steps + 1
            # ~ one cell fewer: t - steps => t - max(steps - 1, 1)
            # ~ cut at fixed places: range(t, t // steps * steps - 1, -1)
            #     | Every gradient has its own reach, wherever it arrives.
            # ~ last steps only: t - steps => min(t, x.shape[1] - steps - 1)
            before = h[:, s - 1] if s > 0 else h0
            # ~ state cut too: h[:, s - 1] if s > max(0, t - steps + 1) else 0 * h0
            #     | The forward states are those of the uncut sequence.
            # ~ states cut off: h[:, s - 1] if s > max(0, t - steps + 1) else
            #     h0 * (s == 0) | The forward states are those of the uncut sequence.
            ds = d * (1 - h[:, s] ** 2)
            # ~ outside gradient along the way: d = d + dh[:, s] * (s < t); ...
            #     | Each arriving gradient is followed on its own.
            # ~ slope of pre activation: h[:, s] => x[:, s] @ u + before @ w + b
            #     | The slope of tanh is written with its output.
            dx[:, s] += ds @ u.T  # ~ overwritten
            du += x[:, s].T @ ds
            dw += before.T @ ds
            # ~ weights of the last cell only: ds => ds * (s == t)
            #     | Each of these cells passes to the weights in full.
            db += ds.sum(axis=0)
            d = ds @ w.T
            if s == 0:
                # ~ dh0 always: s == max(0, t - steps + 1) | Only what passes cell 0 reaches h0.
                dh0 += d  # ~ dh0 missing: pass | Who passes cell 0?
    return dx, dh0, du, dw, db
    # ~ cut from the end: cut_from_the_end(dh, cache, steps)
    #     | Every gradient has its own reach, wherever it arrives.
    # ~ scaled by steps: dx, dh0, du / steps, dw / steps, db / steps
    #     | The cut leaves the rest as it is.
    # ~ averaged over the cells: [g / min(steps, x.shape[1]) for g in (dx, dh0, du, dw, db)]
    #     | The cut leaves the rest as it is.
