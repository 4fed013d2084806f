"""Module, what all parts of a network share: parameters by name, modes, saving, printing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from nnkit.layers import state, table
from nnkit.validate import Array, describe, size_tuple

if TYPE_CHECKING:
    from nnkit.layers.layer import Layer


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

    def modules(self) -> Iterator[Module]:
        """Yield this and every part of it, however deep, containers included."""
        yield self
        for child in self.children().values():
            yield from child.modules()

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
        """Behave as in a test inside a with block; afterwards each part has its own mode back."""
        modes = [(module, module.training) for module in self.modules()]
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
        return {name: value.copy() for name, value in self._slots().items()}

    def load_state_dict(self, values: Mapping[str, Any]) -> None:
        """Copy in what state_dict returned; ValueError for other names or shapes."""
        arrays = state.checked(values, self._slots())
        for prefix, leaf in self.leaves():
            for key, param in leaf.params.items():
                param[...] = arrays[f"{prefix}{key}"]
            leaf.buffers = {
                key: arrays[f"{prefix}{key}"].astype(old.dtype) for key, old in leaf.buffers.items()
            }

    def save(self, path: str | Path) -> None:
        """Write the state dict to an .npz file."""
        state.write(path, self.state_dict())

    def load(self, path: str | Path) -> None:
        """Read the state dict from an .npz file that save wrote; no pickled objects are read."""
        self.load_state_dict(state.read(path))

    def trace(self, x: Any) -> list[tuple[str, Layer, tuple[int, ...]]]:
        """Return (dotted name, layer, shape of its output) for each single layer, for a batch x.

        x is sent through in test mode. Nothing remembers it: the next backward still belongs to the
        last call before.
        """
        kept = [(module, dict(vars(module))) for module in self.modules()]
        try:
            with self.test_mode():
                self(x)
            return [(name.rstrip("."), leaf, leaf._out_shape) for name, leaf in self.leaves()]
        finally:
            for module, attributes in kept:
                vars(module).clear()
                vars(module).update(attributes)

    def summary(self, input_shape: tuple[int, ...]) -> str:
        """Return a table of layers, output shapes and parameter counts.

        input_shape is the shape of ONE example. One example of zeros is sent through in test mode.
        """
        input_shape = size_tuple(input_shape, "input_shape", "(D, ...)")
        dtypes = [value.dtype for value in self.parameters().values()]
        traced = self.trace(np.zeros((1, *input_shape), dtypes[0] if dtypes else float))
        rows = [
            (name, leaf.label(), table.batch_shape(shape), leaf.size())
            for name, leaf, shape in traced
        ]
        first = ("", "input", describe(("N", *input_shape)), None)
        return table.write(("", type(self).__name__, "output", "parameters"), [first, *rows])

    def __repr__(self) -> str:
        rows = [(name.rstrip("."), leaf.label(), leaf.size()) for name, leaf in self.leaves()]
        return table.write(("", type(self).__name__, "parameters"), rows)

    def _slots(self) -> dict[str, Array]:
        """Return the live parameters and running statistics by name."""
        return {
            f"{prefix}{key}": value
            for prefix, leaf in self.leaves()
            for key, value in (*leaf.params.items(), *leaf.buffers.items())
        }
