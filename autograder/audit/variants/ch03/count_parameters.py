"""Counting parameters in other styles."""
# ruff: noqa: D103

from itertools import pairwise

import numpy as np

from autograder.audit.variants import right


@right
def counting_loop():
    def count_parameters(sizes):
        neurons = weights = biases = 0
        for i in range(1, len(sizes)):
            neurons += sizes[i]
            weights += sizes[i - 1] * sizes[i]
            biases += sizes[i]
        return neurons, weights, biases

    return count_parameters


@right
def counting_numpy():
    def count_parameters(sizes):
        s = np.array(sizes)
        return s[1:].sum(), s[:-1] @ s[1:], s[1:].sum()

    return count_parameters


@right
def counting_matrices():
    def count_parameters(sizes):
        ws = [np.zeros((i, o)) for i, o in pairwise(sizes)]
        bs = [np.zeros(o) for o in sizes[1:]]
        return [sum(b.size for b in bs), sum(w.size for w in ws), sum(map(len, bs))]

    return count_parameters


@right
def counting_recursive():
    def count_parameters(sizes):
        if len(sizes) < 2:
            return 0, 0, 0
        n, w, b = count_parameters(sizes[1:])
        return n + sizes[1], w + sizes[0] * sizes[1], b + sizes[1]

    return count_parameters


@right
def count_by_product():

    def count_parameters(sizes):
        a = np.array(sizes)
        return (int(a[1:].sum()), int(a[:-1] @ a[1:]), int(a[1:].sum()))

    return count_parameters
