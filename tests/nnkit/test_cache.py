"""Backward obeys the entries of the cache it is given, whatever forward kept beside them."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from torch_cells import CELLS

import nnkit.functional as F

REBUILT = {
    "list": list,
    "tuple": tuple,
    "slice": lambda cache: cache[:],
    "copy": copy.copy,
    "deep copy": copy.deepcopy,
    "pickle": lambda cache: pickle.loads(pickle.dumps(cache)),
}


def sequence(cell, seed, n=2, length=5, d=3, h=4):
    _, states, blocks = CELLS[cell]
    rng = np.random.default_rng(seed)
    shapes = [(n, length, d), *[(n, h)] * states, (d, blocks * h), (h, blocks * h), (blocks * h,)]
    return [rng.standard_normal(s) for s in shapes]


def chained(cell, dh, cache):
    """Return the gradients by the definition: the backward of each step, the last one first."""
    step, states = getattr(F, f"{cell}_step_backward"), CELLS[cell][1]
    carry, dx, each = [np.zeros_like(dh[:, 0])] * states, [], []
    for t in reversed(range(len(cache))):
        first, *rest = step(dh[:, t] + carry[0], *carry[1:], cache[t])
        dx.insert(0, first)
        carry = rest[:states]
        each.append(rest[states:])
    params = [np.sum(parts, axis=0) for parts in zip(*each, strict=True)]
    return [np.stack(dx, axis=1), *carry, *params]


def same(found, wanted):
    return all(
        np.allclose(a, b, rtol=1e-10, atol=1e-12) for a, b in zip(found, wanted, strict=True)
    )


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("rebuild", REBUILT)
def test_the_backward_of_a_rebuilt_cache_is_that_of_its_steps(cell, rebuild):
    h, cache = getattr(F, f"{cell}_forward")(*sequence(cell, 0))
    dh = np.random.default_rng(1).standard_normal(h.shape)
    backward = getattr(F, f"{cell}_backward")
    assert same(backward(dh, REBUILT[rebuild](cache)), chained(cell, dh, cache))
    assert same(backward(dh, cache), chained(cell, dh, cache))


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("t", range(5))
def test_a_step_put_into_a_list_of_the_cache_is_obeyed(cell, t):
    (h, cache), (_, other) = (getattr(F, f"{cell}_forward")(*sequence(cell, s)) for s in (0, 7))
    dh = np.random.default_rng(1).standard_normal(h.shape)
    changed = list(cache)
    changed[t] = other[t]
    found = getattr(F, f"{cell}_backward")(dh, changed)
    assert same(found, chained(cell, dh, changed))
    assert not same(found, chained(cell, dh, cache))
    with pytest.raises(TypeError, match="does not support item assignment"):
        cache[t] = other[t]


def test_what_an_lstm_cache_shows_is_the_memory_that_backward_reads():
    h, cache = F.lstm_forward(*sequence("lstm", 0))
    dh = np.random.default_rng(1).standard_normal(h.shape)
    for entry in cache[2]:
        entry *= 0.5
        assert same(F.lstm_backward(dh, cache), chained("lstm", dh, cache))


def test_a_rebuilt_cache_of_other_scores_is_obeyed():
    rng = np.random.default_rng(0)
    scores, y = rng.standard_normal((4, 3)), np.array([0, 2, 1, 1])
    _, cache = F.cross_entropy_forward(scores, y)
    other = 2.0 * scores
    _, wanted = F.cross_entropy_forward(other, y)
    found = F.cross_entropy_backward((other, cache[1]))
    np.testing.assert_allclose(found, F.cross_entropy_backward(wanted))
    x = rng.standard_normal(5)
    _, cache = F.gelu_forward(x)
    np.testing.assert_allclose(F.gelu_backward(x, tuple(cache)), F.gelu_backward(x, cache))
    np.testing.assert_allclose(
        F.gelu_backward(x, copy.copy(cache)), F.gelu_backward(x, F.gelu_forward(x)[1])
    )
