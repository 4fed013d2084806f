"""Words in, words out: embedding, the loss of a sequence, sampling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Against, Case, Output, Probe, StructureError, case, wrong
from autograder.checking.kinds import build, pair, snapshot
from autograder.checking.kinds import changed as changed_names
from autograder.checking.messages import translate
from autograder.checking.values import as_array, describe, plain


def embedding_forward(idx, table):
    """out[...] = table[idx[...]]."""
    return table[idx], (idx, table.shape)


def embedding_backward(dout, cache):
    """A row of the table receives the gradients of every place where its token stood."""
    idx, shape = cache
    dtable = np.zeros(shape)
    np.add.at(dtable, idx, dout)
    return dtable


def token_cases(rng: np.random.Generator) -> Iterator[Case]:
    """One, two and three axes of indices; repeated tokens; tokens that never occur."""
    for shape, v, d in (((2, 5), 4, 3), ((6,), 5, 2), ((2, 3, 2), 6, 4)):
        idx = rng.integers(0, v - 1, shape)
        idx.flat[:3] = 1
        yield case(
            f"indices of shape {shape}, {v} tokens",
            idx=idx,
            table=rng.standard_normal((v, d)),
            V=v,
            D=d,
        )
    yield case(
        "the last token",
        idx=np.array([[3, 0], [3, 3]]),
        table=rng.standard_normal((4, 2)),
        V=4,
        D=2,
    )


EMBEDDING = pair(
    embedding_forward, embedding_backward, chapter=5, summary="the embedding of tokens", cases=token_cases, cache="(idx, table.shape)",
    grads=[Output("dtable", axes=("token", "entry"))],
    wrong_forward=[
        wrong("columns_for_rows", "Each token has a row.", "table[idx]", "np.resize(table.T, table.shape)[idx]"),
        wrong("off_by_one", "Tokens are counted from 0.", "table[idx]", "table[idx - 1]"),
        wrong("flattened", "out has the shape of idx and one axis more.", "table[idx]", "table[idx.ravel()]"),
        wrong("scaled", "The row as it is.", "table[idx]", "table[idx] * np.sqrt(table.shape[1])"),
        wrong("summed_over_tokens", "Every place keeps its own row.", "table[idx]", "table[idx].sum(axis=-2)"),
        wrong("padding_token", "Token 0 is a token like the others.", "table[idx]", "table[idx] * (idx > 0)[..., None]"),
    ],
    wrong_backward=[
        wrong("repeated_tokens_overwritten", "A token that stands in several places receives several gradients; does dtable[idx] += … add them all?", "np.add.at(dtable, idx, dout)", "dtable[idx] += dout"),
        wrong("repeated_tokens_averaged", "Gradients add up.", "    return dtable", "    dtable /= np.maximum(np.bincount(idx.ravel(), minlength=shape[0]), 1)[:, None]\n    return dtable"),
        wrong("padding_token", "Token 0 is a token like the others.", "    return dtable", "    dtable[0] = 0\n    return dtable"),
        wrong("off_by_one", "Tokens are counted from 0.", "np.add.at(dtable, idx,", "np.add.at(dtable, idx - 1,"),
        wrong("divided_by_batch", "The loss has averaged already.", "    return dtable", "    return dtable / len(idx)"),
        wrong("every_row_gets_the_sum", "Only the tokens that occurred receive a gradient.", "np.add.at(dtable, idx, dout)", "dtable += dout.reshape(-1, shape[1]).sum(axis=0)"),
        wrong("first_sequence_only", "All of idx counts.", "np.add.at(dtable, idx, dout)", "np.add.at(dtable, idx[:1], dout[:1])"),
        wrong("ignores_dout", "Every gradient starts from the one that comes in from above.", "idx, dout)", "idx, 1.0)"),
    ],
)  # fmt: skip


def sequence_cross_entropy_forward(scores, y, mask):
    """Mean of −log softmax(scores)[y] over the steps that count."""
    m = np.asarray(mask, dtype=float)
    shifted = scores - scores.max(axis=2, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    labels = np.where(m > 0, y, 0)
    picked = np.take_along_axis(log_p, labels[:, :, None], axis=2)[:, :, 0]
    loss = -np.sum(np.where(m > 0, picked, 0.0)) / max(m.sum(), 1)
    return loss, (scores, y, mask)


def sequence_cross_entropy_backward(cache):
    """(softmax − one-hot) / number of counted steps, zero at the others."""
    scores, y, mask = cache
    m = np.asarray(mask, dtype=float)
    e = np.exp(scores - scores.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    labels = np.where(m > 0, y, 0)
    hot = np.arange(scores.shape[2]) == labels[:, :, None]
    return np.where(m[:, :, None] > 0, p - hot, 0.0) / max(m.sum(), 1)


def masked_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Sequences of different lengths; a mask with a hole; labels out of range where nothing counts; no step that counts."""
    for n, t, v, kind in ((3, 4, 5, bool), (2, 5, 3, float), (3, 5, 4, int)):
        lengths = rng.permutation([1, 3, 2, 4])[:n]
        mask = np.arange(t) < lengths[:, None]
        mask[0, t - 1] = True
        y = rng.integers(0, v, (n, t))
        yield case(
            f"a mask of {kind.__name__}",
            scores=2 * rng.standard_normal((n, t, v)),
            y=np.where(mask, y, rng.choice([0, v - 1])),
            mask=mask.astype(kind),
            N=n,
            T=t,
            V=v,
            Steps=int(mask.sum()),
        )
    mask = np.array([[True, True, False], [True, False, False]])
    yield case(
        "labels of -1 and 99 at masked steps",
        scores=rng.standard_normal((2, 3, 4)),
        y=np.array([[1, 3, -1], [0, 99, -1]]),
        mask=mask,
        N=2,
        T=3,
        V=4,
        Steps=3,
    )
    yield case(
        "one step counts",
        scores=rng.standard_normal((2, 3, 4)),
        y=rng.integers(0, 4, (2, 3)),
        mask=np.array([[0, 0, 0], [0, 1, 0]]),
        N=2,
        T=3,
        V=4,
    )
    yield case(
        "every step counts",
        scores=rng.standard_normal((2, 3, 4)),
        y=rng.integers(0, 4, (2, 3)),
        mask=np.ones((2, 3), bool),
        N=2,
        T=3,
        V=4,
    )


def masked_extreme(rng: np.random.Generator) -> Iterator[Case]:
    """No step that counts; scores in the thousands; a sequence without a counted step."""
    yield case(
        "no step counts",
        scores=rng.standard_normal((2, 3, 4)),
        y=rng.integers(0, 4, (2, 3)),
        mask=np.zeros((2, 3), bool),
    )
    yield case(
        "scores up to ±10,000",
        scores=np.array(
            [[[1e4, 0.0, -1e4], [0.2, 0.1, 1e4]], [[-1e4, -1e4, 0.0], [5000.0, 4999.0, 0.0]]]
        ),
        y=np.array([[0, 0], [2, 1]]),
        mask=np.array([[1, 1], [1, 0]]),
    )
    yield case(
        "one sequence without a counted step",
        scores=rng.standard_normal((2, 3, 4)),
        y=rng.integers(0, 4, (2, 3)),
        mask=np.array([[1, 1, 0], [0, 0, 0]]),
    )


SEQUENCE_LOSS = pair(
    sequence_cross_entropy_forward, sequence_cross_entropy_backward, chapter=5, summary="the cross-entropy of sequences", cases=masked_cases,
    extreme=masked_extreme, cache="(scores, y, mask)", loss=True, returns=[Output("loss", tol=1e-9)],
    grads=[Output("dscores", axes=("example", "step", "token"))], whole="scores",
    wrong_forward=[
        wrong("averaged_over_batch", "The mean is over all counted steps.", "max(m.sum(), 1)", "len(scores)"),
        wrong("averaged_over_all_steps", "Steps that do not count do not enlarge the denominator.", "max(m.sum(), 1)", "m.size"),
        wrong("mean_of_sequence_means", "Every counted step weighs the same, in long and in short sequences.", "-np.sum(np.where(m > 0, picked, 0.0)) / max(m.sum(), 1)", "-np.mean(np.where(m > 0, picked, 0.0).sum(axis=1) / np.maximum(m.sum(axis=1), 1))"),
        wrong("mask_ignored", "Masked steps cost nothing.", "np.sum(np.where(m > 0, picked, 0.0)) / max(m.sum(), 1)", "np.mean(picked)"),
        wrong("mask_reversed", "1 means that the step counts.", "m = np.asarray(mask, dtype=float)", "m = 1 - np.asarray(mask, dtype=float)"),
        wrong("empty_mask_divides_by_zero", "What if no step counts?", "max(m.sum(), 1)", "m.sum()"),
        wrong("summed", "A mean, not a sum.", " / max(m.sum(), 1)", ""),
        wrong("no_shift", "What is exp(1000)?", "shifted = scores - scores.max(axis=2, keepdims=True)", "shifted = scores"),
        wrong("labels_at_masked_steps_used", "A label at a masked step may be anything.", "labels = np.where(m > 0, y, 0)", "labels = y"),
        wrong("wrong_axis", "The classes are on the last axis.", "axis=2, keepdims", "axis=1, keepdims"),
        wrong("sign", "A loss is at least zero.", "loss = -np.sum", "loss = np.sum"),
        wrong("clipped", "A constant inside the log puts a ceiling on the loss.", "log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))", "log_p = np.log(np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True) + 1e-12)"),
        wrong("one_too_many_in_denominator", "Divide by the number of counted steps.", "max(m.sum(), 1)", "(m.sum() + 1)"),
    ],
    wrong_backward=[
        wrong("averaged_over_batch", "The mean is over all counted steps.", "max(m.sum(), 1)", "len(scores)"),
        wrong("averaged_over_all_steps", "Steps that do not count do not enlarge the denominator.", "max(m.sum(), 1)", "m.size"),
        wrong("mask_ignored", "Masked steps receive no gradient.", "np.where(m[:, :, None] > 0, p - hot, 0.0)", "(p - hot)"),
        wrong("mask_reversed", "1 means that the step counts.", "m = np.asarray(mask, dtype=float)", "m = 1 - np.asarray(mask, dtype=float)"),
        wrong("empty_mask_divides_by_zero", "What if no step counts?", "max(m.sum(), 1)", "m.sum()"),
        wrong("not_averaged", "The loss averages; so does its gradient.", " / max(m.sum(), 1)", ""),
        wrong("one_hot_missing", "The score of the right token should be pushed up.", "p - hot", "p"),
        wrong("sign", "Which way should the right score move?", "p - hot", "hot - p"),
        wrong("only_one_hot_masked", "A masked step has no gradient at all.", "np.where(m[:, :, None] > 0, p - hot, 0.0)", "(p - hot * m[:, :, None])"),
        wrong("labels_at_masked_steps_used", "A label at a masked step may be anything.", "labels = np.where(m > 0, y, 0)", "labels = y", "hot = np.arange(scores.shape[2]) == labels[:, :, None]", "hot = np.eye(scores.shape[2])[labels]"),
        wrong("wrong_axis", "The classes are on the last axis.", "axis=2", "axis=1"),
        wrong("mean_of_sequence_means", "Every counted step weighs the same.", "/ max(m.sum(), 1)", "/ np.maximum(m.sum(axis=1), 1)[:, None, None] / len(m)"),
        wrong("no_shift", "What is exp(1000)?", " - scores.max(axis=2, keepdims=True)", ""),
        wrong("averaged_twice", "The mean appears once.", "max(m.sum(), 1)", "max(m.sum(), 1) ** 2"),
    ],
)  # fmt: skip


def sample_index(logits, temperature, rng):
    """An index drawn from softmax(logits / temperature)."""
    z = logits / temperature
    p = np.exp(z - z.max())
    p = p / p.sum()
    return int(np.searchsorted(np.cumsum(p)[:-1], rng.random(), side="right"))


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


SAMPLE = build(
    sample_index, chapter=5, summary="an index drawn from softmax(logits / temperature)", cases=temperature_cases, trial=shares, outputs=(SHARE,), randomness=True,
    probes=lambda ex, drawn, rng: [*[Probe("values", c) for c in drawn], *[Probe("extreme values", c, certain) for c in certain_cases(rng)],
                                   Probe("extreme values", drawn[1].replace("logits around 10,000", logits=drawn[1]["logits"] + 1e4))],
    forbids=("nnkit.data",), time_limit=15.0,
    mistakes=[
        wrong("temperature_ignored", "What should a low temperature do?", "logits / temperature", "logits * 1.0"),
        wrong("temperature_multiplied", "A low temperature sharpens.", "logits / temperature", "logits * temperature"),
        wrong("always_the_favourite", "The favourite comes often, not always.", "return int(np.searchsorted(np.cumsum(p)[:-1], rng.random(), side=\"right\"))", "return int(np.argmax(p)) if rng.random() < 2 else 0"),
        wrong("uniform", "Large logits come more often.", "return int(np.searchsorted(np.cumsum(p)[:-1], rng.random(), side=\"right\"))", "return int(rng.integers(len(p)))"),
        wrong("no_shift", "What is exp(10000)?", "np.exp(z - z.max())", "np.exp(z)"),
        wrong("own_generator", "Every draw comes from the rng that is passed in.", "rng.random()", "np.random.default_rng(0).random()"),
        wrong("fresh_generator", "The same rng state has to give the same draw.", "rng.random()", "np.random.default_rng().random()"),
        wrong("global_random", "The global random state is left alone.", "rng.random()", "np.random.random()"),
        wrong("off_by_one", "Indices are counted from 0.", "np.searchsorted(np.cumsum(p)[:-1], rng.random(), side=\"right\")", "(np.searchsorted(np.cumsum(p)[:-1], rng.random(), side=\"right\") + 1) % len(p)"),
        wrong("sign", "Large logits come more often.", "z = logits / temperature", "z = -logits / temperature"),
        wrong("probabilities_squared", "softmax, once.", "p = p / p.sum()", "p = p**2 / np.sum(p**2)"),
        wrong("logits_normalised_without_exp", "Where is the exponential?", "p = np.exp(z - z.max())", "p = z - z.min() + 1e-9"),
        wrong("probability_for_index", "The index is asked for.", "return int(np.searchsorted(np.cumsum(p)[:-1], rng.random(), side=\"right\"))", "return float(p[np.searchsorted(np.cumsum(p)[:-1], rng.random(), side=\"right\")])"),
    ],
)  # fmt: skip
