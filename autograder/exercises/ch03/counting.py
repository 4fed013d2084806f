"""How many neurons, weights and biases a fully connected network has."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from autograder.checking.exercise import Case, case, wrong
from autograder.checking.kinds import function


def count_parameters(sizes):
    """sizes [3, 4, 2] -> (6, 20, 6): the input layer has no neurons."""
    neurons = sum(sizes[1:])
    weights = sum(n_in * n_out for n_in, n_out in pairwise(sizes))
    biases = neurons
    return neurons, weights, biases


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """The networks of the text, one without a hidden layer, and random ones."""
    for sizes in ([3, 4, 2], [3, 4, 4, 1], [784, 16, 16, 10], [5, 7]):
        yield case("-".join(map(str, sizes)), sizes=sizes)
    for layers in (3, 5):
        sizes = [int(n) for n in rng.integers(2, 30, layers)]
        yield case("-".join(map(str, sizes)), sizes=sizes)


COUNT = function(
    count_parameters, chapter=3, summary="the size of a fully connected network", cases=cases, outputs="neurons weights biases", kind="int",
    mistakes=[
        wrong("input_counted", "The input layer holds the data. Does it compute anything?", "neurons = sum(sizes[1:])", "neurons = sum(sizes)"),
        wrong("input_neurons_counted", "The input layer holds the data. Does it compute anything?", "return neurons,", "return sum(sizes),"),
        wrong("output_not_counted", "The output units have weights and a bias too.", "sizes[1:])\n", "sizes[1:-1])\n"),
        wrong("output_without_bias", "Which units add a bias?", "biases = neurons", "biases = sum(sizes[1:-1])"),
        wrong("one_bias_per_layer", "How long is the vector b of a layer?", "biases = neurons", "biases = len(sizes) - 1"),
        wrong("bias_for_input", "Which units add a bias?", "biases = neurons", "biases = sum(sizes)"),
        wrong("bias_per_source", "How long is the vector b of a layer: as its inputs or as its outputs?", "biases = neurons", "biases = sum(sizes[:-1])"),
        wrong("biases_in_weights", "Weights and biases are counted apart.", "return neurons, weights, biases", "return neurons, weights + biases, biases"),
        wrong("sizes_added", "Every unit of a layer is connected with every unit before it. How many pairs is that?", "n_in * n_out", "n_in + n_out"),
        wrong("first_layer_only", "Every pair of neighboring layers has a weight matrix.", "pairwise(sizes)", "pairwise(sizes[:2])"),
        wrong("last_layer_missing", "Every pair of neighboring layers has a weight matrix.", "pairwise(sizes)", "pairwise(sizes[:-1])"),
        wrong("skips_a_layer", "Which layers are neighbors?", "pairwise(sizes)", "zip(sizes, sizes[2:])"),
        wrong("order", "Read the promised order of the three numbers again.", "return neurons, weights, biases", "return weights, biases, neurons"),
        wrong("total_for_weights", "The matrices and the vectors are counted apart; the product runs over neighbors only.",
              "sum(n_in * n_out for n_in, n_out in pairwise(sizes))", "int(np.prod(sizes))"),
    ],
)  # fmt: skip
