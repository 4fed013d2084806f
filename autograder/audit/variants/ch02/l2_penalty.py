"""The L2 penalty in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


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
