"""Gradient descent, self-training, Q-learning: learning as a repeated step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, StructureError, case, wrong
from autograder.checking.kinds import build, changed, function, snapshot
from autograder.checking.messages import translate
from autograder.checking.values import plain


def gradient_descent(grad, x0, lr, steps):
    """path[0] = x0, path[t + 1] = path[t] − lr·grad(path[t])."""
    x = np.array(x0, dtype=float)
    path = [x]
    for _ in range(steps):
        x = x - lr * grad(x)
        path.append(x)
    return np.array(path)


def bowl(rng: np.random.Generator, shape: tuple[int, ...]):
    """Gradient of a quartic bowl: not linear, so that every step has to use the newest point."""
    a, c = rng.uniform(0.5, 1.5, shape), rng.standard_normal(shape)
    return lambda x: a * (np.asarray(x, dtype=float) - c) + 0.1 * np.asarray(x, dtype=float) ** 3


def starts(rng: np.random.Generator) -> Iterator[Case]:
    """A number, vectors, a matrix; whole numbers; no step at all."""
    yield case("x0 a number, 5 steps", grad=bowl(rng, ()), x0=2.5, lr=0.2, steps=5)
    yield case(
        "x0 of shape (3,), 4 steps",
        grad=bowl(rng, (3,)),
        x0=rng.standard_normal(3),
        lr=0.3,
        steps=4,
    )
    yield case(
        "x0 of shape (2, 3), 6 steps",
        grad=bowl(rng, (2, 3)),
        x0=rng.standard_normal((2, 3)),
        lr=0.05,
        steps=6,
    )
    yield case("x0 the whole number 3", grad=bowl(rng, ()), x0=3, lr=0.1, steps=3)
    yield case(
        "x0 of whole numbers", grad=bowl(rng, (4,)), x0=np.array([1, -2, 3, 0]), lr=0.1, steps=3
    )
    yield case("no step", grad=bowl(rng, (2,)), x0=rng.standard_normal(2), lr=0.1, steps=0)


def descent(f: Any, case: Case) -> dict[str, Any]:
    """The path; grad keeps its own result array, as a library's gradient may."""
    kept = snapshot({"x0": case["x0"]})
    shape = np.shape(case["x0"])
    buffer = np.zeros(shape)

    def grad(x: Any) -> Any:
        if np.shape(x) != shape:
            raise StructureError(
                translate(
                    "grad was called with shape {got}; expected one point of shape {want}"
                ).format(got=np.shape(x), want=shape)
            )
        if not shape:
            return float(case["grad"](x))
        buffer[...] = case["grad"](x)
        return buffer

    path = plain(f.gradient_descent(grad, case["x0"], case["lr"], case["steps"]))
    if type(path) in (list, tuple) and path and all(np.shape(p) == shape for p in path):
        path = np.array(path)  # a list of points is as good as an array of them
    return {"path": path, "!changed": lambda: changed(kept, {"x0": case["x0"]})}


GRADIENT_DESCENT = build(
    gradient_descent, chapter=1, summary="gradient descent", cases=starts, trial=descent,
    outputs=(Output("path", axes=()),),
    probes=lambda ex, drawn, rng: [*[Probe("values", c) for c in drawn],
                                   Probe("memory layout", drawn[2].replace("read-only, column-major x0", x0=_frozen(drawn[2]["x0"])))],
    forbids=("scipy.optimize",),
    mistakes=[
        wrong("uphill", "The gradient points uphill.", "x - lr * grad(x)", "x + lr * grad(x)"),
        wrong("start_missing", "path[0] is the start.", "path = [x]", "path = []"),
        wrong("one_step_short", "steps steps make steps + 1 points.", "range(steps)", "range(steps - 1)"),
        wrong("one_step_too_many", "steps steps make steps + 1 points.", "range(steps)", "range(steps + 1)"),
        wrong("gradient_at_the_start", "Where is the slope asked for?", "grad(x)", "grad(path[0])"),
        wrong("lr_missing", "lr scales the step.", "lr * grad(x)", "grad(x)"),
        wrong("lr_shrinks", "The learning rate stays the same.", "lr * grad(x)", "lr / len(path) * grad(x)"),
        wrong("same_array_again", "Every entry of the path needs an array of its own.", "x = x - lr * grad(x)", "x -= lr * grad(x)"),
        wrong("last_point_only", "The whole path is asked for.", "np.array(path)", "x"),
        wrong("sign_of_gradient", "A steep slope makes a long step.", "grad(x)", "np.sign(grad(x))"),
        wrong("normalised_gradient", "A steep slope makes a long step.", "lr * grad(x)", "lr * grad(x) / np.linalg.norm(grad(x))"),
        wrong("whole_numbers_kept", "What happens to 0.1 in an array of whole numbers?", "x = np.array(x0, dtype=float)", "x = np.array(x0)", "x = x - lr * grad(x)", "x = (x - lr * grad(x)).astype(x.dtype)"),
        wrong("step_from_the_start", "Each step starts where the last one ended.", "x = x - lr * grad(x)", "x = path[0] - lr * grad(x)"),
    ],
)  # fmt: skip


def _frozen(x: np.ndarray) -> np.ndarray:
    x = np.array(x, order="F")
    x.flags.writeable = False
    return x


def self_train(fit, predict_proba, x_lab, y_lab, x_unlab, threshold, rounds):
    """Fit, let the sure examples join the labelled set, fit again."""
    model = fit(x_lab, y_lab)
    for _ in range(rounds):
        if len(x_unlab) == 0:
            break
        p = predict_proba(model, x_unlab)
        sure = p.max(axis=1) >= threshold
        x_lab = np.concatenate([x_lab, x_unlab[sure]])
        y_lab = np.concatenate([y_lab, p[sure].argmax(axis=1)])
        x_unlab = x_unlab[~sure]
        model = fit(x_lab, y_lab)
    return model


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


SELF_TRAIN = build(
    self_train, chapter=1, summary="self-training", cases=line_of_points, trial=training,
    outputs=(Output("model", kind="any"),),
    probes=lambda ex, drawn, rng: [*[Probe("values", c) for c in drawn],
                                   Probe("memory layout", drawn[0].replace("read-only arrays", **{k: _frozen(drawn[0][k]) for k in ("x_lab", "y_lab", "x_unlab")})),
                                   Probe("nothing to label", drawn[1].replace("no unlabelled example", x_unlab=np.zeros((0, 2)))),
                                   Probe("one to label", drawn[0].replace("one unlabelled example", x_unlab=drawn[0]["x_lab"][-1:] + 0.1))],
    mistakes=[
        wrong("more_than_threshold", "At least the threshold is enough.", ">= threshold", "> threshold"),
        wrong("everything_moves", "Only the sure examples join.", "p.max(axis=1) >= threshold", "p.max(axis=1) >= 0"),
        wrong("unsure_examples_move", "The sure examples join, not the doubtful ones.", ">= threshold", "< threshold"),
        wrong("never_fitted_again", "After each round the model learns from what has joined.", "        model = fit(x_lab, y_lab)\n", ""),
        wrong("labels_forgotten", "The first labelled examples stay.", "x_lab = np.concatenate([x_lab, x_unlab[sure]])", "x_lab = x_unlab[sure] if sure.any() else x_lab",
              "y_lab = np.concatenate([y_lab, p[sure].argmax(axis=1)])", "y_lab = p[sure].argmax(axis=1) if sure.any() else y_lab"),
        wrong("joined_twice", "Whoever has joined is no longer unlabelled.", "        x_unlab = x_unlab[~sure]\n", ""),
        wrong("one_round", "How many rounds are asked for?", "range(rounds)", "range(min(rounds, 1))"),
        wrong("one_round_too_many", "How many rounds are asked for?", "range(rounds)", "range(rounds + 1)"),
        wrong("first_model_returned", "The last model is the one that has seen most.", "    model = fit(x_lab, y_lab)\n    for", "    first = model = fit(x_lab, y_lab)\n    for", "return model", "return first"),
        wrong("least_likely_class", "Which class does the model believe in?", "argmax", "argmin"),
        wrong("labels_of_all", "Labels and examples have to belong together.", "p[sure].argmax(axis=1)", "p.argmax(axis=1)[: sure.sum()]"),
        wrong("labels_changed_later", "A label once given stays.", "        model = fit(x_lab, y_lab)\n    return model", "        model = fit(x_lab, y_lab)\n        y_lab = predict_proba(model, x_lab).argmax(axis=1)\n    return model"),
        wrong("remaining_lost", "The unsure examples get another chance.", "x_unlab = x_unlab[~sure]", "x_unlab = x_unlab[:0]"),
        wrong("threshold_of_second_class", "The largest probability decides, whichever class it is.", "p.max(axis=1) >= threshold", "p[:, 1] >= threshold"),
    ],
)  # fmt: skip


def q_learning_update(q, s, a, r, s_next, alpha, gamma):
    """q[s, a] + alpha·(r + gamma·max q[s_next] − q[s, a]), in a new table."""
    q_new = np.array(q, dtype=float)
    q_new[s, a] += alpha * (r + gamma * np.max(q[s_next]) - q[s, a])
    return q_new


def tables(rng: np.random.Generator) -> Iterator[Case]:
    """More states than actions; the best next action is not a; a step that stays in its state; whole numbers; no future."""
    for s, a, s_next in ((1, 2, 4), (3, 0, 0), (2, 1, 2), (0, 0, 3)):
        q = 3 * rng.standard_normal((5, 3))
        q[s_next, (a + 1) % 3] = q[s_next].max() + 1
        q[(s_next + 2) % 5, a] = q.max() + 2  # the largest value of the table lies elsewhere
        yield case(
            f"s = {s}, a = {a}, s_next = {s_next}",
            q=q,
            s=s,
            a=a,
            r=float(rng.uniform(1, 2)),
            s_next=s_next,
            alpha=0.3,
            gamma=0.8,
        )
    yield case(
        "a table of whole numbers",
        q=rng.integers(-4, 5, (4, 3)),
        s=0,
        a=1,
        r=1,
        s_next=2,
        alpha=0.25,
        gamma=0.9,
    )
    yield case(
        "all values negative",
        q=-1 - rng.random((4, 2)),
        s=3,
        a=1,
        r=-0.5,
        s_next=0,
        alpha=0.5,
        gamma=0.9,
    )
    yield case(
        "gamma = 0, alpha = 1",
        q=rng.standard_normal((3, 2)),
        s=2,
        a=0,
        r=2.0,
        s_next=1,
        alpha=1.0,
        gamma=0.0,
    )


Q_LEARNING = function(
    q_learning_update, chapter=1, summary="one update of Q-learning", cases=tables, outputs=[Output("q_new", axes=("state", "action"))],
    mistakes=[
        wrong("old_state_maximum", "From which state does the future begin?", "np.max(q[s_next])", "np.max(q[s])"),
        wrong("maximum_of_the_table", "The future begins in s_next.", "np.max(q[s_next])", "np.max(q)"),
        wrong("same_action", "Q-learning looks at the best next action (SARSA at the one taken).", "np.max(q[s_next])", "q[s_next, a]"),
        wrong("mean_for_maximum", "The best next action counts.", "np.max(q[s_next])", "np.mean(q[s_next])"),
        wrong("gamma_missing", "The future is discounted.", "gamma * np.max", "np.max"),
        wrong("old_value_not_subtracted", "Move a share of the way towards the target.", " - q[s, a])", ")"),
        wrong("replaced", "Add to the old value.", "q_new[s, a] += alpha", "q_new[s, a] = alpha"),
        wrong("alpha_missing", "Move a share of the way, not all of it.", "alpha * (r", "(r"),
        wrong("next_state_updated", "Whose value has been tried out?", "q_new[s, a] +=", "q_new[s_next, a] +="),
        wrong("changes_table", "A new table; the old one stays.", "q_new = np.array(q, dtype=float)", "q_new = q"),
        wrong("whole_numbers_kept", "What happens to 0.25 in an array of whole numbers?", "q_new = np.array(q, dtype=float)", "q_new = q.copy()", "q_new[s, a] += alpha * (r + gamma * np.max(q[s_next]) - q[s, a])",
              "q_new[s, a] = q[s, a] + alpha * (r + gamma * np.max(q[s_next]) - q[s, a])"),
        wrong("absolute_maximum", "The largest value, not the largest size.", "np.max(q[s_next])", "np.max(np.abs(q[s_next]))"),
        wrong("reward_discounted", "The reward is here already.", "r + gamma * np.max(q[s_next])", "gamma * (r + np.max(q[s_next]))"),
        wrong("position_for_value", "Its value, not its index.", "np.max(q[s_next])", "np.argmax(q[s_next])"),
        wrong("maximum_at_least_zero", "All values may be negative.", "np.max(q[s_next])", "max(0, np.max(q[s_next]))"),
    ],
)  # fmt: skip
