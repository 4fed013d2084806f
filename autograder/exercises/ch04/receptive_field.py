"""The receptive field of a stack of convolutions: how much of the input one output sees."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """No layer; ordinary, strided, dilated stacks in orders that matter."""
    yield case("no layer", layers=[])
    yield case("two 3×3 layers", layers=[(3, 1, 1), (3, 1, 1)])
    yield case("stride 2, then 3×3", layers=[(5, 2, 1), (3, 1, 1)])
    yield case("3×3, then stride 2", layers=[(3, 1, 1), (5, 2, 1), (2, 2, 1)])
    yield case("growing dilation", layers=[(3, 1, 1), (3, 1, 2), (3, 1, 4)])
    for _ in range(3):
        ranges = [(2, 6), (1, 4), (1, 4)]
        drawn = [tuple(int(rng.integers(*bounds)) for bounds in ranges) for _ in range(4)]
        yield case(f"layers {drawn}", layers=drawn)


@function(says="the receptive field of a stack of layers", group="sizes", cases=cases, kind="int")
@leads(
    "Go up layer by layer with two numbers: how far one output sees, and how many pixels "
    "apart neighboring outputs look.",
    "A layer of reach k adds (k − 1)·step to the field, and then multiplies the step by "
    "its stride.",
)
def receptive_field(layers):
    """Each layer adds (reach − 1) steps of the size that the strides below it make."""
    field, step = 1, 1  # ~ starts at zero: 0, 1 | Without a layer, one place sees itself.
    # ~ kernels added up: 0, 1 | The middle place has been counted already.
    for kernel, stride, dilation in layers:
        # ~ steps from the top: layers[::-1] | From the top down: n neighbors of the layer above
        #     begin n − 1 strides apart.
        # ~ from the wrong end: layers[::-1] | layers[0] is nearest the input.
        # ~ layer names mixed up: kernel, stride, dilation => kernel, dilation, stride
        #     | Each layer is (kernel, stride, dilation).
        # ~ returns early
        field += (kernel - 1) * dilation * step
        # ~ steps from the top: field = field * stride + (kernel - 1) * dilation
        # ~ kernels added up: field += ((kernel - 1) * dilation + 1) * step
        #     | The middle place has been counted already.
        # ~ one place for each layer: field += ((kernel - 1) * dilation + 1) * step - 1 |
        #     The middle place has been counted already.
        # ~ own stride counted: step *= stride; ...
        #     | A layer's stride spreads the windows of the layers above it.
        # ~ dilation ignored: dilation => 1 | A dilated kernel reaches farther.
        # ~ kernel for reach: kernel - 1 => kernel | The middle place has been counted already.
        # ~ kernels multiplied: field *= (kernel - 1) * dilation + 1
        #     | Two 3×3 layers see 5 places, not 9.
        step *= stride  # ~ own stride counted: pass
        # ~ strides ignored: step = 1 | Above a stride of 2, neighbors lie two places apart.
        # ~ strides added: step += stride - 1 | Strides multiply.
        # ~ last stride only: step = stride | The strides of all layers below multiply.
        # ~ dilation in the step: step *= stride * dilation | Which of the two sets how far apart
        #     neighboring outputs look: the stride or the dilation?
    return field
