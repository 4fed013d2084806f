"""What passed when the checks were tried with code from the notebooks' texts alone."""

import numpy as np

from tests.exercises.slips import slip


@slip("minibatches", "[Nn]eighbors")
def order_shifted_around_the_end(x, y, batch_size, rng):
    order = np.roll(np.arange(len(x)), rng.integers(1, len(x)))
    for start in range(0, len(x), batch_size):
        part = order[start : start + batch_size]
        yield x[part], y[part]


@slip("standardize", "deviation compared with zero")
def spread_equal_to_zero(x_train, x_test):
    mean, spread = np.mean(x_train, 0), np.std(x_train, 0)
    spread[spread == 0] = 1
    return (x_train - mean) / spread, (x_test - mean) / spread


@slip("standardize", "test mean")
def centered_by_its_own_mean(x_train, x_test):
    spread = np.std(x_train, 0)
    spread[np.ptp(x_train, axis=0) == 0] = 1
    return (x_train - np.mean(x_train, 0)) / spread, (x_test - np.mean(x_test, 0)) / spread


@slip("momentum_step", "default")
def heavier_by_default(w, dw, state, lr, mu=0.99):
    v = mu * (state or {}).get("v", 0) + dw
    return w - lr * v, {"v": v}


@slip("adam_step", "default")
def shorter_memory_by_default(w, dw, state, lr, beta1=0.9, beta2=0.99, eps=1e-8):
    t, m, v = (state or {}).get("s", (0, 0.0, 0.0))
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    step = m / (1 - beta1 ** (t + 1)) / (np.sqrt(v / (1 - beta2 ** (t + 1))) + eps)
    return w - lr * step, {"s": (t + 1, m, v)}


@slip("check_along", "positive directions")
def directions_of_positive_entries(f, grad, w, rng, directions=3, eps=1e-5):
    w, worst = np.array(w, dtype=float), 0.0
    for _ in range(directions):
        u = rng.random(w.shape)
        u /= np.linalg.norm(u)
        slope, along = (f(w + eps * u) - f(w - eps * u)) / (2 * eps), np.sum(grad * u)
        worst = max(worst, abs(slope - along) / max(abs(slope) + abs(along), 1e-12))
    return float(worst)


@slip("max_pool2d_forward")
def starts_from_minus_a_thousand(x, size, stride):
    n, c, h, w = x.shape
    oh, ow = (h - size) // stride + 1, (w - size) // stride + 1
    out = np.full((n, c, oh, ow), -1e3)
    for i in range(size):
        for j in range(size):
            last = i + (oh - 1) * stride + 1, j + (ow - 1) * stride + 1
            out = np.maximum(out, x[:, :, i : last[0] : stride, j : last[1] : stride])
    return out, (x, size, stride)


@slip("attention_forward")
def shifted_by_the_largest_of_all(q, k, v, mask=None):
    scores = q @ k.swapaxes(1, 2) / np.sqrt(q.shape[-1])
    seen = np.ones(scores.shape, bool) if mask is None else np.broadcast_to(mask, scores.shape)
    scores = np.where(seen, scores, -np.inf)
    e = np.exp(scores - scores.max())
    total = e.sum(-1, keepdims=True)
    weights = e / np.where(total == 0, 1, total)
    return weights @ v, (q, k, v, weights, mask)


@slip("sample_index", "temperature twice")
def divided_again(logits, temperature, rng):
    z = logits / temperature / temperature
    p = np.exp(z - z.max())
    return int(rng.choice(len(p), p=p / p.sum()))
