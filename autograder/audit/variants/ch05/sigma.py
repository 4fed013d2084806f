"""The logistic function that the gates share."""
# ruff: noqa: D103

import numpy as np


def sigma(z):
    return 0.5 * (1 + np.tanh(z / 2))
