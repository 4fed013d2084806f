"""How random starting weights are tried: by their statistics.

Every bound is at least six standard errors wide: in ten thousand drawings a right answer is not
rejected once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Against, Case, Output, Probe, case
from autograder.checking.kinds import function
from autograder.checking.values import as_array, plain
from autograder.exercises.ch03.draws import bounded


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """A small layer, many inputs and few outputs, and the other way round."""
    for fan_in, fan_out in ((7, 3), (5, 1), (1, 4), (200, 60), (50, 160)):
        yield case(
            f"fan_in = {fan_in}, fan_out = {fan_out}",
            fan_in=fan_in,
            fan_out=fan_out,
            rng=np.random.default_rng(rng.integers(2**60)),
        )


STATISTICS = ("share above zero", "variance", "fourth moment", "rows", "columns")


def statistics(
    name: str, variance: Callable[[int, int], float]
) -> Callable[[Any, Case], dict[str, Any]]:
    """A trial: shape and type, then sign, variance, fourth moment and independence.

    8,000 draws: the standard error of the variance is 1.6 %, of the share above zero 0.0056, of the
    fourth moment 0.055 (a uniform distribution has 1.8 in place of 3); with 50 rows or columns that
    of their means' squares is 0.2, with a long upper tail.
    """

    def trial(f: Any, case: Case) -> dict[str, Any]:
        fan_in, fan_out = case["fan_in"], case["fan_out"]
        raw = getattr(f, name)(*case.args)
        got, promised = as_array(plain(raw)), np.ones((fan_in, fan_out))
        results: dict[str, Any] = {s: Against(1.0, 1.0) for s in STATISTICS}
        # What has no statistics is like none that has.
        unknown: dict[str, Any] = {s: Against(-1.0, -1.0) for s in STATISTICS}
        if (
            got is None
            or got.shape != promised.shape
            or got.dtype.kind != "f"
            or not np.isfinite(got).all()
        ):
            return {**unknown, "w": Against(raw, promised)}
        # The numbers themselves are the student's affair: of w, only shape and type are compared.
        results["w"] = Against(np.ones_like(got), promised)
        return results if got.size < 5000 else {**results, **judged(got, fan_in, fan_out)}

    def judged(w: np.ndarray, fan_in: int, fan_out: int) -> dict[str, Any]:
        v = variance(fan_in, fan_out)
        unit = w.astype(float) / np.sqrt(v)  # standard normal numbers, if all is well
        second, fourth = (unit**2).mean(), (unit**4).mean()
        spread = max(second, 1e-300)
        # A mean over m independent entries varies m times less than an entry; of shared draws not.
        rows = (unit.mean(axis=1) ** 2).mean() * fan_out / spread
        columns = (unit.mean(axis=0) ** 2).mean() * fan_in / spread
        peak = fourth / max(second**2, 1e-300)
        return {
            "share above zero": bounded((unit > 0).mean(), 0.5, 0.46, 0.54, (0.0, 1.0)),
            "variance": bounded(second * v, v, 0.9 * v, 1.11 * v, _variances(fan_in, fan_out)),
            "fourth moment": bounded(peak, 3.0, 2.65, 3.5, (0.0, 1.0, 1.8)),
            "rows": bounded(rows, 1.0, 0.17, 3.0, (0.0,)),
            "columns": bounded(columns, 1.0, 0.17, 3.0, (0.0,)),
        }

    return trial


def _variances(i: int, o: int) -> list[float]:
    """Variances that wrong rules give."""
    rules = [gain / fan for gain in (1, 2, 3, 4, 6) for fan in (i, o, i + o)]
    return [0.0, 1.0, 2 / (i * o), *rules, *(r / 3 for r in rules), *(r**2 for r in rules)]


def generator(name: str) -> Callable[[Any, Case], dict[str, Any]]:
    """A trial: the same generator state gives the same weights, another state gives others."""

    def trial(f: Any, case: Case) -> dict[str, Any]:
        first, second = (plain(getattr(f, name)(*case.fresh().args)) for _ in range(2))
        other = plain(getattr(f, name)(*case.replace(rng=case["other"]).fresh().args))
        same, others = _share_equal(first, second), _share_equal(first, other)
        return {
            "the same generator gives the same weights": Against(same == 1.0, True),
            "another generator gives other weights": Against(others < 1.0, True),
        }

    return trial


def chance(name: str) -> Callable[[Any, Case], dict[str, Any]]:
    """A trial: sample statistics are drawn too; weights put right afterwards have them exact."""

    def trial(f: Any, case: Case) -> dict[str, Any]:
        drawn = [np.asarray(plain(getattr(f, name)(6, 50, case["rng"]))) for _ in range(2)]
        if any(w.shape != (6, 50) or w.dtype.kind != "f" for w in drawn):
            return {CHANCE: Against(False, True)}
        statistics = np.std, (lambda w: w.mean() / w.std()), (lambda w: np.sqrt((w**2).mean()))
        spread = [float(np.ptp([s(w) for w in drawn])) for s in statistics]
        within = [float(np.ptp(drawn[0].std(axis=k))) for k in (0, 1)]
        return {CHANCE: Against(min(spread + within) > 1e-9, True)}

    return trial


AS_DRAWN = (
    "each draw moves the generator on, so two calls differ (a copy of it would give the same "
    "numbers again), and what is drawn stays as it is drawn, not stretched to an exact mean or "
    "deviation."
)
CHANCE = "mean and spread differ from draw to draw"


def _share_equal(a: Any, b: Any) -> float:
    a, b = np.asarray(a), np.asarray(b)
    return float(np.mean(a == b)) if a.shape == b.shape else 0.0


def initialization(*, says: str, variance: Callable[[int, int], float]) -> Callable[[Any], Any]:
    """Describe a rule; variance: what it gives for fan_in and fan_out."""

    def describe(reference: Callable) -> Any:
        name = reference.__name__

        def more(drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
            other = np.random.default_rng(rng.integers(2**60))
            given = Case("the same generator state twice", drawn[0].inputs, {"other": other})
            own = Case("6 inputs, 50 outputs, twice", {"rng": drawn[0]["rng"]}, lead=AS_DRAWN)
            return [
                Probe("randomness", given, generator(name)),
                Probe("randomness", own, chance(name)),
            ]

        facts = [Output(fact, atol=0.0) for fact in STATISTICS]
        return function(
            says=says,
            group="init",
            cases=cases,
            outputs=[Output("w", axes=("input", "output")), *facts],
            may_change=("rng",),
            trial=statistics(name, variance),
            more=more,
            randomness=True,
            forbids=("nnkit.init",),
        )(reference)

    return describe
