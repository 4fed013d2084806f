"""The cross-entropy of sequences of different lengths: a mean over the steps that count."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import leads, pair
from autograder.checking.kinds.results import output_list


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Lengths that differ, a hole, any label where nothing counts; one step, all steps."""
    for n, t, v, kind in ((3, 4, 5, bool), (2, 5, 3, int), (3, 5, 4, bool)):
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
    yield case(
        "labels of -1 and 99 at masked steps",
        scores=rng.standard_normal((2, 3, 4)),
        y=np.array([[1, 3, -1], [0, 99, -1]]),
        mask=np.array([[True, True, False], [True, False, False]]),
        **{"N": 2, "T": 3, "V": 4, "Steps": 3},
    )
    square = rng.standard_normal((3, 3, 3)), rng.integers(0, 3, (3, 3))
    mask = np.array([[True, True, False], [True, False, False], [True, True, True]])
    label = "as many steps as sequences and tokens"
    yield case(label, scores=square[0], y=square[1], mask=mask)
    yield small("one step counts", rng, np.array([[0, 0, 0], [0, 1, 0]]))
    yield small("every step counts", rng, np.ones((2, 3), bool))


def small(label: str, rng: np.random.Generator, mask: np.ndarray) -> Case:
    """Two sequences of three steps, four tokens."""
    scores, y = rng.standard_normal((2, 3, 4)), rng.integers(0, 3, (2, 3))
    return case(label, scores=scores, y=y, mask=mask, N=2, T=3, V=4)


def extreme(rng: np.random.Generator) -> Iterator[Case]:
    """No step that counts, in all or in one sequence; scores in the thousands."""
    yield small("no step counts", rng, np.zeros((2, 3), bool))
    large = [[[1e4, 0.0, -1e4], [0.2, 0.1, 1e4]], [[-1e4, -1e4, 0.0], [5000.0, 4999.0, 0.0]]]
    yield case(
        "scores up to ±10,000",
        scores=np.array(large),
        y=np.array([[0, 0], [2, 1]]),
        mask=np.array([[1, 1], [1, 0]]),
    )
    yield small("one sequence without a counted step", rng, np.array([[1, 1, 0], [0, 0, 0]]))


sequence_cross_entropy = pair(
    says="the cross-entropy of sequences",
    group="text",
    cases=cases,
    extreme=extreme,
    cache="(scores, y, mask)",
    loss=True,
    returns="loss",
    tol=1e-9,
    grads=output_list("dscores: example step token"),
    whole="scores",
)


@sequence_cross_entropy.forward
@leads(
    "Every step that counts is one example of chapter 2's cross-entropy; the mean is over"
    " those steps only.",
    "log p = scores − max − log sum exp(scores − max), along the last axis; minus its "
    "entry at the label, times the mask, over the number of counted steps.",
)
def sequence_cross_entropy_forward(scores, y, mask):
    """Mean of −log softmax(scores)[y] over the steps that count."""
    m = np.asarray(mask, dtype=float)
    # ~ mask reversed: 1 - np.asarray(mask, dtype=float) | 1 means that the step counts.
    # ~ labels for the mask: np.array((y >= 0) & (y < scores.shape[2]), dtype=float)
    #     | Which steps count, the mask says: a step that does not may have any label.
    # ~ mask as a length: 1.0 * (np.arange(y.shape[1]) < np.sum(mask, axis=1)[:, None])
    #     | A step that counts may come after one that does not.
    shifted = scores - scores.max(axis=2, keepdims=True)  # ~ no shift: scores | What is exp(1000)?
    # ~ scores masked: (scores - scores.max(axis=2, keepdims=True)) * m[:, :, None] | What does
    #     softmax make of scores that are all 0, and what does that cost?
    # ~ wrong axis: 2 => 1 | The classes are on the last axis.
    log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))  # ~ wrong axis: 2 => 1
    # ~ clipped: np.log(np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True) + 1e-12)
    #     | A constant inside the log puts a ceiling on the loss.
    # ~ 1e-8 in the log: np.log(np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True) +
    #     1e-08) | A constant inside the log puts a ceiling on the loss.
    labels = np.where(m > 0, y, 0)
    # ~ mask as a length: np.clip(y, 0, scores.shape[2] - 1)
    # ~ labels at masked steps used: y | A label at a masked step may be anything.
    picked = np.take_along_axis(log_p, labels[:, :, None], axis=2)[:, :, 0]
    loss = -np.sum(np.where(m > 0, picked, 0.0)) / max(m.sum(), 1)
    # ~ scores masked: np.where(m > 0, picked, 0.0) => picked
    # ~ averaged over batch: max(m.sum(), 1) => len(scores) | The mean is over all counted steps.
    # ~ averaged over all steps: max(m.sum(), 1) => m.size
    #     | Steps that do not count do not enlarge the denominator.
    # ~ mean of sequence means:
    #     -np.mean(np.where(m > 0, picked, 0.0).sum(axis=1) / np.maximum(m.sum(axis=1), 1))
    #     | Every counted step weighs the same, in long and in short sequences.
    # ~ mean of the means that count: -np.sum(np.where(m > 0, picked, 0.0).sum(axis=1)
    #     / np.maximum(m.sum(axis=1), 1)) / max(np.any(m > 0, axis=1).sum(), 1)
    #     | Every counted step weighs the same, in long and in short sequences.
    # ~ mask ignored: -np.mean(picked) | Masked steps cost nothing.
    # ~ empty mask divides by zero: max(m.sum(), 1) => m.sum() | What if no step counts?
    # ~ summed: -np.sum(np.where(m > 0, picked, 0.0)) | A mean, not a sum.
    # ~ sign: picked => -picked | A loss is at least zero.
    # ~ one too many in denominator: max(m.sum(), 1) => m.sum() + 1
    #     | Divide by the number of counted steps.
    # ~ mask as index: -np.sum(picked[mask]) / max(m.sum(), 1) | Only booleans pick out entries. How
    #     does numpy read whole numbers as an index, and floats?
    return loss, (scores, y, mask)


@sequence_cross_entropy.backward
@leads(
    "As in chapter 2, probabilities minus one-hot; what does the mean divide by, and what"
    " do steps receive that do not count?",
    "dscores = (p − one-hot)·mask / number of counted steps.",
)
def sequence_cross_entropy_backward(cache):
    """(softmax − one-hot) / number of counted steps, zero at the others."""
    scores, y, mask = cache
    m = np.asarray(mask, dtype=float)
    # ~ mask reversed: 1 - np.asarray(mask, dtype=float) | 1 means that the step counts.
    e = np.exp(scores - scores.max(axis=2, keepdims=True))
    # ~ wrong axis: 2 => 1 | The classes are on the last axis.
    # ~ no shift: np.exp(scores) | What is exp(1000)?
    p = e / e.sum(axis=2, keepdims=True)  # ~ wrong axis: 2 => 1
    labels = np.where(m > 0, y, 0)
    # ~ labels at masked steps used: y | A label at a masked step may be anything.
    hot = np.arange(scores.shape[2]) == labels[:, :, None]
    # ~ labels at masked steps used: np.eye(scores.shape[2])[labels]
    return np.where(m[:, :, None] > 0, p - hot, 0.0) / max(m.sum(), 1)  # ~ not averaged
    # ~ averaged over batch: max(m.sum(), 1) => len(scores) | The mean is over all counted steps.
    # ~ averaged over all steps: max(m.sum(), 1) => m.size
    #     | Steps that do not count do not enlarge the denominator.
    # ~ mask ignored: (p - hot) / max(m.sum(), 1) | Masked steps receive no gradient.
    # ~ empty mask divides by zero: max(m.sum(), 1) => m.sum() | What if no step counts?
    # ~ one hot missing: p - hot => p | The score of the right token should be pushed up.
    # ~ sign: p - hot => hot - p | Which way should the right score move?
    # ~ only one hot masked: (p - hot * m[:, :, None]) / max(m.sum(), 1)
    #     | A masked step has no gradient at all.
    # ~ mean of sequence means: max(m.sum(), 1) =>
    #     np.maximum(m.sum(axis=1), 1)[:, None, None] * len(m) | Every counted step weighs the same.
    # ~ averaged twice: max(m.sum(), 1) => max(m.sum(), 1)**2 | The mean appears once.
    # ~ mask as index: d = (p - hot) / max(m.sum(), 1); d[~mask] = 0; return d
    #     | Only booleans pick out entries. What are ~1 and ~0.0?
