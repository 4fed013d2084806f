"""Starting weights in other styles."""
# ruff: noqa: D103

import math

import numpy as np

from autograder.audit.variants import right


@right
def init_normal():
    def xavier_init(fan_in, fan_out, rng):
        return rng.normal(0.0, math.sqrt(2 / (fan_in + fan_out)), size=(fan_in, fan_out))

    def he_init(fan_in, fan_out, rng):
        return rng.normal(loc=0, scale=(2 / fan_in) ** 0.5, size=(fan_in, fan_out))

    return xavier_init, he_init


@right
def init_rows():
    def xavier_init(fan_in, fan_out, rng):
        std = 1 / np.sqrt((fan_in + fan_out) / 2)
        return np.array([[rng.normal() * std for _ in range(fan_out)] for _ in range(fan_in)])

    def he_init(fan_in, fan_out, rng):
        return (
            np.stack([rng.standard_normal(fan_out) for _ in range(fan_in)])
            * np.sqrt(2)
            / np.sqrt(fan_in)
        )

    return xavier_init, he_init


@right
def init_transposed_draw():
    def xavier_init(fan_in, fan_out, rng):
        return rng.standard_normal((fan_out, fan_in)).T * np.sqrt(2 / (fan_in + fan_out))

    def he_init(fan_in, fan_out, rng):
        return rng.standard_normal(fan_in * fan_out).reshape(fan_in, fan_out) * np.sqrt(2 / fan_in)

    return xavier_init, he_init


@right
def init_box_muller():
    def normal(shape, rng):
        u, v = 1 - rng.random(shape), rng.random(shape)
        return np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * v)

    def xavier_init(fan_in, fan_out, rng):
        return normal((fan_in, fan_out), rng) * np.sqrt(2 / (fan_in + fan_out))

    def he_init(fan_in, fan_out, rng):
        return normal((fan_in, fan_out), rng) * np.sqrt(2 / fan_in)

    return xavier_init, he_init
