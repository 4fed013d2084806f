"""How many neurons, weights and biases a fully connected network has."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """The networks of the text, one without a hidden layer, and random ones."""
    drawn = ([int(n) for n in rng.integers(2, 30, layers)] for layers in (3, 5))
    for sizes in ([3, 4, 2], [3, 4, 4, 1], [784, 16, 16, 10], [5, 7], *drawn, [4, 4, 4, 4]):
        yield case("-".join(map(str, sizes)), sizes=sizes)


@function(
    says="the size of a fully connected network",
    group="count",
    cases=cases,
    outputs="neurons, weights, biases",
    kind="int",
)
@leads(
    "Between two neighboring layers every unit is joined to every unit, and each later "
    "unit has one bias.",
    "A layer from D to M units has D·M + M numbers; add them over the pairs of neighbors.",
)
def count_parameters(sizes):
    """sizes [3, 4, 2] -> (6, 20, 6): the input layer has no neurons."""
    neurons = sum(sizes[1:])
    # ~ input counted: sum(sizes) | The input layer holds the data. Does it compute anything?
    # ~ output not counted: sum(sizes[1:-1]) | The output units have weights and a bias too.
    weights = sum(n_in * n_out for n_in, n_out in pairwise(sizes))
    # ~ every pair of layers: sum(m * n for k, m in enumerate(sizes) for n in sizes[k + 1 :])
    #     | A layer is connected with the next one and with no other.
    # ~ sizes added: n_in * n_out => n_in + n_out
    #     | Every unit of a layer is connected with every unit before it. How many pairs is that?
    # ~ first layer only: sizes => sizes[:2] | Every pair of neighboring layers has a weight matrix.
    # ~ last layer missing: sizes => sizes[:-1]
    # ~ skips a layer: pairwise(sizes) => zip(sizes, sizes[2:]) | Which layers are neighbors?
    # ~ total for weights: int(np.prod(sizes))
    #     | The matrices and the vectors are counted apart; the product runs over neighbors only.
    biases = neurons  # ~ one bias per layer: len(sizes) - 1 | How long is the vector b of a layer?
    # ~ bias per source: sum(sizes[:-1])
    #     | How long is the vector b of a layer: as its inputs or as its outputs?
    # ~ bias for input: sum(sizes) | Which units add a bias?
    # ~ output without bias: sum(sizes[1:-1])
    # ~ one hidden layer only: neurons = biases = sizes[1] + sizes[-1]; weights = sizes[1] *
    #     (sizes[0] + sizes[-1]); return neurons, weights, biases
    #     | A network may have any number of layers: does each of them count?
    return neurons, weights, biases
    # ~ input neurons counted: neurons => sum(sizes)
    #     | The input layer holds the data. Does it compute anything?
    # ~ biases in weights: weights => weights + biases | Weights and biases are counted apart.
    # ~ order: weights, biases, neurons | Read the promised order of the three numbers again.
