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


@slip("polynomial_features", "floats too late")
def floats_in_the_end(x, degree):
    return np.column_stack([x**j for j in range(degree + 1)]).astype(float)


@slip("largest_stable_rate")
def first_eigenvalue_for_the_largest(phi):
    return 2.0 / float(np.linalg.eig(phi.T @ phi / len(phi))[0][0])


@slip("bce_with_logits_forward", "labels of ±1")
def labels_taken_for_signs(z, y):
    return np.mean(np.logaddexp(0.0, -y * z)), (z, y)


@slip("softmax", "shift by the mean")
def shifted_by_the_mean(z):
    e = np.exp(z - z.mean(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


@slip("q_learning_update", "old value discounted")
def bracket_in_the_wrong_place(q, s, a, r, s_next, alpha, gamma):
    new = np.array(q, float)
    new[s, a] += alpha * (r + gamma * (max(q[s_next]) - q[s, a]))
    return new


@slip("damped_step", "diagonal replaced")
def diagonal_filled(phi, error, lam):
    matrix = phi.T @ phi
    np.fill_diagonal(matrix, lam)
    return -np.linalg.solve(matrix, phi.T @ error)


@slip("kmeans_step", "square of the center")
def only_the_mixed_term(x, centers):
    labels = (-2 * x @ centers.T).argmin(axis=1)
    moved = np.array(centers, dtype=float)
    for j in set(labels.tolist()):
        moved[j] = np.mean(x[labels == j], axis=0)
    return labels, moved


@slip("gradient_descent", "normalized gradient")
def steps_of_one_length(grad, x0, lr, steps):
    points = [np.array(x0, float)]
    for _ in range(steps):
        slope = np.array(grad(points[-1]), float)
        length = np.linalg.norm(slope)
        points.append(points[-1] - lr * slope / (length if length > 0 else 1))
    return np.array(points)


@slip("standardize", "range for deviation")
def scaled_to_the_range(x_train, x_test):
    low, high = np.min(x_train, 0), np.max(x_train, 0)
    width = np.where(high > low, high - low, 1)
    return (x_train - low) / width, (x_test - low) / width


@slip("logistic", "digits lost")
def by_the_hyperbolic_tangent(z):
    return (np.tanh(np.divide(z, 2)) + 1) / 2


@slip("sample_index", "temperature twice")
def divided_again(logits, temperature, rng):
    z = logits / temperature / temperature
    p = np.exp(z - z.max())
    return int(rng.choice(len(p), p=p / p.sum()))


class Scalar:
    """A right Value in few lines, but for a maximum of two equal numbers: both get the whole."""

    def __init__(self, data, made_from=()):
        self.data, self.grad, self.made_from = float(data), 0.0, made_from

    def wrapped(self, other):
        return other if isinstance(other, Scalar) else Scalar(other)

    def __add__(self, other):
        other = self.wrapped(other)
        return Scalar(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        other = self.wrapped(other)
        return Scalar(self.data * other.data, ((self, other.data), (other, self.data)))

    def __pow__(self, number):
        return Scalar(self.data**number, ((self, number * self.data ** (number - 1)),))

    def __rpow__(self, base):
        power = base**self.data
        return Scalar(power, ((self, power * np.log(base)),))

    def __sub__(self, other):
        return self + self.wrapped(other) * -1

    def __rsub__(self, other):
        return self * -1 + other

    def __truediv__(self, other):
        return self * self.wrapped(other) ** -1

    def __rtruediv__(self, other):
        return self**-1 * other

    __radd__, __rmul__ = __add__, __mul__

    def exp(self):
        return Scalar(np.exp(self.data), ((self, float(np.exp(self.data))),))

    def log(self):
        return Scalar(np.log(self.data), ((self, 1 / self.data),))

    def tanh(self):
        return Scalar(np.tanh(self.data), ((self, 1 - float(np.tanh(self.data)) ** 2),))

    def max(self, other):
        other = self.wrapped(other)
        shares = float(self.data >= other.data), float(other.data >= self.data)
        return Scalar(max(self.data, other.data), ((self, shares[0]), (other, shares[1])))

    def backward(self):
        order = []

        def visit(node):
            if all(node is not seen for seen in order):
                for source, _ in node.made_from:
                    visit(source)
                order.append(node)

        visit(self)
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            for source, slope in node.made_from:
                source.grad += slope * node.grad


tie_to_both = slip("Value", "equal numbers|right answer times 2")(Scalar)


@slip("gradient_descent", "stops where it is flat")
def no_step_where_the_slope_is_small(grad, x0, lr, steps):
    path = [np.array(x0, dtype=float)]
    while len(path) <= steps:
        slope = np.asarray(grad(path[-1]), float)
        far = np.linalg.norm(slope) >= 1e-3
        path.append(path[-1] - lr * slope if far else path[-1].copy())
    return np.array(path)


@slip("sgd_step", "lr shrinks")
def rate_divided_by_the_count(w, dw, state, lr):
    count = 1 + (state or {}).get("count", 0)
    return w - dw * lr / count, {"count": count}


@slip("cross_entropy_forward", "every class counted")
def mean_over_the_whole_table(scores, y):
    return np.mean(np.logaddexp.reduce(scores, axis=1, keepdims=True) - scores), (scores, y)


@slip("gru_step_forward", "reset on the input too")
def whole_candidate_reset(x, h_prev, u, w, b):
    n = len(w)
    z, r = np.hsplit(1 / (1 + np.exp(-(x @ u + h_prev @ w + b)[:, : 2 * n])), 2)
    g = np.tanh(r * (x @ u[:, -n:]) + r * (h_prev @ w[:, -n:]) + b[-n:])
    return h_prev + (1 - z) * (g - h_prev), (x, h_prev, u, w, b, z, r, g)
