"""Chapter 3, activations and the affine map: slips of students."""
# ruff: noqa: RUF059 - as students write it

import math

import numpy as np

from tests.exercises.slips import slip


@slip("relu_forward", "max for maximum")
def maximum_over_an_axis(x):
    return np.max(x, 0), (x,)


@slip("relu_forward", "max of two arguments")
def max_of_two_arguments(x):
    return np.max(0, x), (x,)


@slip("relu_forward", "changed x in place")
def negative_entries_set_to_zero_in_x(x):
    x[x < 0] = 0
    return x, (x,)


@slip("relu_forward", "returned None")
def printed(x):
    print(np.where(x > 0, x, 0.0))


@slip("relu_backward", "mask from dout")
def mask_from_the_gradient(dout, cache):
    (x,) = cache
    dx = dout.copy()
    dx[dout < 0] = 0
    return dx


@slip("relu_backward", "changed dout in place")
def gradient_zeroed_in_place(dout, cache):
    x = cache[0]
    dout[x <= 0] = 0
    return dout


@slip("leaky_relu_backward", "slope one at zero")
def strict_on_the_negative_side(dout, cache):
    x, slope = cache
    grad = np.ones(x.shape)
    grad[x < 0] = slope
    return grad * dout


@slip("leaky_relu_forward", "maxima of columns")
def max_for_maximum(x, slope=0.01):
    return np.max(x, 0) + slope * np.min(x, 0), (x, slope)


@slip("leaky_relu_forward", "whole numbers kept")
def written_into_zeros_of_x(x, slope=0.01):
    out = np.zeros_like(x)
    out[x > 0] = x[x > 0]
    out[x <= 0] = slope * x[x <= 0]
    return out, (x, slope)


@slip("prelu_backward", "dx zero at zero")
def strict_on_both_sides(dout, cache):
    x, a = cache
    shape = [1] * x.ndim
    shape[1] = -1
    da = np.sum(dout * x * (x < 0), axis=tuple(i for i in range(x.ndim) if i != 1))
    return dout * (x > 0) + dout * a.reshape(shape) * (x < 0), da


@slip("prelu_backward", "dx slope one at zero")
def slope_only_below_zero(dout, cache):
    x, a = cache
    at = a.reshape((1, len(a)) + (1,) * (x.ndim - 2))
    dx = dout.copy()
    dx = np.where(x < 0, at * dx, dx)
    da = np.where(x < 0, x * dout, 0)
    return dx, np.moveaxis(da, 1, 0).reshape(len(a), -1).sum(axis=1)


@slip("prelu_backward", "first two exchanged")
def slope_first(dout, cache):
    x, a = cache
    at = a.reshape((1, len(a)) + (1,) * (x.ndim - 2))
    dx = dout * np.where(x > 0, 1, at)
    da = dout * np.minimum(x, 0)
    return np.moveaxis(da, 1, 0).reshape(len(a), -1).sum(1), dx


@slip("prelu_backward", "da averaged")
def slope_gradient_a_mean(dout, cache):
    x, a = cache
    at = a.reshape((1, len(a)) + (1,) * (x.ndim - 2))
    da = dout * np.minimum(x, 0)
    return dout * np.where(x > 0, 1, at), np.mean(da, axis=(0, *range(2, x.ndim)))


@slip("elu_forward", "alpha missing")
def alpha_forgotten(x, alpha=1.0):
    out = x.astype(float)
    out[x <= 0] = np.exp(x[x <= 0]) - 1
    return out, (x, alpha)


@slip("elu_backward", "out plus one")
def value_plus_one(dout, cache):
    x, alpha = cache
    out = np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))
    return dout * np.where(x > 0, 1, out + 1)


@slip("tanh_backward", "derivative of out")
def slope_of_the_input(dout, cache):
    (out,) = cache
    return dout * (1 - np.tanh(out) ** 2)


@slip("logistic_backward", "derivative of out")
def logistic_once_more(dout, cache):
    (out,) = cache
    s = 1 / (1 + np.exp(-out))
    return dout * s * (1 - s)


@slip("swish_backward", "second term missing")
def only_the_gate(dout, cache):
    x, beta = cache
    return dout / (1 + np.exp(-np.clip(beta * x, -700, 700)))


@slip("gelu_backward", "density term missing")
def density_forgotten(dout, cache):
    (x,) = cache
    cdf = np.vectorize(lambda v: 0.5 * (1 + math.erf(v / math.sqrt(2))))(x)
    return cdf * dout


@slip("affine_backward", "first two exchanged")
def weights_first(dout, cache):
    x, w, b = cache
    rows = x.reshape(x.shape[0], -1)
    return rows.T @ dout, (dout @ w.T).reshape(x.shape), np.sum(dout, 0)


@slip("affine_backward", "last two exchanged")
def bias_before_weights(dout, cache):
    x, w, b = cache
    rows = x.reshape(x.shape[0], -1)
    return (dout @ w.T).reshape(x.shape), np.sum(dout, 0), rows.T @ dout


@slip("affine_backward", "db averaged")
def bias_gradient_a_mean(dout, cache):
    x, w, b = cache
    rows = x.reshape(x.shape[0], -1)
    return np.dot(dout, w.T).reshape(x.shape), np.dot(rows.T, dout), np.mean(dout, axis=0)


@slip("affine_backward", "1/N")
def everything_divided_by_n(dout, cache):
    x, w, b = cache
    n = x.shape[0]
    rows = x.reshape(n, -1)
    return (dout @ w.T).reshape(x.shape), rows.T @ dout / n, dout.sum(0) / n


@slip("affine_backward", "dx ignores dout")
def input_gradient_without_dout(dout, cache):
    x, w, b = cache
    rows = x.reshape(x.shape[0], -1)
    dx = np.tile(w.sum(axis=1), (len(x), 1)).reshape(x.shape)
    return dx, rows.T @ dout, dout.sum(0)


@slip("affine_backward", "ignores dout")
def whole_gradient_without_dout(dout, cache):
    x, w, b = cache
    rows = x.reshape(x.shape[0], -1)
    ones = np.ones(dout.shape)
    return (ones @ w.T).reshape(x.shape), rows.T @ ones, ones.sum(0)


@slip("affine_backward", "dx not reshaped")
def flat_input_gradient(dout, cache):
    x, w, b = cache
    dx = dout.dot(w.T)
    return dx, x.reshape(len(x), -1).T.dot(dout), dout.sum(axis=0)


def keeps_rows(x, w, b):
    rows = x.reshape(len(x), -1)
    return rows @ w + b, (rows, w, b)


@slip("affine_backward", "puts into the cache", affine_forward=keeps_rows)
def forward_kept_the_flattened_x(dout, cache):
    x, w, b = cache
    rows = x.reshape(len(x), -1)
    return (dout @ w.T).reshape(x.shape), rows.T @ dout, dout.sum(axis=0)
