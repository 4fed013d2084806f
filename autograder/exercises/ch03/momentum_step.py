"""One step with momentum: the velocity is a sum of old gradients that fades by mu."""

import numpy as np

from autograder.checking.kinds import leads
from autograder.exercises.ch03.optimizer_trial import optimizer


@optimizer(says="one step with momentum", options=[{"mu": 0.9}, {"mu": 0.4}, {}])
@leads(
    "A ball keeps part of its velocity, and the slope adds to it.",
    "v ← mu·v + dw, then a step of lr against v; v starts at 0 and travels in the state.",
)
def momentum_step(w, dw, state, lr, mu=0.9):
    # ~ default mu: mu=0.9 => mu=0.99 | Look at the default values in the signature.
    """v = mu·v + dw, then w - lr·v."""
    v = state["v"] if state else np.zeros_like(w)
    # ~ state reset: np.zeros_like(w) | What one step learns the next has to know: look at the state
    #     you return, and at the vector your step follows.
    # ~ state shared: momentum_step.v if state and momentum_step.v.shape == w.shape else
    #     np.zeros_like(w) | Every parameter has a state of its own, which travels through the
    #     arguments and nowhere else.
    # ~ first step damped: np.zeros_like(w) => -dw
    #     | Before the first step nothing has been collected. What is the running value then?
    # ~ starts from gradient: np.zeros_like(w) => dw
    v = mu * v + dw
    # ~ velocity averaged: dw => (1.0 - mu) * dw
    #     | This velocity is a sum of old gradients, not their average.
    # ~ momentum on gradient: v + mu * dw
    #     | Which of the two is damped by mu: the old velocity or the new gradient?
    # ~ old velocity subtracted: dw - mu * v | The ball keeps rolling the way it was going.
    # ~ undamped: v + dw | Without friction the velocity grows and grows.
    # ~ mu fixed: mu => 0.9 | mu is an argument; compare a call with another mu.
    # ~ lr in velocity: dw => lr * dw
    #     | lr may change: does an old gradient keep its old lr, or get the new one?
    # ~ state shared: ...; momentum_step.v = v
    # ~ state changed in place: v *= mu; v += dw
    #     | The state that was passed in has to stay as it was; return a new one.
    # ~ w changed in place: ...; w -= lr * v; return w, {"v": v}
    #     | The step returns new weights; the old ones belong to the caller.
    return w - lr * v, {"v": v}  # ~ sign: w + lr * v, {"v": v} | Downhill is against the gradient.
    # ~ nesterov for momentum: lr * v => lr * (dw + mu * v)
    #     | This step looks ahead; the plain one follows the velocity.
    # ~ lr fixed: lr => 0.1 | lr may change from step to step. Which one does your step use?
    # ~ lr in velocity: lr * v => v
    # ~ state shared: {"v": v} => {"v": None}
    # ~ first two exchanged
    # ~ first step not kept: {"v": v} => {"v": v if state else np.zeros_like(w)}
    #     | The first step has a velocity too: what does the second one find in the state?
