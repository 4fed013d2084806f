"""What networks are made of: Module is what all parts share, Layer lifts a pair of functions."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np

from nnkit.layers import state, table
from nnkit.validate import Array, describe, floats, size_tuple

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
        for function, role in ((forward, "forward"), (backward, "backward")):
            if not callable(function):
                raise ValueError(f"{role} is {function!r}; expected a function")
        self._forward, self._backward = forward, backward
        self.options: dict[str, Any] = dict(options or {})
        self.params: dict[str, Array] = {k: floats(v, k).copy() for k, v in params.items()}
        self.grads: dict[str, Array] = {k: np.zeros_like(v) for k, v in self.params.items()}
        self.buffers: dict[str, Array] = {}
        if isinstance(self.options.get("state"), Mapping):
            self.buffers = {k: np.array(v) for k, v in self.options["state"].items()}
        self._cache: Any = NOT_CALLED
        self._out_shape: tuple[int, ...] = ()
        self._skips_dx = _has_argument(backward, "need_dx")

    def leaves(self, prefix: str = "") -> Iterator[tuple[str, Layer]]:
        """Yield the layer itself."""
        yield prefix, self

    def __call__(self, x: Any) -> Array:
        """Return forward's output for a batch x and keep its cache.

        ValueError when forward returns something else than its output, cache and, with the option
        `state`, the new state.
        """
        options = self.options
        expected = ["out", "cache"]
        if "train" in options:
            options["train"] = self.training
        if "state" in options:
            options["state"] = self.buffers or None
            expected.append("state_new")
        result = self._forward(x, *self.params.values(), **options)
        if type(result) is not tuple or len(result) != len(expected):
            given = f"{len(result)} values" if type(result) is tuple else type(result).__name__
            raise ValueError(
                f"{self.name}: forward returned {given}; expected ({', '.join(expected)})"
            )
        if "state" in options:
            self.buffers = result[2]
        self._cache = result[1]
        self._out_shape = getattr(result[0], "shape", ())
        return result[0]

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
        dx, *grads = result if isinstance(result, (tuple, list)) else (result,)
        if len(grads) != len(self.params):
            expected = ", ".join(["dx", *(f"d{key}" for key in self.params)])
            raise ValueError(
                f"{self.name}: backward returned {1 + len(grads)} gradients; expected "
                f"{1 + len(self.params)}: {expected}"
            )
        for (key, param), grad in zip(self.params.items(), grads, strict=True):
            grad = np.asarray(grad)
            if grad.shape != param.shape:
                raise ValueError(
                    f"{self.name}: backward returned d{key} of shape {describe(grad.shape)}; "
                    f"expected {describe(param.shape)}, the shape of {key}"
                )
            self.grads[key] = grad
        return dx

    @property
    def name(self) -> str:
        """Return the class's name, or for a lifted pair the name of its forward function."""
        if type(self) is not Layer:
            return type(self).__name__
        return getattr(self._forward, "__name__", "Layer").removesuffix("_forward")

    def extra(self) -> str:
        """Return the sizes to print after the name; here those of the parameters."""
        return ", ".join(f"{k} {describe(v.shape)}" for k, v in self.params.items())

    def label(self) -> str:
        """Return name and sizes, as in Linear(4, 3)."""
        return f"{self.name}({self.extra()})"

    def size(self) -> int:
        """Return the number of parameters."""
        return sum(value.size for value in self.params.values())

    def __repr__(self) -> str:
        return self.label()


def _has_argument(function: Callable[..., Any], name: str) -> bool:
    try:
        return name in inspect.signature(function).parameters
    except (TypeError, ValueError):  # some built-in functions have no signature
        return False
