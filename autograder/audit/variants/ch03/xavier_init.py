"""Xavier's initialization in other styles."""
# ruff: noqa: D103

import math

import numpy as np

from autograder.audit.variants import right
from autograder.audit.variants.ch03.box_muller import normal


@right
def xavier_normal():
    def xavier_init(fan_in, fan_out, rng):
        return rng.normal(0.0, math.sqrt(2 / (fan_in + fan_out)), size=(fan_in, fan_out))

    return xavier_init


@right
def xavier_rows():
    def xavier_init(fan_in, fan_out, rng):
        std = 1 / np.sqrt((fan_in + fan_out) / 2)
        return np.array([[rng.normal() * std for _ in range(fan_out)] for _ in range(fan_in)])

    return xavier_init


@right
def xavier_transposed_draw():
    def xavier_init(fan_in, fan_out, rng):
        return rng.standard_normal((fan_out, fan_in)).T * np.sqrt(2 / (fan_in + fan_out))

    return xavier_init


@right
def xavier_box_muller():
    def xavier_init(fan_in, fan_out, rng):
        return normal((fan_in, fan_out), rng) * np.sqrt(2 / (fan_in + fan_out))

    return xavier_init
