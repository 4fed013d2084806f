"""Convolutions by columns, by shifted sums, by loops."""
# ruff: noqa: D103

import itertools

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.audit.variants import right


@right
def conv2d_by_columns():
    def windows(x, kh, kw, stride, padding, dilation):
        xp = np.pad(x, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2))
        view = sliding_window_view(
            xp, (dilation * (kh - 1) + 1, dilation * (kw - 1) + 1), axis=(2, 3)
        )
        return xp.shape, view[:, :, ::stride, ::stride, ::dilation, ::dilation]

    def conv2d_forward(x, w, b, stride=1, padding=0, dilation=1):
        f, c, kh, kw = w.shape
        _, view = windows(x, kh, kw, stride, padding, dilation)
        n, _, oh, ow = view.shape[:4]
        cols = view.transpose(0, 2, 3, 1, 4, 5).reshape(n * oh * ow, c * kh * kw)
        out = (cols @ w.reshape(f, -1).T + b).reshape(n, oh, ow, f).transpose(0, 3, 1, 2)
        return out, {"cols": cols, "w": w, "x": x.shape, "options": (stride, padding, dilation)}

    def conv2d_backward(dout, cache):
        w, (n, c, h, width) = cache["w"], cache["x"]
        stride, padding, dilation = cache["options"]
        f, _, kh, kw = w.shape
        flat = dout.transpose(0, 2, 3, 1).reshape(-1, f)
        dw = (flat.T @ cache["cols"]).reshape(w.shape)
        dcols = (flat @ w.reshape(f, -1)).reshape(n, *dout.shape[2:], c, kh, kw)
        dxp = np.zeros((n, c, h + 2 * padding, width + 2 * padding))
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                for k in range(kh):
                    for m in range(kw):
                        dxp[:, :, i * stride + k * dilation, j * stride + m * dilation] += dcols[
                            :, i, j, :, k, m
                        ]
        end_h, end_w = dxp.shape[2] - padding, dxp.shape[3] - padding
        return dxp[:, :, padding:end_h, padding:end_w], dw, flat.sum(axis=0)

    return conv2d_forward, conv2d_backward


@right
def conv2d_shifted_sums():
    def conv2d_forward(x, w, b, stride=1, padding=0, dilation=1):
        xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding))) if padding else x
        kh, kw = w.shape[2:]
        oh = (xp.shape[2] - dilation * (kh - 1) - 1) // stride + 1
        ow = (xp.shape[3] - dilation * (kw - 1) - 1) // stride + 1
        out = np.zeros((len(x), len(w), oh, ow)) + b.reshape(1, -1, 1, 1)
        for i in range(kh):
            for j in range(kw):
                part = xp[:, :, i * dilation :: stride, j * dilation :: stride][:, :, :oh, :ow]
                out += np.tensordot(w[:, :, i, j], part, axes=(1, 1)).transpose(1, 0, 2, 3)
        return out, (xp, w, stride, padding, dilation)

    def conv2d_backward(dout, cache):
        xp, w, stride, padding, dilation = cache
        oh, ow = dout.shape[2:]
        dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
        for i in range(w.shape[2]):
            for j in range(w.shape[3]):
                rows = slice(i * dilation, i * dilation + stride * (oh - 1) + 1, stride)
                cols = slice(j * dilation, j * dilation + stride * (ow - 1) + 1, stride)
                dw[:, :, i, j] = np.einsum("nfhw,nchw->fc", dout, xp[:, :, rows, cols])
                dxp[:, :, rows, cols] += np.einsum("nfhw,fc->nchw", dout, w[:, :, i, j])
        if padding:
            dxp = dxp[:, :, padding:-padding, padding:-padding]
        return dxp, dw, np.einsum("nfhw->f", dout)

    return conv2d_forward, conv2d_backward


@right
def conv2d_nested_loops():
    def conv2d_forward(x, w, b, stride=1, padding=0, dilation=1):
        n, c, h, width = x.shape
        f, _, kh, kw = w.shape
        oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
        ow = (width + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
        out = np.zeros((n, f, oh, ow))
        for i in range(oh):
            for j in range(ow):
                for k in range(kh):
                    for m in range(kw):
                        p, q = (
                            i * stride + k * dilation - padding,
                            j * stride + m * dilation - padding,
                        )
                        if 0 <= p < h and 0 <= q < width:
                            for g in range(f):
                                out[:, g, i, j] += x[:, :, p, q] @ w[g, :, k, m]
                out[:, :, i, j] += b
        return out, (x, w, b, stride, padding, dilation)

    def conv2d_backward(dout, cache):
        x, w, _, stride, padding, dilation = cache
        _, _, h, width = x.shape
        dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(len(w))
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                g = dout[:, :, i, j]
                db += g.sum(axis=0)
                for k in range(w.shape[2]):
                    for m in range(w.shape[3]):
                        p, q = (
                            i * stride + k * dilation - padding,
                            j * stride + m * dilation - padding,
                        )
                        if 0 <= p < h and 0 <= q < width:
                            dx[:, :, p, q] += g @ w[:, :, k, m]
                            dw[:, :, k, m] += g.T @ x[:, :, p, q]
        return dx, dw, db

    return conv2d_forward, conv2d_backward


@right
def conv2d_window_view():

    def win(x, kh, kw, s, p, d):
        xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        v = np.lib.stride_tricks.sliding_window_view(
            xp, ((kh - 1) * d + 1, (kw - 1) * d + 1), axis=(2, 3)
        )
        return v[:, :, ::s, ::s, ::d, ::d]

    def conv2d_forward(x, w, b, stride=1, padding=0, dilation=1):
        v = win(x, *w.shape[2:], stride, padding, dilation)
        return (
            np.einsum("nchwij,fcij->nfhw", v, w, optimize=True) + b[:, None, None],
            (x, w, b, stride, padding, dilation),
        )

    def conv2d_backward(dout, cache):
        x, w, b, s, p, d = cache
        v = win(x, *w.shape[2:], s, p, d)
        dw = np.tensordot(dout, v, axes=((0, 2, 3), (0, 2, 3)))
        dxp = np.zeros((*x.shape[:2], x.shape[2] + 2 * p, x.shape[3] + 2 * p))
        for i, j in itertools.product(*map(range, w.shape[2:])):
            t = dxp[
                :, :, i * d : i * d + s * dout.shape[2] : s, j * d : j * d + s * dout.shape[3] : s
            ]
            t += np.einsum("nfhw,fc->nchw", dout, w[:, :, i, j])[:, :, : t.shape[2], : t.shape[3]]
        return (dxp[:, :, p : p + x.shape[2], p : p + x.shape[3]], dw, dout.sum((0, 2, 3)))

    return (conv2d_forward, conv2d_backward)


@right
def conv2d_fourier():
    # Forward by the Fourier transform of the spread kernel; backward as two more convolutions, with
    # dout spread by the stride.
    def correlate(x, w, step):
        (H, W), (KH, KW) = x.shape[2:], w.shape[2:]
        big = np.zeros((*w.shape[:2], (KH - 1) * step + 1, (KW - 1) * step + 1))
        big[:, :, ::step, ::step] = w
        product = np.einsum(
            "ncuv,fcuv->nfuv", np.fft.rfft2(x), np.conj(np.fft.rfft2(big, s=(H, W)))
        )
        full = np.fft.irfft2(product, s=(H, W))
        return full[:, :, : H - big.shape[2] + 1, : W - big.shape[3] + 1]

    def conv2d_forward(x, w, b, stride=1, padding=0, dilation=1):
        around = (padding, padding)
        out = correlate(np.pad(x, ((0, 0), (0, 0), around, around)), w, dilation)
        out = out[:, :, ::stride, ::stride] + b.reshape(-1, 1, 1)
        return out, (x, w, b, stride, padding, dilation)

    def conv2d_backward(dout, cache):
        x, w, b, s, p, d = cache
        (H, W), (KH, KW) = x.shape[2:], w.shape[2:]
        reach_h, reach_w = (KH - 1) * d, (KW - 1) * d
        spread = np.zeros((*dout.shape[:2], H + 2 * p - reach_h, W + 2 * p - reach_w))
        spread[:, :, ::s, ::s] = dout
        around = ((0, 0), (0, 0), (reach_h, reach_h), (reach_w, reach_w))
        turned = w[:, :, ::-1, ::-1].swapaxes(0, 1)
        dx = correlate(np.pad(spread, around), turned, d)[:, :, p : p + H, p : p + W]
        xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p))).swapaxes(0, 1)
        dw = correlate(xp, spread.swapaxes(0, 1), 1)[:, :, ::d, ::d].swapaxes(0, 1)
        return dx, dw, spread.sum(axis=(0, 2, 3))

    return conv2d_forward, conv2d_backward
