"""Transposed convolutions by zeros in between, by shifted sums, by loops."""
# ruff: noqa: D103

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.audit.variants import right


@right
def transpose_by_zeros_between():
    def conv2d_transpose_forward(x, w, b, stride, padding):
        n, f, h, width = x.shape
        _, c, kh, kw = w.shape
        spread = np.zeros((n, f, (h - 1) * stride + 1, (width - 1) * stride + 1))
        spread[:, :, ::stride, ::stride] = x
        spread = np.pad(spread, ((0, 0), (0, 0), (kh - 1,) * 2, (kw - 1,) * 2))
        view = sliding_window_view(spread, (kh, kw), axis=(2, 3))
        full = np.einsum("nfhwkl,fckl->nchw", view, w[:, :, ::-1, ::-1])
        rows, cols = full.shape[2] - padding, full.shape[3] - padding
        return full[:, :, padding:rows, padding:cols] + b.reshape(-1, 1, 1), None

    return conv2d_transpose_forward


@right
def transpose_shifted_sums():
    def conv2d_transpose_forward(x, w, b, stride, padding):
        n, _, h, width = x.shape
        _, c, kh, kw = w.shape
        full = np.zeros((n, c, (h - 1) * stride + kh, (width - 1) * stride + kw))
        for k in range(kh):
            for m in range(kw):
                part = np.tensordot(x, w[:, :, k, m], axes=(1, 0)).transpose(0, 3, 1, 2)
                full[
                    :,
                    :,
                    k : k + (h - 1) * stride + 1 : stride,
                    m : m + (width - 1) * stride + 1 : stride,
                ] += part
        if padding > 0:
            full = full[:, :, padding:-padding, padding:-padding]
        return full + b[None, :, None, None], {"x": x}

    return conv2d_transpose_forward


@right
def transpose_nested_loops():
    def conv2d_transpose_forward(x, w, b, stride, padding):
        n, f, h, width = x.shape
        _, c, kh, kw = w.shape
        oh, ow = (h - 1) * stride + kh - 2 * padding, (width - 1) * stride + kw - 2 * padding
        out = np.zeros((n, c, oh, ow))
        for g in range(c):
            out[:, g] = b[g]
        for i in range(h):
            for j in range(width):
                for k in range(kh):
                    for m in range(kw):
                        p, q = i * stride + k - padding, j * stride + m - padding
                        if 0 <= p < oh and 0 <= q < ow:
                            out[:, :, p, q] += x[:, :, i, j] @ w[:, :, k, m]
        return out, ()

    return conv2d_transpose_forward


@right
def transpose_by_matrix():
    # The matrix of the convolution that goes the other way, transposed, times x in one row.
    def conv2d_transpose_forward(x, w, b, stride, padding):
        n, f, h, width = x.shape
        c, kh, kw = w.shape[1:]
        full_h, full_w = (h - 1) * stride + kh, (width - 1) * stride + kw
        matrix = np.zeros((f, h, width, c, full_h, full_w))
        for i in range(h):
            for j in range(width):
                rows = slice(i * stride, i * stride + kh)
                matrix[:, i, j, :, rows, j * stride : j * stride + kw] = w
        full = x.reshape(n, -1) @ matrix.reshape(f * h * width, -1)
        full = full.reshape(n, c, full_h, full_w)
        out = full[:, :, padding : full_h - padding, padding : full_w - padding]
        return out + b.reshape(1, -1, 1, 1), (x, w, b, stride, padding)

    return conv2d_transpose_forward


@right
def transpose_by_backward():
    from nnkit import functional

    def conv2d_transpose_forward(x, w, b, stride, padding):
        n, _, h, width = x.shape
        kh, kw = w.shape[2:]
        size = [(m - 1) * stride + k - 2 * padding for m, k in ((h, kh), (width, kw))]
        image = np.zeros((n, w.shape[1], *size))
        cache = functional.conv2d_forward(
            image, w, np.zeros(len(w)), stride=stride, padding=padding
        )[1]
        dx = functional.conv2d_backward(np.asarray(x, dtype=float), cache)[0]
        return dx + b[:, None, None], (x, w, b, stride, padding)

    return conv2d_transpose_forward
