"""Optimizers: one flat vector of all parameters, updated in place.

The parameters of a network are moved into one vector and the layers keep views of it, so a step is
a few NumPy calls however many layers there are. Sources: Polyak 1964 (momentum), Nesterov 1983 in
the form of Sutskever et al. 2013, Hinton's lecture 6e (RMSProp), Kingma and Ba 2015 (Adam),
Loshchilov and Hutter 2019 (AdamW).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nnkit.clipping import clip_grad_norm
from nnkit.flat import FlatParameters
from nnkit.layers.module import Module
from nnkit.schedules import constant, cosine, exponential, step_decay, warmup
from nnkit.validate import Array, number

__all__ = [
    "SGD",
    "Adam",
    "AdamW",
    "Optimizer",
    "RMSProp",
    "clip_grad_norm",
    "constant",
    "cosine",
    "exponential",
    "step_decay",
    "warmup",
]

BLOCK = 16_384  # numbers a block: parameters, gradient and moments of one block fit in cache


class Optimizer:
    """The common part: step() reads the gradients of the last backward and updates the network.

    lr may be set at any time. `slots` are the vectors an optimizer remembers, by name.
    """

    slots: tuple[str, ...] = ()

    def __init__(self, net: Module, lr: float, weight_decay: float = 0.0) -> None:
        if not isinstance(net, Module):
            raise ValueError(f"net is {type(net).__name__}; expected a layer or a network")
        self.net = net
        self.lr = lr
        self.weight_decay = number(weight_decay, "weight_decay", least=0.0)
        self.steps = 0
        self._flat = FlatParameters(net)
        self._dtype = self._flat.values.dtype
        self._memory = {slot: np.zeros_like(self._flat.values) for slot in self.slots}

    @property
    def lr(self) -> float:
        """The learning rate."""
        return self._lr

    @lr.setter
    def lr(self, value: float) -> None:
        self._lr = number(value, "lr", least=0.0)

    def step(self, clip: float | None = None) -> float | None:
        """Update all parameters once; with clip, scale the gradients to that global norm first.

        Returns the norm before clipping, or None without clip.
        """
        values, grads = self._flat.gather()
        if values.dtype != self._dtype:
            self._memory = {k: v.astype(values.dtype) for k, v in self._memory.items()}
            self._dtype = values.dtype
        self.steps += 1
        norm = None
        if clip is not None:
            clip = number(clip, "clip", above=0.0)
            norm = float(np.sqrt(grads @ grads))
            if norm > clip:
                grads *= clip / norm
        memory = self._memory.values()
        if values.size <= BLOCK:
            self._update(values, grads, *memory)
            return norm
        for i in range(0, values.size, BLOCK):
            part = slice(i, i + BLOCK)
            self._update(values[part], grads[part], *[m[part] for m in memory])
        return norm

    def _update(self, w: Array, g: Array, *memory: Array) -> None:
        """Change w (and memory) in place; g may be used as work space."""
        raise NotImplementedError

    def state_dict(self) -> dict[str, Array]:
        """Return copies of what the optimizer remembers: its vectors, step count and lr."""
        state = {slot: vector.copy() for slot, vector in self._memory.items()}
        return {**state, "steps": np.array(self.steps), "lr": np.array(self.lr)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from what state_dict returned; ValueError when it does not fit."""
        expected = {*self.slots, "steps", "lr"}
        if set(state) != expected:
            raise ValueError(f"the state has {sorted(state)}; expected {sorted(expected)}")
        for slot, vector in self._memory.items():
            if np.shape(state[slot]) != vector.shape:
                raise ValueError(
                    f"{slot} has shape {np.shape(state[slot])}; expected {vector.shape}"
                )
        for slot, vector in self._memory.items():
            vector[...] = state[slot]
        self.steps, self.lr = int(state["steps"]), float(state["lr"])

    def __repr__(self) -> str:
        return f"{type(self).__name__}(lr={self.lr:g}, {self._flat.values.size:,} parameters)"


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
