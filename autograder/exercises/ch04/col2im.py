"""im2col and its adjoint."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import function
from autograder.exercises.ch04.draws import image_cases
from autograder.exercises.ch04.im2col import im2col


def column_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Random columns: not those of an image, so that overlaps really add up."""
    for made in image_cases(rng):
        x, rest = made["x"], list(made.args[1:])
        cols = rng.standard_normal(im2col(x, *rest).shape)
        yield case(
            made.label,
            cols=cols,
            x_shape=x.shape,
            **{k: made[k] for k in ("kh", "kw", "stride", "padding", "dilation")},
            **made.sizes,
        )


@function(
    says="the adjoint of im2col",
    group="conv",
    cases=column_cases,
    outputs=[Output("x", axes=("example", "channel", "row", "column"))],
    forbids=("nnkit.functional.conv.im2col",),
)
def col2im(cols, x_shape, kh, kw, stride, padding, dilation):
    """Add every entry back to the place it came from, then cut the padding off."""
    n, c, h, w = x_shape
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    ow = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    blocks = cols.reshape(n, oh, ow, c, kh, kw)
    # ~ column order: cols.reshape(n, oh, ow, kh, kw, c).transpose(0, 1, 2, 5, 3, 4)
    #     | The entries of a row are ordered (c, kh, kw).
    # ~ row order: cols.reshape(oh, ow, n, c, kh, kw).transpose(2, 0, 1, 3, 4, 5)
    #     | The rows are ordered (n, oh, ow).
    # ~ kernel axes swapped: cols.reshape(n, oh, ow, c, kw, kh).transpose(0, 1, 2, 3, 5, 4)
    #     | The entries of a row are ordered (c, kh, kw).
    # ~ places transposed: cols.reshape(n, ow, oh, c, kh, kw).transpose(0, 2, 1, 3, 4, 5)
    #     | Rows and columns keep their roles.
    xp = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for i in range(kh):
        for j in range(kw):
            top, left = i * dilation, j * dilation
            # ~ dilation ignored: i, j | Back to the places they came from.
            patch = blocks[:, :, :, :, i, j].transpose(0, 3, 1, 2)
            # ~ flipped: blocks[:, :, :, :, kh - 1 - i, kw - 1 - j].transpose(0, 3, 1, 2)
            xp[
                :,
                :,
                top : top + stride * (oh - 1) + 1 : stride,
                left : left + stride * (ow - 1) + 1 : stride,
            ] += patch
            # ~ overlaps overwritten: xp[:, :, top:top + stride * (oh - 1) + 1:stride, left:left +
            #     stride * (ow - 1) + 1:stride] = patch | A pixel lies in several windows.
            # ~ stride ignored: xp[:, :, top:top + oh, left:left + ow] += patch
            #     | Back to the places they came from.
    return xp[:, :, padding : padding + h, padding : padding + w]
    # ~ overlaps averaged: xp /= kh * kw; ... | The adjoint adds; it does not average.
    # ~ padding not removed: xp | The result has the shape of x.
    # ~ negative end at zero: xp[:, :, padding:-padding, padding:-padding]
    #     | What is the slice [0:-0]?
    # ~ padding cut at the start: xp[:, :, :h, :w] | Which part of the padded image is the image?
