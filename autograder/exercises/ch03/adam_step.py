"""One step of Adam: momentum and RMSProp, both corrected for their start at 0."""

import numpy as np

from autograder.checking.kinds import leads
from autograder.exercises.ch03.optimizer_trial import optimizer


@optimizer(
    says="one step of Adam",
    options=[
        {"beta1": 0.9, "beta2": 0.99, "eps": 1e-2},
        {"beta1": 0.5, "beta2": 0.8, "eps": 1e-8},
        {"beta1": 0.7, "beta2": 0.9, "eps": 0.3},
        {},
    ],
)
@leads(
    "Momentum in the numerator, RMSProp in the denominator, both corrected because they "
    "start at 0.",
    "After t steps the weights of a running mean add up to 1 − betaᵗ: divide by that "
    "before you use it.",
)
def adam_step(w, dw, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    # ~ default betas: beta2=0.999 => beta2=0.99 | Look at the default values in the signature.
    """Running means of dw and dw², both corrected for their start at 0, t counted from 1."""
    m, v, t = (
        (state["m"], state["v"], state["t"]) if state else (np.zeros_like(w), np.zeros_like(w), 0)
    )
    # ~ betas swapped: beta1, beta2 = beta2, beta1; ... | Which beta belongs to which mean?
    # ~ state reset: np.zeros_like(w), np.zeros_like(w), 0 | What one step learns the next has to
    #     know: look at the state you return, and at the vector your step follows.
    # ~ state shared: adam_step.kept if state and adam_step.kept[0].shape == w.shape else
    #     (np.zeros_like(w), np.zeros_like(w), 0) | Every parameter has a state of its own, which
    #     travels through the arguments and nowhere else.
    # ~ betas fixed: beta1, beta2 = 0.9, 0.999; ...
    #     | beta1 and beta2 are arguments; compare a call with other values.
    t = t + 1  # ~ t from zero: t + 0 | Which step is the first? What is 1 - beta^0?
    # ~ t one too large: t + 2 | Which step is the first?
    m = beta1 * m + (1.0 - beta1) * dw
    # ~ weights swapped: (1.0 - beta1) * m + beta1 * dw
    #     | How much of the old mean is kept when beta is near 1?
    # ~ weight missing: beta1 * m + dw | The two weights of a running mean add up to 1.
    # ~ moments changed in place: m *= beta1; m += (1.0 - beta1) * dw
    #     | The state that was passed in has to stay as it was; return a new one.
    v = beta2 * v + (1.0 - beta2) * dw**2
    # ~ mean squared: beta2 * v + (1.0 - beta2) * m**2 | Whose squares are averaged?
    # ~ weights swapped: (1.0 - beta2) * v + beta2 * dw**2
    # ~ not squared: dw**2 => np.abs(dw) | The second mean is one of squares.
    # ~ maximum of squares: np.maximum(v, beta2 * v + (1.0 - beta2) * dw**2)
    #     | The second mean forgets; it may also get smaller.
    # ~ moments changed in place: v *= beta2; v += (1.0 - beta2) * dw**2
    m_hat = m / (1.0 - beta1**t)
    # ~ beta1 in both corrections: ... | Which beta belongs to which mean?
    # ~ beta without power: m / (1.0 - beta1)
    #     | The correction fades as the steps go on. What in it depends on t, and is t counted on?
    # ~ beta times t: m / (1.0 - beta1 / t)
    #     | How does the share of the start shrink: step by step by a factor.
    # ~ no correction: m | Both running means start at 0 and are too small at first.
    # ~ first moment not corrected: m | Both running means start at 0.
    # ~ beta by t for its power: m / (1.0 - beta1 * t)
    #     | After ten steps beta·t is larger than 1. Which power of beta has survived t steps?
    # ~ correction multiplied: m * (1.0 - beta1**t)
    #     | The means are too small at first: does your correction make them larger?
    # ~ corrections swapped: beta1 => beta2 | Which beta belongs to which mean?
    v_hat = v / (1.0 - beta2**t)  # ~ beta without power: v / (1.0 - beta2)
    # ~ beta1 in both corrections: beta2 => beta1
    # ~ beta by t for its power: v / (1.0 - beta2 * t)
    # ~ beta times t: v / (1.0 - beta2 / t)
    # ~ no correction: v
    # ~ second moment not corrected: v | Both running means start at 0.
    # ~ correction multiplied: v * (1.0 - beta2**t)
    # ~ corrections swapped: beta2 => beta1
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}
    # ~ eps inside root: np.sqrt(v_hat) + eps => np.sqrt(v_hat + eps)
    #     | eps is large in one of the examples: where does it stand?
    # ~ eps missing: np.sqrt(v_hat) + eps => np.sqrt(v_hat)
    #     | What happens where the gradient has always been 0?
    # ~ eps outside the quotient: w - lr * m_hat / np.sqrt(v_hat) + eps, {"m": m, "v": v, "t": t}
    #     | What keeps the denominator away from 0? Look at the brackets.
    # ~ eps before correction: np.sqrt(v_hat) + eps => (np.sqrt(v) + eps) / np.sqrt(1.0 - beta2**t)
    #     | eps is added to the root of the corrected mean, not of the raw one.
    # ~ eps fixed: eps => 1e-08 | eps is an argument; compare a call with another eps.
    # ~ root missing: np.sqrt(v_hat) => v_hat
    #     | The mean of squares is no length yet. Check the units.
    # ~ gradient for mean: m_hat => dw
    #     | Which vector does the step follow: the gradient or its running mean?
    # ~ corrected means kept: {"m": m, "v": v, "t": t} => {"m": m_hat, "v": v_hat, "t": t}
    #     | Which means go on to the next step, the raw or the corrected ones?
    # ~ multiplied: w - lr * m_hat * (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}
    #     | Steep directions get shorter steps.
    # ~ sign: w + lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}
    #     | Downhill is against the gradient.
    # ~ lr shrinks: lr => lr / t | lr is the caller's to change: it comes anew with each step.
    # ~ lr shrinks with the root: lr => lr / np.sqrt(t)
    # ~ lr fixed: lr => 0.1 | lr may change from step to step. Which one does your step use?
    # ~ t from zero: t => t + 1
    # ~ t one too large: t => t - 1
    # ~ state shared: adam_step.kept = m, v, t; return w - lr * m_hat / (np.sqrt(v_hat) + eps),
    #     {"m": None}
    # ~ state changed in place: state = state or {}; state.update(m=m, v=v, t=t);
    #     return w - lr * m_hat / (np.sqrt(v_hat) + eps), state
    #     | The state that was passed in has to stay as it was; return a new one.
    # ~ w changed in place: w -= lr * m_hat / (np.sqrt(v_hat) + eps); return w, {"m": m, "v": v,
    #     "t": t} | The step returns new weights; the old ones belong to the caller.
    # ~ first two exchanged
