"""Cross-correlation of images with filters, and its gradients."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import pair


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


conv2d = pair(
    says="the convolution of images (cross-correlation)",
    group="conv",
    cases=conv_cases,
    cache="(x, w, b, stride, padding, dilation)",
    whole="x",
    returns=[Output("out", axes=AXES)],
    grads=[
        Output("dx", axes=AXES),
        Output("dw", axes=("filter", "channel", "row", "column")),
        Output("db", axes=("filter",)),
    ],
    forbids=("scipy.signal", "scipy.ndimage", "nnkit.functional.conv.conv2d"),
)


@conv2d.forward
def conv2d_forward(x, w, b, stride=1, padding=0, dilation=1):
    """out[n, f, i, j] = sum of window(i, j)·w[f] + b[f]."""
    n, _, h, width = x.shape
    f, _, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    # ~ padding ignored: padding => 0 | Padding comes before everything else.
    # ~ padded one side: padding, padding => 2 * padding, 0 | Padding is put on both sides.
    # ~ padded with edge values: np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding,
    #     padding)), mode="edge") | Padding means zeros.
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    # ~ dilation ignored in size: (h + 2 * padding - kh) // stride + 1
    #     | How far does a dilated kernel reach?
    # ~ padding ignored: 2 * padding => 0
    # ~ size rounded up: -((dilation * (kh - 1) + 1 - h - 2 * padding) // stride) + 1
    #     | A window that does not fit is left out.
    # ~ height and width swapped: oh, h = (0, width); ... | Rows first, then columns, everywhere.
    ow = (width + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    # ~ dilation ignored in size: (width + 2 * padding - kw) // stride + 1
    # ~ padding ignored: 2 * padding => 0
    # ~ height and width swapped: width => x.shape[2]
    out = np.zeros((n, f, oh, ow))
    for i in range(oh):
        for j in range(ow):
            rows = slice(i * stride, i * stride + dilation * (kh - 1) + 1, dilation)
            # ~ stride ignored: i * stride => i | Where does the next window begin?
            # ~ dilation ignored in window: slice(i * stride, i * stride + kh)
            #     | Which places does a dilated kernel touch?
            cols = slice(j * stride, j * stride + dilation * (kw - 1) + 1, dilation)
            # ~ stride ignored: j * stride => j
            # ~ stride swapped for rows only: j * stride => j | The stride holds in both directions.
            # ~ dilation ignored in window: slice(j * stride, j * stride + kw)
            out[:, :, i, j] = np.einsum("nckl,fckl->nf", xp[:, :, rows, cols], w) + b
            # ~ kernel flipped: w => w[:, :, ::-1, ::-1]
            #     | In these networks the kernel is laid on as it is: cross-correlation.
            # ~ bias missing: np.einsum("nckl,fckl->nf", xp[:, :, rows, cols], w)
            #     | What does the layer give for an image of zeros?
            # ~ bias on the wrong axis: b => b.mean() | One bias for each filter.
            # ~ first channel only: np.einsum("nkl,fkl->nf", xp[:, 0, rows, cols], w[:, 0]) + b
            #     | A filter looks at all channels.
            # ~ channels averaged: np.einsum("nckl,fckl->nf", xp[:, :, rows, cols], w) / w.shape[1]
            #     + b | A filter adds up over channels.
    return out, (x, w, b, stride, padding, dilation)


@conv2d.backward
def conv2d_backward(dout, cache):
    """Each output hands its gradient back to the window it came from."""
    x, w, b, stride, padding, dilation = cache
    _, _, h, width = x.shape
    _, _, kh, kw = w.shape
    _, _, oh, ow = dout.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    # ~ padding ignored: padding, padding => 0, 2 * padding | The windows lie in the padded image.
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(oh):
        for j in range(ow):
            rows = slice(i * stride, i * stride + dilation * (kh - 1) + 1, dilation)
            # ~ stride ignored: i * stride => i | Backward visits the same windows as forward.
            # ~ dilation ignored: slice(i * stride, i * stride + kh)
            #     | Backward visits the same places as forward.
            cols = slice(j * stride, j * stride + dilation * (kw - 1) + 1, dilation)
            # ~ stride ignored: j * stride => j
            # ~ dilation ignored: slice(j * stride, j * stride + kw)
            dxp[:, :, rows, cols] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
            # ~ dx overwritten: dxp[:, :, rows, cols] = np.einsum("nf,fckl->nckl", dout[:, :, i,
            #     j], w) | A pixel lies in several windows.
            # ~ dx with flipped kernel: w => w[:, :, ::-1, ::-1]
            #     | In the window picture of backward nothing is turned round.
            # ~ rows and columns swapped: dout[:, :, i, j] => dout[:, :, i % oh, ow - 1 - j]
            #     | Rows first, then columns, everywhere.
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[:, :, rows, cols])
            # ~ overwritten
            # ~ dw averaged: 1 / len(x) * np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[:, :,
            #     rows, cols]) | The loss has averaged already.
            # ~ one image only: np.einsum("nf,nckl->fckl", dout[:1, :, i, j], xp[:1, :, rows, cols])
            #     | All examples share the filter.
    db = dout.sum(axis=(0, 2, 3))  # ~ averaged
    # ~ dw flipped: dw = dw[:, :, ::-1, ::-1]; ... | Each weight met the pixel under it.
    # ~ db averaged over examples: dout.sum(axis=(2, 3)).mean(axis=0)
    #     | b reaches every example; where a value is copied, gradients add up.
    # ~ db over examples only: 0, 2, 3 => 0 | One number for each filter.
    # ~ db over filters: 0 => 1 | Which axes go, which one stays?
    return dxp[:, :, padding : padding + h, padding : padding + width], dw, db
    # ~ padding ignored: dxp[:, :, :h, :width], dw, db
    # ~ padding not removed: dxp, dw, db | dx has the shape of x.
    # ~ negative end at zero: dxp[:, :, padding:-padding, padding:-padding], dw, db
    #     | What is the slice [0:-0]?
    # ~ padding cut at the start: dxp[:, :, :h, :width], dw, db
    #     | Which part of the padded image is the image?
