"""Chapter 4, convolutions: slips of students."""
# ruff: noqa: RUF059 - as students write it

import numpy as np

from tests.exercises.slips import slip


def out_size(m, k, stride, padding, dilation):
    return (m + 2 * padding - dilation * (k - 1) - 1) // stride + 1


def padded(x, padding):
    n, c, h, w = x.shape
    big = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    big[:, :, padding : padding + h, padding : padding + w] = x
    return big


def convolve(x, w, b, stride, padding, dilation, at=None, kernel=None, out=None, bias=True):
    f, c, kh, kw = w.shape
    oh = out_size(x.shape[2], kh, stride, padding, dilation)
    ow = out_size(x.shape[3], kw, stride, padding, dilation)
    xp = padded(x, padding)
    out = np.zeros((len(x), f, oh, ow)) if out is None else out(len(x), f, oh, ow)
    for i in range(oh):
        for j in range(ow):
            for k in range(kh):
                for l in range(kw):
                    row, col = i * stride + k * dilation, j * stride + l * dilation
                    if at:
                        row, col = at(i, j, k, l)
                    tap = w[:, :, k, l] if kernel is None else kernel(k, l)
                    out[:, :, i, j] += xp[:, :, row, col] @ tap.T
    return out + b[:, None, None] if bias else out


@slip("conv2d_forward", "kernel flipped")
def kernel_turned_round(x, w, b, stride=1, padding=0, dilation=1):
    out = convolve(x, w[:, :, ::-1, ::-1], b, stride, padding, dilation)
    return out, (x, w, b, stride, padding, dilation)


@slip("conv2d_forward", "row offset forgotten")
def row_offset_forgotten(x, w, b, stride=1, padding=0, dilation=1):
    def at(i, j, k, l):
        return k * dilation, j * stride + l * dilation

    out = convolve(x, w, b, stride, padding, dilation, at=at)
    return out, (x, w, b, stride, padding, dilation)


@slip("conv2d_forward", "column offset forgotten")
def column_offset_forgotten(x, w, b, stride=1, padding=0, dilation=1):
    def at(i, j, k, l):
        return i * stride + k * dilation, l * dilation

    out = convolve(x, w, b, stride, padding, dilation, at=at)
    return out, (x, w, b, stride, padding, dilation)


@slip("conv2d_forward", "bias in every channel")
def bias_once_a_channel(x, w, b, stride=1, padding=0, dilation=1):
    out = convolve(x, w, b * w.shape[1], stride, padding, dilation)
    return out, (x, w, b, stride, padding, dilation)


@slip("conv2d_forward", "bias at every tap")
def bias_once_a_tap(x, w, b, stride=1, padding=0, dilation=1):
    out = convolve(x, w, b * w.shape[2] * w.shape[3], stride, padding, dilation)
    return out, (x, w, b, stride, padding, dilation)


@slip("conv2d_forward", "examples added up")
def summed_over_the_examples(x, w, b, stride=1, padding=0, dilation=1):
    out = convolve(x, w, b, stride, padding, dilation, bias=False)
    out[:] = out.sum(axis=0)
    return out + b[:, None, None], (x, w, b, stride, padding, dilation)


@slip("conv2d_forward", "type of x")
def output_of_the_type_of_x(x, w, b, stride=1, padding=0, dilation=1):
    out = convolve(x, w, b, stride, padding, dilation)
    return out.astype(x.dtype), (x, w, b, stride, padding, dilation)


@slip("conv2d_forward", "type of x")
def output_array_of_the_type_of_x(x, w, b, stride=1, padding=0, dilation=1):
    right = convolve(x, w, b, stride, padding, dilation)
    out = np.zeros(right.shape, dtype=x.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = right[:, :, i, j]
    return out, (x, w, b, stride, padding, dilation)


@slip("conv2d_forward", "returns early")
def stopped_after_the_first_row(x, w, b, stride=1, padding=0, dilation=1):
    out = convolve(x, w, b, stride, padding, dilation)
    out[:, :, 1:] = 0
    return out, (x, w, b, stride, padding, dilation)


@slip("conv2d_forward")
def size_one_too_small(x, w, b, stride=1, padding=0, dilation=1):
    out = convolve(x, w, b, stride, padding, dilation)
    return out[:, :, :-1, :-1], (x, w, b, stride, padding, dilation)


def hand_back(dout, cache, assign=False, offset=True, round_=False):
    x, w, b, stride, padding, dilation = cache
    f, c, kh, kw = w.shape
    n, _, oh, ow = dout.shape
    xp = padded(x, padding)
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(oh):
        for j in range(ow):
            for k in range(kh):
                for l in range(kw):
                    r = (i * stride if offset else 0) + k * dilation
                    q = j * stride + l * dilation
                    tap = w[:, :, kh - 1 - k, kw - 1 - l] if round_ else w[:, :, k, l]
                    if assign:
                        dxp[:, :, r, q] = dout[:, :, i, j] @ tap
                    else:
                        dxp[:, :, r, q] += dout[:, :, i, j] @ tap
                    dw[:, :, k, l] += dout[:, :, i, j].T @ xp[:, :, r, q]
    dx = dxp[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
    return dx, dw, dout.sum(axis=(0, 2, 3))


@slip("conv2d_backward", "dx overwritten")
def image_gradient_assigned(dout, cache):
    return hand_back(dout, cache, assign=True)


@slip("conv2d_backward", "row offset forgotten")
def row_offset_forgotten_on_the_way_back(dout, cache):
    return hand_back(dout, cache, offset=False)


@slip("conv2d_backward", "dx with flipped kernel")
def kernel_turned_round_on_the_way_back(dout, cache):
    return hand_back(dout, cache, round_=True)


@slip("conv2d_backward", "first two exchanged")
def filters_first(dout, cache):
    dx, dw, db = hand_back(dout, cache)
    return dw, dx, db


@slip("conv2d_backward", "times 1/2|1/N")
def divided_by_the_batch(dout, cache):
    dx, dw, db = hand_back(dout, cache)
    return dx, dw / len(dout), db / len(dout)


@slip("conv2d_backward", "db averaged")
def bias_gradient_a_mean(dout, cache):
    dx, dw, db = hand_back(dout, cache)
    return dx, dw, dout.mean(axis=(0, 2, 3))


def taps(x, kh, kw, stride, padding, dilation):
    oh = out_size(x.shape[2], kh, stride, padding, dilation)
    ow = out_size(x.shape[3], kw, stride, padding, dilation)
    xp = padded(x, padding)
    found = np.empty((*x.shape[:2], kh, kw, oh, ow))
    for k in range(kh):
        for l in range(kw):
            rows = k * dilation + stride * np.arange(oh)
            cols = l * dilation + stride * np.arange(ow)
            found[:, :, k, l] = xp[:, :, rows[:, None], cols]
    return found


@slip("im2col", "not transposed")
def reshaped_without_transposing(x, kh, kw, stride, padding, dilation):
    t = taps(x, kh, kw, stride, padding, dilation)
    n, c, _, _, oh, ow = t.shape
    return t.reshape(n * oh * ow, c * kh * kw)


@slip("im2col", "rows by channel")
def rows_of_each_channel(x, kh, kw, stride, padding, dilation):
    t = taps(x, kh, kw, stride, padding, dilation)
    n, c, _, _, oh, ow = t.shape
    return t.transpose(0, 1, 4, 5, 2, 3).reshape(n * oh * ow, c * kh * kw)


@slip("im2col", "transposed")
def one_column_a_window(x, kh, kw, stride, padding, dilation):
    t = taps(x, kh, kw, stride, padding, dilation)
    n, c, _, _, oh, ow = t.shape
    return t.transpose(1, 2, 3, 0, 4, 5).reshape(c * kh * kw, n * oh * ow)


@slip("im2col", "kernel axes swapped")
def kernel_rows_and_columns_exchanged(x, kh, kw, stride, padding, dilation):
    t = taps(x, kh, kw, stride, padding, dilation)
    n, c, _, _, oh, ow = t.shape
    return t.transpose(0, 4, 5, 1, 3, 2).reshape(n * oh * ow, c * kh * kw)


@slip("im2col", "columns channel last")
def channels_last(x, kh, kw, stride, padding, dilation):
    t = taps(x, kh, kw, stride, padding, dilation)
    n, c, _, _, oh, ow = t.shape
    return t.transpose(0, 4, 5, 2, 3, 1).reshape(n * oh * ow, c * kh * kw)


@slip("im2col", "no padding")
def columns_of_the_type_of_x_without_padding(x, kh, kw, stride, padding, dilation):
    t = taps(x, kh, kw, stride, 0, dilation)
    n, c, _, _, oh, ow = t.shape
    return t.transpose(0, 4, 5, 1, 2, 3).reshape(n * oh * ow, c * kh * kw)


def spread(cols, x_shape, kh, kw, stride, padding, dilation, add):
    n, c, h, w = x_shape
    oh, ow = out_size(h, kh, stride, padding, dilation), out_size(w, kw, stride, padding, dilation)
    xp = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    t = cols.reshape(n, oh, ow, c, kh, kw)
    add(xp, t, oh, ow)
    return xp[:, :, padding : padding + h, padding : padding + w]


@slip("col2im", "repeats lost")
def fancy_index_loses_repeats(cols, x_shape, kh, kw, stride, padding, dilation):
    def add(xp, t, oh, ow):
        rows = (stride * np.arange(oh))[:, None] + dilation * np.arange(kh)
        place = (stride * np.arange(ow))[:, None] + dilation * np.arange(kw)
        i, j = rows[:, None, :, None], place[None, :, None, :]
        xp[:, :, i, j] += t.transpose(0, 3, 1, 2, 4, 5)

    return spread(cols, x_shape, kh, kw, stride, padding, dilation, add)


@slip("col2im", "repeats lost")
def windows_assigned(cols, x_shape, kh, kw, stride, padding, dilation):
    def add(xp, t, oh, ow):
        for i in range(oh):
            for j in range(ow):
                r, q = i * stride, j * stride
                rows = slice(r, r + dilation * (kh - 1) + 1, dilation)
                place = slice(q, q + dilation * (kw - 1) + 1, dilation)
                xp[:, :, rows, place] = t[:, i, j]

    return spread(cols, x_shape, kh, kw, stride, padding, dilation, add)


@slip("col2im", "not transposed")
def reshaped_to_taps_at_once(cols, x_shape, kh, kw, stride, padding, dilation):
    def add(xp, t, oh, ow):
        n, c = x_shape[:2]
        t = cols.reshape(n, c, kh, kw, oh, ow)
        for k in range(kh):
            for l in range(kw):
                for i in range(oh):
                    for j in range(ow):
                        place = i * stride + k * dilation, j * stride + l * dilation
                        xp[:, :, place[0], place[1]] += t[:, :, k, l, i, j]

    return spread(cols, x_shape, kh, kw, stride, padding, dilation, add)


def paint(x, w, stride, padding, assign=False):
    n, f, h, width = x.shape
    _, c, kh, kw = w.shape
    full = np.zeros((n, c, (h - 1) * stride + kh, (width - 1) * stride + kw))
    for i in range(h):
        for j in range(width):
            block = np.tensordot(x[:, :, i, j], w, axes=1)
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            full[at] = block if assign else full[at] + block
    return full[:, :, padding : full.shape[2] - padding, padding : full.shape[3] - padding]


@slip("conv2d_transpose_forward", "bias in every channel")
def bias_once_an_input_channel(x, w, b, stride, padding):
    out = paint(x, w, stride, padding) + b[:, None, None] * w.shape[0]
    return out, (x, w, b, stride, padding)


@slip("conv2d_transpose_forward", "overlaps overwritten")
def kernels_painted_over(x, w, b, stride, padding):
    out = paint(x, w, stride, padding, assign=True) + b.reshape(-1, 1, 1)
    return out, (x, w, b, stride, padding)


@slip("conv1d", "not flipped")
def correlation_in_all_modes(x, w, mode):
    wide = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        wide[i : i + len(w)] += x[i] * w[::-1]
    k, m = len(w), len(x)
    if mode == "wide":
        return wide
    return wide[k - 1 : m] if mode == "narrow" else wide[(k - 1) // 2 : (k - 1) // 2 + m]


@slip("conv1d", "whole numbers kept")
def result_of_the_type_of_x(x, w, mode):
    k, m = len(w), len(x)
    wide = np.zeros(m + k - 1, dtype=x.dtype)
    for n in range(m + k - 1):
        for i in range(m):
            if 0 <= n - i < k:
                wide[n] += x[i] * w[n - i]
    if mode == "wide":
        return wide
    return wide[k - 1 : m] if mode == "narrow" else wide[(k - 1) // 2 : (k - 1) // 2 + m]


@slip("conv_output_size", "one missing")
def off_by_one(m, k, stride=1, padding=0, dilation=1):
    reach = dilation * (k - 1) + 1
    return (m + 2 * padding - reach) // stride


@slip("conv_output_size", "one place too many")
def counted_one_too_many(m, k, stride=1, padding=0, dilation=1):
    reach = dilation * (k - 1) + 1
    return (m + 2 * padding - reach + 1) // stride + 1


@slip("conv_output_size", "last place not counted")
def counted_by_a_loop_without_its_last_place(m, k, stride=1, padding=0, dilation=1):
    reach = dilation * (k - 1) + 1
    return len(range(0, m + 2 * padding - reach, stride))


@slip("effective_kernel_size", "holes only")
def holes_only(k, dilation):
    return (k - 1) * (dilation - 1)


@slip("effective_kernel_size", "last tap missing")
def distance_of_the_ends(k, dilation):
    return dilation * (k - 1)


@slip("receptive_field", "own stride counted")
def own_stride_first(layers):
    field, jump = 1, 1
    for k, s, d in layers:
        jump = jump * s
        field = field + (k - 1) * d * jump
    return field


@slip("receptive_field", "dilation in the step")
def jump_multiplied_by_the_dilation(layers):
    field, jump = 1, 1
    for k, s, d in layers:
        field = field + (k - 1) * d * jump
        jump = jump * s * d
    return field


@slip("receptive_field", "returns early")
def returned_in_the_loop(layers):
    field, jump = 1, 1
    for k, s, d in layers:
        field = field + (k - 1) * d * jump
        jump = jump * s
        return field
    return field


@slip("conv_parameters", "bias per filter plane")
def bias_for_each_pair(layers):
    total = 0
    for c_in, c_out, k in layers:
        total += c_in * (c_out * k**2 + c_out)
    return total


@slip("conv_parameters", "one bias a layer")
def one_bias_for_a_layer(layers):
    total = 0
    for c_in, c_out, k in layers:
        total += c_in * c_out * k**2 + 1
    return total
