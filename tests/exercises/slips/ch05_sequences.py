"""Chapter 5, sequences and text: slips of students."""
# ruff: noqa: RUF059 - as students write it

import numpy as np

from tests.exercises.slips import slip


def s(z):
    return np.exp(-np.logaddexp(0, -z))


@slip("rnn_forward", "returns early")
def returned_in_the_loop(x, h0, u, w, b):
    h = np.zeros((x.shape[0], x.shape[1], len(b)))
    state = h0
    for t in range(x.shape[1]):
        state = np.tanh(x[:, t, :] @ u + state @ w + b)
        h[:, t] = state
        return h, (x, h0, u, w, b, h)


@slip("rnn_forward", "whole numbers kept")
def states_in_an_array_like_x(x, h0, u, w, b):
    h = np.zeros((x.shape[0], x.shape[1], len(b)), dtype=x.dtype)
    state = h0
    for t in range(x.shape[1]):
        h[:, t] = np.tanh(x[:, t, :] @ u + state @ w + b)
        state = h[:, t]
    return h, (x, h0, u, w, b, h)


@slip("rnn_forward", "time first")
def a_list_of_states(x, h0, u, w, b):
    h, state = [], h0
    for t in range(x.shape[1]):
        state = np.tanh(x[:, t, :] @ u + state @ w + b)
        h.append(state)
    return np.array(h), (x, h0, u, w, b, h)


def through_time(dh, cache, keep="sum", order=None, carry=True, only_last=False):
    x, h0, u, w, b, h = cache
    steps = x.shape[1]
    du, dw, db = 0 * u, 0 * w, 0 * b
    dx, back = np.zeros(x.shape), np.zeros(h0.shape)
    for t in reversed(range(steps)):
        old = h[:, t - 1] if t else h0
        arrived = dh[:, t] if not only_last or t == steps - 1 else 0
        a = (arrived + back) * (1 - h[:, t] ** 2)
        dx[:, t] = a @ u.T
        new = x[:, t].T @ a, old.T @ a, a.sum(0)
        if keep == "sum":
            du, dw, db = du + new[0], dw + new[1], db + new[2]
        else:
            du, dw, db = new
        back = a @ w.T if carry else back
    return dx, back, du, dw, db


@slip("rnn_backward", "all overwritten")
def last_gradient_for_the_sum(dh, cache):
    return through_time(dh, cache, keep="last")


@slip("rnn_backward", "nothing carried back")
def nothing_carried_back(dh, cache):
    return through_time(dh, cache, carry=False)


@slip("rnn_backward", "outside forgotten")
def gradient_of_the_last_step_only(dh, cache):
    return through_time(dh, cache, only_last=True)


@slip("rnn_backward", "first two exchanged")
def first_state_first(dh, cache):
    dx, dh0, du, dw, db = through_time(dh, cache)
    return dh0, dx, du, dw, db


@slip("rnn_backward", "du and dw exchanged")
def weights_exchanged(dh, cache):
    dx, dh0, du, dw, db = through_time(dh, cache)
    return dx, dh0, dw, du, db


@slip("rnn_backward", "averaged over time")
def mean_over_the_steps(dh, cache):
    dx, dh0, du, dw, db = through_time(dh, cache)
    steps = dh.shape[1]
    return dx, dh0, du / steps, dw / steps, db / steps


@slip("rnn_backward", "averaged over examples")
def mean_over_the_examples(dh, cache):
    dx, dh0, du, dw, db = through_time(dh, cache)
    return dx, dh0, du / len(dh), dw / len(dh), db / len(dh)


@slip("rnn_backward_truncated", "last steps only")
def one_gradient_cut(dh, cache, steps):
    x, h0, u, w, b, h = cache
    last = x.shape[1] - 1
    dx, dh0 = np.zeros(x.shape), np.zeros(h0.shape)
    du, dw, db = np.zeros(u.shape), np.zeros(w.shape), np.zeros(b.shape)
    back = np.zeros(h0.shape)
    for t in range(last, max(-1, last - steps), -1):
        a = (dh[:, t] + back) * (1 - h[:, t] ** 2)
        old = h[:, t - 1] if t else h0
        dx[:, t] = a @ u.T
        du, dw, db = du + x[:, t].T @ a, dw + old.T @ a, db + a.sum(0)
        back = a @ w.T
        if t == 0:
            dh0 = back
    return dx, dh0, du, dw, db


@slip("rnn_backward_truncated", "dx overwritten")
def inputs_overwritten(dh, cache, steps):
    x, h0, u, w, b, h = cache
    dx, dh0 = np.zeros(x.shape), np.zeros(h0.shape)
    du, dw, db = np.zeros(u.shape), np.zeros(w.shape), np.zeros(b.shape)
    for t in range(x.shape[1]):
        d = dh[:, t]
        for k in range(t, max(t - steps, -1), -1):
            a = d * (1 - h[:, k] ** 2)
            dx[:, k] = a @ u.T
            du += x[:, k].T @ a
            dw += (h[:, k - 1] if k else h0).T @ a
            db += a.sum(0)
            d = a @ w.T
            if k == 0:
                dh0 += d
    return dx, dh0, du, dw, db


def cell(x, h_prev, c_prev, u, w, b):
    f, i, g, o = np.hsplit(x @ u + h_prev @ w + b, 4)
    f, i, g, o = s(f), s(i), np.tanh(g), s(o)
    c = f * c_prev + i * g
    return o * np.tanh(c), c, (x, h_prev, c_prev, u, w, b, f, i, g, o, c)


def cell_backward(dh, dc, cache):
    x, h_prev, c_prev, u, w, b, f, i, g, o, c = cache
    t = np.tanh(c)
    total = dc + dh * o * (1 - t**2)
    a = np.hstack(
        [
            total * c_prev * f * (1 - f),
            total * g * i * (1 - i),
            total * i * (1 - g**2),
            dh * t * o * (1 - o),
        ]
    )
    return a @ u.T, a @ w.T, total * f, x.T @ a, h_prev.T @ a, a.sum(0)


@slip("lstm_forward", "returns early")
def first_step_only(x, h0, c0, u, w, b):
    states, caches, h, c = [], [], h0, c0
    for t in range(x.shape[1]):
        h, c, kept = cell(x[:, t], h, c, u, w, b)
        states.append(h)
        caches.append(kept)
        return np.stack(states, 1), caches


@slip("lstm_forward", "cell started anew")
def cell_starts_at_zero_each_time(x, h0, c0, u, w, b):
    states, caches, h = [], [], h0
    for t in range(x.shape[1]):
        h, _, kept = cell(x[:, t], h, np.zeros(c0.shape), u, w, b)
        states.append(h)
        caches.append(kept)
    return np.stack(states, 1), caches


def lstm_through_time(dh, cache, cell_kept=True, keep="sum", steps=None):
    x, h_prev, c_prev, u, w, b = cache[0][:6]
    du, dw, db = 0 * u, 0 * w, 0 * b
    dx = np.zeros((*dh.shape[:2], x.shape[1]))
    bh, bc = np.zeros(h_prev.shape), np.zeros(h_prev.shape)
    for t in list(reversed(range(len(cache))))[:steps]:
        start = bc if cell_kept else np.zeros(bc.shape)
        dx[:, t], bh, bc, *new = cell_backward(dh[:, t] + bh, start, cache[t])
        if keep == "sum":
            du, dw, db = du + new[0], dw + new[1], db + new[2]
        else:
            du, dw, db = new
    return dx, bh, bc, du, dw, db


@slip("lstm_backward", "cell gradient started anew")
def cell_gradient_started_anew(dh, cache):
    return lstm_through_time(dh, cache, cell_kept=False)


@slip("lstm_backward", "all overwritten")
def last_weights_gradient_for_the_sum(dh, cache):
    return lstm_through_time(dh, cache, keep="last")


@slip("lstm_backward", "returns early")
def returned_after_one_step(dh, cache):
    return lstm_through_time(dh, cache, steps=1)


@slip("lstm_backward", "starts swapped")
def cell_before_state(dh, cache):
    dx, dh0, dc0, du, dw, db = lstm_through_time(dh, cache)
    return dx, dc0, dh0, du, dw, db


@slip("lstm_backward", "du and dw exchanged")
def lstm_weights_exchanged(dh, cache):
    dx, dh0, dc0, du, dw, db = lstm_through_time(dh, cache)
    return dx, dh0, dc0, dw, du, db


def probabilities(scores):
    e = np.exp(scores - scores.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


@slip("sequence_cross_entropy_forward", "mean of sequence means")
def mean_of_each_sequence(scores, y, mask):
    m = mask.astype(float)
    p = scores - scores.max(-1, keepdims=True)
    p = p - np.log(np.exp(p).sum(-1, keepdims=True))
    total = 0.0
    for n in range(len(y)):
        count = max(m[n].sum(), 1)
        steps = [p[n, t, y[n, t]] for t in range(y.shape[1]) if m[n, t]]
        total -= sum(steps) / count
    return total / len(y), (scores, y, mask)


@slip("sequence_cross_entropy_forward", "clipped")
def small_number_in_the_log(scores, y, mask):
    p, total = probabilities(scores), 0.0
    for n, t in zip(*np.nonzero(mask), strict=True):
        total -= np.log(p[n, t, y[n, t]] + 1e-12)
    return total / max(np.sum(mask), 1), (scores, y, mask)


@slip("sequence_cross_entropy_forward", "1e-8 in the log")
def larger_small_number_in_the_log(scores, y, mask):
    p, total = probabilities(scores), 0.0
    for n, t in zip(*np.nonzero(mask), strict=True):
        total -= np.log(p[n, t, y[n, t]] + 1e-8)
    return total / max(np.sum(mask), 1), (scores, y, mask)


@slip("sequence_cross_entropy_forward", "mask as index")
def mask_used_as_an_index(scores, y, mask):
    p = scores - scores.max(-1, keepdims=True)
    p = p - np.log(np.exp(p).sum(-1, keepdims=True))
    y = np.where(mask, y, 0)
    chosen = np.array([[p[n, t, y[n, t]] for t in range(y.shape[1])] for n in range(len(y))])
    return -chosen[mask].sum() / max(mask.sum(), 1), (scores, y, mask)


@slip("sequence_cross_entropy_backward", "mean of sequence means")
def gradient_of_sequence_means(cache):
    scores, y, mask = cache
    p, m = probabilities(scores), np.asarray(mask, float)
    for n in range(len(y)):
        for t in range(y.shape[1]):
            if m[n, t]:
                p[n, t, y[n, t]] -= 1
            p[n, t] *= m[n, t] / max(m[n].sum(), 1) / len(y)
    return p


@slip("sequence_cross_entropy_backward", "averaged over all steps")
def averaged_over_all_steps(cache):
    scores, y, mask = cache
    p, m = probabilities(scores), np.asarray(mask, float)
    for n in range(len(y)):
        for t in range(y.shape[1]):
            if m[n, t]:
                p[n, t, y[n, t]] -= 1
            p[n, t] *= m[n, t] / m.size
    return p


@slip("sequence_cross_entropy_backward", "mask as index")
def mask_turned_round_as_an_index(cache):
    scores, y, mask = cache
    d = probabilities(scores)
    y = np.where(mask, y, 0)
    for n in range(len(y)):
        d[n, np.arange(y.shape[1]), y[n]] -= 1
    d[~mask] = 0
    return d / max(mask.sum(), 1)


@slip("sample_index", r"array of shape \(1,\).* expected a whole number")
def an_array_of_one_index(logits, temperature, rng):
    z = (logits - np.max(logits)) / temperature
    p = np.exp(z) / np.exp(z).sum()
    return rng.choice(len(p), size=1, p=p)


@slip("sample_index", "fresh generator")
def a_generator_for_each_draw(logits, temperature, rng):
    z = (logits - np.max(logits)) / temperature
    p = np.exp(z) / np.exp(z).sum()
    return int(np.random.default_rng().choice(len(p), p=p))


@slip("sample_index", "every draw the same")
def the_same_generator_each_time(logits, temperature, rng):
    z = (logits - np.max(logits)) / temperature
    p = np.exp(z) / np.exp(z).sum()
    rng = np.random.default_rng(42)
    return int(rng.choice(len(p), p=p))


@slip("sample_index", "new number each time")
def a_new_number_for_each_comparison(logits, temperature, rng):
    z = (logits - np.max(logits)) / temperature
    p = np.exp(z) / np.exp(z).sum()
    edges = np.cumsum(p)
    for index in range(len(p)):
        if rng.random() < edges[index]:
            return index
    return len(p) - 1


@slip("sample_index", "not cumulated")
def compared_with_each_probability(logits, temperature, rng):
    z = (logits - np.max(logits)) / temperature
    p = np.exp(z) / np.exp(z).sum()
    q = rng.random()
    for index in range(len(p)):
        if q < p[index]:
            return index
    return len(p) - 1


@slip("embedding_backward", "repeated tokens overwritten")
def rows_overwritten(dout, cache):
    idx, shape = cache
    table = np.zeros(shape)
    table[idx] += dout
    return table


@slip("embedding_backward", "divided by batch")
def averaged_over_the_batch(dout, cache):
    idx, shape = cache
    table = np.zeros(shape)
    for place in np.ndindex(idx.shape):
        table[idx[place]] += dout[place] / len(idx)
    return table


@slip("clip_grad_norm")
def each_by_itself(grads, max_norm):
    keys = grads.keys() if isinstance(grads, dict) else range(len(grads))
    out, total = {}, 0.0
    for k in keys:
        size = np.sqrt((grads[k] ** 2).sum())
        total += size**2
        out[k] = grads[k] * max_norm / size if size > max_norm else grads[k]
    return (out if isinstance(grads, dict) else list(out.values())), np.sqrt(total)


@slip("clip_grad_norm", "generator")
def a_generator_for_a_list(grads, max_norm):
    arrays = list(grads.values()) if isinstance(grads, dict) else grads
    norm = np.sqrt(sum((a**2).sum() for a in arrays))
    k = min(1, max_norm / norm) if norm else 1
    if isinstance(grads, dict):
        return {name: a * k for name, a in grads.items()}, norm
    return (a * k for a in grads), norm


@slip("clip_grad_norm", "in place")
def scaled_in_place(grads, max_norm):
    arrays = list(grads.values()) if isinstance(grads, dict) else grads
    norm = np.sqrt(sum((a**2).sum() for a in arrays))
    if norm > max_norm:
        for a in arrays:
            a *= max_norm / norm
    return grads, norm


@slip("gradient_norms", "slope at the step before")
def slope_of_the_wrong_state(cache):
    x, h0, u, w, b, h = cache
    n, steps, units = h.shape
    norms = np.ones(steps)
    for k in range(n):
        m = np.eye(units)
        for t in range(steps - 2, -1, -1):
            m = m @ (np.diag(1 - h[k, t] ** 2) @ w.T)
            norms[t] += np.linalg.norm(m, 2) / n - 1 / n
    return norms


@slip("gradient_norms", "frobenius norm")
def frobenius(cache):
    x, h0, u, w, b, h = cache
    n, steps, units = h.shape
    norms = np.zeros(steps)
    for k in range(n):
        m = np.eye(units)
        norms[-1] += 1 / n
        for t in range(steps - 1, 0, -1):
            m = m @ (np.diag(1 - h[k, t] ** 2) @ w.T)
            norms[t - 1] += np.linalg.norm(m) / n
    return norms


@slip("state_jacobian", "weights untransposed")
def not_transposed(h, w):
    return np.array([np.diag(1 - row**2) @ w for row in h])
