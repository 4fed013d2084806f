"""How `k_fold_indices` is tried: whatever the order, the parts have to form a partition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import (
    Against,
    Case,
    Exercise,
    Probe,
    StructureError,
    case,
    unpack,
)
from autograder.checking.messages import translate
from autograder.checking.values import plain

Fold = tuple[np.ndarray, np.ndarray]


def sizes(rng: np.random.Generator) -> Iterator[Case]:
    """n that divides by k and n that does not; as many folds as examples."""
    for n, k in ((10, 3), (12, 4), (11, 4), (5, 5), (7, 2)):
        own = np.random.default_rng(int(rng.integers(2**31)))
        yield case(f"n = {n}, k = {k}", n=n, k=k, rng=own, N=n, K=k)


def probes(_exercise: Exercise, drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
    """Every case, and one for the order."""
    shuffled = Case("n = 60, k = 3", {}, {"seed": int(rng.integers(2**31))})
    return [*(Probe("values", c) for c in drawn), Probe("order from rng", shuffled, order)]


def partition(f: Any, case: Case) -> dict[str, Any]:
    """Partition, sizes and complements, whatever the order inside a part."""
    n, k = case["n"], case["k"]
    folds = _folds(f, n, k, case["rng"])
    parts = [val for _, val in folds]
    lengths = [len(val) for val in parts]
    rest = all(np.array_equal(np.sort(t), np.setdiff1d(np.arange(n), v)) for t, v in folds)
    return {
        "number of folds": Against(len(folds), k),
        "validation parts together": Against(
            np.sort(np.concatenate([np.zeros(0, int), *parts])), np.arange(n)
        ),
        "size of the smallest part": Against(min(lengths, default=0), n // k),
        "size of the largest part": Against(max(lengths, default=0), -(-n // k)),
        "each training part is the rest": Against(rest, True),
    }


def order(f: Any, case: Case) -> dict[str, Any]:
    """Shuffled by rng: the same state gives the same parts, another state other parts."""

    def parts(generator: np.random.Generator) -> list[tuple[int, ...]]:
        return [tuple(sorted(int(i) for i in v)) for _, v in _folds(f, 60, 3, generator)]

    first, again = (parts(np.random.default_rng(case["seed"])) for _ in range(2))
    shared = np.random.default_rng(case["seed"] + 1)
    other, later = parts(shared), parts(shared)
    # In a shuffle, a part of neighbors or of every third number has probability below 1e-13.
    fixed = any(p and (p[-1] - p[0] == len(p) - 1 or len({i % 3 for i in p}) == 1) for p in first)
    return {
        "same parts from the same rng state": Against(first == again, True),
        "another rng gives other parts": Against(first != other, True),
        "a second call gives other parts": Against(other != later, True),
        "parts are shuffled": Against(not fixed, True),
    }


def _folds(f: Any, n: int, k: int, rng: np.random.Generator) -> list[Fold]:
    """The returned folds as arrays of whole numbers."""
    result = plain(f.k_fold_indices(n, k, rng))
    if type(result) not in (list, tuple):
        raise StructureError(
            translate("k_fold_indices returned no list; expected a list of (train_idx, val_idx)")
        )
    return [_fold(pair) for pair in result]


def _fold(pair: Any) -> Fold:
    names = ("train_idx", "val_idx")
    both = unpack(pair, names, translate("a fold of k_fold_indices"))
    train, val = (np.asarray(v) for v in both)
    if not all(v.ndim == 1 and (v.dtype.kind in "iu" or v.size == 0) for v in (train, val)):
        raise StructureError(translate("a fold holds no one-dimensional arrays of whole numbers"))
    return train.astype(int), val.astype(int)
