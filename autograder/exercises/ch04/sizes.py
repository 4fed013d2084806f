"""Sizes by formula: outputs, dilated kernels, receptive fields, parameters."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case, wrong
from autograder.checking.kinds import function


def conv_output_size(m, k, stride=1, padding=0, dilation=1):
    """How many windows of k taps, dilation apart, fit into m + 2·padding places, stride apart."""
    return (m + 2 * padding - dilation * (k - 1) - 1) // stride + 1


def size_cases(rng: np.random.Generator) -> Iterator[Case]:
    """With and without remainder, defaults, even kernels, a kernel that just fits."""
    yield case("m = 7, k = 3", m=7, k=3)
    yield case("m = 5, k = 5", m=5, k=5)
    yield case("m = 8, k = 3, stride 2", m=8, k=3, stride=2)
    yield case("m = 227, k = 11, stride 4", m=227, k=11, stride=4, padding=0)
    yield case("m = 9, k = 3, dilation 3, padding 1", m=9, k=3, stride=1, padding=1, dilation=3)
    for _ in range(5):
        k, stride, padding, dilation = (
            int(rng.integers(a, b)) for a, b in ((2, 6), (1, 5), (0, 4), (1, 4))
        )
        m = dilation * (k - 1) + 1 + int(rng.integers(0, 15))
        yield case(
            f"m = {m}, k = {k}, stride {stride}, padding {padding}, dilation {dilation}",
            m=m,
            k=k,
            stride=stride,
            padding=padding,
            dilation=dilation,
        )


OUTPUT_SIZE = function(
    conv_output_size, chapter=4, summary="the output size of a convolution", cases=size_cases, kind="int",
    mistakes=[
        wrong("one_missing", "In how many places can a window lie that just fits?", " // stride + 1", " // stride"),
        wrong("rounded_up", "What happens to a window that does not fit any more?", "(m + 2 * padding - dilation * (k - 1) - 1) // stride", "-((dilation * (k - 1) + 1 - m - 2 * padding) // stride)"),
        wrong("not_whole", "A size is a whole number.", "// stride", "/ stride"),
        wrong("padded_once", "Padding is put on both sides.", "2 * padding", "padding"),
        wrong("padding_ignored", "Padding makes the input larger.", " + 2 * padding", ""),
        wrong("dilation_ignored", "How far does a dilated kernel reach?", "dilation * (k - 1)", "(k - 1)"),
        wrong("dilation_times_k", "Between k taps there are k − 1 gaps.", "dilation * (k - 1) - 1", "dilation * k"),
        wrong("stride_ignored", "With stride 2 half of the places are left out.", " // stride", ""),
        wrong("stride_on_everything", "The first window costs no step.", "(m + 2 * padding - dilation * (k - 1) - 1) // stride + 1", "(m + 2 * padding - dilation * (k - 1)) // stride"),
        wrong("kernel_not_subtracted", "The last window has to fit whole.", " - dilation * (k - 1) - 1", " - 1"),
    ],
)  # fmt: skip


def effective_kernel_size(k, dilation):
    """k taps with dilation − 1 holes between neighbours reach over k + (k − 1)(dilation − 1) places."""
    return k + (k - 1) * (dilation - 1)


def kernel_cases(rng: np.random.Generator) -> Iterator[Case]:
    """One tap, no dilation, and others."""
    for k, dilation in (
        (3, 1),
        (1, 4),
        (3, 2),
        (5, 3),
        (2, 5),
        (4, 2),
        (int(rng.integers(6, 12)), int(rng.integers(2, 9))),
    ):
        yield case(f"k = {k}, dilation {dilation}", k=k, dilation=dilation)


EFFECTIVE_SIZE = function(
    effective_kernel_size, chapter=4, summary="the reach of a dilated kernel", cases=kernel_cases, kind="int",
    mistakes=[
        wrong("product", "One tap reaches over one place, whatever the dilation.", "k + (k - 1) * (dilation - 1)", "k * dilation"),
        wrong("holes_after_every_tap", "k taps have k − 1 gaps between them.", "(k - 1) * (dilation - 1)", "k * (dilation - 1)"),
        wrong("dilation_counts_holes", "Dilation 1 means no holes.", "(dilation - 1)", "dilation"),
        wrong("last_tap_missing", "Count the places from the first tap to the last, both included.", "k + (k - 1) * (dilation - 1)", "(k - 1) * dilation"),
        wrong("one_hole_only", "There are holes between all neighbours.", "(k - 1) * (dilation - 1)", "(dilation - 1)"),
        wrong("one_too_many", "Count the places from the first tap to the last.", "k + (k - 1) * (dilation - 1)", "k * dilation + 1"),
        wrong("dilation_ignored", "Where does the dilation enter?", " + (k - 1) * (dilation - 1)", " + 0 * dilation"),
    ],
)  # fmt: skip


def receptive_field(layers):
    """Each layer adds (reach − 1) steps of the size that the strides below it make."""
    field, step = 1, 1
    for kernel, stride, dilation in layers:
        field += (kernel - 1) * dilation * step
        step *= stride
    return field


def stacks(rng: np.random.Generator) -> Iterator[Case]:
    """No layer; ordinary, strided, dilated stacks in orders that matter."""
    yield case("no layer", layers=[])
    yield case("two 3×3 layers", layers=[(3, 1, 1), (3, 1, 1)])
    yield case("stride 2, then 3×3", layers=[(5, 2, 1), (3, 1, 1)])
    yield case("3×3, then stride 2", layers=[(3, 1, 1), (5, 2, 1), (2, 2, 1)])
    yield case("growing dilation", layers=[(3, 1, 1), (3, 1, 2), (3, 1, 4)])
    for _ in range(3):
        drawn = [
            (int(rng.integers(2, 6)), int(rng.integers(1, 4)), int(rng.integers(1, 4)))
            for _ in range(4)
        ]
        yield case(f"layers {drawn}", layers=drawn)


RECEPTIVE_FIELD = function(
    receptive_field, chapter=4, summary="the receptive field of a stack of layers", cases=stacks, kind="int",
    mistakes=[
        wrong("from_the_wrong_end", "layers[0] is nearest the input.", "in layers", "in layers[::-1]"),
        wrong("own_stride_counted", "A layer's stride spreads the windows of the layers above it.", "        field += (kernel - 1) * dilation * step\n        step *= stride", "        step *= stride\n        field += (kernel - 1) * dilation * step"),
        wrong("strides_ignored", "Above a stride of 2, neighbours lie two places apart.", "step *= stride", "step = 1"),
        wrong("strides_added", "Strides multiply.", "step *= stride", "step += stride - 1"),
        wrong("dilation_ignored", "A dilated kernel reaches farther.", "(kernel - 1) * dilation", "(kernel - 1)"),
        wrong("kernel_for_reach", "The middle place has been counted already.", "(kernel - 1) * dilation", "kernel * dilation"),
        wrong("starts_at_zero", "Without a layer, one place sees itself.", "field, step = 1, 1", "field, step = 0, 1"),
        wrong("last_stride_only", "The strides of all layers below multiply.", "step *= stride", "step = stride"),
        wrong("kernels_multiplied", "Two 3×3 layers see 5 places, not 9.", "field += (kernel - 1) * dilation * step", "field *= (kernel - 1) * dilation + 1"),
        wrong("layer_names_mixed_up", "Each layer is (kernel, stride, dilation).", "kernel, stride, dilation in", "kernel, dilation, stride in"),
    ],
)  # fmt: skip


def conv_parameters(layers):
    """in·out·kernel² weights and out biases a layer."""
    return sum(c_in * c_out * kernel * kernel + c_out for c_in, c_out, kernel in layers)


def networks(rng: np.random.Generator) -> Iterator[Case]:
    """LeNet's first layers, 1×1, no layer, random ones."""
    yield case("one layer (1, 6, 5)", layers=[(1, 6, 5)])
    yield case("two layers", layers=[(1, 6, 5), (6, 16, 5)])
    yield case("1×1", layers=[(64, 32, 1)])
    yield case("no layer", layers=[])
    yield case(
        "random layers",
        layers=[
            (int(rng.integers(2, 9)), int(rng.integers(9, 20)), int(rng.integers(2, 6)))
            for _ in range(3)
        ],
    )


CONV_PARAMETERS = function(
    conv_parameters, chapter=4, summary="the parameters of a stack of convolutions", cases=networks, kind="int",
    mistakes=[
        wrong("bias_missing", "Every output channel has a number of its own besides its filter.", " + c_out", ""),
        wrong("bias_per_input", "To what is the bias added?", "+ c_out", "+ c_in"),
        wrong("one_bias_a_layer", "Every output channel has its own bias.", "+ c_out", "+ 1"),
        wrong("bias_per_filter_plane", "One bias for each output channel.", "+ c_out", "+ c_in * c_out"),
        wrong("kernel_not_squared", "The kernel has two sides.", "kernel * kernel", "kernel"),
        wrong("input_channels_missing", "A filter looks at all input channels.", "c_in * c_out * kernel * kernel", "c_out * kernel * kernel"),
        wrong("output_channels_missing", "There is one filter for each output channel.", "c_in * c_out * kernel * kernel", "c_in * kernel * kernel"),
        wrong("last_layer_only", "Add up over the layers.", "in layers)", "in layers[-1:])"),
        wrong("kernel_doubled", "The kernel has k·k taps.", "kernel * kernel", "2 * kernel"),
    ],
)  # fmt: skip
