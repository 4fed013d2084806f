"""Gradient descent, self-training and Q-learning in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def descent_array():
    def gradient_descent(grad, x0, lr, steps):
        path = np.zeros((steps + 1, *np.shape(x0)))
        path[0] = x0
        for t in range(steps):
            path[t + 1] = path[t] - lr * np.asarray(grad(path[t]))
        return path

    return gradient_descent


@right
def descent_stack():
    def gradient_descent(grad, x0, lr, steps):
        points = [np.asarray(x0, dtype=float).copy()]
        while len(points) <= steps:
            points.append(points[-1] + -lr * grad(points[-1].copy()))
        return np.stack(points)

    return gradient_descent


@right
def descent_in_place_with_copies():
    def gradient_descent(grad, x0, lr, steps):
        x = np.array(x0, dtype=float)
        path = [x.copy()]
        for _ in range(steps):
            x = np.subtract(x, np.multiply(lr, grad(x)))
            path.append(x.copy())
        return np.array(path)

    return gradient_descent


@right
def descent_list_of_points():
    def gradient_descent(grad, x0, lr, steps):
        path = [x0 * 1.0]
        for _ in range(steps):
            path.append(path[-1] - lr * grad(path[-1]))
        return path

    return gradient_descent


@right
def self_train_masks():
    def self_train(fit, predict_proba, x_lab, y_lab, x_unlab, threshold, rounds):
        labels = np.full(len(x_unlab), -1)
        model = fit(x_lab, y_lab)
        for _ in range(rounds):
            left = labels < 0
            if not left.any():
                return model
            p = np.asarray(predict_proba(model, x_unlab[left]))
            labels[left] = np.where(p.max(1) >= threshold, p.argmax(1), -1)
            known = labels >= 0
            model = fit(np.vstack([x_lab, x_unlab[known]]), np.hstack([y_lab, labels[known]]))
        return model

    return self_train


@right
def self_train_lists():
    def self_train(fit, predict_proba, x_lab, y_lab, x_unlab, threshold, rounds):
        xs, ys, rest = list(x_lab), list(y_lab), list(x_unlab)
        model = fit(np.array(xs), np.array(ys))
        for _ in range(rounds):
            if not rest:
                break
            stay = []
            for point, p in zip(rest, predict_proba(model, np.array(rest)), strict=True):
                if max(p) >= threshold:
                    xs.append(point)
                    ys.append(int(np.argmax(p)))
                else:
                    stay.append(point)
            rest = stay
            model = fit(np.array(xs), np.array(ys))
        return model

    return self_train


@right
def self_train_stops_when_nothing_joins():
    def self_train(fit, predict_proba, x_lab, y_lab, x_unlab, threshold, rounds):
        model = fit(x_lab, y_lab)
        done = 0
        while done < rounds and x_unlab.shape[0] > 0:
            p = predict_proba(model, x_unlab)
            sure = np.any(p >= threshold, axis=1)
            if not sure.any():
                break
            x_lab = np.r_[x_lab, x_unlab[sure]]
            y_lab = np.r_[y_lab, p[sure].argmax(axis=1)]
            x_unlab = np.delete(x_unlab, np.flatnonzero(sure), axis=0)
            model = fit(x_lab, y_lab)
            done += 1
        return model

    return self_train


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
