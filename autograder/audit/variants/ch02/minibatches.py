"""Mini-batches in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def batches_array_split():
    def minibatches(x, y, batch_size, rng):
        order = np.arange(len(x))
        rng.shuffle(order)
        for part in np.split(order, range(batch_size, len(x), batch_size)):
            yield x[part], y[part]

    return minibatches


@right
def batches_list():
    def minibatches(x, y, batch_size, rng):
        order = list(rng.permutation(x.shape[0]))
        batches = []
        while order:
            part, order = order[:batch_size], order[batch_size:]
            batches.append((np.stack([x[i] for i in part]), np.array([y[i] for i in part])))
        return batches

    return minibatches


@right
def batches_sorted_keys():
    def minibatches(x, y, batch_size, rng):
        order = np.argsort(rng.random(len(y)))
        xs, ys = x[order], y[order]
        return (
            (xs[s : s + batch_size], ys[s : s + batch_size]) for s in range(0, len(ys), batch_size)
        )

    return minibatches


@right
def minibatches_shuffled_list():

    def minibatches(x, y, batch_size, rng):
        idx = list(range(len(x)))
        rng.shuffle(idx)
        while idx:
            now, idx = (idx[:batch_size], idx[batch_size:])
            yield (np.take(x, now, axis=0), np.take(y, now, axis=0))

    return minibatches
