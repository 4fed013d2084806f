"""The perceptron's step in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def perceptron_copy():
    def perceptron_update(w, x, y, lr):
        new = np.array(w, dtype=float)
        if y * np.dot(w, x) <= 0:
            new += lr * y * x
        return new

    return perceptron_update


@right
def perceptron_arithmetic():
    def perceptron_update(w, x, y, lr):
        return w + lr * float(y * np.sum(w * x) <= 0) * y * x

    return perceptron_update


@right
def perceptron_loops():
    def perceptron_update(w, x, y, lr):
        score = sum(a * b for a, b in zip(w, x, strict=True))
        return np.array(
            [a + lr * y * b if y * score <= 0 else a for a, b in zip(w, x, strict=True)],
            dtype=float,
        )

    return perceptron_update


@right
def perceptron_times_bool():

    def perceptron_update(w, x, y, lr):
        return w + lr * y * x * bool(y * (w @ x) <= 0)

    return perceptron_update
