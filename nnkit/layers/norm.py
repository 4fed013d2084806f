"""Normalization layers: gamma starts at 1, beta at 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import nnkit.functional as F
from nnkit.layers.layer import Layer
from nnkit.validate import integer, number


class _BatchNorm(Layer):
    def __init__(
        self, pair: tuple[Callable[..., Any], ...], n: int, momentum: float, eps: float
    ) -> None:
        n = integer(n, "the number of features", least=1)
        options = {
            "state": {"running_mean": np.zeros(n), "running_var": np.ones(n)},
            "momentum": number(momentum, "momentum", least=0.0, most=1.0),
            "eps": number(eps, "eps", above=0.0),
            "train": True,
        }
        super().__init__(*pair, options=options, gamma=np.ones(n), beta=np.zeros(n))

    def extra(self) -> str:
        """Return the number of features."""
        return str(self.params["gamma"].size)


class BatchNorm1d(_BatchNorm):
    """Batch normalization of (N, n); momentum is the share of the OLD running statistics."""

    def __init__(self, n: int, *, momentum: float = 0.9, eps: float = 1e-5) -> None:
        super().__init__((F.batchnorm_forward, F.batchnorm_backward), n, momentum, eps)


class BatchNorm2d(_BatchNorm):
    """Batch normalization of each channel of (N, c, H, W)."""

    def __init__(self, c: int, *, momentum: float = 0.9, eps: float = 1e-5) -> None:
        super().__init__((F.batchnorm2d_forward, F.batchnorm2d_backward), c, momentum, eps)


class LayerNorm(Layer):
    """Normalize the last axis, of size n, of each example."""

    def __init__(self, n: int, *, eps: float = 1e-5) -> None:
        n = integer(n, "n", least=1)
        options = {"eps": number(eps, "eps", above=0.0)}
        super().__init__(
            F.layernorm_forward,
            F.layernorm_backward,
            options=options,
            gamma=np.ones(n),
            beta=np.zeros(n),
        )

    def extra(self) -> str:
        """Return the number of features."""
        return str(self.params["gamma"].size)
