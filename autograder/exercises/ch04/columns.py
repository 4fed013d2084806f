"""im2col and its adjoint."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case, wrong
from autograder.checking.kinds import function


def im2col(x, kh, kw, stride, padding, dilation):
    """One row for each window, ordered (n, oh, ow); columns ordered (c, kh, kw)."""
    n, c, h, w = x.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    ow = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    cols = np.zeros((n, oh, ow, c, kh, kw))
    for i in range(kh):
        for j in range(kw):
            top, left = i * dilation, j * dilation
            patch = xp[
                :,
                :,
                top : top + stride * (oh - 1) + 1 : stride,
                left : left + stride * (ow - 1) + 1 : stride,
            ]
            cols[:, :, :, :, i, j] = patch.transpose(0, 2, 3, 1)
    return cols.reshape(n * oh * ow, c * kh * kw)


def col2im(cols, x_shape, kh, kw, stride, padding, dilation):
    """Add every entry back to the place it came from, then cut the padding off."""
    n, c, h, w = x_shape
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    ow = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    blocks = cols.reshape(n, oh, ow, c, kh, kw)
    xp = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for i in range(kh):
        for j in range(kw):
            top, left = i * dilation, j * dilation
            patch = blocks[:, :, :, :, i, j].transpose(0, 3, 1, 2)
            xp[
                :,
                :,
                top : top + stride * (oh - 1) + 1 : stride,
                left : left + stride * (ow - 1) + 1 : stride,
            ] += patch
    return xp[:, :, padding : padding + h, padding : padding + w]


SHAPES = (
    (2, 3, 5, 6, 3, 2, 1, 0, 1),
    (3, 2, 6, 5, 2, 3, 2, 0, 1),
    (2, 3, 4, 5, 3, 2, 1, 1, 1),
    (2, 2, 7, 6, 2, 3, 1, 1, 2),
    (2, 3, 8, 7, 3, 2, 3, 2, 2),
)


def image_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Non-square everything; overlaps; rows that no window reaches."""
    for n, c, h, w, kh, kw, stride, padding, dilation in SHAPES:
        yield case(
            f"stride {stride}, padding {padding}, dilation {dilation}; image {h}×{w}, kernel {kh}×{kw}",
            x=rng.standard_normal((n, c, h, w)),
            kh=kh,
            kw=kw,
            stride=stride,
            padding=padding,
            dilation=dilation,
            N=n,
            C=c,
        )


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


IM2COL = function(
    im2col, chapter=4, summary="the windows of an image as rows of a matrix", cases=image_cases, whole="x",
    outputs=[Output("cols", axes=("window", "entry"))], forbids=("nnkit.functional.conv.im2col",),
    mistakes=[
        wrong("columns_channel_last", "The entries of a row are ordered (c, kh, kw).", "return cols.reshape", "return cols.transpose(0, 1, 2, 4, 5, 3).reshape"),
        wrong("rows_by_place_first", "The rows are ordered (n, oh, ow).", "return cols.reshape", "return cols.transpose(1, 2, 0, 3, 4, 5).reshape"),
        wrong("rows_columns_first", "Within an image, windows go row by row.", "return cols.reshape", "return cols.transpose(0, 2, 1, 3, 4, 5).reshape"),
        wrong("transposed", "One row for each window.", "return cols.reshape(n * oh * ow, c * kh * kw)", "return cols.reshape(n * oh * ow, c * kh * kw).T"),
        wrong("kernel_axes_swapped", "The entries of a row are ordered (c, kh, kw).", "return cols.reshape", "return cols.transpose(0, 1, 2, 3, 5, 4).reshape"),
        wrong("stride_ignored", "Where does the next window begin?", "top + stride * (oh - 1) + 1 : stride", "top + oh", "left + stride * (ow - 1) + 1 : stride", "left + ow"),
        wrong("dilation_ignored", "Which places does a dilated kernel touch?", "i * dilation, j * dilation", "i, j"),
        wrong("padding_ignored", "Padding comes first.", "(padding, padding), (padding, padding)", "(0, 2 * padding), (0, 2 * padding)"),
        wrong("flipped", "The window is taken as it lies.", "cols[:, :, :, :, i, j]", "cols[:, :, :, :, kh - 1 - i, kw - 1 - j]"),
        wrong("not_reshaped", "cols is a matrix.", "return cols.reshape(n * oh * ow, c * kh * kw)", "return cols"),
        wrong("one_row_per_image", "One row for each window.", "reshape(n * oh * ow, c * kh * kw)", "reshape(n, -1)"),
        wrong("dilation_left_out_of_size", "How far does a dilated kernel reach?", "2 * padding - dilation * (kh - 1) - 1", "2 * padding - kh", "2 * padding - dilation * (kw - 1) - 1", "2 * padding - kw"),
    ],
)  # fmt: skip
COL2IM = function(
    col2im, chapter=4, summary="the adjoint of im2col", cases=column_cases, outputs=[Output("x", axes=("example", "channel", "row", "column"))],
    forbids=("nnkit.functional.conv.im2col",),
    mistakes=[
        wrong("overlaps_overwritten", "A pixel lies in several windows.", "+= patch", "= patch"),
        wrong("overlaps_averaged", "The adjoint adds; it does not average.", "return xp[", "xp /= kh * kw\n    return xp["),
        wrong("padding_not_removed", "The result has the shape of x.", "xp[:, :, padding : padding + h, padding : padding + w]", "xp"),
        wrong("negative_end_at_zero", "What is the slice [0:-0]?", "xp[:, :, padding : padding + h, padding : padding + w]", "xp[:, :, padding:-padding, padding:-padding]"),
        wrong("padding_cut_at_the_start", "Which part of the padded image is the image?", "padding : padding + h, padding : padding + w", ":h, :w"),
        wrong("stride_ignored", "Back to the places they came from.", "top + stride * (oh - 1) + 1 : stride", "top + oh", "left + stride * (ow - 1) + 1 : stride", "left + ow"),
        wrong("dilation_ignored", "Back to the places they came from.", "i * dilation, j * dilation", "i, j"),
        wrong("column_order", "The entries of a row are ordered (c, kh, kw).", "cols.reshape(n, oh, ow, c, kh, kw)", "cols.reshape(n, oh, ow, kh, kw, c).transpose(0, 1, 2, 5, 3, 4)"),
        wrong("row_order", "The rows are ordered (n, oh, ow).", "cols.reshape(n, oh, ow, c, kh, kw)", "cols.reshape(oh, ow, n, c, kh, kw).transpose(2, 0, 1, 3, 4, 5)"),
        wrong("kernel_axes_swapped", "The entries of a row are ordered (c, kh, kw).", "cols.reshape(n, oh, ow, c, kh, kw)", "cols.reshape(n, oh, ow, c, kw, kh).transpose(0, 1, 2, 3, 5, 4)"),
        wrong("flipped", "Back to the places they came from.", "blocks[:, :, :, :, i, j]", "blocks[:, :, :, :, kh - 1 - i, kw - 1 - j]"),
        wrong("places_transposed", "Rows and columns keep their roles.", "cols.reshape(n, oh, ow, c, kh, kw)", "cols.reshape(n, ow, oh, c, kh, kw).transpose(0, 2, 1, 3, 4, 5)"),
    ],
)  # fmt: skip
