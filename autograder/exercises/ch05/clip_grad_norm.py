"""Clipping by the global norm: all gradients are scaled together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, StructureError, case, unpack
from autograder.checking.kinds import changed, custom, frozen, leads, snapshot
from autograder.checking.messages import translate
from autograder.checking.values import plain

NAME = "clip_grad_norm"


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Lists and dicts; above, below, at the limit; one gradient above it alone; zeros; huge."""

    def drawn() -> list[np.ndarray]:
        return [rng.standard_normal(s) for s in ((3, 4), (4,), (2, 3, 2))]

    for label, factor in (("above the limit", 0.3), ("below the limit", 2.5)):
        grads = drawn()
        limit = factor * float(np.sqrt(sum(np.sum(g**2) for g in grads)))
        named = dict(zip(("w", "b", "u"), grads, strict=True))
        yield case(f"a list, {label}", grads=grads, max_norm=limit)
        yield case(f"a dict, {label}", grads=named, max_norm=limit)
    small = [0.5 * g / np.linalg.norm(g) for g in drawn()]  # a norm below one may be too large too
    yield case("small gradients above a smaller limit", grads=small, max_norm=0.4)
    at_limit = [np.array([3.0, 0.0]), np.array([[4.0]])]
    yield case("exactly at the limit", grads=at_limit, max_norm=5.0)
    yield case("all zeros", grads={"w": np.zeros((2, 3)), "b": np.zeros(3)}, max_norm=1.0)
    grads = drawn()
    grads[1] = grads[1] * 50
    yield case("one large gradient beside small ones", grads=grads, max_norm=1.0)
    huge = [np.array([3e8, 0.0, 4e8]), np.array([[0.5]])]
    yield case("very large gradients", grads=huge, max_norm=2.0)


def clipped_and_norm(f: Any, case: Case) -> dict[str, Any]:
    """The clipped gradients in the same kind of container, and the norm before."""
    kept = snapshot(case.inputs)
    result = f.clip_grad_norm(case["grads"], case["max_norm"])
    clipped, norm = unpack(result, ("clipped", "norm"), "clip_grad_norm")
    clipped = plain(clipped)
    if type(clipped) is not type(case["grads"]):
        raise StructureError(
            translate("clip_grad_norm returned a {got} of gradients; it was given a {want}").format(
                got=type(clipped).__name__, want=type(case["grads"]).__name__
            )
        )
    return {"clipped": clipped, "norm": norm, "!changed": lambda: changed(kept, case.inputs)}


def own_arrays(f: Any, case: Case) -> dict[str, Any]:
    """The results are arrays of their own: writing into grads afterwards does not reach them."""
    grads = case.fresh()["grads"]
    clipped, _ = unpack(f.clip_grad_norm(grads, case["max_norm"]), ("clipped", "norm"), NAME)
    for g in grads.values() if isinstance(grads, dict) else grads:
        g += 100.0
    return {"clipped": plain(clipped)}


def probes(_exercise: Any, drawn: list[Case], _rng: np.random.Generator) -> list[Probe]:
    """The cases; read-only arrays; whole numbers."""
    twins = frozen(drawn[0]["grads"])
    ints = [np.array([3, 0]), np.array([[4, 12]])]
    return [
        *[Probe("values", c) for c in drawn],
        *[Probe("new arrays", c, own_arrays) for c in (drawn[2], drawn[3], drawn[0])],
        Probe("memory layout", drawn[0].replace("read-only arrays", grads=twins)),
        Probe("whole numbers", drawn[0].replace("whole numbers", grads=ints, max_norm=6)),
    ]


@custom(
    says="clipping by the global norm",
    group="gradients",
    cases=cases,
    trial=clipped_and_norm,
    outputs=(Output("clipped", tol=2e-6), Output("norm", tol=1e-9)),
    probes=probes,
    forbids=("nnkit.optim",),
)
@leads(
    "One length for all gradients together, as if they were laid end to end in one long vector.",
    "total = root of the sum of all squares; where it is larger than max_norm, every "
    "gradient times max_norm / total.",
)
def clip_grad_norm(grads, max_norm):
    """Scale all gradients together so that their joint norm is at most max_norm."""
    arrays = list(grads.values()) if isinstance(grads, dict) else list(grads)
    norm = np.sqrt(sum(np.sum(g**2) for g in arrays))
    # ~ root missing: sum(np.sum(g**2) for g in arrays) | A norm is a root.
    # ~ sum of norms: sum(np.sqrt(np.sum(g**2)) for g in arrays) | Squares add up, norms do not.
    # ~ largest entry: max(np.abs(g).max() for g in arrays) | The norm takes all entries in.
    # ~ mean square: np.sum => np.mean | The norm adds up over all entries.
    # ~ norm of the first: arrays => arrays[:1] | One norm for all gradients together.
    scale = max_norm / norm if norm > max_norm else 1.0
    # ~ clipped above one only: norm > max_norm => norm > max(1.0, max_norm)
    #     | A small norm may be above a smaller max_norm.
    # ~ scaled up too: norm > max_norm => norm > 0 | Small gradients stay as they are.
    # ~ zeros divided: np.divide(max_norm, norm) if norm > max_norm or norm == 0 else 1.0
    #     | What is the scale when all gradients are zero?
    # ~ scale inverted: max_norm / norm => norm / max_norm | After clipping the norm is max_norm.
    # ~ in place: ...; [np.multiply(g, scale, out=g) for g in arrays]; scale = 1.0
    #     | The caller still has the old gradients.
    if isinstance(grads, dict):
        return {k: g * scale for k, g in grads.items()}, norm
        # ~ each on its own: scale => min(1.0, max_norm / max(np.linalg.norm(g), 1e-300))
        #     | One norm for all gradients together keeps their direction.
        # ~ norm after clipping: norm => min(norm, max_norm)
        #     | The norm before clipping tells what happened.
        # ~ by value: g * scale => np.clip(g, -max_norm, max_norm)
        #     | Clipping every entry changes the direction.
        # ~ always a list: [g * scale for g in arrays], norm | A dict comes back as a dict.
    return [g * scale for g in grads], norm
    # ~ each on its own: scale => min(1.0, max_norm / max(np.linalg.norm(g), 1e-300))
    # ~ norm after clipping: norm => min(norm, max_norm)
    # ~ by value: g * scale => np.clip(g, -max_norm, max_norm)
