"""Chapter 5 of the list."""
# ruff: noqa: RUF059 - as students write it

import numpy as np

from tests.checking.reviewed import mistake


def s(z):
    return np.where(z > 0, 1 / (1 + np.exp(-np.abs(z))), 1 - 1 / (1 + np.exp(-np.abs(z))))


@mistake("sequence_cross_entropy_forward", r"sequence|each (text|example)|per (example|sequence)")
def mean_of_the_sequences_means(scores, y, mask):
    top = scores.max(-1, keepdims=True)
    log_p = scores - top - np.log(np.exp(scores - top).sum(-1, keepdims=True))
    y_in = np.where(mask, y, 0)
    each = -np.take_along_axis(log_p, y_in[..., None], -1)[..., 0] * mask
    return (each.sum(1) / np.maximum(mask.sum(1), 1)).mean(), (scores, y, mask)


@mistake("sequence_cross_entropy_backward", r"sequence|each (text|example)|per (example|sequence)")
def gradient_sequence_by_sequence(cache):
    scores, y, mask = cache
    e = np.exp(scores - scores.max(-1, keepdims=True))
    d = e / e.sum(-1, keepdims=True)
    n, t = y.shape
    d[np.arange(n)[:, None], np.arange(t), np.where(mask, y, 0)] -= 1
    weight = mask / np.maximum(mask.sum(1, keepdims=True), 1) / n
    return d * weight[..., None]


@mistake("sequence_cross_entropy_forward", r"index|fraction|float|whole|0 and 1|true")
def mask_of_floats_as_index(scores, y, mask):
    top = scores.max(-1, keepdims=True)
    log_p = scores - top - np.log(np.exp(scores - top).sum(-1, keepdims=True))
    each = -np.take_along_axis(log_p, y[..., None] * mask[..., None], -1)[..., 0]
    return (each[mask].sum() / mask.sum() if mask.sum() else 0.0), (scores, y, mask)


def gru_forward(x, h_prev, u, w, b):
    n = h_prev.shape[1]
    z = s(x @ u[:, :n] + h_prev @ w[:, :n] + b[:n])
    r = s(x @ u[:, n : 2 * n] + h_prev @ w[:, n : 2 * n] + b[n : 2 * n])
    return z, r, n


@mistake("gru_step_forward", r"in place|changed|h_prev")
def old_state_times_r_in_place(x, h_prev, u, w, b):
    z, r, n = gru_forward(x, h_prev, u, w, b)
    h_prev *= r
    g = np.tanh(x @ u[:, 2 * n :] + h_prev @ w[:, 2 * n :] + b[2 * n :])
    return (1 - z) * g + z * h_prev, (x, h_prev, u, w, b, z, r, g)


def gru_backward(dh, cache, z_turned=True, r_turned=True, z_slope=None, into_r=None):
    x, h_prev, u, w, b, z, r, g = cache
    n = h_prev.shape[1]
    wz, wr, wg = w[:, :n], w[:, n : 2 * n], w[:, 2 * n :]
    mixed = MIXED(dh, cache)
    dz, dg, dh_prev = mixed
    ag = dg * (1 - g**2)
    drh = ag @ wg.T
    az = dz * (z * (1 - z) if z_slope is None else z_slope(z))
    ar = (drh * h_prev if into_r is None else into_r(ag, h_prev, wg, r)) * r * (1 - r)
    dh_prev = dh_prev + drh * r + az @ (wz.T if z_turned else wz) + ar @ (wr.T if r_turned else wr)
    a = np.hstack([az, ar, ag])
    dw = np.hstack([h_prev.T @ az, h_prev.T @ ar, (r * h_prev).T @ ag])
    return a @ u.T, dh_prev, x.T @ a, dw, a.sum(0)


def MIXED(dh, cache):  # noqa: N802
    x, h_prev, u, w, b, z, r, g = cache
    return dh * (h_prev - g), dh * (1 - z), dh * z


@mistake("gru_step_backward", r"transpos")
def w_z_not_transposed(dh, cache):
    return gru_backward(dh, cache, z_turned=False)


@mistake("gru_step_backward", r"transpos")
def w_r_not_transposed(dh, cache):
    return gru_backward(dh, cache, r_turned=False)


@mistake("gru_step_backward", r"slope|derivative|tanh|z \* \(1 - z\)|z\(1 ?- ?z\)|update gate")
def slope_of_z_like_tanh(dh, cache):
    return gru_backward(dh, cache, z_slope=lambda z: 1 - z**2)


@mistake("gru_step_backward", r"reset|\br\b|dr\b|product")
def reset_gate_from_the_wrong_product(dh, cache):
    return gru_backward(dh, cache, into_r=lambda ag, h, wg, r: ag * (h @ wg))


def lstm_backward(dh, dc, cache, tc=None, slope_o=None, into_i=None):
    x, h_prev, c_prev, u, w, b, f, i, g, o, c = cache
    t = np.tanh(c) if tc is None else tc(c)
    d = dc + dh * o * (1 - t**2)
    ao = dh * t * (o * (1 - o) if slope_o is None else slope_o(o))
    ai = (d if into_i is None else into_i(dc)) * g * i * (1 - i)
    a = np.hstack([d * c_prev * f * (1 - f), ai, d * i * (1 - g**2), ao])
    return a @ u.T, a @ w.T, d * f, x.T @ a, h_prev.T @ a, a.sum(0)


@mistake("lstm_step_backward", r"slope|derivative|tanh|o \* \(1 - o\)|output gate")
def output_gate_with_one_minus_o_squared(dh, dc, cache):
    return lstm_backward(dh, dc, cache, slope_o=lambda o: 1 - o**2)


@mistake("lstm_step_backward", r"\bdc\b|through h|dh|whole gradient|both ways|total")
def input_gate_from_dc_alone(dh, dc, cache):
    return lstm_backward(dh, dc, cache, into_i=lambda dc: dc)


@mistake("lstm_step_backward", r"tanh")
def c_in_place_of_its_tanh(dh, dc, cache):
    return lstm_backward(dh, dc, cache, tc=lambda c: c)


def lstm_through_time(dh, cache, restart=False, overwrite=False):
    steps = len(cache)
    d_h = np.zeros(dh[:, 0].shape)
    d_c = np.zeros(dh[:, 0].shape)
    dx, sums = [None] * steps, [0.0, 0.0, 0.0]
    for t in reversed(range(steps)):
        if restart:
            d_c = np.zeros(d_h.shape)
        dx[t], d_h, d_c, *grads = lstm_backward(dh[:, t] + d_h, d_c, cache[t])
        sums = grads if overwrite else [a + g for a, g in zip(sums, grads, strict=True)]
    return np.stack(dx, 1), d_h, d_c, *sums


@mistake("lstm_backward", r"\bdc\b|cell|carried|anew|each step")
def dc_zero_at_every_step(dh, cache):
    return lstm_through_time(dh, cache, restart=True)


@mistake("lstm_backward", r"sum|overwrit|add|every step|all steps|last step|first step")
def weights_of_the_last_step_alone(dh, cache):
    return lstm_through_time(dh, cache, overwrite=True)


@mistake("rnn_backward", r"sum|overwrit|add|every step|all steps|last step|first step")
def gradient_of_one_step_for_the_sum(dh, cache):
    x, h0, u, w, b, h = cache
    dx, carried = np.zeros(x.shape), 0
    for t in range(x.shape[1] - 1, -1, -1):
        before = h[:, t - 1] if t > 0 else h0
        a = (dh[:, t] + carried) * (1 - h[:, t] ** 2)
        dx[:, t], carried = a @ u.T, a @ w.T
        du, dw, db = x[:, t].T @ a, before.T @ a, a.sum(0)
    return dx, carried, du, dw, db


@mistake("rnn_step_backward", r"h_prev|exchang|order|cache|unpack|state")
def h_prev_unpacked_in_place_of_h(dh, cache):
    x, h, u, w, b, h_prev = cache
    a = dh * (1 - h**2)
    return a @ u.T, a @ w.T, x.T @ a, h_prev.T @ a, a.sum(0)


@mistake("sample_index", r"generator|same|rng")
def generator_made_anew(logits, temperature, rng):
    z = logits / temperature
    p = np.exp(z - z.max())
    return int(np.random.default_rng(0).choice(len(p), p=p / p.sum()))


@mistake("sample_index", r"new (random )?number|each comparison|again|one number|once")
def number_for_each_comparison(logits, temperature, rng):
    z = logits / temperature
    p = np.exp(z - z.max())
    total = np.cumsum(p / p.sum())
    for i, edge in enumerate(total):
        if rng.random() < edge:
            return i
    return len(p) - 1


@mistake("sample_index", r"array")
def index_in_an_array(logits, temperature, rng):
    z = logits / temperature
    p = np.exp(z - z.max())
    return rng.choice(len(p), size=1, p=p / p.sum())


@mistake("greedy_decode", r"array|whole number|int")
def tokens_in_arrays(step, state, start, end, max_len):
    out, token = [], start
    while len(out) < max_len:
        scores, state = step(token, state)
        token = int(np.argmax(scores))
        if token == end:
            break
        out.append(np.array([token]))
    return out
