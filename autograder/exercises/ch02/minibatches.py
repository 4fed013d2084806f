"""Numerical gradient, mini-batches, the loss of softmax regression."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import (
    Against,
    Case,
    Probe,
    StructureError,
    case,
    unpack,
)
from autograder.checking.kinds import changed as changed_names
from autograder.checking.kinds import custom, frozen, snapshot
from autograder.checking.messages import translate
from autograder.checking.values import plain


def datasets(rng: np.random.Generator) -> Iterator[Case]:
    """Sizes that divide and that do not, a batch larger than the data, rows of several axes."""
    for n, shape, size in ((10, (3,), 4), (12, (2, 2), 3), (5, (2,), 8), (7, (1,), 1)):
        x = np.arange(n * int(np.prod(shape)), dtype=float).reshape(n, *shape) + 0.5
        yield case(
            f"{n} examples in batches of {size}",
            x=x,
            y=np.arange(n) * 10,
            batch_size=size,
            rng=np.random.default_rng(int(rng.integers(2**31))),
        )


def one_pass(f: Any, case: Case) -> dict[str, Any]:
    """Everything the contract promises about one pass, without asking for one particular order."""
    x, y, size = case["x"], case["y"], case["batch_size"]
    kept = snapshot({"x": x, "y": y})
    batches = list(_taken(f.minibatches(x, y, size, case["rng"]), 4 * len(x) + 8))
    xs, ys = [b[0] for b in batches], [b[1] for b in batches]
    seen = np.concatenate(ys) if ys else np.zeros(0, int)
    together = (
        all(
            len(a) == len(b) and np.array_equal(a, x[b // 10])
            if a.shape[1:] == x.shape[1:]
            else False
            for a, b in zip(xs, ys, strict=True)
        )
        if (np.isin(seen, y).all())
        else False
    )
    return {
        "number of batches": Against(len(batches), -(-len(x) // size)),
        "sizes of the batches": Against(
            [len(b) for b in ys], [min(size, len(x) - s) for s in range(0, len(x), size)]
        ),
        "examples seen": Against(np.sort(seen), np.sort(y)),
        "x and y stay together": Against(bool(together), True),
        "dtype of y": Against(str(ys[0].dtype.kind) if ys else "", y.dtype.kind),
        "!changed": lambda: changed_names(kept, {"x": x, "y": y}),
    }


def orders(f: Any, case: Case) -> dict[str, Any]:
    """The order comes from rng: the same state gives the same order, and it is not the old one every time."""
    x, y = np.arange(40.0)[:, None], np.arange(40)
    seed = case["seed"]

    def order(generator: np.random.Generator) -> np.ndarray:
        taken = [b[1] for b in _taken(f.minibatches(x, y, 7, generator), 100)]
        return np.concatenate(taken) if taken else np.zeros(0, int)

    shared = np.random.default_rng(seed + 1)
    first, again, other = (
        order(np.random.default_rng(seed)),
        order(np.random.default_rng(seed)),
        order(shared),
    )
    second_pass = order(shared)
    # 40 examples: a right shuffle keeps the order, sorts within batches or repeats it with probability < 1e-40.
    sorted_in_batches = all(np.all(np.diff(first[s : s + 7]) == 1) for s in range(0, len(first), 7))
    whole_batches = all(
        np.all(np.diff(np.sort(first[s : s + 7])) == 1) for s in range(0, len(first), 7)
    )
    return {
        "same order from the same rng state": Against(bool(np.array_equal(first, again)), True),
        "order is shuffled": Against(bool(np.array_equal(first, np.arange(40))), False),
        "another rng gives another order": Against(bool(np.array_equal(first, other)), False),
        "a second pass has another order": Against(bool(np.array_equal(other, second_pass)), False),
        "examples are shuffled one by one": Against(sorted_in_batches or whole_batches, False),
    }


def _taken(batches: Any, most: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """At most `most` batches as plain arrays; an endless generator is an error, not an endless check."""
    try:
        iterator = iter(batches)
    except TypeError:
        raise StructureError(
            translate(
                "minibatches returned something that cannot be looped over; expected a generator of (x, y)"
            )
        ) from None
    for k, batch in enumerate(iterator):
        if k >= most:
            raise StructureError(
                translate("minibatches was still yielding after {n} batches").format(n=most)
            )
        x, y = (plain(v) for v in unpack(batch, ("x", "y"), translate("a batch of minibatches")))
        if (
            not isinstance(x, np.ndarray)
            or not isinstance(y, np.ndarray)
            or x.ndim == 0
            or y.ndim != 1
        ):
            raise StructureError(
                translate("a batch holds no arrays of rows; expected x (B, ...) and y (B,)")
            )
        yield x, y


@custom(
    says="mini-batches in random order",
    group="batches, L2",
    cases=datasets,
    trial=one_pass,
    randomness=True,
    outputs=(),
    probes=lambda ex, drawn, rng: [
        *[Probe("values", c) for c in drawn],
        Probe(
            "order from rng", Case("40 examples", {}, {"seed": int(rng.integers(2**31))}), orders
        ),
        Probe(
            "memory layout",
            drawn[0].replace("read-only arrays", x=frozen(drawn[0]["x"]), y=frozen(drawn[0]["y"])),
        ),
    ],
    forbids=("nnkit.data.minibatches",),
)
def minibatches(x, y, batch_size, rng):
    """Yield (x, y) pairs of batch_size rows in an order drawn from rng."""
    order = rng.permutation(len(x))  # ~ not shuffled: np.arange(len(x)) | The order comes from rng.
    # ~ with replacement: rng.integers(0, len(x), len(x)) | Every example once.
    # ~ own generator: rng => np.random.default_rng(0) | The rng is passed in.
    # ~ fresh generator: rng => np.random.default_rng()
    #     | The same rng state has to give the same order.
    # ~ global random: rng => np.random | The global random state is left alone.
    # ~ changes data: ...; x[:], y[:] = (x[order], y[order]); order = np.arange(len(x))
    #     | The data belongs to the caller.
    for start in range(0, len(x), batch_size):
        # ~ last batch dropped: range(0, len(x) - batch_size + 1, batch_size)
        #     | What happens to the examples that do not fill a batch?
        chosen = order[start : start + batch_size]
        # ~ last batch filled up: np.take(order, range(start, start + batch_size), mode="wrap")
        #     | The last batch may be smaller.
        # ~ batch size off by one: order[start:start + batch_size - 1]
        #     | How many rows has a slice from a to b?
        yield x[chosen], y[chosen]
        # ~ x and y apart: y[chosen] => y[start:start + batch_size] | Each label belongs to its row.
        # ~ one batch only: ...; return | A `return` ends the loop at once.
    #!! batches shuffled only | Neighbours should not stay neighbours for ever.
    #!! def minibatches(x, y, batch_size, rng):
    #!!     """Yield (x, y) pairs of batch_size rows in an order drawn from rng."""
    #!!     order = np.arange(len(x))
    #!!     starts = np.arange(0, len(x) - len(x) % batch_size, batch_size)
    #!!     for start in [*rng.permutation(starts), *range(len(starts) * batch_size, len(x), batch_size)]:
    #!!         chosen = order[start : start + batch_size]
    #!!         yield x[chosen], y[chosen]
    #!!
