"""Activation layers: the pairs of nnkit.functional.activations as layers."""

from __future__ import annotations

import numpy as np

import nnkit.functional as F
from nnkit.layers.layer import Layer
from nnkit.validate import integer, number


class ReLU(Layer):
    """max(0, x)."""

    def __init__(self) -> None:
        super().__init__(F.relu_forward, F.relu_backward)


class Tanh(Layer):
    """tanh(x)."""

    def __init__(self) -> None:
        super().__init__(F.tanh_forward, F.tanh_backward)


class Logistic(Layer):
    """1 / (1 + exp(-x))."""

    def __init__(self) -> None:
        super().__init__(F.logistic_forward, F.logistic_backward)


class Softplus(Layer):
    """log(1 + exp(x))."""

    def __init__(self) -> None:
        super().__init__(F.softplus_forward, F.softplus_backward)


class Softmax(Layer):
    """Softmax of the last axis; for training use scores and F.cross_entropy, which needs none."""

    def __init__(self) -> None:
        super().__init__(F.softmax_forward, F.softmax_backward)


class LogSoftmax(Layer):
    """The logarithm of softmax, of the last axis."""

    def __init__(self) -> None:
        super().__init__(F.log_softmax_forward, F.log_softmax_backward)


class LeakyReLU(Layer):
    """x where x > 0, else slope * x."""

    def __init__(self, slope: float = 0.01) -> None:
        options = {"slope": number(slope, "slope")}
        super().__init__(F.leaky_relu_forward, F.leaky_relu_backward, options=options)

    def extra(self) -> str:
        """Return the slope."""
        return f"{self.options['slope']:g}"


class PReLU(Layer):
    """x where x > 0, else a * x with a slope learned for each channel (axis 1)."""

    def __init__(self, channels: int, a: float = 0.25) -> None:
        slopes = np.full(integer(channels, "channels", least=1), number(a, "a"))
        super().__init__(F.prelu_forward, F.prelu_backward, a=slopes)


class ELU(Layer):
    """x where x > 0, else alpha * (exp(x) - 1)."""

    def __init__(self, alpha: float = 1.0) -> None:
        options = {"alpha": number(alpha, "alpha")}
        super().__init__(F.elu_forward, F.elu_backward, options=options)

    def extra(self) -> str:
        """Return alpha."""
        return f"{self.options['alpha']:g}"


class Swish(Layer):
    """x * logistic(beta * x)."""

    def __init__(self, beta: float = 1.0) -> None:
        options = {"beta": number(beta, "beta")}
        super().__init__(F.swish_forward, F.swish_backward, options=options)

    def extra(self) -> str:
        """Return beta."""
        return f"{self.options['beta']:g}"


class GELU(Layer):
    """x * Phi(x); approximate "none" (exact), "tanh" or "logistic"."""

    def __init__(self, approximate: str = "none") -> None:
        F.gelu_forward(np.zeros(0), approximate)  # an unknown name is refused here, not in training
        options = {"approximate": approximate}
        super().__init__(F.gelu_forward, F.gelu_backward, options=options)

    def extra(self) -> str:
        """Return the approximation, if any."""
        return "" if self.options["approximate"] == "none" else self.options["approximate"]
