"""The output size of a convolution along one axis."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """With and without remainder, defaults, even kernels, a kernel that just fits."""
    yield case("m = 7, k = 3", m=7, k=3)
    yield case("m = 5, k = 5", m=5, k=5)
    yield case("m = 8, k = 3, stride 2", m=8, k=3, stride=2)
    yield case("m = 227, k = 11, stride 4", m=227, k=11, stride=4, padding=0)
    yield case("m = 9, k = 3, dilation 3, padding 1", m=9, k=3, stride=1, padding=1, dilation=3)
    for _ in range(5):
        bounds = {"k": (2, 6), "stride": (1, 5), "padding": (0, 4), "dilation": (1, 4)}
        drawn = {name: int(rng.integers(*between)) for name, between in bounds.items()}
        m = drawn["dilation"] * (drawn["k"] - 1) + 1 + int(rng.integers(0, 15))
        label = "m = {m}, k = {k}, stride {stride}, padding {padding}, dilation {dilation}"
        yield case(label.format(m=m, **drawn), m=m, **drawn)


@function(says="the output size of a convolution", group="sizes", cases=cases, kind="int")
@leads(
    "Push the kernel to the left end of the padded row. How many steps of the stride "
    "until it hits the right end?",
    "(m + 2·padding − effective size) // stride + 1, with the effective size of the "
    "dilated kernel.",
)
def conv_output_size(m, k, stride=1, padding=0, dilation=1):
    """How many windows of k taps, dilation apart, fit into m + 2·padding places, stride apart."""
    return (m + 2 * padding - dilation * (k - 1) - 1) // stride + 1
    # ~ rounded to nearest: round((m + 2 * padding - dilation * (k - 1) - 1) / stride) + 1
    #     | What happens to a window that does not fit any more?
    # ~ padding added at the end: (m - dilation * (k - 1) - 1) // stride + 1 + 2 * padding |
    #     Padding makes the input larger, and the stride holds there too.
    # ~ one missing: (m + 2 * padding - dilation * (k - 1) - 1) // stride
    #     | In how many places can a window lie that just fits?
    # ~ rounded up: -((dilation * (k - 1) + 1 - m - 2 * padding) // stride) + 1
    #     | What happens to a window that does not fit any more?
    # ~ not whole: (m + 2 * padding - dilation * (k - 1) - 1) / stride + 1
    #     | A size is a whole number.
    # ~ padded once: 2 * padding => padding | Padding is put on both sides.
    # ~ padding ignored: m + 2 * padding => m | Padding makes the input larger.
    # ~ dilation ignored: dilation * (k - 1) => k - 1 | How far does a dilated kernel reach?
    # ~ dilation times k: (m + 2 * padding - dilation * k) // stride + 1
    #     | Between k taps there are k − 1 gaps.
    # ~ stride ignored: m + 2 * padding - dilation * (k - 1) - 1 + 1
    #     | With stride 2 half of the places are left out.
    # ~ stride on everything: (m + 2 * padding - dilation * (k - 1)) // stride
    #     | The first window costs no step.
    # ~ kernel not subtracted: (m + 2 * padding - 1) // stride + 1
    #     | The last window has to fit whole.
    # ~ one place too many: (m + 2 * padding - dilation * (k - 1)) // stride + 1
    #     | In how many places can a window lie that just fits?
    # ~ last place not counted: -((dilation * (k - 1) + 1 - m - 2 * padding) // stride)
    #     | A range ends before its end: does the last window count?
