"""Mistakes of a hunt from the texts of chapter 4 that no report named."""

import numpy as np

from nnkit.functional import conv2d_backward
from tests.exercises.slips import slip


def _size(m, k, s, p, d):
    return (m + 2 * p - (d * (k - 1) + 1)) // s + 1


def _pad(w):
    return (w.shape[2] // 2, w.shape[3] // 2)


@slip("conv2d_forward", "bias for each filter")
def conv2d_forward_chan0(x, w, b, stride=1, padding=0, dilation=1):
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    OH, OW = (_size(H, KH, stride, padding, dilation), _size(W, KW, stride, padding, dilation))
    xp = np.pad(x, padding)
    xp = xp[padding : padding + N, padding : padding + C]
    out = np.zeros((N, F, OH, OW))
    for n in range(N):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    r, c = (i * stride, j * stride)
                    patch = xp[
                        n, :, r : r + dilation * KH : dilation, c : c + dilation * KW : dilation
                    ]
                    out[n, f, i, j] = np.sum(patch * w[f]) + b[n % F]
    return (out, (x, w, b, stride, padding, dilation))


@slip("conv2d_backward", "its own weights")
def conv2d_backward_dwassign(dout, cache):
    x, w, _b, stride, padding, dilation = cache
    KH, KW = w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dxp, dw = (np.zeros(xp.shape), np.zeros(w.shape))
    for n in range(len(x)):
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                r, c = (i * stride, j * stride)
                for f in range(w.shape[0]):
                    win = np.s_[
                        n,
                        :,
                        r : r + dilation * (KH - 1) + 1 : dilation,
                        c : c + dilation * (KW - 1) + 1 : dilation,
                    ]
                    dw[f] = dw[f] + xp[win] * dout[n, f, i, j]
                    dxp[win] = dxp[win] + w[0] * dout[n, f, i, j]
    return (
        dxp[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]],
        dw,
        dout.sum(axis=(0, 2, 3)),
    )


@slip("max_pool2d_forward", "maximum of its own")
def max_pool2d_forward_both(x, size, stride):
    N, C, H, W = x.shape
    oh, ow = ((H - size) // stride + 1, (W - size) // stride + 1)
    out = np.zeros((N, C, oh, ow))
    for i in range(oh):
        for j in range(ow):
            out[:, :, i, j] = x[
                :, :, i * stride : i * stride + size, j * stride : j * stride + size
            ].max()
    return (out, (x, size, stride))


@slip("receptive_field", "counted already")
def receptive_field_keff(layers):
    r, j = (1, 1)
    for k, s, d in layers:
        r += ((k - 1) * d + 1) * j
        j *= s
    return r - len(layers)


@slip("conv_output_size", "stride holds there")
def conv_output_size_first(m, k, stride=1, padding=0, dilation=1):
    return (m - (dilation * (k - 1) + 1)) // stride + 1 + 2 * padding


@slip("residual_backward", "masks both ways")
def residual_backward_doutp(dout, cache):
    x, params, z, a, s = cache
    ds = dout * (s > 0)
    da, dw2, db2 = conv2d_backward(ds, (a, params["w2"], params["b2"], 1, _pad(params["w2"]), 1))
    dz = da * (z > 0)
    dx, dw1, db1 = conv2d_backward(dz, (x, params["w1"], params["b1"], 1, _pad(params["w1"]), 1))
    d = {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
    if "wp" in params:
        dp, d["wp"], d["bp"] = conv2d_backward(dout, (x, params["wp"], params["bp"], 1, 0, 1))
        dx = dx + dp
    else:
        dx = dx + ds
    return (dx, d)
