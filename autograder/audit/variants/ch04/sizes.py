"""Sizes by other formulas, or by counting."""
# ruff: noqa: D103

import math

import numpy as np

from autograder.audit.variants import right


@right
def output_size_by_counting():
    def conv_output_size(m, k, stride=1, padding=0, dilation=1):
        places, start = 0, 0
        while start + dilation * (k - 1) < m + 2 * padding:
            places += 1
            start += stride
        return places

    return conv_output_size


@right
def output_size_floor():
    def conv_output_size(m, k, stride=1, padding=0, dilation=1):
        reach = k + (k - 1) * (dilation - 1)
        return int(math.floor((m + 2 * padding - reach) / stride)) + 1

    return conv_output_size


@right
def output_size_range():
    def conv_output_size(m, k, stride=1, padding=0, dilation=1):
        return len(range(0, m + 2 * padding - dilation * (k - 1), stride))

    return conv_output_size


@right
def reach_short():
    def effective_kernel_size(k, dilation):
        return dilation * (k - 1) + 1

    return effective_kernel_size


@right
def reach_by_places():
    def effective_kernel_size(k, dilation):
        taps = [i * dilation for i in range(k)]
        return taps[-1] - taps[0] + 1

    return effective_kernel_size


@right
def reach_numpy():
    def effective_kernel_size(k, dilation):
        return np.int64(k) + (k - 1) * (dilation - 1)

    return effective_kernel_size


@right
def field_from_the_top():
    def receptive_field(layers):
        seen = 1
        for kernel, stride, dilation in reversed(layers):
            seen = (seen - 1) * stride + dilation * (kernel - 1) + 1
        return seen

    return receptive_field


@right
def field_by_products():
    def receptive_field(layers):
        return 1 + sum(
            (kernel - 1) * dilation * math.prod(s for _, s, _ in layers[:i])
            for i, (kernel, _, dilation) in enumerate(layers)
        )

    return receptive_field


@right
def field_by_sets():
    def receptive_field(layers):
        seen = {0}
        for kernel, stride, dilation in layers[::-1]:
            seen = {p * stride + t * dilation for p in seen for t in range(kernel)}
        return max(seen) - min(seen) + 1

    return receptive_field


@right
def parameters_loop():
    def conv_parameters(layers):
        total = 0
        for c_in, c_out, kernel in layers:
            total += (c_in * kernel**2 + 1) * c_out
        return total

    return conv_parameters


@right
def parameters_arrays():
    def conv_parameters(layers):
        return int(sum(np.zeros((o, i, k, k)).size + np.zeros(o).size for i, o, k in layers))

    return conv_parameters


@right
def parameters_recursive():
    def conv_parameters(layers):
        if not layers:
            return 0
        (i, o, k), *rest = layers
        return o * (i * k * k) + o + conv_parameters(rest)

    return conv_parameters
