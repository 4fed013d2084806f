"""Mistakes of a second hunt from the texts of chapter 3: some passed, others were not led to."""

import copy
import math

import numpy as np
from scipy.special import erf

from tests.exercises.slips import slip


def logistic(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z, float)))


def along_channels(a, x):
    return np.reshape(a, (1, -1) + (1,) * (x.ndim - 2))


# Passed before.


@slip("logistic_forward", "Two cases by sign")
def logistic_by_two_masks(x):
    out = np.zeros(x.shape)
    up, down = x > 0, x < 0
    out[up] = 1 / (1 + np.exp(-x[up]))
    out[down] = np.exp(x[down]) / (1 + np.exp(x[down]))
    return out, (out,)


@slip("swish_forward", "2 of|differ")
def swish_without_zero(x, beta=1.0):
    beta = beta or 1.0
    return x * logistic(beta * x), (x, beta)


@slip("swish_forward", "beta may be negative")
def swish_by_the_sign_of_x(x, beta=1.0):
    e = np.exp(-np.abs(beta * x))
    return x * np.where(x >= 0, 1, e) / (1 + e), (x, beta)


@slip("prelu_forward", "which values may it take")
def prelu_of_positive_slopes(x, a):
    return np.where(x > 0, x, np.abs(along_channels(a, x)) * x), (x, a)


def prelu_forward(x, a):
    return np.where(x > 0, x, along_channels(a, x) * x), (x, a)


@slip("prelu_backward", "which sign has to be asked", prelu_forward=prelu_forward)
def prelu_masked_by_out(dout, cache):
    x, a = cache
    on = np.where(x > 0, x, along_channels(a, x) * x) > 0
    axes = tuple(k for k in range(x.ndim) if k != 1)
    dx = dout * np.where(on, 1.0, along_channels(a, x))
    return dx, (dout * np.where(on, 0.0, x)).sum(axis=axes)


@slip("gelu_forward", "small and not 0")
def gelu_without_its_tail(x):
    return np.where(x < -3, 0.0, 0.5 * x * (1 + erf(x / np.sqrt(2)))), (x,)


def two_layers(params, x, y, lam, probability):
    w1, b1, w2, b2 = (params[k] for k in ("w1", "b1", "w2", "b2"))
    h = np.maximum(x @ w1 + b1, 0)
    p = probability(h @ w2 + b2)
    n = len(x)
    loss = -np.log(p[np.arange(n), y]).mean() + lam / 2 * ((w1**2).sum() + (w2**2).sum())
    ds = p.copy()
    ds[np.arange(n), y] -= 1
    ds /= n
    dz = (ds @ w2.T) * (h > 0)
    return loss, {
        "w1": x.T @ dz + lam * w1,
        "b1": dz.sum(axis=0),
        "w2": h.T @ ds + lam * w2,
        "b2": ds.sum(axis=0),
    }


def softmax(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@slip("two_layer_loss", "A bound on p")
def probabilities_cut_off(params, x, y, lam):
    return two_layers(params, x, y, lam, lambda scores: np.clip(softmax(scores), 1e-15, 1))


# Led astray before, or nowhere.


@slip("two_layer_loss", "no shift fails")
def exp_of_the_scores(params, x, y, lam):
    def probability(scores):
        return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)

    return two_layers(params, x, y, lam, probability)


@slip("two_layer_loss", "all scores of an example move together")
def maximum_of_columns(params, x, y, lam):
    def probability(scores):
        e = np.exp(scores - scores.max(axis=0))
        return e / e.sum(axis=1, keepdims=True)

    return two_layers(params, x, y, lam, probability)


@slip("logistic_forward", "lost its fractions")
def logistic_in_an_array_like_x(x):
    out = np.empty_like(x)
    out[...] = logistic(x)
    return out, (out,)


BUFFERS = {}


@slip("logistic_forward", "depends on other calls")
def logistic_in_a_buffer(x):
    out = BUFFERS.setdefault(x.shape, np.empty(x.shape))
    out[...] = logistic(x)
    return out, (out,)


@slip("elu_forward", "computes exp")
def elu_by_exp_minus_one(x, alpha=1.0):
    return np.where(x > 0, x, alpha * (np.exp(np.minimum(x, 0)) - 1)), (x, alpha)


@slip("elu_forward", "default is 0.1")
def elu_with_another_default(x, alpha=0.1):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))), (x, alpha)


@slip("elu_forward", "just below 0")
def elu_by_maximum(x, alpha=1.0):
    return np.maximum(x, alpha * np.expm1(np.minimum(x, 0))), (x, alpha)


@slip("rmsprop_step", "default is 1e-06")
def rmsprop_with_another_eps(w, dw, state, lr, rho=0.9, eps=1e-6):
    r = rho * (state or {}).get("r", 0.0) + (1 - rho) * dw**2
    return w - lr * dw / (np.sqrt(r) + eps), {"r": r}


@slip("rmsprop_step", "Look at the brackets")
def rmsprop_eps_outside(w, dw, state, lr, rho=0.9, eps=1e-8):
    r = rho * (state or {}).get("r", 0.0) + (1 - rho) * dw**2
    return w - lr * dw / np.sqrt(r) + eps, {"r": r}


@slip("nesterov_step", "lr may change")
def nesterov_of_sutskever(w, dw, state, lr, mu=0.9):
    v = mu * (state or {}).get("v", 0.0) - lr * dw
    return w + mu * v - lr * dw, {"v": v}


@slip("nesterov_step", "the way that this step has gone")
def nesterov_keeping_the_step(w, dw, state, lr, mu=0.9):
    step = dw + mu * (mu * (state or {}).get("v", 0.0) + dw)
    return w - lr * step, {"v": step}


@slip("adam_step", "beta1 and beta2 are arguments")
def adam_with_fixed_betas(w, dw, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = (state or {}).get("kept", (0.0, 0.0, 0))
    m, v, t = 0.9 * m + 0.1 * dw, 0.999 * v + 0.001 * dw**2, t + 1
    step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + eps)
    return w - lr * step, {"kept": (m, v, t)}


@slip("xavier_init", "expected float64")
def xavier_in_single_precision(fan_in, fan_out, rng):
    w = rng.standard_normal((fan_in, fan_out), dtype=np.float32)
    return w * np.float32(math.sqrt(2 / (fan_in + fan_out)))


@slip("xavier_init", "What does it average")
def xavier_of_one_fan(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(1 / fan_in), (fan_in, fan_out))


@slip("he_init", "a copy of it")
def he_from_a_copy(fan_in, fan_out, rng):
    return copy.deepcopy(rng).normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))


@slip("xavier_init", "not stretched")
def xavier_stretched(fan_in, fan_out, rng):
    z = rng.normal(size=(fan_in, fan_out))
    return z / np.sqrt((z**2).mean()) * np.sqrt(2 / (fan_in + fan_out))


@slip("dropout_forward", "a copy of it")
def dropout_from_a_copy(x, keep, rng, train):
    own = copy.deepcopy(rng)
    mask = (own.random(x.shape) < keep) / keep if train else np.ones(x.shape)
    return x * mask, (mask,)


@slip("dropout_forward", "On which side does the text")
def dropout_as_it_was(x, keep, rng, train):
    mask = (rng.random(x.shape) < keep) * 1.0 if train else np.full(x.shape, keep)
    return x * mask, (mask,)


@slip("check_along", "type of each point")
def check_along_in_single_precision(f, grad, w, rng, directions=3, eps=1e-5):
    worst = 0.0
    for _ in range(directions):
        u = rng.normal(size=w.shape)
        u /= np.linalg.norm(u)
        ahead, behind = (w + eps * u).astype(w.dtype), (w - eps * u).astype(w.dtype)
        slope, claim = (f(ahead) - f(behind)) / (2 * eps), (grad * u).sum()
        size = abs(slope) + abs(claim)
        worst = max(worst, abs(slope - claim) / size if size else 0.0)
    return float(worst)


@slip("mlp_backward", "before or after that layer")
def mlp_masked_too_late(dout, cache):
    grads = []
    for x, w, _, z in reversed(cache):
        grads.append((x.T @ dout, dout.sum(axis=0)))
        dout = (dout * (z > 0)) @ w.T
    return grads[::-1]


@slip("count_parameters", "any number of layers")
def count_of_two_layers(sizes):
    first, hidden, last = sizes[0], sizes[1], sizes[-1]
    return hidden + last, first * hidden + hidden * last, hidden + last


@slip("bump", "height may be negative")
def bump_never_below_zero(x, left, right, height, slope=100.0):
    return np.maximum(0, height * (logistic(slope * (x - left)) - logistic(slope * (x - right))))


@slip("affine_backward", "product of two sums")
def affine_of_sums(dout, cache):
    x, w, _ = cache
    dw = np.outer(x.reshape(len(x), -1).sum(axis=0), dout.sum(axis=0))
    return (dout @ w.T).reshape(x.shape), dw, dout.sum(axis=0)


class Node:
    """A Value in the structure of the text; what is spoiled below is written over."""

    def __init__(self, data, parents=(), slopes=()):
        self.data, self.grad, self.parents, self.slopes = float(data), 0.0, parents, slopes

    def lift(self, other):
        return other if isinstance(other, Node) else type(self)(other)

    def __add__(self, other):
        other = self.lift(other)
        return type(self)(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = self.lift(other)
        return type(self)(self.data * other.data, (self, other), (other.data, self.data))

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -self.lift(other)

    def __truediv__(self, other):
        return self * self.lift(other) ** -1

    def __pow__(self, k):
        return type(self)(self.data**k, (self,), (k * self.data ** (k - 1),))

    def __rpow__(self, k):
        value = k**self.data
        return type(self)(value, (self,), (value * math.log(k),))

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return self.lift(other) - self

    def __rtruediv__(self, other):
        return self.lift(other) / self

    def exp(self):
        value = math.exp(self.data)
        return type(self)(value, (self,), (value,))

    def log(self):
        return type(self)(math.log(self.data), (self,), (1 / self.data,))

    def tanh(self):
        value = math.tanh(self.data)
        return type(self)(value, (self,), (1 - value**2,))

    def max(self, other):
        other = self.lift(other)
        first = self.data >= other.data
        value = self.data if first else other.data
        return type(self)(value, (self, other), (float(first), float(not first)))

    def order(self):
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        return order

    def backward(self):
        order = self.order()
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                parent.grad += slope * node.grad


@slip("Value", "a Value of its own")
class MaximumHandedBack(Node):
    def max(self, other):
        other = self.lift(other)
        return self if self.data >= other.data else other


@slip("Value", "2⁴⁰ paths")
class EveryPath(Node):
    def backward(self):
        for node in self.order():
            node.grad = 0.0

        def push(node, grad):
            node.grad += grad
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                push(parent, grad * slope)

        push(self, 1.0)


@slip("Value", "a new Value")
class SumInPlace(Node):
    def __add__(self, other):
        self.data += self.lift(other).data
        return self


@slip("Value", "may hold the same number")
class SeenByNumber(Node):
    def order(self):
        order, seen = [], set()

        def visit(node):
            if node.data not in seen:
                seen.add(node.data)
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        return order


@slip("Value", "After everything that uses it")
class LeavesFirst(Node):
    def backward(self):
        for node in self.order():
            node.grad = 0.0
        self.grad = 1.0
        for node in self.order():
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                parent.grad += slope * node.grad


@slip("Value", "multiplies the local slope")
class NoUpstream(Node):
    def backward(self):
        for node in self.order():
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(self.order()):
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                parent.grad += slope


@slip("Value", "Another graph keeps its own")
class OneListForAll(Node):
    def backward(self, order=[]):  # noqa: B006
        order += [node for node in self.order() if node not in order]
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                parent.grad += slope * node.grad


@slip("Value", "leaves and those between")
class OnlyLeavesAfresh(Node):
    def backward(self):
        for node in self.order():
            node.grad = node.grad if node.parents else 0.0
        self.grad = 1.0
        for node in reversed(self.order()):
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                parent.grad += slope * node.grad
