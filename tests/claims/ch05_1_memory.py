"""Notebook 5.1: the carry, and how long a random network remembers."""

from __future__ import annotations

from functools import cache

import numpy as np

from tests.claims.claim import Found, claim
from tests.claims.larger import larger
from tests.claims.notebook import load

NB = load("05_rnn_lstm/01_memory_and_unrolling", "UNITS")


def window_errors(seed: int, widths: tuple[int, ...] = (2, 4)) -> list[float]:
    """Share of wrong digits of the best function of the last k steps, counted on 20 000 sums."""
    x, y = NB.sums(20_000, 33, np.random.default_rng(seed))
    symbol = (2 * x[:, :, 0] + x[:, :, 1]).astype(int)
    errors = []
    for k in widths:
        codes = sum(symbol[:, 31 - j] * 4**j for j in range(k))
        votes = np.zeros((4**k, 2))
        np.add.at(votes, (codes, y[:, 31]), 1)
        errors.append(1 - votes.max(axis=1).sum() / len(codes))
    return errors


@cache
def forgetting(radius: float, seed: int) -> float:
    """Factor per step by which two starts of one random network approach each other."""
    rng = np.random.default_rng(seed)
    raw = rng.standard_normal((50, 50))
    raw *= radius / np.abs(np.linalg.eigvals(raw)).max()
    x, u = 0.3 * rng.standard_normal((40, 60, 4)), rng.standard_normal((4, 50)) / 2
    starts = rng.uniform(-0.5, 0.5, (2, 40, 50))
    one, two = (NB.rnn_forward(x, start, u, raw, np.zeros(50))[0] for start in starts)
    first = np.linalg.norm(starts[0] - starts[1], axis=1).mean()
    return float((np.linalg.norm(one[:, -1] - two[:, -1], axis=1).mean() / first) ** (1 / 60))


@cache
def adder(seed: int) -> tuple[float, float]:
    """Share of whole sums right, of 200 and of 8 bits."""
    net, _ = NB.learn_to_add(seed)
    shares = []
    for bits in (200, 8):
        x, y = NB.sums(300, bits, np.random.default_rng(99))
        shares.append(float(np.mean(np.all(net(x).argmax(axis=2) == y, axis=1))))
    return shares[0], shares[1]


@claim("5.1", "error, k = 2", "twice the error, k = 4")
def two_more_steps_of_the_window_more_than_halve_the_error(seed: int) -> Found:
    two, four = window_errors(seed)
    return larger(two, 2 * four)


@claim("5.1", "spectral radius", "factor per step")
def at_radius_0_9_the_start_is_forgotten_faster_than_by_0_9_per_step(seed: int) -> Found:
    return larger(0.9, forgetting(0.9, seed))


@claim("5.1", "one", "factor per step at 1.1")
def even_at_radius_1_1_the_start_fades(seed: int) -> Found:
    return larger(1.0, forgetting(1.1, seed))


@claim("5.1", "factor per step at 1.5", "0.98", share=0.9)
def well_above_one_two_starts_never_meet(seed: int) -> Found:
    return larger(forgetting(1.5, seed), 0.98)


@claim("5.1", "whole sums right, 200 bits", "0.9", share=0.8, short=0, long=5)
def what_is_learned_on_8_digits_holds_for_200(seed: int) -> Found:
    return larger(adder(seed)[0], 0.9)
