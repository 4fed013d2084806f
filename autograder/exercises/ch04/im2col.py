"""im2col and its adjoint."""

from __future__ import annotations

import numpy as np

from autograder.checking.exercise import Output
from autograder.checking.kinds import function
from autograder.exercises.ch04.draws import image_cases


@function(
    says="the windows of an image as rows of a matrix",
    group="conv",
    cases=image_cases,
    whole="x",
    outputs=[Output("cols", axes=("window", "entry"))],
    forbids=("nnkit.functional.conv.im2col",),
)
def im2col(x, kh, kw, stride, padding, dilation):
    """One row for each window, ordered (n, oh, ow); columns ordered (c, kh, kw)."""
    n, c, h, w = x.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    # ~ padding ignored: padding, padding => 0, 2 * padding | Padding comes first.
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    # ~ dilation left out of size: (h + 2 * padding - kh) // stride + 1
    #     | How far does a dilated kernel reach?
    ow = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    # ~ dilation left out of size: (w + 2 * padding - kw) // stride + 1
    cols = np.zeros((n, oh, ow, c, kh, kw))
    for i in range(kh):
        for j in range(kw):
            top, left = i * dilation, j * dilation
            # ~ dilation ignored: i, j | Which places does a dilated kernel touch?
            patch = xp[
                :,
                :,
                top : top + stride * (oh - 1) + 1 : stride,
                left : left + stride * (ow - 1) + 1 : stride,
            ]
            # ~ stride ignored: xp[:, :, top:top + oh, left:left + ow]
            #     | Where does the next window begin?
            cols[:, :, :, :, i, j] = patch.transpose(0, 2, 3, 1)
            # ~ flipped: cols[:, :, :, :, i, j] => cols[:, :, :, :, kh - 1 - i, kw - 1 - j]
            #     | The window is taken as it lies.
    return cols.reshape(n * oh * ow, c * kh * kw)
    # ~ columns channel last: cols => cols.transpose(0, 1, 2, 4, 5, 3)
    #     | The entries of a row are ordered (c, kh, kw).
    # ~ rows by place first: cols => cols.transpose(1, 2, 0, 3, 4, 5)
    #     | The rows are ordered (n, oh, ow).
    # ~ rows columns first: cols => cols.transpose(0, 2, 1, 3, 4, 5)
    #     | Within an image, windows go row by row.
    # ~ transposed: cols.reshape(n * oh * ow, c * kh * kw).T | One row for each window.
    # ~ kernel axes swapped: cols => cols.transpose(0, 1, 2, 3, 5, 4)
    #     | The entries of a row are ordered (c, kh, kw).
    # ~ not reshaped: cols | cols is a matrix.
    # ~ one row per image: cols.reshape(n, -1) | One row for each window.
