"""Mistakes of a second hunt through chapters 4 and 5: what passed, or what no report named."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nnkit.functional import conv2d_backward as library_backward
from nnkit.functional import conv2d_forward as library_forward
from tests.exercises.slips import slip


def sg(z):
    return 0.5 * (1 + np.tanh(z / 2))


def windows(x, size, stride):
    return sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]


# --- chapter 4 ---


@slip("conv1d", "the slice")
def conv1d_negative_end(x, w, mode):
    K, wide = len(w), np.zeros(len(x) + len(w) - 1)
    for i, value in enumerate(x):
        wide[i : i + K] += value * w
    if mode == "narrow":
        return wide[K - 1 : -(K - 1)]
    start = (K - 1) // 2
    return wide[start : -(K - 1 - start)] if mode == "same" else wide


@slip("conv_output_size", "does not fit")
def conv_output_size_rounded(m, k, stride=1, padding=0, dilation=1):
    return round((m + 2 * padding - dilation * (k - 1) - 1) / stride) + 1


@slip("conv_output_size", "come in the order")
def conv_output_size_padding_first(m, k, padding=0, stride=1, dilation=1):
    return (m + 2 * padding - dilation * (k - 1) - 1) // stride + 1


@slip("conv_output_size", "its default is")
def conv_output_size_stride_of_a_pool(m, k, stride=None, padding=0, dilation=1):
    return (m + 2 * padding - dilation * (k - 1) - 1) // (stride or k) + 1


@slip("effective_kernel_size", "a float")
def effective_kernel_size_float(k, dilation):
    return (k - 1) * dilation + 1.0


@slip("conv2d_backward", "no window reaches")
def conv2d_backward_rest(dout, cache):
    x, w, _b, s, p, d = cache
    (OH, OW), (KH, KW) = dout.shape[2:], w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dxp = np.zeros((*x.shape[:2], (OH - 1) * s + d * (KH - 1) + 1, (OW - 1) * s + d * (KW - 1) + 1))
    dw = np.zeros(w.shape)
    for k in range(KH):
        for m in range(KW):
            tap = np.s_[
                :, :, k * d : k * d + (OH - 1) * s + 1 : s, m * d : m * d + (OW - 1) * s + 1 : s
            ]
            dw[:, :, k, m] = np.einsum("nfij,ncij->fc", dout, xp[tap])
            dxp[tap] += np.einsum("nfij,fc->ncij", dout, w[:, :, k, m])
    end_h, end_w = dxp.shape[2] - p, dxp.shape[3] - p
    return dxp[:, :, p:end_h, p:end_w], dw, dout.sum(axis=(0, 2, 3))


@slip("col2im", "does not average")
def col2im_counts(cols, x_shape, kh, kw, stride, padding, dilation):
    n, c, h, w = x_shape
    s, p, d = stride, padding, dilation
    total = np.zeros((n, c, h + 2 * p, w + 2 * p))
    count = np.zeros(total.shape)
    oh, ow = (h + 2 * p - d * (kh - 1) - 1) // s + 1, (w + 2 * p - d * (kw - 1) - 1) // s + 1
    blocks = cols.reshape(n, oh, ow, c, kh, kw)
    for i in range(oh):
        for j in range(ow):
            rows = slice(i * s, i * s + d * (kh - 1) + 1, d)
            columns = slice(j * s, j * s + d * (kw - 1) + 1, d)
            total[:, :, rows, columns] += blocks[:, i, j]
            count[:, :, rows, columns] += 1
    return (total / np.maximum(count, 1))[:, :, p : p + h, p : p + w]


@slip("max_pool2d_forward", "a square x")
def max_pool2d_forward_square(x, size, stride):
    o = (x.shape[2] - size) // stride + 1
    out = np.zeros((*x.shape[:2], o, o))
    for i in range(o):
        for j in range(o):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = window.max(axis=(2, 3), initial=-np.inf)
    return out, (x, size, stride)


@slip("max_pool2d_backward", "the inner loop only")
def max_pool2d_backward_break(dout, cache):
    x, size, stride = cache
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
        for k in range(size):
            for m in range(size):
                if window[k, m] == window.max():
                    dx[n, c, i * stride + k, j * stride + m] += dout[n, c, i, j]
                    break
    return dx


@slip("avg_pool2d_forward", "drops the fraction|lost its fractions")
def avg_pool2d_forward_floor(x, size, stride):
    return windows(x, size, stride).sum(axis=(4, 5)) // size**2, (x, size, stride)


@slip("avg_pool2d_backward", "no window reaches")
def avg_pool2d_backward_rest(dout, cache):
    x, size, stride = cache
    oh, ow = dout.shape[2:]
    dx = np.zeros((*x.shape[:2], (oh - 1) * stride + size, (ow - 1) * stride + size))
    for i in range(oh):
        for j in range(ow):
            rows, cols = slice(i * stride, i * stride + size), slice(j * stride, j * stride + size)
            dx[:, :, rows, cols] += dout[:, :, i, j, None, None] / size**2
    return dx


@slip("receptive_field", "strides apart")
def receptive_field_from_the_top(layers):
    field = 1
    for kernel, stride, dilation in reversed(layers):
        field = field * stride + (kernel - 1) * dilation
    return field


@slip("receptive_field", "counted already")
def receptive_field_kernels(layers):
    field, step = 0, 1
    for kernel, stride, dilation in layers:
        field += ((kernel - 1) * dilation + 1) * step
        step *= stride
    return field


@slip("receptive_field", r"layers\.pop\(\) changes layers")
def receptive_field_pops(layers):
    field, step = 1, 1
    while layers:
        kernel, stride, dilation = layers.pop(0)
        field += (kernel - 1) * dilation * step
        step *= stride
    return field


def painted(x, w, stride):
    n, _, h, width = x.shape
    _, c, kh, kw = w.shape
    full = np.zeros((n, c, (h - 1) * stride + kh, (width - 1) * stride + kw))
    for i in range(h):
        for j in range(width):
            full[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw] += np.tensordot(
                x[:, :, i, j], w, 1
            )
    return full


@slip("conv2d_transpose_forward", "wider than K")
def conv2d_transpose_forward_inserted(x, w, b, stride, padding):
    n, f, h, width = x.shape
    kh, kw = w.shape[2:]
    up = np.zeros((n, f, (h - 1) * stride + 1, (width - 1) * stride + 1))
    up[:, :, ::stride, ::stride] = x
    ph, pw = max(kh - 1 - padding, 0), max(kw - 1 - padding, 0)
    v = sliding_window_view(np.pad(up, ((0, 0), (0, 0), (ph, ph), (pw, pw))), (kh, kw), axis=(2, 3))
    out = np.einsum("nfijkl,fckl->ncij", v, w[:, :, ::-1, ::-1]) + b[:, None, None]
    return out, (x, w, b, stride, padding)


@slip("conv2d_transpose_forward", "last painted kernel")
def conv2d_transpose_forward_times_stride(x, w, b, stride, padding):
    full = painted(x, w, stride)
    h, width = x.shape[2] * stride, x.shape[3] * stride
    out = np.zeros((*full.shape[:2], h, width)) + b[:, None, None]
    cut = full[:, :, padding : padding + h, padding : padding + width]
    out[:, :, : cut.shape[2], : cut.shape[3]] += cut
    return out, (x, w, b, stride, padding)


AXES = (0, 2, 3)


def normalized(x, gamma, beta, mean, var, eps):
    std = np.sqrt(var + eps)
    x_hat = (x - mean[:, None, None]) / std[:, None, None]
    return gamma[:, None, None] * x_hat + beta[:, None, None], x_hat, std


def moved(state, momentum, mean, var):
    return {
        "running_mean": momentum * state["running_mean"] + (1 - momentum) * mean,
        "running_var": momentum * state["running_var"] + (1 - momentum) * var,
    }


@slip("batchnorm2d_forward", "kept under the name")
def batchnorm2d_forward_eps(x, gamma, beta, state, momentum, eps, train):
    if not train:
        mean, var = state["running_mean"], state["running_var"]
        out, x_hat, std = normalized(x, gamma, beta, mean, var, eps)
        return out, (x_hat, gamma, std, train), state
    mean = x.mean(axis=AXES)
    out, x_hat, std = normalized(x, gamma, beta, mean, x.var(axis=AXES), eps)
    return out, (x_hat, gamma, std, train), moved(state, momentum, mean, std**2)


@slip("batchnorm2d_forward", "stays as it is")
def batchnorm2d_forward_updates(x, gamma, beta, state, momentum, eps, train):
    mean, var = x.mean(axis=AXES), x.var(axis=AXES)
    state_new = moved(state, momentum, mean, var)
    if not train:
        mean, var = state["running_mean"], state["running_var"]
    out, x_hat, std = normalized(x, gamma, beta, mean, var, eps)
    return out, (x_hat, gamma, std, train), state_new


@slip("batchnorm2d_forward", "which mean")
def batchnorm2d_forward_mean_of_variances(x, gamma, beta, state, momentum, eps, train):
    mean, var, new = state["running_mean"], state["running_var"], state
    if train:
        mean, var = x.mean(axis=AXES), x.var(axis=(2, 3)).mean(axis=0)
        new = moved(state, momentum, mean, var)
    out, x_hat, std = normalized(x, gamma, beta, mean, var, eps)
    return out, (x_hat, gamma, std, train), new


@slip("batchnorm2d_backward", "at test time too")
def batchnorm2d_backward_no_gamma(dout, cache):
    x_hat, gamma, std, train = cache
    std = std[:, None, None]
    dgamma, dbeta = (dout * x_hat).sum(axis=AXES), dout.sum(axis=AXES)
    if not train:
        return dout / std, dgamma, dbeta
    g = dout * gamma[:, None, None]
    through = x_hat * (g * x_hat).mean(axis=AXES, keepdims=True)
    return (g - g.mean(axis=AXES, keepdims=True) - through) / std, dgamma, dbeta


@slip("batchnorm2d_backward", "one part in")
def batchnorm2d_backward_sum(dout, cache):
    x_hat, gamma, std, train = cache
    g = dout * gamma[:, None, None]
    dgamma, dbeta = (dout * x_hat).sum(axis=AXES), dout.sum(axis=AXES)
    if train:
        share = (g * x_hat).sum(axis=AXES, keepdims=True)
        g = g - g.mean(axis=AXES, keepdims=True) - x_hat * share
    return g / std[:, None, None], dgamma, dbeta


def same(x, w, b):
    return library_forward(x, w, b, 1, (w.shape[2] // 2, w.shape[3] // 2))


@slip("residual_forward", "added besides")
def residual_forward_both(x, params):
    z = same(x, params["w1"], params["b1"])[0]
    a = np.maximum(z, 0)
    s = same(a, params["w2"], params["b2"])[0]
    if "wp" in params:
        s = s + library_forward(x, params["wp"], params["bp"])[0]
    if s.shape == x.shape:
        s = s + x
    return np.maximum(s, 0), (x, params, z, a, s)


def residual_gradients(ds, dp, cache):
    x, params, z, a, _s = cache
    da, dw2, db2 = library_backward(ds, same(a, params["w2"], params["b2"])[1])
    dx, dw1, db1 = library_backward(da * (z > 0), same(x, params["w1"], params["b1"])[1])
    d = {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
    if "wp" not in params:
        return dx + ds, d
    way, d["wp"], d["bp"] = library_backward(dp, library_forward(x, params["wp"], params["bp"])[1])
    return dx + way, d


@slip("residual_backward", "masks both ways")
def residual_backward_bias(dout, cache):
    ds = dout * (cache[4] > 0)
    dx, d = residual_gradients(ds, ds, cache)
    if "bp" in d:
        d["bp"] = dout.sum(axis=AXES)
    return dx, d


@slip("residual_backward", "the keys of params")
def residual_backward_d_names(dout, cache):
    ds = dout * (cache[4] > 0)
    dx, d = residual_gradients(ds, ds, cache)
    return dx, {"d" + name: value for name, value in d.items()}


@slip("conv_parameters", "Add up over the layers")
def conv_parameters_set(layers):
    return sum(f * (c * k * k + 1) for c, f, k in set(layers))


# --- chapter 5 ---


@slip("rnn_step_forward", "First add up")
def rnn_step_forward_state_outside(x, h_prev, u, w, b):
    h = np.tanh(x @ u + b) + h_prev @ w
    return h, (x, h_prev, u, w, b, h)


def states(x, h0, u, w, b):
    h, state = np.zeros((*x.shape[:2], len(b))), h0
    for t in range(x.shape[1]):
        state = np.tanh(x[:, t] @ u + state @ w + b)
        h[:, t] = state
    return h


@slip("rnn_forward", "before the first step")
def rnn_forward_with_start(x, h0, u, w, b):
    h = np.concatenate([h0[:, None], states(x, h0, u, w, b)], axis=1)
    return h, (x, h0, u, w, b, h)


@slip("rnn_forward", "after reading")
def rnn_forward_from_the_second(x, h0, u, w, b):
    h = np.zeros((*x.shape[:2], len(b)))
    h[:, 0] = h0
    for t in range(1, x.shape[1]):
        h[:, t] = np.tanh(x[:, t] @ u + h[:, t - 1] @ w + b)
    return h, (x, h0, u, w, b, h)


@slip("rnn_forward", "the same one T times")
def rnn_forward_one_buffer(x, h0, u, w, b):
    state, listed = h0.astype(float), []
    for t in range(x.shape[1]):
        state[...] = np.tanh(x[:, t] @ u + state @ w + b)
        listed.append(state)
    h = np.stack(listed, axis=1)
    return h, (x, h0, u, w, b, h)


@slip("rnn_forward", "^(?!.*whole numbers)")
def rnn_forward_float32(x, h0, u, w, b):
    h = states(x, h0, u, w, b).astype(np.float32)
    return h, (x, h0, u, w, b, h)


@slip("rnn_backward", "output of this tanh")
def rnn_backward_old_slope(dh, cache):
    x, h0, u, w, _b, h = cache
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
    ds, back = np.zeros(h.shape), np.zeros(h0.shape)
    for t in reversed(range(h.shape[1])):
        ds[:, t] = (dh[:, t] + back) * (1 - before[:, t] ** 2)
        back = ds[:, t] @ w.T
    du, dw = np.einsum("ntd,nth->dh", x, ds), np.einsum("ntj,nti->ji", before, ds)
    return ds @ u.T, back, du, dw, ds.sum(axis=(0, 1))


@slip("rnn_backward_truncated", "leaves the rest as it is")
def rnn_backward_truncated_mean(dh, cache, steps):
    x, h0, u, w, b, h = cache
    dx, dh0, du, dw, db = (np.zeros(a.shape) for a in (x, h0, u, w, b))
    for t in range(h.shape[1]):
        d = dh[:, t]
        for s in range(t, max(-1, t - steps), -1):
            ds = d * (1 - h[:, s] ** 2)
            dx[:, s] += ds @ u.T
            du += x[:, s].T @ ds
            dw += (h[:, s - 1] if s else h0).T @ ds
            db += ds.sum(axis=0)
            d = ds @ w.T
            if s == 0:
                dh0 += d
    return tuple(g / min(steps, h.shape[1]) for g in (dx, dh0, du, dw, db))


@slip("gradient_norms", "is another norm")
def gradient_norms_frobenius(cache):
    _x, _h0, _u, w, _b, h = cache
    product, norms = np.tile(np.eye(len(w)), (len(h), 1, 1)), []
    for t in reversed(range(h.shape[1])):
        norms.append(np.linalg.norm(product, axis=(1, 2)).mean())
        product = product @ ((1 - h[:, t] ** 2)[:, :, None] * w.T)
    return np.array(norms[::-1])


@slip("clip_grad_norm", "the caller's own array")
def clip_grad_norm_as_they_are(grads, max_norm):
    listed = list(grads.values()) if isinstance(grads, dict) else grads
    norm = np.sqrt(sum(np.sum(g**2) for g in listed))
    if norm <= max_norm:
        return grads, norm
    if isinstance(grads, dict):
        return {k: g * max_norm / norm for k, g in grads.items()}, norm
    return [g * max_norm / norm for g in grads], norm


def step_losses(scores, y):
    s = scores - scores.max(axis=2, keepdims=True)
    n, t = np.indices(y.shape)
    return np.log(np.exp(s).sum(axis=2)) - s[n, t, np.clip(y, 0, scores.shape[2] - 1)]


@slip("sequence_cross_entropy_forward", "any label")
def sequence_cross_entropy_forward_by_labels(scores, y, mask):
    m = (y >= 0) & (y < scores.shape[2])
    return (step_losses(scores, y) * m).sum() / max(m.sum(), 1), (scores, y, mask)


@slip("sequence_cross_entropy_forward", "come after")
def sequence_cross_entropy_forward_lengths(scores, y, mask):
    lengths = np.asarray(mask).astype(int).sum(axis=1)
    m = np.arange(y.shape[1]) < lengths[:, None]
    return (step_losses(scores, y) * m).sum() / max(m.sum(), 1), (scores, y, mask)


@slip("sequence_cross_entropy_forward", "weighs the same")
def sequence_cross_entropy_forward_means(scores, y, mask):
    m = np.asarray(mask, float)
    each = (step_losses(scores, y) * m).sum(axis=1) / np.maximum(m.sum(axis=1), 1)
    return each.sum() / max(np.count_nonzero(m.sum(axis=1)), 1), (scores, y, mask)


@slip("sequence_cross_entropy_forward", "^(?!.*argmax)")
def sequence_cross_entropy_forward_one_shift(scores, y, mask):
    m = np.asarray(mask) > 0
    s = scores - scores.max()
    n, t = np.indices(y.shape)
    loss = np.log(np.exp(s).sum(axis=2)) - s[n, t, np.where(m, y, 0)]
    return loss[m].sum() / max(m.sum(), 1), (scores, y, mask)


@slip("sequence_cross_entropy_forward", r"^(?!.*(exp\(|the log))")
def sequence_cross_entropy_forward_small_number(scores, y, mask):
    m = np.asarray(mask) > 0
    return (step_losses(scores, y) * m).sum() / (m.sum() + 1e-6), (scores, y, mask)


@slip("lstm_step_forward", "in the order i, f, o, c̃")
def lstm_step_forward_ifog(x, h_prev, c_prev, u, w, b):
    i, f, o, g = np.split(x @ u + h_prev @ w + b, 4, axis=1)
    i, f, o, g = sg(i), sg(f), sg(o), np.tanh(g)
    c = f * c_prev + i * g
    return o * np.tanh(c), c, (x, h_prev, c_prev, u, w, b, f, i, g, o, c)


@slip("lstm_step_forward", "starts at 1")
def lstm_step_forward_forget_bias(x, h_prev, c_prev, u, w, b):
    f, i, g, o = np.split(x @ u + h_prev @ w + b, 4, axis=1)
    f, i, g, o = sg(f + 1), sg(i), np.tanh(g), sg(o)
    c = f * c_prev + i * g
    return o * np.tanh(c), c, (x, h_prev, c_prev, u, w, b, f, i, g, o, c)


@slip("lstm_step_forward", "what does the tanh bend")
def lstm_step_forward_tanh_of_product(x, h_prev, c_prev, u, w, b):
    f, i, g, o = np.split(x @ u + h_prev @ w + b, 4, axis=1)
    f, i, g, o = sg(f), sg(i), np.tanh(g), sg(o)
    c = f * c_prev + i * g
    return np.tanh(o * c), c, (x, h_prev, c_prev, u, w, b, f, i, g, o, c)


def through_lstm(total, dh, cache, slopes):
    x, h_prev, c_prev, u, w, _b, f, i, g, _o, c = cache
    df, di, dg, do = total * c_prev, total * g, total * i, dh * np.tanh(c)
    ds = np.hstack([d * s for d, s in zip((df, di, dg, do), slopes, strict=True)])
    return ds @ u.T, ds @ w.T, total * f, x.T @ ds, h_prev.T @ ds, ds.sum(axis=0)


@slip("lstm_step_backward", "come through the tanh")
def lstm_step_backward_both(dh, dc, cache):
    f, i, g, o, c = cache[6:]
    total = (dc + dh * o) * (1 - np.tanh(c) ** 2)
    slopes = (f * (1 - f), i * (1 - i), 1 - g**2, o * (1 - o))
    return through_lstm(total, dh, cache, slopes)


@slip("lstm_step_backward", "passed its activation")
def lstm_step_backward_again(dh, dc, cache):
    f, i, g, o, c = cache[6:]
    total = dc + dh * o * (1 - np.tanh(c) ** 2)
    slopes = (sg(f) * (1 - sg(f)), sg(i) * (1 - sg(i)), 1 - g**2, sg(o) * (1 - sg(o)))
    return through_lstm(total, dh, cache, slopes)


@slip("lstm_backward", r"cache\.reverse\(\) changes cache")
def lstm_backward_reverses(dh, cache):
    back, cell, dxs, grads = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0]), [], []
    cache.reverse()
    for t, kept in zip(reversed(range(dh.shape[1])), cache, strict=True):
        f, i, g, o, c = kept[6:]
        total = cell + (dh[:, t] + back) * o * (1 - np.tanh(c) ** 2)
        slopes = (f * (1 - f), i * (1 - i), 1 - g**2, o * (1 - o))
        dx, back, cell, *weights = through_lstm(total, dh[:, t] + back, kept, slopes)
        dxs.insert(0, dx)
        grads.append(weights)
    return np.stack(dxs, axis=1), back, cell, *(sum(g) for g in zip(*grads, strict=True))


@slip("peephole_lstm_step_forward", "its own cell")
def peephole_lstm_step_forward_product(x, h_prev, c_prev, u, w, b, p):
    f, i, g, o = np.split(x @ u + h_prev @ w + b, 4, axis=1)
    f, i = sg(f + (c_prev @ p[0])[:, None]), sg(i + (c_prev @ p[1])[:, None])
    g = np.tanh(g)
    c = f * c_prev + i * g
    o = sg(o + (c @ p[2])[:, None])
    return o * np.tanh(c), c, (x, h_prev, c_prev, u, w, b, p, f, i, g, o, c)


@slip("peephole_lstm_step_forward", "NaN")
def peephole_lstm_step_forward_overflows(x, h_prev, c_prev, u, w, b, p):
    def gate(s):
        return np.exp(s) / (1 + np.exp(s))

    f, i, g, o = np.split(x @ u + h_prev @ w + b, 4, axis=1)
    f, i, g = gate(f + p[0] * c_prev), gate(i + p[1] * c_prev), np.tanh(g)
    c = f * c_prev + i * g
    o = gate(o + p[2] * c)
    return o * np.tanh(c), c, (x, h_prev, c_prev, u, w, b, p, f, i, g, o, c)


def through_peepholes(dh, dc, cache, old, dp):
    x, h_prev, c_prev, u, w, _b, p, f, i, g, o, c = cache
    dso = dh * np.tanh(c) * o * (1 - o)
    total = dc + dh * o * (1 - np.tanh(c) ** 2) + dso * p[2]
    dsf, dsi = total * c_prev * f * (1 - f), total * g * i * (1 - i)
    ds = np.hstack([dsf, dsi, total * i * (1 - g**2), dso])
    dc_prev = total * f + old(dsf, dsi, dso, p)
    weights = x.T @ ds, h_prev.T @ ds, ds.sum(axis=0)
    return ds @ u.T, ds @ w.T, dc_prev, *weights, dp(dsf, dsi, dso, c_prev, c)


def right_old(dsf, dsi, _dso, p):
    return dsf * p[0] + dsi * p[1]


def right_dp(dsf, dsi, dso, c_prev, c):
    return np.stack([(dsf * c_prev).sum(0), (dsi * c_prev).sum(0), (dso * c).sum(0)])


@slip("peephole_lstm_step_backward", "seen by two gates")
def peephole_lstm_step_backward_as_lstm(dh, dc, cache):
    return through_peepholes(dh, dc, cache, lambda *_: 0, right_dp)


@slip("peephole_lstm_step_backward", "did the output gate see")
def peephole_lstm_step_backward_three(dh, dc, cache):
    def old(dsf, dsi, dso, p):
        return dsf * p[0] + dsi * p[1] + dso * p[2]

    return through_peepholes(dh, dc, cache, old, right_dp)


@slip("peephole_lstm_step_backward", "did the forget gate see")
def peephole_lstm_step_backward_new_cell(dh, dc, cache):
    def dp(dsf, dsi, dso, _c_prev, c):
        return np.stack([(d * c).sum(axis=0) for d in (dsf, dsi, dso)])

    return through_peepholes(dh, dc, cache, right_old, dp)


@slip("coupled_lstm_step_forward", "last blocks|in the order")
def coupled_lstm_step_forward_order(x, h_prev, c_prev, u, w, b):
    g, f, o = np.split(x @ u + h_prev @ w + b, 3, axis=1)
    c = sg(f) * c_prev + (1 - sg(f)) * np.tanh(g)
    return sg(o) * np.tanh(c), c, None


@slip("gru_step_forward", "before the matrix product")
def gru_step_forward_bias_inside(x, h_prev, u, w, b):
    uz, ur, ug = np.split(u, 3, axis=1)
    wz, wr, wg = np.split(w, 3, axis=1)
    bz, br, bg = np.split(b, 3)
    z, r = sg(x @ uz + h_prev @ wz + bz), sg(x @ ur + h_prev @ wr + br)
    g = np.tanh(x @ ug + r * (h_prev @ wg + bg))
    return z * h_prev + (1 - z) * g, (x, h_prev, u, w, b, z, r, g)


@slip("gru_step_backward", "went straight through")
def gru_step_backward_whole(dh, cache):
    x, h_prev, u, w, _b, z, r, g = cache
    wz, wr, wg = np.split(w, 3, axis=1)
    dsg = dh * (1 - z) * (1 - g**2)
    dq = dsg @ wg.T
    dsz, dsr = dh * (h_prev - g) * z * (1 - z), dq * h_prev * r * (1 - r)
    ds = np.hstack([dsz, dsr, dsg])
    dw = np.hstack([h_prev.T @ dsz, h_prev.T @ dsr, (r * h_prev).T @ dsg])
    return ds @ u.T, dh + dq * r + dsz @ wz.T + dsr @ wr.T, x.T @ ds, dw, ds.sum(axis=0)


@slip("embedding_backward", "add them all")
def embedding_backward_by_row(dout, cache):
    idx, shape = cache
    dtable = np.zeros(shape)
    for tokens, d in zip(idx, dout, strict=True):
        dtable[tokens] += d
    return dtable


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


@slip("sample_index", "which index comes for a draw above")
def sample_index_argmax(logits, temperature, rng):
    return int(np.argmax(np.cumsum(softmax(logits / temperature)) > rng.random()))


@slip("sample_index", "stays 0")
def sample_index_power(logits, temperature, rng):
    p = softmax(logits) ** (1 / temperature)
    return int(rng.choice(len(p), p=p / p.sum()))


@slip("sample_index", "as often as p")
def sample_index_product(logits, temperature, rng):
    return int(np.argmax(softmax(logits / temperature) * rng.random(len(logits))))


@slip("greedy_decode", "token like any other")
def greedy_decode_skips_start(step, state, start, end, max_len):
    tokens, token = [], start
    for _ in range(max_len):
        scores, state = step(token, state)
        token = int(np.argmax(scores))
        if token == end:
            break
        if token != start:
            tokens.append(token)
    return tokens


@slip("greedy_decode", "At most max_len")
def greedy_decode_first_always(step, state, start, end, max_len):
    scores, state = step(start, state)
    token, tokens = int(np.argmax(scores)), []
    while token != end:
        tokens.append(token)
        if len(tokens) >= max_len:
            break
        scores, state = step(token, state)
        token = int(np.argmax(scores))
    return tokens


@slip("greedy_decode", "may be negative")
def greedy_decode_above_zero(step, state, start, end, max_len):
    tokens, token = [], start
    while len(tokens) < max_len:
        scores, state = step(token, state)
        token, best = 0, 0.0
        for k, score in enumerate(scores):
            if score > best:
                token, best = k, score
        if token == end:
            break
        tokens.append(token)
    return tokens


@slip("attention_backward", "know what is hidden")
def attention_backward_unmasked(dout, cache):
    q, k, v, _weights, _mask = cache
    scores = q @ k.swapaxes(1, 2) / np.sqrt(q.shape[2])
    e = np.exp(scores - scores.max(axis=2, keepdims=True))
    weights = e / e.sum(axis=2, keepdims=True)
    d = dout @ v.swapaxes(1, 2)
    dscores = weights * (d - (d * weights).sum(axis=2, keepdims=True)) / np.sqrt(q.shape[2])
    return dscores @ k, dscores.swapaxes(1, 2) @ q, weights.swapaxes(1, 2) @ dout


@slip("attention_backward", "may be None")
def attention_backward_mask_always(dout, cache):
    q, k, v, weights, mask = cache
    weights = weights * mask
    d = dout @ v.swapaxes(1, 2)
    dscores = weights * (d - (d * weights).sum(axis=2, keepdims=True)) / np.sqrt(q.shape[2])
    return dscores @ k, dscores.swapaxes(1, 2) @ q, weights.swapaxes(1, 2) @ dout
