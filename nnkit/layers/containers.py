"""Ways to put layers together: one after the other, around a shortcut, step by step."""

from __future__ import annotations

from typing import Any

from nnkit.layers.module import Module
from nnkit.validate import Array, describe, floats, upstream


class Sequential(Module):
    """Layers one after the other. net[i] is a layer, net[i:j] a network of the same layers."""

    def __init__(self, *layers: Module) -> None:
        self.layers: tuple[Module, ...] = layers
        check_parts(self)
        # The first layers without parameters have nothing to learn: backward may stop before them.
        self._first = next((i for i, layer in enumerate(layers) if layer.parameters()), len(layers))

    def children(self) -> dict[str, Module]:
        """Return the layers by position."""
        return {str(i): layer for i, layer in enumerate(self.layers)}

    def __call__(self, x: Any) -> Array:
        """Return the last layer's output for a batch x."""
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, dout: Any, *, need_dx: bool = True) -> Any:
        """Return dx and fill all gradients; with need_dx=False the first layer skips its dx."""
        stop = 0 if need_dx else self._first
        for i in range(len(self.layers) - 1, stop - 1, -1):
            dout = self.layers[i].backward(dout, need_dx=need_dx or i > stop)
        return dout if need_dx else None

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, index: int | slice) -> Any:
        chosen = self.layers[index]
        return Sequential(*chosen) if isinstance(chosen, tuple) else chosen


class Residual(Module):
    """body(x) + shortcut(x); without a shortcut x itself is added.

    ValueError when the two sums differ in shape. No activation follows: put one after it.
    """

    def __init__(self, body: Module, shortcut: Module | None = None) -> None:
        self.body, self.shortcut = body, shortcut
        check_parts(self)

    def children(self) -> dict[str, Module]:
        """Return body and, if there is one, shortcut."""
        both = {"body": self.body}
        return both if self.shortcut is None else {**both, "shortcut": self.shortcut}

    def __call__(self, x: Any) -> Array:
        """Return body(x) + shortcut(x)."""
        f = self.body(x)
        s = floats(x, "x") if self.shortcut is None else self.shortcut(x)
        if f.shape != s.shape:
            raise ValueError(
                f"the shortcut has shape {describe(s.shape)}; expected {describe(f.shape)}, "
                "the shape of the body's output (a shortcut layer can change it)"
            )
        return f + s

    def backward(self, dout: Any, *, need_dx: bool = True) -> Any:
        """Return dx: the gradients of both ways add up."""
        dx = self.body.backward(dout, need_dx=need_dx)
        ds = dout if self.shortcut is None else self.shortcut.backward(dout, need_dx=need_dx)
        return dx + ds if need_dx else None


class PerStep(Module):
    """Apply a layer to every step of a sequence: (N, T, ...) is seen as (N * T, ...)."""

    def __init__(self, layer: Module) -> None:
        self.layer = layer
        check_parts(self)
        self._steps: tuple[int, int] = (0, 0)
        self._shape: tuple[int, ...] = ()

    def children(self) -> dict[str, Module]:
        """Return the layer."""
        return {"step": self.layer}

    def __call__(self, x: Any) -> Array:
        """Return the outputs of all steps, (N, T, ...)."""
        x = floats(x, "x", ("N", "T", "D", "..."))
        self._steps = x.shape[:2]
        out = self.layer(x.reshape(-1, *x.shape[2:]))
        self._shape = (*self._steps, *out.shape[1:])
        return out.reshape(self._shape)

    def backward(self, dout: Any, *, need_dx: bool = True) -> Any:
        """Return dx (N, T, ...)."""
        dout = upstream(dout, self._shape)
        dx = self.layer.backward(dout.reshape(-1, *dout.shape[2:]), need_dx=need_dx)
        return dx.reshape(*self._steps, *dx.shape[1:]) if need_dx else None


def check_parts(module: Module) -> None:
    """Raise ValueError when a part is not a layer, or one layer stands at two places."""
    for name, part in module.children().items():
        if not isinstance(part, Module):
            raise ValueError(
                f"layer {name} is {type(part).__name__}; expected a layer "
                "(Layer(forward, backward, ...) makes one from two functions)"
            )
    # A layer keeps one cache and one set of gradients: used twice, the second use would win.
    names: dict[int, str] = {}
    for name, leaf in module.leaves():
        first = names.setdefault(id(leaf), name)
        if first != name:
            raise ValueError(
                f"the same {leaf.name} stands at {first.rstrip('.')} and {name.rstrip('.')}; "
                "give each place a layer of its own"
            )
