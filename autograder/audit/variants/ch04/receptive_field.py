"""Receptive fields from the top, by products, by sets."""
# ruff: noqa: D103

import math

from autograder.audit.variants import right


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
def receptive_field_backward():

    def receptive_field(layers):

        def back(ls):
            return 1 if not ls else None

        f = 1
        for k, s, d in reversed(list(layers)):
            f = (f - 1) * s + (k - 1) * d + 1
        return f

    return receptive_field
