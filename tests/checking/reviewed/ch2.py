"""Chapter 2 of the list."""

import numpy as np

from tests.checking.reviewed import mistake


def soft(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@mistake("cross_entropy_backward", r"label|one-hot|right class|y\b.{0,40}subtract|subtract")
def labels_off_every_column(cache):
    scores, y = cache
    return (soft(scores) - y[:, None]) / len(y)


@mistake("cross_entropy_backward", r"divid|averag|mean|before|first")
def averaged_before_one_is_taken_off(cache):
    scores, y = cache
    p = soft(scores) / len(y)
    p[np.arange(len(y)), y] -= 1
    return p


@mistake("cross_entropy_forward", r"maxim|shift|added back|add .{0,20}back|largest")
def largest_not_added_back(scores, y):
    top = scores.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(scores - top).sum(axis=1))
    return np.mean(log_sum - scores[np.arange(len(y)), y]), (scores, y)


@mistake("softmax", r"column|axis|each row|per row|its own row")
def each_columns_maximum(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=-1, keepdims=True)


@mistake("l2_penalty", r"twice|doubl|half|factor|times 2|lam/2|1/2")
def no_half_anywhere(w, lam):
    return lam * np.sum(w**2), 2 * lam * w


@mistake("cross_entropy_forward", r"from one|from 1|from 0|one class|neighbou?r|y - 1|label")
def labels_counted_from_one(scores, y):
    top = scores.max(axis=1, keepdims=True)
    log_p = scores - top - np.log(np.exp(scores - top).sum(axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(y)), y - 1]), (scores, y)


@mistake("logistic", r"overflow|both (sides|branches)|large")
def where_with_both_sides(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


@mistake("softmax_regression_loss", r"log|underflow|inf|overflow")
def log_of_the_probability(w, b, x, y, lam):
    n = len(y)
    p = soft(x @ w + b)
    loss = -np.log(p[np.arange(n), y]).mean() + lam / 2 * (w * w).sum()
    p[np.arange(n), y] -= 1
    return loss, x.T @ p / n + lam * w, p.mean(0)


@mistake("softmax_regression_loss", r"(λ|lam|penal).{0,80}(\bn\b|exampl|divid|averag)")
def lambda_over_two_n(w, b, x, y, lam):
    n = len(y)
    z = x @ w + b
    top = z.max(1, keepdims=True)
    log_p = z - top - np.log(np.exp(z - top).sum(1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean() + lam / (2 * n) * (w * w).sum()
    d = np.exp(log_p)
    d[np.arange(n), y] -= 1
    return loss, x.T @ d / n + lam / n * w, d.mean(0)


@mistake("softmax_regression_loss", r"bias.{0,60}penal|penal.{0,60}bias|\bb\b.{0,40}penal")
def bias_shrunk_too(w, b, x, y, lam):
    n = len(y)
    z = x @ w + b
    top = z.max(1, keepdims=True)
    log_p = z - top - np.log(np.exp(z - top).sum(1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean() + lam / 2 * ((w * w).sum() + (b * b).sum())
    d = np.exp(log_p)
    d[np.arange(n), y] -= 1
    return loss, x.T @ d / n + lam * w, d.mean(0) + lam * b


@mistake("hinge_forward", r"everything|every score|class|\bk\b|examples")
def mean_over_every_score(scores, y, margin=1.0):
    rows = np.arange(len(y))
    m = np.maximum(0, scores - scores[rows, y][:, None] + margin)
    m[rows, y] = 0
    return m.mean(), (scores, y, margin)


@mistake("minibatches", r"each batch|every batch|again|new (order|permutation)|once|repeat")
def permuted_anew_for_each_batch(x, y, batch_size, rng):
    for start in range(0, len(x), batch_size):
        order = rng.permutation(len(x))[start : start + batch_size]
        yield x[order], y[order]


@mistake("minibatches", r"two (orders|permutations)|same order|belong|apart|one order")
def one_permutation_each(x, y, batch_size, rng):
    x, y = x[rng.permutation(len(x))], y[rng.permutation(len(y))]
    for start in range(0, len(x), batch_size):
        yield x[start : start + batch_size], y[start : start + batch_size]


@mistake("minibatches", r"batches|within|neighbou?r|examples")
def order_of_batches_shuffled(x, y, batch_size, rng):
    starts = np.arange(0, len(x), batch_size)
    rng.shuffle(starts)
    for start in starts:
        yield x[start : start + batch_size], y[start : start + batch_size]


@mistake("numerical_gradient", r"in place|changed|restor|put back|copy|input")
def there_back_and_there(f, x, eps=1e-6):
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        up = f(x)
        x[i] -= 2 * eps
        down = f(x)
        x[i] += eps
        grad[i] = (up - down) / (2 * eps)
    return grad


@mistake("numerical_gradient", r"relative|proportion|step|eps")
def step_relative_to_x(f, x, eps=1e-6):
    x = np.array(x, float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        h = eps * abs(x[i])
        moved = x.copy()
        moved[i] += h
        up = f(moved)
        moved[i] -= 2 * h
        grad[i] = (up - f(moved)) / (2 * h)
    return grad


@mistake("mse_forward", r"last axis|shape\[-1\]|column|\bd\b|n/d|number of examples")
def divided_by_the_last_size(a, y):
    return ((a - y) ** 2).sum() / (2 * a.shape[-1]), (a, y)


@mistake("mse_backward", r"last axis|shape\[-1\]|column|\bd\b|n/d|number of examples")
def gradient_by_the_last_size(cache):
    a, y = cache
    return (a - y) / a.shape[-1]
