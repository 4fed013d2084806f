"""Convolution in one dimension by dot products, shifted sums, a matrix."""
# ruff: noqa: D103

import numpy as np
import scipy.linalg

from autograder.audit.variants import right


@right
def conv1d_padded_dot():
    def conv1d(x, w, mode):
        k, m = len(w), len(x)
        padded = np.pad(np.asarray(x, float), k - 1)
        wide = np.array([padded[i : i + k] @ w[::-1] for i in range(m + k - 1)])
        start = {"wide": 0, "narrow": k - 1, "same": (k - 1) // 2}[mode]
        length = {"wide": m + k - 1, "narrow": m - k + 1, "same": m}[mode]
        return wide[start : start + length]

    return conv1d


@right
def conv1d_shifted_sums():
    def conv1d(x, w, mode):
        m, k = x.size, w.size
        wide = np.zeros(m + k - 1)
        for j in range(k):
            wide[j : j + m] += w[j] * x
        if mode == "same":
            return wide[(k - 1) // 2 :][:m].copy()
        return wide if mode == "wide" else wide[k - 1 : m]

    return conv1d


@right
def conv1d_matrix():
    def conv1d(x, w, mode):
        m, k = len(x), len(w)
        toeplitz = np.zeros((m + k - 1, m))
        for i in range(m):
            toeplitz[i : i + k, i] = w
        y = toeplitz @ x
        return {"wide": y, "narrow": y[k - 1 : m], "same": y[(k - 1) // 2 : (k - 1) // 2 + m]}[mode]

    return conv1d


@right
def conv1d_polynomial():
    def conv1d(x, w, mode):
        # No leading zero may be lost, as polymul of coefficients 0, 1, 2 would do.
        wide = np.polymul(np.append(1.0, x), np.append(1.0, w))
        n = len(x) + len(w) - 1
        products = wide[1:].copy()
        products[: len(x)] -= x
        products[: len(w)] -= w
        wide = products[1 : n + 1]
        if mode == "wide":
            return wide
        start = len(w) - 1 if mode == "narrow" else (len(w) - 1) // 2
        return wide[start : start + (len(x) - len(w) + 1 if mode == "narrow" else len(x))]

    return conv1d


@right
def conv1d_toeplitz():

    def conv1d(x, w, mode):
        T = scipy.linalg.toeplitz(np.r_[w, np.zeros(len(x) - 1)], np.r_[w[0], np.zeros(len(x) - 1)])
        y = T @ x
        lo, hi = {
            "wide": (0, len(y)),
            "narrow": (len(w) - 1, len(x)),
            "same": ((len(w) - 1) // 2, (len(w) - 1) // 2 + len(x)),
        }[mode]
        return y[lo:hi]

    return conv1d


@right
def conv1d_fourier():
    def conv1d(x, w, mode):
        n = len(x) + len(w) - 1
        wide = np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(w, n), n)
        if mode == "wide":
            return wide
        if mode == "narrow":
            return wide[len(w) - 1 : len(x)]
        return wide[(len(w) - 1) // 2 :][: len(x)]

    return conv1d
