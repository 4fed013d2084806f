"""Sampling by choice, by Gumbel noise, by walking, by a race, by rejection, by a bisection."""
# ruff: noqa: D103

import bisect
import itertools
import math

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
def sample_gumbel():
    def sample_index(logits, temperature, rng):
        return np.argmax(np.asarray(logits) / temperature + rng.gumbel(size=len(logits)))

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
def sample_multinomial():
    def sample_index(logits, temperature, rng):
        z = logits / temperature
        p = np.exp(z - np.max(z))
        return int(rng.multinomial(1, p / p.sum()).argmax())

    return sample_index


@right
def sample_race():
    # Whose exponential clock rings first: index k with probability p[k].
    def sample_index(logits, temperature, rng):
        z = np.asarray(logits) / temperature
        return int(np.argmin(np.log(rng.exponential(size=len(z))) - z))

    return sample_index


@right
def sample_rejection():
    def sample_index(logits, temperature, rng):
        z = np.asarray(logits) / temperature
        heights = np.exp(z - z.max())
        while True:
            k = int(rng.integers(len(heights)))
            if rng.random() < heights[k]:
                return k

    return sample_index


@right
def sample_bisect():
    def sample_index(logits, temperature, rng):
        z = [v / temperature for v in logits]
        ends = list(itertools.accumulate(math.exp(v - max(z)) for v in z))
        return min(bisect.bisect_right(ends, rng.random() * ends[-1]), len(ends) - 1)

    return sample_index
