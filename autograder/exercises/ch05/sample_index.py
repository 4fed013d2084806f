"""An index drawn from softmax(logits / temperature)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Against, Case, Output, Probe, StructureError, case
from autograder.checking.kinds import changed, custom, leads, snapshot
from autograder.checking.messages import translate
from autograder.checking.values import as_array, describe, plain

DRAWS = 80
SAME = "same draws from the same rng state"
DIFFER = "draws differ"
NEXT = "what rng gives next"
INDEX = Output("index", kind="int", axes=("draw",))
PCG64 = 0x2360ED051FC65DA44385DF649FCCF645  # what its state is multiplied by at each step


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Cold, as it is, hot; ten equal logits; one ahead of many.

    The favorite is the last where it is hot: one who draws anew for each comparison seldom gets
    so far.
    """
    for temperature in (0.4, 1.0, 5.0):
        logits = np.array([2.0, 0.0, -1.0, 1.0])[rng.permutation(4)]
        logits = np.sort(logits) if temperature == 5 else logits
        yield drawn(rng, f"temperature {temperature:g}", logits, temperature)
    yield drawn(rng, "ten equal logits", np.full(10, 0.5), 2.0)
    yield drawn(rng, "one logit ahead of 29", np.eye(30)[7] * 6, 2.0)


def extreme(rng: np.random.Generator) -> Iterator[Case]:
    """Logits up to ±10,000, a low temperature: one index alone can come; large ones, one far
    below.
    """
    at = np.arange(4) == rng.integers(4)
    yield drawn(rng, "logits up to ±10,000", np.where(at, 1e4, -1e4), 1.0)
    yield drawn(rng, "temperature 0.001", np.where(at, 5.0, -5.0), 0.001)
    far = np.append(1e4 + rng.permutation([2.0, 0.0, -1.0, 1.0]), -1e4)
    yield drawn(rng, "logits around 10,000, one of −10,000", far, 1.0)


def drawn(rng: np.random.Generator, label: str, logits: np.ndarray, temperature: float) -> Case:
    """A case with a seed for the student's generator."""
    given = {"seed": int(rng.integers(2**31))}
    return case(label, logits=logits, temperature=temperature, given=given)


def whole_index(value: Any, n: int) -> int:
    """A whole number from 0 to n − 1, of any integer type; StructureError otherwise."""
    array = as_array(plain(value))
    if array is not None and array.ndim == 0 and array.dtype.kind in "iu" and 0 <= int(array) < n:
        return int(array)
    got = array if array is not None and array.ndim == 0 else describe(value)
    raise StructureError(
        translate("sample_index returned {got}; expected a whole number from 0 to {last}").format(
            got=got, last=n - 1
        )
    )


def indices(f: Any, case: Case) -> dict[str, Any]:
    """The indices of many draws: each belongs to one number of rng, so they can be told."""
    kept = snapshot(case.inputs)
    rngs = [np.random.default_rng(case["seed"]) for _ in range(2)]
    n = len(case["logits"])
    # A draw from one generator and a draw from its twin, in turn.
    first, second = np.array(
        [[whole_index(f.sample_index(*case.args, r), n) for r in rngs] for _ in range(DRAWS)]
    ).T
    done = {"index": Against(0, 0), NEXT: Against(0, 0)}
    if case["temperature"] > 1 and len(set(first.tolist())) == 1:
        return {DIFFER: Against(False, True), SAME: Against(True, True), **done}
    if not np.array_equal(first, second):
        return {DIFFER: Against(True, True), SAME: Against(False, True), **done}
    skipped = np.random.default_rng(case["seed"])
    skipped.random(DRAWS)
    return {
        DIFFER: Against(True, True),
        SAME: Against(True, True),
        "index": first,
        NEXT: Against(float(rngs[0].random()), float(skipped.random())),
        "!changed": lambda: changed(kept, case.inputs),
    }


def at(number: float) -> np.random.Generator:
    """A generator whose next random() is `number`, a multiple of 2**-53."""
    bits = np.random.PCG64(0)
    # The step is undone: its result is a state whose upper half is 0, which it hands out as it is.
    before = ((int(number * 2**53) << 11) - 1) * pow(PCG64, -1, 2**128) % 2**128
    bits.state = {**bits.state, "state": {"state": before, "inc": 1}}
    return np.random.Generator(bits)


def placed(f: Any, case: Case) -> dict[str, Any]:
    """The index for one number that is known, the same each time."""
    n = len(case["logits"])
    drawn = [whole_index(f.sample_index(*case.args, at(case["number"])), n) for _ in range(24)]
    same = len(set(drawn)) == 1
    return {"index": np.array(drawn[:1]) if same else Against(0, 0), SAME: Against(same, True)}


def probes(_exercise: Any, drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
    """The cases; a number on an edge, and one behind the last edge as it is rounded; extremes."""
    edges = [
        case(f"ξ = {text}, {n} equal logits", logits=np.zeros(n), temperature=1.0, given=given)
        for text, n, given in (
            ("0.5", 2, {"number": 0.5}),
            ("0", 3, {"number": 0.0}),
            ("1 − 2⁻⁵³", 10, {"number": 1 - 2.0**-53}),
        )
    ]
    return [
        *[Probe("values", c) for c in drawn],
        *[Probe("edges", c, placed) for c in edges],
        *[Probe("extreme values", c) for c in extreme(rng)],
    ]


@custom(
    says="an index drawn from softmax(logits / temperature)",
    group="text",
    cases=cases,
    trial=indices,
    outputs=(INDEX,),
    randomness=True,
    probes=probes,
    forbids=("nnkit.data",),
)
@leads(
    "Lay the probabilities end to end from 0 to 1 and throw one uniform number: in whose "
    "piece does it fall?",
    "p = softmax(logits / temperature), its `cumsum` are the right ends; the index is the"
    " number of ends that are not above the draw, at most V − 1.",
)
def sample_index(logits, temperature, rng):
    # ~ new number each time: p = np.exp((logits - logits.max()) / temperature);
    #     edges = np.cumsum(p / p.sum()); return int(next((i for i, edge in enumerate(edges) if
    #     rng.random() < edge), len(p) - 1)) | One index, one random number: how many are drawn?
    """An index drawn from softmax(logits / temperature)."""
    z = logits / temperature
    # ~ temperature ignored: logits * 1.0 | What should a low temperature do?
    # ~ temperature twice: logits / temperature**2 | The logits are divided once.
    # ~ temperature multiplied: logits * temperature | A low temperature sharpens.
    # ~ sign: logits => -logits | Large logits come more often.
    p = np.exp(z - z.max())  # ~ no shift: np.exp(z) | What is exp(10000)?
    # ~ logits normalized without exp: z - z.min() + 1e-09 | Where is the exponential?
    p = p / p.sum()  # ~ probabilities squared: p**2 / np.sum(p**2) | softmax, once.
    return int(np.searchsorted(np.cumsum(p)[:-1], rng.random(), side="right"))
    # ~ every draw the same: int(np.argmax(p)) if rng.random() < 2 else 0
    #     | What makes one draw differ from the next? It comes from the rng that is passed in.
    # ~ uniform: int(rng.integers(len(p))) | Large logits come more often.
    # ~ own generator: rng => np.random.default_rng(0)
    #     | Every draw comes from the rng that is passed in.
    # ~ fresh generator: rng => np.random.default_rng()
    #     | The same rng state has to give the same draw.
    # ~ global random: rng => np.random | The global random state is left alone.
    # ~ edge to the piece before: side="right" => side="left"
    #     | A number on an edge belongs to the piece that begins there.
    # ~ last edge overrun: np.cumsum(p)[:-1] => np.cumsum(p)
    #     | By rounding the last edge may lie below 1: which index is it behind that edge?
    # ~ from the other end: rng.random() => 1.0 - rng.random()
    #     | The pieces begin at 0, index 0 first.
    # ~ several numbers a draw: int(np.argmax(z + rng.gumbel(size=len(z))))
    #     | One draw, one call of rng.random(): whoever runs it again counts on that.
    # ~ number drawn twice: rng.random() => (rng.random(), rng.random())[1]
    #     | One draw, one call of rng.random(): whoever runs it again counts on that.
    # ~ off by one: int => lambda index: int((index + 1) % len(p)) | Indices are counted from 0.
    # ~ no index returned: int => lambda index: float(p[index])
    #     | One whole number is asked for: the index itself, no array and no probability.
    # ~ not cumulated: q = rng.random(); return int(next((i for i, v in enumerate(p) if q < v),
    #     len(p) - 1)) | Lay the probabilities end to end: where does the second one end?
