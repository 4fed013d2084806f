"""Layer, which lifts a pair of functions, forward and backward, into a part of a network."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from nnkit.layers.module import Module
from nnkit.validate import Array, describe, floats

NOT_CALLED = object()


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
