"""State dicts: copies of parameters and running statistics by name, in memory or as .npz."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nnkit.validate import Array, describe, numbers

if TYPE_CHECKING:
    from nnkit.layers.module import Module


def state_dict(module: Module) -> dict[str, Array]:
    """Return copies of all parameters and running statistics by dotted name."""
    return {name: value.copy() for name, value in _slots(module)}


def load_state_dict(module: Module, values: Mapping[str, Any]) -> None:
    """Copy values into the module; ValueError for missing, unknown or misshapen entries."""
    if not isinstance(values, Mapping):
        raise ValueError(f"the state is {type(values).__name__}; expected a dict of arrays by name")
    slots = dict(_slots(module))
    missing, unknown = sorted(slots.keys() - values.keys()), sorted(values.keys() - slots.keys())
    if missing or unknown:
        raise ValueError(
            f"the state does not fit this network: missing {missing or 'nothing'}, "
            f"unknown {unknown or 'nothing'}"
        )
    arrays = {name: numbers(values[name], name) for name in slots}
    for name, slot in slots.items():  # all are checked before the first is written
        if arrays[name].shape != slot.shape:
            raise ValueError(
                f"{name} has shape {describe(arrays[name].shape)}; expected {describe(slot.shape)}"
            )
    for prefix, leaf in module.leaves():
        for key, param in leaf.params.items():
            param[...] = arrays[f"{prefix}{key}"]
        leaf.buffers = {k: arrays[f"{prefix}{k}"].astype(v.dtype) for k, v in leaf.buffers.items()}


def save(module: Module, path: str | Path) -> None:
    """Write the state dict to an .npz file."""
    with open(path, "wb") as file:  # an open file, since np.savez would append .npz to a name
        np.savez(file, **state_dict(module))  # type: ignore[arg-type]


def load(module: Module, path: str | Path) -> None:
    """Read the state dict from an .npz file; no pickled objects are read."""
    with np.load(path, allow_pickle=False) as file:
        load_state_dict(module, dict(file))


def _slots(module: Module) -> list[tuple[str, Array]]:
    return [
        (f"{prefix}{key}", value)
        for prefix, leaf in module.leaves()
        for key, value in (*leaf.params.items(), *leaf.buffers.items())
    ]
