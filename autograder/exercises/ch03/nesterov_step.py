"""One step with Nesterov's momentum, which looks ahead along the velocity."""

import numpy as np

from autograder.checking.kinds import leads
from autograder.exercises.ch03.optimizer_trial import optimizer


@optimizer(says="one step with Nesterov's momentum", options=[{"mu": 0.9}, {"mu": 0.4}, {}])
@leads(
    "Momentum that looks first where its velocity will carry it.",
    "v ← mu·v + dw as before; what stands behind lr is the velocity one step later, with "
    "the same dw.",
)
def nesterov_step(w, dw, state, lr, mu=0.9):
    # ~ default mu: mu=0.9 => mu=0.99 | Look at the default values in the signature.
    """v = mu·v + dw, then w - lr·(dw + mu·v)."""
    v = state["v"] if state else np.zeros_like(w)
    # ~ state reset: np.zeros_like(w) | What one step learns the next has to know: look at the state
    #     you return, and at the vector your step follows.
    # ~ state shared: nesterov_step.v if state and nesterov_step.v.shape == w.shape else
    #     np.zeros_like(w) | Every parameter has a state of its own, which travels through the
    #     arguments and nowhere else.
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
    # ~ state shared: ...; nesterov_step.v = v
    # ~ state changed in place: v *= mu; v += dw
    #     | The state that was passed in has to stay as it was; return a new one.
    # ~ w changed in place: ...; w -= lr * (dw + mu * v); return w, {"v": v}
    #     | The step returns new weights; the old ones belong to the caller.
    return w - lr * (dw + mu * v), {"v": v}
    # ~ plain momentum: dw + mu * v => v
    #     | Nesterov's step looks ahead. What is added to the velocity's own step?
    # ~ plain sgd: dw + mu * v => dw | Which vectors does the step follow?
    # ~ look ahead without mu: mu * v => v | How much of the velocity will be left at the next step?
    # ~ look ahead without gradient: dw + mu * v => mu * v | Two vectors make the step.
    # ~ velocity added twice: dw => v | Which vector is added to mu·v, the gradient or the velocity?
    # ~ lr in velocity: w - lr * (dw + mu * v) => w - lr * dw - mu * v
    # ~ gradient damped, not the velocity: dw + mu * v => v + mu * dw
    #     | Which of the two is damped by mu: the new velocity or the gradient?
    # ~ look ahead kept: {"v": v} => {"v": dw + mu * v}
    #     | What goes on to the next step: the velocity, or the way that this step has gone?
    # ~ look ahead sign: dw + mu * v => dw - mu * v
    #     | Looking ahead goes the way the velocity points.
    # ~ sign: w + lr * (dw + mu * v), {"v": v} | Downhill is against the gradient.
    # ~ lr fixed: lr => 0.1 | lr may change from step to step. Which one does your step use?
    # ~ state shared: {"v": v} => {"v": None}
    # ~ first two exchanged
    # ~ first step not kept: {"v": v} => {"v": v if state else np.zeros_like(w)}
    #     | The first step has a velocity too: what does the second one find in the state?
