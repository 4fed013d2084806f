"""Chapter 3, normalization, dropout, networks: slips of students."""
# ruff: noqa: RUF059 - as students write it

import numpy as np

from tests.exercises.slips import slip


def running(state, momentum, mu, var):
    return {
        "running_mean": momentum * state["running_mean"] + (1 - momentum) * mu,
        "running_var": momentum * state["running_var"] + (1 - momentum) * var,
    }


@slip("batchnorm_forward", "eps missing")
def eps_forgotten(x, gamma, beta, state, momentum, eps, train):
    if train:
        mu = np.mean(x, 0)
        var = np.mean((x - mu) ** 2, 0)
        state = running(state, momentum, mu, var)
    else:
        mu, var = state["running_mean"], state["running_var"]
    std = np.sqrt(var)
    x_hat = (x - mu) / std
    return x_hat * gamma + beta, (x_hat, gamma, std, train), state


@slip("batchnorm_forward", "root missing")
def divided_by_the_variance(x, gamma, beta, state, momentum, eps, train):
    mu, var = state["running_mean"], state["running_var"]
    if train:
        mu, var = x.mean(0), x.var(0)
        state = running(state, momentum, mu, var)
    x_hat = (x - mu) / (var + eps)
    return x_hat * gamma + beta, (x_hat, gamma, var + eps, train), state


@slip("batchnorm_forward", "updated statistics used")
def normalized_by_the_running_values(x, gamma, beta, state, momentum, eps, train):
    if train:
        state = running(state, momentum, x.mean(0), x.var(0))
    std = np.sqrt(state["running_var"] + eps)
    x_hat = (x - state["running_mean"]) / std
    return x_hat * gamma + beta, (x_hat, gamma, std, train), state


@slip("batchnorm_forward", "state changed in place")
def state_overwritten(x, gamma, beta, state, momentum, eps, train):
    mu, var = state["running_mean"], state["running_var"]
    if train:
        mu, var = x.mean(0), x.var(0)
        state["running_mean"] = momentum * state["running_mean"] + (1 - momentum) * mu
        state["running_var"] = momentum * state["running_var"] + (1 - momentum) * var
    std = np.sqrt(var + eps)
    x_hat = (x - mu) / std
    return x_hat * gamma + beta, (x_hat, gamma, std, train), state


@slip("batchnorm_forward", "changed state in place")
def running_arrays_changed(x, gamma, beta, state, momentum, eps, train):
    mu, var = state["running_mean"], state["running_var"]
    if train:
        mu, var = x.mean(0), x.var(0)
        for key, value in (("running_mean", mu), ("running_var", var)):
            state[key] *= momentum
            state[key] += (1 - momentum) * value
    std = np.sqrt(var + eps)
    x_hat = (x - mu) / std
    return x_hat * gamma + beta, (x_hat, gamma, std, train), dict(state)


@slip("batchnorm_forward", "variance not updated")
def only_the_mean_kept(x, gamma, beta, state, momentum, eps, train):
    mu, var = state["running_mean"], state["running_var"]
    if train:
        mu, var = x.mean(0), x.var(0)
        state = {
            "running_mean": momentum * state["running_mean"] + (1 - momentum) * mu,
            "running_var": state["running_var"],
        }
    std = np.sqrt(var + eps)
    x_hat = (x - mu) / std
    return x_hat * gamma + beta, (x_hat, gamma, std, train), state


@slip("batchnorm_forward", "variance not kept")
def variance_not_in_the_state(x, gamma, beta, state, momentum, eps, train):
    mu, var = state["running_mean"], state["running_var"]
    if train:
        mu, var = x.mean(0), x.var(0)
        state = {"running_mean": momentum * state["running_mean"] + (1 - momentum) * mu}
    std = np.sqrt(var + eps)
    x_hat = (x - mu) / std
    return x_hat * gamma + beta, (x_hat, gamma, std, train), state


@slip("batchnorm_forward", "one mean for all")
def statistics_without_axis(x, gamma, beta, state, momentum, eps, train):
    mu, var = state["running_mean"], state["running_var"]
    if train:
        mu, var = np.mean(x), np.var(x)
        state = running(state, momentum, mu, var)
    std = np.sqrt(var + eps) * np.ones(x.shape[1])
    x_hat = (x - mu) / std
    return x_hat * gamma + beta, (x_hat, gamma, std, train), state


def normalized_backward(dout, cache, dgamma, dbeta):
    x_hat, gamma, std, train = cache
    d = dout * gamma
    if not train:
        return d / std, dgamma, dbeta
    n = len(d)
    dx = (n * d - d.sum(0) - x_hat * (d * x_hat).sum(0)) / n / std
    return dx, dgamma, dbeta


@slip("batchnorm_backward", "dgamma times gamma")
def gamma_in_its_own_gradient(dout, cache):
    x_hat, gamma, std, train = cache
    dgamma = np.sum(dout * gamma * x_hat, axis=0)
    return normalized_backward(dout, cache, dgamma, dout.sum(0))


@slip("batchnorm_backward", "1/N")
def means_of_dout(dout, cache):
    dgamma = np.mean(dout * cache[0], axis=0)
    return normalized_backward(dout, cache, dgamma, np.mean(dout, axis=0))


@slip("batchnorm_backward", "last two exchanged")
def bias_first(dout, cache):
    return normalized_backward(dout, cache, dout.sum(0), (dout * cache[0]).sum(0))


@slip("batchnorm_backward", "divided by features")
def divided_by_features(dout, cache):
    x_hat, gamma, std, train = cache
    d = dout * gamma
    dx = d
    if train:
        m = d.shape[1]
        dx = d - d.sum(0) / m - x_hat * (d * x_hat).sum(0) / m
    return dx / std, (dout * x_hat).sum(0), dout.sum(0)


def keeps_output_mask(x, keep, rng, train):
    out = x * (rng.random(x.shape) < keep) / keep if train else x.astype(float)
    return out, (out, keep, train)


@slip("dropout_backward", "mask from output", dropout_forward=keeps_output_mask)
def mask_read_off_the_output(dout, cache):
    out, keep, train = cache
    return dout * (out != 0) / (keep if train else 1.0)


@slip("dropout_forward", "not scaled")
def scale_forgotten(x, keep, rng, train):
    if not train:
        return x.astype(float), (np.ones(x.shape),)
    mask = rng.random(x.shape) < keep
    return x * mask, (mask,)


@slip("dropout_forward", "x changed in place")
def x_multiplied_in_place(x, keep, rng, train):
    mask = (rng.random(x.shape) < keep) / keep if train else np.ones(x.shape)
    x *= mask
    return x, (mask,)


def softmax_rows(scores, shift):
    e = np.exp(scores - shift)
    return e / e.sum(axis=1, keepdims=True)


def two_layers(params, x, y, shift=None, tiny=0.0):
    a = x @ params["w1"] + params["b1"]
    h = np.maximum(a, 0)
    s = h @ params["w2"] + params["b2"]
    p = softmax_rows(s, s.max(axis=1, keepdims=True) if shift is None else shift(s))
    loss = -np.mean(np.log(p[np.arange(len(x)), y] + tiny))
    ds = p.copy()
    ds[np.arange(len(x)), y] -= 1
    ds /= len(x)
    da = ds @ params["w2"].T * (a > 0)
    grads = {"w1": x.T @ da, "b1": da.sum(0), "w2": h.T @ ds, "b2": ds.sum(0)}
    return loss, grads


@slip("two_layer_loss", "penalty over n")
def penalty_over_2n(params, x, y, lam):
    loss, grads = two_layers(params, x, y)
    for name in ("w1", "w2"):
        loss += lam / (2 * len(x)) * np.sum(params[name] ** 2)
        grads[name] += lam / len(x) * params[name]
    return loss, grads


@slip("two_layer_loss", "penalty averaged")
def penalty_over_2n_in_the_loss_only(params, x, y, lam):
    loss, grads = two_layers(params, x, y)
    for name in ("w1", "w2"):
        loss += lam / (2 * len(x)) * np.sum(params[name] ** 2)
        grads[name] += lam * params[name]
    return loss, grads


@slip("two_layer_loss", "all parameters penalized")
def all_parameters_penalized(params, x, y, lam):
    loss, grads = two_layers(params, x, y)
    for name in params:
        loss += lam / 2 * np.sum(params[name] ** 2)
        grads[name] += lam * params[name]
    return loss, grads


@slip("two_layer_loss", "one shift for all")
def one_shift_for_all(params, x, y, lam):
    loss, grads = two_layers(params, x, y, shift=np.max)
    for name in ("w1", "w2"):
        loss += lam / 2 * np.sum(params[name] ** 2)
        grads[name] += lam * params[name]
    return loss, grads


@slip("two_layer_loss", "1e-12 in the log")
def small_number_in_the_log(params, x, y, lam):
    loss, grads = two_layers(params, x, y, tiny=1e-12)
    for name in ("w1", "w2"):
        loss += lam / 2 * np.sum(params[name] ** 2)
        grads[name] += lam * params[name]
    return loss, grads


@slip("two_layer_loss", "1e-8 in the log")
def larger_small_number_in_the_log(params, x, y, lam):
    loss, grads = two_layers(params, x, y, tiny=1e-8)
    for name in ("w1", "w2"):
        loss += lam / 2 * np.sum(params[name] ** 2)
        grads[name] += lam * params[name]
    return loss, grads


@slip("two_layer_loss", "penalty not halved")
def penalty_not_halved(params, x, y, lam):
    loss, grads = two_layers(params, x, y)
    for name in ("w1", "w2"):
        loss += lam * np.sum(params[name] ** 2)
        grads[name] += 2 * lam * params[name]
    return loss, grads


@slip("mlp_forward")
def last_layer_found_by_comparison(x, params):
    cache = []
    for w, b in params:
        z = x @ w + b
        cache.append((x, w, b, z))
        x = np.maximum(z, 0) if (w, b) != params[-1] else z
    return x, cache


@slip("mlp_forward", "max for maximum")
def maximum_of_the_columns(x, params):
    cache = []
    for i, (w, b) in enumerate(params):
        z = x @ w + b
        cache.append((x, w, b, z))
        x = z if i + 1 == len(params) else np.max(z, 0)
    return x, cache


@slip("mlp_forward", "returns early")
def returned_inside_the_loop(x, params):
    cache = []
    for i, (w, b) in enumerate(params):
        z = x @ w + b
        cache.append((x, w, b, z))
        x = z if i + 1 == len(params) else np.maximum(z, 0)
        return x, cache


@slip("mlp_backward", "returns early")
def returned_in_the_first_turn(dout, cache):
    grads = []
    for i in reversed(range(len(cache))):
        x, w, b, z = cache[i]
        if i + 1 < len(cache):
            dout = dout * (z > 0)
        grads.insert(0, (x.T @ dout, dout.sum(0)))
        dout = dout @ w.T
        return grads


@slip("mlp_backward", "weights and biases exchanged")
def biases_first(dout, cache):
    grads = []
    for i in reversed(range(len(cache))):
        x, w, b, z = cache[i]
        if i + 1 < len(cache):
            dout = dout * (z > 0)
        grads.insert(0, (dout.sum(0), x.T @ dout))
        dout = dout @ w.T
    return grads


@slip("mlp_backward", "all averaged")
def averaged_over_the_batch(dout, cache):
    grads = []
    for i in reversed(range(len(cache))):
        x, w, b, z = cache[i]
        if i + 1 < len(cache):
            dout = dout * (z > 0)
        grads.insert(0, (x.T @ dout / len(x), dout.mean(0)))
        dout = dout @ w.T
    return grads
