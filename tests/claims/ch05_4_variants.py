"""Notebook 5.4: how gradients turn over during training, and which parts are missed."""

from __future__ import annotations

from functools import cache

import numpy as np

from tests.claims.claim import Found, claim
from tests.claims.larger import larger
from tests.claims.notebook import load

NB = load(
    "05_rnn_lstm/04_variants", "CELLS", "UNITS", "STEPS", "peepholes", "coupled", "straight"
)  # fmt: skip


@cache
def reach(cell: str, seed: int, batches: int) -> float:
    """log10 of the gradient at lag 60 on an adding problem, before training or after batches."""
    _, norms = NB.train_adding(getattr(NB, cell), 60, seed, batches=batches + 1)
    return float(np.log10(norms[-1] + 1e-300))


@cache
def error(part: str, seed: int) -> float:
    """Squared error of the running sum at 120 steps."""
    return float(NB.train_sum(part, seed)[0][1])


@claim("5.4", "log10 norm before training, smaller of RNN and LSTM", "GRU")
def before_training_the_gru_has_the_smallest_gradient_on_the_task(seed: int) -> Found:
    return larger(min(reach("RNN", seed, 0), reach("LSTM", seed, 0)), reach("GRU", seed, 0))


@claim("5.4", "log10 norm after 100 batches, GRU", "larger of RNN and LSTM", short=0, long=5)
def after_100_batches_the_gru_has_the_largest(seed: int) -> Found:
    return larger(
        reach("GRU", seed, 100), max(reach("RNN", seed, 100), reach("LSTM", seed, 100))
    )  # fmt: skip


@claim("5.4", "log10 norm at lag 60, bias of z 3", "bias 0")
def what_the_gate_keeps_decides_not_the_name_of_the_cell(seed: int) -> Found:
    three, none = (np.log10(NB.norms_at_start("GRU", bias, seed)[-1]) for bias in (3, 0))
    return larger(three, none)


@claim("5.4", "error at 120 steps, no forget gate", "three times the LSTM's", short=0, long=5)
def the_forget_gate_is_missed(seed: int) -> Found:
    return larger(error("no forget gate", seed), 3 * error("LSTM", seed))


@claim("5.4", "error at 120 steps, no forget gate", "worst of the other three", short=0, long=5)
def of_four_parts_the_forget_gate_is_missed_most(seed: int) -> Found:
    others = ("no input gate", "no output gate", "no output tanh")
    return larger(error("no forget gate", seed), max(error(part, seed) for part in others))


@claim("5.4", "error at 120 steps, no input gate", "LSTM", share=0.8, short=0, long=5)
def without_the_input_gate_the_error_is_larger(seed: int) -> Found:
    return larger(error("no input gate", seed), error("LSTM", seed))


@claim("5.4", "error at 120 steps, no output gate", "LSTM", share=0.8, short=0, long=5)
def without_the_output_gate_the_error_is_larger(seed: int) -> Found:
    return larger(error("no output gate", seed), error("LSTM", seed))


@claim("5.4", "1.5 times the LSTM's error", "no output tanh", share=0.8, short=0, long=5)
def without_the_output_tanh_a_sum_is_done_no_worse(seed: int) -> Found:
    return larger(1.5 * error("LSTM", seed), error("no output tanh", seed))


@claim("5.4", "error at 120 steps, plain RNN", "worse of coupled and GRU", short=0, long=5)
def squashed_states_count_far_better_than_the_plain_net(seed: int) -> Found:
    worse = max(error("coupled", seed), error("GRU", seed))
    return Found(error("plain RNN", seed) > 2 * worse, error("plain RNN", seed), worse)


@claim("5.4", "twice the LSTM's error", "worse of coupled and GRU", share=0.8, short=0, long=5)
def coupled_cell_and_gru_sum_about_as_well_as_the_lstm(seed: int) -> Found:
    return larger(2 * error("LSTM", seed), max(error("coupled", seed), error("GRU", seed)))


@claim(
    "5.4", "error at 120 steps, GRU without reset gate, 20 units", "GRU, 16 units", short=0, long=5
)
def without_the_reset_gate_the_error_is_larger_at_equal_size(seed: int) -> Found:
    without, size, _ = NB.train_sum("GRU, no reset gate", seed, units=20)
    with_it, least, _ = NB.train_sum("GRU", seed)
    return Found(without[1] > 1.3 * with_it[1] and size >= least, without[1], with_it[1])


@claim("5.4", "error at 120 steps, no reset gate", "GRU", short=0, long=5)
def without_the_reset_gate_the_error_is_two_to_three_times_as_large(seed: int) -> Found:
    without, with_it = error("GRU, no reset gate", seed), error("GRU", seed)
    return Found(1.8 < without / with_it < 3.2, without, with_it)
