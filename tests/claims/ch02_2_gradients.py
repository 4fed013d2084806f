"""Claims of notebook 2.2: numerical gradients, batch sizes and rates, three filters."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np

from tests.claims.claim import Found, claim
from tests.claims.notebook import load


@cache
def text() -> SimpleNamespace:
    return load(
        "02_linear_models/02_gradients_in_practice",
        *("patients", "standard", "target", "floor", "rates", "five", "bugs_x", "bugs_y"),
        *("sex", "pairs", "knobs"),
    )


@claim("2.2", "relative error at h = 1e-6, float32", "float64")
def in_float32_nearly_every_digit_is_gone_at_a_step_of_a_millionth(seed: int) -> Found:
    at = np.random.default_rng(seed).uniform(0.2, 2, size=200)
    errors = []
    for dtype in (np.float32, np.float64):
        x, h = at.astype(dtype), dtype(1e-6)
        slope = (np.log(1 + np.exp(x + h)) - np.log(1 + np.exp(x - h))) / (2 * h)
        errors.append(float(np.median(np.abs(slope * (1 + np.exp(-at)) - 1))))
    return Found(errors[0] > 1e-2 and errors[1] < 1e-8, *errors)


@claim("2.2", "relative error of the right gradient", "one entry of ten 1 % too large")
def the_slightest_mistake_stands_out_from_the_right_gradient(seed: int) -> Found:
    t = text()
    w = np.random.default_rng(seed).normal(scale=30, size=10)
    numeric = t.numerical_gradient(lambda w: t.mse_forward(t.standard @ w, t.target)[0], w)
    right = t.standard.T @ t.mse_backward(t.mse_forward(t.standard @ w, t.target)[1])
    one_off = right.copy()
    one_off[np.argmax(np.abs(right))] *= 1.01
    errors = [float(t.relative_error(g, numeric)) for g in (right, one_off)]
    return Found(errors[0] < 1e-6 and errors[1] > 1e-3, *errors)


@claim("2.2", "largest relative error of the right ones", "smallest of the planted")
def the_two_planted_bugs_are_found_at_random_weights(seed: int) -> Found:
    t = text()
    w = np.random.default_rng(seed).normal(size=3)
    errors = {
        k: float(t.relative_error(g(w), t.numerical_gradient(f, w))) for k, (f, g) in t.five.items()
    }
    right, planted = max(errors[k] for k in "ACD"), min(errors[k] for k in "BE")
    return Found(right < 1e-6 < 1e-4 < planted, right, planted)


@claim("2.2", "measured noise over the formula, B = 64", "over 1/sqrt(B) alone, B = 256")
def the_noise_of_a_batch_follows_the_formula(seed: int) -> Found:
    t = text()
    rng = np.random.default_rng(seed)
    each = -t.standard * t.target[:, None]
    full, n = each.mean(axis=0), len(each)
    spread = np.sum((each - full) ** 2) / n
    ratio = {}
    for size in (64, 256):
        draws = [each[rng.permutation(n)[:size]].mean(axis=0) - full for _ in range(400)]
        noise = np.mean([np.sum(d**2) for d in draws])
        ratio[size] = float(np.sqrt(noise / (spread / size)))
        if size == 64:
            ratio[size] /= float(np.sqrt((n - size) / (n - 1)))
    return Found(abs(ratio[64] - 1) < 0.1 and ratio[256] < 0.75, ratio[64], ratio[256])


@cache
def best_of(size: int, seed: int) -> dict[int, tuple[float, float]]:
    """Epoch -> (best rate, its loss above the minimum), for one batch size."""
    t = text()
    gaps = t.sgd(size, t.rates, 40, np.random.default_rng(seed))
    return {e: (float(t.rates[np.argmin(gaps[e])]), float(gaps[e].min())) for e in (1, 40)}


@claim("2.2", "after 1 epoch, the worst of B = 4, 16, 64 at its best rate", "full gradient")
def in_the_first_epoch_small_batches_come_several_times_closer(seed: int) -> Found:
    small = max(best_of(size, seed)[1][1] for size in (4, 16, 64))
    full = best_of(442, seed)[1][1]
    return Found(small < full / 3, small, full)


@claim("2.2", "best rate of B = 16 over that of B = 4", "of B = 442 over B = 64", share=0.8)
def the_best_rate_grows_with_the_batch_up_to_the_limit(seed: int) -> Found:
    rate = {size: best_of(size, seed)[1][0] for size in (4, 16, 64, 442)}
    grows, stops = rate[16] / rate[4], rate[442] / rate[64]
    return Found(2 < grows < 8 and stops <= 2.5, grows, stops)


@claim("2.2", "largest over smallest loss after 40 epochs, best rates", "at the common rate 0.01")
def after_forty_epochs_the_batch_sizes_hardly_differ_at_their_best_rates(seed: int) -> Found:
    t = text()
    losses = [best_of(size, seed)[40][1] for size in (4, 16, 64, 442)]
    common = [
        float(t.sgd(size, np.array([0.01]), 40, np.random.default_rng(seed))[-1, 0])
        for size in (4, 16, 64, 442)
    ]
    values = [max(v) / min(v) for v in (losses, common)]
    return Found(values[0] < 2.5 < values[1], *values)


@claim("2.2", "highest loss in the last 5 of 16 epochs, falling rate", "median, rate 0.02", long=10)
def a_falling_rate_ends_better_than_a_large_constant_one(seed: int) -> Found:
    t = text()
    ends = [
        t.sgd(1, np.array([0.02]), 16, np.random.default_rng(seed), falling)[-5:, 0]
        for falling in (True, False)
    ]
    highest, usual = float(ends[0].max()), float(np.median(ends[1]))
    return Found(highest < usual / 2, highest, usual)


@cache
def filtered(seed: int) -> dict[str, float]:
    """Lowest held-out loss of each filter, without any, and of the ten plain measurements."""
    t = text()
    x, y, x_held, y_held = t.split_patients(seed)
    u, d, vt = np.linalg.svd(x, full_matrices=False)
    along = u.T @ y / d

    def held(factor: np.ndarray) -> float:
        return float(t.mse_forward(x_held @ (vt.T @ (factor * along)), y_held)[0])

    found = {m: min(held(t.factors(d**2 / len(x), m, k)) for k in v) for m, v in t.knobs.items()}
    plain = np.linalg.lstsq(x[:, :10], y, rcond=None)[0]
    found["ten"] = float(t.mse_forward(x_held[:, :10] @ plain, y_held)[0])
    return found | {"none": held(np.ones(64))}


def held_out(seed: int, kept: list[float]) -> dict[str, np.ndarray]:
    """Held-out loss of each filter where about so many directions are kept."""
    t = text()
    x, y, x_held, y_held = t.split_patients(seed)
    u, d, vt = np.linalg.svd(x, full_matrices=False)
    found = {}
    for method, knobs in t.knobs.items():
        factors = np.array([t.factors(d**2 / len(x), method, knob) for knob in knobs])
        near = [int(np.argmin(np.abs(factors.sum(axis=1) - k))) for k in kept]
        weights = (factors[near] * (u.T @ y / d)) @ vt
        found[method] = np.array([t.mse_forward(x_held @ w, y_held)[0] for w in weights])
    return found


@claim("2.2", "mean gap of descent and penalty, relative, 6 to 53 directions", "of cut and penalty")
def descent_and_penalty_have_nearly_the_same_curve_and_the_cut_has_not(seed: int) -> Found:
    cut, descent, penalty = held_out(seed, [6, 12, 20, 25, 30, 45, 53]).values()
    near, far = (float(np.mean(np.abs(np.log(c / penalty)))) for c in (descent, cut))
    return Found(near < 0.05 and far > 1.5 * near, near, far)


@claim("2.2", "largest over smallest of the three filters' best", "no filter over the smallest")
def it_hardly_matters_how_the_small_directions_are_held_back(seed: int) -> Found:
    found = filtered(seed)
    best = [found[m] for m in text().knobs]
    value, control = max(best) / min(best), found["none"] / min(best)
    return Found(value < 1.1 and control > 1.5, value, control)


@claim(
    "2.2",
    "64 features with the best penalty over ten plain ones",
    "without penalty",
    share=0.7,
    short=10,
)
def in_most_splits_ten_plain_features_beat_64_with_a_penalty(seed: int) -> Found:
    found = filtered(seed)
    value, control = found["L2 penalty"] / found["ten"], found["none"] / found["ten"]
    return Found(value > 1, value, control)
