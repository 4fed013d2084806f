"""Checkpoints: everything a training run needs to go on as if it had never stopped."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np

from nnkit.layers.module import Module
from nnkit.optim.base import Optimizer
from nnkit.train.history import History
from nnkit.validate import Array


def save(
    path: str | Path,
    net: Module,
    optimizer: Optimizer,
    rng: np.random.Generator,
    history: History,
    best: dict[str, Array] | None,
) -> None:
    """Write network, optimizer, random states, history and best weights to one .npz file.

    The file is written beside its place and moved there: an interrupted write harms nothing.
    """
    arrays = {f"net/{k}": v for k, v in net.state_dict().items()}
    arrays |= {f"optimizer/{k}": v for k, v in optimizer.state_dict().items()}
    arrays |= {f"best/{k}": v for k, v in (best or {}).items()}
    about = {
        "history": history.to_dict(),
        "generators": [g.bit_generator.state for g in _generators(net, rng)],
        "optimizer": type(optimizer).__name__,
    }
    beside = Path(f"{path}.part")
    with open(beside, "wb") as file:
        np.savez(file, about=np.array(json.dumps(about, default=np.ndarray.tolist)), **arrays)  # type: ignore[arg-type]
    os.replace(beside, path)


def load(
    path: str | Path, net: Module, optimizer: Optimizer, rng: np.random.Generator
) -> tuple[History, dict[str, Array] | None]:
    """Put a checkpoint back into net, optimizer and generators; return (history, best weights).

    ValueError when the file is not a checkpoint or belongs to another network or optimizer.
    """
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    if "about" not in arrays:
        raise ValueError(f"{Path(path).name} is not a checkpoint; expected a file that fit wrote")
    about = json.loads(str(arrays.pop("about")))
    if about["optimizer"] != type(optimizer).__name__:
        raise ValueError(
            f"the checkpoint was written with {about['optimizer']}; given "
            f"{type(optimizer).__name__}. Use that optimizer, or another checkpoint file"
        )
    generators = _generators(net, rng)
    if len(generators) != len(about["generators"]):
        raise ValueError("the checkpoint belongs to another network: its random layers differ")
    net.load_state_dict(_part(arrays, "net/"))
    optimizer.load_state_dict(_part(arrays, "optimizer/"))
    for generator, state in zip(generators, about["generators"], strict=True):
        generator.bit_generator.state = state
    return History(**about["history"]), _part(arrays, "best/") or None


def _part(arrays: dict[str, Array], prefix: str) -> dict[str, Array]:
    return {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}


def _generators(net: Module, rng: np.random.Generator) -> list[np.random.Generator]:
    found = [leaf.options.get("rng") for _, leaf in net.leaves()]
    return [rng, *(g for g in found if g is not None)]
