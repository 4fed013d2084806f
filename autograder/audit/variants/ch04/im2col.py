"""im2col by strided windows, window by window, by index."""
# ruff: noqa: D103

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.audit.variants import right
from autograder.audit.variants.ch04.windows import indices, sizes


@right
def columns_strided():
    def im2col(x, kh, kw, stride, padding, dilation):
        xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
        view = sliding_window_view(
            xp, (dilation * (kh - 1) + 1, dilation * (kw - 1) + 1), axis=(2, 3)
        )
        view = view[:, :, ::stride, ::stride, ::dilation, ::dilation]
        return view.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * kh * kw)

    return im2col


@right
def columns_window_by_window():
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

    return im2col


@right
def columns_fancy_index():
    def im2col(x, kh, kw, stride, padding, dilation):
        xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
        channel, rows, cols = indices(x.shape, kh, kw, stride, padding, dilation)
        return xp[:, channel, rows, cols].reshape(-1, rows.shape[1])

    return im2col


@right
def im2col_strides():

    def im2col(x, kh, kw, stride, padding, dilation):
        x = np.pad(x, [(0, 0)] * 2 + [(padding,) * 2] * 2)
        n, c, h, w = x.shape
        oh = (h - dilation * (kh - 1) - 1) // stride + 1
        ow = (w - dilation * (kw - 1) - 1) // stride + 1
        s = x.strides
        v = np.lib.stride_tricks.as_strided(
            x,
            (n, oh, ow, c, kh, kw),
            (s[0], s[2] * stride, s[3] * stride, s[1], s[2] * dilation, s[3] * dilation),
        )
        return v.reshape(n * oh * ow, -1).copy()

    return im2col
