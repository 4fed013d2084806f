"""Notebook 5.2: truncation with its control, saturation, the cliff, clipping."""

from __future__ import annotations

from functools import cache

import numpy as np

from nnkit import init
from tests.claims.claim import Found, claim
from tests.claims.larger import larger
from tests.claims.notebook import load

NB = load("05_rnn_lstm/02_backpropagation_through_time", "LAG", "LENGTH", "UNITS")


@cache
def echo(steps: int, seed: int) -> float:
    return float(NB.echo(steps, seed))


@cache
def recall(start: float | str, clip: float, seed: int) -> float:
    return float(NB.recall(start, clip, seed)[0])


def reach(scale: float, seed: int, kind: str) -> float:
    """log10 of the gradient norm at lag 20 with inputs of this size, w at radius 1.25."""
    rng = np.random.default_rng(seed)
    w = rng.standard_normal((40, 40))
    w = init.orthogonal((40, 40), rng) if kind == "orthogonal" else w
    w *= 1.25 / np.abs(np.linalg.eigvals(w)).max()
    x, u = rng.standard_normal((4, 40, 3)), rng.standard_normal((3, 40)) / 2
    _, cache_ = NB.rnn_forward(scale * x, np.zeros((4, 40)), u, w, np.zeros(40))
    return float(np.log10(NB.gradient_norms(cache_)[-21]))


@cache
def ends(seed: int) -> tuple[float, float]:
    """Loss at the end without and with clipping, from a start on the plateau."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(1.6, 2.0), rng.uniform(0.1, 0.3)
    plain, clipped = (NB.descend(limit, start)[1][-1] for limit in (np.inf, 1.0))
    return float(plain), float(clipped)


@claim("5.2", "log10 norm, inputs of size 0.01", "of size 10")
def larger_inputs_shrink_the_gradient_though_w_is_the_same(seed: int) -> Found:
    kind = ("orthogonal", "Gaussian")[seed % 2]
    return larger(reach(0.01, seed, kind), reach(10.0, seed, kind))


@claim("5.2", "‖w‖ / ρ, Gaussian", "orthogonal")
def a_gaussian_matrix_stretches_about_twice_its_spectral_radius(seed: int) -> Found:
    rng = np.random.default_rng(seed)
    ratios = [
        np.linalg.norm(w, 2) / np.abs(np.linalg.eigvals(w)).max()
        for w in (rng.standard_normal((200, 200)), init.orthogonal((200, 200), rng))
    ]
    return Found(bool(1.6 < ratios[0] < 2.4), *ratios)


@claim("5.2", "loss at the end, plain", "clipped", share=0.8)
def without_clipping_the_run_ends_higher_than_with_it(seed: int) -> Found:
    return larger(*ends(seed))


@claim("5.2", "error, 2, 4 and 7 cells", "frozen", share=0.9, short=0, long=5)
def a_biased_gradient_through_2_to_7_cells_is_worse_than_none(seed: int) -> Found:
    return larger(np.mean([echo(k, seed) for k in (2, 4, 7)]), echo(0, seed))


@claim("5.2", "error, frozen", "1 cell", share=0.6, short=0, long=5)
def the_gradient_through_one_cell_is_mostly_a_little_better_than_none(seed: int) -> Found:
    return larger(echo(0, seed), echo(1, seed))


@claim("5.2", "error, 7 cells", "100 times that of 9", short=0, long=5)
def from_9_cells_on_the_task_is_learned_and_with_7_it_is_not(seed: int) -> Found:
    return larger(echo(7, seed), 100 * echo(9, seed))


@claim("5.2", "right at ρ = 3, clipped", "not clipped", share=0.4, short=0, long=5)
def at_radius_3_some_runs_fail_without_clipping_that_succeed_with_it(seed: int) -> Found:
    clipped, free = recall(3.0, 1.0, seed), recall(3.0, 1e9, seed)
    return Found(clipped > 0.95 and free < 0.9, clipped, free)


@claim("5.2", "right at ρ = 1.5, clipped", "at ρ = 0.5, clipped", short=0, long=5)
def a_large_w_can_be_a_remedy_when_clipped_and_clipping_cannot_lengthen(seed: int) -> Found:
    large, small = recall(1.5, 1.0, seed), recall(0.5, 1.0, seed)
    return Found(large > 0.9 and small < 0.65, large, small)
