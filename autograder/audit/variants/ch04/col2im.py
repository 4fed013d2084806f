"""col2im by counting places, window by window, by index."""
# ruff: noqa: D103

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.audit.variants import right
from autograder.audit.variants.ch04.windows import indices, sizes


@right
def places_strided():
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

    return col2im


@right
def places_window_by_window():
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

    return col2im


@right
def places_fancy_index():
    def col2im(cols, x_shape, kh, kw, stride, padding, dilation):
        n, c, h, w = x_shape
        xp = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
        channel, rows, columns = indices(x_shape, kh, kw, stride, padding, dilation)
        np.add.at(xp, (slice(None), channel, rows, columns), np.reshape(cols, (n, *rows.shape)))
        return xp[:, :, padding : padding + h, padding : padding + w]

    return col2im


@right
def col2im_bincount():

    def col2im(cols, x_shape, kh, kw, stride, padding, dilation):
        n, c, h, w = x_shape
        H, W = (h + 2 * padding, w + 2 * padding)
        ids = np.arange(n * c * H * W).reshape(n, c, H, W)
        oh = (H - dilation * (kh - 1) - 1) // stride + 1
        ow = (W - dilation * (kw - 1) - 1) // stride + 1
        k = np.stack(
            [
                ids[
                    :,
                    :,
                    i * stride : i * stride + dilation * (kh - 1) + 1 : dilation,
                    j * stride : j * stride + dilation * (kw - 1) + 1 : dilation,
                ]
                for i in range(oh)
                for j in range(ow)
            ],
            1,
        )
        out = np.bincount(k.ravel(), weights=np.ravel(cols), minlength=n * c * H * W).reshape(
            n, c, H, W
        )
        return out[:, :, padding : padding + h, padding : padding + w]

    return col2im
