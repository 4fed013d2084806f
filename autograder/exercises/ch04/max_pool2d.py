"""Max-pooling: the largest value of each window; only that one hears of the gradient."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import leads, pair
from autograder.exercises.ch04.draws import pool_cases


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Few different values, so that most windows have several maxima; a window of equal values."""
    yield from pool_cases(rng)
    for size, stride in ((2, 2), (3, 1), (3, 2)):
        x = rng.integers(0, 3, (2, 3, 5, 7)).astype(float)
        label = f"tied maxima, size {size}, stride {stride}"
        yield case(label, x=x, size=size, stride=stride, N=2, C=3)
    yield case("equal values everywhere", x=np.full((2, 1, 4, 6), -1e6), size=2, stride=2, N=2)


max_pool2d = pair(
    says="max-pooling",
    group="pooling",
    cases=cases,
    cache="(x, size, stride)",
    whole="x",
    returns="out: example channel row column",
    grads="dx: example channel row column",
    forbids=("scipy.ndimage", "skimage", "nnkit.functional.pool"),
)


@max_pool2d.forward
@leads(
    "The window of output (i, j) begins at row i·stride and column j·stride; its largest "
    "value is the output.",
    "A maximum over the last two axes serves all examples and channels at once.",
)
def max_pool2d_forward(x, size, stride):
    """The largest value of each window."""
    n, c, h, w = x.shape
    oh, ow = (h - size) // stride + 1, (w - size) // stride + 1
    # ~ stride is size: stride = min(size, min(h, w)); ... | The stride is an argument.
    # ~ size rounded up, height and width swapped
    # ~ last row missing: (h - size) // stride + (1 if h == size else 0), (w - size) // stride + 1
    #     | How many windows fit?
    out = np.zeros((n, c, oh, ow))
    for i in range(oh):  # ~ returns early
        # ~ returns in the inner loop: range(1) | A `return` inside the loop ends it.
        for j in range(ow):  # ~ returns in the inner loop: range(1)
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            # ~ size is stride: size => stride | The window's size is an argument.
            # ~ row offset forgotten, column offset forgotten
            out[:, :, i, j] = window.max(axis=(2, 3))
            # ~ one maximum for all: window.max() | Each image and each channel has a
            #     maximum of its own.
            # ~ whole map: window => x | The maximum of a window, not of the image.
            # ~ over channels: window.max(axis=(1, 2, 3))[:, None]
            #     | Every channel is pooled on its own.
            # ~ starts from zero: np.maximum(window.max(axis=(2, 3)), 0)
            #     | What if every value is negative?
            # ~ absolute maximum: window => np.abs(window)
            #     | The largest value, not the largest size.
            # ~ mean for maximum: window.mean(axis=(2, 3)) | The largest value of the window.
    return out, (x, size, stride)


@max_pool2d.backward
@leads(
    "Only the value that won can change the output, so it gets the whole gradient and the"
    " others none.",
    "`argmax` of each flattened window gives the first winner; add dout at its place, "
    "since windows may overlap.",
)
def max_pool2d_backward(dout, cache):
    """The first maximum of each window, row by row, takes the gradient; overlaps add up."""
    x, size, stride = cache
    n, c, oh, ow = dout.shape
    dx = np.zeros(x.shape)  # ~ type of x
    for i in range(oh):
        for j in range(ow):
            rows = slice(i * stride, i * stride + size)
            # ~ stride is size: i * stride => min(i * size, x.shape[2] - size)
            #     | The stride is an argument.
            cols = slice(j * stride, j * stride + size)
            # ~ stride is size: j * stride => min(j * size, x.shape[3] - size)
            window = x[:, :, rows, cols]
            first = window.reshape(n, c, -1).argmax(axis=2)
            # ~ last maximum: size * size - 1 - window.reshape(n, c, -1)[:, :, ::-1].argmax(axis=2)
            #     | The first maximum, row by row.
            # ~ columns first: window => np.swapaxes(window, 2, 3)
            #     | The first maximum row by row, not column by column.
            # ~ minimum: window.reshape(n, c, -1).argmin(axis=2) | Which value did forward take?
            mask = np.arange(size * size) == first[:, :, None]
            mask = mask.reshape(n, c, size, size)
            # ~ a maximum in each row: mask = window == window.max(axis=(2, 3), keepdims=True);
            #     mask = mask & (mask.cumsum(axis=3) == 1)
            #     | break ends the inner loop only: what does the outer one do then?
            # ~ ties to all: window == window.max(axis=(2, 3), keepdims=True)
            #     | Only the first maximum takes the gradient.
            # ~ ties shared: mask = window == window.max(axis=(2, 3), keepdims=True);
            #     mask = mask / mask.sum(axis=(2, 3), keepdims=True)
            #     | Only the first maximum takes the gradient, all of it.
            # ~ columns first: mask.reshape(n, c, size, size).swapaxes(2, 3)
            # ~ one maximum a map: window == x.max(axis=(2, 3), keepdims=True)
            #     | Every window has a maximum of its own.
            dx[:, :, rows, cols] += mask * dout[:, :, i, j][:, :, None, None]
            # ~ overwritten | Where windows overlap, gradients add up.
            # ~ ignores dout
            # ~ spread evenly: mask => 1 / size**2 | Only the maximum decided.
            # ~ to every place: mask => 1
            # ~ pooled value passed on: mask => mask * window
            #     | The gradient is passed on, not multiplied by the value.
            # ~ type of x: dx[:, :, rows, cols] = dx[:, :, rows, cols] + mask * dout[:, :, i, j][:,
            #     :, None, None]
            # ~ single entry assigned: dx[:, :, rows, cols] = np.where(mask, dout[:, :, i, j][:, :,
            #     None, None], dx[:, :, rows, cols]) | A place may be the maximum of several
            #     windows.
            # ~ row offset forgotten: rows => slice(0, size)
            #     | Where does window (i, j) begin in the image?
            # ~ column offset forgotten: cols => slice(0, size)
            # ~ both offsets forgotten: dx[:, :, :size, :size] += mask * dout[:, :, i, j][:, :,
            #     None, None]
            # ~ row and column exchanged: mask => mask.swapaxes(2, 3)
            #     | Which of the two numbers counts rows?
    return dx
    # ~ rest of the image missing: dx[:, :, : (oh - 1) * stride + size, : (ow - 1) * stride + size]
    #     | What do the rows at the end receive that no window reaches?
