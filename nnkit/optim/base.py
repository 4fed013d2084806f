"""What all optimizers share: one flat vector of all parameters, updated in place.

The parameters of a network are moved into one vector and the layers keep views of it, so a step is
a few NumPy calls however many layers there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nnkit.layers.module import Module
from nnkit.optim.flat_parameters import FlatParameters
from nnkit.validate import Array, number

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
        """Return the learning rate."""
        return self._lr

    @lr.setter
    def lr(self, value: float) -> None:
        self._lr = number(value, "lr", least=0.0)

    def updates(self, net: Module) -> bool:
        """Return whether a step changes any parameter of `net`."""
        mine = {id(leaf) for _, leaf in self.net.leaves() if leaf.params}
        return any(id(leaf) in mine for _, leaf in net.leaves())

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
