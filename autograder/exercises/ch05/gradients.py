"""Gradients through time: Jacobians, their norms, clipping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, StructureError, case, unpack, wrong
from autograder.checking.kinds import build, changed, function, snapshot
from autograder.checking.messages import translate
from autograder.checking.values import plain
from autograder.exercises.ch05.rnn import rnn_forward, sequence_cases


def state_jacobian(h, w):
    """J[n, i, j] = (1 − h[n, i]²)·w[j, i]."""
    return (1 - h**2)[:, :, None] * w.T[None, :, :]


def jacobian_cases(rng: np.random.Generator) -> Iterator[Case]:
    """States away from zero, weights without symmetry."""
    for n, h in ((3, 4), (2, 5)):
        yield case(h=np.tanh(rng.standard_normal((n, h))), w=rng.standard_normal((h, h)), N=n, H=h)


JACOBIAN = function(
    state_jacobian, chapter=5, summary="the Jacobian of a state with respect to the one before", cases=jacobian_cases,
    outputs=[Output("J", axes=("example", "new unit", "old unit"))],
    mistakes=[
        wrong("transposed", "J[n, i, j]: i is the new unit, j the old one.", "(1 - h**2)[:, :, None] * w.T[None, :, :]", "(1 - h**2)[:, None, :] * w[None, :, :]"),
        wrong("weights_untransposed", "w[j, i] leads from old unit j to new unit i.", "w.T[None", "w[None"),
        wrong("slope_on_old_unit", "Whose tanh is it, the new unit's or the old one's?", "[:, :, None] *", "[:, None, :] *"),
        wrong("slope_missing", "Between the sum and the state stands tanh.", "(1 - h**2)[:, :, None]", "np.ones_like(h)[:, :, None]"),
        wrong("slope_without_square", "What is the derivative of tanh, written with its output?", "(1 - h**2)", "(1 - h)"),
        wrong("slope_of_logistic", "That is the slope of the logistic function.", "(1 - h**2)", "(h * (1 - h))"),
        wrong("tanh_of_h", "h is the output of tanh already.", "(1 - h**2)", "(1 - np.tanh(h) ** 2)"),
        wrong("averaged_over_examples", "One matrix for each example.", "return (1 - h**2)[:, :, None] * w.T[None, :, :]", "return ((1 - h**2)[:, :, None] * w.T[None, :, :]).mean(axis=0)"),
        wrong("slopes_multiplied_out", "Each row of the Jacobian has its own slope.", "(1 - h**2)[:, :, None]", "(1 - h**2).prod(axis=1)[:, None, None]"),
    ],
)  # fmt: skip


def gradient_norms(cache):
    """Entry t: mean over the batch of the largest singular value of ∂h[T−1]/∂h[t]."""
    x, h0, u, w, b, h = cache
    n, t_steps, units = h.shape
    product = np.tile(np.eye(units), (n, 1, 1))
    norms = np.ones(t_steps)
    for t in range(t_steps - 1, 0, -1):
        product = product @ ((1 - h[:, t] ** 2)[:, :, None] * w.T)
        norms[t - 1] = np.linalg.norm(product, ord=2, axis=(1, 2)).mean()
    return norms


def norms_trial(f: Any, case: Case) -> dict[str, Any]:
    """The student's norms on the cache of rnn_forward."""
    _, cache = unpack(f.rnn_forward(*case.args), ("h", "cache"), "rnn_forward")
    kept = snapshot({"cache": cache})
    return {"norms": f.gradient_norms(cache), "!changed": lambda: changed(kept, {"cache": cache})}


GRADIENT_NORMS = build(
    gradient_norms, chapter=5, summary="the size of the gradient by time lag", cases=sequence_cases, trial=norms_trial,
    outputs=(Output("norms", axes=("step",)),), companions={"rnn_forward": rnn_forward}, partner="rnn_forward", cache="(x, h0, u, w, b, h)",
    probes=lambda ex, drawn, rng: [*[Probe("values", c) for c in drawn], Probe("repeatable", drawn[1])],
    mistakes=[
        wrong("frobenius_norm", "The largest singular value is another norm.", "ord=2, axis", "axis"),
        wrong("spectral_radius", "Singular values, not eigenvalues.", "np.linalg.norm(product, ord=2, axis=(1, 2)).mean()", "np.abs(np.linalg.eigvals(product)).max(axis=1).mean()"),
        wrong("smallest_singular_value", "The largest one bounds the gradient.", "ord=2", "ord=-2"),
        wrong("product_of_norms", "The norm of a product is at most the product of the norms, seldom equal.", "np.linalg.norm(product, ord=2, axis=(1, 2)).mean()",
              "norms[t] * np.linalg.norm((1 - h[:, t] ** 2)[:, :, None] * w.T, ord=2, axis=(1, 2)).mean()"),
        wrong("norm_of_the_mean", "First the norms, then the mean over the batch.", "np.linalg.norm(product, ord=2, axis=(1, 2)).mean()", "np.linalg.norm(product.mean(axis=0), ord=2)"),
        wrong("factors_in_wrong_order", "Matrices do not commute: which factor stands left?", "product @ ((1 - h[:, t] ** 2)[:, :, None] * w.T)", "((1 - h[:, t] ** 2)[:, :, None] * w.T) @ product"),
        wrong("slope_missing", "Every step passes a tanh.", "((1 - h[:, t] ** 2)[:, :, None] * w.T)", "w.T"),
        wrong("slope_at_the_step_before", "Whose tanh is it?", "h[:, t] ** 2", "h[:, t - 1] ** 2"),
        wrong("weights_untransposed", "w[j, i] leads from old unit j to new unit i.", "* w.T)", "* w)"),
        wrong("reversed", "Entry t belongs to step t; the last is 1.", "return norms", "return norms[::-1]"),
        wrong("summed_over_batch", "The mean over the batch.", ".mean()", ".sum()"),
        wrong("one_step_only", "All steps between t and the last multiply.", "product = product @ (", "product = np.tile(np.eye(units), (n, 1, 1)) @ ("),
        wrong("largest_of_the_batch", "The mean over the batch.", "axis=(1, 2)).mean()", "axis=(1, 2)).max()"),
    ],
)  # fmt: skip


def clip_grad_norm(grads, max_norm):
    """Scale all gradients together so that their joint norm is at most max_norm."""
    arrays = list(grads.values()) if isinstance(grads, dict) else list(grads)
    norm = np.sqrt(sum(np.sum(g**2) for g in arrays))
    scale = max_norm / norm if norm > max_norm else 1.0
    if isinstance(grads, dict):
        return {k: g * scale for k, g in grads.items()}, norm
    return [g * scale for g in grads], norm


def clip_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Lists and dicts; above, below and exactly at the limit; one gradient above it alone; all zeros."""

    def drawn() -> list[np.ndarray]:
        return [rng.standard_normal(s) for s in ((3, 4), (4,), (2, 3, 2))]

    for label, factor in (("above the limit", 0.3), ("below the limit", 2.5)):
        grads = drawn()
        total = float(np.sqrt(sum(np.sum(g**2) for g in grads)))
        yield case(f"a list, {label}", grads=grads, max_norm=factor * total)
        yield case(
            f"a dict, {label}",
            grads=dict(zip(("w", "b", "u"), grads, strict=True)),
            max_norm=factor * total,
        )
    yield case(
        "exactly at the limit", grads=[np.array([3.0, 0.0]), np.array([[4.0]])], max_norm=5.0
    )
    yield case("all zeros", grads={"w": np.zeros((2, 3)), "b": np.zeros(3)}, max_norm=1.0)
    grads = drawn()
    grads[1] = grads[1] * 50
    yield case("one large gradient beside small ones", grads=grads, max_norm=1.0)
    yield case(
        "very large gradients", grads=[np.array([3e8, 0.0, 4e8]), np.array([[0.5]])], max_norm=2.0
    )


def clip_trial(f: Any, case: Case) -> dict[str, Any]:
    """The clipped gradients in the same kind of container, and the norm before."""
    kept = snapshot(case.inputs)
    clipped, norm = unpack(
        f.clip_grad_norm(case["grads"], case["max_norm"]), ("clipped", "norm"), "clip_grad_norm"
    )
    clipped = plain(clipped)
    if type(clipped) is not type(case["grads"]):
        raise StructureError(
            translate("clip_grad_norm returned a {got} of gradients; it was given a {want}").format(
                got=type(clipped).__name__, want=type(case["grads"]).__name__
            )
        )
    return {"clipped": clipped, "norm": norm, "!changed": lambda: changed(kept, case.inputs)}


CLIP = build(
    clip_grad_norm, chapter=5, summary="clipping by the global norm", cases=clip_cases, trial=clip_trial,
    # PyTorch's 1e-6 in the denominator is no mistake; without it the result agrees to rounding.
    outputs=(Output("clipped", tol=2e-6), Output("norm", tol=1e-9)),
    probes=lambda ex, drawn, rng: [*[Probe("values", c) for c in drawn],
                                   Probe("memory layout", drawn[0].replace("read-only arrays", grads=[_frozen(g) for g in drawn[0]["grads"]])),
                                   Probe("whole numbers", drawn[0].replace("whole numbers", grads=[np.array([3, 0]), np.array([[4, 12]])], max_norm=6))],
    forbids=("nnkit.optim",),
    mistakes=[
        wrong("each_on_its_own", "One norm for all gradients together keeps their direction.", "    scale = max_norm / norm if norm > max_norm else 1.0\n",
              "    scale = 1.0\n    clip = lambda g: g * min(1.0, max_norm / max(np.linalg.norm(g), 1e-300))\n    grads = {k: clip(g) for k, g in grads.items()} if isinstance(grads, dict) else [clip(g) for g in grads]\n"),
        wrong("scaled_up_too", "Small gradients stay as they are.", "max_norm / norm if norm > max_norm else 1.0", "max_norm / norm if norm > 0 else 1.0"),
        wrong("root_missing", "A norm is a root.", "np.sqrt(sum(np.sum(g**2) for g in arrays))", "sum(np.sum(g**2) for g in arrays)"),
        wrong("sum_of_norms", "Squares add up, norms do not.", "np.sqrt(sum(np.sum(g**2) for g in arrays))", "sum(np.sqrt(np.sum(g**2)) for g in arrays)"),
        wrong("norm_after_clipping", "The norm before clipping tells what happened.", "    scale = max_norm", "    before, norm_after = norm, min(norm, max_norm)\n    scale = max_norm", "}, norm", "}, norm_after", "], norm", "], norm_after"),
        wrong("by_value", "Clipping every entry changes the direction.", "g * scale for k, g", "np.clip(g, -max_norm, max_norm) for k, g", "[g * scale for g", "[np.clip(g, -max_norm, max_norm) for g"),
        wrong("zeros_divided", "What is the scale when all gradients are zero?", "max_norm / norm if norm > max_norm else 1.0", "np.divide(max_norm, norm) if norm > max_norm or norm == 0 else 1.0"),
        wrong("scale_inverted", "After clipping the norm is max_norm.", "max_norm / norm if", "norm / max_norm if"),
        wrong("largest_entry", "The norm takes all entries in.", "np.sqrt(sum(np.sum(g**2) for g in arrays))", "max(np.abs(g).max() for g in arrays)"),
        wrong("mean_square", "The norm adds up over all entries.", "np.sum(g**2)", "np.mean(g**2)"),
        wrong("always_a_list", "A dict comes back as a dict.", "return {k: g * scale for k, g in grads.items()}, norm", "return [g * scale for g in arrays], norm"),
        wrong("in_place", "The caller still has the old gradients.", "    scale = max_norm / norm if norm > max_norm else 1.0\n", "    scale = max_norm / norm if norm > max_norm else 1.0\n    for g in arrays:\n        g *= scale\n    scale = 1.0\n"),
        wrong("norm_of_the_first", "One norm for all gradients together.", "for g in arrays)", "for g in arrays[:1])"),
    ],
)  # fmt: skip


def _frozen(x: np.ndarray) -> np.ndarray:
    x = np.array(x, order="F")
    x.flags.writeable = False
    return x
