"""The windows of an image as rows of a matrix, so that a convolution is one matrix product."""

import numpy as np

from autograder.checking.kinds import function, leads
from autograder.exercises.ch04.draws import images


@function(
    says="the windows of an image as rows of a matrix",
    group="conv",
    cases=images,
    whole="x",
    outputs="cols: window entry",
)
@leads(
    "One row for each window: its pixels in the order of the filter's weights.",
    "For one tap (k, l) the pixels of all windows are one slice: rows k, k + stride, …, "
    "columns l, l + stride, …; put it into [..., c, k, l].",
)
def im2col(x, kh, kw, stride, padding, dilation):
    """One row for each window, ordered (n, oh, ow); columns ordered (c, kh, kw)."""
    n, c, h, w = x.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    # ~ padding ignored: padding, padding => 0, 2 * padding | Padding comes first.
    # ~ no padding: x | Padding comes first.
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    # ~ dilation left out of size: dilation => 1 | How far does a dilated kernel reach?
    # ~ no padding: 2 * padding => 0
    ow = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    # ~ dilation left out of size: dilation => 1
    # ~ no padding: 2 * padding => 0
    cols = np.zeros((n, oh, ow, c, kh, kw))
    for i in range(kh):
        for j in range(kw):
            patch = xp[:, :, i * dilation :: stride, j * dilation :: stride][:, :, :oh, :ow]
            # ~ stride ignored, dilation ignored
            cols[:, :, :, :, i, j] = patch.transpose(0, 2, 3, 1)
            # ~ flipped: cols[:, :, :, :, i, j] => cols[:, :, :, :, -1 - i, -1 - j]
            #     | The window is taken as it lies.
    return cols.reshape(n * oh * ow, c * kh * kw)
    # ~ columns channel last: cols => cols.transpose(0, 1, 2, 4, 5, 3)
    #     | The entries of a row are ordered (c, kh, kw).
    # ~ kernel axes swapped: cols => cols.transpose(0, 1, 2, 3, 5, 4)
    # ~ rows by place first: cols => cols.transpose(1, 2, 0, 3, 4, 5)
    #     | The rows are ordered (n, oh, ow).
    # ~ rows columns first: cols => cols.transpose(0, 2, 1, 3, 4, 5)
    #     | Within an image, windows go row by row.
    # ~ transposed | One row for each window.
    # ~ one row per image: cols.reshape(n, -1)
    # ~ not reshaped: cols | cols is a matrix.
    # ~ not transposed: cols => cols.transpose(0, 3, 4, 5, 1, 2)
    #     | reshape keeps the order in memory: which axes have to stand first before it?
    # ~ rows by channel: cols => cols.transpose(0, 3, 1, 2, 4, 5)
