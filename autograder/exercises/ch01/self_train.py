"""Self-training: a model labels the examples it is sure of and learns from them."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Exercise, Output, Probe, StructureError, case
from autograder.checking.kinds import changed, custom, frozen, leads, snapshot
from autograder.checking.messages import translate
from autograder.checking.values import plain

ARRAYS = ("x_lab", "y_lab", "x_unlab")


def growing_groups(rng: np.random.Generator) -> Iterator[Case]:
    """Two or three groups, drawn until points join in each of the first three rounds."""
    for classes, threshold, rounds in (
        (2, 0.75, 1),
        (3, 0.7, 3),
        (2, 0.75, 8),
        (3, 0.65, 0),
        (2, 0.8, 2),
    ):
        while True:
            made = groups(rng, classes, threshold, rounds)
            joined = [examples_at_last(made.replace(rounds=r)) for r in range(4)]
            if 2 * classes < joined[1] < joined[2] < joined[3]:
                break
        yield made
    yield a_label_that_would_change(rng)
    # Of three classes the second has no labeled example: fit puts its center at 0.
    made = groups(rng, 3, 0.6, 2)
    known = made["y_lab"] != 1
    left = {"x_lab": made["x_lab"][known], "y_lab": made["y_lab"][known]}
    yield made.replace("3 classes, one of them not labeled, threshold 0.6, 2 rounds", **left)


def a_label_that_would_change(rng: np.random.Generator) -> Case:
    """The first unlabeled example joins class 0; the second round's model would say class 1."""
    along = np.array([1.0, -0.5])
    places = np.array([0.0, 0.2, 6.0, 6.2])
    joining = np.append(2.6, np.full(14, 3.6)) + rng.uniform(-0.04, 0.04, 15)
    return case(
        "2 classes, threshold 0.6, 3 rounds",
        x_lab=places[:, None] * along,
        y_lab=np.array([0, 0, 1, 1]),
        x_unlab=np.append(joining, 3.1)[:, None] * along,
        threshold=0.6,
        rounds=3,
        given={"classes": 2},
    )


def groups(rng: np.random.Generator, classes: int, threshold: float, rounds: int) -> Case:
    """Groups on a line that reach outward from their labeled examples."""
    along = np.array([1.0, -0.5])
    y_lab = np.repeat(np.arange(classes), 2)
    x_lab = 6.0 * y_lab[:, None] * along + 0.3 * rng.standard_normal((2 * classes, 2))
    x_lab[0] = 4.5 * along  # labeled 0, lies nearer to class 1: a given label stays all the same
    x_unlab = rng.uniform(-1, 6 * classes - 5, 14)[:, None] * along
    x_unlab = x_unlab + 0.5 * rng.standard_normal((14, 2))
    return case(
        f"{classes} classes, threshold {threshold}, {rounds} round{'s' * (rounds != 1)}",
        x_lab=x_lab,
        y_lab=y_lab,
        x_unlab=x_unlab,
        threshold=threshold,
        rounds=rounds,
        given={"classes": classes},
    )


def examples_at_last(case: Case) -> int:
    """How many examples the reference's last model was fitted to."""
    return training(SimpleNamespace(self_train=self_train), case)["model"]["examples"]


def training(f: Any, case: Case) -> dict[str, Any]:
    """The returned model: the center of each class, and how many examples it was fitted to."""
    inputs = {k: case[k] for k in ARRAYS}
    kept, classes, fitted = snapshot(inputs), case["classes"], []

    def fit(x: Any, y: Any) -> dict[str, Any]:
        x, y = plain(x), plain(y)
        arrays = isinstance(x, np.ndarray) and isinstance(y, np.ndarray) and x.ndim == 2
        if not arrays or y.shape != (len(x),) or y.dtype.kind not in "iuf":
            raise StructureError(
                translate("fit was called with something else than x (M, D) and labels y (M,)")
            )
        fitted.append((x, y))
        members = [x[y == c] for c in range(classes)]
        centers = np.array([m.mean(axis=0) if len(m) else np.zeros(2) for m in members])
        return {"centers": centers, "examples": len(x)}

    def predict_proba(model: Any, x: Any) -> np.ndarray:
        centers, x = plain(model)["centers"], plain(x)
        closeness = np.exp(-0.5 * np.sqrt(((x[:, None, :] - centers[None]) ** 2).sum(axis=2)))
        # Steps of 0.05: some largest probabilities are exactly the threshold.
        p = np.round(20 * closeness / closeness.sum(axis=1, keepdims=True)) / 20
        largest = np.arange(classes) == p.argmax(axis=1)[:, None]
        return p + 1e-6 * largest * (p.max(axis=1, keepdims=True) != case["threshold"])

    model = plain(f.self_train(fit, predict_proba, *case.args))
    if not fitted:
        raise StructureError(translate("self_train never called fit"))
    return {"model": model, "!changed": lambda: changed(kept, inputs)}


def probes(_exercise: Exercise, drawn: list[Case], _rng: np.random.Generator) -> list[Probe]:
    """Every case; arrays that must not be written to; no example or one to label."""
    first, second = drawn[:2]
    rigid = first.replace("read-only arrays", **{k: frozen(first[k]) for k in ARRAYS})
    none = second.replace("no unlabeled example", x_unlab=np.zeros((0, 2)))
    one = first.replace("one unlabeled example", x_unlab=first["x_lab"][-1:] + 0.1)
    return [
        *(Probe("values", c) for c in drawn),
        Probe("memory layout", rigid),
        Probe("nothing to label", none),
        Probe("one to label", one),
    ]


@custom(
    says="self-training",
    group="four kinds",
    cases=growing_groups,
    trial=training,
    outputs=(Output("model", kind="any"),),
    probes=probes,
)
@leads(
    "A round: fit, predict the unlabeled, move those the model is sure of, with its own "
    "answer as their label.",
    "Sure means that the largest probability of a row reaches the threshold; stop when nobody "
    "moves or nothing is left.",
)
def self_train(fit, predict_proba, x_lab, y_lab, x_unlab, threshold, rounds):
    """Fit, let the sure examples join the labeled set, fit again."""
    model = fit(x_lab, y_lab)
    # ~ first model returned: first = model = fit(x_lab, y_lab)
    #     | The last model is the one that has seen most.
    # ~ new ones do not stay: known = x_lab, y_lab, x_unlab; ...
    for _ in range(
        rounds
    ):  # ~ one round: range(min(rounds, 1)) | Does each round ask anew, and which model?
        # ~ one round too many: range(rounds + 1)
        # ~ rounds ignored: range(len(x_unlab) + 1) | How many rounds are there at most?
        if len(x_unlab) == 0:
            break
        p = predict_proba(model, x_unlab)
        sure = p.max(axis=1) >= threshold
        # ~ everything moves: threshold => 0 | Only the sure examples join.
        # ~ unsure examples move: p.max(axis=1) < threshold
        #     | The sure examples join, not the doubtful ones.
        # ~ more than threshold: p.max(axis=1) > threshold | At least the threshold is enough.
        # ~ threshold of second class: p[:, 1] >= threshold
        #     | The largest probability decides, whichever class it is.
        if not sure.any():
            break
        x_lab = np.concatenate([x_lab, x_unlab[sure]])
        # ~ labels forgotten: x_unlab[sure] if sure.any() else x_lab
        #     | The first labeled examples stay.
        y_lab = np.concatenate([y_lab, p[sure].argmax(axis=1)])
        # ~ labels forgotten: p[sure].argmax(axis=1) if sure.any() else y_lab
        # ~ least likely class: p[sure].argmax => p[sure].argmin
        #     | Which class does the model believe in?
        # ~ labels of all: np.concatenate([y_lab, p.argmax(axis=1)[:sure.sum()]])
        #     | Labels and examples have to belong together.
        x_unlab = x_unlab[~sure]
        # ~ joined twice: pass | Whoever has joined is no longer unlabeled.
        # ~ remaining lost: x_unlab[:0] | The unsure examples get another chance.
        model = fit(x_lab, y_lab)
        # ~ new ones do not stay: ...; x_lab, y_lab, x_unlab = known
        #     | Whoever has joined is there in the next round, too.
        # ~ never fitted again: pass | After each round the model learns from what has joined.
        # ~ labels changed later: ...; y_lab = predict_proba(model, x_lab).argmax(axis=1)
        #     | A label once given stays.
    return model  # ~ first model returned: first
