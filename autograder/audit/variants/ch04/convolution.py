"""Convolutions by loops, by columns, by shifted sums, by strided windows."""
# ruff: noqa: D103

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.audit.variants import right


@right
def conv1d_padded_dot():
    def conv1d(x, w, mode):
        k, m = len(w), len(x)
        padded = np.pad(np.asarray(x, float), k - 1)
        wide = np.array([padded[i : i + k] @ w[::-1] for i in range(m + k - 1)])
        start = {"wide": 0, "narrow": k - 1, "same": (k - 1) // 2}[mode]
        length = {"wide": m + k - 1, "narrow": m - k + 1, "same": m}[mode]
        return wide[start : start + length]

    return conv1d


@right
def conv1d_shifted_sums():
    def conv1d(x, w, mode):
        m, k = x.size, w.size
        wide = np.zeros(m + k - 1)
        for j in range(k):
            wide[j : j + m] += w[j] * x
        if mode == "same":
            return wide[(k - 1) // 2 :][:m].copy()
        return wide if mode == "wide" else wide[k - 1 : m]

    return conv1d


@right
def conv1d_matrix():
    def conv1d(x, w, mode):
        m, k = len(x), len(w)
        toeplitz = np.zeros((m + k - 1, m))
        for i in range(m):
            toeplitz[i : i + k, i] = w
        y = toeplitz @ x
        return {"wide": y, "narrow": y[k - 1 : m], "same": y[(k - 1) // 2 : (k - 1) // 2 + m]}[mode]

    return conv1d


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
def columns_strided():
    def im2col(x, kh, kw, stride, padding, dilation):
        xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
        view = sliding_window_view(
            xp, (dilation * (kh - 1) + 1, dilation * (kw - 1) + 1), axis=(2, 3)
        )
        view = view[:, :, ::stride, ::stride, ::dilation, ::dilation]
        return view.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)

    def col2im(cols, x_shape, kh, kw, stride, padding, dilation):
        n, c, h, w = x_shape
        ph, pw = h + 2 * padding, w + 2 * padding
        places = np.arange(n * c * ph * pw).reshape(n, c, ph, pw)
        view = sliding_window_view(
            places, (dilation * (kh - 1) + 1, dilation * (kw - 1) + 1), axis=(2, 3)
        )
        index = (
            view[:, :, ::stride, ::stride, ::dilation, ::dilation]
            .transpose(0, 2, 3, 1, 4, 5)
            .ravel()
        )
        total = np.bincount(index, weights=np.ravel(cols), minlength=n * c * ph * pw).reshape(
            n, c, ph, pw
        )
        return total[:, :, padding : ph - padding, padding : pw - padding]

    return im2col, col2im


@right
def columns_window_by_window():
    def sizes(shape, kh, kw, stride, padding, dilation):
        return tuple(
            (shape[2 + a] + 2 * padding - dilation * (k - 1) - 1) // stride + 1
            for a, k in enumerate((kh, kw))
        )

    def im2col(x, kh, kw, stride, padding, dilation):
        xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
        oh, ow = sizes(x.shape, kh, kw, stride, padding, dilation)
        rows = []
        for image in xp:
            for i in range(oh):
                for j in range(ow):
                    p, q = (
                        i * stride + np.arange(kh) * dilation,
                        j * stride + np.arange(kw) * dilation,
                    )
                    rows.append(image[:, p[:, None], q[None, :]].ravel())
        return np.array(rows)

    def col2im(cols, x_shape, kh, kw, stride, padding, dilation):
        n, c, h, w = x_shape
        oh, ow = sizes(x_shape, kh, kw, stride, padding, dilation)
        xp = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
        for r, row in enumerate(np.reshape(cols, (n * oh * ow, c, kh, kw))):
            image, rest = divmod(r, oh * ow)
            i, j = divmod(rest, ow)
            p, q = i * stride + np.arange(kh) * dilation, j * stride + np.arange(kw) * dilation
            xp[image][:, p[:, None], q[None, :]] += row
        return np.array(xp[:, :, padding : padding + h, padding : padding + w])

    return im2col, col2im


@right
def columns_fancy_index():
    def indices(x_shape, kh, kw, stride, padding, dilation):
        _, c, h, w = x_shape
        oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
        ow = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
        channel, k, m = (v.ravel() for v in np.mgrid[:c, :kh, :kw])
        i, j = (v.ravel() for v in np.mgrid[:oh, :ow])
        return channel, i[:, None] * stride + k * dilation, j[:, None] * stride + m * dilation

    def im2col(x, kh, kw, stride, padding, dilation):
        xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
        channel, rows, cols = indices(x.shape, kh, kw, stride, padding, dilation)
        return xp[:, channel, rows, cols].reshape(-1, rows.shape[1])

    def col2im(cols, x_shape, kh, kw, stride, padding, dilation):
        n, c, h, w = x_shape
        xp = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
        channel, rows, columns = indices(x_shape, kh, kw, stride, padding, dilation)
        np.add.at(xp, (slice(None), channel, rows, columns), np.reshape(cols, (n, *rows.shape)))
        return xp[:, :, padding : padding + h, padding : padding + w]

    return im2col, col2im


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
