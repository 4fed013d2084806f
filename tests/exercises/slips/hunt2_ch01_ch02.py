"""Mistakes of a second hunt through chapters 1 and 2: they passed, or had a false name."""

import itertools

import numpy as np

from tests.exercises.slips import slip


def nearest(x, centers):
    return ((x[:, None] - centers) ** 2).sum(-1).argmin(1)


@slip("standardize", "1e-8")
def epsilon_below(x_train, x_test):
    mu, sigma = np.mean(x_train, axis=0), np.std(x_train, axis=0)
    return (x_train - mu) / (sigma + 1e-8), (x_test - mu) / (sigma + 1e-8)


@slip("standardize", "has the shape of its input")
def constant_columns_dropped(x_train, x_test):
    keep = np.ptp(x_train, axis=0) > 0
    a, b = x_train[:, keep], x_test[:, keep]
    return (a - a.mean(0)) / a.std(0), (b - a.mean(0)) / a.std(0)


@slip("pca", "one of features")
def covariance_of_the_rows(x, k):
    values, vectors = np.linalg.eigh(np.cov(x))
    return vectors[:, ::-1][:, :k].T, (values[::-1] / values.sum())[:k]


@slip("pca", "sum of all shares")
def two_kinds_of_variance(x, k):
    values, vectors = np.linalg.eigh(np.cov(x, rowvar=False))
    return vectors.T[::-1][:k], values[::-1][:k] / x.var(0).sum()


@slip("knn_predict", "place in a list")
def place_of_the_label(x_train, y_train, x, k):
    _, inverse = np.unique(y_train, return_inverse=True)
    near = np.argsort(((x[:, None] - x_train) ** 2).sum(2), axis=1)[:, :k]
    return np.array([np.bincount(inverse[i]).argmax() for i in near])


@slip("knn_predict", "comes back afterward")
def smallest_label_not_added_back(x_train, y_train, x, k):
    near = np.argsort(((x[:, None] - x_train) ** 2).sum(2), axis=1)[:, :k]
    return np.array([np.bincount(y_train[i] - y_train.min()).argmax() for i in near])


@slip("knn_predict", "index −2")
def table_of_votes_by_label(x_train, y_train, x, k):
    votes = np.zeros((len(x), y_train.max() + 1))
    near = np.argsort(((x[:, None] - x_train) ** 2).sum(2), axis=1)[:, :k]
    for i in range(len(x)):
        for j in near[i]:
            votes[i, y_train[j]] += 1
    return votes.argmax(1)


@slip("ridge_fit", "every feature has mean 0")
def mean_of_the_targets(phi, y, lam):
    f = phi[:, 1:]
    w = np.linalg.solve(f.T @ f + lam * np.eye(f.shape[1]), f.T @ (y - y.mean()))
    return np.r_[y.mean(), w]


@slip("ridge_fit", "stand in the criterion")
def a_little_more_on_the_diagonal(phi, y, lam):
    penalty = (lam + 1e-6) * np.eye(phi.shape[1])
    penalty[0] = 0
    return np.linalg.solve(phi.T @ phi + penalty, phi.T @ y)


@slip("kmeans_step", "add.at")
def added_by_fancy_index(x, centers):
    labels = nearest(x, centers)
    sums, counts = np.zeros(centers.shape), np.zeros(len(centers))
    sums[labels] += x
    counts[labels] += 1
    filled = counts[:, None] > 0
    return labels, np.where(filled, sums / np.maximum(counts, 1)[:, None], centers)


@slip("kmeans_step", "mean of one point")
def a_lone_point_moves_nothing(x, centers):
    labels, new = nearest(x, centers), np.array(centers, float)
    for j in range(len(new)):
        if (labels == j).sum() > 1:
            new[j] = x[labels == j].mean(0)
    return labels, new


@slip("kmeans_step", "One step")
def until_it_rests(x, centers):
    centers = np.array(centers, float)
    while True:
        labels = nearest(x, centers)
        new = centers.copy()
        for j in range(len(new)):
            if (labels == j).any():
                new[j] = x[labels == j].mean(0)
        if np.allclose(new, centers):
            return labels, new
        centers = new


@slip("kmeans_step", "lost its fractions")
def centers_of_whole_numbers(x, centers):
    labels, new = nearest(x, centers), centers.copy()
    for j in range(len(new)):
        if (labels == j).any():
            new[j] = x[labels == j].mean(0)
    return labels, new


@slip("q_learning_update", "of which table")
def old_value_shrunk_first(q, s, a, r, s_next, alpha, gamma):
    new = q.astype(float)
    new[s, a] *= 1 - alpha
    new[s, a] += alpha * (r + gamma * new[s_next].max())
    return new


@slip("gradient_descent", "neither cut off nor shortened")
def clipped_gradient(grad, x0, lr, steps):
    path = [np.array(x0, float)]
    for _ in range(steps):
        path.append(path[-1] - lr * np.clip(grad(path[-1]), -10, 10))
    return np.array(path)


@slip("gradient_descent", "also where nothing moves")
def ends_when_it_rests(grad, x0, lr, steps):
    path = [np.array(x0, float)]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
        if np.allclose(path[-1], path[-2], atol=1e-12):
            break
    return np.array(path)


@slip("numerical_gradient", "half a step")
def half_the_step(f, x, eps=1e-6):
    x = np.array(x, float)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        h = np.zeros_like(x)
        h[i] = eps / 2
        grad[i] = (f(x + h) - f(x - h)) / eps
    return grad


@slip("numerical_gradient", "default")
def larger_step_by_default(f, x, eps=1e-5):
    x = np.array(x, float)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        h = np.zeros_like(x)
        h[i] = eps
        grad[i] = (f(x + h) - f(x - h)) / (2 * eps)
    return grad


@slip("normal_equation", "singular values are left out")
def every_direction_divided(x, y):
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    return vt.T @ ((u.T @ y) / s)


@slip("minibatches", "labels keep their type")
def one_table_for_both(x, y, batch_size, rng):
    table = np.concatenate([x.reshape(len(x), -1), y.reshape(len(y), -1)], axis=1)
    table, first = rng.permutation(table), int(np.prod(x.shape[1:]))
    for i in range(0, len(x), batch_size):
        batch = table[i : i + batch_size]
        rows, labels = batch[:, :first], batch[:, first:]
        yield rows.reshape(-1, *x.shape[1:]), labels.reshape(-1, *y.shape[1:])


@slip("minibatches", "sizes of the batches")
def remainder_first(x, y, batch_size, rng):
    order, first = rng.permutation(len(x)), len(x) % batch_size
    cuts = [0] * bool(first) + list(range(first, len(x) + 1, batch_size))
    for a, b in itertools.pairwise(cuts):
        yield x[order[a:b]], y[order[a:b]]


@slip("minibatches", "how many batches there are")
def that_many_batches(x, y, batch_size, rng):
    for chosen in np.array_split(rng.permutation(len(x)), batch_size):
        yield x[chosen], y[chosen]


@slip("bce_with_logits_forward", "a little more than z")
def straight_from_ten_on(z, y):
    soft = np.log1p(np.exp(np.minimum(z, 10)))
    return np.mean(np.where(np.asarray(z) > 10, z, soft) - y * z), (z, y)


@slip("perceptron_update", "right by very little")
def close_to_zero_is_zero(w, x, y, lr):
    score = y * np.dot(w, x)
    return w + lr * y * x if score < 0 or np.isclose(score, 0) else w.copy()


@slip("perceptron_update", "for both labels")
def zero_taken_for_plus_one(w, x, y, lr):
    answer = 1 if w @ x >= 0 else -1
    return w + lr * y * x if answer != y else np.array(w)


@slip("softmax", "exponent become")
def shifted_by_the_smallest(z):
    e = np.exp(z - np.min(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@slip("softmax", "lost its fractions")
def result_of_whole_numbers(z):
    e = np.exp(z - z.max(-1, keepdims=True))
    p = np.empty_like(z)
    p[...] = e / e.sum(-1, keepdims=True)
    return p


@slip("cross_entropy_forward", "changed in place")
def scores_shifted_in_place(scores, y):
    scores = np.asarray(scores, float)
    scores -= scores.max(axis=1, keepdims=True)
    loss = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y]
    return float(loss.mean()), (scores, y)


@slip("cross_entropy_forward", "another model")
def one_answer_for_each_class(scores, y):
    hot = np.eye(scores.shape[1])[y]
    return np.mean(np.sum(np.logaddexp(0, scores) - hot * scores, axis=1)), (scores, y)


@slip("hinge_forward", "whole columns")
def columns_of_the_labels_taken_out(scores, y, margin=1.0):
    gaps = np.maximum(0, scores - scores[np.arange(len(y)), y][:, None] + margin)
    gaps[:, y] = 0
    return gaps.sum() / len(y), (scores, y, margin)


@slip("l2_penalty", "lost an axis")
def gradient_added_up(w, lam):
    return lam / 2 * np.sum(w**2), lam * np.sum(w)


@slip("largest_stable_rate", "1/N")
def not_divided_by_the_rows(phi):
    return 2 / np.linalg.eigvalsh(phi.T @ phi)[-1]
