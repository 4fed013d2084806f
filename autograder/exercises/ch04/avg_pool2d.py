"""Average pooling: the mean of each window."""

import numpy as np

from autograder.checking.kinds import leads, pair
from autograder.exercises.ch04.draws import pool_cases

avg_pool2d = pair(
    says="average pooling",
    group="pooling",
    cases=pool_cases,
    cache="(x, size, stride)",
    whole="x",
    returns="out: example channel row column",
    grads="dx: example channel row column",
    forbids=("scipy.ndimage", "skimage", "nnkit.functional.pool"),
)


@avg_pool2d.forward
@leads(
    "The window of output (i, j) begins at row i·stride and column j·stride; the output "
    "is its mean.",
    "A mean over the last two axes serves all examples and channels at once.",
)
def avg_pool2d_forward(x, size, stride):
    """The mean of each window."""
    n, c, h, w = x.shape
    oh, ow = (h - size) // stride + 1, (w - size) // stride + 1
    # ~ stride is size: stride = min(size, min(h, w)); ... | The stride is an argument.
    # ~ size rounded up, height and width swapped
    out = np.zeros((n, c, oh, ow))  # ~ type of x
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            # ~ size is stride: size => stride | The window's size is an argument.
            # ~ row offset forgotten, column offset forgotten
            out[:, :, i, j] = window.mean(axis=(2, 3))
            # ~ not divided: window.sum(axis=(2, 3)) | A mean divides.
            # ~ divided by side: window.sum(axis=(2, 3)) / size | How many places are in a window?
            # ~ divided by stride: window.sum(axis=(2, 3)) / stride**2
            # ~ maximum for mean: window.max(axis=(2, 3)) | The mean, not the maximum.
            # ~ over channels: window.mean(axis=(1, 2, 3))[:, None]
            #     | Every channel is pooled on its own.
            # ~ whole map: window => x | The mean of a window, not of the image.
            # ~ over examples: window.mean(axis=(0, 2, 3)) | Every image is pooled on its own.
    return out, (x, size, stride)


@avg_pool2d.backward
@leads(
    "Every pixel of a window entered the mean with the same factor. Which?",
    "Each pixel of the window grows by dout over the number of the window's pixels; "
    "overlapping windows add up.",
)
def avg_pool2d_backward(dout, cache):
    """Every place of a window takes the same share; overlaps add up."""
    x, size, stride = cache
    _, _, oh, ow = dout.shape
    dx = np.zeros(x.shape)
    for i in range(oh):
        for j in range(ow):
            rows = slice(i * stride, i * stride + size)
            # ~ first place only: size => 1 | Every place of the window had a share.
            # ~ stride is size: i * stride => min(i * size, x.shape[2] - size)
            #     | The stride is an argument.
            # ~ window of stride: size => stride | The window's size is an argument.
            cols = slice(j * stride, j * stride + size)  # ~ first place only: size => 1
            # ~ stride is size: j * stride => min(j * size, x.shape[3] - size)
            # ~ window of stride: size => stride
            dx[:, :, rows, cols] += dout[:, :, i, j][:, :, None, None] / size**2
            # ~ overwritten | Where windows overlap, gradients add up.
            # ~ ignores dout
            # ~ not divided: dout[:, :, i, j][:, :, None, None]
            #     | Every place of the window had a share.
            # ~ divided by side: size**2 => size | How many places are in a window?
            # ~ divided by stride: size => stride
            # ~ divided by outputs: size**2 => oh * ow
            # ~ weighted by x: size**2 => size**2 / x[:, :, rows, cols]
            #     | The mean is linear: its gradient does not depend on x.
            # ~ row offset forgotten: rows => slice(0, size)
            #     | Where does window (i, j) begin in the image?
            # ~ column offset forgotten: cols => slice(0, size)
    return dx
    # ~ rest of the image missing: dx[:, :, : (oh - 1) * stride + size, : (ow - 1) * stride + size]
    #     | What do the rows at the end receive that no window reaches?
