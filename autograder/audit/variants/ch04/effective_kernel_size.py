"""The reach of a kernel by other formulas."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


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
