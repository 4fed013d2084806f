"""Chapter 1 of the list."""

import numpy as np

from tests.checking.reviewed import mistake


@mistake("standardize", r"axis|column|each feature|one (mean|number)")
def mean_and_std_without_axis(x_train, x_test):
    m, s = np.mean(x_train), np.std(x_train)
    return (x_train - m) / s, (x_test - m) / s


@mistake("q_learning_update", r"next state|s_next|state s\b|old value")
def next_state_on_both_sides(q, s, a, r, s_next, alpha, gamma):
    q = q.astype(float)
    q[s_next, a] = q[s_next, a] + alpha * (r + gamma * max(q[s_next]) - q[s_next, a])
    return q


@mistake("q_learning_update", r"whole table|table|only the (new )?entry")
def only_the_new_entry_returned(q, s, a, r, s_next, alpha, gamma):
    return (1 - alpha) * q[s, a] + alpha * (r + gamma * q[s_next].max())


def eigen(x):
    centered = x - x.mean(axis=0)
    return np.linalg.eigh(centered.T @ centered / len(x))


@mistake("pca", r"column|row|transpos")
def eigenvectors_in_columns(x, k):
    values, vectors = eigen(x)
    return vectors[:, ::-1][:, :k], values[::-1][:k] / values.sum()


@mistake("pca", r"column|row|transpos")
def columns_of_eigh_as_rows(x, k):
    values, vectors = eigen(x)
    return vectors[::-1][:k], values[::-1][:k] / values.sum()


@mistake("pca", r"smallest|ascending|order|largest .{0,20}first|reversed")
def in_ascending_order(x, k):
    values, vectors = eigen(x)
    return vectors.T[:k], values[:k] / values.sum()


@mistake("pca", r"loading|unit|length|scaled|norm")
def directions_times_deviations(x, k):
    values, vectors = eigen(x)
    values, vectors = values[::-1], vectors[:, ::-1]
    return (vectors * np.sqrt(np.maximum(values, 0))).T[:k], values[:k] / values.sum()


@mistake("pca", r"column|row|transpos|axes")
def turned_too_late(x, k):
    values, vectors = eigen(x)
    return vectors[:, ::-1][:k].T, values[::-1][:k] / values.sum()


@mistake("kmeans_step", r"argmin|distance|which|place|position")
def min_for_argmin(x, centers):
    d = ((x[:, None] - centers) ** 2).sum(-1)
    labels = d.min(axis=1)
    new = centers.astype(float)
    for k in range(len(centers)):
        if np.any(labels == k):
            new[k] = x[labels == k].mean(0)
    return labels, new


@mistake("knn_predict", r"argsort|distance|which|place|position")
def sort_for_argsort(x_train, y_train, x, k):
    d = np.sqrt(((x[:, None] - x_train) ** 2).sum(-1))
    near = np.sort(d, axis=1)[:, :k].astype(int)
    answers = []
    for row in near:
        labels, votes = np.unique(y_train[row], return_counts=True)
        answers.append(labels[votes.argmax()])
    return np.array(answers)


@mistake("k_fold_indices", r"shuffl|random|rng")
def folds_in_the_old_order(n, k, rng):
    parts = np.array_split(np.arange(n), k)
    return [(np.hstack([p for j, p in enumerate(parts) if j != i]), parts[i]) for i in range(k)]


@mistake("self_train", r"once|round|again|loop")
def probabilities_outside_the_loop(fit, predict_proba, x_lab, y_lab, x_unlab, threshold, rounds):
    x, y, rest = x_lab, y_lab, x_unlab
    model = fit(x, y)
    p = predict_proba(model, rest)
    for _ in range(rounds):
        sure = p.max(axis=1) >= threshold
        if not sure.any():
            break
        x = np.concatenate([x, rest[sure]])
        y = np.concatenate([y, p[sure].argmax(axis=1)])
        rest, p = rest[~sure], p[~sure]
        model = fit(x, y)
    return model
