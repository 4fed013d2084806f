"""Chapter 3 of the list."""
# ruff: noqa: RUF059 - as students write it

import numpy as np

from tests.checking.reviewed import mistake
from tests.checking.reviewed.anywhere import two_layer


@mistake("leaky_relu_backward", r"at 0|at zero|\b0\b|boundary")
def strictly_below_zero(dout, cache):
    x, slope = cache
    dx = dout.copy()
    dx[x < 0] *= slope
    return dx


@mistake("prelu_backward", r"at 0|at zero|\b0\b|boundary")
def channels_strictly_below_zero(dout, cache):
    x, a = cache
    a_ = a.reshape((1, -1) + (1,) * (x.ndim - 2))
    dx = np.where(x < 0, a_ * dout, dout)
    return dx, (dout * np.where(x < 0, x, 0)).sum((0, *range(2, x.ndim)))


@mistake("mlp_forward", r"compar|truth value|last layer|ambiguous|position|index|ends here")
def last_layer_found_by_comparing(x, params):
    cache = []
    for w, b in params:
        z = x @ w + b
        cache.append((x, w, b, z))
        x = np.maximum(z, 0) if (w, b) != params[-1] else z
    return x, cache


def affine_flat_forward(x, w, b):
    x = x.reshape(x.shape[0], -1)
    return x @ w + b, (x, w, b)


@mistake("affine_backward", r"cache|affine_forward", affine_forward=affine_flat_forward)
def right_beside_a_flattened_cache(dout, cache):
    x, w, b = cache
    dx = (dout @ w.T).reshape(x.shape)
    return dx, x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)


@mistake("momentum_step", r"state.{0,60}(changed|in place)|in place")
def velocity_changed_in_place(w, dw, state, lr, mu=0.9):
    state = state or {"v": np.zeros_like(w, dtype=float)}
    state["v"] *= mu
    state["v"] -= lr * dw
    return w + state["v"], state


@mistake("adam_step", r"state.{0,60}(changed|in place)|in place")
def adam_state_changed(w, dw, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    if not state:
        state = {"m": np.zeros(np.shape(w)), "v": np.zeros(np.shape(w)), "t": 0}
    state["t"] += 1
    state["m"] = beta1 * state["m"] + (1 - beta1) * dw
    state["v"] = beta2 * state["v"] + (1 - beta2) * dw**2
    m, v = state["m"] / (1 - beta1 ** state["t"]), state["v"] / (1 - beta2 ** state["t"])
    return w - lr * m / (np.sqrt(v) + eps), state


def batchnorm(x, gamma, beta, state, momentum, eps, train, spread=None, running=False, keep="mv"):
    mean, var = state["running_mean"], state["running_var"]
    new = dict(state)
    if train:
        m, v = x.mean(0), x.var(0)
        if "m" in keep:
            new["running_mean"] = momentum * mean + (1 - momentum) * m
        if "v" in keep:
            new["running_var"] = momentum * var + (1 - momentum) * v
        if not running:
            mean, var = m, v
        else:
            mean, var = new["running_mean"], new["running_var"]
    std = np.sqrt(var + eps) if spread is None else spread(var, eps)
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std, train), new


@mistake("batchnorm_forward", r"\beps\b|epsilon")
def eps_forgotten(x, gamma, beta, state, momentum, eps, train):
    return batchnorm(x, gamma, beta, state, momentum, eps, train, lambda v, e: np.sqrt(v))


@mistake("batchnorm_forward", r"var|root|square")
def divided_by_the_variance(x, gamma, beta, state, momentum, eps, train):
    return batchnorm(x, gamma, beta, state, momentum, eps, train, lambda v, e: v + e)


@mistake("batchnorm_forward", r"statistics")
def running_statistics_while_training(x, gamma, beta, state, momentum, eps, train):
    return batchnorm(x, gamma, beta, state, momentum, eps, train, running=True)


@mistake("batchnorm_forward", r"state.{0,60}(changed|in place|mutat)|in place")
def running_state_written_into(x, gamma, beta, state, momentum, eps, train):
    out, cache, new = batchnorm(x, gamma, beta, state, momentum, eps, train)
    state["running_mean"] = new["running_mean"]
    state["running_var"] = new["running_var"]
    return out, cache, state


@mistake("batchnorm_forward", r"running_var|variance")
def only_the_mean_is_kept(x, gamma, beta, state, momentum, eps, train):
    return batchnorm(x, gamma, beta, state, momentum, eps, train, keep="m")


@mistake("batchnorm_backward", r"dgamma|gamma")
def gamma_times_its_own_gradient(dout, cache):
    x_hat, gamma, std, train = cache
    d = dout * gamma
    dgamma = (d * x_hat).sum(0)
    if train:
        d = d - d.mean(0) - x_hat * (d * x_hat).mean(0)
    return d / std, dgamma, dout.sum(0)


def dropout_with_the_mask_of_its_output(x, keep, rng, train):
    if not train:
        return x.copy(), (np.ones(x.shape),)
    out = np.where(rng.random(x.shape) < keep, x / keep, 0)
    return out, ((out != 0) / keep,)


@mistake(
    "dropout_backward",
    r"cache|mask.{0,40}out|out.{0,40}\b0\b",
    dropout_forward=dropout_with_the_mask_of_its_output,
)
def right_beside_a_mask_read_off_the_output(dout, cache):
    (mask,) = cache
    return dout * mask


@mistake("two_layer_loss", r"(λ|lam|penal).{0,80}(\bn\b|exampl|divid|averag)")
def penalty_over_two_n(params, x, y, lam):
    return two_layer(params, x, y, lam, penalty=lambda lam, n: lam / n)


@mistake("two_layer_loss", r"shift|largest|maximum|each row|underflow")
def one_shift_for_the_whole_batch(params, x, y, lam):
    return two_layer(params, x, y, lam, shift=np.max)
