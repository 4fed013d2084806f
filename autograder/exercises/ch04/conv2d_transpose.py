"""Transposed convolution: the map that backward of a convolution applies to dout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, case, unpack
from autograder.checking.kinds import changed, custom, snapshot
from autograder.checking.kinds.memory import whole_and_memory


def transpose_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Overlapping, touching and separate kernels; with and without padding; non-square everything."""
    for n, f, c, h, width, kh, kw, stride, padding in (
        (2, 3, 4, 3, 4, 3, 2, 1, 0),
        (2, 4, 3, 4, 3, 2, 3, 2, 0),
        (3, 2, 4, 3, 4, 4, 3, 2, 1),
        (2, 3, 2, 4, 3, 2, 1, 3, 0),
        (2, 2, 3, 4, 5, 3, 4, 1, 2),
    ):
        yield case(
            f"stride {stride}, padding {padding}; input {h}×{width}, kernel {kh}×{kw}",
            x=rng.standard_normal((n, f, h, width)),
            w=rng.standard_normal((f, c, kh, kw)),
            b=rng.standard_normal(c),
            stride=stride,
            padding=padding,
            N=n,
            F=f,
            C=c,
        )


def once(f: Any, case: Case) -> dict[str, Any]:
    """The cache that comes second is not judged."""
    kept = snapshot(case.inputs)
    out, _ = unpack(
        f.conv2d_transpose_forward(*case.args), ("out", "cache"), "conv2d_transpose_forward"
    )
    return {"out": out, "!changed": lambda: changed(kept, case.inputs)}


def again(f: Any, case: Case) -> dict[str, Any]:
    """Two calls with another one between and after."""
    outs = []
    for made in (case, case["other"], case, case["other"]):
        outs.append(
            unpack(
                f.conv2d_transpose_forward(*made.fresh().args),
                ("out", "cache"),
                "conv2d_transpose_forward",
            )[0]
        )
    return {"out": outs[0], "out (again)": outs[2]}


@custom(
    says="transposed convolution",
    group="conv",
    cases=transpose_cases,
    trial=once,
    outputs=(Output("out", axes=("example", "channel", "row", "column")),),
    probes=lambda ex, drawn, rng: [
        *[Probe("values", c) for c in drawn],
        *whole_and_memory(drawn, ["x"]),
        Probe("repeatable", Case(drawn[0].label, drawn[0].inputs, {"other": drawn[1]}), again),
    ],
    forbids=(
        "scipy.signal",
        "scipy.ndimage",
        "nnkit.functional.conv2d_backward",
        "nnkit.functional.conv.transpose",
    ),
)
def conv2d_transpose_forward(x, w, b, stride, padding):
    """Every input value paints the kernel, stride apart; overlaps add up; the padding is cut off."""
    n, _, h, width = x.shape
    _, c, kh, kw = w.shape
    full = np.zeros((n, c, (h - 1) * stride + kh, (width - 1) * stride + kw))
    # ~ size from last place: np.zeros((n, c, h * stride + kh - 1, width * stride + kw - 1))
    #     | How far does the last painted kernel reach?
    for i in range(h):
        for j in range(width):
            rows = slice(i * stride, i * stride + kh)
            # ~ stride ignored: i * stride => i | How far apart are two painted kernels?
            cols = slice(j * stride, j * stride + kw)  # ~ stride ignored: j * stride => j
            full[:, :, rows, cols] += np.einsum("nf,fckl->nckl", x[:, :, i, j], w)
            # ~ overlaps overwritten: full[:, :, rows, cols] = np.einsum("nf,fckl->nckl", x[:, :,
            #     i, j], w) | Where painted kernels overlap, they add up.
            # ~ kernel flipped: w => w[:, :, ::-1, ::-1] | The kernel is painted as it is.
            # ~ bias painted with every kernel: np.einsum("nf,fckl->nckl", x[:, :, i, j], w) + b[:,
            #     None, None] | The bias is added once to every place.
            # ~ channels not summed: np.einsum("n,ckl->nckl", x[:, 0, i, j], w[0])
            #     | Every input channel paints.
            # ~ kernel transposed: w => w.reshape(*w.shape[:2], kw, kh).swapaxes(2, 3)
            #     | Rows first, then columns.
    bottom, right = full.shape[2] - padding, full.shape[3] - padding
    out = full[:, :, padding:bottom, padding:right] + b[:, None, None]
    # ~ bias missing: full[:, :, padding:bottom, padding:right]
    #     | What comes out for an input of zeros?
    # ~ bias painted with every kernel: full[:, :, padding:bottom, padding:right]
    # ~ padding ignored: full[:, :, :, :] + b[:, None, None]
    #     | Padding makes the output of a transposed convolution smaller.
    # ~ padding added: np.pad(full, ((0, 0), (0, 0), (padding, padding), (padding, padding))) +
    #     b[:, None, None] | Padding makes the output smaller here.
    # ~ negative end at zero: full[:, :, padding:-padding, padding:-padding] + b[:, None, None]
    #     | What is the slice [0:-0]?
    # ~ cut at the end only: full[:, :, :bottom - padding, :right - padding] + b[:, None, None]
    #     | Padding is cut off on both sides.
    return out, (x, w, b, stride, padding)
