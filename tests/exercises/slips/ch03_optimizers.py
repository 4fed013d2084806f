"""Chapter 3, optimizers, initialization, Value: slips of students."""
# ruff: noqa: RUF007 - as students write it

import numpy as np

from tests.exercises.slips import slip


@slip("sgd_step", "w changed in place")
def weights_moved_in_place(w, dw, state, lr):
    w -= lr * dw
    return w, state


@slip("momentum_step", "state changed in place")
def velocity_changed_in_place(w, dw, state, lr, mu):
    if not state:
        state = {"v": np.zeros_like(w)}
    state["v"] *= mu
    state["v"] += dw
    return w - lr * state["v"], state


@slip("momentum_step", "state changed in place")
def velocity_stored_in_the_given_state(w, dw, state, lr, mu):
    state = state or {}
    state["v"] = mu * state.get("v", 0) + dw
    return w - lr * state["v"], state


@slip("momentum_step", "w changed in place")
def weights_changed_in_place(w, dw, state, lr, mu):
    v = mu * (state["v"] if state else 0.0) + dw
    w -= lr * v
    return w, {"v": v}


@slip("momentum_step", "first step not kept")
def first_step_not_kept(w, dw, state, lr, mu):
    if not state:
        return w - lr * dw, {"v": np.zeros_like(w)}
    v = mu * state["v"] + dw
    return w - lr * v, {"v": v}


@slip("momentum_step", "first two exchanged")
def state_first(w, dw, state, lr, mu):
    v = mu * (state["v"] if state else 0.0) + dw
    return {"v": v}, w - lr * v


@slip("nesterov_step", "w changed in place")
def nesterov_weights_in_place(w, dw, state, lr, mu):
    v = mu * (state["v"] if state else np.zeros(w.shape)) + dw
    w -= lr * (dw + mu * v)
    return w, {"v": v}


@slip("nesterov_step", "state changed in place")
def nesterov_velocity_in_place(w, dw, state, lr, mu):
    if not state:
        state = {"v": np.zeros(w.shape)}
    v = state["v"]
    v *= mu
    v += dw
    return w - lr * (dw + mu * v), {"v": v}


@slip("nesterov_step", "plain momentum")
def old_velocity_looked_ahead(w, dw, state, lr, mu):
    old = state["v"] if state else np.zeros(w.shape)
    v = mu * old + dw
    return w - lr * (dw + mu * old), {"v": v}


@slip("rmsprop_step", "w changed in place")
def rmsprop_weights_in_place(w, dw, state, lr, rho, eps):
    s = rho * (state["s"] if state else 0.0) + (1 - rho) * dw**2
    w -= lr * dw / (np.sqrt(s) + eps)
    return w, {"s": s}


@slip("rmsprop_step", "state changed in place")
def mean_square_changed_in_place(w, dw, state, lr, rho, eps):
    s = state["s"] if state else np.zeros_like(w)
    s *= rho
    s += (1 - rho) * dw * dw
    return w - lr * dw / (s**0.5 + eps), {"s": s}


@slip("rmsprop_step", "state changed in place")
def stored_in_the_given_state(w, dw, state, lr, rho, eps):
    state = state if state else {"s": 0.0}
    state["s"] = rho * state["s"] + (1 - rho) * dw * dw
    return w - lr * dw / (state["s"] ** 0.5 + eps), state


@slip("adam_step", "moments changed in place")
def moments_changed_in_place(w, dw, state, lr, beta1, beta2, eps):
    state = state or {"m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0}
    m, v, t = state["m"], state["v"], state["t"] + 1
    m *= beta1
    m += (1 - beta1) * dw
    v *= beta2
    v += (1 - beta2) * dw**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w - lr * step, {"m": m, "v": v, "t": t}


@slip("adam_step", "state changed in place")
def written_into_the_state(w, dw, state, lr, beta1, beta2, eps):
    state = state or {"m": 0.0, "v": 0.0, "t": 0}
    state["t"] += 1
    state["m"] = beta1 * state["m"] + (1 - beta1) * dw
    state["v"] = beta2 * state["v"] + (1 - beta2) * dw**2
    m = state["m"] / (1 - beta1 ** state["t"])
    v = state["v"] / (1 - beta2 ** state["t"])
    return w - lr * m / (np.sqrt(v) + eps), state


@slip("adam_step", "w changed in place")
def adam_weights_in_place(w, dw, state, lr, beta1, beta2, eps):
    old = state or {"m": 0.0, "v": 0.0, "t": 0}
    t = old["t"] + 1
    m = beta1 * old["m"] + (1 - beta1) * dw
    v = beta2 * old["v"] + (1 - beta2) * dw**2
    w -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, {"m": m, "v": v, "t": t}


@slip("adam_step", "beta without power")
def step_counter_not_returned(w, dw, state, lr, beta1, beta2, eps):
    old = state or {"m": 0.0, "v": 0.0, "t": 0}
    t = 1
    m = beta1 * old["m"] + (1 - beta1) * dw
    v = beta2 * old["v"] + (1 - beta2) * dw**2
    step = (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w - lr * step, {"m": m, "v": v, "t": t}


@slip("he_init", "variance for deviation")
def variance_as_scale(fan_in, fan_out, rng):
    return rng.normal(0, 2 / fan_in, size=(fan_in, fan_out))


@slip("he_init", "fans swapped")
def fan_out_for_fan_in(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / fan_out), size=(fan_in, fan_out))


@slip("xavier_init", "gain missing")
def one_over_the_sum(fan_in, fan_out, rng):
    return rng.normal(scale=(1 / (fan_in + fan_out)) ** 0.5, size=(fan_in, fan_out))


@slip("xavier_init", "fresh generator")
def a_generator_of_its_own(fan_in, fan_out, rng):
    rng = np.random.default_rng()
    return rng.normal(scale=(2 / (fan_in + fan_out)) ** 0.5, size=(fan_in, fan_out))


@slip("count_parameters", "first layer only")
def weights_of_the_first_two_layers(sizes):
    for i in range(len(sizes) - 1):
        weights = sizes[i] * sizes[i + 1]
        return sum(sizes[1:]), weights, sum(sizes[1:])


@slip("count_parameters", "order")
def order_changed(sizes):
    weights = sum(a * b for a, b in zip(sizes[:-1], sizes[1:], strict=True))
    return weights, sum(sizes[1:]), sum(sizes[1:])
