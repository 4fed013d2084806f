"""Mean squared error, normal equation and L2 penalty in other styles."""
# ruff: noqa: D103

import numpy as np
import scipy.linalg

from autograder.audit.variants import right


@right
def mse_loops():
    def mse_forward(a, y):
        total = 0.0
        for u, v in zip(np.ravel(a), np.ravel(y), strict=True):
            total += float(u - v) ** 2
        return total / (2 * a.shape[0]), {"gap": a - y}

    def mse_backward(cache):
        gap = cache["gap"]
        return np.array(gap / gap.shape[0])

    return mse_forward, mse_backward


@right
def mse_einsum():
    def mse_forward(a, y):
        gap = (np.asarray(a, float) - y).reshape(len(a), -1)
        return 0.5 * np.einsum("ij,ij->", gap, gap) / gap.shape[0], (gap, a.shape)

    def mse_backward(cache):
        gap, shape = cache
        return (gap / gap.shape[0]).reshape(shape)

    return mse_forward, mse_backward


@right
def mse_documented_cache():
    def mse_forward(a, y):
        m = a.shape[0]
        return np.square(y - a).sum() / m / 2, (a, y)

    def mse_backward(cache):
        a, y = cache
        return -(y - a) * (1.0 / a.shape[0])

    return mse_forward, mse_backward


@right
def least_squares():
    def normal_equation(x, y):
        return np.linalg.lstsq(x, y, rcond=None)[0]

    return normal_equation


@right
def pseudo_inverse_of_the_gram_matrix():
    def normal_equation(x, y):
        x = np.asarray(x, dtype=float)
        return np.linalg.pinv(x.T @ x, rcond=1e-11, hermitian=True) @ (x.T @ y)

    return normal_equation


@right
def singular_values():
    def normal_equation(x, y):
        u, s, vt = np.linalg.svd(x, full_matrices=False)
        w = np.zeros(x.shape[1])
        for k in range(len(s)):
            if s[k] > 1e-10 * s[0]:
                w += vt[k] * (u[:, k] @ y) / s[k]
        return w

    return normal_equation


@right
def scipy_solver():
    def normal_equation(x, y):
        return scipy.linalg.lstsq(x, y)[0]

    return normal_equation


@right
def l2_dot():
    def l2_penalty(w, lam):
        flat = np.ravel(w)
        return 0.5 * lam * float(flat @ flat), lam * w

    return l2_penalty


@right
def l2_loops():
    def l2_penalty(w, lam):
        value, dw = 0.0, np.empty(w.shape)
        for i in np.ndindex(*w.shape):
            value += w[i] ** 2
            dw[i] = lam * w[i]
        return lam * value / 2, dw

    return l2_penalty


@right
def l2_norm():
    def l2_penalty(w, lam):
        return [lam / 2 * np.linalg.norm(w) ** 2, np.multiply(w, lam)]

    return l2_penalty
