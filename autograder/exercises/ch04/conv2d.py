"""Cross-correlation of images with filters, and its gradients."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case, wrong
from autograder.checking.kinds import pair


def conv2d_forward(x, w, b, stride=1, padding=0, dilation=1):
    """out[n, f, i, j] = sum of window(i, j)·w[f] + b[f]."""
    n, _, h, width = x.shape
    f, _, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    ow = (width + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    out = np.zeros((n, f, oh, ow))
    for i in range(oh):
        for j in range(ow):
            rows = slice(i * stride, i * stride + dilation * (kh - 1) + 1, dilation)
            cols = slice(j * stride, j * stride + dilation * (kw - 1) + 1, dilation)
            out[:, :, i, j] = np.einsum("nckl,fckl->nf", xp[:, :, rows, cols], w) + b
    return out, (x, w, b, stride, padding, dilation)


def conv2d_backward(dout, cache):
    """Each output hands its gradient back to the window it came from."""
    x, w, b, stride, padding, dilation = cache
    _, _, h, width = x.shape
    _, _, kh, kw = w.shape
    _, _, oh, ow = dout.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(oh):
        for j in range(ow):
            rows = slice(i * stride, i * stride + dilation * (kh - 1) + 1, dilation)
            cols = slice(j * stride, j * stride + dilation * (kw - 1) + 1, dilation)
            dxp[:, :, rows, cols] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[:, :, rows, cols])
    db = dout.sum(axis=(0, 2, 3))
    return dxp[:, :, padding : padding + h, padding : padding + width], dw, db


def conv_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Non-square images and kernels; every option alone and together; rows that no window reaches."""
    for n, c, f, h, width, kh, kw, stride, padding, dilation in (
        (2, 3, 4, 5, 6, 3, 2, 1, 0, 1),
        (3, 2, 4, 6, 5, 2, 3, 2, 0, 1),
        (2, 3, 2, 4, 5, 3, 2, 1, 1, 1),
        (2, 2, 3, 7, 6, 2, 3, 1, 1, 2),
        (2, 3, 2, 8, 7, 3, 2, 3, 2, 2),
    ):
        yield case(
            f"stride {stride}, padding {padding}, dilation {dilation}; image {h}×{width}, kernel {kh}×{kw}",
            x=rng.standard_normal((n, c, h, width)),
            w=rng.standard_normal((f, c, kh, kw)),
            b=rng.standard_normal(f),
            stride=stride,
            padding=padding,
            dilation=dilation,
            N=n,
            C=c,
            F=f,
            H=h,
            W=width,
        )
    yield case(
        "the default options",
        x=rng.standard_normal((2, 2, 4, 3)),
        w=rng.standard_normal((3, 2, 2, 3)),
        b=rng.standard_normal(3),
        N=2,
        C=2,
        F=3,
    )


AXES = ("example", "channel", "row", "column")
WINDOW = "i * stride, i * stride + dilation * (kh - 1) + 1, dilation"
CONV2D = pair(
    conv2d_forward, conv2d_backward, chapter=4, summary="the convolution of images (cross-correlation)", cases=conv_cases,
    cache="(x, w, b, stride, padding, dilation)", whole="x", returns=[Output("out", axes=AXES)],
    grads=[Output("dx", axes=AXES), Output("dw", axes=("filter", "channel", "row", "column")), Output("db", axes=("filter",))],
    forward_options={"forbids": ("scipy.signal", "scipy.ndimage", "nnkit.functional.conv.conv2d")},
    backward_options={"forbids": ("scipy.signal", "scipy.ndimage", "nnkit.functional.conv.conv2d")},
    wrong_forward=[
        wrong("kernel_flipped", "In these networks the kernel is laid on as it is: cross-correlation.", ", w) + b", ", w[:, :, ::-1, ::-1]) + b"),
        wrong("bias_missing", "What does the layer give for an image of zeros?", ", w) + b", ", w)"),
        wrong("bias_on_the_wrong_axis", "One bias for each filter.", ", w) + b", ", w) + b.mean()"),
        wrong("stride_ignored", "Where does the next window begin?", "i * stride, i * stride", "i, i", "j * stride, j * stride", "j, j"),
        wrong("stride_swapped_for_rows_only", "The stride holds in both directions.", "j * stride, j * stride", "j, j"),
        wrong("dilation_ignored_in_window", "Which places does a dilated kernel touch?", "dilation * (kh - 1) + 1, dilation)", "kh)", "dilation * (kw - 1) + 1, dilation)", "kw)"),
        wrong("dilation_ignored_in_size", "How far does a dilated kernel reach?", "2 * padding - dilation * (kh - 1) - 1", "2 * padding - kh", "2 * padding - dilation * (kw - 1) - 1", "2 * padding - kw"),
        wrong("padding_ignored", "Padding comes before everything else.", "(padding, padding), (padding, padding)", "(0, 0), (0, 0)", "2 * padding", "0"),
        wrong("padded_one_side", "Padding is put on both sides.", "(padding, padding), (padding, padding)", "(2 * padding, 0), (2 * padding, 0)"),
        wrong("padded_with_edge_values", "Padding means zeros.", "(padding, padding), (padding, padding)))", "(padding, padding), (padding, padding)), mode='edge')"),
        wrong("size_rounded_up", "A window that does not fit is left out.", "oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1", "oh = -((dilation * (kh - 1) + 1 - h - 2 * padding) // stride) + 1"),
        wrong("first_channel_only", "A filter looks at all channels.", '"nckl,fckl->nf", xp[:, :, rows, cols], w', '"nkl,fkl->nf", xp[:, 0, rows, cols], w[:, 0]'),
        wrong("height_and_width_swapped", "Rows first, then columns, everywhere.", "oh = (h +", "oh, h = 0, width\n    oh = (h +", "ow = (width", "ow = (x.shape[2]"),
        wrong("channels_averaged", "A filter adds up over channels.", ", w) + b", ", w) / w.shape[1] + b"),
    ],
    wrong_backward=[
        wrong("dx_overwritten", "A pixel lies in several windows.", "dxp[:, :, rows, cols] +=", "dxp[:, :, rows, cols] ="),
        wrong("dw_overwritten", "The same filter was used in every place.", "dw += np", "dw = np"),
        wrong("stride_ignored", "Backward visits the same windows as forward.", "i * stride, i * stride", "i, i", "j * stride, j * stride", "j, j"),
        wrong("dilation_ignored", "Backward visits the same places as forward.", "dilation * (kh - 1) + 1, dilation)", "kh)", "dilation * (kw - 1) + 1, dilation)", "kw)"),
        wrong("padding_ignored", "The windows lie in the padded image.", "xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))", "xp = np.pad(x, ((0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding)))",
              "padding : padding + h, padding : padding + width", ":h, :width"),
        wrong("padding_not_removed", "dx has the shape of x.", "dxp[:, :, padding : padding + h, padding : padding + width]", "dxp"),
        wrong("negative_end_at_zero", "What is the slice [0:-0]?", "dxp[:, :, padding : padding + h, padding : padding + width]", "dxp[:, :, padding:-padding, padding:-padding]"),
        wrong("padding_cut_at_the_start", "Which part of the padded image is the image?", "padding : padding + h, padding : padding + width", ":h, :width"),
        wrong("dx_with_flipped_kernel", "In the window picture of backward nothing is turned round.", '"nf,fckl->nckl", dout[:, :, i, j], w', '"nf,fckl->nckl", dout[:, :, i, j], w[:, :, ::-1, ::-1]'),
        wrong("dw_flipped", "Each weight met the pixel under it.", "    db = dout", "    dw = dw[:, :, ::-1, ::-1]\n    db = dout"),
        wrong("db_averaged", "b reaches every example and every place; where a value is copied, gradients add up.", "dout.sum(axis=(0, 2, 3))", "dout.mean(axis=(0, 2, 3))"),
        wrong("db_averaged_over_examples", "b reaches every example; where a value is copied, gradients add up.", "dout.sum(axis=(0, 2, 3))", "dout.sum(axis=(2, 3)).mean(axis=0)"),
        wrong("db_over_examples_only", "One number for each filter.", "dout.sum(axis=(0, 2, 3))", "dout.sum(axis=0)"),
        wrong("db_over_filters", "Which axes go, which one stays?", "dout.sum(axis=(0, 2, 3))", "dout.sum(axis=(1, 2, 3))"),
        wrong("dw_averaged", "The loss has averaged already.", "dw += np.einsum", "dw += 1 / len(x) * np.einsum"),
        wrong("one_image_only", "All examples share the filter.", '"nf,nckl->fckl", dout[:, :, i, j], xp[:, :, rows, cols]', '"nf,nckl->fckl", dout[:1, :, i, j], xp[:1, :, rows, cols]'),
        wrong("rows_and_columns_swapped", "Rows first, then columns, everywhere.", "dout[:, :, i, j], w", "dout[:, :, i % oh, ow - 1 - j], w"),
    ],
)  # fmt: skip
