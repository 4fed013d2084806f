"""The numerical gradient in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def gradient_nditer():
    def numerical_gradient(f, x, eps=1e-6):
        x = np.asarray(x, dtype=np.float64).copy()
        grad = np.zeros_like(x)
        it = np.nditer(x, flags=["multi_index", "zerosize_ok"], op_flags=["readwrite"])
        while not it.finished:
            i = it.multi_index
            old = float(x[i])
            x[i] = old + eps
            up = f(x)
            x[i] = old - eps
            grad[i] = (up - f(x)) / (2 * eps)
            x[i] = old
            it.iternext()
        return grad

    return numerical_gradient


@right
def gradient_unit_vectors():
    def numerical_gradient(f, x, eps=1e-6):
        x = np.asarray(x, dtype=float)
        steps = eps * np.eye(x.size).reshape(x.size, *x.shape)
        return np.array([(f(x + s) - f(x - s)) / (2 * eps) for s in steps]).reshape(x.shape)

    return numerical_gradient


@right
def gradient_flat():
    def numerical_gradient(f, x, eps=1e-6):
        shape = np.shape(x)
        flat = np.ravel(x).astype(float)
        grad = []
        for i in range(flat.size):
            high, low = flat.copy(), flat.copy()
            high[i] += eps
            low[i] -= eps
            grad.append((f(high.reshape(shape)) - f(low.reshape(shape))) / (high[i] - low[i]))
        return np.array(grad).reshape(shape)

    return numerical_gradient


@right
def numerical_gradient_basis_vectors():

    def numerical_gradient(f, x, eps=1e-06):
        x = np.array(x, dtype=float)

        def at(i):
            e = np.zeros(x.size)
            e[i] = eps
            e = e.reshape(x.shape)
            return (f(x + e) - f(x - e)) / (2 * eps)

        return np.array([at(i) for i in range(x.size)], dtype=float).reshape(x.shape)

    return numerical_gradient
