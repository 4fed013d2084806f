"""Notebook 5.3: what the forget bias does to gradients and training, and what holds the number."""

from __future__ import annotations

from functools import cache

import numpy as np

from tests.claims.claim import Found, claim
from tests.claims.larger import larger
from tests.claims.notebook import load

NB = load("05_rnn_lstm/03_lstm", "SIZE", "STEPS")


@cache
def norms(bias: float, seed: int) -> tuple[float, float]:
    """log10 of ‖∂c_T/∂c_t‖ at lag 59: both paths, and the direct path alone."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((NB.STEPS, 3))
    both, direct = NB.cell_norms(x, *NB.random_lstm(3, NB.SIZE, bias, rng))
    return float(np.log10(both[59])), float(np.log10(direct[59]))


@cache
def latch(seed: int) -> tuple[float, list[float], float, float]:
    """Squared error, errors with h cut off from f, i, g, o, forget gate at marks, elsewhere."""
    params = NB.train_latch(seed)
    x, y = NB.latch(200, 60, np.random.default_rng(1000 + seed))
    out, f, *_ = NB.open_up(params, x)
    marked = x[:, :, 1] > 0
    NB.globals_.update(x_many=x, y_many=y)
    cuts = [float(NB.error_without(params, block)) for block in range(4)]
    whole = float(np.mean((out - y[:, :, 0]) ** 2))
    return whole, cuts, float(f[marked].mean()), float(f[~marked].mean())


@claim("5.3", "log10 norm at lag 59, plain RNN", "LSTM, bias 0")
def with_bias_0_the_lstm_is_worse_than_the_plain_network(seed: int) -> Found:
    return larger(np.log10(NB.plain_norms(seed)[59]), norms(0, seed)[0])


@claim("5.3", "log10 norm, bias 1", "bias 0")
def bias_1_keeps_more_gradient_than_bias_0(seed: int) -> Found:
    return larger(norms(1, seed)[0], norms(0, seed)[0])


@claim("5.3", "log10 norm, bias 3", "bias 1")
def bias_3_keeps_more_gradient_than_bias_1(seed: int) -> Found:
    return larger(norms(3, seed)[0], norms(1, seed)[0])


@claim("5.3", "log10 norm, bias 5, both paths", "direct path, at most 0")
def with_bias_5_the_whole_grows_and_the_direct_path_cannot(seed: int) -> Found:
    both, direct = norms(5, seed)
    return Found(both > 0 >= direct, both, direct)


@cache
def adder(bias: float, seed: int) -> float:
    """Test error of the adding problem after 300 batches."""
    return float(NB.train_adder(bias, seed)[1][-1])


@claim("5.3", "error after 300 batches, bias 0", "bias 1", share=0.75, short=0, long=12)
def on_most_seeds_bias_1_learns_the_adding_problem_better_than_0(seed: int) -> Found:
    return larger(adder(0.0, seed), adder(1.0, seed))


@claim("5.3", "error after 300 batches, bias 0", "bias 3", share=0.75, short=0, long=12)
def on_most_seeds_bias_3_learns_the_adding_problem_better_than_0(seed: int) -> Found:
    return larger(adder(0.0, seed), adder(3.0, seed))


@claim("5.3", "forget gate elsewhere", "at marks", short=0, long=5)
def the_forget_gates_shut_at_the_marks(seed: int) -> Found:
    _, _, at_marks, elsewhere = latch(seed)
    return larger(elsewhere, at_marks)


@claim("5.3", "error with h cut off", "20 times the error", short=0, long=5)
def without_weights_from_h_to_the_candidate_the_number_is_lost(seed: int) -> Found:
    whole, cuts, *_ = latch(seed)
    return larger(cuts[2], 20 * whole)


@claim("5.3", "error with h cut off from the candidate", "worst of the gates", short=0, long=5)
def cutting_h_from_any_gate_does_less_damage_than_from_the_candidate(seed: int) -> Found:
    _, (forget, entry, candidate, output), *_ = latch(seed)
    return larger(candidate, max(forget, entry, output))
