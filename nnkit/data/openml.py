"""MNIST, Fashion-MNIST and CIFAR-10 from openml.org: optional, downloaded once, then cached."""

from __future__ import annotations

from http.client import HTTPException
from typing import Any

import numpy as np

from nnkit.validate import Array

Split = tuple[Array, Array, Array, Array]
TEST = 10_000  # all three keep their last ten thousand for testing


def mnist(*, flat: bool = True) -> Split:
    """Return 70,000 digits of 28 x 28 pixels in [0, 1], float32, in their standard split.

    x (60000, 784), y (60000,), test x (10000, 784), test y; images (N, 1, 28, 28) with flat=False.
    RuntimeError when the data is neither cached nor to be had.
    """
    return _load("mnist_784", (1, 28, 28), flat)


def fashion_mnist(*, flat: bool = True) -> Split:
    """Return 70,000 pictures of clothes, in the form of mnist."""
    return _load("Fashion-MNIST", (1, 28, 28), flat)


def cifar10(*, flat: bool = False) -> Split:
    """Return 60,000 color images (N, 3, 32, 32) in [0, 1], float32; (N, 3072) with flat=True."""
    return _load("CIFAR_10", (3, 32, 32), flat)


def _load(name: str, image: tuple[int, ...], flat: bool) -> Split:
    from sklearn.datasets import fetch_openml  # takes half a second to load

    try:
        bunch: Any = fetch_openml(name, version=1, as_frame=False, parser="liac-arff")
    except (OSError, HTTPException, ValueError) as error:
        raise RuntimeError(
            f"{name} could not be downloaded from openml.org ({type(error).__name__}: {error}). "
            "It is needed once, then it is cached; check the network, or use data.digits, "
            "which needs none"
        ) from error
    x = np.asarray(bunch.data, dtype=np.float32) / np.float32(255.0)
    y = np.asarray(bunch.target).astype(np.int64)
    if not flat:
        x = x.reshape(-1, *image)
    return x[:-TEST], y[:-TEST], x[-TEST:], y[-TEST:]
