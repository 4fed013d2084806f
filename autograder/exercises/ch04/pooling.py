"""Maximum and average over windows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case, wrong
from autograder.checking.kinds import pair


def max_pool2d_forward(x, size, stride):
    """The largest value of each window."""
    n, c, h, w = x.shape
    oh, ow = (h - size) // stride + 1, (w - size) // stride + 1
    out = np.zeros((n, c, oh, ow))
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out, (x, size, stride)


def max_pool2d_backward(dout, cache):
    """The first maximum of each window, row by row, takes the gradient; overlaps add up."""
    x, size, stride = cache
    n, c, oh, ow = dout.shape
    dx = np.zeros(x.shape)
    for i in range(oh):
        for j in range(ow):
            rows = slice(i * stride, i * stride + size)
            cols = slice(j * stride, j * stride + size)
            window = x[:, :, rows, cols]
            first = window.reshape(n, c, -1).argmax(axis=2)
            mask = np.arange(size * size) == first[:, :, None]
            mask = mask.reshape(n, c, size, size)
            dx[:, :, rows, cols] += mask * dout[:, :, i, j][:, :, None, None]
    return dx


def avg_pool2d_forward(x, size, stride):
    """The mean of each window."""
    n, c, h, w = x.shape
    oh, ow = (h - size) // stride + 1, (w - size) // stride + 1
    out = np.zeros((n, c, oh, ow))
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = window.mean(axis=(2, 3))
    return out, (x, size, stride)


def avg_pool2d_backward(dout, cache):
    """Every place of a window takes the same share; overlaps add up."""
    x, size, stride = cache
    _, _, oh, ow = dout.shape
    dx = np.zeros(x.shape)
    for i in range(oh):
        for j in range(ow):
            rows = slice(i * stride, i * stride + size)
            cols = slice(j * stride, j * stride + size)
            dx[:, :, rows, cols] += dout[:, :, i, j][:, :, None, None] / size**2
    return dx


def pool_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Windows side by side, overlapping, apart, with a rest that does not fit; only negative values too."""
    for n, c, h, w, size, stride in (
        (2, 3, 4, 6, 2, 2),
        (3, 2, 5, 6, 3, 2),
        (2, 3, 6, 5, 3, 1),
        (2, 2, 7, 8, 2, 3),
        (2, 3, 5, 7, 2, 2),
    ):
        yield case(
            f"size {size}, stride {stride}; image {h}×{w}",
            x=rng.standard_normal((n, c, h, w)),
            size=size,
            stride=stride,
            N=n,
            C=c,
            H=h,
            W=w,
        )
    yield case("only negative values", x=-1 - rng.random((2, 2, 4, 5)), size=2, stride=2, N=2, C=2)


def pool_cases_with_ties(rng: np.random.Generator) -> Iterator[Case]:
    """Few different values, so that most windows have several maxima; a window of equal values."""
    yield from pool_cases(rng)
    for size, stride in ((2, 2), (3, 1), (3, 2)):
        yield case(
            f"tied maxima, size {size}, stride {stride}",
            x=rng.integers(0, 3, (2, 3, 5, 7)).astype(float),
            size=size,
            stride=stride,
            N=2,
            C=3,
        )
    yield case("equal values everywhere", x=np.full((2, 1, 4, 6), 0.5), size=2, stride=2, N=2)


AXES = ("example", "channel", "row", "column")
FOREIGN = {
    "forbids": (
        "scipy.ndimage",
        "skimage",
        "nnkit.functional.pool",
    )
}
SIZES = "oh, ow = (h - size) // stride + 1, (w - size) // stride + 1"
MAX_POOL = pair(
    max_pool2d_forward, max_pool2d_backward, chapter=4, summary="max-pooling", cases=pool_cases_with_ties, cache="(x, size, stride)", whole="x",
    returns=[Output("out", axes=AXES)], grads=[Output("dx", axes=AXES)], forward_options=FOREIGN, backward_options=FOREIGN,
    wrong_forward=[
        wrong("whole_map", "The maximum of a window, not of the image.", "window.max(axis=(2, 3))", "x.max(axis=(2, 3))"),
        wrong("over_channels", "Every channel is pooled on its own.", "window.max(axis=(2, 3))", "window.max(axis=(1, 2, 3))[:, None]"),
        wrong("stride_is_size", "The stride is an argument.", SIZES, "stride = min(size, min(h, w))\n    oh, ow = (h - size) // stride + 1, (w - size) // stride + 1"),
        wrong("size_is_stride", "The window's size is an argument.", "i * stride + size", "i * stride + stride", "j * stride + size", "j * stride + stride"),
        wrong("starts_from_zero", "What if every value is negative?", "window.max(axis=(2, 3))", "np.maximum(window.max(axis=(2, 3)), 0)"),
        wrong("size_rounded_up", "A window that does not fit is left out.", SIZES, "oh, ow = -((size - h) // stride) + 1, -((size - w) // stride) + 1"),
        wrong("height_and_width_swapped", "Rows first, then columns.", SIZES, "ow, oh = (h - size) // stride + 1, (w - size) // stride + 1"),
        wrong("absolute_maximum", "The largest value, not the largest size.", "window.max(axis=(2, 3))", "np.abs(window).max(axis=(2, 3))"),
        wrong("mean_for_maximum", "The largest value of the window.", "window.max(", "window.mean("),
        wrong("returns_early", "A `return` inside the loop ends it.", "out[:, :, i, j] = window.max(axis=(2, 3))\n", "out[:, :, i, j] = window.max(axis=(2, 3))\n        return out, (x, size, stride)\n"),
        wrong("last_row_missing", "How many windows fit?", SIZES, "oh, ow = (h - size) // stride + (1 if h == size else 0), (w - size) // stride + 1"),
    ],
    wrong_backward=[
        wrong("overlaps_overwritten", "Where windows overlap, gradients add up.", "+= mask", "= mask"),
        wrong("ties_to_all", "Only the first maximum takes the gradient.", "mask = mask.reshape(n, c, size, size)", "mask = window == window.max(axis=(2, 3), keepdims=True)"),
        wrong("ties_shared", "Only the first maximum takes the gradient, all of it.", "mask = mask.reshape(n, c, size, size)",
              "mask = window == window.max(axis=(2, 3), keepdims=True)\n            mask = mask / mask.sum(axis=(2, 3), keepdims=True)"),
        wrong("last_maximum", "The first maximum, row by row.", "window.reshape(n, c, -1).argmax(axis=2)", "size * size - 1 - window.reshape(n, c, -1)[:, :, ::-1].argmax(axis=2)"),
        wrong("columns_first", "The first maximum row by row, not column by column.", "window.reshape(n, c, -1).argmax(axis=2)", "np.swapaxes(window, 2, 3).reshape(n, c, -1).argmax(axis=2)",
              "mask.reshape(n, c, size, size)", "mask.reshape(n, c, size, size).swapaxes(2, 3)"),
        wrong("spread_evenly", "Only the maximum decided.", "mask * dout", "np.ones_like(mask) / size**2 * dout"),
        wrong("to_every_place", "Only the maximum decided.", "mask * dout", "np.ones_like(mask) * dout"),
        wrong("minimum", "Which value did forward take?", ".argmax(axis=2)", ".argmin(axis=2)"),
        wrong("stride_is_size", "The stride is an argument.", "rows = slice(i * stride, i * stride + size)", "top, left = min(i * size, x.shape[2] - size), min(j * size, x.shape[3] - size)\n            rows = slice(top, top + size)", "slice(j * stride, j * stride + size)", "slice(left, left + size)"),
        wrong("one_maximum_a_map", "Every window has a maximum of its own.", "mask = mask.reshape(n, c, size, size)",
              "mask = window == x.max(axis=(2, 3), keepdims=True)"),
        wrong("pooled_value_passed_on", "The gradient is passed on, not multiplied by the value.", "mask * dout", "mask * window * dout"),
        wrong("ignores_dout", "Every gradient starts from the one that comes in from above.", "mask * dout[:, :, i, j][:, :, None, None]", "mask"),
    ],
)  # fmt: skip
AVG_POOL = pair(
    avg_pool2d_forward, avg_pool2d_backward, chapter=4, summary="average pooling", cases=pool_cases, cache="(x, size, stride)", whole="x",
    returns=[Output("out", axes=AXES)], grads=[Output("dx", axes=AXES)], forward_options=FOREIGN, backward_options=FOREIGN,
    wrong_forward=[
        wrong("not_divided", "A mean divides.", ".mean(", ".sum("),
        wrong("divided_by_side", "How many places has a window?", ".mean(axis=(2, 3))", ".sum(axis=(2, 3)) / size"),
        wrong("divided_by_stride", "How many places has a window?", ".mean(axis=(2, 3))", ".sum(axis=(2, 3)) / stride**2"),
        wrong("maximum_for_mean", "The mean, not the maximum.", ".mean(", ".max("),
        wrong("stride_is_size", "The stride is an argument.", SIZES, "stride = min(size, min(h, w))\n    oh, ow = (h - size) // stride + 1, (w - size) // stride + 1"),
        wrong("size_is_stride", "The window's size is an argument.", "i * stride + size", "i * stride + stride", "j * stride + size", "j * stride + stride"),
        wrong("over_channels", "Every channel is pooled on its own.", ".mean(axis=(2, 3))", ".mean(axis=(1, 2, 3))[:, None]"),
        wrong("whole_map", "The mean of a window, not of the image.", "window.mean", "x.mean"),
        wrong("height_and_width_swapped", "Rows first, then columns.", SIZES, "ow, oh = (h - size) // stride + 1, (w - size) // stride + 1"),
        wrong("size_rounded_up", "A window that does not fit is left out.", SIZES, "oh, ow = -((size - h) // stride) + 1, -((size - w) // stride) + 1"),
    ],
    wrong_backward=[
        wrong("overlaps_overwritten", "Where windows overlap, gradients add up.", "] += dout", "] = dout"),
        wrong("not_divided", "Every place of the window had a share.", " / size**2", ""),
        wrong("divided_by_side", "How many places has a window?", "size**2", "size"),
        wrong("divided_by_stride", "How many places has a window?", "size**2", "stride**2"),
        wrong("first_place_only", "Every place of the window had a share.", "i * stride + size", "i * stride + 1", "j * stride + size", "j * stride + 1"),
        wrong("divided_by_outputs", "How many places has a window?", "size**2", "(oh * ow)"),
        wrong("stride_is_size", "The stride is an argument.", "rows = slice(i * stride, i * stride + size)", "top, left = min(i * size, x.shape[2] - size), min(j * size, x.shape[3] - size)\n            rows = slice(top, top + size)", "slice(j * stride, j * stride + size)", "slice(left, left + size)"),
        wrong("weighted_by_x", "The mean is linear: its gradient does not depend on x.", "dout[:, :, i, j][:, :, None, None] / size**2", "dout[:, :, i, j][:, :, None, None] * x[:, :, rows, cols] / size**2"),
        wrong("ignores_dout", "Every gradient starts from the one that comes in from above.", "dout[:, :, i, j][:, :, None, None] / size**2", "1.0 / size**2"),
        wrong("window_of_stride", "The window's size is an argument.", "i * stride + size", "i * stride + stride", "j * stride + size", "j * stride + stride"),
    ],
)  # fmt: skip
