"""Optimizers, learning-rate schedules, and clipping of gradients."""

from nnkit.optim.algorithms import SGD, Adam, AdamW, RMSProp
from nnkit.optim.base import Optimizer
from nnkit.optim.clipping import clip_grad_norm
from nnkit.optim.schedules import constant, cosine, exponential, step_decay, warmup
