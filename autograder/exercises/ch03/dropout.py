"""Inverted dropout, judged by what any draw has to satisfy.

Which units are dropped is the student's draw: what is kept is read off the output, the scale and the
gradient are then exact, and the shares kept are compared with bounds of six standard errors or more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Against, Case, Output, Probe, case, unpack
from autograder.checking.kinds import changed, custom, snapshot, with_given
from autograder.checking.kinds.memory import whole_and_memory
from autograder.checking.values import as_array, plain
from autograder.exercises.ch03.draws import bounded, two_sided

FORWARD_CASES = (
    (9, 7, 0.7, True),
    (100, 80, 0.7, True),
    (80, 110, 0.25, True),
    (4, 5, 1.0, True),
    (4, 3, 0.6, False),
)


BACKWARD_CASES = ((9, 7, 0.7, True), (6, 8, 0.25, True), (4, 5, 1.0, True), (4, 3, 0.6, False))


def cases(rng: np.random.Generator, listed: Any = FORWARD_CASES) -> Iterator[Case]:
    """Training with several keeps, 1 among them, and test time; for forward, large enough for statistics."""
    for n, d, keep, train in listed:
        label = f"{'training' if train else 'test time'}, keep = {keep}, x {n} by {d}"
        rng_given = np.random.default_rng(rng.integers(2**60))
        dout = rng.standard_normal((n, d))
        yield case(
            label,
            x=two_sided(rng, (n, d)),
            keep=keep,
            rng=rng_given,
            train=train,
            given={"dout": dout},
            N=n,
            D=d,
        )


def backward_cases(rng: np.random.Generator) -> Iterator[Case]:
    """The same in small."""
    return cases(rng, BACKWARD_CASES)


def forward_trial(f: Any, case: Case) -> dict[str, Any]:
    """Entries are 0 or x/keep; the share kept is right, in the whole, by rows and by columns.

    8,000 draws: the standard error of the share is 0.005, of the two products of neighbors 0.016; with
    80 rows or columns at least, the bounds of their means' squares are more than six errors away.
    """
    before = snapshot(case.inputs)
    raw, _ = unpack(f.dropout_forward(*case.args), ("out", "cache"), "dropout_forward")
    x, keep = case["x"], case["keep"] if case["train"] else 1.0
    out = as_array(plain(raw))
    results: dict[str, Any] = {
        "out": Against(raw, x),
        SCALE: Against(np.full(x.shape, 1.0 / keep), np.full(x.shape, 1.0 / keep)),
        **{name: Against(1.0, 1.0) for name in SHARES},
    }
    results["!changed"] = lambda: changed(before, case.inputs)
    if out is None or out.shape != x.shape:
        return results
    kept = (out != 0) if keep < 1.0 else np.ones(x.shape, dtype=bool)
    results["out"] = Against(type_only(out), np.ones(x.shape))
    results[SCALE] = Against(scale(out, kept, x), np.full(x.shape, 1.0 / keep))
    if keep < 1.0 and x.size > 1000:
        z = (kept - keep) / np.sqrt(keep * (1.0 - keep))  # mean 0, variance 1, if all is well
        rows, columns = (
            (z.mean(axis=1) ** 2).mean() * x.shape[1],
            (z.mean(axis=0) ** 2).mean() * x.shape[0],
        )
        pairs = (z[:, 1:] * z[:, :-1]).mean() + (z[1:] * z[:-1]).mean()
        results["share kept"] = bounded(
            kept.mean(), keep, keep - 0.033, keep + 0.033, (1.0 - keep, 0.5, 1.0)
        )
        # The mean over m independent entries varies m times less than an entry; shared draws do not.
        # Where the share itself is wrong, these say nothing more.
        if results["share kept"].got == keep:
            results["rows"] = bounded(rows, 1.0, 0.27, 2.6, (0.0,))
            results["columns"] = bounded(columns, 1.0, 0.27, 2.6, (0.0,))
            results["neighbors"] = bounded(1.0 + pairs, 1.0, 0.9, 1.1)
    return results


def type_only(out: np.ndarray) -> np.ndarray:
    """Ones of the same shape and floating type, and what is not finite: the numbers are judged as ratios."""
    return np.where(np.isfinite(out), 1.0, out).astype(
        out.dtype if out.dtype.kind == "f" else float
    )


def scale(out: np.ndarray, known: np.ndarray, x: np.ndarray) -> np.ndarray:
    """out / x, with the typical ratio where the unit was dropped or nothing went in.

    So two answers that differ in nothing but which units they dropped show the same numbers.
    """
    use = known & (x != 0)
    ratios = out / np.where(x == 0, 1.0, x)
    return np.where(use, ratios, np.median(ratios[use]) if use.any() else 0.0)


def backward_trial(f: Any, case: Case) -> dict[str, Any]:
    """dx is dout/keep where forward kept the unit, 0 where it dropped it."""
    raw, cache = unpack(f.dropout_forward(*case.args), ("out", "cache"), "dropout_forward")
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
    # One more than the largest ratio, so that the right number is not zero.
    ratios = np.abs(got / np.where(dout == 0, 1.0, dout))
    results[f"{DROPPED}{when}"] = Against(
        1.0 + float(ratios[~kept | (dout == 0)].max(initial=0.0)), 1.0
    )
    return results


def backward_again(f: Any, case: Case) -> dict[str, Any]:
    """Backward twice with one cache, another forward in between."""
    keep, rng, train = case["keep"], case["rng"], case["train"]
    x, dout = case["x"][:5, :4].copy(), case["dout"][:5, :4].copy()
    raw, cache = unpack(f.dropout_forward(x, keep, rng, train), ("out", "cache"), "dropout_forward")
    kept = np.asarray(plain(raw)) != 0
    first = plain(f.dropout_backward(dout.copy(), cache))
    _, other = unpack(
        f.dropout_forward(x + 1.0, keep, rng, train), ("out", "cache"), "dropout_forward"
    )
    f.dropout_backward(2.0 * dout, other)
    second = f.dropout_backward(dout.copy(), cache)
    return {**judged(first, kept, dout, keep), **judged(second, kept, dout, keep, " (again)")}


def generator_trial(f: Any, case: Case) -> dict[str, Any]:
    """The same generator state drops the same units, another state others."""

    def dropped(c: Case) -> np.ndarray:
        return (
            np.asarray(
                plain(
                    unpack(f.dropout_forward(*c.fresh().args), ("out", "cache"), "dropout_forward")[
                        0
                    ]
                )
            )
            == 0
        )

    first, second, other = dropped(case), dropped(case), dropped(case.replace(rng=case["other"]))
    same, others = (
        float(first.shape == d.shape and bool(np.all(first == d))) for d in (second, other)
    )
    return {
        "the same units dropped by the same generator": Against(same, 1.0),
        "the same units dropped by another generator": Against(others, 0.0),
    }


SHARES = ("share kept", "rows", "columns", "neighbors")


SCALE, SLOPE, DROPPED = "out / x where kept", "dx / dout where kept", "dx where dropped"


def forward_probes(exercise: Any, drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
    """Values; then one generator state twice."""
    other = np.random.default_rng(rng.integers(2**60))
    return [
        *(Probe("values", c) for c in drawn),
        *whole_and_memory(drawn, ["x"]),
        Probe("randomness", with_given(drawn[0], other=other), generator_trial),
    ]


def backward_probes(exercise: Any, drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
    """Values; another upstream gradient; twice."""
    zero = drawn[0].replace("upstream gradient of zeros", dout=np.zeros_like(drawn[0]["dout"]))
    return [
        *(Probe("values", c) for c in drawn),
        Probe("linear in dout", zero),
        Probe("repeatable", drawn[0], backward_again),
        *whole_and_memory(drawn, []),
    ]


def _new_mask(dout, cache):
    (mask,) = cache
    scale = mask.max()
    drawn = np.random.default_rng(0).random(dout.shape) < 1.0 / scale
    return dout * drawn * scale


FORWARD_OUTPUTS = (
    Output("out"),
    Output(SCALE, axes=("example", "unit")),
    *(Output(name) for name in SHARES),
)


@custom(
    says="inverted dropout",
    group="dropout",
    cases=cases,
    trial=forward_trial,
    outputs=FORWARD_OUTPUTS,
    cache="(mask,)",
    probes=forward_probes,
    may_change=("rng",),
    randomness=True,
)
def dropout_forward(x, keep, rng, train):
    """Each entry is kept with probability keep and scaled by 1/keep; nothing happens at test time."""
    mask = (rng.random(x.shape) < keep) / keep if train else np.ones(x.shape)
    # ~ not scaled: (rng.random(x.shape) < keep) * 1.0 if train else np.ones(x.shape)
    #     | With half of the units gone, the next layer gets half the signal. What makes up for it?
    # ~ scaled by keep: (rng.random(x.shape) < keep) * keep if train else np.ones(x.shape)
    #     | Should what is left become larger or smaller?
    # ~ keep and drop swapped: rng.random(x.shape) < keep => rng.random(x.shape) >= keep
    #     | keep is the probability to stay.
    # ~ drop for keep: (rng.random(x.shape) < 1.0 - keep) / max(1.0 - keep, 1e-12) if train else
    #     np.ones(x.shape) | keep is the probability to stay; check it with a call where keep is
    #     0.7.
    # ~ scaled by drop: (rng.random(x.shape) < keep) / max(1.0 - keep, 1e-12) if train else
    #     np.ones(x.shape) | By which of the two probabilities do you divide?
    # ~ scaled at test time: np.ones(x.shape) => np.full(x.shape, keep)
    #     | At test time the outputs are already on the right scale.
    # ~ scaled up at test time: np.ones(x.shape) => np.full(x.shape, 1.0 / keep)
    #     | At test time nothing happens to x.
    # ~ drops at test time: (rng.random(x.shape) < keep) / keep | At test time all units work.
    # ~ train inverted: train => not train | When are units dropped: in training or at test time?
    # ~ never drops: np.ones(x.shape) if train else np.ones(x.shape)
    #     | In training some units have to be off.
    # ~ one mask for the batch: rng.random(x.shape) => rng.random((1, *x.shape[1:]))
    #     | Does each example drop its own units?
    # ~ one draw per example: rng.random(x.shape) => rng.random((len(x), 1))
    #     | Does each unit get its own draw?
    # ~ one draw for all: rng.random(x.shape) => rng.random()
    # ~ normal for uniform: rng.random => rng.standard_normal
    #     | Which distribution makes P(draw < keep) equal to keep?
    # ~ fixed number: rng.random(x.shape) < keep => rng.permuted(np.tile(np.arange(x.shape[1]) <
    #     round(keep * x.shape[1]), (len(x), 1)), axis=1) | Each unit decides on its own; the
    #     number kept may vary from row to row and column to column.
    # ~ keep fixed: keep => 0.5 | keep is an argument; compare a call with another keep.
    # ~ global random state: rng.random(x.shape) => np.random.rand(*x.shape)
    #     | Draw from the generator that was passed in.
    # ~ ignores rng: rng => np.random.default_rng(0)
    #     | Two calls with different generators should drop different units.
    return x * mask, (mask,)
    # ~ x changed in place: x *= mask; return (x, (mask,))
    #     | Make a new array; the caller still needs x.
    # ~ mask returned: mask, (mask,) | The mask goes into the cache; out is x with some units off.


@custom(
    says="the gradient of inverted dropout",
    group="dropout",
    cases=backward_cases,
    trial=backward_trial,
    cache="(mask,)",
    outputs=(Output("dx"), Output(SLOPE, axes=("example", "unit")), Output(DROPPED)),
    probes=backward_probes,
    may_change=("rng",),
    companions={"dropout_forward": dropout_forward},
    partner="dropout_forward",
)
def dropout_backward(dout, cache):
    # ~ new mask: _new_mask
    #     | The units that were off in forward are off in backward; which ones were they?
    """The mask of forward, scale included."""
    (mask,) = cache
    return dout * mask
    # ~ not scaled: mask => mask > 0 | Forward multiplied by something besides 0 and 1.
    # ~ scaled twice: dout * mask**2 | Count how often the scale is multiplied in.
    # ~ mask missing: dout * 1.0 | Units that were off pass nothing back.
    # ~ scale without mask: dout * mask.max()
    # ~ mask inverted: mask => mask == 0
    #     | Which units pass the gradient back, those kept or those dropped?
    # ~ divided by mask: dout / np.where(mask > 0, mask, np.inf) | The slope of x·m is m.
    # ~ ignores dout: mask | Every gradient starts from the one that comes in from above.
    # ~ dout changed in place: dout *= mask; return dout
    #     | Make a new array; the caller still needs dout.
