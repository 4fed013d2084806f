"""Attention: every query reads the values, weighted by how well their keys fit it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import leads, pair

SIZES = {"N": 2, "T": 4, "S": 5, "D": 3, "E": 6}  # all differ, none is a small multiple of another


def drawn(label: str, rng: np.random.Generator, sizes: dict[str, int], **mask: object) -> Case:
    """Queries, keys and values of the given sizes."""
    n, t, s, d, e = sizes.values()
    q, k, v = (rng.standard_normal(shape) for shape in ((n, t, d), (n, s, d), (n, s, e)))
    return case(label, q=q, k=k, v=v, **mask, **sizes)


def looks(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """A mask that hides at least one step from every query, and leaves at least two."""
    ranks = rng.random(shape).argsort(axis=-1).argsort(axis=-1)
    return ranks < rng.integers(2, shape[-1], (*shape[:-1], 1))


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """A mask for each example, none, one for all; as many queries as keys; a blind query."""
    yield drawn("no mask", rng, SIZES)
    yield drawn("mask (N, T, S)", rng, SIZES, mask=looks(rng, 2, 4, 5))
    wide = {"N": 3, "T": 5, "S": 4, "D": 2, "E": 1}
    yield drawn("mask (T, S)", rng, wide, mask=looks(rng, 5, 4))
    square = {"N": 3, "T": 3, "S": 3, "D": 5, "E": 5}
    before = np.tri(3, dtype=bool)  # a step looks at itself and at those before
    yield drawn("as many queries as keys", rng, square, mask=before)
    few = {"N": 3, "T": 3, "S": 4, "D": 2, "E": 5}
    yield drawn("mask (N, T, S), as many queries as texts", rng, few, mask=looks(rng, 3, 3, 4))
    mask = looks(rng, 2, 4, 5)
    mask[0, 1] = mask[1, 3] = False
    yield drawn("a query that may look nowhere", rng, SIZES, mask=mask)
    yield drawn("mask = None, one key", rng, {"N": 2, "T": 3, "S": 1, "D": 4, "E": 2}, mask=None)


def extreme(rng: np.random.Generator) -> Iterator[Case]:
    """Scores in the thousands; the largest of them hidden."""
    small = {"N": 1, "T": 2, "S": 3, "D": 1, "E": 2}
    keys = np.array([[[100.0], [-100.0], [99.0]]])
    # The largest scores of the two queries differ by thousands: each is shifted by its own.
    made = drawn("scores up to ±10,000", rng, small).replace(q=np.array([[[100.0], [-10.0]]]))
    yield made.replace(k=keys)
    made = drawn("the largest scores are hidden", rng, small, mask=np.ones((2, 3), bool))
    mask = np.array([[False, True, False], [True, False, True]])
    yield made.replace(q=np.array([[[100.0], [-100.0]]]), k=keys, mask=mask)


attention = pair(
    says="attention by scaled dot products",
    group="attention",
    cases=cases,
    extreme=extreme,
    cache="(q, k, v, weights, mask)",
    whole="q k v",
    returns="out: example query entry",
    grads="dq: example query feature, dk: example key feature, dv: example key entry",
    atol=1e-9,
    forbids=("nnkit.layers", "torch.nn.functional.scaled_dot_product_attention"),
)


@attention.forward
@leads(
    "Scores by dot products, softmax over the keys, a weighted mean of the values.",
    "scores = q·kᵀ / √D of shape (N, T, S), −∞ where the mask forbids; subtract each "
    "row's largest score that counts before exp, and let rows without any be 0.",
)
def attention_forward(q, k, v, mask=None):
    """out = softmax(q kᵀ / √D) v, the softmax over the keys that a query may look at."""
    scores = q @ k.swapaxes(1, 2) / np.sqrt(q.shape[2])
    # ~ not scaled: q @ k.swapaxes(1, 2) | What divides the product of a query and a key?
    # ~ scaled by D: np.sqrt(q.shape[2]) => q.shape[2] | D products add up; how fast does their
    #     spread grow?
    # ~ scaled up: q @ k.swapaxes(1, 2) * np.sqrt(q.shape[2]) | Larger D, larger sums: divide.
    # ~ scaled by number of keys: q.shape[2] => k.shape[1] | How many products add up to a score?
    # ~ scaled by width of v: q.shape[2] => v.shape[2] | Does a score depend on the values?
    everywhere = np.ones(scores.shape, dtype=bool)
    seen = everywhere if mask is None else np.asarray(mask, dtype=bool) & everywhere
    # ~ mask reversed: seen = everywhere if mask is None else ~np.asarray(mask, bool) & everywhere
    #     | True means that the query may look.
    # ~ mask ignored: everywhere | What is hidden takes no part.
    # ~ mask of first example: seen = everywhere if mask is None else
    #     np.asarray(mask, bool).reshape(-1, *scores.shape[1:])[:1] & everywhere
    #     | A mask (N, T, S) has something to say about every example.
    shown = np.where(seen, scores, -np.inf)
    # ~ mask taken by length: seen = everywhere if mask is None else np.stack([
    #     np.asarray(mask[t] if len(mask) == q.shape[1] else mask[:, t], bool) & everywhere[:, t]
    #     for t in range(q.shape[1])], axis=1)
    #     | Does the mask have two axes or three? Its length alone cannot tell.
    # ~ hidden scores zero: -np.inf => 0.0 | A score of 0 is a score like others: exp(0) = 1.
    top = shown.max(axis=2, keepdims=True)
    # ~ shift by hidden scores: scores.max(axis=2, keepdims=True)
    #     | Shift by the largest score that is seen: a hidden one may lie far above it.
    e = np.exp(shown - np.where(np.isfinite(top), top, 0.0))
    # ~ no shift: np.exp(shown) | What is exp(10000)?
    # ~ softmax over queries: e = np.exp(shown - shown.max(where=seen, initial=-1e300));
    #     e = e / np.maximum(e.sum(axis=1, keepdims=True), 1e-300); return e @ v, (q, k, v, e, mask)
    #     | The weights of one query add up to 1.
    total = e.sum(axis=2, keepdims=True)
    weights = e / np.where(total > 0, total, 1.0)
    # ~ blind query divides by zero: np.where(total > 0, total, 1.0) => total
    #     | What if a query may look nowhere?
    # ~ blind query looks everywhere: np.where(total > 0, e / np.maximum(total, 1e-300),
    #     1 / k.shape[1]) | A query that may look nowhere sees nothing: its output is 0.
    # ~ not normalized: e | The weights of a query add up to 1.
    # ~ masked after softmax: seen * np.exp(scores - scores.max(axis=2, keepdims=True))
    #     / np.exp(scores - scores.max(axis=2, keepdims=True)).sum(axis=2, keepdims=True)
    #     | The weights of the steps that are seen add up to 1.
    out = weights @ v
    # ~ best key only: np.take_along_axis(v, weights.argmax(axis=2)[:, :, None], axis=1)
    #     | Every step counts with its weight; a choice has no gradient.
    # ~ averaged: weights @ v / k.shape[1] | The weights add up to 1 already.
    # ~ values ignored: weights @ v => weights @ np.ones_like(v) | What is being averaged?
    return out, (q, k, v, weights, mask)


@attention.backward
@leads(
    "Three stages back: the weighted mean, the softmax of each row, the product of "
    "queries and keys.",
    "dweights = dout·vᵀ and dv = weightsᵀ·dout; dscores = weights·(dweights − sum of "
    "weights·dweights along the row); dq = dscores·k / √D, dk = dscoresᵀ·q / √D.",
)
def attention_backward(dout, cache):
    """Back through the weighted sum, the softmax of each query, and the product q kᵀ / √D."""
    q, k, v, weights, mask = cache
    # ~ weights without the mask: ...; weights = np.exp(q @ k.swapaxes(1, 2) / np.sqrt(q.shape[2]));
    #     weights /= weights.sum(axis=2, keepdims=True)
    #     | The cache holds the weights: they know what is hidden.
    dv = weights.swapaxes(1, 2) @ dout
    # ~ dv ignores weights: np.ones_like(weights).swapaxes(1, 2) @ dout
    #     | A value counted with its weight in forward.
    # ~ dv averaged: weights.swapaxes(1, 2) @ dout / q.shape[1] | The gradients of all queries add.
    dweights = dout @ v.swapaxes(1, 2)
    # ~ ignores dout
    inner = (dweights * weights).sum(axis=2, keepdims=True)
    # ~ inner sum over queries: axis=2 => axis=1 | Each query has a softmax of its own.
    # ~ inner sum missing: 0.0 | A weight can only grow if the others shrink.
    # ~ inner sum without weights: dweights.mean(axis=2, keepdims=True)
    #     | Which mean of the weights' gradients is subtracted?
    dscores = weights * (dweights - inner) / np.sqrt(q.shape[2])
    # ~ diagonal only: weights * (1 - weights) * dweights / np.sqrt(q.shape[2])
    #     | In a softmax every output depends on every score.
    # ~ softmax ignored: dweights / np.sqrt(q.shape[2]) | Between scores and weights is a softmax.
    # ~ weights missing: (dweights - inner) / np.sqrt(q.shape[2])
    #     | A score with a small weight has a small say.
    # ~ not scaled: weights * (dweights - inner) | What divided the scores in forward?
    # ~ scaled by D: np.sqrt(q.shape[2]) => q.shape[2] | The same factor as in forward.
    # ~ scaled by width of v: q.shape[2] => v.shape[2] | The same factor as in forward.
    # ~ scaled up: weights * (dweights - inner) * np.sqrt(q.shape[2])
    # ~ scaled twice: weights * (dweights - inner) / np.sqrt(q.shape[2]) => weights
    #     * (dweights - inner) / np.sqrt(q.shape[2]) ** 2 | The same factor as in forward.
    dq = dscores @ k  # ~ sign
    # ~ dq not scaled: dscores @ k * np.sqrt(q.shape[2]) | What divided the scores in forward?
    dk = dscores.swapaxes(1, 2) @ q  # ~ sign
    # ~ dk not scaled: dscores.swapaxes(1, 2) @ q * np.sqrt(q.shape[2])
    #     | What divided the scores in forward?
    # ~ dk of first query: dscores[:, :1].swapaxes(1, 2) @ q[:, :1]
    #     | Every query looks at every key.
    return dq, dk, dv
