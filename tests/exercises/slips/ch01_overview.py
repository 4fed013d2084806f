"""Chapter 1: slips of students."""

from collections import Counter

import numpy as np

from tests.exercises.slips import slip


@slip("standardize", "no axis")
def no_axis_anywhere(x_train, x_test):
    m, s = x_train.mean(), x_train.std()
    return (x_train - m) / s, (x_test - m) / s


@slip("standardize", "test statistics")
def each_set_by_itself(x_train, x_test):
    def scaled(x):
        s = x.std(axis=0)
        s[s == 0] = 1
        return (x - x.mean(axis=0)) / s

    return scaled(x_train), scaled(x_test)


@slip("standardize", "by rows")
def statistics_of_rows(x_train, x_test):
    s = x_train.std(axis=1, keepdims=True)
    return (x_train - x_train.mean(axis=1, keepdims=True)) / s, (
        x_test - x_test.mean(axis=1, keepdims=True)
    ) / x_test.std(axis=1, keepdims=True)


@slip("standardize", "constant feature divides by zero")
def divided_by_zero(x_train, x_test):
    m, s = x_train.mean(axis=0), x_train.std(axis=0)
    return (x_train - m) / s, (x_test - m) / s


@slip("standardize", "first two exchanged")
def test_set_first(x_train, x_test):
    m, s = x_train.mean(axis=0), x_train.std(axis=0)
    s = np.where(s > 0, s, 1)
    return (x_test - m) / s, (x_train - m) / s


@slip("q_learning_update", "next state on both sides")
def same_action_on_both_sides(q, s, a, r, s_next, alpha, gamma):
    q = q.astype(float)
    q[s_next, a] += alpha * (r + gamma * q[s_next].max() - q[s_next, a])
    return q


@slip("q_learning_update", "old value of next state")
def old_value_of_the_next_state(q, s, a, r, s_next, alpha, gamma):
    new = q.astype(float)
    new[s, a] = q[s_next, a] + alpha * (r + gamma * q[s_next].max() - q[s_next, a])
    return new


@slip("q_learning_update", "same action")
def taken_action_of_the_next_state(q, s, a, r, s_next, alpha, gamma):
    new = q.astype(float)
    new[s, a] += alpha * (r + gamma * q[s_next, a] - q[s, a])
    return new


@slip("q_learning_update", "only the new entry")
def only_the_new_entry(q, s, a, r, s_next, alpha, gamma):
    return q[s, a] + alpha * (r + gamma * np.max(q[s_next]) - q[s, a])


@slip("q_learning_update", "only the row")
def only_the_row(q, s, a, r, s_next, alpha, gamma):
    row = q[s].astype(float)
    row[a] += alpha * (r + gamma * np.max(q[s_next]) - q[s, a])
    return row


@slip("q_learning_update", "changes table")
def table_changed(q, s, a, r, s_next, alpha, gamma):
    q[s, a] = q[s, a] + alpha * (r + gamma * q[s_next].max() - q[s, a])
    return q


@slip("q_learning_update", "whole numbers kept")
def integer_copy(q, s, a, r, s_next, alpha, gamma):
    new = np.copy(q)
    new[s, a] = (1 - alpha) * q[s, a] + alpha * (r + gamma * q[s_next].max())
    return new


def eigen(x):
    c = x - x.mean(axis=0)
    return np.linalg.eigh(c.T @ c / len(x))


@slip("pca")
def columns_taken_for_rows(x, k):
    values, vectors = eigen(x)
    order = values.argsort()[::-1]
    return vectors[order][:k], values[order][:k] / values.sum()


@slip("pca")
def vectors_not_turned(x, k):
    values, vectors = eigen(x)
    return vectors[::-1][:k], values[::-1][:k] / values.sum()


@slip("pca", "smallest first|reversed along axis 0")
def ascending_order(x, k):
    values, vectors = eigen(x)
    return vectors.T[:k], values[:k] / values.sum()


@slip("pca", "order of eigh")
def last_k_in_ascending_order(x, k):
    values, vectors = eigen(x)
    return vectors[:, -k:].T, values[-k:] / values.sum()


@slip("pca", "loadings")
def loadings(x, k):
    values, vectors = eigen(x)
    values, vectors = np.maximum(values[::-1], 0), vectors[:, ::-1]
    return (vectors * np.sqrt(values)).T[:k], values[:k] / values.sum()


@slip("pca", "sample loadings")
def loadings_of_the_sample(x, k):
    values, vectors = np.linalg.eigh(np.cov(x.T))
    values, vectors = np.maximum(values[::-1], 0), vectors[:, ::-1]
    return (vectors * np.sqrt(values)).T[:k], values[:k] / values.sum()


@slip("pca")
def rows_cut_before_turning(x, k):
    values, vectors = eigen(x)
    return vectors[:, ::-1][:k].T, values[::-1][:k] / values.sum()


@slip("pca", "axes of the right shape exchanged")
def components_in_columns(x, k):
    values, vectors = eigen(x)
    return vectors[:, ::-1][:, :k], values[::-1][:k] / values.sum()


@slip("pca", "ratio of the chosen")
def share_of_the_chosen(x, k):
    values, vectors = eigen(x)
    top = values[::-1][:k]
    return vectors[:, ::-1][:, :k].T, top / top.sum()


@slip("pca", "one mean for all")
def mean_of_everything(x, k):
    c = x - x.mean()
    values, vectors = np.linalg.eigh(c.T @ c)
    return vectors[:, ::-1][:, :k].T, values[::-1][:k] / values.sum()


@slip("kmeans_step", "distance for label")
def distance_for_label(x, centers):
    d = np.linalg.norm(x[:, None] - centers, axis=2)
    labels = d.min(axis=1)
    new = centers.astype(float)
    for j in range(len(centers)):
        if (labels == j).any():
            new[j] = x[labels == j].mean(axis=0)
    return labels, new


@slip("kmeans_step", "one number for all features")
def center_a_number(x, centers):
    d = np.linalg.norm(x[:, None] - centers, axis=2)
    labels = d.argmin(axis=1)
    new = centers.astype(float)
    for j in range(len(centers)):
        if (labels == j).any():
            new[j] = x[labels == j].mean()
    return labels, new


@slip("kmeans_step", "empty cluster nan")
def nan_for_an_empty_cluster(x, centers):
    labels = np.linalg.norm(x[:, None] - centers, axis=2).argmin(axis=1)
    return labels, np.array([x[labels == j].mean(axis=0) for j in range(len(centers))])


@slip("kmeans_step", "returns early")
def returned_after_one_cluster(x, centers):
    labels = np.linalg.norm(x[:, None] - centers, axis=2).argmin(axis=1)
    new = centers.astype(float)
    for j in range(len(centers)):
        if (labels == j).any():
            new[j] = x[labels == j].mean(axis=0)
        return labels, new


@slip("knn_predict", "distances for places")
def distance_instead_of_position(x_train, y_train, x, k):
    d = np.linalg.norm(x[:, None] - x_train, axis=2)
    nearest = np.sort(d, axis=1)[:, :k].astype(int)
    return np.array([max(sorted(set(y_train[i])), key=list(y_train[i]).count) for i in nearest])


@slip("knn_predict", "tie to the nearest")
def first_of_a_tie(x_train, y_train, x, k):
    d = np.linalg.norm(x[:, None] - x_train, axis=2)
    near = y_train[np.argsort(d, axis=1)[:, :k]]
    return np.array([Counter(row.tolist()).most_common(1)[0][0] for row in near])


@slip("knn_predict", "nearest only")
def only_the_nearest(x_train, y_train, x, k):
    d = np.linalg.norm(x[:, None] - x_train, axis=2)
    return y_train[d.argmin(axis=1)]


@slip("k_fold_indices", "not shuffled")
def not_shuffled(n, k, rng):
    parts = np.array_split(np.arange(n), k)
    return [(np.concatenate([p for p in parts if p is not v]), v) for v in parts]


@slip("k_fold_indices", "shuffle for permutation")
def shuffle_returns_nothing(n, k, rng):
    order = rng.shuffle(np.arange(n))
    parts = np.array_split(order, k)
    return [(np.concatenate([p for p in parts if p is not v]), v) for v in parts]


@slip("k_fold_indices", "generator")
def a_generator_of_folds(n, k, rng):
    parts = np.array_split(rng.permutation(n), k)
    return ((np.concatenate([p for p in parts if p is not v]), v) for v in parts)


@slip("k_fold_indices", "returns early")
def first_fold_only(n, k, rng):
    parts = np.array_split(rng.permutation(n), k)
    folds = []
    for v in parts:
        folds.append((np.concatenate([p for p in parts if p is not v]), v))
        return folds


@slip("k_fold_indices", "rest never validated")
def remainder_left_out(n, k, rng):
    order, size = rng.permutation(n), n // k
    folds = []
    for i in range(k):
        val = order[i * size : (i + 1) * size]
        folds.append((np.setdiff1d(order, val), val))
    return folds


@slip("k_fold_indices", "parts swapped")
def validation_first(n, k, rng):
    parts = np.array_split(rng.permutation(n), k)
    return [(v, np.concatenate([p for p in parts if p is not v])) for v in parts]


@slip("self_train", "one round")
def probabilities_computed_once(fit, predict_proba, x_lab, y_lab, x_unlab, threshold, rounds):
    model = fit(x_lab, y_lab)
    p = predict_proba(model, x_unlab) if len(x_unlab) else np.zeros((0, 2))
    for _ in range(rounds):
        sure = p.max(axis=1) >= threshold
        x_lab = np.vstack([x_lab, x_unlab[sure]])
        y_lab = np.append(y_lab, p[sure].argmax(axis=1))
        x_unlab, p = x_unlab[~sure], p[~sure]
        model = fit(x_lab, y_lab)
    return model


@slip("self_train", "one round")
def first_model_asked_every_time(fit, predict_proba, x_lab, y_lab, x_unlab, threshold, rounds):
    first = model = fit(x_lab, y_lab)
    for _ in range(rounds):
        if not len(x_unlab):
            break
        p = predict_proba(first, x_unlab)
        sure = p.max(axis=1) >= threshold
        x_lab = np.vstack([x_lab, x_unlab[sure]])
        y_lab = np.append(y_lab, p[sure].argmax(axis=1))
        x_unlab = x_unlab[~sure]
        model = fit(x_lab, y_lab)
    return model


@slip("self_train", "joined twice")
def pseudo_labels_only(fit, predict_proba, x_lab, y_lab, x_unlab, threshold, rounds):
    model = fit(x_lab, y_lab)
    for _ in range(rounds):
        if not len(x_unlab):
            break
        p = predict_proba(model, x_unlab)
        sure = p.max(axis=1) >= threshold
        x_lab = np.vstack([x_lab, x_unlab[sure]])
        y_lab = np.append(y_lab, p[sure].argmax(axis=1))
        model = fit(x_lab, y_lab)
    return model


@slip("gradient_descent", "whole numbers kept")
def whole_number_path(grad, x0, lr, steps):
    path = np.zeros((steps + 1, *np.shape(x0)), dtype=np.asarray(x0).dtype)
    path[0] = x0
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


@slip("gradient_descent", "same array again")
def same_array_appended(grad, x0, lr, steps):
    x = np.array(x0, dtype=float)
    path = [x]
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x)
    return np.array(path)


@slip("gradient_descent", "returns early")
def returned_in_the_loop(grad, x0, lr, steps):
    path = [np.array(x0, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
        return np.array(path)
    return np.array(path)


@slip("ridge_fit", "penalty over n")
def penalty_over_n(phi, y, lam):
    p = np.eye(phi.shape[1])
    p[0, 0] = 0
    return np.linalg.solve(phi.T @ phi + lam / len(y) * p, phi.T @ y)


@slip("ridge_fit", "penalty times n")
def penalty_times_n(phi, y, lam):
    p = np.eye(phi.shape[1])
    p[0, 0] = 0
    return np.linalg.solve(phi.T @ phi / len(y) + lam * p, phi.T @ y / len(y))


@slip("ridge_fit", "constant penalized")
def constant_in_the_penalty(phi, y, lam):
    return np.linalg.inv(phi.T @ phi + lam * np.identity(phi.shape[1])) @ phi.T @ y


@slip("polynomial_features", "constant missing")
def without_the_constant(x, degree):
    phi = np.zeros((len(x), degree))
    for j in range(degree):
        phi[:, j] = x ** (j + 1)
    return phi


@slip("bias_variance", "one mean for all")
def no_axis_in_the_mean(predictions, target):
    m = predictions.mean()
    return np.mean((m - target) ** 2), predictions.var()


@slip("bias_variance", "results swapped")
def variance_first(predictions, target):
    m = predictions.mean(axis=0)
    return predictions.var(axis=0).mean(), np.mean((m - target) ** 2)
