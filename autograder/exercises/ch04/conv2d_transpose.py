"""The transposed convolution: the map that backward of a convolution applies to dout."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, unpack
from autograder.checking.kinds import (
    changed,
    custom,
    draws,
    edge_probes,
    leads,
    snapshot,
    table,
    with_given,
)
from autograder.checking.kinds.memory import whole_and_memory


def out_of(f: Any, case: Case) -> Any:
    """What the student's function returns beside the cache, which is not judged."""
    result = f.conv2d_transpose_forward(*case.args)
    return unpack(result, ("out", "cache"), "conv2d_transpose_forward")[0]


def once(f: Any, case: Case) -> dict[str, Any]:
    """The output, and whether an input was changed."""
    kept = snapshot(case.inputs)
    return {"out": out_of(f, case), "!changed": lambda: changed(kept, case.inputs)}


def again(f: Any, case: Case) -> dict[str, Any]:
    """Two calls with another one between and after."""
    first, _, second, _ = [out_of(f, c.fresh()) for c in (case, case["other"]) * 2]
    return {"out": first, "out (again)": second}


# Overlapping, touching and separate kernels; with and without padding; non-square everything.
PAINTED = draws(
    "x: N F H W, w: F C Kh Kw, b: C",
    *table(
        "N F C H W Kh Kw stride padding",
        (2, 3, 4, 3, 4, 3, 2, 1, 0),
        (2, 4, 3, 4, 3, 2, 3, 2, 0),
        (3, 2, 4, 3, 4, 4, 3, 2, 1),
        (2, 3, 2, 4, 3, 2, 1, 3, 0),
        (2, 2, 3, 4, 5, 3, 4, 1, 2),
        (2, 3, 4, 3, 4, 2, 1, 2, 1),  # the padding is wider than the kernel reaches
        label="stride {stride}, padding {padding}; input {H}×{W}, kernel {Kh}×{Kw}",
    ),
)


@custom(
    says="transposed convolution",
    group="conv",
    cases=PAINTED,
    trial=once,
    outputs=(Output("out", axes=("example", "channel", "row", "column")),),
    probes=lambda exercise, drawn, rng: [
        *[Probe("values", c) for c in drawn],
        *whole_and_memory(drawn, ["x"]),
        *edge_probes(drawn[0], lambda c: once(exercise.references(), c)),
        # Another shape in between, then other numbers of the same shape.
        *[
            Probe("repeatable", with_given(drawn[0], other=other), again)
            for other in (drawn[1], next(iter(PAINTED(rng))))
        ],
    ],
    forbids=("scipy.signal", "scipy.ndimage"),
)
@leads(
    "Turn the reading around: each input value paints a filter onto the output, scaled by itself.",
    "full[n, :, i·stride : i·stride + KH, j·stride : j·stride + KW] grows by x[n, f, i, "
    "j]·w[f]; cut the padding, then add b.",
)
def conv2d_transpose_forward(x, w, b, stride, padding):
    """Every input value paints the kernel, stride apart; overlaps add up; padding is cut off."""
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
            # ~ overlaps overwritten: full[:, :, rows, cols] = 0; ...
            #     | Where painted kernels overlap, they add up.
            # ~ kernel flipped | The kernel is painted as it is.
            # ~ bias painted with every kernel: ...; full[:, :, rows, cols] += b[:, None, None]
            #     | The bias is added once to every place.
            # ~ channels not summed: np.einsum("n,ckl->nckl", x[:, 0, i, j], w[0])
            #     | Every input channel paints.
            # ~ kernel transposed: w => w.reshape(*w.shape[:2], kw, kh).swapaxes(2, 3)
            #     | Rows first, then columns.
    bottom, right = full.shape[2] - padding, full.shape[3] - padding
    out = full[:, :, padding:bottom, padding:right] + b[:, None, None]
    # ~ size times stride: np.zeros((n, c, h * stride, width * stride))
    #     | How far does the last painted kernel reach?
    # ~ cut within the kernel only: full[:, :, min(padding, kh - 1) : full.shape[2]
    #     - min(padding, kh - 1), min(padding, kw - 1) : full.shape[3] - min(padding, kw - 1)]
    #     + b[:, None, None] | What is cut off where the padding is wider than K − 1?
    # ~ bias missing: b[:, None, None] => 0 | What comes out for an input of zeros?
    # ~ bias painted with every kernel: b[:, None, None] => 0
    # ~ padding ignored: full + b[:, None, None]
    #     | Padding makes the output of a transposed convolution smaller.
    # ~ padding added: np.pad(full, [(0, 0)] * 2 + [(padding, padding)] * 2) + b[:, None, None]
    #     | Padding makes the output smaller here.
    # ~ negative end at zero: full[:, :, padding:-padding, padding:-padding] + b[:, None, None]
    #     | What is the slice [0:-0]?
    # ~ cut at the end only: full[:, :, : bottom - padding, : right - padding] + b[:, None, None]
    #     | Padding is cut off on both sides.
    # ~ bias in every channel: b[:, None, None] => b[:, None, None] * len(w)
    #     | The bias is added once to every place.
    return out, (x, w, b, stride, padding)
