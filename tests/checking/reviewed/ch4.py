"""Chapter 4 of the list."""
# ruff: noqa: RUF059 - as students write it

import numpy as np

from tests.checking.reviewed import mistake


def windows(x, size, stride):
    for i in range((x.shape[2] - size) // stride + 1):
        for j in range((x.shape[3] - size) // stride + 1):
            yield i, j, slice(i * stride, i * stride + size), slice(j * stride, j * stride + size)


@mistake("max_pool2d_backward", r"overlap|overwrit|add|sum|(more than one|several) windows?")
def one_entry_assigned(dout, cache):
    x, size, stride = cache
    dx = np.zeros(x.shape)
    for i, j, rows, columns in windows(x, size, stride):
        for n in range(len(x)):
            for c in range(x.shape[1]):
                part = x[n, c, rows, columns]
                k, m = np.unravel_index(part.argmax(), part.shape)
                dx[n, c, i * stride + k, j * stride + m] = dout[n, c, i, j]
    return dx


@mistake("avg_pool2d_backward", r"overlap|overwrit|add|sum|(more than one|several) windows?")
def windows_overwritten(dout, cache):
    x, size, stride = cache
    dx = np.zeros(x.shape)
    for i, j, rows, columns in windows(x, size, stride):
        dx[:, :, rows, columns] = dout[:, :, i, j][:, :, None, None] / size**2
    return dx


@mistake("max_pool2d_forward", r"row|offset|window")
def row_of_the_window_forgotten(x, size, stride):
    oh, ow = (x.shape[2] - size) // stride + 1, (x.shape[3] - size) // stride + 1
    out = np.zeros((*x.shape[:2], oh, ow))
    for i in range(oh):
        for j in range(ow):
            out[:, :, i, j] = x[:, :, :size, j * stride : j * stride + size].max(axis=(2, 3))
    return out, (x, size, stride)


def conv(x, w, b, stride, padding, dilation, swap=False, rows=True, bias="once", dtype=float):
    n, c, h, wd = x.shape
    f, _, kh, kw = w.shape
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    ow = (wd + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    out = np.zeros((n, f, oh, ow), dtype)
    for i in range(oh):
        for j in range(ow):
            for k in range(kh):
                for m in range(kw):
                    p, q = (i * stride if rows else 0) + k * dilation, j * stride + m * dilation
                    tap = w[:, :, m, k] if swap else w[:, :, k, m]
                    out[:, :, i, j] += (xp[:, :, p, q] @ tap.T).astype(dtype)
    times = c if bias == "channels" else 1
    return out + (times * b[:, None, None]).astype(dtype), (x, w, b, stride, padding, dilation)


@mistake("conv2d_forward", r"row|offset|\bi\b|stride")
def rows_of_the_output_forgotten(x, w, b, stride=1, padding=0, dilation=1):
    return conv(x, w, b, stride, padding, dilation, rows=False)


@mistake("conv2d_forward", r"exchang|swap|transpos|rows and columns|columns? (for|and) rows?")
def k_and_l_exchanged(x, w, b, stride=1, padding=0, dilation=1):
    return conv(x, w, b, stride, padding, dilation, swap=True)


@mistake("conv2d_forward", r"bias|\bb\b")
def bias_once_a_channel(x, w, b, stride=1, padding=0, dilation=1):
    return conv(x, w, b, stride, padding, dilation, bias="channels")


@mistake("conv2d_forward", r"examples|images|batch|broadcast")
def summed_over_the_examples(x, w, b, stride=1, padding=0, dilation=1):
    out, cache = conv(x, w, np.zeros(len(b)), stride, padding, dilation)
    return np.zeros(out.shape) + out.sum(axis=0) + b[:, None, None], cache


@mistake("conv2d_forward", r"whole number|integer|fraction|dtype|type")
def output_of_x_own_type(x, w, b, stride=1, padding=0, dilation=1):
    return conv(x, w, b, stride, padding, dilation, dtype=x.dtype)


@mistake("avg_pool2d_forward", r"whole number|integer|fraction|dtype|type")
def means_in_x_own_type(x, size, stride):
    oh, ow = (x.shape[2] - size) // stride + 1, (x.shape[3] - size) // stride + 1
    out = np.zeros((*x.shape[:2], oh, ow), dtype=x.dtype)
    for i, j, rows, columns in windows(x, size, stride):
        out[:, :, i, j] = x[:, :, rows, columns].mean(axis=(2, 3))
    return out, (x, size, stride)


def places(x_shape, kh, kw, stride, padding, dilation):
    n, c, h, w = x_shape
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    ow = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    rows = np.arange(oh)[:, None] * stride + np.arange(kh) * dilation
    columns = np.arange(ow)[:, None] * stride + np.arange(kw) * dilation
    return rows[:, None, :, None], columns[None, :, None, :]


@mistake("im2col", r"order|channel|axes|transpos|row")
def channels_before_places(x, kh, kw, stride, padding, dilation):
    xp = np.pad(x, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2))
    rows, columns = places(x.shape, kh, kw, stride, padding, dilation)
    return xp[:, :, rows, columns].reshape(-1, x.shape[1] * kh * kw)


@mistake("col2im", r"overlap|overwrit|repeat|add|np\.add\.at|more than one window")
def fancy_index_plus_equals(cols, x_shape, kh, kw, stride, padding, dilation):
    n, c, h, w = x_shape
    rows, columns = places(x_shape, kh, kw, stride, padding, dilation)
    oh, ow = rows.shape[0], columns.shape[1]
    big = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    big[:, :, rows, columns] += cols.reshape(n, oh, ow, c, kh, kw).transpose(0, 3, 1, 2, 4, 5)
    return big[:, :, padding : padding + h, padding : padding + w]


def images_backward(dout, cache, m):
    x_hat, gamma, std, train = cache
    axes, g, s = (0, 2, 3), gamma[:, None, None], std[:, None, None]
    d = dout * g
    if train:
        d = d - d.sum(axes, keepdims=True) / m - x_hat * (d * x_hat).sum(axes, keepdims=True) / m
    return d / s, (dout * x_hat).sum(axes), dout.sum(axes)


@mistake("batchnorm2d_backward", r"divid|\bm\b|places|n·h·w|pixels|averag|mean")
def m_is_the_number_of_images(dout, cache):
    return images_backward(dout, cache, len(dout))


@mistake("batchnorm2d_backward", r"divid|\bm\b|examples|n·h·w|images|averag|mean")
def m_is_the_number_of_places(dout, cache):
    return images_backward(dout, cache, dout.shape[2] * dout.shape[3])


@mistake("batchnorm2d_forward", r"statistics")
def running_statistics_of_images(x, gamma, beta, state, momentum, eps, train):
    mean, var = state["running_mean"], state["running_var"]
    if train:
        mean = momentum * mean + (1 - momentum) * x.mean((0, 2, 3))
        var = momentum * var + (1 - momentum) * x.var((0, 2, 3))
    std = np.sqrt(var + eps)
    x_hat = (x - mean[:, None, None]) / std[:, None, None]
    out = gamma[:, None, None] * x_hat + beta[:, None, None]
    return out, (x_hat, gamma, std, train), {"running_mean": mean, "running_var": var}


@mistake("receptive_field", r"stride|layers before|earlier|product")
def own_stride_counted(layers):
    r, jump = 1, 1
    for kernel, stride, dilation in layers:
        jump *= stride
        r += (kernel - 1) * dilation * jump
    return r


@mistake("receptive_field", r"dilation|dilat")
def everything_times_the_dilation(layers):
    r, jump = 1, 1
    for kernel, stride, dilation in layers:
        r += (kernel - 1) * dilation * jump
        jump *= stride * dilation
    return r


@mistake("effective_kernel_size", r"hole|gap|one tap|between|k - 1|last")
def taps_and_holes_of_each(k, dilation):
    return k + k * (dilation - 1)


@mistake("effective_kernel_size", r"hole|gap|taps|between|k - 1|last|one")
def only_the_holes(k, dilation):
    return (k - 1) * (dilation - 1)


@mistake("conv_output_size", r"\bone\b|\+ ?1|first window|last")
def first_window_not_counted(m, k, stride=1, padding=0, dilation=1):
    count, start = 0, 0
    reach = dilation * (k - 1) + 1
    while start + reach < m + 2 * padding:
        count += 1
        start += stride
    return count
