"""Multi-class hinge loss: every score that is not a margin below the right one costs."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import leads, pair


def around_the_margin(rng: np.random.Generator) -> Iterator[Case]:
    """Rows with several scores inside the margin, one with none; several margins; the kink."""
    for n, k, margin in ((4, 3, 0.7), (3, 5, 0.5), (5, 4, 2.0)):
        rows = np.arange(n)
        while True:
            scores, y = rng.standard_normal((n, k)), rng.integers(0, k, n)
            gaps = scores - scores[rows, y][:, None] + margin
            gaps[rows, y] = 1.0
            several = ((gaps > 0).sum(axis=1) > 2).any() and (gaps < 0).any()
            if several and np.abs(gaps).min() > 0.02:
                break
        scores[0, y[0]] += 20  # an example far outside the margin
        label = f"margin {margin:g}, N = {n}, K = {k}"
        yield case(label, scores=scores, y=y, margin=margin, N=n, K=k)
    scores, y = 2 * rng.standard_normal((4, 3)), rng.integers(0, 2, 4)
    yield case("the default margin", scores=scores, y=y, N=4, K=3)
    kink = np.array([[2.0, 1.0, 0.0], [0.25, 1.25, 0.75], [-1.0, 0.5, 1.5]])
    equal = np.array([[1.0, 1.0, 0.25], [0.5, 2.0, 2.0], [0.75, 0.75, 0.75]])
    yield case("equal scores", scores=equal, y=np.array([0, 2, 1]), margin=1.0, N=3, K=3)
    yield case("scores exactly at the margin", scores=kink, y=np.arange(3), margin=1.0, N=3, K=3)


hinge = pair(
    says="the multi-class hinge loss",
    group="hinge",
    cases=around_the_margin,
    cache="(scores, y, margin)",
    loss=True,
    returns="loss",
    grads="dscores: example class",
    whole="scores",
)


@hinge.forward
@leads(
    "A wrong class costs something as long as it comes closer to the right one than the margin.",
    "max(0, sⱼ − s_y + margin) for each j except y; add over the classes, average over "
    "the examples.",
)
def hinge_forward(scores, y, margin=1.0):
    # ~ default margin: margin=1.0 => margin=0.0 | Look at the default values in the signature.
    """loss = mean over examples of the sum over j ≠ y of max(0, s_j − s_y + margin)."""
    rows = np.arange(len(y))
    gaps = scores - scores[rows, y][:, None] + margin
    # ~ margin missing: scores - scores[rows, y][:, None] | How far ahead has the right score to be?
    # ~ margin ignored: margin => 1.0 | The margin is an argument.
    # ~ margin subtracted: scores - scores[rows, y][:, None] - margin
    #     | A lead smaller than the margin costs.
    # ~ sign of gap: scores[rows, y][:, None] - scores + margin | Who has to be ahead of whom?
    gaps[rows, y] = 0  # ~ right class counted: pass | The sum leaves out j = y.
    # ~ all pairs: gaps[:, y] = 0 | gaps[:, y] takes whole columns out, in every row.
    # ~ right score set to zero: s = np.array(scores, dtype=float); s[rows, y] = 0; gaps = s -
    #     scores[rows, y][:, None] + margin | Which of the two has to be 0: the score, or the term?
    # ~ equal scores left out: gaps[scores == scores[rows, y][:, None]] = 0
    #     | Another class may have the score of the right one: what does it cost?
    loss = np.maximum(gaps, 0).sum() / len(y)  # ~ not averaged
    # ~ one against all: np.maximum(margin - (2 * np.eye(scores.shape[1])[y] - 1) * scores,
    #     0).sum() / len(y) | Compared are two scores of a row, not a score and 0.
    # ~ one subtracted for the margin: np.maximum(scores - scores[rows, y][:, None] + margin,
    #     0).sum() / len(y) - 1 | How much does the right class add to the sum, for any margin?
    # ~ averaged over everything: len(y) => scores.size | Sum over classes, average over examples.
    # ~ averaged over classes: len(y) => len(y) * (scores.shape[1] - 1)
    # ~ not clipped: gaps.sum() / len(y) | A large lead earns no credit.
    # ~ absolute gap: np.abs(gaps).sum() / len(y) | A large lead costs nothing.
    # ~ squared: (np.maximum(gaps, 0)**2).sum() / len(y) | The hinge is linear in the gap.
    # ~ only the worst: np.maximum(gaps, 0).max(axis=1).sum() / len(y)
    #     | Every score inside the margin counts.
    # ~ max for maximum
    return loss, (scores, y, margin)


@hinge.backward
@leads(
    "Only the classes inside the margin hand a gradient on; the right class answers for "
    "all of them.",
    "A class inside the margin adds +1 to dsⱼ and −1 to ds_y; count those of a row. Then "
    "the average.",
)
def hinge_backward(cache):
    """+1/N for each score inside the margin, minus their number over N for the right one."""
    scores, y, margin = cache
    rows = np.arange(len(y))
    gaps = scores - scores[rows, y][:, None] + margin
    # ~ margin missing: scores - scores[rows, y][:, None]
    #     | A lead smaller than the margin costs too.
    # ~ margin ignored: margin => 1.0 | The margin is an argument.
    inside = (gaps > 0).astype(float)
    # ~ gap instead of one: np.maximum(gaps, 0) | The hinge is linear; what is the slope of a line?
    # ~ squared hinge: 2 * np.maximum(gaps, 0)
    # ~ slope at the kink: gaps > 0 => gaps >= 0 | Exactly at the margin the slope is taken as 0.
    inside[rows, y] = 0  # ~ count includes right class: pass | Is j = y among the violated margins?
    # ~ equal scores left out: inside[scores == scores[rows, y][:, None]] = 0
    #     | A wrong class with the score of the right one violates the margin.
    inside[rows, y] = -inside.sum(axis=1)
    # ~ every class counted: inside[rows, y] = 1.0 - scores.shape[1]
    #     | How many terms of the row are violated?
    # ~ summed over examples: inside[rows, y] = -inside.sum(axis=0)[y]
    #     | The violated terms of one example: along which axis do they lie?
    # ~ only the worst: gaps[rows, y] = -np.inf; worst = np.eye(scores.shape[1]); inside =
    #     worst[gaps.argmax(axis=1)] * (gaps.max(axis=1, keepdims=True) > 0); inside[rows, y] =
    #     -inside.sum(axis=1)
    #     | Every score inside the margin counts.
    # ~ right class missing: pass | Each violated margin pulls on two scores.
    # ~ right class once: -1.0 * (inside.sum(axis=1) > 0)
    #     | How many margins did the right score violate?
    # ~ right class minus one: inside[rows, y] = -1.0
    #     | How many margins did the right score violate?
    return inside / len(y)  # ~ not averaged
    # ~ averaged over everything: inside / scores.size | Average over examples only.
    # ~ averaged twice: inside / len(y)**2 | Each 1/N appears once.
    # ~ sign | Scores inside the margin should go down.
