"""Gradient descent, self-training, Q-learning: learning as a repeated step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, StructureError, case
from autograder.checking.kinds import changed, custom, frozen, snapshot
from autograder.checking.messages import translate
from autograder.checking.values import plain


def line_of_points(rng: np.random.Generator) -> Iterator[Case]:
    """Two or three groups that reach outward from their labelled examples: every round moves some points."""
    for classes, threshold, rounds in (
        (2, 0.75, 1),
        (3, 0.7, 3),
        (2, 0.75, 8),
        (3, 0.65, 0),
        (2, 0.8, 2),
    ):
        axis = np.array([1.0, -0.5])
        while True:
            x_lab = 6.0 * np.repeat(np.arange(classes), 2)[
                :, None
            ] * axis + 0.3 * rng.standard_normal((2 * classes, 2))
            x_lab[0] = (
                4.5 * axis
            )  # labelled 0, lies nearer to class 1: a given label stays all the same
            y_lab = np.repeat(np.arange(classes), 2)
            x_unlab = rng.uniform(-1, 6 * classes - 5, 14)[
                :, None
            ] * axis + 0.5 * rng.standard_normal((14, 2))
            made = case(
                f"{classes} classes, threshold {threshold}, {rounds} rounds",
                x_lab=x_lab,
                y_lab=y_lab,
                x_unlab=x_unlab,
                threshold=threshold,
                rounds=rounds,
                given={"classes": classes},
            )
            joined = [sizes_after(made.replace(rounds=r)) for r in range(4)]
            if len(y_lab) < joined[1] < joined[2] < joined[3]:
                break
        yield made


def sizes_after(case: Case) -> int:
    """How many examples the last model was fitted to."""
    from types import SimpleNamespace

    return training(SimpleNamespace(self_train=self_train), case)["model"]["examples"]


def training(f: Any, case: Case) -> dict[str, Any]:
    """The returned model, and the examples it was fitted to, in any order."""
    inputs = {k: case[k] for k in ("x_lab", "y_lab", "x_unlab")}
    kept, classes, fitted = snapshot(inputs), case["classes"], []

    def fit(x: Any, y: Any) -> dict[str, Any]:
        x, y = plain(x), plain(y)
        if (
            not isinstance(x, np.ndarray)
            or not isinstance(y, np.ndarray)
            or x.ndim != 2
            or y.shape != (len(x),)
            or y.dtype.kind not in "iuf"
        ):
            raise StructureError(
                translate("fit was called with something else than x (M, D) and labels y (M,)")
            )
        fitted.append((x, y))
        centers = np.array(
            [x[y == c].mean(axis=0) if np.any(y == c) else np.zeros(2) for c in range(classes)]
        )
        return {"centers": centers, "examples": len(x)}

    def predict_proba(model: Any, x: Any) -> np.ndarray:
        centers, x = plain(model)["centers"], plain(x)
        distance = np.sqrt(((x[:, None, :] - centers[None]) ** 2).sum(axis=2))
        closeness = np.exp(-0.5 * distance)
        # Steps of 0.05: some largest probabilities are exactly the threshold.
        p = np.round(20 * closeness / closeness.sum(axis=1, keepdims=True)) / 20
        return p + 1e-6 * (np.arange(classes) == p.argmax(axis=1)[:, None]) * (
            p.max(axis=1, keepdims=True) != case["threshold"]
        )

    model = plain(
        f.self_train(
            fit,
            predict_proba,
            case["x_lab"],
            case["y_lab"],
            case["x_unlab"],
            case["threshold"],
            case["rounds"],
        )
    )
    if not fitted:
        raise StructureError(translate("self_train never called fit"))
    return {"model": model, "!changed": lambda: changed(kept, inputs)}


@custom(
    says="self-training",
    group="four kinds",
    cases=line_of_points,
    trial=training,
    outputs=(Output("model", kind="any"),),
    probes=lambda ex, drawn, rng: [
        *[Probe("values", c) for c in drawn],
        Probe(
            "memory layout",
            drawn[0].replace(
                "read-only arrays",
                **{k: frozen(drawn[0][k]) for k in ("x_lab", "y_lab", "x_unlab")},
            ),
        ),
        Probe(
            "nothing to label", drawn[1].replace("no unlabelled example", x_unlab=np.zeros((0, 2)))
        ),
        Probe(
            "one to label",
            drawn[0].replace("one unlabelled example", x_unlab=drawn[0]["x_lab"][-1:] + 0.1),
        ),
    ],
)
def self_train(fit, predict_proba, x_lab, y_lab, x_unlab, threshold, rounds):
    """Fit, let the sure examples join the labelled set, fit again."""
    model = fit(x_lab, y_lab)
    # ~ first model returned: first = model = fit(x_lab, y_lab)
    #     | The last model is the one that has seen most.
    for _ in range(rounds):  # ~ one round: range(min(rounds, 1)) | How many rounds are asked for?
        # ~ one round too many: range(rounds + 1)
        if len(x_unlab) == 0:
            break
        p = predict_proba(model, x_unlab)
        sure = p.max(axis=1) >= threshold
        # ~ more than threshold: p.max(axis=1) > threshold | At least the threshold is enough.
        # ~ everything moves: threshold => 0 | Only the sure examples join.
        # ~ unsure examples move: p.max(axis=1) < threshold
        #     | The sure examples join, not the doubtful ones.
        # ~ threshold of second class: p[:, 1] >= threshold
        #     | The largest probability decides, whichever class it is.
        x_lab = np.concatenate([x_lab, x_unlab[sure]])
        # ~ labels forgotten: x_unlab[sure] if sure.any() else x_lab
        #     | The first labelled examples stay.
        y_lab = np.concatenate([y_lab, p[sure].argmax(axis=1)])
        # ~ labels forgotten: p[sure].argmax(axis=1) if sure.any() else y_lab
        # ~ least likely class: p[sure].argmax => p[sure].argmin
        #     | Which class does the model believe in?
        # ~ labels of all: np.concatenate([y_lab, p.argmax(axis=1)[:sure.sum()]])
        #     | Labels and examples have to belong together.
        x_unlab = x_unlab[~sure]
        # ~ joined twice: pass | Whoever has joined is no longer unlabelled.
        # ~ remaining lost: x_unlab[:0] | The unsure examples get another chance.
        model = fit(x_lab, y_lab)
        # ~ never fitted again: pass | After each round the model learns from what has joined.
        # ~ labels changed later: ...; y_lab = predict_proba(model, x_lab).argmax(axis=1)
        #     | A label once given stays.
    return model  # ~ first model returned: first
