"""k nearest neighbors in other styles."""
# ruff: noqa: D103

from collections import Counter

import numpy as np
import scipy.spatial
import scipy.stats
from scipy.spatial.distance import cdist

from autograder.audit.variants import right


@right
def knn_cdist():
    def knn_predict(x_train, y_train, x, k):
        near = np.argsort(cdist(x, x_train), axis=1, kind="stable")[:, :k]
        labels = np.unique(y_train)
        votes = (y_train[near][:, :, None] == labels).sum(axis=1)
        return labels[votes.argmax(axis=1)]

    return knn_predict


@right
def knn_counter():
    def knn_predict(x_train, y_train, x, k):
        out = []
        for q in x:
            order = sorted(range(len(x_train)), key=lambda i: float(np.linalg.norm(x_train[i] - q)))
            votes = Counter(int(y_train[i]) for i in order[:k])
            most = max(votes.values())
            out.append(min(label for label, n in votes.items() if n == most))
        return np.array(out)

    return knn_predict


@right
def knn_expanded_square():
    def knn_predict(x_train, y_train, x, k):
        squared = (x**2).sum(1)[:, None] - 2 * x @ x_train.T + (x_train**2).sum(1)
        near = y_train[np.argpartition(squared, k - 1, axis=1)[:, :k]]
        return np.array(
            [np.unique(row)[np.unique(row, return_counts=True)[1].argmax()] for row in near]
        )

    return knn_predict


@right
def knn_votes_in_lists():

    def knn_predict(x_train, y_train, x, k):

        def one(q):
            d = np.einsum("nd,nd->n", x_train - q, x_train - q)
            votes = y_train[np.lexsort((np.arange(len(d)), d))[:k]].tolist()
            return min(set(votes), key=lambda c: (-votes.count(c), c))

        return np.fromiter(map(one, x), dtype=np.int64, count=len(x))

    return knn_predict


@right
def knn_tree():
    def knn_predict(x_train, y_train, x, k):
        tree = scipy.spatial.cKDTree(x_train)
        _, i = tree.query(x, k=list(range(1, k + 1)))
        return scipy.stats.mode(y_train[i], axis=1).mode

    return knn_predict


@right
def knn_ranks_times_one_hot():
    def knn_predict(x_train, y_train, x, k):
        labels = np.unique(y_train)
        hot = (y_train[:, None] == labels).astype(float)
        gap = x[:, None, :] - x_train[None]
        distance = np.einsum("nmd,nmd->nm", gap, gap)
        rank = distance.argsort(axis=1).argsort(axis=1)
        return labels[((rank < k) @ hot).argmax(axis=1)]

    return knn_predict
