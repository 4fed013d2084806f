"""Claims of notebook 2.4: perceptrons, margins, digits, templates, moons."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np

from nnkit import data
from tests.claims.claim import Found, claim
from tests.claims.notebook import load

VALUES = ("iris", "petals", "species", "flowers", "with_one", "setosa", "hard_x", "hard_y")
PAIR = ("pair_x", "center", "pair_z", "w_svm", "signed", "pair_one")


@cache
def text() -> SimpleNamespace:
    return load("02_linear_models/04_four_linear_classifiers", *VALUES, *PAIR)


@claim("2.4", "mistakes on setosa in 40 epochs", "versicolor, in the last epoch")
def setosa_is_learned_after_a_handful_of_mistakes_and_the_others_never(seed: int) -> Found:
    t = text()
    easy = t.perceptron(t.with_one, t.setosa, 40, np.random.default_rng(seed))[1]
    hard = t.perceptron(t.hard_x, t.hard_y, 40, np.random.default_rng(seed))[1]
    return Found(sum(easy) < 30 and easy[-1] == 0 < hard[-1], sum(easy), hard[-1])


@claim("2.4", "distance of the nearest flower, SVM", "perceptron")
def the_svm_leaves_more_room_than_any_perceptron(seed: int) -> Found:
    t = text()
    line = t.perceptron(t.pair_one, t.signed, 20, np.random.default_rng(seed))[0]
    svm = np.append(t.w_svm[:, 1] - t.w_svm[:, 0], t.b_svm[1] - t.b_svm[0])
    room = [float(np.min(t.signed * (t.pair_one @ w)) / np.linalg.norm(w[:2])) for w in (svm, line)]
    return Found(room[0] > room[1] > 0, *room)


@cache
def accuracies(seed: int) -> dict[str, float]:
    return text().compare(seed)


def least_squares(seed: int) -> float:
    """Test accuracy of least squares on the notebook's split of this seed."""
    x, y, x_new, y_new = data.digits(rng=np.random.default_rng(seed))
    w = np.linalg.lstsq(np.column_stack([x, np.ones(len(x))]), np.eye(10)[y], rcond=None)[0]
    return float(np.mean(np.argmax(x_new @ w[:-1] + w[-1], axis=1) == y_new))


@claim(
    "2.4", "softmax after 10 epochs minus least squares", "two halves of the test set", share=0.8
)
def softmax_beats_least_squares_in_nearly_every_split(seed: int) -> Found:
    t = text()
    x, y, x_new, y_new = data.digits(rng=np.random.default_rng(seed))
    w, b = t.train_softmax(x, y, 1e-4, 10, seed=seed)
    gap = t.accuracy(w, b, x_new, y_new) - least_squares(seed)
    halves = t.accuracy(w, b, x_new[::2], y_new[::2]) - t.accuracy(w, b, x_new[1::2], y_new[1::2])
    return Found(gap > 0, gap, halves)


@claim("2.4", "softmax minus least squares", "softmax minus SVM", share=0.85, short=0)
def softmax_is_ahead_of_least_squares_but_not_of_the_svm(seed: int) -> Found:
    found = accuracies(seed)
    gap, svm = found["softmax"] - found["least squares"], found["softmax"] - found["SVM"]
    return Found(gap > 0 and abs(svm) <= 0.015, gap, svm)


@claim("2.4", "softmax minus the averaged perceptron", "softmax minus its last weights",
       share=0.85, short=0)  # fmt: skip
def averaging_its_weights_takes_the_perceptron_most_of_the_way_to_softmax(seed: int) -> Found:
    found = accuracies(seed)
    averaged, last = (
        found["softmax"] - found[name] for name in ("perceptron, averaged", "perceptron")
    )
    return Found(averaged < last / 2, averaged, last)


@claim("2.4", "softmax minus logistic at rate 2", "softmax minus least squares",
       share=0.85, short=0)  # fmt: skip
def at_a_rate_of_2_logistic_regression_is_not_behind_to_speak_of(seed: int) -> Found:
    found = accuracies(seed)
    gap = found["softmax"] - found["logistic, rate 2"]
    squares = found["softmax"] - found["least squares"]
    return Found(abs(gap) < 0.0115 and gap < squares, gap, squares)


@claim(
    "2.4", "test loss, epoch 60 over epoch 10", "change of the test accuracy", share=0.8, long=10
)
def the_test_loss_goes_on_falling_where_the_test_accuracy_stays(seed: int) -> Found:
    t = text()
    x, y, x_new, y_new = data.digits(rng=np.random.default_rng(seed))
    seen: list[tuple[float, float]] = []

    def watch(w: np.ndarray, b: np.ndarray) -> None:
        loss = t.softmax_regression_loss(w, b, x_new, y_new, 0.0)[0]
        seen.append((loss, t.accuracy(w, b, x_new, y_new)))

    t.train_softmax(x, y, 0.0, 60, seed=seed, watch=watch)
    ratio, change = seen[59][0] / seen[9][0], seen[59][1] - seen[9][1]
    return Found(ratio < 0.8 and abs(change) < 0.03, ratio, change)


@claim("2.4", "of 120 flowers, wrong by the logistic score of versicolor", "of setosa")
def one_against_the_rest_has_a_poor_score_for_the_class_between_the_others(seed: int) -> Found:
    t = text()
    some = np.random.default_rng(seed).permutation(150)[:120]
    x, y = t.flowers[some], t.species[some]
    w, b = t.one_logistic_each(x, y, 3, 1e-3, 500, 1.0)
    versicolor, setosa = (float(np.sum((x @ w[:, k] + b[k] > 0) != (y == k))) for k in (1, 0))
    return Found(versicolor > 25 and setosa == 0, versicolor, setosa)


@claim("2.4", "correlation with class mean minus overall mean, lambda 1", "lambda 0")
def a_strong_penalty_makes_each_template_the_mean_minus_the_overall_mean(seed: int) -> Found:
    t = text()
    x, y, _, _ = data.digits(rng=np.random.default_rng(seed))
    wanted = np.stack([x[y == k].mean(axis=0) for k in range(10)], axis=1) - x.mean(axis=0)[:, None]
    alike = []
    for lam in (1.0, 0.0):
        w, _ = t.softmax_all(x, y, 10, lam, 100, 0.3)
        alike.append(float(np.mean([np.corrcoef(w[:, k], wanted[:, k])[0, 1] for k in range(10)])))
    return Found(alike[0] > 0.99 and alike[0] > alike[1], *alike)


@claim("2.4", "share right with nine features", "with two coordinates", long=10)
def nine_features_separate_the_moons_that_no_line_separates(seed: int) -> Found:
    t = text()
    x, y = data.moons(400, 0.15, np.random.default_rng(seed))
    right = []
    for features in (t.cubic, lambda x: x):
        w, b = t.softmax_all(features(x), y, 2, 0.0, 700, 1.0)
        right.append(float(np.mean(np.argmax(features(x) @ w + b, axis=1) == y)))
    return Found(right[0] > 0.97 and right[1] < 0.92, *right)
