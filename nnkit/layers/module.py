"""What layers and containers share: parameters by name, modes, saving, printing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from nnkit.layers import state, table
from nnkit.validate import Array

if TYPE_CHECKING:
    from nnkit.layers.base import Layer


class Module:
    """The common part of layers and containers: parameters by name, modes, saving, printing."""

    training: bool = True

    def children(self) -> dict[str, Module]:
        """Return the parts by name; a single layer has none."""
        return {}

    def __call__(self, x: Any) -> Array:
        """Return the output for a batch x and remember what backward needs."""
        raise NotImplementedError

    def backward(self, dout: Any, *, need_dx: bool = True) -> Any:
        """Return dx for the last call and fill the gradients; None where need_dx is False."""
        raise NotImplementedError

    def leaves(self, prefix: str = "") -> Iterator[tuple[str, Layer]]:
        """Yield every single layer with its dotted name, in order."""
        for name, child in self.children().items():
            yield from child.leaves(f"{prefix}{name}.")

    def parameters(self) -> dict[str, Array]:
        """Return the live parameter arrays by name ("0.w"); the optimizer updates them in place."""
        return {
            f"{prefix}{key}": value
            for prefix, leaf in self.leaves()
            for key, value in leaf.params.items()
        }

    def gradients(self) -> dict[str, Array]:
        """Return the gradients of the last backward under the same names; zeros before it."""
        return {
            f"{prefix}{key}": value
            for prefix, leaf in self.leaves()
            for key, value in leaf.grads.items()
        }

    def train(self, mode: bool = True) -> Self:
        """Switch to training behavior (dropout on, batch statistics) and return self."""
        self.training = mode
        for child in self.children().values():
            child.train(mode)
        return self

    def eval(self) -> Self:
        """Switch to test behavior (dropout off, running statistics) and return self."""
        return self.train(False)

    @contextmanager
    def test_mode(self) -> Iterator[None]:
        """Behave as in a test inside a with block; afterwards every layer has its mode back."""
        modes = [(module, module.training) for module in (self, *(m for _, m in self.leaves()))]
        self.eval()
        try:
            yield
        finally:
            for module, mode in modes:
                module.training = mode

    def astype(self, dtype: Any) -> Self:
        """Convert parameters and running statistics to float32 or float64 and return self."""
        if dtype not in (np.float32, np.float64, float, "float32", "float64"):
            raise ValueError(f"dtype is {dtype}; expected float32 or float64")
        for _, leaf in self.leaves():
            for arrays in (leaf.params, leaf.grads, leaf.buffers):
                arrays.update({k: v.astype(dtype) for k, v in arrays.items()})
        return self

    def state_dict(self) -> dict[str, Array]:
        """Return copies of parameters and running statistics by name."""
        return state.state_dict(self)

    def load_state_dict(self, values: Mapping[str, Any]) -> None:
        """Copy in what state_dict returned; ValueError for missing, unknown or misshapen entries."""
        state.load_state_dict(self, values)

    def save(self, path: str | Path) -> None:
        """Write the state dict to an .npz file."""
        state.save(self, path)

    def load(self, path: str | Path) -> None:
        """Read the state dict from an .npz file that save wrote."""
        state.load(self, path)

    def summary(self, input_shape: tuple[int, ...]) -> str:
        """Return a table of layers, output shapes and parameter counts.

        input_shape is the shape of ONE example. One example of zeros is sent through in test mode.
        """
        return table.summary(self, input_shape)

    def __repr__(self) -> str:
        return table.describe_module(self)
