"""Chapter 5, one step of a cell: slips of students."""
# ruff: noqa: RUF059 - as students write it

import numpy as np

from tests.exercises.slips import slip


def s(z):
    return np.exp(-np.logaddexp(0, -z))


@slip("rnn_step_forward", "in place")
def state_changed_in_place(x, h_prev, u, w, b):
    h_prev[:] = np.tanh(x @ u + h_prev @ w + b)
    return h_prev, (x, h_prev, u, w, b, h_prev)


@slip("rnn_step_backward", "states exchanged in cache")
def old_state_taken_for_the_new(dh, cache):
    x, h, u, w, b, h_prev = cache
    ds = dh * (1 - h**2)
    return ds @ u.T, ds @ w.T, x.T @ ds, h_prev.T @ ds, ds.sum(0)


@slip("rnn_step_backward", "weights first")
def weights_first(dh, cache):
    x, h_prev, u, w, b, h = cache
    ds = dh * (1 - h * h)
    return x.T @ ds, h_prev.T @ ds, ds.sum(0), ds @ u.T, ds @ w.T


@slip("rnn_step_backward", "first two exchanged")
def state_gradient_first(dh, cache):
    x, h_prev, u, w, b, h = cache
    ds = dh * (1 - h * h)
    return ds @ w.T, ds @ u.T, x.T @ ds, h_prev.T @ ds, ds.sum(0)


@slip("rnn_step_backward", "state gradient untransposed")
def recurrent_weights_not_transposed(dh, cache):
    x, h_prev, u, w, b, h = cache
    ds = dh - dh * h**2
    return ds @ u.T, np.dot(ds, w), x.T @ ds, h_prev.T @ ds, ds.sum(0)


@slip("rnn_step_backward", "all averaged")
def means_over_the_batch(dh, cache):
    x, h_prev, u, w, b, h = cache
    ds = dh - dh * h**2
    n = len(ds)
    return ds @ u.T, ds @ w.T, x.T @ ds / n, h_prev.T @ ds / n, ds.mean(0)


def lstm_backward(dh, dc, cache, **wrong):
    x, h_prev, c_prev, u, w, b, f, i, g, o, c = cache
    t = np.tanh(c)
    do = dh * wrong.get("tanh_c", t)
    total = dc + dh * o * wrong.get("slope_c", 1 - t**2)
    di = wrong.get("into_i", total) * g
    df = wrong.get("into_f", total) * c_prev
    dg = wrong.get("into_g", total) * i
    ai = di * i * (1 - i)
    af = df * f * (1 - f)
    ag = dg * wrong.get("slope_g", 1 - g**2)
    ao = do * wrong.get("slope_o", o * (1 - o))
    a = np.hstack([af, ai, ag, ao])
    out = a @ u.T, a @ w.T, total * f, x.T @ a, h_prev.T @ a, a.sum(axis=0)
    return out


@slip("lstm_step_backward", "dzo slope of tanh")
def output_gate_slope_of_tanh(dh, dc, cache):
    o = cache[9]
    return lstm_backward(dh, dc, cache, slope_o=1 - o**2)


@slip("lstm_step_backward", "di from dc")
def input_gate_from_dc(dh, dc, cache):
    return lstm_backward(dh, dc, cache, into_i=dc)


@slip("lstm_step_backward", "df from dc")
def forget_gate_from_dc(dh, dc, cache):
    return lstm_backward(dh, dc, cache, into_f=dc)


@slip("lstm_step_backward", "dg from dc")
def candidate_from_dc(dh, dc, cache):
    return lstm_backward(dh, dc, cache, into_g=dc)


@slip("lstm_step_backward", "from dc")
def all_gates_from_dc(dh, dc, cache):
    return lstm_backward(dh, dc, cache, into_g=dc, into_f=dc, into_i=dc)


@slip("lstm_step_backward", "cell for its tanh")
def cell_for_its_tanh(dh, dc, cache):
    c = cache[10]
    return lstm_backward(dh, dc, cache, tanh_c=c, slope_c=1 - c**2)


@slip("lstm_step_backward", "do of cell")
def output_gate_of_the_cell(dh, dc, cache):
    return lstm_backward(dh, dc, cache, tanh_c=cache[10])


@slip("lstm_step_backward", "states exchanged")
def cell_before_state(dh, dc, cache):
    dx, dh_prev, dc_prev, du, dw, db = lstm_backward(dh, dc, cache)
    return dx, dc_prev, dh_prev, du, dw, db


@slip("lstm_step_backward", "du and dw exchanged")
def recurrent_before_input_weights(dh, dc, cache):
    dx, dh_prev, dc_prev, du, dw, db = lstm_backward(dh, dc, cache)
    return dx, dh_prev, dc_prev, dw, du, db


@slip("lstm_step_backward", "in place")
def cell_gradient_added_in_place(dh, dc, cache):
    o, c = cache[9], cache[10]
    right = lstm_backward(dh, dc, cache)
    dc += dh * o * (1 - np.tanh(c) ** 2)
    return right


@slip("lstm_step_backward", "dh prev untransposed")
def square_weights_not_transposed(dh, dc, cache):
    w, n = cache[4], dh.shape[1]
    dx, _, dc_prev, du, dw, db = lstm_backward(dh, dc, cache)
    blocks = gates_of(dh, dc, cache)
    dh_prev = sum(blocks[k] @ w[:, k * n : (k + 1) * n] for k in range(4))
    return dx, dh_prev, dc_prev, du, dw, db


def gates_of(dh, dc, cache):
    x, h_prev, c_prev, u, w, b, f, i, g, o, c = cache
    t = np.tanh(c)
    total = dc + dh * o * (1 - t**2)
    return (
        total * c_prev * f * (1 - f),
        total * g * i * (1 - i),
        total * i * (1 - g**2),
        dh * t * o * (1 - o),
    )


@slip("lstm_step_forward", "tanh of cell missing")
def cell_shown_without_tanh(x, h_prev, c_prev, u, w, b):
    f, i, g, o = np.hsplit(x @ u + h_prev @ w + b, 4)
    f, i, g, o = s(f), s(i), np.tanh(g), s(o)
    c = c_prev * f + g * i
    return c * o, c, (x, h_prev, c_prev, u, w, b, f, i, g, o, c)


@slip("lstm_step_forward", "in place")
def old_cell_changed(x, h_prev, c_prev, u, w, b):
    f, i, g, o = np.hsplit(x @ u + h_prev @ w + b, 4)
    f, i, g, o = s(f), s(i), np.tanh(g), s(o)
    old = c_prev.copy()
    c_prev *= f
    c_prev += i * g
    return o * np.tanh(c_prev), c_prev, (x, h_prev, old, u, w, b, f, i, g, o, c_prev)


@slip("lstm_step_forward", "first two exchanged")
def cell_first(x, h_prev, c_prev, u, w, b):
    f, i, g, o = np.hsplit(x @ u + h_prev @ w + b, 4)
    f, i, g, o = s(f), s(i), np.tanh(g), s(o)
    c = c_prev * f + g * i
    return c, o * np.tanh(c), (x, h_prev, c_prev, u, w, b, f, i, g, o, c)


def gru_gates(x, h_prev, u, w, b, seen=None):
    n = h_prev.shape[1]
    z = s(x @ u[:, :n] + h_prev @ w[:, :n] + b[:n])
    r = s(x @ u[:, n : 2 * n] + h_prev @ w[:, n : 2 * n] + b[n : 2 * n])
    return n, z, r


@slip("gru_step_forward", "old state reset in place")
def old_state_reset_in_place(x, h_prev, u, w, b):
    n, z, r = gru_gates(x, h_prev, u, w, b)
    h_prev *= r
    g = np.tanh(x @ u[:, 2 * n :] + h_prev @ w[:, 2 * n :] + b[2 * n :])
    return z * h_prev + (1 - z) * g, (x, h_prev, u, w, b, z, r, g)


@slip("gru_step_forward", "reset after product")
def reset_after_the_product(x, h_prev, u, w, b):
    n, z, r = gru_gates(x, h_prev, u, w, b)
    g = np.tanh(x @ u[:, 2 * n :] + r * (h_prev @ w[:, 2 * n :]) + b[2 * n :])
    return z * h_prev + (1 - z) * g, (x, h_prev, u, w, b, z, r, g)


@slip("gru_step_forward", "mixture reversed")
def mixture_turned_round(x, h_prev, u, w, b):
    n, z, r = gru_gates(x, h_prev, u, w, b)
    g = np.tanh(x @ u[:, 2 * n :] + (h_prev * r) @ w[:, 2 * n :] + b[2 * n :])
    return z * g + (1 - z) * h_prev, (x, h_prev, u, w, b, z, r, g)


def gru_backward(dh, cache, **wrong):
    x, h_prev, u, w, b, z, r, g = cache
    n = h_prev.shape[1]
    wz, wr, wg = w[:, :n], w[:, n : 2 * n], w[:, 2 * n :]
    az = dh * (h_prev - g) * wrong.get("slope_z", z * (1 - z))
    ag = dh * (1 - z) * (1 - g**2)
    m = ag @ wrong.get("wg", wg.T)
    ar = wrong.get("dr", m * h_prev) * wrong.get("slope_r", r * (1 - r))
    dh_prev = z * dh + m * r + az @ wrong.get("wz", wz.T) + ar @ wrong.get("wr", wr.T)
    a = np.hstack([az, ar, ag])
    dw = np.hstack([h_prev.T @ az, h_prev.T @ ar, (h_prev * r).T @ ag])
    return a @ u.T, dh_prev, x.T @ a, dw, a.sum(axis=0)


@slip("gru_step_backward", "update weights untransposed")
def update_weights_not_transposed(dh, cache):
    n = cache[1].shape[1]
    return gru_backward(dh, cache, wz=cache[3][:, :n])


@slip("gru_step_backward", "reset weights untransposed")
def reset_weights_not_transposed(dh, cache):
    n = cache[1].shape[1]
    return gru_backward(dh, cache, wr=cache[3][:, n : 2 * n])


@slip("gru_step_backward", "candidate weights untransposed")
def candidate_weights_not_transposed(dh, cache):
    n = cache[1].shape[1]
    return gru_backward(dh, cache, wg=cache[3][:, 2 * n :])


@slip("gru_step_backward", "no block transposed")
def no_weights_transposed(dh, cache):
    n, w = cache[1].shape[1], cache[3]
    return gru_backward(dh, cache, wz=w[:, :n], wr=w[:, n : 2 * n], wg=w[:, 2 * n :])


@slip("gru_step_backward", "dzz slope of tanh")
def update_slope_of_tanh(dh, cache):
    return gru_backward(dh, cache, slope_z=1 - cache[5] ** 2)


@slip("gru_step_backward", "dzr slope of tanh")
def reset_slope_of_tanh(dh, cache):
    return gru_backward(dh, cache, slope_r=1 - cache[6] ** 2)


@slip("gru_step_backward", "reset after product")
def reset_gradient_of_the_plain_product(dh, cache):
    x, h_prev, u, w, b, z, r, g = cache
    n = h_prev.shape[1]
    return gru_backward(dh, cache, dr=dh * (1 - z) * (1 - g**2) * (h_prev @ w[:, 2 * n :]))


@slip("gru_step_backward", "reset gradient without weights")
def reset_gradient_without_weights(dh, cache):
    x, h_prev, u, w, b, z, r, g = cache
    return gru_backward(dh, cache, dr=dh * (1 - z) * (1 - g**2) * h_prev)


@slip("gru_step_backward", "reset gradient times r")
def reset_gradient_times_r(dh, cache):
    x, h_prev, u, w, b, z, r, g = cache
    m = (dh * (1 - z) * (1 - g**2)) @ w[:, 2 * h_prev.shape[1] :].T
    return gru_backward(dh, cache, dr=m * r)


@slip("gru_step_backward", "du and dw exchanged")
def input_weights_after_recurrent(dh, cache):
    dx, dh_prev, du, dw, db = gru_backward(dh, cache)
    return dx, dh_prev, dw, du, db


@slip("coupled_lstm_step_forward", "coupling reversed")
def coupling_turned_round(x, h_prev, c_prev, u, w, b):
    f, g, o = np.hsplit(x @ u + h_prev @ w + b, 3)
    f, g, o = s(f), np.tanh(g), s(o)
    c = (1 - f) * c_prev + f * g
    return o * np.tanh(c), c, (x, h_prev, c_prev, f, g, o, c)


def peephole(dh, dc, cache, into_o=None, cell=None):
    x, h_prev, c_prev, u, w, b, p, f, i, g, o, c = cache
    t = np.tanh(c)
    ao = dh * t * (o * (1 - o) if into_o is None else into_o)
    total = dc + dh * o * (1 - t * t) + ao * p[2]
    af = total * c_prev * f * (1 - f)
    ai = total * g * i * (1 - i)
    ag = total * i * (1 - g * g)
    a = np.hstack([af, ai, ag, ao])
    back = total * f + af * p[0] + ai * p[1]
    rows = [af * c_prev, ai * c_prev, ao * (c if cell is None else cell)]
    dp = np.array([row.sum(0) for row in rows])
    return a @ u.T, a @ w.T, back, x.T @ a, h_prev.T @ a, a.sum(0), dp


@slip("peephole_lstm_step_backward", "dzo slope of tanh")
def peephole_gate_slope_of_tanh(dh, dc, cache):
    return peephole(dh, dc, cache, into_o=1 - cache[10] ** 2)


@slip("peephole_lstm_step_backward", "output peephole of old cell")
def all_peepholes_see_the_old_cell(dh, dc, cache):
    return peephole(dh, dc, cache, cell=cache[2])


@slip("peephole_lstm_step_backward", "states exchanged")
def peephole_cell_before_state(dh, dc, cache):
    dx, dh_prev, dc_prev, du, dw, db, dp = peephole(dh, dc, cache)
    return dx, dc_prev, dh_prev, du, dw, db, dp


@slip("peephole_lstm_step_backward", "dp averaged")
def peepholes_not_summed(dh, dc, cache):
    dx, dh_prev, dc_prev, du, dw, db, dp = peephole(dh, dc, cache)
    return dx, dh_prev, dc_prev, du, dw, db, dp / len(dh)
