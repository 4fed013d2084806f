"""Optimizer steps: SGD, momentum, Nesterov, RMSProp, Adam."""

from __future__ import annotations

import numpy as np

from autograder.checking.exercise import wrong
from autograder.exercises.ch03.optimizer_trial import optimizer


def sgd_step(w, dw, state, lr):
    """w - lr·dw; nothing to remember."""
    return w - lr * dw, state


def momentum_step(w, dw, state, lr, mu):
    """v = mu·v + dw, then w - lr·v."""
    v = state["v"] if state else np.zeros_like(w)
    v = mu * v + dw
    return w - lr * v, {"v": v}


def nesterov_step(w, dw, state, lr, mu):
    """v = mu·v + dw, then w - lr·(dw + mu·v)."""
    v = state["v"] if state else np.zeros_like(w)
    v = mu * v + dw
    return w - lr * (dw + mu * v), {"v": v}


def rmsprop_step(w, dw, state, lr, rho, eps):
    """s = rho·s + (1 - rho)·dw², then w - lr·dw / (√s + eps)."""
    s = state["s"] if state else np.zeros_like(w)
    s = rho * s + (1.0 - rho) * dw**2
    return w - lr * dw / (np.sqrt(s) + eps), {"s": s}


def adam_step(w, dw, state, lr, beta1, beta2, eps):
    """Running means of dw and dw², both corrected for their start at 0, t counted from 1."""
    m, v, t = (
        (state["m"], state["v"], state["t"]) if state else (np.zeros_like(w), np.zeros_like(w), 0)
    )
    t = t + 1
    m = beta1 * m + (1.0 - beta1) * dw
    v = beta2 * v + (1.0 - beta2) * dw**2
    m_hat = m / (1.0 - beta1**t)
    v_hat = v / (1.0 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


_shared: dict = {}


def _momentum_shared(w, dw, state, lr, mu):
    if not state:
        _shared["v"] = np.zeros_like(w)
    v = _shared["v"] if _shared["v"].shape == w.shape else np.zeros_like(w)
    _shared["v"] = mu * v + dw
    return w - lr * _shared["v"], {"v": None}


def _nesterov_shared(w, dw, state, lr, mu):
    _, kept = _momentum_shared(w, dw, state, lr, mu)
    return w - lr * (dw + mu * _shared["v"]), kept


def _rmsprop_shared(w, dw, state, lr, rho, eps):
    if not state:
        _shared["s"] = np.zeros_like(w)
    s = _shared["s"] if _shared["s"].shape == w.shape else np.zeros_like(w)
    _shared["s"] = rho * s + (1.0 - rho) * dw**2
    return w - lr * dw / (np.sqrt(_shared["s"]) + eps), {"s": None}


def _adam_shared(w, dw, state, lr, beta1, beta2, eps):
    if not state or _shared["m"].shape != w.shape:
        _shared.update(m=np.zeros_like(w), v=np.zeros_like(w), t=0)
    w_new, kept = adam_step(w, dw, dict(_shared), lr, beta1, beta2, eps)
    _shared.update(kept)
    return w_new, {"m": None}


def _momentum_in_place(w, dw, state, lr, mu):
    state = state if state else {"v": np.zeros_like(w)}
    state["v"] *= mu
    state["v"] += dw
    return w - lr * state["v"], state


def _nesterov_in_place(w, dw, state, lr, mu):
    _, state = _momentum_in_place(w, dw, state, lr, mu)
    return w - lr * (dw + mu * state["v"]), state


def _rmsprop_in_place(w, dw, state, lr, rho, eps):
    state = state if state else {"s": np.zeros_like(w)}
    state["s"] = rho * state["s"] + (1.0 - rho) * dw**2
    return w - lr * dw / (np.sqrt(state["s"]) + eps), state


def _adam_in_place(w, dw, state, lr, beta1, beta2, eps):
    w_new, kept = adam_step(w, dw, state, lr, beta1, beta2, eps)
    if not state:
        return w_new, kept
    state.update(kept)
    return w_new, state


SIGN = "Downhill is against the gradient."
LR_FIXED = "lr may change from step to step. Which one does your step use?"
W_IN_PLACE = "The step returns new weights; the old ones belong to the caller."
RESET = "What one step learns the next has to know: look at the state you return, and at the vector your step follows."
SHARED = (
    "Every parameter has a state of its own, which travels through the arguments and nowhere else."
)
IN_PLACE = "The state that was passed in has to stay as it was; return a new one."
START = "Before the first step nothing has been collected. What is the running value then?"

SGD = optimizer(
    sgd_step, summary="one step of gradient descent", options=[{}, {}],
    mistakes=[
        wrong("sign", SIGN, "w - lr", "w + lr"),
        wrong("lr_missing", "How far does a step go?", "lr * dw", "dw"),
        wrong("lr_fixed", LR_FIXED, "lr * dw", "0.1 * dw"),
        wrong("w_changed_in_place", W_IN_PLACE, "return w - lr * dw, state", "w -= lr * dw\n    return w, state"),
        wrong("gradient_normalized", "Plain gradient descent takes longer steps where the slope is steeper.", "lr * dw", "lr * dw / np.linalg.norm(dw)"),
        wrong("sign_only", "Plain gradient descent takes longer steps where the slope is steeper.", "lr * dw", "lr * np.sign(dw)"),
        wrong("divided_by_lr", "A larger lr means a longer step.", "lr * dw", "dw / lr"),
        wrong("averaged", "The loss has averaged already.", "lr * dw", "lr * dw / len(dw)"),
        wrong("scales_w", "The step does not depend on where w is.", "w - lr * dw", "w * (1.0 - lr) - lr * dw"),
        wrong("step_returned", "Return where you arrive, not how you moved.", "w - lr * dw", "-lr * dw"),
    ],
)  # fmt: skip

VELOCITY = [
    wrong("sign", SIGN, "w - lr", "w + lr"),
    wrong("velocity_averaged", "This velocity is a sum of old gradients, not their average.", "mu * v + dw", "mu * v + (1.0 - mu) * dw"),
    wrong("old_velocity_subtracted", "The ball keeps rolling the way it was going.", "mu * v + dw", "dw - mu * v"),
    wrong("momentum_on_gradient", "Which of the two is damped by mu: the old velocity or the new gradient?", "mu * v + dw", "v + mu * dw"),
    wrong("undamped", "Without friction the velocity grows and grows.", "mu * v + dw", "v + dw"),
    wrong("state_reset", RESET, 'if state else np.zeros_like(w)', 'if False else np.zeros_like(w)'),
    wrong("mu_fixed", "mu is an argument; compare a call with another mu.", "mu * v + dw", "0.9 * v + dw"),
    wrong("lr_fixed", LR_FIXED, "w - lr *", "w - 0.1 *"),
    wrong("w_changed_in_place", W_IN_PLACE, "return w - ", "w -= 0.0\n    return w - ", "v = mu", "w += 0.1\n    v = mu"),
]  # fmt: skip

MOMENTUM = optimizer(
    momentum_step, summary="one step with momentum", options=[{"mu": 0.9}, {"mu": 0.4}],
    mistakes=[
        *VELOCITY,
        wrong("lr_in_velocity", "lr may change: does an old gradient keep its old lr, or get the new one?", "mu * v + dw", "mu * v + lr * dw", "w - lr * v", "w - v"),
        wrong("nesterov_for_momentum", "This step looks ahead; the plain one follows the velocity.", "lr * v", "lr * (dw + mu * v)"),
        wrong("first_step_damped", START, "np.zeros_like(w)", "-dw"),
        wrong("starts_from_gradient", START, "np.zeros_like(w)", "dw"),
        wrong("state_shared", SHARED, _momentum_shared),
        wrong("state_changed_in_place", IN_PLACE, _momentum_in_place),
    ],
)  # fmt: skip

NESTEROV = optimizer(
    nesterov_step, summary="one step with Nesterov's momentum", options=[{"mu": 0.9}, {"mu": 0.4}],
    mistakes=[
        *VELOCITY,
        wrong("plain_momentum", "Nesterov's step looks ahead. What is added to the velocity's own step?", "(dw + mu * v)", "v"),
        wrong("plain_sgd", "Which vectors does the step follow?", "(dw + mu * v)", "dw"),
        wrong("look_ahead_without_mu", "How much of the velocity will be left at the next step?", "(dw + mu * v)", "(dw + v)"),
        wrong("look_ahead_without_gradient", "Two vectors make the step.", "(dw + mu * v)", "(mu * v)"),
        wrong("velocity_added_twice", "Which vector is added to mu·v, the gradient or the velocity?", "(dw + mu * v)", "(v + mu * v)"),
        wrong("look_ahead_sign", "Looking ahead goes the way the velocity points.", "dw + mu * v)", "dw - mu * v)"),
        wrong("state_shared", SHARED, _nesterov_shared),
        wrong("state_changed_in_place", IN_PLACE, _nesterov_in_place),
    ],
)  # fmt: skip

RMSPROP = optimizer(
    rmsprop_step, summary="one step of RMSProp", options=[{"rho": 0.9, "eps": 1e-2}, {"rho": 0.6, "eps": 1e-8}, {"rho": 0.8, "eps": 0.3}],
    mistakes=[
        wrong("sign", SIGN, "w - lr", "w + lr"),
        wrong("root_missing", "The mean of squares is no length yet. Check the units.", "np.sqrt(s)", "s"),
        wrong("eps_inside_root", "eps is large in one of the examples: where does it stand?", "np.sqrt(s) + eps", "np.sqrt(s + eps)"),
        wrong("eps_missing", "What happens where the gradient has always been 0?", "np.sqrt(s) + eps", "np.sqrt(s)"),
        wrong("eps_fixed", "eps is an argument; compare a call with another eps.", "np.sqrt(s) + eps", "np.sqrt(s) + 1e-8"),
        wrong("multiplied", "Steep directions get shorter steps.", "dw / (np.sqrt(s) + eps)", "dw * (np.sqrt(s) + eps)"),
        wrong("rho_swapped", "How much of the old mean is kept when rho is near 1?", "rho * s + (1.0 - rho) * dw**2", "(1.0 - rho) * s + rho * dw**2"),
        wrong("sum_of_squares", "A sum only grows; a running mean forgets.", "rho * s + (1.0 - rho) * dw**2", "s + dw**2"),
        wrong("weight_missing", "The two weights of a running mean add up to 1.", "(1.0 - rho) * dw**2", "dw**2"),
        wrong("not_squared", "The mean is taken of squares.", "dw**2", "np.abs(dw)"),
        wrong("old_mean_used", "Update the mean before you use it.", "/ (np.sqrt(s) + eps)", "/ (np.sqrt(np.maximum((s - (1.0 - rho) * dw**2) / rho, 0.0)) + eps)"),
        wrong("starts_from_gradient", START, "np.zeros_like(w)", "dw**2"),
        wrong("starts_at_one", START, "np.zeros_like(w)", "np.ones_like(w)"),
        wrong("one_scale_for_all", "Each weight has its own scale.", "np.sqrt(s) + eps", "np.sqrt(s.mean()) + eps"),
        wrong("state_reset", RESET, "if state else np.zeros_like(w)", "if False else np.zeros_like(w)"),
        wrong("state_shared", SHARED, _rmsprop_shared),
        wrong("state_changed_in_place", IN_PLACE, _rmsprop_in_place),
        wrong("lr_fixed", LR_FIXED, "w - lr *", "w - 0.1 *"),
        wrong("rho_fixed", "rho is an argument; compare a call with another rho.", "rho * s + (1.0 - rho)", "0.9 * s + 0.1"),
        wrong("w_changed_in_place", W_IN_PLACE, "s = rho", "w += 0.1\n    s = rho"),
    ],
)  # fmt: skip

ADAM = optimizer(
    adam_step, summary="one step of Adam",
    options=[{"beta1": 0.9, "beta2": 0.99, "eps": 1e-2}, {"beta1": 0.5, "beta2": 0.8, "eps": 1e-8}, {"beta1": 0.7, "beta2": 0.9, "eps": 0.3}],
    mistakes=[
        wrong("sign", SIGN, "w - lr", "w + lr"),
        wrong("t_from_zero", "Which step is the first? What is 1 - beta^0?", "t = t + 1", "t = t + 0", '"t": t', '"t": t + 1'),
        wrong("t_one_too_large", "Which step is the first?", "t = t + 1", "t = t + 2", '"t": t', '"t": t - 1'),
        wrong("beta_without_power", "The correction fades as the steps go on. What in it depends on t, and is t counted on?", "beta1**t", "beta1", "beta2**t", "beta2"),
        wrong("beta_times_t", "How does the share of the start shrink: step by step by a factor.", "beta1**t", "beta1 / t", "beta2**t", "beta2 / t"),
        wrong("no_correction", "Both running means start at 0 and are too small at first.", "m / (1.0 - beta1**t)", "m", "v / (1.0 - beta2**t)", "v"),
        wrong("first_moment_not_corrected", "Both running means start at 0.", "m / (1.0 - beta1**t)", "m"),
        wrong("second_moment_not_corrected", "Both running means start at 0.", "v / (1.0 - beta2**t)", "v"),
        wrong("correction_multiplied", "The means are too small at first: does your correction make them larger?", "m / (", "m * (", "v / (", "v * ("),
        wrong("corrections_swapped", "Which beta belongs to which mean?", "m / (1.0 - beta1**t)", "m / (1.0 - beta2**t)", "v / (1.0 - beta2**t)", "v / (1.0 - beta1**t)"),
        wrong("betas_swapped", "Which beta belongs to which mean?", "w, dw, state, lr, beta1, beta2, eps", "w, dw, state, lr, beta2, beta1, eps"),
        wrong("eps_inside_root", "eps is large in one of the examples: where does it stand?", "np.sqrt(v_hat) + eps", "np.sqrt(v_hat + eps)"),
        wrong("eps_missing", "What happens where the gradient has always been 0?", "np.sqrt(v_hat) + eps", "np.sqrt(v_hat)"),
        wrong("eps_fixed", "eps is an argument; compare a call with another eps.", "np.sqrt(v_hat) + eps", "np.sqrt(v_hat) + 1e-8"),
        wrong("eps_before_correction", "eps is added to the root of the corrected mean, not of the raw one.", "np.sqrt(v_hat) + eps", "(np.sqrt(v) + eps) / np.sqrt(1.0 - beta2**t)"),
        wrong("root_missing", "The mean of squares is no length yet. Check the units.", "np.sqrt(v_hat)", "v_hat"),
        wrong("gradient_for_mean", "Which vector does the step follow: the gradient or its running mean?", "lr * m_hat", "lr * dw"),
        wrong("not_squared", "The second mean is one of squares.", "dw**2", "np.abs(dw)"),
        wrong("weight_missing", "The two weights of a running mean add up to 1.", "(1.0 - beta1) * dw", "dw"),
        wrong("weights_swapped", "How much of the old mean is kept when beta is near 1?", "beta1 * m + (1.0 - beta1) * dw", "(1.0 - beta1) * m + beta1 * dw",
              "beta2 * v + (1.0 - beta2) * dw**2", "(1.0 - beta2) * v + beta2 * dw**2"),
        wrong("corrected_means_kept", "Which means go on to the next step, the raw or the corrected ones?", '{"m": m, "v": v', '{"m": m_hat, "v": v_hat'),
        wrong("multiplied", "Steep directions get shorter steps.", "m_hat / (np.sqrt(v_hat) + eps)", "m_hat * (np.sqrt(v_hat) + eps)"),
        wrong("state_reset", RESET, "if state else", "if False else"),
        wrong("state_shared", SHARED, _adam_shared),
        wrong("state_changed_in_place", IN_PLACE, _adam_in_place),
        wrong("lr_fixed", LR_FIXED, "w - lr *", "w - 0.1 *"),
        wrong("w_changed_in_place", W_IN_PLACE, "t = t + 1", "t = t + 1\n    w += 0.1"),
        wrong("maximum_of_squares", "The second mean forgets; it may also get smaller.", "v = beta2 * v + (1.0 - beta2) * dw**2", "v = np.maximum(v, beta2 * v + (1.0 - beta2) * dw**2)"),
    ],
)  # fmt: skip
OPTIMIZERS = (SGD, MOMENTUM, NESTEROV, RMSPROP, ADAM)
