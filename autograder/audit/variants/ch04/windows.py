"""Where the windows of an image lie."""
# ruff: noqa: D103

import numpy as np


def sizes(shape, kh, kw, stride, padding, dilation):
    return tuple(
        (shape[2 + a] + 2 * padding - dilation * (k - 1) - 1) // stride + 1
        for a, k in enumerate((kh, kw))
    )


def indices(x_shape, kh, kw, stride, padding, dilation):
    _, c, h, w = x_shape
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    ow = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    channel, k, m = (v.ravel() for v in np.mgrid[:c, :kh, :kw])
    i, j = (v.ravel() for v in np.mgrid[:oh, :ow])
    return channel, i[:, None] * stride + k * dilation, j[:, None] * stride + m * dilation
