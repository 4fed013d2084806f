"""Mistakes of a hunt from the texts of chapter 5 that no report named."""

import numpy as np

from tests.exercises.slips import slip


def sg(z):
    return 0.5 * (1 + np.tanh(z / 2))


@slip("rnn_step_forward", "First add up")
def rnn_step_forward_btanh(x, h_prev, u, w, b):
    h = np.tanh(x @ u + h_prev @ w) + b
    return (h, (x, h_prev, u, w, b, h))


@slip("sequence_cross_entropy_forward", "scores that are all 0")
def sequence_cross_entropy_forward_nolog(scores, y, mask):
    m = np.asarray(mask, float)
    yy = np.where(m > 0, y, 0)
    s = (scores - scores.max(-1, keepdims=True)) * m[..., None]
    lp = s - np.log(np.exp(s).sum(-1, keepdims=True))
    loss = -np.take_along_axis(lp, yy[..., None], 2)[..., 0]
    return (loss.sum() / max(m.sum(), 1), (scores, y, mask))


@slip("rnn_backward", "arrive at h")
def rnn_backward_addafter(dh, cache):
    x, h0, u, w, b, h = cache
    dx, du, dw, db = (np.zeros(x.shape), np.zeros(u.shape), np.zeros(w.shape), np.zeros(b.shape))
    back = np.zeros(h0.shape)
    for t in reversed(range(x.shape[1])):
        prev = h[:, t - 1] if t else h0
        ds = dh[:, t] * (1 - h[:, t] ** 2) + back
        dx[:, t] = ds @ u.T
        back = ds @ w.T
        du += x[:, t].T @ ds
        dw += prev.T @ ds
        db += ds.sum(0)
    return (dx, back, du, dw, db)


@slip("gradient_norms", "product of the norms")
def gradient_norms_prodnorm(cache):
    _x, _h0, _u, w, _b, h = cache
    N, T, _H = h.shape
    out = np.ones(T)
    m = np.ones(N)
    for t in range(T - 2, -1, -1):
        j = (1 - h[:, t + 1] ** 2)[:, :, None] * w.T
        m = m * np.linalg.norm(j, 2, axis=(1, 2))
        out[t] = m.mean()
    return out


@slip("lstm_step_forward", "tanh and nothing else")
def lstm_step_forward_gsig(x, h_prev, c_prev, u, w, b):
    s = sg(x @ u + h_prev @ w + b)
    f, i, g, o = np.split(s, 4, axis=1)
    g = np.tanh(g)
    c = f * c_prev + i * g
    h = o * np.tanh(c)
    return (h, c, (x, h_prev, c_prev, u, w, b, f, i, g, o, c))


@slip("peephole_lstm_step_forward", "inside its logistic")
def peephole_lstm_step_forward_outside(x, h_prev, c_prev, u, w, b, p):
    H = h_prev.shape[1]
    s = x @ u + h_prev @ w + b
    f = sg(s[:, :H]) + p[0] * c_prev
    i = sg(s[:, H : 2 * H]) + p[1] * c_prev
    g = np.tanh(s[:, 2 * H : 3 * H])
    c = f * c_prev + i * g
    o = sg(s[:, 3 * H :]) + p[2] * c
    return (o * np.tanh(c), c, (x, h_prev, c_prev, u, w, b, p, f, i, g, o, c))


@slip("gru_step_forward", "new input or the old state")
def gru_step_forward_rout(x, h_prev, u, w, b):
    H = h_prev.shape[1]
    s = x @ u + b
    z, r = (sg(s[:, :H] + h_prev @ w[:, :H]), sg(s[:, H : 2 * H] + h_prev @ w[:, H : 2 * H]))
    g = np.tanh(r * (s[:, 2 * H :] + h_prev @ w[:, 2 * H :]))
    return (z * h_prev + (1 - z) * g, (x, h_prev, u, w, b, z, r, g))


@slip("sample_index", "Which noise")
def sample_index_noise(logits, temperature, rng):
    return int(np.argmax(logits / temperature + rng.normal(size=len(logits))))
