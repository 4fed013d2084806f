"""An update of Q-learning in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def q_weighted():
    def q_learning_update(q, s, a, r, s_next, alpha, gamma):
        new = q.astype(float)
        new[s, a] = (1 - alpha) * q[s, a] + alpha * (r + gamma * q[s_next].max())
        return new

    return q_learning_update


@right
def q_loops():
    def q_learning_update(q, s, a, r, s_next, alpha, gamma):
        best = -float("inf")
        for value in q[s_next]:
            best = max(best, value)
        rows = [[float(v) for v in row] for row in q]
        rows[s][a] += alpha * (r + gamma * best - rows[s][a])
        return np.array(rows)

    return q_learning_update


@right
def q_one_hot():
    def q_learning_update(q, s, a, r, s_next, alpha, gamma):
        hot = np.zeros(q.shape)
        hot[s, a] = 1.0
        return q + alpha * hot * (r + gamma * np.max(q[s_next, :]) - q)

    return q_learning_update
