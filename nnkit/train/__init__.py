"""Training: the loop, its history and its checkpoints."""

from nnkit.train.history import History
from nnkit.train.loop import evaluate, fit
