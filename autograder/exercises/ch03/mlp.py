"""A network of any depth: affine layers with ReLU between them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import leads, pair


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Four layers, two, one; a zero example and zero biases put units right on their kink."""
    for sizes, n, on_kink in (
        ((4, 6, 5, 3, 2), 5, False),
        ((3, 5, 2), 4, True),
        ((4, 2), 3, False),
        ((3, 4, 4, 4), 5, False),
        ((3, 3, 3), 3, False),
        ((1, 3, 2), 4, False),
        ((4, 6, 5, 3, 2), 5, False),
    ):
        x, params = _draw(rng, n, sizes, on_kink)
        while _unfit(x, params):
            x, params = _draw(rng, n, sizes, on_kink)
        depth = {1: "one layer", 2: "two layers"}.get(len(params), f"{len(params)} layers")
        label = f"{'exactly at a kink, ' if on_kink else ''}{depth}, {'-'.join(map(str, sizes))}"
        yield case(label, x=x, params=params, N=n)


def _draw(
    rng: np.random.Generator, n: int, sizes: tuple[int, ...], on_kink: bool
) -> tuple[np.ndarray, list]:
    x = rng.standard_normal((n, sizes[0]))
    params = [
        (rng.standard_normal((i, o)), 0.5 * rng.standard_normal(o)) for i, o in pairwise(sizes)
    ]
    if on_kink:
        x[0], params[0][1][:2] = 0.0, 0.0
    return x, params


def _unfit(x: np.ndarray, params: list) -> bool:
    """A kink is near, a hidden layer passes all, an example nothing, or outputs have one sign."""
    for w, b in params[:-1]:
        z = x @ w + b
        if (np.abs(z[z != 0]) < 0.01).any() or (z > 0).all() or not (z > 0).any(axis=0).all():
            return True
        x = np.maximum(z, 0.0)
    out = x @ params[-1][0] + params[-1][1]
    return not ((out < 0).any() and (out > 0).any())


mlp = pair(
    says="a network of any depth",
    group="nets",
    cases=cases,
    cache="a list of (x_in, w, b, z), one a layer",
    whole="x",
    returns="out: example output",
    grads="grads",
    forbids=("nnkit.layers",),
)


@mlp.forward
@leads(
    "One layer after the other, affine then activation, the last one affine alone; each "
    "keeps a cache.",
    "h₀ = x, hₗ = activation(hₗ₋₁wₗ + bₗ); collect the caches in the order in which they are made.",
)
def mlp_forward(x, params):
    """Affine layers with ReLU between; params is a list of (w, b)."""
    cache = []
    for i, (w, b) in enumerate(params):
        # ~ layers reversed: enumerate(params[::-1])
        #     | The first entry of params is the layer nearest the data.
        # ~ returns early
        z = x @ w + b
        # ~ relu before affine: x => np.maximum(x, 0.0)
        #     | The data themselves are not cut off; the activation follows the affine map.
        # ~ bias missing: x @ w | Every layer has a bias.
        # ~ last bias missing: b => b if i < len(params) - 1 else 0.0 * b
        cache.append((x, w, b, z))
        x = z if i == len(params) - 1 else np.maximum(z, 0.0)
        # ~ relu after last: np.maximum(z, 0.0)
        #     | Outputs may be negative. Which layers have an activation?
        # ~ relu missing: z | Without a non-linearity all layers together are one.
        # ~ relu in first only: i == len(params) - 1 => i > 0 or len(params) == 1
        #     | Every layer but one has an activation.
        # ~ tanh for relu: np.maximum(z, 0.0) => np.tanh(z) | Which activation is asked for?
        # ~ leaky: 0.0 => 0.01 * z | A ReLU lets nothing through on the negative side.
        # ~ bias before relu lost: np.maximum(z, 0.0) => np.maximum(z - b, 0.0) + b
        #     | The bias shifts the ramp; it is added before the activation.
        # ~ last layer by comparison: i == len(params) - 1 => (w, b) == params[-1]
        #     | Comparing tuples of arrays compares arrays. How else does a loop know its last turn?
        # ~ max for maximum: np.maximum(z, 0.0) => np.max(z, 0) | np.max finds one largest number
        #     along an axis. Which function compares entry by entry?
    return x, cache
    # ~ last layer missing: x => cache[-1][0] * 1.0 | Count how many layers your loop applies.


@mlp.backward
@leads(
    "The same layers, from the last to the first: what leaves one backward enters the one before.",
    "Take the caches from the end; through an activation before its affine map, except "
    "at the last layer, which has none.",
)
def mlp_backward(dout, cache):
    """From the last layer to the first; the list of (dw, db) in the order of the layers."""
    grads = []
    last = len(cache) - 1
    # ~ ignores dout: ...; dout = np.ones_like(dout)
    #     | Every gradient starts from the one that comes in from above.
    for i in range(last, -1, -1):
        # ~ returns early
        x, w, _, z = cache[i]
        # ~ pre activation for input: ...; x = cache[i - 1][3] if i > 0 else x
        #     | Each layer's dw needs what went into that layer, after the activation.
        dz = dout if i == last else dout * (z > 0)
        # ~ value for mask: dout if i == last else dout * np.maximum(z, 0.0) | What is the
        #     slope of the ReLU where the unit is on?
        # ~ mask missing: dout | Hidden units that were off pass nothing back.
        # ~ mask one layer late: dout
        #     | Which layer's z has the shape of what the mask is multiplied with, and does the
        #     mask come before or after that layer's product?
        # ~ mask on last: dout * (z > 0) | There is no activation after the last layer.
        # ~ mask of next layer: dout | Each layer's mask comes from its own pre-activation.
        # ~ mask from dout: z => dout | Which units were on was decided in forward.
        # ~ slope one at zero: z > 0 => z >= 0 | Which slope has been agreed on at exactly 0?
        grads.append((x.T @ dz, dz.sum(axis=0)))
        # ~ dw without mask: x.T @ dz => x.T @ dout | The weights sit before the activation.
        # ~ dw averaged: x.T @ dz => x.T @ dz / len(x) | The loss has averaged already.
        # ~ dw transposed: x.T @ dz => (x.T @ dz).T | dw has the shape of w.
        # ~ db without mask: dz.sum => dout.sum | The bias sits before the activation.
        # ~ db averaged: dz.sum => dz.mean
        #     | b reaches every example; where a value is copied, gradients add up.
        # ~ weights and biases exchanged: grads.append((dz.sum(axis=0), x.T @ dz))
        #     | Which comes first in a pair of grads?
        # ~ all averaged: grads.append((x.T @ dz / len(x), dz.mean(axis=0)))
        #     | The loss has averaged already.
        dout = dz @ w.T  # ~ signal sign: -dz @ w.T | Check the sign of what is passed down.
        # ~ mask not passed on: dout @ w.T
        #     | What goes down to the next layer has passed this layer's activation too.
        # ~ mask one layer late: (dz * (z > 0)) @ w.T
        # ~ mask of next layer: dz @ w.T * (x > np.abs(x).mean())
    return grads[::-1]
    # ~ order reversed: grads | grads follows params: the layer nearest the data comes first.
    # ~ first layer missing: grads[::-1][1:] | Every layer has a gradient, the first too.
