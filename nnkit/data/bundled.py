"""The sets that come with scikit-learn: digits, tables, photographs."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.data.batches import Split, split
from nnkit.validate import Array


def digits(*, rng: np.random.Generator, test_size: float = 0.2, flat: bool = True) -> Split:
    """Return 1797 handwritten digits of 8 x 8 pixels in [0, 1], split at random.

    x (N, 64), or images (N, 1, 8, 8) with flat=False; y (N,) from 0 to 9.
    """
    bunch = _sklearn().load_digits()
    x = bunch.data / 16.0
    return split(
        x if flat else x.reshape(-1, 1, 8, 8),
        bunch.target.astype(np.int64),
        rng=rng,
        test_size=test_size,
    )


def digit_rows(*, rng: np.random.Generator, test_size: float = 0.2) -> Split:
    """Return the digits as sequences of their 8 rows: x (N, 8, 8) = (N, T, D), y (N,)."""
    x_train, y_train, x_test, y_test = digits(rng=rng, test_size=test_size)
    return x_train.reshape(-1, 8, 8), y_train, x_test.reshape(-1, 8, 8), y_test


def iris() -> tuple[Array, Array]:
    """Return x (150, 4) in cm and y (150,), three species."""
    return _bundled(_sklearn().load_iris())


def wine() -> tuple[Array, Array]:
    """Return x (178, 13) and y (178,), three cultivars."""
    return _bundled(_sklearn().load_wine())


def breast_cancer() -> tuple[Array, Array]:
    """Return x (569, 30) and y (569,): 0 malignant, 1 benign."""
    return _bundled(_sklearn().load_breast_cancer())


def diabetes() -> tuple[Array, Array]:
    """Return x (442, 10), standardized, and y (442,), the disease's progress after a year."""
    bunch = _sklearn().load_diabetes()
    return bunch.data.astype(np.float64), bunch.target.astype(np.float64)


def sample_images() -> dict[str, Array]:
    """Return the two bundled photographs, {"china", "flower"}, each (427, 640, 3) in [0, 1]."""
    load = _sklearn().load_sample_image
    return {name: load(f"{name}.jpg") / 255.0 for name in ("china", "flower")}


def _sklearn() -> Any:
    # Not at the top: it takes half a second to load, and made-up data needs none of it.
    from sklearn import datasets

    return datasets


def _bundled(bunch: Any) -> tuple[Array, Array]:
    return bunch.data.astype(np.float64), bunch.target.astype(np.int64)
