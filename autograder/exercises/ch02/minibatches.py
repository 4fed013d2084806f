"""Mini-batches: every example once, in an order that is drawn."""

import numpy as np  # noqa: F401 - mistakes call it

from autograder.checking.kinds import custom, leads
from autograder.exercises.ch02 import minibatches_trial as tried


@custom(
    says="mini-batches in random order",
    group="batches, L2",
    cases=tried.datasets,
    trial=tried.one_pass,
    randomness=True,
    outputs=(),
    probes=tried.probes,
    forbids=("nnkit.data.minibatches",),
)
@leads(
    "An order of all the rows, drawn once, is cut into pieces; both arrays follow the same order.",
    "order = rng.permutation(N); the batches are order[0:B], order[B:2B], …, the last "
    "one what is left.",
)
def minibatches(x, y, batch_size, rng):
    """Yield (x, y) pairs of batch_size rows in an order drawn from rng."""
    order = rng.permutation(len(x))  # ~ not shuffled: np.arange(len(x)) | The order comes from rng.
    # ~ drawn anew for each batch: np.arange(len(x))
    #     | Who sees to it that the next batch holds other examples?
    # ~ batches shuffled only: order = np.arange(len(x)); full = len(x) // batch_size * batch_size
    #     | Neighbors should not stay neighbors forever.
    # ~ with replacement: rng.integers(0, len(x), len(x)) | Every example once.
    # ~ own generator: rng => np.random.default_rng(0) | The rng is passed in.
    # ~ fresh generator: rng => np.random.default_rng()
    #     | The same rng state has to give the same order.
    # ~ global random: rng => np.random | The global random state is left alone.
    # ~ batches of nearly equal size: np.array_split(rng.permutation(len(x)), -(-len(x) //
    #     batch_size)) | Every batch but the last holds batch_size examples.
    # ~ batch size for their number: np.array_split(rng.permutation(len(x)), batch_size)
    #     | Does batch_size say how many examples a batch has, or how many batches there are?
    # ~ changes data: ...; x[:], y[:] = x[order], y[order]; order = np.arange(len(x))
    #     | The data belongs to the caller.
    # ~ shuffle for permutation: rng.shuffle(np.arange(len(x))) | What does rng.shuffle return?
    # ~ order for each batch: np.arange(len(x)) | How often is the order drawn in one pass?
    # ~ two orders: ...; other = rng.permutation(len(x))
    #     | Each label belongs to its row: how many orders are drawn?
    # ~ whole batches shuffled: np.arange(len(x)) | Neighbors should not stay neighbors forever.
    for start in range(0, len(x), batch_size):
        # ~ last batch dropped: range(0, len(x) - batch_size + 1, batch_size)
        #     | What happens to the examples that do not fill a batch?
        # ~ empty batch at the end: range(0, len(x) // batch_size * batch_size + 1, batch_size)
        #     | What is left for the last batch where batch_size divides N?
        # ~ batches of nearly equal size: range(len(order))
        # ~ batch size for their number: range(len(order))
        # ~ batches shuffled only: [*rng.permutation(np.arange(0, full, batch_size)),
        #     *range(full, len(x), batch_size)]
        # ~ whole batches shuffled: rng.permutation(np.arange(0, len(x), batch_size))
        chosen = order[start : start + batch_size]
        # ~ batches of nearly equal size: order[start]
        # ~ batch size for their number: order[start]
        # ~ drawn anew for each batch: rng.choice(len(x), min(batch_size, len(x) - start),
        #     replace=False) | Who sees to it that the next batch holds other examples?
        # ~ last batch filled up: np.take(order, range(start, start + batch_size), mode="wrap")
        #     | The last batch may be smaller.
        # ~ batch size off by one: order[start:start + batch_size - 1]
        #     | How many rows does a slice from a to b have?
        # ~ order for each batch: rng.permutation(len(x))[start : start + batch_size]
        yield x[chosen], y[chosen]
        # ~ labels flattened: y[chosen] => y[chosen].ravel()
        #     | Whatever axes y has, its rows keep them.
        # ~ x and y apart: y[chosen] => y[start:start + batch_size] | Each label belongs to its row.
        # ~ one batch only: ...; return | A `return` ends the loop at once.
        # ~ two orders: y[chosen] => y[other[start : start + batch_size]]
