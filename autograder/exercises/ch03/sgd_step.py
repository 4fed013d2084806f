"""One step of gradient descent."""

from autograder.checking.kinds import leads
from autograder.exercises.ch03.optimizer_trial import optimizer


@optimizer(says="one step of gradient descent", options=[{}, {}])
@leads(
    "A step against the gradient.",
    "w − lr·dw, as a new array; there is nothing to remember.",
)
def sgd_step(w, dw, state, lr):
    """w - lr·dw; nothing to remember."""
    return w - lr * dw, state  # ~ sign: w + lr * dw, state | Downhill is against the gradient.
    # ~ lr missing: lr * dw => dw | How far does a step go?
    # ~ lr shrinks: t = 1 + (state or {}).get("t", 0); return w - lr / t * dw, {"t": t}
    #     | lr is the caller's to change: it comes anew with each step.
    # ~ lr fixed: lr => 0.1 | lr may change from step to step. Which one does your step use?
    # ~ w changed in place: w -= lr * dw; return w, state
    #     | The step returns new weights; the old ones belong to the caller.
    # ~ gradient normalized: lr * dw => lr * dw / np.linalg.norm(dw)
    #     | Plain gradient descent takes longer steps where the slope is steeper.
    # ~ sign only: dw => np.sign(dw)
    # ~ divided by lr: lr * dw => dw / lr | A larger lr means a longer step.
    # ~ averaged: lr * dw => lr * dw / len(dw) | The loss has averaged already.
    # ~ scales w: w => w * (1.0 - lr) | The step does not depend on where w is.
    # ~ step returned: -lr * dw, state | Return where you arrive, not how you moved.
