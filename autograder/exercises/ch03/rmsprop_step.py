"""One step of RMSProp: each weight's step is divided by the running size of its gradients."""

import numpy as np

from autograder.checking.kinds import leads
from autograder.exercises.ch03.optimizer_trial import optimizer


@optimizer(
    says="one step of RMSProp",
    options=[{"rho": 0.9, "eps": 1e-2}, {"rho": 0.6, "eps": 1e-8}, {"rho": 0.8, "eps": 0.3}, {}],
)
@leads(
    "Each weight's step is divided by the usual size of its own gradient.",
    "s ← rho·s + (1 − rho)·dw² is a running mean of squares; its root is the usual size.",
)
def rmsprop_step(w, dw, state, lr, rho=0.9, eps=1e-8):
    # ~ default rho: rho=0.9 => rho=0.99 | Look at the default values in the signature.
    """s = rho·s + (1 - rho)·dw², then w - lr·dw / (√s + eps)."""
    s = state["s"] if state else np.zeros_like(w)
    # ~ state reset: np.zeros_like(w) | What one step learns the next has to know: look at the state
    #     you return, and at the vector your step follows.
    # ~ state shared: rmsprop_step.s if state and rmsprop_step.s.shape == w.shape else
    #     np.zeros_like(w) | Every parameter has a state of its own, which travels through the
    #     arguments and nowhere else.
    # ~ starts from gradient: np.zeros_like(w) => dw**2
    #     | Before the first step nothing has been collected. What is the running value then?
    # ~ starts at one: np.zeros_like => np.ones_like
    s = rho * s + (1.0 - rho) * dw**2
    # ~ rho swapped: (1.0 - rho) * s + rho * dw**2
    #     | How much of the old mean is kept when rho is near 1?
    # ~ weight missing: rho * s + dw**2 | The two weights of a running mean add up to 1.
    # ~ sum of squares: s + dw**2 | A sum only grows; a running mean forgets.
    # ~ not squared: dw**2 => np.abs(dw) | The mean is taken of squares.
    # ~ rho fixed: 0.9 * s + 0.1 * dw**2 | rho is an argument; compare a call with another rho.
    # ~ state shared: ...; rmsprop_step.s = s
    # ~ state changed in place: s *= rho; s += (1.0 - rho) * dw**2
    #     | The state that was passed in has to stay as it was; return a new one.
    # ~ w changed in place: ...; w -= lr * dw / (np.sqrt(s) + eps); return w, {"s": s}
    #     | The step returns new weights; the old ones belong to the caller.
    return w - lr * dw / (np.sqrt(s) + eps), {"s": s}
    # ~ eps outside the quotient: w - lr * dw / np.sqrt(s) + eps, {"s": s}
    #     | What keeps the denominator away from 0? Look at the brackets.
    # ~ root missing: np.sqrt(s) => s | The mean of squares is no length yet. Check the units.
    # ~ eps inside root: np.sqrt(s) + eps => np.sqrt(s + eps)
    #     | eps is large in one of the examples: where does it stand?
    # ~ eps missing: np.sqrt(s) + eps => np.sqrt(s)
    #     | What happens where the gradient has always been 0?
    # ~ eps fixed: eps => 1e-08 | eps is an argument; compare a call with another eps.
    # ~ multiplied: w - lr * dw * (np.sqrt(s) + eps), {"s": s} | Steep directions get shorter steps.
    # ~ old mean used: np.sqrt(s) => np.sqrt(np.maximum((s - (1.0 - rho) * dw**2) / rho, 0.0))
    #     | Update the mean before you use it.
    # ~ one scale for all: np.sqrt(s) => np.sqrt(s.mean()) | Each weight has its own scale.
    # ~ sign: w + lr * dw / (np.sqrt(s) + eps), {"s": s} | Downhill is against the gradient.
    # ~ lr fixed: lr => 0.1 | lr may change from step to step. Which one does your step use?
    # ~ state shared: {"s": s} => {"s": None}
    # ~ first two exchanged
