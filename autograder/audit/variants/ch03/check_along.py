"""The gradient check in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def along_all_at_once():
    def check_along(f, grad, w, rng, directions=3, eps=1e-5):
        w, g = np.asarray(w, dtype=np.float64), np.asarray(grad, dtype=np.float64)
        u = rng.normal(size=(directions, *w.shape))
        u /= np.sqrt((u**2).reshape(directions, -1).sum(axis=1)).reshape(-1, *[1] * w.ndim)
        a = np.array([f(w + eps * d) - f(w - eps * d) for d in u]) / (2 * eps)
        b = (u * g).reshape(directions, -1).sum(axis=1)
        size = np.abs(a) + np.abs(b)
        return float(np.max(np.abs(a - b) / np.where(size > 0, size, 1.0)))

    return check_along


@right
def along_random_signs():
    def check_along(f, grad, w, rng, directions=3, eps=1e-5):
        found = []
        for _ in range(directions):
            u = rng.choice([-1.0, 1.0], size=np.shape(w)) / np.sqrt(np.size(w))
            numeric = (f(w.astype(float) + eps * u) - f(w.astype(float) - eps * u)) / 2 / eps
            analytic = float((grad * u).sum())
            found.append(abs(numeric - analytic) / (max(abs(numeric), abs(analytic)) or 1.0))
        return max(found)

    return check_along


@right
def along_flat():
    def check_along(f, grad, w, rng, directions=3, eps=1e-5):
        start, g = w.ravel().astype(float), grad.ravel().astype(float)
        largest = 0.0
        while directions > 0:
            u = rng.uniform(-1, 1, start.size)
            u /= np.sqrt(u @ u)
            low = f((start - eps * u).reshape(w.shape))
            high = f((start + eps * u).reshape(w.shape))
            slope = (high - low) / (2 * eps)
            largest = max(largest, abs(slope - g @ u) / (abs(slope) or 1.0))
            directions -= 1
        return largest

    return check_along
