"""How `minibatches` is tried: what one pass promises, without asking for one particular order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import (
    Against,
    Case,
    Exercise,
    Probe,
    StructureError,
    case,
    unpack,
)
from autograder.checking.kinds import changed, frozen, snapshot
from autograder.checking.messages import translate
from autograder.checking.values import plain

Batch = tuple[np.ndarray, np.ndarray]


def datasets(rng: np.random.Generator) -> Iterator[Case]:
    """Sizes that divide and that do not, a batch larger than the data, rows of several axes."""
    for n, shape, size in ((10, (3,), 4), (12, (2, 2), 3), (5, (2,), 8), (7, (1,), 1)):
        x = np.arange(n * int(np.prod(shape)), dtype=float).reshape(n, *shape) + 0.5
        own = np.random.default_rng(int(rng.integers(2**31)))
        label = f"{n} examples in batches of {size}"
        y = np.arange(n) * 10
        y = y[:, None] if len(shape) > 1 else y  # rows of y may have axes too
        yield case(label, x=x, y=y, batch_size=size, rng=own)


def probes(_exercise: Exercise, drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
    """Every case, one for the order, and data that must not be written to."""
    first = drawn[0]
    shuffled = Case("40 examples", {}, {"seed": int(rng.integers(2**31))})
    rigid = first.replace("read-only arrays", x=frozen(first["x"]), y=frozen(first["y"]))
    return [
        *(Probe("values", c) for c in drawn),
        Probe("order from rng", shuffled, orders),
        Probe("memory layout", rigid),
    ]


def one_pass(f: Any, case: Case) -> dict[str, Any]:
    """Number and sizes of the batches; every example once, each label with its row."""
    x, y, size = case["x"], case["y"], case["batch_size"]
    kept = snapshot({"x": x, "y": y})
    batches = list(_taken(f.minibatches(x, y, size, case["rng"]), 4 * len(x) + 8, x, y))
    batches = [(rows, labels.reshape(-1)) for rows, labels in batches]
    ys = [labels for _, labels in batches]
    seen = _joined(ys)
    together = bool(np.isin(seen, y).all()) and all(_rows_of(x, *batch) for batch in batches)
    return {
        "number of batches": Against(len(batches), -(-len(x) // size)),
        "sizes of the batches": Against(
            [len(b) for b in ys], [min(size, len(x) - s) for s in range(0, len(x), size)]
        ),
        "examples seen": Against(np.sort(seen), np.sort(y.reshape(-1))),
        "labels keep their type": Against(all(b.dtype.kind == y.dtype.kind for b in ys), True),
        "x and y stay together": Against(together, True),
        "!changed": lambda: changed(kept, {"x": x, "y": y}),
    }


def orders(f: Any, case: Case) -> dict[str, Any]:
    """The order comes from rng: the same from the same state, and another one in each pass."""
    x, y = np.arange(40.0)[:, None], np.arange(40)

    def labels(generator: np.random.Generator) -> list[np.ndarray]:
        return [b[1] for b in _taken(f.minibatches(x, y, 7, generator), 100, x, y)]

    def order(generator: np.random.Generator) -> np.ndarray:
        return _joined(labels(generator))

    parts, repeated = (labels(np.random.default_rng(case["seed"])) for _ in range(2))
    first, again = _joined(parts), _joined(repeated)
    shared = np.random.default_rng(case["seed"] + 1)
    other, second_pass = order(shared), order(shared)
    # A right shuffle keeps 40 in order, in whole batches or in each batch, with p < 1e-20.
    sorted_in_batches = all(np.all(np.diff(part) == 1) for part in parts)
    whole_batches = all(np.all(np.diff(np.sort(part)) == 1) for part in parts)
    # So does one that leaves most neighbors together, as a shift around the end does.
    shifted = np.mean(np.diff(first) == 1) > 0.5
    return {
        "same order from the same rng state": Against(np.array_equal(first, again), True),
        "the order is shuffled": Against(not np.array_equal(first, y), True),
        "another rng gives another order": Against(not np.array_equal(first, other), True),
        "a second pass has another order": Against(not np.array_equal(other, second_pass), True),
        "examples are shuffled one by one": Against(
            not (sorted_in_batches or whole_batches or shifted), True
        ),
    }


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0, int)


def _rows_of(x: np.ndarray, rows: np.ndarray, labels: np.ndarray) -> bool:
    """Whether a batch's rows are those of x that its labels 0, 10, 20, … name."""
    same_form = labels.dtype.kind in "iu" and len(rows) == len(labels)
    return same_form and np.array_equal(rows, x[labels // 10])


def _taken(batches: Any, most: int, rows: np.ndarray, labels: np.ndarray) -> Iterator[Batch]:
    """At most `most` batches as arrays; an endless generator is an error, not an endless check."""
    try:
        iterator = iter(batches)
    except TypeError:
        raise StructureError(
            translate(
                "minibatches returned something that cannot be looped over; "
                "expected a generator of (x, y)"
            )
        ) from None
    for k, batch in enumerate(iterator):
        if k >= most:
            raise StructureError(
                translate("minibatches was still yielding after {n} batches").format(n=most)
            )
        x, y = (plain(v) for v in unpack(batch, ("x", "y"), translate("a batch of minibatches")))
        if not (isinstance(x, np.ndarray) and isinstance(y, np.ndarray)):
            raise StructureError(
                translate("a batch holds no arrays of rows; expected x (B, ...) and y (B, ...)")
            )
        if not (_of_rows(x, rows) and _of_rows(y, labels)):
            raise StructureError(
                translate(
                    "a batch holds arrays of shapes {got} and {other}; expected some rows of x and "
                    "y, which have the shapes {want} and {labels}"
                ).format(got=x.shape, other=y.shape, want=rows.shape, labels=labels.shape)
            )
        yield x, y


def _of_rows(part: np.ndarray, whole: np.ndarray) -> bool:
    return part.ndim == whole.ndim and part.shape[1:] == whole.shape[1:]
