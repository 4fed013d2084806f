"""Parameters by a loop, by arrays, by recursion."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


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
