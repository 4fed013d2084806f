"""Optimizers: w is all parameters in one vector, g their gradient.

Sources: Polyak 1964 (momentum), Nesterov 1983 in the form of Sutskever et al. 2013, Hinton's
lecture 6e (RMSProp), Kingma and Ba 2015 (Adam), Loshchilov and Hutter 2019 (AdamW).
"""

from __future__ import annotations

import numpy as np

from nnkit.layers.module import Module
from nnkit.optim.base import Optimizer
from nnkit.validate import Array, number


class SGD(Optimizer):
    """w - lr g, or with momentum v = momentum v + g, w - lr v (Nesterov: w - lr (g + momentum v)).

    weight_decay adds weight_decay * w to the gradient.
    """

    slots = ("velocity",)

    def __init__(
        self,
        net: Module,
        lr: float,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        self.momentum = number(momentum, "momentum", least=0.0, most=1.0)
        if nesterov and self.momentum == 0.0:
            raise ValueError("nesterov=True with momentum 0; expected a momentum above 0")
        self.nesterov = nesterov
        super().__init__(net, lr, weight_decay)

    def _update(self, w: Array, g: Array, *memory: Array) -> None:
        if self.weight_decay:
            g += self.weight_decay * w
        if self.momentum:
            (v,) = memory
            v *= self.momentum
            v += g
            g = g + self.momentum * v if self.nesterov else v
        w -= self.lr * g


class RMSProp(Optimizer):
    """w - lr g / (sqrt(s) + eps) with s = rho s + (1 - rho) g²."""

    slots = ("square",)

    def __init__(
        self, net: Module, lr: float, rho: float = 0.9, eps: float = 1e-8, weight_decay: float = 0.0
    ) -> None:
        self.rho = number(rho, "rho", least=0.0, most=1.0)
        self.eps = number(eps, "eps", above=0.0)
        super().__init__(net, lr, weight_decay)

    def _update(self, w: Array, g: Array, *memory: Array) -> None:
        (s,) = memory
        if self.weight_decay:
            g += self.weight_decay * w
        s *= self.rho
        s += (1.0 - self.rho) * g * g
        root = np.sqrt(s)
        root += self.eps
        g /= root
        g *= self.lr
        w -= g


class Adam(Optimizer):
    """w - lr m̂ / (sqrt(v̂) + eps), m and v running means of g and g², corrected for their start.

    weight_decay adds weight_decay * w to the gradient.
    """

    slots = ("mean", "square")

    def __init__(
        self,
        net: Module,
        lr: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        self.beta1 = number(beta1, "beta1", least=0.0, most=1.0 - 1e-12)
        self.beta2 = number(beta2, "beta2", least=0.0, most=1.0 - 1e-12)
        self.eps = number(eps, "eps", above=0.0)
        super().__init__(net, lr, weight_decay)

    def _update(self, w: Array, g: Array, *memory: Array) -> None:
        if self.weight_decay:
            g += self.weight_decay * w
        self._adam(w, g, *memory)

    def _adam(self, w: Array, g: Array, m: Array, v: Array) -> None:
        # m and v are kept without their factors (1 - beta), and the corrections of the start are
        # the same for all entries: all these become two numbers, and five passes are saved.
        c1, c2 = 1.0 - self.beta1**self.steps, 1.0 - self.beta2**self.steps
        root = (c2 / (1.0 - self.beta2)) ** 0.5
        m *= self.beta1
        m += g
        np.multiply(g, g, out=g)
        v *= self.beta2
        v += g
        np.sqrt(v, out=g)
        g += self.eps * root
        np.divide(m, g, out=g)
        g *= self.lr * root * (1.0 - self.beta1) / c1
        w -= g


class AdamW(Adam):
    """Adam whose weight decay shrinks w directly: w (1 - lr weight_decay), then Adam's step."""

    def __init__(
        self,
        net: Module,
        lr: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(net, lr, beta1, beta2, eps, weight_decay)

    def _update(self, w: Array, g: Array, *memory: Array) -> None:
        w *= 1.0 - self.lr * self.weight_decay
        self._adam(w, g, *memory)
