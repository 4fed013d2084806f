"""Claims of notebook 5.5: three writers, what they depend on, designs for digits, sums, cells."""

from __future__ import annotations

import re
from functools import cache
from types import SimpleNamespace

import numpy as np

import nnkit.functional as fn
from nnkit import optim
from nnkit.layers import LSTM, Embedding, Linear, PerStep, Sequential
from tests.claims.claim import Found, claim
from tests.claims.larger import larger
from tests.claims.notebook import load

NB = load("05_rnn_lstm/05_sequences_at_work", "KEEP", "DESIGNS", "EPOCHS")
CELLS = ("RNN", "LSTM", "GRU")


@cache
def corpus() -> SimpleNamespace:
    """The text as the notebook prepares it, put where the notebook's functions look it up."""
    kept = "".join(c for c in NB.data.python_text().lower() if c in NB.KEEP)
    text = re.sub(" +", " ", kept)
    vocabulary = sorted(set(text))
    code = {character: k for k, character in enumerate(vocabulary)}
    ids = np.array([code[character] for character in text])
    n, t = 32, 40
    steps = 119_999 // (n * t)
    x, y = (ids[i : i + n * t * steps].reshape(n, steps * t) for i in (0, 1))
    made = {"text": text, "vocabulary": vocabulary, "V": len(vocabulary), "code": code}
    made |= {"test_ids": ids[-20_001:], "x_all": x, "y_all": y, "steps": steps}
    made |= {"BATCH": n, "WINDOW": t}
    NB.globals_.update(made)
    return SimpleNamespace(**made)


@cache
def writer(cell: str, seed: int) -> tuple:
    """The net and its test losses before and after one epoch."""
    corpus()
    net, _, tests = NB.train_writer(NB.globals_[cell], seed, epochs=1)
    return net, tests


@cache
def carried(seed: int) -> float:
    """Test loss of an LSTM after one epoch in which only the first windows start from zeros."""
    c, rng = corpus(), np.random.default_rng(seed)
    parts = Embedding(c.V, 16, rng=rng), LSTM(16, 96, rng=rng), PerStep(Linear(96, c.V, rng=rng))
    net = Sequential(*parts).astype(np.float32)
    optimizer, states = optim.Adam(net, 1e-2), ()
    for start in range(0, c.steps * c.WINDOW, c.WINDOW):
        x, y = (part[:, start : start + c.WINDOW] for part in (c.x_all, c.y_all))
        read = net[0](x)
        h = net[1](read, *states)
        _, cache = fn.sequence_cross_entropy_forward(net[2](h), y, np.ones(y.shape))
        dh = net[2].backward(fn.sequence_cross_entropy_backward(cache))
        net[0].backward(net[1].backward(dh), need_dx=False)
        _, steps = fn.lstm_forward(
            read, *(states or [np.zeros_like(h[:, 0])] * 2), *net[1].params.values()
        )
        states = h[:, -1].copy(), steps[-1][-1].copy()
        optimizer.step(clip=1.0)
    return float(NB.test_loss(net))


@claim("5.5", "test loss after one epoch, state carried", "windows from zeros", short=0, long=5)
def a_state_carried_across_the_border_does_not_lower_the_loss(seed: int) -> Found:
    windows, kept = float(writer("LSTM", seed)[1][-1]), carried(seed)
    return Found(kept > windows - 0.02, kept, windows)


@claim("5.5", "test loss after one epoch, RNN minus LSTM", "LSTM minus GRU", short=0, long=5)
def the_gru_is_ahead_of_the_lstm_and_the_lstm_of_the_plain_net(seed: int) -> Found:
    rnn, lstm, gru = (float(writer(cell, seed)[1][-1]) for cell in CELLS)
    return Found(rnn > lstm > gru, rnn - lstm, lstm - gru)


@cache
def beyond(cell: str, seed: int) -> np.ndarray:
    """Share of the gradient from more than 5, 10, and 20 characters back."""
    places = np.random.default_rng(seed).integers(60, 20_000, 100)
    return NB.shares(writer(cell, seed)[0], places)


@claim("5.5", "share from more than 20 back, GRU", "RNN", share=0.8, short=0, long=5)
def beyond_twenty_characters_the_gru_mostly_depends_on_more_than_the_plain_net(seed: int) -> Found:
    return larger(beyond("GRU", seed)[2], beyond("RNN", seed)[2])


@claim(
    "5.5",
    "share from the last ten characters, least of the three",
    "GRU, last five",
    short=0,
    long=5,
)
def most_of_the_dependence_lies_within_ten_characters(seed: int) -> Found:
    least = 1 - max(float(beyond(cell, seed)[1]) for cell in CELLS)
    return Found(least > 0.8, least, 1 - float(beyond("GRU", seed)[0]))


@claim("5.5", "nats, first letter of a word", "later ones", short=0, long=5)
def a_first_letter_costs_more_than_a_later_one(seed: int) -> Found:
    return larger(*map(float, NB.by_place(writer("LSTM", seed)[0])))


@claim("5.5", "correlation of log sizes, gradient and exchange", "another place's", short=0, long=5)
def the_gradient_tells_which_exchange_of_a_character_matters(seed: int) -> Found:
    rng = np.random.default_rng(seed)
    places = rng.integers(60, 20_000, 30)
    # What is due to the distance alone is common to all places: the control.
    value, control = map(float, NB.strip_and_exchange(writer("LSTM", seed)[0], places, rng))
    return Found(value > 0.75 and value > control, value, control)


@claim("5.5", "test accuracy, LSTM", "bidirectional", short=0, long=10)
def on_digits_one_direction_and_two_differ_by_less_than_two_standard_errors(seed: int) -> Found:
    runs = [NB.train_digits(name, seed) for name in ("LSTM", "bidirectional")]
    one, both = (float(history.val_metric[-1]) for _, history, _ in runs)
    mean, images = (one + both) / 2, len(runs[0][2][3])
    error = np.sqrt(2 * mean * (1 - mean) / images)
    return Found(abs(one - both) < 2 * error, one, both)


@claim("5.5", "digits of sums right, two directions", "two stacked", short=0, long=5)
def no_depth_brings_back_what_has_not_been_read_yet(seed: int) -> Found:
    both, stacked = (
        float(NB.train_adder(NB.DESIGNS[name], seed)[1])
        for name in ("two directions, 16 each", "two stacked, 16 each")
    )
    return Found(both > 0.98 and stacked < 0.65, both, stacked)


@claim("5.5", "word: best of 96 over the largest of ten shifts", "bracket", short=0, long=5)
def a_cell_for_the_word_stands_out_from_shifted_features_and_none_for_brackets(seed: int) -> Found:
    shown = corpus().text[-20_000:-17_000]
    cells, ratio = NB.states_along(writer("LSTM", seed)[0], shown), {}
    for name, feature in NB.counted(shown).items():
        null = [np.abs(NB.together(cells, np.roll(feature, 137 * j))).max() for j in range(2, 12)]
        ratio[name] = float(np.abs(NB.together(cells, feature)).max() / max(null))
    word, bracket = ratio["distance to the word's start"], ratio["inside ( )"]
    return Found(word > 1.8 > bracket, word, bracket)


@claim("5.5", "share of the first index, temperature 0.5", "temperature 2", long=20)
def cold_sharpens_and_hot_flattens(seed: int) -> Found:
    rng, scores = np.random.default_rng(seed), np.array([np.log(4), 0.0])
    cold, hot = (
        float(np.mean([NB.sample_index(scores, tau, rng) == 0 for _ in range(2000)]))
        for tau in (0.5, 2.0)
    )
    return Found(abs(cold - 16 / 17) < 0.03 and abs(hot - 2 / 3) < 0.05, cold, hot)
