"""The parts of a k-fold cross-validation: each example is in one validation part."""

import numpy as np

from autograder.checking.kinds import custom, leads
from autograder.exercises.ch01 import k_fold_trial as tried


@custom(
    says="the parts of a k-fold cross-validation",
    group="fitting",
    cases=tried.sizes,
    trial=tried.partition,
    outputs=(),
    randomness=True,
    probes=tried.probes,
)
@leads(
    "Shuffle once, cut into k parts; each part is the validation set once, the others "
    "together are the training set.",
    "`np.array_split` of one permutation of range(n); `np.concatenate` of all parts but one.",
)
def k_fold_indices(n, k, rng):
    """Shuffle range(n), cut it into k parts, let each be the validation set once."""
    folds = np.array_split(rng.permutation(n), k)
    # ~ not shuffled: rng.permutation => np.arange | Data often comes sorted.
    # ~ every kth: [np.arange(n)[j::k] for j in range(k)] | A fixed pattern is no shuffle.
    # ~ rest dropped: np.split(rng.permutation(n)[:n // k * k], k)
    #     | What happens to the examples that are left over?
    # ~ rest in the last: np.split(rng.permutation(n), [n // k * i for i in range(1, k)])
    #     | The sizes differ by at most one.
    # ~ sizes rounded up: [p[-(-n // k) * i : -(-n // k) * (i + 1)] for p in [rng.permutation(n)]
    #     for i in range(k)] | The sizes differ by at most one: what is left for the last part?
    # ~ drawn with replacement: np.array_split(rng.integers(0, n, n), k)
    #     | Each example is in exactly one validation part.
    # ~ a fold drawn for each: [np.flatnonzero(drawn == j) for drawn in [rng.integers(0, k, n)]
    #     for j in range(k)] | The sizes differ by at most one; a draw for each example gives any.
    # ~ neighbors stay together: [np.array_split(np.arange(n), k)[j] for j in rng.permutation(k)]
    #     | The examples are shuffled, not the parts.
    # ~ independent draws: None
    # ~ own generator: rng => np.random.default_rng(0) | The rng is passed in.
    # ~ global random: rng => np.random | The global random state is left alone.
    # ~ shuffle for permutation: np.array_split(rng.shuffle(np.arange(n)), k)
    #     | What does rng.shuffle return?
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]
    # ~ validation in training: folds[:i] + folds[i + 1:] => folds | No example is in both parts.
    # ~ parts swapped: [(folds[i], np.concatenate(folds[:i] + folds[i + 1:])) for i in range(k)]
    #     | Which of the two is the small one?
    # ~ training is the neighbor: [(folds[(i + 1) % k], folds[i]) for i in range(k)]
    #     | Training takes all other parts.
    # ~ one fold missing: k => k - 1 | Each of the k parts has its turn.
    # ~ independent draws: [(np.concatenate(new[:i] + new[i + 1:]), new[i]) for i in range(k)
    #     for new in [np.array_split(rng.permutation(n), k)]]
    #     | The validation parts form a partition.
    # ~ returns early: range(k) => range(1) | A `return` inside the loop ends it in its first turn.
    # ~ rest never validated: [(np.setdiff1d(np.arange(n), v), v) for v in
    #     np.split(np.concatenate(folds)[: n // k * k], k)] | Is each example in a validation part,
    #     also when n does not divide by k?
