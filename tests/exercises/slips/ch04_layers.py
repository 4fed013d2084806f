"""Chapter 4, pooling, normalization, residual units: slips of students."""
# ruff: noqa: RUF059 - as students write it

import numpy as np

from tests.exercises.slips import slip


def windows(x, size, stride):
    oh, ow = (x.shape[2] - size) // stride + 1, (x.shape[3] - size) // stride + 1
    for i in range(oh):
        for j in range(ow):
            yield i, j, x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]


def pooled(x, size, stride, value):
    oh, ow = (x.shape[2] - size) // stride + 1, (x.shape[3] - size) // stride + 1
    out = np.zeros((*x.shape[:2], oh, ow))
    for i, j, part in windows(x, size, stride):
        out[:, :, i, j] = value(part)
    return out


@slip("max_pool2d_forward", "row offset forgotten")
def row_offset_forgotten(x, size, stride):
    out = pooled(x, size, stride, lambda part: part.max(axis=(2, 3)))
    for j in range(out.shape[3]):
        part = x[:, :, :size, j * stride : j * stride + size]
        out[:, :, :, j] = part.max(axis=(2, 3))[:, :, None]
    return out, (x, size, stride)


@slip("max_pool2d_forward", "returns in the inner loop")
def only_the_first_window(x, size, stride):
    out = pooled(x, size, stride, lambda part: part.max(axis=(2, 3)))
    first = np.zeros(out.shape)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            first[:, :, i, j] = out[:, :, i, j]
            return first, (x, size, stride)


@slip("max_pool2d_forward", "stride is size")
def fixed_stride(x, size, stride):
    stride = size
    out = pooled(x, size, stride, lambda part: part.max(axis=(2, 3)))
    return out, (x, size, stride)


def pool_backward(dout, cache, put):
    x, size, stride = cache
    dx = np.zeros(x.shape)
    for i, j, part in windows(x, size, stride):
        for n in range(len(x)):
            for c in range(x.shape[1]):
                k, l = np.unravel_index(part[n, c].argmax(), (size, size))
                put(dx, dout, (n, c, i, j), (k, l), (i * stride, j * stride))
    return dx


@slip("max_pool2d_backward", "single entry assigned")
def single_entry_assigned(dout, cache):
    def put(dx, dout, at, place, start):
        n, c, i, j = at
        dx[n, c, start[0] + place[0], start[1] + place[1]] = dout[n, c, i, j]

    return pool_backward(dout, cache, put)


@slip("max_pool2d_backward", "row offset forgotten")
def row_offset_forgotten_on_the_way_back(dout, cache):
    def put(dx, dout, at, place, start):
        n, c, i, j = at
        dx[n, c, place[0], start[1] + place[1]] += dout[n, c, i, j]

    return pool_backward(dout, cache, put)


@slip("max_pool2d_backward", "row and column exchanged")
def row_and_column_exchanged(dout, cache):
    def put(dx, dout, at, place, start):
        n, c, i, j = at
        dx[n, c, start[0] + place[1], start[1] + place[0]] += dout[n, c, i, j]

    return pool_backward(dout, cache, put)


@slip("max_pool2d_backward", "both offsets forgotten")
def both_offsets_forgotten(dout, cache):
    def put(dx, dout, at, place, start):
        n, c, i, j = at
        dx[n, c, place[0], place[1]] += dout[n, c, i, j]

    return pool_backward(dout, cache, put)


@slip("max_pool2d_backward", "ties to all")
def ties_get_everything(dout, cache):
    x, size, stride = cache
    dx = np.zeros(x.shape)
    for i, j, part in windows(x, size, stride):
        top = part == part.max(axis=(2, 3), keepdims=True)
        at = np.s_[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
        dx[at] += top * dout[:, :, i : i + 1, j : j + 1]
    return dx


@slip("max_pool2d_backward", "type of x")
def zeros_like_whole_numbers(dout, cache):
    x, size, stride = cache
    dx = np.zeros_like(x)
    for i, j, part in windows(x, size, stride):
        for n, c in np.ndindex(x.shape[:2]):
            k, l = np.unravel_index(part[n, c].argmax(), (size, size))
            dx[n, c, i * stride + k, j * stride + l] += dout[n, c, i, j]
    return dx


@slip("avg_pool2d_backward", "dx overwritten")
def windows_assigned(dout, cache):
    x, size, stride = cache
    dx = np.zeros(x.shape)
    for i, j, _ in windows(x, size, stride):
        at = np.s_[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
        dx[at] = dout[:, :, i : i + 1, j : j + 1] / size**2
    return dx


@slip("avg_pool2d_backward", "row offset forgotten")
def row_offset_of_the_average_forgotten(dout, cache):
    x, size, stride = cache
    dx = np.zeros(x.shape)
    for i, j, _ in windows(x, size, stride):
        dx[:, :, :size, j * stride : j * stride + size] += (
            dout[:, :, i : i + 1, j : j + 1] / size**2
        )
    return dx


@slip("avg_pool2d_forward", "over examples")
def averaged_over_the_examples_too(x, size, stride):
    out = pooled(x, size, stride, lambda part: np.mean(part, axis=(0, 2, 3))[None])
    return out, (x, size, stride)


@slip("avg_pool2d_forward", "type of x")
def output_like_x(x, size, stride):
    out = pooled(x, size, stride, lambda part: part.mean(axis=(2, 3)))
    return out.astype(x.dtype), (x, size, stride)


def column(v):
    return v.reshape(-1, 1, 1)


@slip("batchnorm2d_forward", "updated statistics used")
def running_values_in_training(x, gamma, beta, state, momentum, eps, train):
    mean, var = state["running_mean"], state["running_var"]
    if train:
        state = {
            "running_mean": momentum * mean + (1 - momentum) * x.mean((0, 2, 3)),
            "running_var": momentum * var + (1 - momentum) * x.var((0, 2, 3)),
        }
        mean, var = state["running_mean"], state["running_var"]
    std = np.sqrt(var + eps)
    x_hat = (x - column(mean)) / column(std)
    return column(gamma) * x_hat + column(beta), (x_hat, gamma, std, train), state


@slip("batchnorm2d_forward", "running statistics in training")
def old_running_values_in_training(x, gamma, beta, state, momentum, eps, train):
    mean, var = state["running_mean"], state["running_var"]
    if train:
        state = {
            "running_mean": momentum * mean + (1 - momentum) * x.mean((0, 2, 3)),
            "running_var": momentum * var + (1 - momentum) * x.var((0, 2, 3)),
        }
    std = np.sqrt(var + eps)
    x_hat = (x - column(mean)) / column(std)
    return column(gamma) * x_hat + column(beta), (x_hat, gamma, std, train), state


@slip("batchnorm2d_forward", "eps missing")
def eps_forgotten(x, gamma, beta, state, momentum, eps, train):
    mean, var = state["running_mean"], state["running_var"]
    if train:
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        state = {
            "running_mean": momentum * state["running_mean"] + (1 - momentum) * mean,
            "running_var": momentum * state["running_var"] + (1 - momentum) * var,
        }
    std = np.sqrt(var)
    x_hat = (x - column(mean)) / column(std)
    return column(gamma) * x_hat + column(beta), (x_hat, gamma, std, train), state


@slip("batchnorm2d_forward", "root missing")
def divided_by_the_variance(x, gamma, beta, state, momentum, eps, train):
    mean, var = state["running_mean"], state["running_var"]
    if train:
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        state = {
            "running_mean": momentum * state["running_mean"] + (1 - momentum) * mean,
            "running_var": momentum * state["running_var"] + (1 - momentum) * var,
        }
    x_hat = (x - column(mean)) / column(var + eps)
    return column(gamma) * x_hat + column(beta), (x_hat, gamma, var + eps, train), state


@slip("batchnorm2d_forward", "variance not updated")
def only_the_mean_kept(x, gamma, beta, state, momentum, eps, train):
    mean, var = state["running_mean"], state["running_var"]
    if train:
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        state = {
            "running_mean": momentum * state["running_mean"] + (1 - momentum) * mean,
            "running_var": state["running_var"],
        }
    std = np.sqrt(var + eps)
    x_hat = (x - column(mean)) / column(std)
    return column(gamma) * x_hat + column(beta), (x_hat, gamma, std, train), state


def bn_backward(dout, cache, m):
    x_hat, gamma, std, train = cache
    axes = (0, 2, 3)
    dgamma, dbeta = np.sum(dout * x_hat, axis=axes), np.sum(dout, axis=axes)
    d = dout * column(gamma)
    if train:
        d = d - d.sum(axes, keepdims=True) / m - x_hat * (d * x_hat).sum(axes, keepdims=True) / m
    return d / column(std), dgamma, dbeta


@slip("batchnorm2d_backward", "divided by examples only")
def m_is_n(dout, cache):
    return bn_backward(dout, cache, dout.shape[0])


@slip("batchnorm2d_backward", "divided by places only")
def m_is_h_times_w(dout, cache):
    return bn_backward(dout, cache, dout.shape[2] * dout.shape[3])


@slip("batchnorm2d_backward", "sums not averaged")
def m_is_one(dout, cache):
    return bn_backward(dout, cache, 1)


@slip("batchnorm2d_backward", "dgamma times gamma")
def gamma_in_its_own_gradient(dout, cache):
    dx, _, dbeta = bn_backward(dout, cache, dout.size // dout.shape[1])
    x_hat, gamma = cache[:2]
    return dx, np.sum(dout * column(gamma) * x_hat, axis=(0, 2, 3)), dbeta


@slip("batchnorm2d_backward", r"1/\(N·H·W\)")
def gradients_a_mean(dout, cache):
    dx, dgamma, dbeta = bn_backward(dout, cache, dout.size // dout.shape[1])
    return dx, np.mean(dout * cache[0], axis=(0, 2, 3)), np.mean(dout, axis=(0, 2, 3))


@slip("batchnorm2d_backward", "gradients swapped")
def shift_before_scale(dout, cache):
    dx, dgamma, dbeta = bn_backward(dout, cache, dout.size // dout.shape[1])
    return dx, dbeta, dgamma


def same(x, w, b):
    f, c, kh, kw = w.shape
    p, q = kh // 2, kw // 2
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    out = np.zeros((len(x), f, *x.shape[2:])) + b[:, None, None]
    for k in range(kh):
        for l in range(kw):
            part = xp[:, :, k : k + x.shape[2], l : l + x.shape[3]]
            out += np.einsum("nchw,fc->nfhw", part, w[:, :, k, l])
    return out


@slip("residual_forward", "max for maximum")
def maximum_of_an_axis(x, params):
    z = same(x, params["w1"], params["b1"])
    a = np.max(z, 0)
    f = same(a, params["w2"], params["b2"])
    short = same(x, params["wp"], params["bp"]) if "wp" in params else x
    return np.max(f + short, 0), (x, params, z, a, f + short)


@slip("residual_forward", "relu before addition")
def relu_before_the_sum(x, params):
    z = same(x, params["w1"], params["b1"])
    a = np.maximum(z, 0)
    f = np.maximum(same(a, params["w2"], params["b2"]), 0)
    short = same(x, params["wp"], params["bp"]) if "wp" in params else x
    return f + short, (x, params, z, a, f + short)


@slip("residual_forward", "changed x in place")
def input_used_as_the_sum(x, params):
    z = same(x, params["w1"], params["b1"])
    a = np.maximum(z, 0)
    f = same(a, params["w2"], params["b2"])
    if "wp" in params:
        s = f + same(x, params["wp"], params["bp"])
    else:
        s = x
        s += f
    return np.maximum(s, 0), (x, params, z, a, s)
