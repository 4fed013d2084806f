"""What all layers share, and `Layer`, which lifts any forward/backward pair into one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np

from nnkit.layers import state, table
from nnkit.validate import Array, describe, floats

NOT_CALLED = object()


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

    def astype(self, dtype: Any) -> Self:
        """Convert parameters and running statistics to float32 or float64 and return self."""
        if np.dtype(dtype) not in (np.dtype(np.float32), np.dtype(np.float64)):
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


class Layer(Module):
    """A forward/backward pair with its parameters.

    forward(x, *params, **options) -> (out, cache) and backward(dout, cache) -> dx or (dx, *dparams)
    with the gradients in the order of the parameters. Two options have a meaning: `train` is set
    to the layer's mode at each call; when `state` is there, forward returns (out, cache, state_new)
    and the layer keeps the new state. Parameters are copied, so that training changes no array of
    the caller. A backward with an argument need_dx is told when dx is not needed.
    """

    def __init__(
        self,
        forward: Callable[..., Any],
        backward: Callable[..., Any],
        *,
        options: Mapping[str, Any] | None = None,
        **params: Any,
    ) -> None:
        self._forward, self._backward = forward, backward
        self.options: dict[str, Any] = dict(options or {})
        self.params: dict[str, Array] = {k: floats(v, k).copy() for k, v in params.items()}
        self.grads: dict[str, Array] = {k: np.zeros_like(v) for k, v in self.params.items()}
        self.buffers: dict[str, Array] = {}
        if isinstance(self.options.get("state"), Mapping):
            self.buffers = {k: np.array(v) for k, v in self.options["state"].items()}
        self._cache: Any = NOT_CALLED
        self._skips_dx = _has_argument(backward, "need_dx")

    def leaves(self, prefix: str = "") -> Iterator[tuple[str, Layer]]:
        """Yield the layer itself."""
        yield prefix, self

    def __call__(self, x: Any) -> Array:
        """Return forward's output for a batch x and keep its cache."""
        options = self.options
        if not options:
            out, self._cache = self._forward(x, *self.params.values())
            return out
        if "train" in options:
            options["train"] = self.training
        if "state" not in options:
            out, self._cache = self._forward(x, *self.params.values(), **options)
            return out
        options["state"] = self.buffers or None
        out, self._cache, self.buffers = self._forward(x, *self.params.values(), **options)
        return out

    def backward(self, dout: Any, *, need_dx: bool = True) -> Any:
        """Return dx and store the gradients of the parameters in grads (replacing the last ones).

        RuntimeError before the first call; ValueError when backward returns another number of
        gradients or another shape than its parameter's.
        """
        if self._cache is NOT_CALLED:
            raise RuntimeError(f"{self.name}: backward before forward; call the layer first")
        if self._skips_dx:
            result = self._backward(dout, self._cache, need_dx=need_dx)
        else:
            result = self._backward(dout, self._cache)
        if type(result) is not tuple:
            result = tuple(result) if isinstance(result, (tuple, list)) else (result,)
        if len(result) != len(self.params) + 1:
            expected = ", ".join(["dx"] + [f"d{key}" for key in self.params])
            raise ValueError(
                f"{self.name}: backward returned {len(result)} gradients; expected "
                f"{len(self.params) + 1}: {expected}"
            )
        for i, (key, param) in enumerate(self.params.items(), start=1):
            grad = result[i]
            if type(grad) is not np.ndarray:
                grad = np.asarray(grad)
            if grad.shape != param.shape:
                raise ValueError(
                    f"{self.name}: backward returned d{key} of shape {describe(grad.shape)}; "
                    f"expected {describe(param.shape)}, the shape of {key}"
                )
            self.grads[key] = grad
        return result[0]

    @property
    def name(self) -> str:
        """The class's name; for a lifted pair the name of its forward function."""
        if type(self) is not Layer:
            return type(self).__name__
        return getattr(self._forward, "__name__", "Layer").removesuffix("_forward")

    def extra(self) -> str:
        """Return the sizes to print after the name; here those of the parameters."""
        return ", ".join(f"{k} {describe(v.shape)}" for k, v in self.params.items())


def _has_argument(function: Callable[..., Any], name: str) -> bool:
    try:
        return name in inspect.signature(function).parameters
    except (TypeError, ValueError):  # some built-in functions have no signature
        return False
