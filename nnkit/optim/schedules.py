"""Learning-rate schedules: functions of the epoch, counted from 0, for fit(schedule=...)."""

from __future__ import annotations

import math
from collections.abc import Callable

from nnkit.validate import integer, number

Schedule = Callable[[int], float]


def constant(lr: float) -> Schedule:
    """Return a schedule that always gives lr."""
    lr = number(lr, "lr", least=0.0)
    return lambda epoch: lr


def step_decay(lr: float, every: int, factor: float = 0.1) -> Schedule:
    """Return lr times factor once more after each `every` epochs."""
    lr, every = number(lr, "lr", least=0.0), integer(every, "every", least=1)
    factor = number(factor, "factor", above=0.0)
    return lambda epoch: lr * factor ** (epoch // every)


def exponential(lr: float, factor: float) -> Schedule:
    """Return lr * factor ** epoch."""
    return step_decay(lr, 1, factor)


def cosine(lr: float, epochs: int, lr_min: float = 0.0) -> Schedule:
    """Return half a cosine from lr at epoch 0 down to lr_min at `epochs` and after it.

    Source: Loshchilov and Hutter 2017.
    """
    lr, epochs = number(lr, "lr", least=0.0), integer(epochs, "epochs", least=1)
    lr_min = number(lr_min, "lr_min", least=0.0)
    return lambda epoch: (
        lr_min + 0.5 * (lr - lr_min) * (1 + math.cos(math.pi * min(epoch / epochs, 1)))
    )


def warmup(schedule: Schedule, epochs: int) -> Schedule:
    """Return `schedule` delayed by `epochs` epochs that rise evenly to its first value."""
    epochs = integer(epochs, "epochs", least=0)
    return lambda epoch: (
        schedule(0) * (epoch + 1) / (epochs + 1) if epoch < epochs else schedule(epoch - epochs)
    )
