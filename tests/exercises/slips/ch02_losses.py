"""Chapter 2, losses: slips of students."""
# ruff: noqa: RUF059 - as students write it

import numpy as np

from tests.exercises.slips import slip


@slip("logistic", "overflow")
def both_branches_computed(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


@slip("logistic", "overflow")
def plain_formula(z):
    return 1 / (1 + np.exp(-z))


@slip("logistic", "whole numbers kept")
def result_like_z(z):
    p = np.zeros_like(z)
    p[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    p[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return p


@slip("bce_with_logits_forward", "1e-12 in the logs")
def small_number_in_both_logs(z, y):
    p = 0.5 * (1 + np.tanh(z / 2))
    return -np.mean(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12)), (z, y)


@slip("bce_with_logits_forward", "1e-8 in the logs")
def larger_small_number_in_both_logs(z, y):
    p = 0.5 * (1 + np.tanh(z / 2))
    return -np.mean(y * np.log(p + 1e-8) + (1 - y) * np.log(1 - p + 1e-8)), (z, y)


@slip("bce_with_logits_forward", "max for maximum")
def largest_for_larger(z, y):
    return np.mean(np.max(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))), (z, y)


@slip("bce_with_logits_backward", "only p averaged")
def divided_before_subtracting(cache):
    z, y = cache
    p = 0.5 * (1 + np.tanh(z / 2))
    return p / len(z) - y


@slip("softmax", "shift by column")
def shifted_by_the_columns(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=-1, keepdims=True)


@slip("softmax", "changes input")
def shifted_in_place(z):
    z -= z.max(axis=-1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


@slip("softmax", "one softmax for all")
def sum_over_everything(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


@slip("cross_entropy_forward", "maximum not added back")
def maximum_not_added_back(scores, y):
    m = scores.max(axis=1)
    lse = np.log(np.exp(scores - m[:, None]).sum(axis=1))
    return np.mean(lse - scores[np.arange(len(y)), y]), (scores, y)


@slip("cross_entropy_forward", "labels from one")
def labels_from_one(scores, y):
    s = scores - scores.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(y)), y - 1]), (scores, y)


@slip("cross_entropy_forward", "clipped")
def small_number_in_the_log(scores, y):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y] + 1e-12)), (scores, y)


@slip("cross_entropy_forward", "1e-8 in the log")
def larger_small_number_in_the_log(scores, y):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y] + 1e-8)), (scores, y)


@slip("cross_entropy_forward", "log of probability")
def log_of_a_probability(scores, y):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y])), (scores, y)


@slip("cross_entropy_forward", "shift by column")
def shifted_by_each_columns_maximum(scores, y):
    s = scores - scores.max(axis=0)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(y)), y]), (scores, y)


def soft(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@slip("cross_entropy_backward", "labels subtracted")
def labels_subtracted(cache):
    scores, y = cache
    return (soft(scores) - y[:, None]) / len(y)


@slip("cross_entropy_backward", "divided first")
def divided_first(cache):
    scores, y = cache
    d = soft(scores) / len(y)
    d[np.arange(len(y)), y] -= 1
    return d


@slip("cross_entropy_backward", "labels from one")
def one_class_too_low(cache):
    scores, y = cache
    d = soft(scores)
    d[np.arange(len(y)), y - 1] -= 1
    return d / len(y)


@slip("cross_entropy_backward", "diagonal only")
def only_the_right_class(cache):
    scores, y = cache
    d = np.zeros(scores.shape)
    rows = np.arange(len(y))
    d[rows, y] = soft(scores)[rows, y] - 1
    return d / len(y)


@slip("cross_entropy_backward", "divided by classes")
def divided_by_the_classes(cache):
    scores, y = cache
    d = soft(scores)
    d[np.arange(len(y)), y] -= 1
    return d / scores.shape[1]


def regression(w, b, x, y, lam, loss_factor=0.5, grad_factor=1.0, tiny=None, shift=None):
    n = len(x)
    s = x @ w + b
    top = s.max(axis=1, keepdims=True) if shift is None else shift(s)
    e = np.exp(s - top)
    p = e / e.sum(axis=1, keepdims=True)
    chosen = p[np.arange(n), y]
    if tiny is None:
        logs = (s - top - np.log(e.sum(axis=1, keepdims=True)))[np.arange(n), y]
    else:
        logs = np.log(chosen + tiny)
    d = p.copy()
    d[np.arange(n), y] -= 1
    d /= n
    loss = -logs.mean() + loss_factor * lam * (w**2).sum()
    return loss, x.T @ d + grad_factor * lam * w, d.sum(axis=0)


@slip("softmax_regression_loss", "penalty not halved")
def penalty_without_half_in_both(w, b, x, y, lam):
    return regression(w, b, x, y, lam, loss_factor=1.0, grad_factor=2.0)


@slip("softmax_regression_loss", "penalty over n")
def penalty_over_n(w, b, x, y, lam):
    return regression(w, b, x, y, lam, loss_factor=0.5 / len(x), grad_factor=1 / len(x))


@slip("softmax_regression_loss", "penalty gradient halved")
def penalty_over_n_in_the_gradient_halved(w, b, x, y, lam):
    return regression(w, b, x, y, lam, grad_factor=0.5)


@slip("softmax_regression_loss", "log of probability")
def log_of_p(w, b, x, y, lam):
    return regression(w, b, x, y, lam, tiny=0.0)


@slip("softmax_regression_loss", "1e-12 in the log")
def small_number_added_to_p(w, b, x, y, lam):
    return regression(w, b, x, y, lam, tiny=1e-12)


@slip("softmax_regression_loss", "one shift for all")
def one_shift_for_all_rows(w, b, x, y, lam):
    return regression(w, b, x, y, lam, tiny=0.0, shift=np.max)


@slip("softmax_regression_loss", "columns shifted")
def shift_by_columns(w, b, x, y, lam):
    return regression(w, b, x, y, lam, tiny=0.0, shift=lambda s: s.max(axis=0))


@slip("softmax_regression_loss", "bias penalized")
def bias_in_the_penalty(w, b, x, y, lam):
    loss, dw, db = regression(w, b, x, y, lam)
    return loss + lam / 2 * (b**2).sum(), dw, db + lam * b


@slip("softmax_regression_loss", "labels subtracted")
def labels_taken_off_every_score(w, b, x, y, lam):
    loss, dw, db = regression(w, b, x, y, lam)
    d = (soft(x @ w + b) - y[:, None]) / len(x)
    return loss, x.T @ d + lam * w, d.sum(axis=0)


@slip("softmax_regression_loss", "divided first")
def divided_first_then_one_subtracted(w, b, x, y, lam):
    loss, dw, db = regression(w, b, x, y, lam)
    d = soft(x @ w + b) / len(x)
    d[np.arange(len(x)), y] -= 1
    return loss, x.T @ d + lam * w, d.sum(axis=0)


@slip("softmax_regression_loss", "db averaged")
def bias_gradient_averaged_again(w, b, x, y, lam):
    loss, dw, db = regression(w, b, x, y, lam)
    return loss, dw, db / len(x)


@slip("softmax_regression_loss", "last two exchanged")
def gradients_exchanged(w, b, x, y, lam):
    loss, dw, db = regression(w, b, x, y, lam)
    return loss, db, dw


def gaps(scores, y, margin):
    g = scores - scores[np.arange(len(y)), y].reshape(-1, 1) + margin
    g[np.arange(len(y)), y] = 0
    return g


@slip("hinge_forward", "averaged over everything")
def averaged_over_every_score(scores, y, margin=1.0):
    return np.mean(np.maximum(0, gaps(scores, y, margin))), (scores, y, margin)


@slip("hinge_forward", "max for maximum")
def largest_for_the_larger(scores, y, margin=1.0):
    return np.max(gaps(scores, y, margin), 0).sum() / len(y), (scores, y, margin)


@slip("hinge_forward", "right class counted")
def right_class_costs_a_margin(scores, y, margin=1.0):
    right = scores[np.arange(len(y)), y]
    return np.maximum(0, scores.T - right + margin).sum() / len(y), (scores, y, margin)


@slip("hinge_backward", "averaged over everything")
def every_score_averaged(cache):
    scores, y, margin = cache
    d = (gaps(scores, y, margin) > 0) * 1.0
    d[np.arange(len(y)), y] = -d.sum(axis=1)
    return d / scores.size


@slip("hinge_backward", "right class minus one")
def right_class_pulled_once(cache):
    scores, y, margin = cache
    d = (gaps(scores, y, margin) > 0) * 1.0
    d[np.arange(len(y)), y] = -1
    return d / len(y)


@slip("l2_penalty", "both doubled")
def twice_in_both(w, lam):
    return lam * np.sum(w * w), 2 * lam * w


@slip("l2_penalty", "both averaged")
def divided_by_the_number_of_weights(w, lam):
    return lam / (2 * w.size) * np.sum(w * w), lam * w / w.size


@slip("l2_penalty", "first two exchanged")
def gradient_first(w, lam):
    return lam * w, lam / 2 * np.sum(w * w)


@slip("mse_forward", "N/D")
def divided_by_the_columns(a, y):
    return np.sum((a - y) ** 2) / (2 * a.shape[-1]), (a, y)


@slip("mse_forward", "averaged over everything")
def mean_over_all_halved(a, y):
    return np.mean((a - y) ** 2) / 2, (a, y)


@slip("mse_backward", "N/D")
def gradient_divided_by_the_columns(cache):
    a, y = cache
    return (a - y) / a.shape[-1]


@slip("mse_backward", "averaged over everything")
def gradient_over_all_entries(cache):
    a, y = cache
    return (a - y) / a.size
