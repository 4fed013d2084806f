"""Polynomial features: the powers of x from 0 to the degree, one row for each example."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, case
from autograder.checking.kinds import function, leads


def points(rng: np.random.Generator) -> Iterator[Case]:
    """More rows than columns and fewer; degree 0; zero among the points, where 0**0 is 1."""
    for n, degree in ((4, 3), (3, 5), (6, 0), (5, 1)):
        x = rng.uniform(-2, 2, n)
        x[1] = 0.0
        lead = (
            "How many columns are there for degree 0, and what do they hold?" if not degree else ""
        )
        yield case(f"degree {degree}, N = {n}", x=x, degree=degree, N=n, lead=lead)


def large(_drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
    """Whole numbers whose powers are too large for whole numbers: floats from the start."""
    x = rng.integers(2000, 4000, 4) * np.array([1, -1, 1, -1])
    return [Probe("whole numbers", case("whole numbers up to 4,000, degree 7", x=x, degree=7, N=4))]


@function(
    says="powers of x",
    group="fitting",
    cases=points,
    whole="x",
    more=large,
    outputs=[Output("phi", axes=("example", "power"), strict=True)],
)
@leads(
    "Column j holds the j-th powers of all points; the zeroth power is 1.",
    "x as a column (N, 1) to the power of the row 0, 1, …, degree gives (N, degree + 1).",
)
def polynomial_features(x, degree):
    """phi[n, j] = x[n]**j for j = 0 … degree."""
    x = np.asarray(x, dtype=float)
    return np.stack([x**j for j in range(degree + 1)], axis=1)
    # ~ floats too late: np.stack([np.rint(x).astype(int)**j if (x == np.rint(x)).all() else x**j
    #     for j in range(degree + 1)], axis=1).astype(float)
    #     | 3,000 to the power 6 is too large for a whole number of 64 bits. When do yours become
    #     floats?
    # ~ constant missing: np.stack([x**j for j in range(degree + 1)], axis=1)[:, 1:]
    #     | Which power belongs to column 0?
    # ~ column of zeros: x**j => x**j * (j > 0) | What is x to the power 0?
    # ~ highest missing: degree + 1 => max(degree, 1) | How many powers are there from 0 to degree?
    # ~ one power too many: degree + 1 => degree + 2 | The last column is x to the power degree.
    # ~ highest first: range(degree + 1) => range(degree, -1, -1) | Column j holds the power j.
    # ~ transposed | One row for each example.
    # ~ multiples for powers: x**j => x * j | A power, not a multiple.
    # ~ multiples beside the ones: x**j => (x * j if j else x**0) | A power, not a multiple.
    # ~ squared each time: x**j => x ** (2 ** (j - 1) if j else 0)
    #     | From x² to x³: by what is it multiplied?
    # ~ bases swapped: x**j => j ** np.abs(x) | Which is the base, which the exponent?
    # ~ absolute values: x => np.abs(x) | Odd powers of negative numbers are negative.
