"""How a gradient check is tried: on a right gradient and on wrong ones, its points recorded.

Which directions a solution draws is its own affair. So the points at which it calls f are recorded,
and what it returns is compared with the relative difference along these very directions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.checking.exercise import Against, Case, Output, Probe, case
from autograder.checking.kinds import changed, snapshot
from autograder.checking.values import as_array, plain
from autograder.exercises.ch03.draws import bounded


def first_half(g: np.ndarray) -> np.ndarray:
    """Return the entries of the first half, zeros in the second."""
    kept = np.where(np.arange(g.size) < g.size / 2, g.ravel(), 0.0)
    return kept.reshape(g.shape).astype(g.dtype)


BUGS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "right": lambda g: g,
    "too large by half": lambda g: 1.5 * g,
    "of the wrong sign": lambda g: -g,
    "without its second half": first_half,
}
FACTS = ("difference", "directions", "step", "entries moved")


def bowl(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> tuple[Any, Any]:
    """A quadratic, on which central differences are exact, and its gradient."""
    c, k = scale * rng.uniform(2, 5, shape), scale * rng.standard_normal(shape)
    c, k = np.asarray(c), np.asarray(k)

    def f(w: Any) -> float:
        w = np.asarray(w)
        # A float32 argument is computed with in float32, as a network's loss would be.
        return float(np.sum(0.5 * c.astype(w.dtype) * w**2 + k.astype(w.dtype) * w))

    return f, lambda w: c * w + k


def level_everywhere(w: Any) -> float:
    """A loss that does not depend on w."""
    return 2.5


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Every gradient; several shapes, numbers of directions and steps; float32."""
    several = [
        ((3, 4), 3, 1e-2, float),
        ((6,), 4, 1e-3, float),
        ((2, 3, 2), 5, 1e-2, float),
        ((5, 2), 3, 1e-5, np.float32),
    ]
    for (shape, directions, eps, dtype), bug in zip(several, BUGS, strict=True):
        yield drawn(rng, shape, bug, dtype, directions, eps)
    yield drawn(rng, (5, 2), "right", np.float32, 3, 1e-5)


def drawn(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    bug: str,
    dtype: Any = float,
    directions: int | None = None,
    eps: float = 1e-5,
    scale: float = 1.0,
) -> Case:
    """A function, a gradient with that bug, weights, a generator; perhaps the two options."""
    f, slope = bowl(rng, shape, scale)
    w = np.asarray(rng.standard_normal(shape), dtype)
    single = ", w in float32" if dtype is np.float32 else ""
    more = {} if directions is None else {"directions": directions, "eps": eps}
    options = "".join(f", {name} = {value:g}" for name, value in more.items())
    grad = np.asarray(BUGS[bug](np.asarray(slope(w.astype(float)), dtype)))
    generator = np.random.default_rng(rng.integers(2**60))
    lead = SINGLE if single else ""
    small = "a small " if scale < 1 else "a "
    label = f"{small}gradient that is {bug}{single}, shape {shape}{options}"
    given = {"bug": bug, "count": directions or 3, "eps used": eps}
    return replace(case(label, f=f, grad=grad, w=w, rng=generator, **more, given=given), lead=lead)


SINGLE = (
    "w is in float32 here, and seven digits lose a small step: look at the type of each point at "
    "which f is called."
)


def verdict(f: Any, case: Case) -> dict[str, Any]:
    """A trial: the returned difference against the recorded one, and how the points lie."""
    kept = {"grad": case["grad"], "w": case["w"]}
    before, points, values = snapshot(kept), [], []

    def spy(w: Any) -> float:
        values.append(case["f"](w))
        points.append(np.array(w, dtype=float))
        return values[-1]

    raw = f.check_along(spy, *case.args[1:])
    facts: dict[str, Any] = {"!changed": lambda: changed(before, kept)}
    start, eps = case["w"].astype(float), case["eps used"]
    offsets = [p - start for p in points if p.shape == start.shape]
    pairs = _pairs(offsets, values, eps) if len(offsets) == len(points) else []
    length = [float(np.sqrt(np.sum(u**2))) for u, _ in pairs]
    share = np.mean([np.mean(u != 0) for u, _ in pairs]) if pairs else 0.0
    # Random signs may repeat a direction by chance, so only a single one for all is rejected.
    only_line = start.size == 1
    found = len(pairs) if only_line or _distinct(pairs) > 1 else min(len(pairs), 1)
    if start.size * len(pairs) >= 30 and all(np.all(u > 0) or np.all(u < 0) for u, _ in pairs):
        found = 1  # of one sign in every entry: only one orthant is looked at
    facts["directions"] = Against(float(found), float(case["count"]))
    facts["step"] = bounded(np.mean(length) if pairs else 0.0, 1.0, 0.99, 1.01)
    facts["entries moved"] = bounded(share, 1.0, 0.75, 1.0, (0.0,))
    facts["difference"] = _difference(raw, pairs, case)
    return facts


def _pairs(offsets: list, values: list, eps: float) -> list[tuple[np.ndarray, float]]:
    """Directions u with their slope, one for each two points that lie opposite each other."""
    found: list[tuple[np.ndarray, float]] = []
    open_ends = list(zip(offsets, values, strict=True))
    while open_ends:
        ahead, high = open_ends.pop(0)
        for i, (behind, low) in enumerate(open_ends):
            if np.abs(ahead).max() > 0 and np.allclose(ahead, -behind, rtol=1e-4, atol=1e-4 * eps):
                open_ends.pop(i)
                found.append(((ahead - behind) / (2 * eps), (high - low) / (2 * eps)))
                break
    return found


def _distinct(pairs: list) -> int:
    """Count directions, those along one line once."""
    lines: list[np.ndarray] = []
    for u, _ in pairs:
        unit = u.ravel() / np.linalg.norm(u)
        if all(abs(unit @ other) < 0.9999 for other in lines):
            lines.append(unit)
    return len(lines)


def _difference(raw: Any, pairs: list, case: Case) -> Against:
    got = as_array(plain(raw))
    if got is None or got.shape != () or got.dtype.kind != "f" or not np.isfinite(got):
        return Against(raw, 0.0)
    if case["bug"] == "right":
        # Along a nearly level direction rounding weighs more, as it is compared with the slope.
        norm = float(np.sqrt(np.sum(case["grad"].astype(float) ** 2)))
        least = min((abs(s) for _, s in pairs), default=norm)
        most = max(1e-5, 1e-6 * norm / max(least, 1e-6 * norm)) if norm else 1e-5
        return Against(0.0 if 0.0 <= got < most else float(got), 0.0)
    # Relative to which of the two, or to both together, is the student's choice.
    pairs = pairs or [_some_pair(case)]  # the bug is there for who looked along none
    slopes = np.array([(s, np.sum(case["grad"].astype(float) * u)) for u, s in pairs])
    gap, (a, b) = np.abs(slopes[:, 0] - slopes[:, 1]), np.abs(slopes.T)
    with np.errstate(all="ignore"):
        wanted = [float((gap / below).max()) for below in (a + b, np.maximum(a, b), a, b)]
    near = [value for value in wanted if abs(got - value) <= 1e-3 * value]
    return Against(float(got), near[0] if near else wanted[0])


def _some_pair(case: Case) -> tuple[np.ndarray, float]:
    """A direction with the slope of f along it, for who looked along none."""
    w = case["w"].astype(float)
    u = np.ones(w.shape) / np.sqrt(w.size)
    eps = case["eps used"]
    return u, (case["f"](w + eps * u) - case["f"](w - eps * u)) / (2 * eps)


def generator(f: Any, case: Case) -> dict[str, Any]:
    """A trial: the same generator state gives the same directions, another state gives others."""
    seen: list[list] = []
    for given in (case["rng"], case["rng"], case["other"]):
        points: list[Any] = []

        def spy(w: Any, points: list[Any] = points) -> float:
            points.append(np.array(w, dtype=float))
            return case["f"](w)

        twin = case.replace(rng=given).fresh()
        f.check_along(spy, *twin.args[1:])
        seen.append(points)
    same, other = (
        len(seen[0]) == len(p)
        and all(np.array_equal(q, r) for q, r in zip(seen[0], p, strict=True))
        for p in seen[1:]
    )
    return {
        "same points with the same generator": Against(float(same), 1.0),
        "same points with another generator": Against(float(other), 0.0),
    }


def probes(drawn_cases: list[Case], rng: np.random.Generator) -> list[Probe]:
    """Options left out, on each gradient; then the generator."""
    left_out = [drawn(rng, (4, 3), bug) for bug in BUGS]
    # Only here do the directions differ in what they show: the largest has to be returned.
    left_out += [drawn(rng, (4, 3), "without its second half") for _ in range(5)]
    left_out.append(drawn(rng, (3, 4), "too large by half", scale=1e-8))
    level = case(
        "a function that does not change, and a gradient of zeros",
        f=level_everywhere,
        grad=np.zeros((2, 3)),
        w=rng.standard_normal((2, 3)),
        rng=np.random.default_rng(rng.integers(2**60)),
        given={"bug": "right", "count": 3, "eps used": 1e-5},
    )
    left_out.append(level)
    alone = drawn(rng, (), "right", float, 3, 1e-2)
    square = drawn(rng, (3, 3), "right", float, 3, 1e-2)
    edges = [Probe("any shape", alone), Probe("equal sizes", square)]
    other = np.random.default_rng(rng.integers(2**60))
    first = drawn_cases[0]
    twice = Case("the same generator state twice", first.inputs, {**first.given, "other": other})
    asked = [Probe("values", c) for c in left_out]
    return [*asked, *edges, Probe("randomness", twice, generator)]


OUTPUTS = [Output(fact, atol=1e-12, tol=2e-3) for fact in FACTS]
