"""One step of the LSTM: three gates decide what the cell forgets, takes in and shows."""

import numpy as np

from autograder.checking.kinds import draws, leads, pair, table
from autograder.exercises.ch05.draws import saturated
from autograder.exercises.shared import logistic

cases = draws(  # all sizes differ; the cells are large enough for tanh to bend
    "x: N D, h_prev: N H -1..1, c_prev: N H *1.5, u: D 4H /2, w: H 4H /2, b: 4H /2",
    *table("N D H", (3, 2, 4), (2, 5, 3)),
)
lstm_step = pair(
    says="one step of an LSTM",
    group="LSTM",
    cases=cases,
    extreme=saturated(cases),
    quiet=True,
    cache="(x, h_prev, c_prev, u, w, b, f, i, g, o, c)",
    whole="x",
    returns="h: example unit, c: example unit",
    grads="dx: example input, dh_prev: example unit, dc_prev: example unit, "
    "du: input gate_unit, dw: old_unit gate_unit, db: gate_unit",
    gates=("f", "i", "c̃", "o"),
    atol=1e-9,
)


@lstm_step.forward
@leads(
    "One affine map gives four blocks of H columns: three gates, in [0, 1], and the candidate.",
    "f, i, o = logistic, g = tanh of their blocks; c = f∗c_prev + i∗g; h = o∗tanh(c).",
)
def lstm_step_forward(x, h_prev, c_prev, u, w, b):
    """c = f∗c_prev + i∗g, h = o∗tanh(c); blocks f, i, g (the candidate c̃), o."""
    z = x @ u + h_prev @ w + b  # ~ bias missing | Every gate has a bias.
    # ~ old state ignored: x @ u + b | The gates see the old state too.
    # ~ one bias for all: b => np.tile(b[: len(b) // 4], 4) | Every gate has a bias of its own.
    zf, zi, zg, zo = np.split(z, 4, axis=1)
    # ~ first blocks exchanged, last blocks exchanged | The blocks come in the order f, i, c̃, o.
    # ~ unit by unit blocks: (z[:, k::4] for k in range(4)) | Each gate is a block of columns.
    f, i, g, o = logistic(zf), logistic(zi), np.tanh(zg), logistic(zo)  # ~ candidate with logistic
    # ~ candidate bent twice: np.tanh(zg) => np.tanh(logistic(zg)) | The candidate passes tanh
    #     and nothing else.
    # ~ logistic overflows: logistic => (lambda s: 1 / (1 + np.exp(-s))) | What is exp(10000)?
    # ~ gates with tanh: logistic => np.tanh | A gate lies between 0 and 1.
    # ~ one added to the forget gate: logistic(zf) => logistic(zf + 1)
    #     | A bias that starts at 1 is a matter of how b is made, not of the step.
    c = f * c_prev + i * g  # ~ input gate missing: i * g => g | Where does the input gate act?
    # ~ forget gate missing: f * c_prev => c_prev | Where does the forget gate act?
    # ~ forget gate reversed: f => 1 - f | f = 1 keeps the cell.
    # ~ coupled: i => 1 - f | f and i are gates of their own here.
    # ~ cell in place: c = c_prev; c *= f; c += i * g | The caller still needs the old cell.
    h = o * np.tanh(c)  # ~ tanh of cell missing, output of old cell
    # ~ gate inside the tanh: np.tanh(o * c) | h = o∗tanh(c): what does the tanh bend?
    return h, c, (x, h_prev, c_prev, u, w, b, f, i, g, o, c)  # ~ first two exchanged


@lstm_step.backward
@leads(
    "Go back line by line: output, cell (two gradients meet there), gates, affine map.",
    "do = dh∗tanh(c); the cell's total, dc + dh∗o∗(1 − tanh²(c)), goes through f∗c_prev + i∗g.",
    "A gate's slope is a∗(1 − a), g's is 1 − g²; side by side the four are dz; the rest is affine.",
)
def lstm_step_backward(dh, dc, cache):
    """Through h = o∗tanh(c) into o and c, then through c into f, i, g and c_prev."""
    x, h_prev, c_prev, u, w, b, f, i, g, o, c = cache
    tanh_c = np.tanh(c)  # ~ cell for its tanh: c | h is o∗tanh(c): what did o multiply?
    do = dh * tanh_c  # ~ do of cell: dh * c | What did the output gate multiply?
    # ~ do with total cell gradient: dh => dh + dc | The output gate acts on h only.
    dct = dc + dh * o * (1 - tanh_c**2)  # ~ h path dropped: dc + 0 | The cell has two successors.
    # ~ dc dropped: dh * o * (1 - tanh_c**2)
    # ~ output gate missing in dc: dh * o => dh | h = o∗tanh(c): what multiplies tanh(c)?
    # ~ tanh slope missing: dc + dh * o | Between c and h stands tanh.
    # ~ tanh slope on both: (dc + dh * o) * (1 - tanh_c**2)
    #     | Which of the two gradients has come through the tanh of this step?
    # ~ tanh slope of cell: tanh_c => c | The slope of tanh is written with its output.
    # ~ tanh slope without square: tanh_c**2 => tanh_c | How is the slope of tanh written with tanh?
    # ~ dc in place: dct = dc; dct += dh * o * (1 - tanh_c**2) | The caller still needs dc.
    df, di, dg = dct * c_prev, dct * g, dct * i  # ~ df from dc, di from dc, dg from dc, from dc
    # ~ new cell in df: c_prev => c | Which cell did the forget gate multiply?
    # ~ di and dg swapped: dct * c_prev, dct * i, dct * g
    #     | The partner of a product receives the other factor.
    dzf, dzi, dzg, dzo = df * f * (1 - f), di * i * (1 - i), dg * (1 - g**2), do * o * (1 - o)
    # ~ gate slopes missing: df, di, dg * (1 - g**2), do | Every gate passed a logistic.
    # ~ dzf slope of tanh, dzi slope of tanh, dzo slope of tanh
    # ~ candidate slope of logistic: 1 - g**2 => g * (1 - g) | The candidate passed tanh.
    # ~ candidate slope missing: 1 - g**2 => 1
    # ~ gates bent again: df * logistic(f) * (1 - logistic(f)), di * logistic(i)
    #     * (1 - logistic(i)), dg * (1 - g**2), do * logistic(o) * (1 - logistic(o))
    #     | What the cache holds has passed its activation already.
    # ~ candidate bent again: 1 - g**2 => 1 - np.tanh(g) ** 2
    #     | What the cache holds has passed its activation already.
    dz = np.hstack([dzf, dzi, dzg, dzo])  # ~ first blocks exchanged, last blocks exchanged
    dx, dh_prev, dc_prev = dz @ u.T, dz @ w.T, dct * f  # ~ dc_prev from dc
    # ~ dc prev without gate: f => 1.0 | What stands between c_prev and c?
    # ~ dh prev through u: dz @ w.T => dz[:, : len(w)] @ w[:, : len(w)].T
    #     | Which weights did the old state meet, and which way round?
    # ~ dh prev untransposed: dz @ w.T => sum(map(np.matmul, np.split(dz, 4, 1), np.split(w, 4, 1)))
    du, dw, db = x.T @ dz, h_prev.T @ dz, dz.sum(axis=0)  # ~ db averaged
    # ~ dw from x side: h_prev => o * tanh_c | Which state was multiplied by w?
    return dx, dh_prev, dc_prev, du, dw, db  # ~ states exchanged, du and dw exchanged
