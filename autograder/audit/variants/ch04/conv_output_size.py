"""Output sizes by counting, by another formula, by a range."""
# ruff: noqa: D103

import math

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
def conv_size_by_range():

    def conv_output_size(m, k, stride=1, padding=0, dilation=1):
        return len(range(0, m + 2 * padding - dilation * (k - 1), stride))

    return conv_output_size
