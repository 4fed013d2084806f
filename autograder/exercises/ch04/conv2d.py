"""The convolution of images: every filter is laid, as it is, on every window of the image."""

import numpy as np

from autograder.checking.kinds import draws, leads, pair
from autograder.exercises.ch04.draws import DEFAULT_OPTIONS, WINDOWS

conv2d = pair(
    says="the convolution of images (cross-correlation)",
    group="conv",
    cases=draws("x: N C H W, w: F C Kh Kw, b: F", *WINDOWS, *DEFAULT_OPTIONS),
    cache="(x, w, b, stride, padding, dilation)",
    options="stride padding dilation",
    whole="x",
    returns="out: example channel row column",
    grads="dx: example channel row column, dw: filter channel row column, db: filter",
    forbids=("scipy.signal", "scipy.ndimage"),
)


@conv2d.forward
@leads(
    "Every output is one window times one filter, summed, plus the filter's bias.",
    "out[n, f, i, j] = sum over c, k, l of xp[n, c, i·stride + k, j·stride + l]·w[f, c, "
    "k, l], plus b[f], where xp is x with its padding.",
)
def conv2d_forward(x, w, b, stride=1, padding=0, dilation=1):
    """out[n, f, i, j] = sum of window(i, j)·w[f] + b[f]."""
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))  # ~ padding ignored
    # ~ padded one side: padding, padding => 2 * padding, 0 | Padding is put on both sides.
    (h, width), (kh, kw) = xp.shape[2:], w.shape[2:]
    oh, ow = ((m - dilation * (k - 1) - 1) // stride + 1 for m, k in ((h, kh), (width, kw)))
    # ~ size rounded up, height and width swapped
    # ~ dilation ignored in size: dilation => 1 | How far does a dilated kernel reach?
    out = np.zeros((len(x), len(w), oh, ow))  # ~ type of x
    for i, j in np.ndindex(oh, ow):  # ~ returns early: np.ndindex(1, ow) | Where stands `return`?
        window = xp[:, :, i * stride :: dilation, j * stride :: dilation][:, :, :kh, :kw]
        # ~ stride times dilation: stride => stride * dilation
        #     | Which of the two sets how far apart windows begin?
        # ~ stride ignored, row offset forgotten, column offset forgotten, dilation ignored
        # ~ stride swapped for rows only: j * stride => j | The stride holds in both directions.
        out[:, :, i, j] = np.einsum("nckl,fckl->nf", window, w) + b
        # ~ bias of the example: np.einsum("nckl,fckl->nf", window, w) + b[np.arange(len(x))
        #     % len(b)][:, None] | One bias for each filter.
        # ~ kernel flipped, bias missing
        # ~ first channel only: np.einsum("nkl,fkl->nf", window[:, 0], w[:, 0]) + b
        #     | A filter looks at all channels.
        # ~ channels averaged: w => w / w.shape[1] | A filter adds up over channels.
        # ~ bias in every channel: b => b * w.shape[1] | How often is the bias added to an output?
        # ~ bias at every tap: b => b * (kh * kw)
        # ~ examples added up: np.einsum("nckl,fckl->f", window, w) + b | Each image has its output.
    return out, (x, w, b, stride, padding, dilation)


@conv2d.backward
@leads(
    "Walk over the same windows as forward. Each output hands its gradient to the window "
    "and to the filter that made it.",
    "For output (n, f, i, j): dw[f] grows by dout·window, the window of dxp grows by "
    "dout·w[f], db[f] by dout; at the end the padding of dxp is cut off.",
)
def conv2d_backward(dout, cache):
    """Each output hands its gradient back to the window it came from."""
    x, w, b, stride, padding, dilation = cache
    (h, width), (kh, kw) = x.shape[2:], w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    # ~ padding ignored: padding, padding => 0, 2 * padding | The windows lie in the padded image.
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i, j in np.ndindex(dout.shape[2:]):
        place = np.s_[:, :, i * stride :: dilation, j * stride :: dilation]
        # ~ stride ignored, row offset forgotten, column offset forgotten, dilation ignored
        #     | Backward visits the same windows as forward.
        window, dwindow = xp[place][:, :, :kh, :kw], dxp[place][:, :, :kh, :kw]
        dwindow += np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
        # ~ first filter only: np.einsum("nf,ckl->nckl", dout[:, :, i, j], w[0]) | Each
        #     filter hands back its own weights.
        # ~ dx overwritten: dwindow[...] = np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
        #     | A pixel lies in several windows.
        # ~ dx with flipped kernel: w => w[:, :, ::-1, ::-1]
        #     | In the window picture of backward nothing is turned round.
        dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], window)  # ~ overwritten
        # ~ averaged | The loss has averaged already.
    db = dout.sum(axis=(0, 2, 3))  # ~ averaged
    # ~ db averaged over examples: dout.sum(axis=(2, 3)).mean(axis=0)
    # ~ db over examples only: 0, 2, 3 => 0 | One number for each filter.
    # ~ db over filters: 0 => 1 | Which axes go, which one stays?
    return dxp[:, :, padding : padding + h, padding : padding + width], dw, db
    # ~ rest of the image missing: dxp[:, :, padding : (dout.shape[2] - 1) * stride + dilation
    #     * (kh - 1) + 1 - padding, padding : (dout.shape[3] - 1) * stride + dilation * (kw - 1)
    #     + 1 - padding], dw, db | What do the rows at the end receive that no window reaches?
    # ~ padding ignored: padding => 0
    # ~ padding not removed: dxp, dw, db | dx has the shape of x.
    # ~ padding cut at the start: padding => 0 | Which part of the padded image is the image?
    # ~ negative end at zero: dxp[:, :, padding:-padding, padding:-padding], dw, db
    #     | What is the slice [0:-0]?
    # ~ dw flipped: dw => dw[:, :, ::-1, ::-1] | Each weight met the pixel under it.
    # ~ first two exchanged
