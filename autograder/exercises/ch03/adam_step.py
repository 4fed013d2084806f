"""Optimizer steps: SGD, momentum, Nesterov, RMSProp, Adam."""

from __future__ import annotations

import numpy as np

from autograder.exercises.ch03.optimizer_trial import optimizer

_shared: dict = {}


def _adam_shared(w, dw, state, lr, beta1, beta2, eps):
    if not state or _shared["m"].shape != w.shape:
        _shared.update(m=np.zeros_like(w), v=np.zeros_like(w), t=0)
    w_new, kept = adam_step(w, dw, dict(_shared), lr, beta1, beta2, eps)
    _shared.update(kept)
    return w_new, {"m": None}


def _adam_in_place(w, dw, state, lr, beta1, beta2, eps):
    w_new, kept = adam_step(w, dw, state, lr, beta1, beta2, eps)
    if not state:
        return w_new, kept
    state.update(kept)
    return w_new, state


@optimizer(
    says="one step of Adam",
    options=[
        {"beta1": 0.9, "beta2": 0.99, "eps": 1e-2},
        {"beta1": 0.5, "beta2": 0.8, "eps": 1e-8},
        {"beta1": 0.7, "beta2": 0.9, "eps": 0.3},
    ],
)
def adam_step(w, dw, state, lr, beta1, beta2, eps):
    # ~ betas swapped: beta2, beta1 = beta1, beta2; ... | Which beta belongs to which mean?
    # ~ state shared: _adam_shared | Every parameter has a state of its own, which travels through
    #     the arguments and nowhere else.
    # ~ state changed in place: _adam_in_place
    #     | The state that was passed in has to stay as it was; return a new one.
    """Running means of dw and dw², both corrected for their start at 0, t counted from 1."""
    m, v, t = (
        (state["m"], state["v"], state["t"]) if state else (np.zeros_like(w), np.zeros_like(w), 0)
    )
    # ~ state reset: (state["m"], state["v"], state["t"]) if False else (np.zeros_like(w),
    #     np.zeros_like(w), 0) | What one step learns the next has to know: look at the state you
    #     return, and at the vector your step follows.
    t = t + 1  # ~ t from zero: t + 0 | Which step is the first? What is 1 - beta^0?
    # ~ t one too large: t + 2 | Which step is the first?
    m = beta1 * m + (1.0 - beta1) * dw
    # ~ weight missing: beta1 * m + dw | The two weights of a running mean add up to 1.
    # ~ weights swapped: (1.0 - beta1) * m + beta1 * dw
    #     | How much of the old mean is kept when beta is near 1?
    # ~ w changed in place: w += 0.1; ...
    #     | The step returns new weights; the old ones belong to the caller.
    v = beta2 * v + (1.0 - beta2) * dw**2
    # ~ not squared: dw**2 => np.abs(dw) | The second mean is one of squares.
    # ~ weights swapped: (1.0 - beta2) * v + beta2 * dw**2
    # ~ maximum of squares: np.maximum(v, beta2 * v + (1.0 - beta2) * dw**2)
    #     | The second mean forgets; it may also get smaller.
    m_hat = m / (1.0 - beta1**t)
    # ~ beta without power: m / (1.0 - beta1)
    #     | The correction fades as the steps go on. What in it depends on t, and is t counted on?
    # ~ beta times t: m / (1.0 - beta1 / t)
    #     | How does the share of the start shrink: step by step by a factor.
    # ~ no correction: m | Both running means start at 0 and are too small at first.
    # ~ first moment not corrected: m | Both running means start at 0.
    # ~ correction multiplied: m * (1.0 - beta1**t)
    #     | The means are too small at first: does your correction make them larger?
    # ~ corrections swapped: beta1 => beta2 | Which beta belongs to which mean?
    v_hat = v / (1.0 - beta2**t)  # ~ beta without power: v / (1.0 - beta2)
    # ~ beta times t: v / (1.0 - beta2 / t)
    # ~ no correction: v
    # ~ second moment not corrected: v | Both running means start at 0.
    # ~ correction multiplied: v * (1.0 - beta2**t)
    # ~ corrections swapped: beta2 => beta1
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}
    # ~ sign: w + lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}
    #     | Downhill is against the gradient.
    # ~ t from zero: t => t + 1
    # ~ t one too large: t => t - 1
    # ~ eps inside root: np.sqrt(v_hat) + eps => np.sqrt(v_hat + eps)
    #     | eps is large in one of the examples: where does it stand?
    # ~ eps missing: np.sqrt(v_hat) + eps => np.sqrt(v_hat)
    #     | What happens where the gradient has always been 0?
    # ~ eps fixed: eps => 1e-08 | eps is an argument; compare a call with another eps.
    # ~ eps before correction: np.sqrt(v_hat) + eps => (np.sqrt(v) + eps) / np.sqrt(1.0 - beta2**t)
    #     | eps is added to the root of the corrected mean, not of the raw one.
    # ~ root missing: np.sqrt(v_hat) => v_hat
    #     | The mean of squares is no length yet. Check the units.
    # ~ gradient for mean: m_hat => dw
    #     | Which vector does the step follow: the gradient or its running mean?
    # ~ corrected means kept: {"m": m, "v": v, "t": t} => {"m": m_hat, "v": v_hat, "t": t}
    #     | Which means go on to the next step, the raw or the corrected ones?
    # ~ multiplied: w - lr * m_hat * (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}
    #     | Steep directions get shorter steps.
    # ~ lr fixed: lr => 0.1 | lr may change from step to step. Which one does your step use?
