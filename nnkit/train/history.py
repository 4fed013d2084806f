"""What happened in training: one number an epoch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class History:
    """Curves of a training run, one entry an epoch; val_ lists stay empty without validation.

    best_epoch counts from 0 (-1: none finished). interrupted: Ctrl-C ended the run; stopped_early:
    patience did.
    """

    train_loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    train_metric: list[float] = field(default_factory=list)
    val_metric: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)
    best_epoch: int = -1
    interrupted: bool = False
    stopped_early: bool = False

    @property
    def epochs(self) -> int:
        """Return the number of finished epochs."""
        return len(self.train_loss)

    def watched(self) -> list[float]:
        """Return the curve that decides which epoch is best: validation loss where there is one."""
        return self.val_loss or self.train_loss

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain lists and numbers."""
        return asdict(self)
