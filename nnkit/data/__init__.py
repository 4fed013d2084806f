"""Data that needs no download: scikit-learn's bundled sets, made-up planes and sequences, text.

MNIST, Fashion-MNIST and CIFAR-10 are downloaded once, on demand, by nnkit.data.openml.
"""

from __future__ import annotations

import pydoc_data.topics
from collections.abc import Iterator
from typing import Any

import numpy as np

from nnkit.data.openml import cifar10, fashion_mnist, mnist
from nnkit.validate import Array, generator, integer, number, numbers

Split = tuple[Array, Array, Array, Array]


def minibatches(
    x: Any, y: Any, batch_size: int, rng: np.random.Generator
) -> Iterator[tuple[Array, Array]]:
    """Yield (x rows, y rows) in random order, every example once; the last batch may be smaller.

    x (N, ...), y (N, ...). ValueError for different lengths or a batch_size below 1.
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ValueError(f"x has shape {x.shape}, y {y.shape}; expected one length N for both")
    batch_size = integer(batch_size, "batch_size", least=1)
    order = generator(rng).permutation(len(x))
    # The inner generator runs later; the checks above are made now, where the mistake is.
    return (
        (x[rows], y[rows])
        for rows in (order[i : i + batch_size] for i in range(0, len(x), batch_size))
    )


def split(x: Any, y: Any, *, rng: np.random.Generator, test_size: float = 0.2) -> Split:
    """Return (x_train, y_train, x_test, y_test), shuffled; test_size is the test set's share."""
    x, y = numbers(x, "x"), numbers(y, "y")
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ValueError(f"x has shape {x.shape}, y {y.shape}; expected one length N for both")
    order = generator(rng).permutation(len(x))
    cut = round(len(x) * number(test_size, "test_size", least=0.0, most=1.0))
    test, train = order[:cut], order[cut:]
    return x[train], y[train], x[test], y[test]


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


def moons(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return two interleaving half circles: x (n, 2), y (n,) 0 or 1; noise is a deviation."""
    n, noise = integer(n, "n", least=1), number(noise, "noise", least=0.0)
    y = np.arange(n) % 2
    angle = np.pi * generator(rng).random(n)
    x = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x[y == 1] = [1.0, 0.5] - x[y == 1]
    return x + noise * rng.standard_normal(x.shape), y


def spirals(n: int, classes: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return interleaved spiral arms: x (n, 2) within about radius 1, y (n,) the arm."""
    n, classes = integer(n, "n", least=1), integer(classes, "classes", least=1)
    noise = number(noise, "noise", least=0.0)
    y = np.arange(n) % classes
    radius = np.sqrt(generator(rng).random(n))  # the root spreads the points evenly over the arm
    angle = 2.0 * np.pi * (0.75 * radius + y / classes)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return x + noise * rng.standard_normal(x.shape), y


def blobs(
    n: int, classes: int, noise: float, rng: np.random.Generator, dims: int = 2
) -> tuple[Array, Array]:
    """Return round clouds: x (n, dims) around one center a class, y (n,).

    In the plane the centers stand evenly on a circle of radius 2, else they are drawn at random.
    """
    n, classes = integer(n, "n", least=1), integer(classes, "classes", least=1)
    noise, dims = number(noise, "noise", least=0.0), integer(dims, "dims", least=1)
    if dims == 2:
        angle = 2.0 * np.pi * np.arange(classes) / classes
        centers = 2.0 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    else:
        centers = 2.0 * generator(rng).standard_normal((classes, dims))
    y = np.arange(n) % classes
    return centers[y] + noise * generator(rng).standard_normal((n, dims)), y


def adding_problem(n: int, length: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return sequences of which two marked numbers are to be added.

    x (n, length, 2): numbers in [0, 1] and marks, one in each half; y (n, 1) the sum of the two
    marked numbers. Answering 1 always gives a squared error of 1/6. ValueError below length 2.
    Source: Hochreiter and Schmidhuber 1997, in the form of Le, Jaitly and Hinton 2015.
    """
    n, length = integer(n, "n", least=1), integer(length, "length", least=2)
    x = np.zeros((n, length, 2))
    x[:, :, 0] = generator(rng).random((n, length))
    rows = np.arange(n)
    x[rows, rng.integers(0, length // 2, n), 1] = 1.0
    x[rows, rng.integers(length // 2, length, n), 1] = 1.0
    return x, (x[:, :, 0] * x[:, :, 1]).sum(axis=1, keepdims=True)


def python_text() -> str:
    """Return the language reference that ships with Python as one text, topics in order of name."""
    topics = pydoc_data.topics.topics
    return "\n\n".join(topics[name] for name in sorted(topics))


def character_sequences(text: str, length: int) -> tuple[Array, Array, str]:
    """Cut a text into sequences whose every character is to be foretold from those before it.

    Returns x and y (N, length), indices into the alphabet, y one character later than x, and the
    alphabet, the text's different characters in order. What is left over at the end is dropped.
    ValueError when the text is too short for one sequence.
    """
    length = integer(length, "length", least=1)
    if not isinstance(text, str) or len(text) <= length:
        given = f"{len(text)} characters" if isinstance(text, str) else type(text).__name__
        raise ValueError(f"text has {given}; expected a string of at least {length + 1}")
    alphabet = "".join(sorted(set(text)))
    place = {character: i for i, character in enumerate(alphabet)}
    indices = np.array([place[character] for character in text])
    n = (len(text) - 1) // length
    x, y = indices[: n * length], indices[1 : n * length + 1]
    return x.reshape(n, length), y.reshape(n, length), alphabet


def _sklearn() -> Any:
    # Not at the top: it takes half a second to load, and made-up data needs none of it.
    from sklearn import datasets

    return datasets


def _bundled(bunch: Any) -> tuple[Array, Array]:
    return bunch.data.astype(np.float64), bunch.target.astype(np.int64)
