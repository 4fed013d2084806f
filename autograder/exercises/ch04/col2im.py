"""The adjoint of im2col: what backward of a convolution does with the gradient of the columns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case
from autograder.checking.kinds import function, leads
from autograder.exercises.ch04.draws import images
from autograder.exercises.ch04.im2col import im2col


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Random columns: not those of an image, so that overlaps really add up."""
    for image in images(rng):
        x, *options = image.args
        cols = rng.standard_normal(im2col(x, *options).shape)
        rest = {k: v for k, v in image.inputs.items() if k != "x"}
        yield Case(image.label, {"cols": cols, "x_shape": x.shape, **rest}, sizes=image.sizes)


@function(
    says="the adjoint of im2col",
    group="conv",
    cases=cases,
    outputs="x: example channel row column",
)
@leads(
    "The way back: whatever im2col read from a pixel is added to that pixel.",
    "The same slices as in im2col, with += on the left side; a pixel in several windows "
    "gets several shares. Then cut the padding.",
)
def col2im(cols, x_shape, kh, kw, stride, padding, dilation):
    """Add every entry back to the place it came from, then cut the padding off."""
    n, c, h, w = x_shape
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    ow = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    blocks = cols.reshape(n, oh, ow, c, kh, kw)
    # ~ column order: cols.reshape(n, oh, ow, kh, kw, c).transpose(0, 1, 2, 5, 3, 4)
    #     | The entries of a row are ordered (c, kh, kw).
    # ~ kernel axes swapped: cols.reshape(n, oh, ow, c, kw, kh).transpose(0, 1, 2, 3, 5, 4)
    # ~ row order: cols.reshape(oh, ow, n, c, kh, kw).transpose(2, 0, 1, 3, 4, 5)
    #     | The rows are ordered (n, oh, ow).
    # ~ places transposed: cols.reshape(n, ow, oh, c, kh, kw).transpose(0, 2, 1, 3, 4, 5)
    #     | Rows and columns keep their roles.
    # ~ not transposed: cols.reshape(n, c, kh, kw, oh, ow).transpose(0, 4, 5, 1, 2, 3)
    #     | reshape keeps the order in memory: which axes stand first in cols?
    xp = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for i in range(kh):  # ~ repeats lost: range(kh)[::-1]
        #     | A pixel lies in several windows: what does x[index] += … do with repeats?
        for j in range(kw):  # ~ repeats lost: range(kw)[::-1]
            places = xp[:, :, i * dilation :: stride, j * dilation :: stride][:, :, :oh, :ow]
            # ~ stride ignored, dilation ignored | Back to the places they came from.
            places += blocks[:, :, :, :, i, j].transpose(0, 3, 1, 2)
            # ~ flipped: blocks[:, :, :, :, i, j] => blocks[:, :, :, :, -1 - i, -1 - j]
            # ~ overlaps overwritten: places[...] = blocks[:, :, :, :, i, j].transpose(0, 3, 1, 2)
            #     | A pixel lies in several windows.
            # ~ repeats lost: places[...] = blocks[:, :, :, :, i, j].transpose(0, 3, 1, 2)
    return xp[:, :, padding : padding + h, padding : padding + w]
    # ~ rest of the image missing: xp[:, :, padding : (oh - 1) * stride + dilation * (kh - 1) + 1
    #     - padding, padding : (ow - 1) * stride + dilation * (kw - 1) + 1 - padding]
    #     | What do the rows at the end receive that no window reaches?
    # ~ averaged over windows: rows = np.arange(oh)[:, None] * stride + np.arange(kh) * dilation;
    #     columns = np.arange(ow)[:, None] * stride + np.arange(kw) * dilation; xp /= np.maximum(1,
    #     np.outer(np.bincount(rows.ravel(), minlength=h + 2 * padding),
    #     np.bincount(columns.ravel(), minlength=w + 2 * padding))); ...
    #     | The adjoint adds; it does not average.
    # ~ overlaps averaged: xp /= kh * kw; ... | The adjoint adds; it does not average.
    # ~ padding not removed: xp | The result has the shape of x.
    # ~ negative end at zero: xp[:, :, padding:-padding, padding:-padding]
    #     | What is the slice [0:-0]?
    # ~ padding cut at the start: padding => 0 | Which part of the padded image is the image?
