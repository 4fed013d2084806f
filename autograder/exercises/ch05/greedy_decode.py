"""Greedy decoding: write the likeliest token, feed it back, until the end token comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import (
    Against,
    Case,
    Exercise,
    Output,
    Probe,
    StructureError,
    case,
)
from autograder.checking.kinds import changed, custom, leads, snapshot
from autograder.checking.messages import translate
from autograder.checking.values import as_array, describe, plain

ROWS = 12


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """The end in time, at once, at the limit, too late; equal and negative scores; no room."""
    for label, end_at, max_len in (
        ("the end after 4 tokens, at most 9", 4, 9),
        ("the end later than max_len = 5", 8, 5),
        ("the end at once", 0, 6),
        ("the end just after max_len = 4 tokens", 4, 4),
        ("max_len = 1", 3, 1),
        ("max_len = 0", 2, 0),
    ):
        yield tables(label, rng, end_at, max_len)
    made = tables("equal scores", rng, 5, 9)
    made["scores"][0, :, others(made)[1:]] = 4.0  # three tokens share the top
    yield made
    made = tables("the start comes again", rng, 5, 9)
    made["scores"][2, :, made["start"]] = 9.0
    yield made
    made = tables("scores in the thousands", rng, 4, 9)
    made["scores"][...] = 1000 * made["scores"] + 50_000  # exp of these is infinite
    yield made
    yield tables("300 tokens, the end is one of the last", rng, 3, 5, tokens=300)
    made = tables("all scores negative", rng, 4, 9)
    made["scores"][...] -= 20.0
    yield made


def tables(
    label: str, rng: np.random.Generator, end_at: int, max_len: int, tokens: int = 6
) -> Case:
    """Scores by step, token fed and token scored; the start never wins, the end at its time."""
    start, end, *_ = rng.permutation(6) + tokens - 6
    # Where there are many tokens, all are fed alike.
    scores = rng.standard_normal((ROWS, 6 if tokens == 6 else 1, tokens))
    scores[:, :, [start, end]] = -9.0
    scores[end_at, :, end] = 9.0
    inputs = {"start": int(start), "end": int(end), "max_len": max_len}
    return case(label, **inputs, given={"scores": scores})


def others(case: Case) -> list[int]:
    """The tokens that are neither start nor end."""
    return [t for t in range(6) if t not in (case["start"], case["end"])]


def model(case: Case, calls: list[int]) -> Callable[[Any, Any], tuple[np.ndarray, np.ndarray]]:
    """step(token, state): the state counts the steps and remembers the tokens it was fed."""

    def step(token: Any, state: Any) -> tuple[np.ndarray, np.ndarray]:
        calls.append(1)
        if len(calls) > case["max_len"] + ROWS:
            raise StructureError(
                translate("step was called {n} times; max_len is {limit}").format(
                    n=len(calls), limit=case["max_len"]
                )
            )
        at = _steps(state)
        fed = index(token, case["scores"].shape[2])
        if fed is None:
            raise StructureError(
                translate("step was called with {got}; expected one token, a whole number").format(
                    got=describe(token)
                )
            )
        scores = case["scores"][min(at, ROWS - 1)]
        return scores[fed % len(scores)].copy(), _state(at + 1, fed, case)

    return step


def _state(at: int, fed: int, case: Case) -> Any:
    """A state of one of several forms, which is nobody's business but step's."""
    if case["max_len"] == 5:  # two arrays of different lengths, as an LSTM might keep
        return np.array([float(at)]), np.array([at, fed])
    if case["max_len"] == 6:
        return None if at == 0 else {"steps": at}
    return np.array([at, fed])


def _steps(state: Any) -> int:
    """How many steps a state has seen; StructureError where it is none of step's own."""
    if state is None:
        return 0
    try:
        if type(state) is dict:
            return int(state["steps"])
        first = state[0]
        return int(first if np.ndim(first) == 0 else first[0])
    except (TypeError, IndexError, KeyError, ValueError):
        text = translate("step was called with the state {got}; expected the state it was given")
        raise StructureError(text.format(got=describe(state))) from None


def index(value: Any, tokens: int) -> int | None:
    """A token of any integer type; None for anything else."""
    array = as_array(plain(value))
    if array is None or array.ndim or array.dtype.kind not in "iu" or not 0 <= int(array) < tokens:
        return None
    return int(array)


def written(f: Any, case: Case) -> dict[str, Any]:
    """The tokens; a list, a tuple or a vector of whole numbers."""
    state = _state(0, -1, case)
    kept = snapshot({"state": state})
    asked = (case["start"], case["end"], case["max_len"])
    result = plain(f.greedy_decode(model(case, []), state, *asked))
    is_list = type(result) in (list, tuple) or (isinstance(result, np.ndarray) and result.ndim == 1)
    tokens = [index(t, case["scores"].shape[2]) for t in result] if is_list else []
    for token, found in zip(result if is_list else (), tokens, strict=True):
        if found is None:
            text = translate(
                "a token in the list of greedy_decode is {got}; expected whole numbers"
            )
            raise StructureError(text.format(got=describe(token)))
    if not is_list:
        raise StructureError(
            translate("greedy_decode returned {got}; expected a list of tokens").format(
                got=describe(result)
            )
        )
    return {
        "tokens": np.array(tokens, dtype=int),
        "!changed": lambda: changed(kept, {"state": state}),
    }


def twice(f: Any, case: Case) -> dict[str, Any]:
    """A second call gives the same, and leaves the first list as it was."""
    first = f.greedy_decode(model(case, []), np.array([0, -1]), *case.args)
    before = [*first]
    second = f.greedy_decode(model(case, []), np.array([0, -1]), *case.args)
    return {
        "tokens of the second call": Against([int(t) for t in second], [int(t) for t in before]),
        "tokens of the first call, later": Against(
            [int(t) for t in first], [int(t) for t in before]
        ),
    }


def probes(_exercise: Exercise, drawn: list[Case], _rng: np.random.Generator) -> list[Probe]:
    """Every case; the first one twice."""
    return [*(Probe("values", c) for c in drawn), Probe("repeatable", drawn[0], twice)]


@custom(
    says="greedy decoding",
    group="attention",
    cases=cases,
    trial=written,
    outputs=(Output("tokens", kind="int", axes=("place",)),),
    probes=probes,
)
@leads(
    "The token just written is the next one fed; the state is passed on untouched.",
    "Loop at most max_len times: scores and state from step, `argmax`, stop at end before"
    " it is written.",
)
def greedy_decode(step, state, start, end, max_len):
    """Feed start, then each token written; stop before end or after max_len tokens."""
    tokens, token = [], start
    for _ in range(max_len):
        # ~ one token too many: range(max_len + 1) | At most max_len tokens are written.
        # ~ one token short: range(max_len - 1) | max_len tokens may be written.
        # ~ limit ignored: range(max_len + 5) | What if the end never comes?
        # ~ first token in any case: range(max(max_len, 1)) | At most max_len tokens are written.
        scores, state = step(token, state)
        # ~ state not carried: scores, _ = step(token, state)
        #     | The next step starts from the state that this one returned.
        # ~ start fed again: step(start, state) | After the first step, what was written is fed.
        token = int(np.argmax(scores))
        # ~ lowest score: np.argmax => np.argmin | The likeliest token has the highest score.
        # ~ last of equals: len(scores) - 1 - int(np.argmax(scores[::-1]))
        #     | Of equal scores the one with the lower index counts.
        # ~ probabilities overflow: int(np.argmax(np.exp(scores)))
        #     | The largest score has the largest probability; what is exp(50000)?
        # ~ largest size: int(np.argmax(np.abs(scores))) | Scores may be negative.
        # ~ best above zero: int(np.argmax(np.maximum(scores, 0))) | Scores may be negative.
        if token == end:  # ~ end ignored: False | When is the text finished?
            # ~ stops at start: token == start | Which token means that the text is finished?
            # ~ stops at either: token in (start, end)
            #     | A start that the net predicts later on is a token like any other.
            # ~ identity for equality: int(str(token)) is end
            #     | `is` asks whether two names hold one object; small numbers happen to be one.
            break
            # ~ end included: tokens.append(token); break | The end is not part of the text.
            # ~ end skipped: continue | After the end nothing more is written.
        tokens.append(token)
        # ~ start never written: tokens += [token] * (token != start)
        #     | A start that the net predicts later on is a token like any other.
        # ~ newest first: tokens.insert(0, token) | The text is read from the first token on.
    return tokens
    # ~ start included: [start, *tokens] | The start is fed, not written.
    # ~ last token only: tokens[-1:] | All tokens that were written are asked for.
