"""The checks that fit and evaluate make before they start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnkit.layers.module import Module
from nnkit.optim.base import Optimizer
from nnkit.validate import Array, generator, numbers

LossPair = tuple[Callable[..., tuple[float, Any]], Callable[[Any], Array]]


def check_parts(net: Any, optimizer: Any, loss: Any, rng: Any) -> None:
    """Raise ValueError unless net, optimizer, loss and rng can be used together."""
    if not isinstance(net, Module):
        raise ValueError(f"net is {type(net).__name__}; expected a layer or a network")
    if not isinstance(optimizer, Optimizer):
        raise ValueError(
            f"optimizer is {optimizer!r}; expected one made for this network, "
            "for example optim.Adam(net, 1e-3)"
        )
    if net.parameters() and not optimizer.updates(net):
        raise ValueError("optimizer updates another network; expected one made with this net")
    if not isinstance(loss, (tuple, list)) or len(loss) != 2 or not all(map(callable, loss)):
        raise ValueError(
            "loss is not a pair; expected (forward, backward), "
            "for example (F.mse_forward, F.mse_backward)"
        )
    generator(rng)


def examples(net: Module, x: Any, y: Any, x_name: str, y_name: str) -> tuple[Array, Array]:
    """Return x (N, ...) and y (N, ...) as arrays, N at least 1, x in the network's precision."""
    x, y = numbers(x, x_name), numbers(y, y_name)
    if x.ndim == 0 or len(x) == 0:
        raise ValueError(f"{x_name} has shape {x.shape}; expected at least one example")
    if y.ndim == 0 or len(y) != len(x):
        raise ValueError(
            f"{y_name} has shape {y.shape}; expected ({len(x)}, ...), an entry for each example"
        )
    params = net.parameters()
    if x.dtype.kind == "f" and params:
        # float64 data would undo a float32 network's speed.
        x = x.astype(next(iter(params.values())).dtype, copy=False)
    return x, y
