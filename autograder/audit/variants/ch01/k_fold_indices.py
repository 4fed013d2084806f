"""The parts of a cross-validation in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def folds_masks():
    def k_fold_indices(n, k, rng):
        order = rng.permutation(n)
        folds = []
        for i in range(k):
            val = order[i::k]
            mask = np.ones(n, dtype=bool)
            mask[val] = False
            folds.append((np.flatnonzero(mask), val))
        return folds

    return k_fold_indices


@right
def folds_shuffle_lists():
    def k_fold_indices(n, k, rng):
        order = list(range(n))
        rng.shuffle(order)
        edges = [round(i * n / k) for i in range(k + 1)]
        return [
            (order[: edges[i]] + order[edges[i + 1] :], order[edges[i] : edges[i + 1]])
            for i in range(k)
        ]

    return k_fold_indices


@right
def folds_random_keys():
    def k_fold_indices(n, k, rng):
        fold_of = np.arange(n)[np.argsort(rng.random(n))] % k
        return [(np.where(fold_of != i)[0], np.where(fold_of == i)[0]) for i in range(k)]

    return k_fold_indices


@right
def k_fold_strided():

    def k_fold_indices(n, k, rng):
        order = np.arange(n)
        rng.shuffle(order)
        return tuple((np.setdiff1d(order, order[i::k]), np.sort(order[i::k])) for i in range(k))

    return k_fold_indices


@right
def folds_dealt_from_a_shrinking_pool():
    def k_fold_indices(n, k, rng):
        pool, folds = list(range(n)), [[] for _ in range(k)]
        for turn in range(n):
            folds[turn % k].append(pool.pop(int(rng.integers(len(pool)))))
        return [
            (np.array([e for other in folds if other is not fold for e in other]), np.array(fold))
            for fold in folds
        ]

    return k_fold_indices
