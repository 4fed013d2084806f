"""The number of parameters of a stack of convolutions: filters and biases."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """LeNet's first layers, 1×1, no layer, equal ones, random ones."""
    yield case("one layer (1, 6, 5)", layers=[(1, 6, 5)])
    yield case("two layers", layers=[(1, 6, 5), (6, 16, 5)])
    yield case("1×1", layers=[(64, 32, 1)])
    yield case("no layer", layers=[])
    yield case("three equal layers", layers=[(4, 4, 3)] * 3)
    ranges = [(2, 9), (9, 20), (2, 6)]
    drawn = [tuple(int(rng.integers(*bounds)) for bounds in ranges) for _ in range(3)]
    yield case("random layers", layers=drawn)


@function(says="the parameters of a stack of convolutions", group="count", cases=cases, kind="int")
@leads(
    "Count one filter: how many weights and how many biases? Then how many filters a layer has.",
    "out·(in·kernel² + 1) for each layer, added up.",
)
def conv_parameters(layers):
    """in·out·kernel² weights and out biases a layer."""
    return sum(c_in * c_out * kernel * kernel + c_out for c_in, c_out, kernel in layers)
    # ~ bias missing: c_in * c_out * kernel * kernel + c_out => c_in * c_out * kernel * kernel
    #     | Every output channel has a number of its own besides its filter.
    # ~ bias per input: sum(c_in * c_out * kernel * kernel + c_in for c_in, c_out, kernel in layers)
    #     | To what is the bias added?
    # ~ one bias a layer: sum(c_in * c_out * kernel * kernel + 1 for c_in, c_out, kernel in layers)
    #     | Every output channel has its own bias.
    # ~ bias per filter plane: c_in * c_out * kernel * kernel + c_out =>
    #     c_in * c_out * kernel * kernel + c_in * c_out | One bias for each output channel.
    # ~ kernel not squared: c_in * c_out * kernel => c_in * c_out | The kernel has two sides.
    # ~ input channels missing: c_in * c_out => c_out | A filter looks at all input channels.
    # ~ output channels missing: c_in * c_out => c_in | There is one filter for each output channel.
    # ~ last layer only: layers => layers[-1:] | Add up over the layers.
    # ~ equal layers once: layers => set(layers) | Add up over the layers.
    # ~ no bias of one tap: c_in * c_out * kernel * kernel + c_out =>
    #     c_in * c_out * kernel * kernel + c_out * (kernel > 1) | One bias for each output channel.
    # ~ kernel doubled: c_in * c_out * kernel => c_in * c_out * 2 | The kernel has k·k taps.
