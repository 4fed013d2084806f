"""The training loop: mini-batches forward, backward, step; history, validation, early stopping."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

import nnkit.functional as F
from nnkit.data import minibatches
from nnkit.layers.module import Module
from nnkit.optim.base import Optimizer
from nnkit.train import checkpoints
from nnkit.train.checks import LossPair, check_parts, examples
from nnkit.train.history import History
from nnkit.validate import Array, integer, number

Metric = Callable[[Array, Array], float]
CROSS_ENTROPY: LossPair = (F.cross_entropy_forward, F.cross_entropy_backward)


def fit(
    net: Module,
    x: Any,
    y: Any,
    *,
    optimizer: Optimizer,
    loss: LossPair = CROSS_ENTROPY,
    epochs: int,
    batch_size: int = 32,
    rng: np.random.Generator,
    validation: tuple[Any, Any] | None = None,
    metric: Metric | None = None,
    schedule: Callable[[int], float] | None = None,
    clip: float | None = None,
    patience: int | None = None,
    restore_best: bool = False,
    checkpoint: str | Path | None = None,
    callback: Callable[[int, Module, History], None] | None = None,
    progress: bool = True,
) -> History:
    """Train net on (x, y) and return the history, one entry an epoch.

    x (N, ...), y (N, ...); loss is a pair forward(scores, y) -> (loss, cache), backward(cache) ->
    dscores; metric(scores, y) -> number. The train values are means over the epoch's batches, in
    training mode. schedule(epoch) sets the learning rate, clip bounds the gradients' global norm.
    patience ends the run after that many epochs without a better watched loss (validation where
    given, else training); restore_best brings the best epoch's weights back. checkpoint names an
    .npz file, written after every epoch; when it exists, the run continues from it as if it had
    never stopped. callback(epoch, net, history) is called after every epoch. Ctrl-C ends training
    and returns the history so far. The progress bar is written to stdout; TQDM_DISABLE=1 or
    progress=False silences it. ValueError for data or settings that do not fit.
    """
    check_parts(net, optimizer, loss, rng)
    for function, name in ((metric, "metric"), (schedule, "schedule"), (callback, "callback")):
        if function is not None and not callable(function):
            raise ValueError(f"{name} is {function!r}; expected a function or None")
    x, y = examples(net, x, y, "x", "y")
    if validation is not None:
        if not isinstance(validation, (tuple, list)) or len(validation) != 2:
            raise ValueError(f"validation is {type(validation).__name__}; expected a pair (x, y)")
        validation = examples(net, *validation, "validation x", "validation y")
    epochs = integer(epochs, "epochs", least=0)
    batch_size = integer(batch_size, "batch_size", least=1)
    if patience is not None:
        patience = integer(patience, "patience", least=1)
    if clip is not None:
        clip = number(clip, "clip", above=0.0)

    history, best = History(), None
    if checkpoint is not None and Path(checkpoint).exists():
        history, best = checkpoints.load(checkpoint, net, optimizer, rng)
        history.interrupted = False
    silent = not progress or os.environ.get("TQDM_DISABLE", "0") not in ("", "0")
    bar = tqdm(total=epochs, initial=history.epochs, file=sys.stdout, disable=silent, unit="epoch")
    try:
        while history.epochs < epochs and not history.stopped_early:
            epoch = history.epochs
            if schedule is not None:
                optimizer.lr = schedule(epoch)
            train = _train_epoch(net, x, y, optimizer, loss, metric, batch_size, rng, clip)
            val = None
            if validation is not None:
                val = evaluate(net, *validation, loss=loss, metric=metric)
            _record(history, optimizer.lr, train, val)
            if _is_best(history):
                history.best_epoch = epoch
                best = net.state_dict() if restore_best else None
            if patience is not None and epoch - history.best_epoch >= patience:
                history.stopped_early = True
            if checkpoint is not None:
                checkpoints.save(checkpoint, net, optimizer, rng, history, best)
            bar.set_postfix_str(_postfix(history), refresh=False)
            bar.update()
            if callback is not None:
                callback(epoch, net, history)
    except KeyboardInterrupt:
        history.interrupted = True
    finally:
        bar.close()
    if restore_best and best is not None:
        net.load_state_dict(best)
    return history


def evaluate(
    net: Module,
    x: Any,
    y: Any,
    *,
    loss: LossPair = CROSS_ENTROPY,
    metric: Metric | None = None,
    batch_size: int = 256,
) -> tuple[float, float | None]:
    """Return (loss, metric) over (x, y) in test mode; the mode is put back afterwards."""
    x, y = examples(net, x, y, "x", "y")
    batch_size = integer(batch_size, "batch_size", least=1)
    with net.test_mode():
        scores = np.concatenate([net(x[i : i + batch_size]) for i in range(0, len(x), batch_size)])
    value, _ = loss[0](scores, y)
    return float(value), None if metric is None else float(metric(scores, y))


def _train_epoch(
    net: Module,
    x: Array,
    y: Array,
    optimizer: Optimizer,
    loss: LossPair,
    metric: Metric | None,
    batch_size: int,
    rng: np.random.Generator,
    clip: float | None,
) -> tuple[float, float | None]:
    forward, backward = loss
    net.train()
    total = measured = 0.0
    for xb, yb in minibatches(x, y, batch_size, rng):
        scores = net(xb)
        value, cache = forward(scores, yb)
        net.backward(backward(cache), need_dx=False)
        optimizer.step(clip)
        total += value * len(xb)
        if metric is not None:
            measured += metric(scores, yb) * len(xb)
    return total / len(x), None if metric is None else measured / len(x)


def _record(
    history: History,
    lr: float,
    train: tuple[float, float | None],
    val: tuple[float, float | None] | None,
) -> None:
    history.lr.append(lr)
    history.train_loss.append(float(train[0]))
    if train[1] is not None:
        history.train_metric.append(float(train[1]))
    if val is not None:
        history.val_loss.append(val[0])
        if val[1] is not None:
            history.val_metric.append(val[1])


def _is_best(history: History) -> bool:
    if history.best_epoch < 0:
        return True
    last, best = history.watched()[-1], history.watched()[history.best_epoch]
    return last < best or (math.isnan(best) and not math.isnan(last))


def _postfix(history: History) -> str:
    shown = [("loss", history.train_loss), ("val", history.val_loss)]
    shown += [("metric", history.val_metric or history.train_metric)]
    return ", ".join(f"{name} {values[-1]:.4f}" for name, values in shown if values)
