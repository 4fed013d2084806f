"""Convolution and pooling layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import nnkit.functional as F
from nnkit import init as inits
from nnkit.layers.layer import Layer
from nnkit.validate import floats, generator, integer, pair

Size = int | tuple[int, int]


class Conv2d(Layer):
    """Filters w (F, C, KH, KW) slid over images (N, C, H, W); sizes are numbers or pairs.

    init as in Linear, with the fans of a convolution: fan_in = C KH KW, fan_out = F KH KW.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        *,
        stride: Size = 1,
        padding: Size = 0,
        dilation: Size = 1,
        rng: np.random.Generator,
        init: str | Callable[..., Any] = "he",
    ) -> None:
        c = integer(in_channels, "in_channels", least=1)
        f = integer(out_channels, "out_channels", least=1)
        shape = (f, c, *pair(kernel_size, "kernel_size", least=1))
        pair(stride, "stride", least=1)
        pair(padding, "padding", least=0)
        pair(dilation, "dilation", least=1)
        fan_in, fan_out = inits.conv_fans(shape)
        # Drawn as (fan_in, F): a matrix initializer such as orthogonal serves filters too.
        drawn = floats(inits.draw(init, fan_in, fan_out, generator(rng), (fan_in, f)), "w")
        w = np.ascontiguousarray(drawn.T).reshape(shape)
        options = {"stride": stride, "padding": padding, "dilation": dilation}
        super().__init__(
            F.conv2d_forward, F.conv2d_backward, options=options, w=w, b=np.zeros(f, w.dtype)
        )

    def extra(self) -> str:
        """Return channels, kernel and the options that are not the usual ones."""
        f, c, kh, kw = self.params["w"].shape
        return ", ".join([f"{c}, {f}", f"{kh}×{kw}", *_unusual(self.options)])


class ConvTranspose2d(Layer):
    """Filters w (C, F, KH, KW) stamped into a larger image; (N, C, H, W) -> (N, F, OH, OW).

    OH = (H - 1) stride + KH - 2 padding. w is drawn by He with fan_in = C KH KW / stride², what
    one entry of the output sees on average.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        *,
        stride: Size = 1,
        padding: Size = 0,
        rng: np.random.Generator,
    ) -> None:
        c = integer(in_channels, "in_channels", least=1)
        f = integer(out_channels, "out_channels", least=1)
        kh, kw = pair(kernel_size, "kernel_size", least=1)
        sh, sw = pair(stride, "stride", least=1)
        pair(padding, "padding", least=0)
        fan_in = max(1, c * kh * kw // (sh * sw))
        w = inits.he_normal(fan_in, f, generator(rng), (c, f, kh, kw))
        options = {"stride": stride, "padding": padding}
        pair_of_functions = F.conv2d_transpose_forward, F.conv2d_transpose_backward
        super().__init__(*pair_of_functions, options=options, w=w, b=np.zeros(f))

    def extra(self) -> str:
        """Return channels, kernel and the options that are not the usual ones."""
        c, f, kh, kw = self.params["w"].shape
        return ", ".join([f"{c}, {f}", f"{kh}×{kw}", *_unusual(self.options)])


class _Pool2d(Layer):
    def __init__(
        self,
        forward_backward: tuple[Callable[..., Any], ...],
        size: Size,
        stride: Size | None,
        padding: Size,
    ) -> None:
        stride = size if stride is None else stride
        pair(size, "size", least=1)
        pair(stride, "stride", least=1)
        pair(padding, "padding", least=0)
        options = {"size": size, "stride": stride, "padding": padding}
        super().__init__(*forward_backward, options=options)

    def extra(self) -> str:
        """Return the size, and the options that are not the usual ones."""
        size, stride, padding = self.options.values()
        rest = [f"stride {stride}"] * (stride != size) + [f"padding {padding}"] * (padding != 0)
        return ", ".join([str(size), *rest])


class MaxPool2d(_Pool2d):
    """The maximum of every window; stride is the size unless given."""

    def __init__(self, size: Size, stride: Size | None = None, padding: Size = 0) -> None:
        super().__init__((F.max_pool2d_forward, F.max_pool2d_backward), size, stride, padding)


class AvgPool2d(_Pool2d):
    """The average of every window; stride is the size unless given."""

    def __init__(self, size: Size, stride: Size | None = None, padding: Size = 0) -> None:
        super().__init__((F.avg_pool2d_forward, F.avg_pool2d_backward), size, stride, padding)


class GlobalAvgPool2d(Layer):
    """The average of each channel: (N, C, H, W) -> (N, C)."""

    def __init__(self) -> None:
        super().__init__(F.global_avg_pool2d_forward, F.global_avg_pool2d_backward)


def _unusual(options: dict[str, Any]) -> list[str]:
    usual = {"stride": 1, "padding": 0, "dilation": 1}
    return [f"{k} {v}" for k, v in options.items() if v != usual[k]]
