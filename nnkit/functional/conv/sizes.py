"""Sizes of convolutions, counted instead of computed: outputs, kernels, fields, parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nnkit.validate import integer, pair


def effective_kernel_size(k: int, dilation: int = 1) -> int:
    """Return k + (k - 1)(dilation - 1), the width that k taps spread by dilation reach over.

    Both whole numbers of at least 1, else ValueError.
    """
    k, dilation = integer(k, "k", least=1), integer(dilation, "dilation", least=1)
    return k + (k - 1) * (dilation - 1)


def conv_output_size(m: int, k: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Return how many windows of k taps fit along m values, floor((m + 2p - k') / s) + 1.

    ValueError when not even one fits. Source: Dumoulin and Visin 2016, relationships 6 and 15.
    """
    m, k = integer(m, "m", least=0), integer(k, "k", least=1)
    stride, padding = integer(stride, "stride", least=1), integer(padding, "padding", least=0)
    reach = effective_kernel_size(k, dilation)
    if reach > m + 2 * padding:
        spread = f" (kernel {k}, dilation {dilation})" if dilation > 1 else ""
        raise ValueError(
            f"the window covers {reach}{spread} but the padded input has only "
            f"{m + 2 * padding} (size {m}, padding {padding}); expected a window that fits at "
            "least once: take a smaller one or more padding"
        )
    return (m + 2 * padding - reach) // stride + 1


def receptive_field(layers: Iterable[tuple[int, int, int]]) -> int:
    """Return how many inputs along one axis reach one output of stacked layers.

    layers: (kernel, stride, dilation) each, the first one nearest the input; pooling counts as
    (size, stride, 1). An empty stack gives 1. ValueError for anything else.
    """
    field, step = 1, 1  # step: distance in the input between neighbors of the current layer
    for layer in layers:
        kernel, stride, dilation = _three(layer, "(kernel, stride, dilation)")
        field += (effective_kernel_size(kernel, dilation) - 1) * step
        step *= integer(stride, "stride", least=1)
    return field


def conv_parameters(layers: Iterable[tuple[int, int, Any]]) -> int:
    """Return the number of weights and biases of convolution layers.

    layers: (in_channels, out_channels, kernel) each, kernel an int for k x k or a pair; one bias
    for each output channel. ValueError for sizes that are not whole numbers of at least 1.
    """
    total = 0
    for layer in layers:
        channels, filters, kernel = _three(layer, "(in_channels, out_channels, kernel)")
        kh, kw = pair(kernel, "kernel", least=1)
        channels = integer(channels, "in_channels", least=1)
        filters = integer(filters, "out_channels", least=1)
        total += filters * (channels * kh * kw + 1)
    return total


def _three(layer: Any, meaning: str) -> tuple[Any, Any, Any]:
    if not isinstance(layer, (tuple, list)) or len(layer) != 3:
        raise ValueError(f"layers contains {layer!r}; expected {meaning} for each layer")
    return layer[0], layer[1], layer[2]
