"""Self-training in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


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
def self_train_recursive():

    def self_train(fit, predict_proba, x_lab, y_lab, x_unlab, threshold, rounds):

        def go(x, y, u, left):
            model = fit(x, y)
            if left == 0 or not len(u):
                return model
            p = predict_proba(model, u)
            c = p.max(1) >= threshold
            if not np.any(c):
                return model
            return go(np.append(x, u[c], axis=0), np.append(y, p[c].argmax(1)), u[~c], left - 1)

        return go(x_lab, y_lab, x_unlab, rounds)

    return self_train


@right
def asks_about_an_empty_pool():
    def self_train(fit, predict_proba, x_lab, y_lab, x_unlab, threshold, rounds):
        model = fit(x_lab, y_lab)
        for _ in range(rounds):
            p = predict_proba(model, x_unlab)
            sure = p.max(axis=1) >= threshold
            if not np.any(sure):
                break
            x_lab = np.concatenate([x_lab, x_unlab[sure]])
            y_lab = np.concatenate([y_lab, p[sure].argmax(1)])
            x_unlab = x_unlab[~sure]
            model = fit(x_lab, y_lab)
        return model

    return self_train
