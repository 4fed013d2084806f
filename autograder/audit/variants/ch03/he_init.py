"""He's initialization in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right
from autograder.audit.variants.ch03.box_muller import normal


@right
def he_normal():
    def he_init(fan_in, fan_out, rng):
        return rng.normal(loc=0, scale=(2 / fan_in) ** 0.5, size=(fan_in, fan_out))

    return he_init


@right
def he_rows():
    def he_init(fan_in, fan_out, rng):
        return (
            np.stack([rng.standard_normal(fan_out) for _ in range(fan_in)])
            * np.sqrt(2)
            / np.sqrt(fan_in)
        )

    return he_init


@right
def he_transposed_draw():
    def he_init(fan_in, fan_out, rng):
        return rng.standard_normal(fan_in * fan_out).reshape(fan_in, fan_out) * np.sqrt(2 / fan_in)

    return he_init


@right
def he_box_muller():
    def he_init(fan_in, fan_out, rng):
        return normal((fan_in, fan_out), rng) * np.sqrt(2 / fan_in)

    return he_init
