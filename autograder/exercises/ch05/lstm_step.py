"""The LSTM: one step, and a sequence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import pair
from autograder.exercises.shared import logistic

GATES = ("f", "i", "c̃", "o")


def step_cases(rng: np.random.Generator) -> Iterator[Case]:
    """All sizes differ; cells large enough for tanh to bend."""
    for n, d, h in ((3, 2, 4), (2, 5, 3)):
        yield case(
            x=rng.standard_normal((n, d)),
            h_prev=rng.uniform(-1, 1, (n, h)),
            c_prev=1.5 * rng.standard_normal((n, h)),
            u=rng.standard_normal((d, 4 * h)) / 2,
            w=rng.standard_normal((h, 4 * h)) / 2,
            b=rng.standard_normal(4 * h) / 2,
            N=n,
            D=d,
            H=h,
        )


def step_extreme(rng: np.random.Generator) -> Iterator[Case]:
    """Gates that are fully open and fully shut."""
    made = next(step_cases(rng))
    yield made.replace("pre-activations in the thousands", x=1e4 * made["x"])


UNITS, STATE = ("example", "unit"), "x @ u + h_prev @ w + b"


# Where gates are shut, f(1 − f) is rounding, times inputs in the thousands: hence the absolute tolerance.
LSTM_STEP_GRADS = [
    Output("dx", atol=1e-9, axes=("example", "input")),
    Output("dh_prev", atol=1e-9, axes=UNITS),
    Output("dc_prev", atol=1e-9, axes=UNITS),
    Output("du", atol=1e-9, axes=("input", "gate unit"), blocks=(1, GATES)),
    Output("dw", atol=1e-9, axes=("old unit", "gate unit"), blocks=(1, GATES)),
    Output("db", atol=1e-9, axes=("gate unit",), blocks=(0, GATES)),
]


lstm_step = pair(
    says="one step of an LSTM",
    group="LSTM",
    cases=step_cases,
    extreme=step_extreme,
    cache="(x, h_prev, c_prev, u, w, b, f, i, g, o, c)",
    whole="x",
    returns=[Output("h", axes=UNITS), Output("c", axes=UNITS)],
    grads=LSTM_STEP_GRADS,
)


@lstm_step.forward
def lstm_step_forward(x, h_prev, c_prev, u, w, b):
    """c = f∗c_prev + i∗g, h = o∗tanh(c); blocks f, i, g (the candidate c̃), o."""
    zf, zi, zg, zo = np.split(x @ u + h_prev @ w + b, 4, axis=1)
    # ~ order i f g o: zf, zi, zg, zo => zi, zf, zg, zo | The blocks come in the order f, i, c̃, o.
    # ~ order f i o g: zf, zi, zg, zo => zf, zi, zo, zg
    # ~ order i f o g: zf, zi, zg, zo => zi, zf, zo, zg
    # ~ one bias for all: b => np.tile(b[:len(b) // 4], 4) | Every gate has a bias of its own.
    # ~ bias missing: np.split(x @ u + h_prev @ w, 4, axis=1) | Every gate has a bias.
    # ~ old state ignored: x @ u + h_prev @ w => x @ u | The gates see the old state too.
    # ~ unit by unit blocks: ((x @ u + h_prev @ w + b)[:, k::4] for k in range(4))
    #     | The gates lie in blocks, not interleaved.
    f, i, g, o = logistic(zf), logistic(zi), np.tanh(zg), logistic(zo)
    # ~ candidate with logistic: np.tanh => logistic | The candidate may be negative.
    # ~ gates with tanh: logistic => np.tanh | A gate lies between 0 and 1.
    c = f * c_prev + i * g
    # ~ forget gate missing: c_prev + i * g | Where does the forget gate act?
    # ~ input gate missing: i * g => g | Where does the input gate act?
    # ~ forget gate reversed: f => 1 - f | f = 1 keeps the cell.
    # ~ coupled: i => 1 - f | f and i are gates of their own here.
    # ~ cell in place: c_prev *= f; c_prev += i * g; c = c_prev
    #     | The caller still needs the old cell.
    h = o * np.tanh(c)  # ~ tanh of cell missing: o * c | What does the output gate let through?
    # ~ output of old cell: c => c_prev | The output sees the new cell.
    return h, c, (x, h_prev, c_prev, u, w, b, f, i, g, o, c)
    # ~ results swapped: c, h, (x, h_prev, c_prev, u, w, b, f, i, g, o, c)
    #     | The order is h, c, cache.


@lstm_step.backward
def lstm_step_backward(dh, dc, cache):
    """Through h = o∗tanh(c) into o and c, then through c into f, i, g and c_prev."""
    x, h_prev, c_prev, u, w, b, f, i, g, o, c = cache
    tanh_c = np.tanh(c)
    do = dh * tanh_c  # ~ do of cell: dh * c | What did the output gate multiply?
    # ~ do with total cell gradient: dh => dh + dc | The output gate acts on h only.
    dct = dc + dh * o * (1 - tanh_c**2)
    # ~ dc dropped: dh * o * (1 - tanh_c**2)
    #     | The cell has two successors: this h, and the next cell.
    # ~ dh path into cell dropped: dc * 1.0
    # ~ tanh slope missing: dc + dh * o | Between c and h stands tanh.
    # ~ tanh slope without square: tanh_c**2 => tanh_c
    #     | What is the derivative of tanh, written with its output?
    # ~ tanh slope of cell: tanh_c => c | The slope of tanh is written with its output.
    # ~ output gate missing in dc: dh * o => dh | h = o∗tanh(c): what multiplies tanh(c)?
    # ~ dc in place: dct = dc; dct += dh * o * (1 - tanh_c**2) | The caller still needs dc.
    df, di, dg = dct * c_prev, dct * g, dct * i
    # ~ new cell in df: c_prev => c | Which cell did the forget gate multiply?
    # ~ di and dg swapped: dct * c_prev, dct * i, dct * g
    #     | The partner of a product receives the other factor.
    dzf, dzi, dzg, dzo = df * f * (1 - f), di * i * (1 - i), dg * (1 - g**2), do * o * (1 - o)
    # ~ gate slopes missing: df, di, dg * (1 - g**2), do | Every gate passed a logistic.
    # ~ forget gate value for slope: df * f * (1 - f) => df * f | σ′ is σ(1 − σ).
    # ~ candidate slope of logistic: dg * (1 - g**2) => dg * g * (1 - g)
    #     | The candidate passed tanh.
    # ~ candidate slope missing: dg * (1 - g**2) => dg
    dz = np.concatenate([dzf, dzi, dzg, dzo], axis=1)
    # ~ order i f g o: np.concatenate([dzi, dzf, dzg, dzo], axis=1)
    #     | The blocks come in the order f, i, c̃, o.
    # ~ order f i o g: np.concatenate([dzf, dzi, dzo, dzg], axis=1)
    dx, dh_prev, dc_prev = dz @ u.T, dz @ w.T, dct * f
    # ~ dc prev without gate: f => 1.0 | What stands between c_prev and c?
    # ~ dc prev from dc only: dct => dc | All of the gradient at the cell goes back.
    # ~ dh prev through u: dz @ w.T => dz[:, :w.shape[0]] @ w[:, :w.shape[0]].T
    #     | Which weights did the old state meet?
    du, dw, db = x.T @ dz, h_prev.T @ dz, dz.sum(axis=0)  # ~ db averaged
    # ~ dw from x side: h_prev => o * tanh_c | Which state was multiplied by w?
    return dx, dh_prev, dc_prev, du, dw, db
