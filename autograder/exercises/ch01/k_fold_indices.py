"""Polynomial features, ridge regression, cross-validation, bias and variance."""

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
from autograder.checking.kinds import custom
from autograder.checking.messages import translate
from autograder.checking.values import plain


def fold_cases(rng: np.random.Generator) -> Iterator[Case]:
    """n that divides by k and n that does not; as many folds as examples."""
    for n, k in ((10, 3), (12, 4), (11, 4), (5, 5), (7, 2)):
        yield case(
            f"n = {n}, k = {k}",
            n=n,
            k=k,
            rng=np.random.default_rng(int(rng.integers(2**31))),
            N=n,
            K=k,
        )


def folds_of(
    f: Any, n: int, k: int, rng: np.random.Generator
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The returned folds as arrays of whole numbers."""
    result = plain(f.k_fold_indices(n, k, rng))
    if type(result) not in (list, tuple):
        raise StructureError(
            translate("k_fold_indices returned no list; expected a list of (train_idx, val_idx)")
        )
    pairs = []
    for pair in result:
        train, val = (
            np.asarray(v)
            for v in unpack(pair, ("train_idx", "val_idx"), translate("a fold of k_fold_indices"))
        )
        if not all(v.ndim == 1 and (v.dtype.kind in "iu" or v.size == 0) for v in (train, val)):
            raise StructureError(
                translate("a fold holds no one-dimensional arrays of whole numbers")
            )
        pairs.append((train.astype(int), val.astype(int)))
    return pairs


def fold_facts(f: Any, case: Case) -> dict[str, Any]:
    """Partition, sizes and complements, whatever the order inside a part."""
    n, k = case["n"], case["k"]
    pairs = folds_of(f, n, k, case["rng"])
    sizes = [len(val) for _, val in pairs]
    return {
        "number of folds": Against(len(pairs), k),
        "validation parts together": Against(
            np.sort(np.concatenate([np.zeros(0, int), *[v for _, v in pairs]])), np.arange(n)
        ),
        "smallest and largest part": Against(
            [min(sizes, default=0), max(sizes, default=0)], [n // k, -(-n // k)]
        ),
        "each training part is the rest": Against(
            all(np.array_equal(np.sort(t), np.setdiff1d(np.arange(n), v)) for t, v in pairs), True
        ),
    }


def fold_order(f: Any, case: Case) -> dict[str, Any]:
    """Shuffled by rng: the same state gives the same parts, another state other parts."""
    seed, n = case["seed"], 60

    def parts(generator: np.random.Generator) -> list[tuple[int, ...]]:
        return [tuple(sorted(int(i) for i in v)) for _, v in folds_of(f, n, 3, generator)]

    shared = np.random.default_rng(seed + 1)
    first, again, other, later = (
        parts(np.random.default_rng(seed)),
        parts(np.random.default_rng(seed)),
        parts(shared),
        parts(shared),
    )
    # Neither blocks of neighbours nor every third number: both have probability below 1e-20 in a shuffle.
    blocks = any(
        len(p) and (p[-1] - p[0] == len(p) - 1 or len({i % 3 for i in p}) == 1) for p in first
    )
    return {
        "same parts from the same rng state": Against(first == again, True),
        "another rng gives other parts": Against(first == other, False),
        "a second call gives other parts": Against(other == later, False),
        "parts are shuffled": Against(blocks, False),
    }


@custom(
    says="the parts of a k-fold cross-validation",
    group="fitting",
    cases=fold_cases,
    trial=fold_facts,
    outputs=(),
    randomness=True,
    probes=lambda ex, drawn, rng: [
        *[Probe("values", c) for c in drawn],
        Probe(
            "order from rng",
            Case("n = 60, k = 3", {}, {"seed": int(rng.integers(2**31))}),
            fold_order,
        ),
    ],
)
def k_fold_indices(n, k, rng):
    """Shuffle range(n), cut it into k parts, let each be the validation set once."""
    folds = np.array_split(rng.permutation(n), k)
    # ~ not shuffled: rng.permutation => np.arange | Data often comes sorted.
    # ~ rest dropped: np.split(rng.permutation(n)[:n // k * k], k)
    #     | What happens to the examples that are left over?
    # ~ rest in the last: [p for p in np.split(rng.permutation(n), [n // k * i for i in range(1,
    #     k)])] | The sizes differ by at most one.
    # ~ drawn with replacement: np.array_split(rng.integers(0, n, n), k)
    #     | Each example is in exactly one validation part.
    # ~ own generator: rng => np.random.default_rng(0) | The rng is passed in.
    # ~ global random: rng => np.random | The global random state is left alone.
    # ~ every kth: [np.arange(n)[j::k] for j in range(k)] | A fixed pattern is no shuffle.
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]
    # ~ validation in training: folds[:i] + folds[i + 1:] => folds | No example is in both parts.
    # ~ training is the neighbour: [(folds[(i + 1) % k], folds[i]) for i in range(k)]
    #     | Training takes all other parts.
    # ~ parts swapped: [(folds[i], np.concatenate(folds[:i] + folds[i + 1:])) for i in range(k)]
    #     | Which of the two is the small one?
    # ~ independent draws: [(np.concatenate(folds[:i] + folds[i + 1:]), folds[i]) for i in range(k)
    #     if folds.__setitem__(slice(None), np.array_split(rng.permutation(n), k)) is None] | The
    #     validation parts form a partition.
    # ~ one fold missing: k => k - 1 | Each of the k parts has its turn.
