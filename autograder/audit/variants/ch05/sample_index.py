"""Sampling by choice, by bisection, by walking, by counting edges."""
# ruff: noqa: D103

import math
from bisect import bisect_right
from itertools import accumulate

import numpy as np
from scipy.special import logsumexp

from autograder.audit.variants import right


@right
def sample_choice():
    def sample_index(logits, temperature, rng):
        z = np.asarray(logits) / temperature
        p = np.exp(z - logsumexp(z))
        return int(rng.choice(len(p), p=p / p.sum()))

    return sample_index


@right
def sample_bisect():
    def sample_index(logits, temperature, rng):
        top = max(logits)
        parts = [math.exp((v - top) / temperature) for v in logits]
        ends = list(accumulate(part / sum(parts) for part in parts))
        return min(bisect_right(ends, rng.random()), len(ends) - 1)

    return sample_index


@right
def sample_walk():
    def sample_index(logits, temperature, rng):
        top = max(logits)
        weights = [float(np.exp((v - top) / temperature)) for v in logits]
        left = rng.uniform(0, sum(weights))
        for i, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return i
        return int(np.argmax(weights))

    return sample_index


@right
def sample_counting():
    def sample_index(logits, temperature, rng):
        p = np.exp(logits / temperature - logsumexp(logits / temperature))
        (number,) = rng.random(1)
        return np.count_nonzero(np.add.accumulate(p[:-1]) <= number)

    return sample_index
