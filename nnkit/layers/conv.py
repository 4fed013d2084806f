"""Convolution and pooling layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import nnkit.functional as F
from nnkit import init as inits
from nnkit.layers.base import Layer
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
        usual = {"stride": 1, "padding": 0, "dilation": 1}
        rest = [f"{k} {v}" for k, v in self.options.items() if v != usual[k]]
        return ", ".join([f"{c}, {f}", f"{kh}×{kw}", *rest])


class _Pool2d(Layer):
    def __init__(
        self, forward_backward: tuple[Callable[..., Any], ...], size: Size, stride: Size | None
    ) -> None:
        pair(size, "size", least=1)
        pair(size if stride is None else stride, "stride", least=1)
        options = {"size": size, "stride": size if stride is None else stride}
        super().__init__(*forward_backward, options=options)

    def extra(self) -> str:
        """Return the size, and the stride where it differs."""
        size, stride = self.options["size"], self.options["stride"]
        return f"{size}" if stride == size else f"{size}, stride {stride}"


class MaxPool2d(_Pool2d):
    """The maximum of every window; stride is the size unless given."""

    def __init__(self, size: Size, stride: Size | None = None) -> None:
        super().__init__((F.max_pool2d_forward, F.max_pool2d_backward), size, stride)


class AvgPool2d(_Pool2d):
    """The average of every window; stride is the size unless given."""

    def __init__(self, size: Size, stride: Size | None = None) -> None:
        super().__init__((F.avg_pool2d_forward, F.avg_pool2d_backward), size, stride)


class GlobalAvgPool2d(Layer):
    """The average of each channel: (N, C, H, W) -> (N, C)."""

    def __init__(self) -> None:
        super().__init__(F.global_avg_pool2d_forward, F.global_avg_pool2d_backward)
