"""Claims of notebook 2.1: residuals, a typo's lever, learning rates, digits lost."""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_diabetes

from tests.claims.claim import Found, claim
from tests.claims.notebook import load

TEXT = "02_linear_models/01_linear_regression"
PATIENTS = load_diabetes(scaled=False)
BMI, SCORE = PATIENTS.data[:, 2], PATIENTS.target


def some_patients(seed: int, count: int = 350) -> tuple[np.ndarray, np.ndarray]:
    """Ten standardized features and centered scores of a random part of the patients."""
    rows = np.random.default_rng(seed).permutation(len(SCORE))[:count]
    x = PATIENTS.data[rows]
    return (x - x.mean(axis=0)) / x.std(axis=0), SCORE[rows] - SCORE[rows].mean()


def above_minimum(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> float:
    best = np.linalg.lstsq(x, y, rcond=None)[0]
    return float(np.mean((x @ (w - best)) ** 2) / 2)


@claim("2.1", "spread of the leanest quarter over the others'", "residuals shuffled")
def the_scatter_is_narrower_in_the_leanest_quarter(seed: int) -> Found:
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, len(BMI), len(BMI))
    slope, intercept = np.polyfit(BMI[rows], SCORE[rows], 1)
    residual = slope * BMI[rows] + intercept - SCORE[rows]
    lean = np.argsort(BMI[rows])[: len(rows) // 4]
    ratios = []
    for r in (residual, rng.permutation(residual)):
        ratios.append(float(r[lean].std() / np.delete(r, lean).std()))
    return Found(ratios[0] < 0.85 and ratios[0] < ratios[1], *ratios)


@claim("2.1", "twice the loss at the minimum over the noise's variance", "at the true weights")
def the_minimum_lies_below_the_noise_by_the_share_of_the_weights(seed: int) -> Found:
    rng, n, d = np.random.default_rng(seed), 40, 20
    fitted, true = [], []
    for _ in range(400):
        x, noise = rng.normal(size=(n, d)), rng.normal(size=n)
        w = load(TEXT).normal_equation(x, noise)  # true weights of zero
        fitted.append(2 * load(TEXT).mse_forward(x @ w, noise)[0])
        true.append(np.mean(noise**2))
    below, above = float(np.mean(fitted)), float(np.mean(true))
    return Found(abs(below - (1 - d / n)) < 0.05 and abs(above - 1) < 0.05, below, above)


@claim("2.1", "median change of the slope, farthest tenth", "nearest tenth")
def a_typo_turns_the_line_if_it_lies_far_from_the_mean(seed: int) -> Found:
    rows = np.random.default_rng(seed).permutation(len(BMI))[:350]
    text = load(TEXT)
    text.globals_.update(bmi=BMI[rows], progression=SCORE[rows])
    slope = np.polyfit(BMI[rows], SCORE[rows], 1)[0]
    order = np.argsort(np.abs(BMI[rows] - BMI[rows].mean()))
    far, near = (
        float(np.median([abs(text.slope_with_typo(i) - slope) for i in part]))
        for part in (order[-35:], order[:35])
    )
    return Found(far > 5 * near, far, near)


@claim("2.1", "growth of the error in 300 steps, 1 % above the limit", "1 % below")
def descent_explodes_above_two_over_the_largest_curvature(seed: int) -> Found:
    x, y = some_patients(seed)
    text = load(TEXT)
    limit = 2 / text.curvatures(x)[-1]
    start = np.random.default_rng(seed).normal(size=10) * 20
    above, below = (
        above_minimum(x, y, text.descend(x, y, start, part * limit, 300)[-1])
        / above_minimum(x, y, start)
        for part in (1.01, 0.99)
    )
    return Found(above > 1 > below, above, below)


@claim("2.1", "loss above the minimum after 1000 steps, best rate", "half the limit")
def after_a_thousand_steps_the_best_rate_lies_close_to_the_wall(seed: int) -> Found:
    x, y = some_patients(seed)
    text = load(TEXT)
    c = text.curvatures(x)
    gaps = {
        part: above_minimum(x, y, text.descend(x, y, np.zeros(10), part * 2 / c[-1], 1000)[-1])
        for part in (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
    }
    best = min(gaps, key=lambda part: gaps[part])
    return Found(best >= 0.95 and gaps[best] < gaps[0.5] / 10, gaps[best], gaps[0.5])


@claim("2.1", "factor a step at the best rate", "the best of 0.5, 0.9, 0.9995 × limit")
def in_the_long_run_no_rate_beats_two_over_the_sum_of_the_curvatures(seed: int) -> Found:
    x, y = some_patients(seed)
    text = load(TEXT)
    c = text.curvatures(x)
    limit, best = 2 / c[-1], 2 / (c[0] + c[-1])
    start = np.random.default_rng(seed).normal(size=10) * 20

    def factor(rate: float) -> float:
        path = text.descend(x, y, start, rate, 1500)
        end, before = (above_minimum(x, y, path[k]) for k in (1500, 1100))
        return float((end / before) ** (1 / 800))

    other = min(factor(part * limit) for part in (0.5, 0.9, 0.9995))
    return Found(factor(best) < other, factor(best), other)


@claim("2.1", "relative error, x'x solved, degree 4", "through the SVD")
def forming_the_product_costs_digits_that_the_svd_keeps(seed: int) -> Found:
    truth = np.random.default_rng(seed).normal(size=5)
    powers = BMI[:, None] ** np.arange(5)
    y = powers @ truth
    product = np.linalg.solve(powers.T @ powers, powers.T @ y)
    errors = [
        float(np.linalg.norm(w - truth) / np.linalg.norm(truth))
        for w in (product, load(TEXT).normal_equation(powers, y))
    ]
    return Found(errors[0] > 100 * errors[1], *errors)
