"""Words in, words out: embedding, the loss of a sequence, sampling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Against, Case, Output, Probe, StructureError, case
from autograder.checking.kinds import changed as changed_names
from autograder.checking.kinds import custom, snapshot
from autograder.checking.messages import translate
from autograder.checking.values import as_array, describe, plain


def temperature_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Cold, as it is, hot; the favourite stands in different places."""
    logits = np.array([2.0, 0.0, -1.0, 1.0])
    for temperature in (0.4, 1.0, 5.0):
        yield case(
            f"temperature {temperature:g}",
            logits=logits[rng.permutation(4)],
            temperature=temperature,
            given={"seed": int(rng.integers(2**31))},
        )


DRAWS = 400


# A share p of 400 draws has a deviation of at most 0.025; 0.15 is six of them.
SHARE = Output("shares", tol=0.0, atol=0.15, axes=("index",))


def shares(f: Any, case: Case) -> dict[str, Any]:
    """How often each index is drawn; the same generator state gives the same draws."""
    logits, temperature = case["logits"], case["temperature"]
    kept = snapshot(case.inputs)
    rng = np.random.default_rng(case["seed"])
    drawn = np.array(
        [_index(f.sample_index(logits, temperature, rng), len(logits)) for _ in range(DRAWS)]
    )
    # Hot, so that two runs of draws that do not come from rng agree with probability below 1e-12.
    states = np.random.default_rng(case["seed"]), np.random.default_rng(case["seed"])
    first, second = (
        [_index(f.sample_index(logits, 5.0, state), len(logits)) for _ in range(25)]
        for state in states
    )
    return {
        "shares": np.bincount(drawn, minlength=len(logits)) / DRAWS,
        "same draws from the same rng state": Against(first == second, True),
        "!changed": lambda: changed_names(kept, case.inputs),
    }


def certain(f: Any, case: Case) -> dict[str, Any]:
    """Logits so far apart that only one index can come."""
    rng = np.random.default_rng(case["seed"])
    return {
        "index": Against(
            [_index(f.sample_index(case["logits"], case["temperature"], rng), 4) for _ in range(5)],
            [case["favourite"]] * 5,
        )
    }


def _index(value: Any, n: int) -> int:
    array = as_array(plain(value))
    if array is None or array.ndim != 0 or array.dtype.kind not in "iu" or not 0 <= int(array) < n:
        raise StructureError(
            translate(
                "sample_index returned {got}; expected a whole number from 0 to {last}"
            ).format(
                got=array if array is not None and array.ndim == 0 else describe(value), last=n - 1
            )
        )
    return int(array)


def certain_cases(rng: np.random.Generator) -> Iterator[Case]:
    """±10,000, and a low temperature."""
    at = int(rng.integers(4))
    for label, scale, temperature in (
        ("logits up to ±10,000", 1e4, 1.0),
        ("temperature 0.001", 5.0, 0.001),
    ):
        logits = np.full(4, -scale)
        logits[at] = scale
        yield case(
            label,
            logits=logits,
            temperature=temperature,
            given={"seed": int(rng.integers(2**31)), "favourite": at},
        )


@custom(
    says="an index drawn from softmax(logits / temperature)",
    group="text",
    cases=temperature_cases,
    trial=shares,
    outputs=(SHARE,),
    randomness=True,
    probes=lambda ex, drawn, rng: [
        *[Probe("values", c) for c in drawn],
        *[Probe("extreme values", c, certain) for c in certain_cases(rng)],
        Probe(
            "extreme values",
            drawn[1].replace("logits around 10,000", logits=drawn[1]["logits"] + 1e4),
        ),
    ],
    forbids=("nnkit.data",),
    time_limit=15.0,
)
def sample_index(logits, temperature, rng):
    """An index drawn from softmax(logits / temperature)."""
    z = logits / temperature
    # ~ temperature ignored: logits * 1.0 | What should a low temperature do?
    # ~ temperature multiplied: logits * temperature | A low temperature sharpens.
    # ~ sign: logits => -logits | Large logits come more often.
    p = np.exp(z - z.max())  # ~ no shift: np.exp(z) | What is exp(10000)?
    # ~ logits normalised without exp: z - z.min() + 1e-09 | Where is the exponential?
    p = p / p.sum()  # ~ probabilities squared: p**2 / np.sum(p**2) | softmax, once.
    return int(np.searchsorted(np.cumsum(p)[:-1], rng.random(), side="right"))
    # ~ always the favourite: int(np.argmax(p)) if rng.random() < 2 else 0
    #     | The favourite comes often, not always.
    # ~ uniform: int(rng.integers(len(p))) | Large logits come more often.
    # ~ own generator: rng => np.random.default_rng(0)
    #     | Every draw comes from the rng that is passed in.
    # ~ fresh generator: rng => np.random.default_rng()
    #     | The same rng state has to give the same draw.
    # ~ global random: rng => np.random | The global random state is left alone.
    # ~ off by one: int((np.searchsorted(np.cumsum(p)[:-1], rng.random(), side="right") + 1) %
    #     len(p)) | Indices are counted from 0.
    # ~ probability for index: float(p[np.searchsorted(np.cumsum(p)[:-1], rng.random(),
    #     side="right")]) | The index is asked for.
