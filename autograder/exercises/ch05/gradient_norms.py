"""The size of the gradient by time lag: norms of products of Jacobians."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, unpack
from autograder.checking.kinds import changed, custom, edge_probes, leads, snapshot
from autograder.exercises.ch05.rnn import rnn_forward, sequences


def norms_of_a_sequence(f: Any, case: Case) -> dict[str, Any]:
    """The student's norms on the cache of rnn_forward."""
    _, cache = unpack(f.rnn_forward(*case.args), ("h", "cache"), "rnn_forward")
    kept = snapshot({"cache": cache})
    return {"norms": f.gradient_norms(cache), "!changed": lambda: changed(kept, {"cache": cache})}


@custom(
    says="the size of the gradient by time lag",
    group="gradients",
    cases=sequences,
    trial=norms_of_a_sequence,
    outputs=(Output("norms", axes=("step",)),),
    companions={"rnn_forward": rnn_forward},
    partner="rnn_forward",
    cache="(x, h0, u, w, b, h)",
    probes=lambda exercise, drawn, _rng: [
        *[Probe("values", c) for c in drawn],
        Probe("repeatable", drawn[1]),
        *edge_probes(drawn[0], lambda c: norms_of_a_sequence(exercise.references(), c)),
    ],
)
@leads(
    "The derivative over many steps is the product of the steps' Jacobians, the latest "
    "one on the left.",
    "Begin with the identity at the last step; going back, product = product · J of that "
    "step; note the mean of its largest singular values at each t.",
)
def gradient_norms(cache):
    """Entry t: mean over the batch of the largest singular value of ∂h[T−1]/∂h[t]."""
    x, h0, u, w, b, h = cache
    n, t_steps, units = h.shape
    product = np.tile(np.eye(units), (n, 1, 1))
    norms = np.ones(t_steps)
    # ~ frobenius norm at every step: np.full(t_steps, units**0.5)
    #     | The largest singular value is another norm.
    # ~ last entry zero: np.zeros(t_steps) | How far does the last state move with itself?
    for t in range(t_steps - 1, 0, -1):
        product = product @ ((1 - h[:, t] ** 2)[:, :, None] * w.T)
        # ~ norms multiplied: product * np.linalg.norm((1 - h[:, t] ** 2)[:, :, None] * w.T,
        #     ord=2, axis=(1, 2))[:, None, None] | The norm of a product is at most the
        #     product of the norms, seldom equal.
        # ~ factors in wrong order: ((1 - h[:, t] ** 2)[:, :, None] * w.T) @ product
        #     | Matrices do not commute: which factor stands left?
        # ~ slope missing: product @ w.T | Every step passes a tanh.
        # ~ slope at the step before: t => t - 1 | Whose tanh is it?
        # ~ weights untransposed: w.T => w | w[j, i] leads from old unit j to new unit i.
        # ~ one step only: product @ ((1 - h[:, t] ** 2)[:, :, None] * w.T) =>
        #     (1 - h[:, t] ** 2)[:, :, None] * w.T | All steps between t and the last multiply.
        norms[t - 1] = np.linalg.norm(product, ord=2, axis=(1, 2)).mean()
        # ~ frobenius norm: ord=2 => ord="fro" | The largest singular value is another norm.
        # ~ frobenius norm at every step: ord=2 => ord="fro"
        # ~ spectral radius: np.abs(np.linalg.eigvals(product)).max(axis=1).mean()
        #     | Singular values, not eigenvalues.
        # ~ smallest singular value: ord=2 => ord=-2 | The largest one bounds the gradient.
        # ~ product of norms: norms[t]
        #     * np.linalg.norm((1 - h[:, t] ** 2)[:, :, None] * w.T, ord=2, axis=(1, 2)).mean()
        #     | The norm of a product is at most the product of the norms, seldom equal.
        # ~ norm of the mean: np.linalg.norm(product.mean(axis=0), ord=2)
        #     | First the norms, then the mean over the batch.
        # ~ summed over batch: np.linalg.norm(product, ord=2, axis=(1, 2)).sum()
        #     | The mean over the batch.
        # ~ largest of the batch: np.linalg.norm(product, ord=2, axis=(1, 2)).max()
        # ~ first example only: np.linalg.norm(product[0], ord=2) | The mean over the batch.
    return norms  # ~ reversed: norms[::-1] | Entry t belongs to step t; the last is 1.
    # ~ last entry missing: norms[:-1] | Entry t belongs to step t; the last is 1.
