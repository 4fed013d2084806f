"""An index drawn from softmax(logits / temperature)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Against, Case, Output, Probe, StructureError, case
from autograder.checking.kinds import changed, custom, leads, snapshot
from autograder.checking.messages import translate
from autograder.checking.values import as_array, describe, plain
from autograder.exercises.ch05.draws import about_to_draw_almost_one

DRAWS = 400
MANY = 1000
FEW = 150
# A share of n draws has a deviation of at most 1/(2√n): six of them are as good as right.
SIX = 6 / 2
SAME = "same draws from the same rng state"
DIFFER = "draws differ"
SHARE = Output("shares", tol=0.0, atol=0.03, axes=("index",))
EQUAL = Output("shares of equal logits", tol=0.0, atol=0.09, axes=("index",))


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Cold, as it is, hot; the favorite stands in different places.

    Last where it is hot: there one who draws anew for each comparison seldom gets so far.
    """
    for temperature, draws in ((0.4, DRAWS), (1.0, DRAWS), (5.0, MANY)):
        logits = np.array([2.0, 0.0, -1.0, 1.0])[rng.permutation(4)]
        logits = np.sort(logits) if draws == MANY else logits
        given = {"seed": int(rng.integers(2**31)), "draws": draws}
        label = f"temperature {temperature:g}"
        yield case(label, logits=logits, temperature=temperature, given=given)


def certain_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Logits so far apart that only one index can come: ±10,000, and a low temperature."""
    at = int(rng.integers(4))
    for label, scale, temperature in (
        ("logits up to ±10,000", 1e4, 1.0),
        ("temperature 0.001", 5.0, 0.001),
    ):
        logits = np.where(np.arange(4) == at, scale, -scale)
        given = {"seed": int(rng.integers(2**31)), "favorite": at}
        yield case(label, logits=logits, temperature=temperature, given=given)


def drawn_indices(f: Any, case: Case, count: int, **changes: Any) -> list[int]:
    """`count` draws of the student's function, one generator for all of them."""
    made, rng = case.replace(**changes), np.random.default_rng(case["seed"])
    n = len(case["logits"])
    return [whole_index(f.sample_index(*made.args, rng), n) for _ in range(count)]


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


def shares(f: Any, case: Case) -> dict[str, Any]:
    """How often each index is drawn; the same generator state gives the same draws."""
    kept = snapshot(case.inputs)
    drawn = drawn_indices(f, case, case["draws"])
    # Hot, so that two runs of draws that do not come from rng agree with probability below 1e-12.
    first, second = (drawn_indices(f, case, 25, temperature=5.0) for _ in range(2))
    if len(set(first)) == 1:  # of 25 hot draws: by chance with probability below 1e-12
        return {DIFFER: Against(False, True), "shares": Against(0, 0), SAME: Against(1, 1)}
    z = case["logits"] / case["temperature"]
    right = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    share = np.bincount(drawn, minlength=len(right)) / len(drawn)
    near = np.all(np.abs(share - right) <= SIX / np.sqrt(len(drawn)))
    # The likelihood-ratio statistic sees small shares too: above 50 with p < 1e-9 (3 degrees).
    seen = share > 0
    near &= 2 * len(drawn) * np.sum(share[seen] * np.log(share[seen] / right[seen])) < 50
    return {
        DIFFER: Against(True, True),
        "shares": Against(right if near else share, right),
        SAME: Against(first == second, True),
        "!changed": lambda: changed(kept, case.inputs),
    }


def ties(f: Any, case: Case) -> dict[str, Any]:
    """Ten equal logits: each index comes as often; the deviation of a share is 0.015.

    Where one index has it all, which one it is does not matter: its share alone is compared.
    """
    drawn = drawn_indices(f, case, DRAWS)
    differ = len(set(drawn)) > 1
    share = np.bincount(drawn, minlength=10) / DRAWS if differ else Against(1.0, 0.1)
    return {DIFFER: Against(differ, True), "shares of equal logits": share}


def favorite(f: Any, case: Case) -> dict[str, Any]:
    """One index ahead of many equal ones: the share that noise of the other sign doubles."""
    z, drawn = case["logits"] / case["temperature"], drawn_indices(f, case, FEW)
    right = float(1 / np.sum(np.exp(z - z[case["favorite"]])))
    share = drawn.count(case["favorite"]) / FEW
    if len(set(drawn)) == 1:  # which one it is does not matter
        return {DIFFER: Against(False, True), "share of the favorite": Against(0, 0)}
    near = abs(share - right) <= SIX / np.sqrt(FEW)
    return {
        DIFFER: Against(True, True),
        "share of the favorite": Against(right if near else share, right),
    }


def at_the_last_edge(f: Any, case: Case) -> dict[str, Any]:
    """The largest number that can be drawn lies above the last sum, which rounding has left below.

    Other ways of drawing give any of the indices: only that it is one of them is looked at. Where
    twenty other draws fall into equal pieces laid end to end, it has to be the last.
    """
    n = len(case["logits"])
    drawn = whole_index(f.sample_index(*case.args, about_to_draw_almost_one()), n)
    in_pieces = all(
        whole_index(f.sample_index(*case.args, np.random.default_rng(seed)), n)
        == int(n * np.random.default_rng(seed).random())
        for seed in range(20)
    )
    return {"index": Against(drawn, n - 1) if in_pieces else Against(0, 0)}


def certain(f: Any, case: Case) -> dict[str, Any]:
    """The one index that can come."""
    return {"index": Against(drawn_indices(f, case, 5), [case["favorite"]] * 5)}


def probes(_exercise: Any, drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
    """The cases; ties; one ahead of many; logits far apart; large ones and one far below."""
    given = {"seed": int(rng.integers(2**31))}
    equal = case("ten equal logits", logits=np.full(10, 0.5), temperature=2.0, given=given)
    ahead = equal.replace("one logit ahead of 29", logits=np.eye(30)[7] * 6, favorite=7)
    far = np.append(drawn[1]["logits"] + 1e4, -1e4)
    edge = equal.replace("399 equal logits, a draw just below 1", logits=np.zeros(399))
    wide = {"logits": np.array([1e4, 5e3, 0.0, -1e4]), "temperature": 1e4}
    hot = equal.replace("logits and temperature up to 10,000", favorite=1, **wide)
    large = drawn[1].replace("logits around 10,000, one of −10,000", logits=far)
    return [
        *[Probe("values", c) for c in drawn],
        Probe("values", equal, ties),
        Probe("values", ahead, favorite),
        *[Probe("extreme values", c, certain) for c in certain_cases(rng)],
        Probe("extreme values", large),
        Probe("extreme values", edge, at_the_last_edge),
        # Hot, a softmax that came before the temperature has nothing left but 1 and 0.
        Probe("extreme values", hot, favorite),
    ]


@custom(
    says="an index drawn from softmax(logits / temperature)",
    group="text",
    cases=cases,
    trial=shares,
    outputs=(SHARE, EQUAL),
    randomness=True,
    probes=probes,
    forbids=("nnkit.data",),
    time_limit=15.0,
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
    # ~ softmax before temperature: logits * 1.0 | A probability that was rounded to 0 stays 0:
    #     what is divided by the temperature, and when?
    # ~ temperature ignored: logits * 1.0 | What should a low temperature do?
    # ~ temperature twice: logits / temperature**2 | The logits are divided once.
    # ~ temperature multiplied: logits * temperature | A low temperature sharpens.
    # ~ sign: logits => -logits | Large logits come more often.
    p = np.exp(z - z.max())  # ~ no shift: np.exp(z) | What is exp(10000)?
    # ~ softmax before temperature: np.exp(z - z.max()) ** (1 / temperature)
    # ~ logits normalized without exp: z - z.min() + 1e-09 | Where is the exponential?
    p = p / p.sum()  # ~ probabilities squared: p**2 / np.sum(p**2) | softmax, once.
    return int(np.searchsorted(np.cumsum(p)[:-1], rng.random(), side="right"))
    # ~ normal noise: int(np.argmax(z + rng.normal(size=len(z)))) | Which noise makes the
    #     largest of the sums come out with probability p?
    # ~ every draw the same: int(np.argmax(p)) if rng.random() < 2 else 0
    #     | What makes one draw differ from the next? It comes from the rng that is passed in.
    # ~ uniform: int(rng.integers(len(p))) | Large logits come more often.
    # ~ own generator: rng => np.random.default_rng(0)
    #     | Every draw comes from the rng that is passed in.
    # ~ fresh generator: rng => np.random.default_rng()
    #     | The same rng state has to give the same draw.
    # ~ global random: rng => np.random | The global random state is left alone.
    # ~ beyond the last edge: int(np.searchsorted(np.cumsum(p), rng.random(), side="right"))
    #     | By rounding the last sum may lie below 1: which index comes for a draw above it?
    # ~ first place that is true: int(np.argmax(np.cumsum(p) > rng.random()))
    #     | By rounding the last sum may lie below 1: which index comes for a draw above it?
    # ~ noise of the other sign: int(np.argmax(z - rng.gumbel(size=len(z))))
    #     | Which noise makes the largest of the sums come out with probability p?
    # ~ largest random share: int(np.argmax(p * rng.random(len(p))))
    #     | Draw many times and count: does every index come as often as p says?
    # ~ off by one: int => lambda index: int((index + 1) % len(p)) | Indices are counted from 0.
    # ~ no index returned: int => lambda index: float(p[index])
    #     | One whole number is asked for: the index itself, no array and no probability.
    # ~ not cumulated: q = rng.random(); return int(next((i for i, v in enumerate(p) if q < v),
    #     len(p) - 1)) | Lay the probabilities end to end: where does the second one end?
