"""Random starting weights, judged by their statistics.

Every bound is at least six standard errors wide: in ten thousand drawings a right answer is not
rejected once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Against, Case, Output, Probe, case, wrong
from autograder.checking.kinds import function
from autograder.checking.values import as_array, plain
from autograder.exercises.ch03.draws import bounded


def xavier_init(fan_in, fan_out, rng):
    """Normal, variance 2 / (fan_in + fan_out)."""
    return np.sqrt(2.0 / (fan_in + fan_out)) * rng.standard_normal((fan_in, fan_out))


def he_init(fan_in, fan_out, rng):
    """Normal, variance 2 / fan_in."""
    return np.sqrt(2.0 / fan_in) * rng.standard_normal((fan_in, fan_out))


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """A small layer, many inputs and few outputs, and the other way round."""
    for fan_in, fan_out in ((7, 3), (200, 60), (50, 160)):
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
    """A trial: shape and type, then sign, variance, fourth moment and independence against what is promised.

    8,000 draws: the standard error of the variance is 1.6 %, of the share above zero 0.0056, of the fourth moment 0.055 (a uniform
    distribution has 1.8 in place of 3); with 50 rows or columns that of their means' squares is 0.2,
    with a long upper tail.
    """

    def trial(f: Any, case: Case) -> dict[str, Any]:
        fan_in, fan_out = case["fan_in"], case["fan_out"]
        raw = getattr(f, name)(*case.args)
        got, promised = as_array(plain(raw)), np.ones((fan_in, fan_out))
        passed_over = {s: Against(1.0, 1.0) for s in STATISTICS}
        if (
            got is None
            or got.shape != promised.shape
            or got.dtype.kind != "f"
            or not np.isfinite(got).all()
        ):
            return {**passed_over, "w": Against(raw, promised)}
        # The numbers themselves are the student's affair: of w, only shape and type are compared.
        results: dict[str, Any] = {**passed_over, "w": Against(np.ones_like(got), promised)}
        if got.size < 5000:
            return results
        v = variance(fan_in, fan_out)
        unit = got.astype(float) / np.sqrt(v)  # standard normal numbers, if all is well
        second, fourth = (unit**2).mean(), (unit**4).mean()
        # The mean over m independent entries varies m times less than an entry; shared draws do not.
        rows, columns = (
            (unit.mean(axis=1) ** 2).mean() * fan_out,
            (unit.mean(axis=0) ** 2).mean() * fan_in,
        )
        return {
            **results,
            "share above zero": bounded((unit > 0).mean(), 0.5, 0.46, 0.54, (0.0, 1.0)),
            "variance": bounded(second * v, v, 0.9 * v, 1.11 * v, _variances(fan_in, fan_out)),
            "fourth moment": bounded(
                fourth / max(second**2, 1e-300), 3.0, 2.65, 3.5, (0.0, 1.0, 1.8)
            ),
            "rows": bounded(rows / max(second, 1e-300), 1.0, 0.17, 3.0, (0.0,)),
            "columns": bounded(columns / max(second, 1e-300), 1.0, 0.17, 3.0, (0.0,)),
        }

    return trial


def _variances(i: int, o: int) -> list[float]:
    """Variances that wrong rules give."""
    plain_rules = [gain / fan for gain in (1, 2, 3, 4, 6) for fan in (i, o, i + o)]
    return [
        0.0,
        1.0,
        2 / (i * o),
        *plain_rules,
        *(r / 3 for r in plain_rules),
        *(r**2 for r in plain_rules),
    ]


def generator(name: str) -> Callable[[Any, Case], dict[str, Any]]:
    """A trial: the same generator state gives the same weights, another state gives others."""

    def trial(f: Any, case: Case) -> dict[str, Any]:
        first, second = (plain(getattr(f, name)(*case.fresh().args)) for _ in range(2))
        other = plain(getattr(f, name)(*case.replace(rng=case["other"]).fresh().args))
        return {
            "share equal with the same generator": Against(_share_equal(first, second), 1.0),
            "share equal with another generator": Against(
                float(_share_equal(first, other) == 1.0), 0.0
            ),
        }

    return trial


def _share_equal(a: Any, b: Any) -> float:
    a, b = np.asarray(a), np.asarray(b)
    return float(np.mean(a == b)) if a.shape == b.shape else 0.0


def describe(
    reference: Callable, formula: Callable[[int, int], float], summary: str, mistakes: list
) -> Any:
    """The exercise for one rule."""
    name = reference.__name__

    def more(drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
        other = np.random.default_rng(rng.integers(2**60))
        given = Case("the same generator state twice", drawn[0].inputs, {"other": other})
        return [Probe("randomness", given, generator(name))]

    outputs = (
        Output("w", axes=("input", "output")),
        *(Output(name, atol=0.0) for name in STATISTICS),
    )
    return function(reference, chapter=3, summary=summary, cases=cases, outputs=outputs, mistakes=mistakes, may_change=("rng",),
                    trial=statistics(name, formula), more=more, randomness=True,
                    forbids=("nnkit.init",))  # fmt: skip


def _xavier_uniform(fan_in, fan_out, rng):
    limit = np.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, (fan_in, fan_out))


def _he_uniform(fan_in, fan_out, rng):
    limit = np.sqrt(6.0 / fan_in)
    return rng.uniform(-limit, limit, (fan_in, fan_out))


def _uniform_limit_is_deviation(fan_in, fan_out, rng):
    limit = np.sqrt(2.0 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, (fan_in, fan_out))


def _he_limit_is_deviation(fan_in, fan_out, rng):
    limit = np.sqrt(2.0 / fan_in)
    return rng.uniform(-limit, limit, (fan_in, fan_out))


def _global_state(fan_in, fan_out, rng):
    return np.sqrt(2.0 / fan_in) * np.random.randn(fan_in, fan_out)


def _own_generator(fan_in, fan_out, rng):
    return np.sqrt(2.0 / fan_in) * np.random.default_rng(0).standard_normal((fan_in, fan_out))


def _xavier_own_generator(fan_in, fan_out, rng):
    return np.sqrt(2.0 / (fan_in + fan_out)) * np.random.default_rng(0).standard_normal(
        (fan_in, fan_out)
    )


DRAW, SHAPE = "rng.standard_normal((fan_in, fan_out))", "(fan_in, fan_out))"
BOTH = [
    wrong("shape_transposed", "Weights of an affine map are (inputs, outputs).", SHAPE, "(fan_out, fan_in))"),
    wrong("zeros", "With equal weights all units learn the same.", DRAW, "np.zeros((fan_in, fan_out))"),
    wrong("variance_for_deviation", "A normal number times s has which variance?", "np.sqrt(", "("),
    wrong("not_scaled", "The deviation has to shrink with the size of the layer.", "np.sqrt(2.0 / ", "np.sqrt(1.0 + 0.0 * "),
    wrong("one_row_for_all", "How many independent draws does a matrix need?", DRAW, "np.repeat(rng.standard_normal((1, fan_out)), fan_in, axis=0)"),
    wrong("one_column_for_all", "How many independent draws does a matrix need?", DRAW, "np.repeat(rng.standard_normal((fan_in, 1)), fan_out, axis=1)"),
    wrong("positive_only", "Weights are centered at 0.", DRAW, "np.abs(rng.standard_normal((fan_in, fan_out)))"),
    wrong("not_centered", "Weights are centered at 0.", DRAW, "rng.uniform(0.0, np.sqrt(3.0), (fan_in, fan_out))"),
    wrong("signs_only", "Look at a histogram of the weights: is it a bell?", DRAW, "rng.choice([-1.0, 1.0], (fan_in, fan_out))"),
]  # fmt: skip

XAVIER = describe(xavier_init, lambda i, o: 2.0 / (i + o), "Xavier's initialization", [
    *BOTH,
    wrong("he_for_xavier", "Xavier's rule makes a compromise between the way up and the way down. What does it average?", "(fan_in + fan_out))", "fan_in)"),
    wrong("gain_missing", "The variance is one over the mean of the two fans. Which factor does that give?", "2.0 /", "1.0 /"),
    wrong("product_of_fans", "How are the two fans combined?", "fan_in + fan_out)) *", "fan_in * fan_out)) *"),
    wrong("gain_six", "The 6 belongs to the limits of a uniform distribution.", "2.0 /", "6.0 /"),
    wrong("uniform", "The variance is right. Which distribution is asked for?", _xavier_uniform),
    wrong("uniform_limit_is_deviation", "Which distribution is asked for, and what is the deviation of a uniform one?", _uniform_limit_is_deviation),
    wrong("ignores_rng", "Two calls with different generators should give different weights.", _xavier_own_generator),
])  # fmt: skip

HE = describe(he_init, lambda i, o: 2.0 / i, "He's initialization", [
    *BOTH,
    wrong("fans_swapped", "How many numbers does one unit add up?", "2.0 / fan_in", "2.0 / fan_out"),
    wrong("gain_missing", "A ReLU throws half of the signal away. What makes up for it?", "2.0 /", "1.0 /"),
    wrong("xavier_for_he", "He's rule looks at one direction only.", "2.0 / fan_in", "2.0 / (fan_in + fan_out)"),
    wrong("gain_six", "The 6 belongs to the limits of a uniform distribution.", "2.0 /", "6.0 /"),
    wrong("gain_outside_root", "The factor belongs to the variance; where is it then in the deviation?", "np.sqrt(2.0 / fan_in)", "2.0 / np.sqrt(fan_in)"),
    wrong("uniform", "The variance is right. Which distribution is asked for?", _he_uniform),
    wrong("uniform_limit_is_deviation", "Which distribution is asked for, and what is the deviation of a uniform one?", _he_limit_is_deviation),
    wrong("global_random_state", "Draw from the generator that was passed in.", _global_state),
    wrong("ignores_rng", "Two calls with different generators should give different weights.", _own_generator),
])  # fmt: skip
INITIALIZATION = (XAVIER, HE)
