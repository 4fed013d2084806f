"""How dropout is tried: by what any draw has to satisfy.

Which units are dropped is the student's draw: what is kept is read off the output, the scale and
the gradient are then exact, and the shares kept are compared with bounds of six standard errors or
more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Against, Case, Probe, case, unpack
from autograder.checking.kinds import changed, snapshot, with_given
from autograder.checking.kinds.memory import whole_and_memory
from autograder.checking.values import NotPlain, as_array, plain
from autograder.exercises.ch03.draws import bounded, two_sided

SCALE, SLOPE, DROPPED = "out / x where kept", "dx / dout where kept", "dx where dropped"
ROWS = "spread of the share kept from row to row"
COLUMNS = "spread of the share kept from column to column"
NEIGHBORS = "independence of neighboring units"
SHARES = ("share kept", ROWS, COLUMNS, NEIGHBORS)
AS_DRAWN = ("the mask of this draw",)  # in the place of the documented cache: draws differ
DRAWS = 12  # as many equal counts of 100 draws each come by chance with p < 1e-11


def cases(
    *listed: tuple[int, int, float, bool],
) -> Callable[[np.random.Generator], Iterator[Case]]:
    """Return a generator of cases: x of n by d for each (n, d, keep, train)."""

    def drawn(rng: np.random.Generator) -> Iterator[Case]:
        for n, d, keep, train in listed:
            label = f"{'training' if train else 'test time'}, keep = {keep}, x {n} by {d}"
            own = np.random.default_rng(rng.integers(2**60))
            given = {"dout": rng.standard_normal((n, d))}
            x = two_sided(rng, (n, d))
            if keep == 1.0 or not train:
                x[0] = 0.0  # kept like all others: a mask read off the output drops it
            yield case(label, x=x, keep=keep, rng=own, train=train, given=given, N=n, D=d)

    return drawn


def forward(f: Any, *args: Any) -> tuple[Any, Any]:
    """The student's out and cache."""
    out, cache = unpack(f.dropout_forward(*args), ("out", "cache"), "dropout_forward")
    return out, cache


def forward_trial(f: Any, case: Case) -> dict[str, Any]:
    """Entries are 0 or x/keep; the share kept is right, in the whole, by rows and by columns."""
    before = snapshot(case.inputs)
    raw, cache = forward(f, *case.args)
    x, keep = case["x"], case["keep"] if case["train"] else 1.0
    out, right = as_array(plain(raw)), np.full(case["x"].shape, 1.0 / keep)
    results: dict[str, Any] = {
        "out": Against(raw, x),
        SCALE: Against(right, right),
        **{name: Against(1.0, 1.0) for name in SHARES},
    }
    results["!changed"] = lambda: changed(before, case.inputs)
    results["!cache"] = AS_DRAWN if out is not None and holds_mask(cache, x, out) else cache
    if out is None or out.shape != x.shape:
        return results
    kept = (out != 0) if keep < 1.0 else np.ones(x.shape, dtype=bool)
    results["out"] = Against(type_only(out), np.ones(x.shape))
    results[SCALE] = Against(scale(out, kept, x), right)
    return {**results, **shares(kept, keep)} if keep < 1.0 and x.size > 1000 else results


def holds_mask(cache: Any, x: np.ndarray, out: np.ndarray) -> bool:
    """Whether a cache is (mask,) with out = x * mask, whatever was drawn."""
    try:
        kept = plain(cache)
    except NotPlain:
        return False
    mask = as_array(kept[0]) if type(kept) in (tuple, list) and len(kept) == 1 else None
    if mask is None or mask.shape != x.shape or out.shape != x.shape:
        return False
    return bool(np.allclose(x * mask, out))


def shares(kept: np.ndarray, keep: float) -> dict[str, Any]:
    """How many were kept; where that is right, whether each unit had a draw of its own.

    8,000 draws: the standard error of the share is 0.005, of the two products of neighbors 0.016;
    with 80 rows or columns at least, the bounds of their means' squares are more than six errors
    away.
    """
    share = bounded(kept.mean(), keep, keep - 0.033, keep + 0.033, (1.0 - keep, 0.5, 1.0))
    if share.got != keep:
        return {"share kept": share}
    z = (kept - keep) / np.sqrt(keep * (1.0 - keep))  # mean 0, variance 1, if all is well
    # A mean over m independent entries varies m times less than an entry; of shared draws not.
    rows = (z.mean(axis=1) ** 2).mean() * z.shape[1]
    columns = (z.mean(axis=0) ** 2).mean() * z.shape[0]
    pairs = (z[:, 1:] * z[:, :-1]).mean() + (z[1:] * z[:-1]).mean()
    return {
        "share kept": share,
        ROWS: bounded(rows, 1.0, 0.27, 2.6, (0.0,)),
        COLUMNS: bounded(columns, 1.0, 0.27, 2.6, (0.0,)),
        NEIGHBORS: bounded(1.0 + pairs, 1.0, 0.9, 1.1),
    }


def type_only(out: np.ndarray) -> np.ndarray:
    """Ones of the same shape and floating type, and what is not finite; ratios judge the rest."""
    kind = out.dtype if out.dtype.kind == "f" else float
    return np.where(np.isfinite(out), 1.0, out).astype(kind)


def scale(out: np.ndarray, known: np.ndarray, x: np.ndarray) -> np.ndarray:
    """out / x, with the typical ratio where the unit was dropped or nothing went in.

    So two answers that differ in nothing but which units they dropped show the same numbers.
    """
    use = known & (x != 0)
    ratios = out / np.where(x == 0, 1.0, x)
    return np.where(use, ratios, np.median(ratios[use]) if use.any() else 0.0)


def backward_trial(f: Any, case: Case) -> dict[str, Any]:
    """dx is dout/keep where forward kept the unit, 0 where it dropped it."""
    raw, cache = forward(f, *case.args)
    keep, dout = case["keep"] if case["train"] else 1.0, case["dout"]
    kept = np.asarray(plain(raw)) != 0 if keep < 1.0 else np.ones(case["x"].shape, dtype=bool)
    watched = {"dout": dout, "cache": cache}
    original, before = dout.copy(), snapshot(watched)
    dx = f.dropout_backward(dout, cache)
    touched = changed(before, watched)
    return {**judged(dx, kept, original, keep), "!changed": lambda: touched}


def judged(
    dx: Any, kept: np.ndarray, dout: np.ndarray, keep: float, when: str = ""
) -> dict[str, Any]:
    """What a gradient has to be where forward kept units, and where it dropped them."""
    got, right = as_array(plain(dx)), np.full(dout.shape, 1.0 / keep)
    results = {
        f"dx{when}": Against(dx, dout),
        f"{SLOPE}{when}": Against(right, right),
        f"{DROPPED}{when}": Against(1.0, 1.0),
    }
    if got is None or got.shape != dout.shape:
        return results
    results[f"dx{when}"] = Against(type_only(got), np.ones(dout.shape))
    if dout.any():
        results[f"{SLOPE}{when}"] = Against(scale(got, kept, dout), right)
    ratios = np.abs(got / np.where(dout == 0, 1.0, dout))
    largest = float(ratios[~kept | (dout == 0)].max(initial=0.0))
    # One more than the largest ratio, so that the right number is not zero.
    results[f"{DROPPED}{when}"] = Against(1.0 + largest, 1.0)
    return results


def backward_again(f: Any, case: Case) -> dict[str, Any]:
    """Backward twice with one cache, another forward in between."""
    keep, rng, train = case["keep"], case["rng"], case["train"]
    x, dout = case["x"][:5, :4].copy(), case["dout"][:5, :4].copy()
    raw, cache = forward(f, x, keep, rng, train)
    kept = np.asarray(plain(raw)) != 0
    first = plain(f.dropout_backward(dout.copy(), cache))
    _, other = forward(f, x + 1.0, keep, rng, train)
    f.dropout_backward(2.0 * dout, other)
    second = f.dropout_backward(dout.copy(), cache)
    return {**judged(first, kept, dout, keep), **judged(second, kept, dout, keep, " (again)")}


def count_trial(f: Any, case: Case) -> dict[str, Any]:
    """The number of units kept is a matter of chance too: it differs from draw to draw."""
    counts = {
        int(
            np.count_nonzero(
                plain(forward(f, case["x"].copy(), case["keep"], case["rng"], True)[0])
            )
        )
        for _ in range(DRAWS)
    }
    return {"numbers of units kept in twelve draws differ": Against(len(counts) > 1, True)}


def generator_trial(f: Any, case: Case) -> dict[str, Any]:
    """The same generator state drops the same units, another state others."""

    def dropped(c: Case) -> np.ndarray:
        out, _ = forward(f, *c.fresh().args)
        return np.asarray(plain(out)) == 0

    first, second, other = dropped(case), dropped(case), dropped(case.replace(rng=case["other"]))
    same, others = (first.shape == d.shape and bool(np.all(first == d)) for d in (second, other))
    return {
        "the same generator drops the same units": Against(same, True),
        "another generator drops other units": Against(not others, True),
    }


def forward_probes(exercise: Any, drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
    """Values; then one generator state twice."""
    other = np.random.default_rng(rng.integers(2**60))
    return [
        *(Probe("values", c) for c in drawn),
        *whole_and_memory(drawn, ["x"]),
        *any_shape(drawn[0]),
        Probe("randomness", with_given(drawn[0], other=other), generator_trial),
        Probe("randomness", hundred(rng), count_trial),
    ]


def hundred(rng: np.random.Generator) -> Case:
    """A hundred units, each kept or not."""
    own = np.random.default_rng(rng.integers(2**60))
    x = two_sided(rng, (10, 10))
    inputs = {"x": x, "keep": 0.6, "rng": own, "train": True}
    return Case("100 units, keep = 0.6", inputs, lead=BY_CHANCE)


BY_CHANCE = (
    "each draw moves the generator on, so two calls differ (a copy of it would give the same "
    "numbers again), and each unit is kept or dropped by a draw of its own, not a fixed number of "
    "them."
)


def any_shape(first: Case) -> list[Probe]:
    """x as a vector and with three axes."""
    listed = []
    for shape in ((30,), (3, 2, 5)):
        made = {k: first[k].reshape(-1)[:30].reshape(shape) for k in ("x", "dout")}
        listed.append(Probe("any shape", first.replace(f"x of shape {shape}", **made)))
    return listed


def backward_probes(exercise: Any, drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
    """Values; another upstream gradient; twice."""
    zero = drawn[0].replace("upstream gradient of zeros", dout=np.zeros_like(drawn[0]["dout"]))
    return [
        *(Probe("values", c) for c in drawn),
        Probe("linear in dout", zero),
        Probe("repeatable", drawn[0], backward_again),
        *any_shape(drawn[0]),
        *whole_and_memory(drawn, []),
    ]
