"""Claims of notebook 5.6: what passes the bridge, what attention repairs, and where it looks."""

from __future__ import annotations

from functools import cache

import numpy as np

from tests.claims.claim import Found, claim
from tests.claims.notebook import load

NB = load("05_rnn_lstm/06_encoder_decoder_and_attention", "UNITS", "START", "END")
LOOKS = {
    "none": lambda length: None,
    "last": lambda length: np.arange(length) == length - 1,
    "all": lambda length: np.ones(length, bool),
}


@cache
def net(length: int, look: str, seed: int, batches: int = 400) -> dict:
    return NB.train_reverser(length, LOOKS[look](length), seed, batches)


@cache
def right(length: int, look: str, seed: int, batches: int = 400) -> tuple[float, np.ndarray]:
    """Share of whole strings right, and of the digits at each place."""
    return NB.measure(net(length, look, seed, batches), length, LOOKS[look](length), 100)


@claim("5.6", "whole strings right, 5 digits", "12 digits", short=0, long=5)
def five_digits_pass_the_bridge_and_twelve_do_not(seed: int) -> Found:
    short, long = right(5, "none", seed)[0], right(12, "none", seed)[0]
    return Found(short > 0.85 and long < 0.2, float(short), float(long))


@claim("5.6", "12 digits, first one written: share right", "last one written", short=0, long=5)
def the_end_of_the_output_fails_first(seed: int) -> Found:
    places = right(12, "none", seed)[1]
    return Found(bool(places[0] > 0.85 and places[-1] < 0.7), float(places[0]), float(places[-1]))


@claim("5.6", "12 digits, whole strings right, attention", "last state only", short=0, long=5)
def with_attention_most_strings_of_twelve_digits_come_out_right(seed: int) -> Found:
    free, bound = right(12, "all", seed)[0], right(12, "last", seed)[0]
    return Found(free > 0.75 and bound < 0.2, float(free), float(bound))


@claim("5.6", "12 digits, digits right, last state only", "no attention", short=0, long=5)
def attention_that_sees_the_last_state_only_is_as_poor_as_none(seed: int) -> Found:
    bound, none = (float(right(12, look, seed)[1].mean()) for look in ("last", "none"))
    return Found(abs(bound - none) < 0.15, bound, none)


@claim("5.6", "12 digits, whole strings right, no attention, 1600 batches", "400", short=0, long=5)
def four_times_the_training_brings_most_strings_across_the_bridge(seed: int) -> Found:
    longer, usual = (float(right(12, "none", seed, n)[0]) for n in (1600, 400))
    return Found(longer > 0.5 and usual < 0.2, longer, usual)


@claim("5.6", "rows whose largest weight is at most one step off", "read forward", short=0, long=5)
def to_write_in_reverse_the_net_reads_in_reverse(seed: int) -> Found:
    off, strings = [], np.random.default_rng(seed).integers(0, 10, (20, 12))
    for string in strings:
        weights = NB.weights_while_writing(net(12, "all", seed), string, np.ones(12, bool))
        best = weights[:12].argmax(axis=1)
        off.append([abs(best - np.arange(12)[::-1]), abs(best - np.arange(12))])
    reverse, forward = (np.array(off) <= 1).mean(axis=(0, 2))
    return Found(bool(reverse > 0.8 and forward < 0.5), float(reverse), float(forward))


@claim("5.6", "variance of the scaled scores, D = 256, over D = 4", "not scaled", long=20)
def divided_by_the_root_of_d_scores_have_the_same_spread_at_any_d(seed: int) -> Found:
    rng, spread = np.random.default_rng(seed), []
    for d in (256, 4):
        q, k = rng.standard_normal((2, 4000, d))
        spread.append(np.var(np.sum(q * k, axis=1)))
    scaled, plain = spread[0] / 256 / (spread[1] / 4), spread[0] / spread[1]
    return Found(bool(0.8 < scaled < 1.25 and plain > 40), float(scaled), float(plain))


@claim("5.6", "6 digits, 120 batches: digits right, attention", "last state only", short=1, long=5)
def the_gap_shows_early_and_at_six_digits_too(seed: int) -> Found:
    free, bound = (float(right(6, look, seed, 120)[1].mean()) for look in ("all", "last"))
    return Found(free > bound + 0.05, free, bound)
