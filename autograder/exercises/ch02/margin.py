"""Losses of the margin: multi-class hinge and the perceptron's step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, case, wrong
from autograder.checking.kinds import function, pair


def hinge_forward(scores, y, margin=1.0):
    """loss = mean over examples of the sum over j ≠ y of max(0, s_j − s_y + margin)."""
    rows = np.arange(len(y))
    gaps = scores - scores[rows, y][:, None] + margin
    gaps[rows, y] = 0
    loss = np.maximum(gaps, 0).sum() / len(y)
    return loss, (scores, y, margin)


def hinge_backward(cache):
    """+1/N for each score inside the margin, minus their number over N for the right one."""
    scores, y, margin = cache
    rows = np.arange(len(y))
    gaps = scores - scores[rows, y][:, None] + margin
    inside = (gaps > 0).astype(float)
    inside[rows, y] = 0
    inside[rows, y] = -inside.sum(axis=1)
    return inside / len(y)


def hinge_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Rows with several scores inside the margin, one with none, one exactly at the kink; margins besides 1."""
    for n, k, margin in ((4, 3, 1.0), (3, 5, 0.5), (5, 4, 2.0)):
        while True:
            scores, y = rng.standard_normal((n, k)), rng.integers(0, k, n)
            rows = np.arange(n)
            gaps = scores - scores[rows, y][:, None] + margin
            gaps[rows, y] = 1.0
            if (
                np.abs(gaps).min() > 0.02
                and ((gaps > 0).sum(axis=1) > 2).any()
                and (gaps < 0).any()
            ):
                break
        scores[0, y[0]] += 20  # an example far outside the margin
        yield case(
            f"margin {margin:g}, N = {n}, K = {k}", scores=scores, y=y, margin=margin, N=n, K=k
        )
    yield case(
        "the default margin",
        scores=2 * rng.standard_normal((4, 3)),
        y=rng.integers(0, 3, 4),
        N=4,
        K=3,
    )
    kink = np.array([[2.0, 1.0, 0.0], [0.25, 1.25, 0.75], [-1.0, 0.5, 1.5]])
    yield case(
        "scores exactly at the margin", scores=kink, y=np.array([0, 1, 2]), margin=1.0, N=3, K=3
    )


HINGE = pair(
    hinge_forward, hinge_backward, chapter=2, summary="the multi-class hinge loss", cases=hinge_cases, cache="(scores, y, margin)",
    loss=True, returns="loss", grads=[Output("dscores", axes=("example", "class"))], whole="scores",
    wrong_forward=[
        wrong("right_class_counted", "The sum leaves out j = y.", "    gaps[rows, y] = 0\n", ""),
        wrong("not_averaged", "The loss averages over the batch.", " / len(y)", ""),
        wrong("averaged_over_everything", "Sum over classes, average over examples.", "/ len(y)", "/ scores.size"),
        wrong("margin_ignored", "The margin is an argument.", "+ margin", "+ 1.0"),
        wrong("margin_missing", "How far ahead has the right score to be?", " + margin", ""),
        wrong("margin_subtracted", "A lead smaller than the margin costs.", "+ margin", "- margin"),
        wrong("sign_of_gap", "Who has to be ahead of whom?", "scores - scores[rows, y][:, None]", "scores[rows, y][:, None] - scores"),
        wrong("squared", "The hinge is linear in the gap.", "np.maximum(gaps, 0)", "(np.maximum(gaps, 0) ** 2)"),
        wrong("only_the_worst", "Every score inside the margin counts.", ".sum() / len(y)", ".max(axis=1).sum() / len(y)"),
        wrong("not_clipped", "A large lead earns no credit.", "np.maximum(gaps, 0)", "gaps"),
        wrong("absolute_gap", "A large lead costs nothing.", "np.maximum(gaps, 0)", "np.abs(gaps)"),
        wrong("averaged_over_classes", "Sum over classes, average over examples.", "/ len(y)", "/ len(y) / (scores.shape[1] - 1)"),
    ],
    wrong_backward=[
        wrong("right_class_missing", "Each violated margin pulls on two scores.", "    inside[rows, y] = -inside.sum(axis=1)\n", ""),
        wrong("right_class_once", "How many margins did the right score violate?", "-inside.sum(axis=1)", "-1.0 * (inside.sum(axis=1) > 0)"),
        wrong("count_includes_right_class", "Is j = y among the violated margins?", "    inside[rows, y] = 0\n", ""),
        wrong("slope_at_the_kink", "Exactly at the margin the slope is taken as 0.", "gaps > 0", "gaps >= 0"),
        wrong("not_averaged", "The loss averages over the batch; so does its gradient.", " / len(y)", ""),
        wrong("averaged_over_everything", "Average over examples only.", "/ len(y)", "/ scores.size"),
        wrong("margin_ignored", "The margin is an argument.", "+ margin", "+ 1.0"),
        wrong("margin_missing", "A lead smaller than the margin costs too.", " + margin", ""),
        wrong("sign", "Scores inside the margin should go down.", "return inside", "return -inside"),
        wrong("gap_instead_of_one", "The hinge is linear; what is the slope of a line?", "(gaps > 0).astype(float)", "np.maximum(gaps, 0)"),
        wrong("squared_hinge", "The hinge is linear; what is the slope of a line?", "(gaps > 0).astype(float)", "2 * np.maximum(gaps, 0)"),
        wrong("averaged_twice", "Each 1/N appears once.", "/ len(y)", "/ len(y) ** 2"),
    ],
)  # fmt: skip


def perceptron_update(w, x, y, lr):
    """w + lr·y·x where y·(w·x) ≤ 0, else w, as a new array."""
    if y * (w @ x) <= 0:
        return w + lr * y * x
    return w.copy()


def perceptron_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Right and wrong, of both signs; exactly on the boundary; the zero vector."""
    for d, lr in ((4, 0.5), (3, 1.0)):
        for y in (-1, 1):
            for right in (False, True):
                w, x = rng.standard_normal(d), rng.standard_normal(d)
                if abs(w @ x) < 0.2:
                    x = x + w
                if (y * (w @ x) > 0) != right:
                    w = -w
                yield case(
                    f"y = {y:+d}, {'right' if right else 'wrong'} side", w=w, x=x, y=y, lr=lr, D=d
                )
    yield case(
        "on the right side, by little",
        w=np.array([0.5, 0.25, -1.0]),
        x=np.array([1.0, 2.0, 0.5]),
        y=1,
        lr=0.4,
    )
    for y in (-1, 1):
        yield case(
            f"exactly on the boundary, y = {y:+d}",
            w=np.array([1.0, -2.0, 0.0]),
            x=np.array([2.0, 1.0, 3.0]),
            y=y,
            lr=0.7,
        )
        yield case(f"w = 0, y = {y:+d}", w=np.zeros(4), x=rng.standard_normal(4), y=y, lr=0.3)


def own_array(f, case: Case) -> dict:
    """The result is an array of its own: writing into w afterwards does not reach it."""
    w = case["w"].copy()
    out = f.perceptron_update(w, case["x"], case["y"], case["lr"])
    w += 100.0
    return {"w_new": out}


PERCEPTRON = function(
    perceptron_update, chapter=2, summary="one step of the perceptron", cases=perceptron_cases, whole="x",
    outputs=[Output("w_new", axes=("weight",))],
    more=lambda drawn, rng: [Probe("repeatable", c, own_array) for c in drawn[:4]],
    mistakes=[
        wrong("always_updates", "A point on the right side leaves w alone.", "if y * (w @ x) <= 0:", "if True:"),
        wrong("never_on_the_boundary", "With w = 0 every point lies on the boundary; how would learning begin?", "<= 0", "< 0"),
        wrong("updates_when_right", "When is there something to mend?", "<= 0", "> 0"),
        wrong("sign", "After the step, y·(w·x) should be larger.", "w + lr * y * x", "w - lr * y * x"),
        wrong("label_missing", "The step points towards x or away from it.", "lr * y * x", "lr * x"),
        wrong("lr_missing", "lr scales the step.", "lr * y * x", "y * x"),
        wrong("error_scaled", "The perceptron's step does not grow with the error.", "lr * y * x", "lr * y * x * abs(w @ x)"),
        wrong("label_ignored_in_test", "An error depends on the label.", "if y * (w @ x) <= 0:", "if w @ x <= 0:"),
        wrong("labels_zero_one", "Labels are −1 and +1.", "if y * (w @ x) <= 0:", "if (y > 0) != (w @ x > 0):"),
        wrong("margin_one", "An error is y·(w·x) ≤ 0; a margin belongs to another loss.", "<= 0", "<= 1"),
        wrong("changes_w", "w_new is a new array; the old w stays.", "return w + lr * y * x\n    return w.copy()", "w += lr * y * x\n    return w"),
        wrong("same_array", "Also an unchanged w comes back as a new array.", "return w.copy()", "return w"),
    ],
)  # fmt: skip
