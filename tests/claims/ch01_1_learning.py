"""Notebook 1.1: found rules, and the 2 × 2 experiment with hand-made features."""

from __future__ import annotations

from functools import cache

import numpy as np
from sklearn.datasets import load_digits

from tests.claims.claim import Found, claim
from tests.claims.larger import larger
from tests.claims.notebook import load

NB1 = load("01_ml_overview/01_what_learning_is", "x_all", "y_all")


def flattery(seed: int) -> tuple[float, float]:
    """Training minus test share, of the rule found on each division and of one fixed rule."""
    x, eight = x_of((3, 8))
    right = np.array([(x[:, pixel] > (step + 0.5) / 16) == eight
                      for pixel in range(64) for step in range(16)])  # fmt: skip
    rng, gaps = np.random.default_rng(seed), []
    fixed = right.mean(axis=1).argmax()
    for _ in range(200):
        order = rng.permutation(len(x))
        train, test = order[72:], order[:72]
        found = right[:, train].mean(axis=1).argmax()
        gaps.append([right[r, train].mean() - right[r, test].mean() for r in (found, fixed)])
    return tuple(np.mean(gaps, axis=0))


@cache
def lead(seed: int) -> tuple[float, float, float]:
    """Found minus written rule on test images: mean, standard errors over images and divisions."""
    x, eight = x_of((3, 8))
    right = np.array([(x[:, pixel] > (step + 0.5) / 16) == eight
                      for pixel in range(64) for step in range(16)]).astype(float)  # fmt: skip
    written = right[16 * (5 * 8 + 2) + 8]
    rng, sums, tested, means = np.random.default_rng(seed), np.zeros(len(x)), np.zeros(len(x)), []
    for _ in range(200):
        order = rng.permutation(len(x))
        train, test = order[72:], order[:72]
        ahead = right[right[:, train].mean(axis=1).argmax(), test] - written[test]
        sums[test] += ahead
        tested[test] += 1
        means.append(ahead.mean())
    each = sums / tested
    return each.mean(), each.std() / np.sqrt(len(each)), np.std(means) / np.sqrt(len(means))


def x_of(pair: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The images of two digits, and which of them show the second."""
    x, y = load_digits(return_X_y=True)
    chosen = np.isin(y, pair)
    return x[chosen] / 16, y[chosen] == pair[1]


@cache
def pipelines(seed: int) -> dict[str, float]:
    """Test accuracy of the four settings and of the bare pixels in one division."""
    a, b, la, lb = NB1.divide(seed)
    settings = {"2,24": (2, 24), "2,all": (2, 32), "4,24": (4, 24), "4,all": (4, 80)}
    scores = {name: NB1.classical(a, la, b, lb, *s) for name, s in settings.items()}
    return {**scores, "pixels": NB1.linear(a, la, b, lb)}


@cache
def learned(seed: int) -> tuple[float, float, float, float]:
    """Test accuracies of a linear model on learned features and on pixels, then in their planes.

    In a plane, of the first two principal components, 15 nearest neighbors answer.
    """
    a, b, la, lb = NB1.divide(seed)
    net = NB1.network([64, 64, 32, 10], a, la, seed=seed)
    hidden = NB1.Sequential(*net.layers[:-1])
    pairs = [(hidden(a), hidden(b)), (a, b)]
    on_line = [NB1.linear(x, la, x_new, lb) for x, x_new in pairs]
    return (*on_line, *(in_plane(x, la, x_new, lb) for x, x_new in pairs))


def in_plane(x: np.ndarray, y: np.ndarray, x_new: np.ndarray, y_new: np.ndarray) -> float:
    """Accuracy of 15 neighbors in the plane of the first two principal components of x."""
    directions, _ = NB1.pca(x, 2)
    flat, flat_new = ((part - x.mean(axis=0)) @ directions.T for part in (x, x_new))
    return NB1.KNeighborsClassifier(15).fit(flat, y).score(flat_new, y_new)


@claim("1.1", "training − test, rule found", "rule fixed")
def a_rule_found_on_the_training_images_looks_better_there_a_fixed_rule_does_not(
    seed: int,
) -> Found:
    return larger(*flattery(seed))


@claim("1.1", "lead in standard errors over the images", "over the divisions")
def the_lead_of_the_found_rule_is_below_two_standard_errors_over_the_images(seed: int) -> Found:
    mean, images, divisions = lead(seed)
    return Found(abs(mean) < 2 * images and mean > 2 * divisions, mean / images, mean / divisions)


@claim("1.1", "gain with 4×4", "gain with 2×2")
def keeping_more_numbers_helps_with_4x4_regions_more_than_with_2x2(seed: int) -> Found:
    s = pipelines(seed)
    return larger(s["4,all"] - s["4,24"], s["2,all"] - s["2,24"])


@claim("1.1", "accuracy, features", "accuracy, pixels", share=0.9)
def the_chosen_features_beat_the_bare_pixels(seed: int) -> Found:
    return larger(pipelines(seed)["4,all"], pipelines(seed)["pixels"])


@claim("1.1", "accuracy, learned features", "accuracy, pixels", share=0.9, short=3)
def a_linear_model_on_the_learned_features_beats_one_on_the_bare_pixels(seed: int) -> Found:
    return larger(*learned(seed)[:2])


@claim("1.1", "15 neighbors in the plane of learned features", "of the pixels", share=0.9, short=3)
def in_the_plane_of_the_learned_features_the_classes_lie_farther_apart(seed: int) -> Found:
    return larger(*learned(seed)[2:])
