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
