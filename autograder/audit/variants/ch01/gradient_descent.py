"""Gradient descent in other styles."""
# ruff: noqa: D103

import itertools

import numpy as np

from autograder.audit.variants import right


@right
def descent_array():
    def gradient_descent(grad, x0, lr, steps):
        path = np.zeros((steps + 1, *np.shape(x0)))
        path[0] = x0
        for t in range(steps):
            path[t + 1] = path[t] - lr * np.asarray(grad(path[t]))
        return path

    return gradient_descent


@right
def descent_stack():
    def gradient_descent(grad, x0, lr, steps):
        points = [np.asarray(x0, dtype=float).copy()]
        while len(points) <= steps:
            points.append(points[-1] + -lr * grad(points[-1].copy()))
        return np.stack(points)

    return gradient_descent


@right
def descent_in_place_with_copies():
    def gradient_descent(grad, x0, lr, steps):
        x = np.array(x0, dtype=float)
        path = [x.copy()]
        for _ in range(steps):
            x = np.subtract(x, np.multiply(lr, grad(x)))
            path.append(x.copy())
        return np.array(path)

    return gradient_descent


@right
def descent_list_of_points():
    def gradient_descent(grad, x0, lr, steps):
        path = [x0 * 1.0]
        for _ in range(steps):
            path.append(path[-1] - lr * grad(path[-1]))
        return path

    return gradient_descent


@right
def descent_accumulate():

    def gradient_descent(grad, x0, lr, steps):
        return np.array(
            list(
                itertools.accumulate(
                    range(steps), lambda p, _: p - lr * grad(p), initial=np.asarray(x0, dtype=float)
                )
            )
        )

    return gradient_descent


@right
def descent_recursive_generator():
    def gradient_descent(grad, x0, lr, steps):
        def walk(point, left):
            yield point
            if left:
                yield from walk(point - lr * grad(point), left - 1)

        return np.stack(list(walk(np.asarray(x0) * 1.0, steps)))

    return gradient_descent
