"""Transposed convolution: the map that backward of a convolution applies to dout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, case, unpack, wrong
from autograder.checking.kinds import build, changed, snapshot, whole_and_memory


def conv2d_transpose_forward(x, w, b, stride, padding):
    """Every input value paints the kernel, stride apart; overlaps add up; the padding is cut off."""
    n, _, h, width = x.shape
    _, c, kh, kw = w.shape
    full = np.zeros((n, c, (h - 1) * stride + kh, (width - 1) * stride + kw))
    for i in range(h):
        for j in range(width):
            rows = slice(i * stride, i * stride + kh)
            cols = slice(j * stride, j * stride + kw)
            full[:, :, rows, cols] += np.einsum("nf,fckl->nckl", x[:, :, i, j], w)
    bottom, right = full.shape[2] - padding, full.shape[3] - padding
    out = full[:, :, padding:bottom, padding:right] + b[:, None, None]
    return out, (x, w, b, stride, padding)


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


CONV_TRANSPOSE = build(
    conv2d_transpose_forward, chapter=4, summary="transposed convolution", cases=transpose_cases, trial=once,
    outputs=(Output("out", axes=("example", "channel", "row", "column")),), whole_numbers=("x",),
    probes=lambda ex, drawn, rng: [*[Probe("values", c) for c in drawn], *whole_and_memory(drawn, ["x"]),
                                   Probe("repeatable", Case(drawn[0].label, drawn[0].inputs, {"other": drawn[1]}), again)],
    forbids=("scipy.signal", "scipy.ndimage", "nnkit.functional.conv2d_backward", "nnkit.functional.conv.transpose"),
    mistakes=[
        wrong("overlaps_overwritten", "Where painted kernels overlap, they add up.", "] += np.einsum", "] = np.einsum"),
        wrong("kernel_flipped", "The kernel is painted as it is.", "x[:, :, i, j], w)", "x[:, :, i, j], w[:, :, ::-1, ::-1])"),
        wrong("bias_missing", "What comes out for an input of zeros?", " + b[:, None, None]", ""),
        wrong("bias_painted_with_every_kernel", "The bias is added once to every place.", "x[:, :, i, j], w)", "x[:, :, i, j], w) + b[:, None, None]", " + b[:, None, None]\n    return", "\n    return"),
        wrong("stride_ignored", "How far apart are two painted kernels?", "(i * stride, i * stride + kh)", "(i, i + kh)", "(j * stride, j * stride + kw)", "(j, j + kw)"),
        wrong("padding_ignored", "Padding makes the output of a transposed convolution smaller.", "padding:bottom, padding:right", ":, :"),
        wrong("padding_added", "Padding makes the output smaller here.", "out = full[:, :, padding:bottom, padding:right]", "out = np.pad(full, ((0, 0), (0, 0), (padding, padding), (padding, padding)))"),
        wrong("negative_end_at_zero", "What is the slice [0:-0]?", "padding:bottom, padding:right", "padding:-padding, padding:-padding"),
        wrong("cut_at_the_end_only", "Padding is cut off on both sides.", "padding:bottom, padding:right", ": bottom - padding, : right - padding"),
        wrong("size_from_last_place", "How far does the last painted kernel reach?", "(h - 1) * stride + kh, (width - 1) * stride + kw", "h * stride + kh - 1, width * stride + kw - 1"),
        wrong("channels_not_summed", "Every input channel paints.", '"nf,fckl->nckl", x[:, :, i, j], w', '"n,ckl->nckl", x[:, 0, i, j], w[0]'),
        wrong("kernel_transposed", "Rows first, then columns.", "x[:, :, i, j], w)", "x[:, :, i, j], w.reshape(*w.shape[:2], kw, kh).swapaxes(2, 3))"),
    ],
)  # fmt: skip
