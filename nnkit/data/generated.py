"""Made-up data: points of the plane, and sequences to add up."""

from __future__ import annotations

import numpy as np

from nnkit.validate import Array, generator, integer, number


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
