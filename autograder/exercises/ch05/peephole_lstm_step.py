"""One step of an LSTM with peepholes: the gates look at the cell as well."""

import numpy as np

from autograder.checking.exercise import Output
from autograder.checking.kinds import draws, leads, pair
from autograder.checking.kinds.results import output_list
from autograder.exercises.ch05.draws import saturated
from autograder.exercises.shared import logistic

cases = draws(
    "x: N D, h_prev: N H -1..1, c_prev: N H *1.5, u: D 4H /2, w: H 4H /2, b: 4H /2, p: Peepholes H",
    {"N": 5, "D": 2, "H": 4, "Peepholes": 3, "label": "N = 5, D = 2, H = 4"},
    {"N": 2, "D": 5, "H": 3, "Peepholes": 3, "label": "N = 2, D = 5, H = 3"},
)
peephole_lstm_step = pair(
    says="one step of an LSTM with peepholes",
    group="LSTM",
    cases=cases,
    extreme=saturated(cases),
    cache="(x, h_prev, c_prev, u, w, b, p, f, i, g, o, c)",
    gates=("f", "i", "c̃", "o"),
    whole="x",
    returns="h: example unit, c: example unit",
    grads=[
        *output_list(
            "dx: example input, dh_prev: example unit, dc_prev: example unit, "
            "du: input gate_unit, dw: old_unit gate_unit, db: gate_unit",
            gates=("f", "i", "c̃", "o"),
            atol=1e-9,
        ),
        Output("dp", atol=1e-9, axes=("peephole", "unit"), blocks=(0, ("f", "i", "o"))),
    ],
)


@peephole_lstm_step.forward
@leads(
    "Three gates also see the cell. Two of them open before it changes, one after.",
    "zf + p[0]·c_prev and zi + p[1]·c_prev give f and i; with them c; then zo + p[2]·c gives o.",
)
def peephole_lstm_step_forward(x, h_prev, c_prev, u, w, b, p):
    """As the LSTM; f and i see c_prev, o sees the new c, each unit its own."""
    zf, zi, zg, zo = np.split(x @ u + h_prev @ w + b, 4, axis=1)
    # ~ first blocks exchanged | The blocks come in the order f, i, c̃, o.
    f, i, g = logistic(zf + p[0] * c_prev), logistic(zi + p[1] * c_prev), np.tanh(zg)
    # ~ peepholes outside: logistic(zf) + p[0] * c_prev, logistic(zi) + p[1] * c_prev,
    #     np.tanh(zg) | A gate lies between 0 and 1: what has to stand inside its logistic?
    # ~ peepholes missing: c_prev => 0 | The gates look at the cell.
    # ~ peepholes summed over units: logistic(zf + (c_prev @ p[0])[:, None]), logistic(zi
    #     + (c_prev @ p[1])[:, None]), np.tanh(zg) | A gate sees its own cell, through one weight.
    # ~ rows swapped: logistic(zf + p[1] * c_prev), logistic(zi + p[0] * c_prev), np.tanh(zg)
    #     | p holds the rows f, i, o.
    # ~ rows i and o swapped: 1 => 2
    # ~ candidate peeps too: zg => zg + p[1] * c_prev | The candidate has no peephole.
    # ~ peephole sees state: c_prev => h_prev | A peephole looks at the cell, not at the state.
    c = f * c_prev + i * g
    # ~ gates swapped: i * c_prev + f * g | Which gate belongs to the old cell?
    o = logistic(zo + p[2] * c)
    # ~ peepholes outside: logistic(zo) + p[2] * c
    # ~ peepholes summed over units: logistic(zo + (c @ p[2])[:, None])
    # ~ output sees old cell: c => c_prev | By the time of the output gate the cell is new.
    # ~ peepholes missing: c => 0
    # ~ output peephole missing: c => 0 | All three gates look at the cell.
    # ~ rows i and o swapped: 2 => 1
    # ~ peephole sees tanh: c => np.tanh(c) | A peephole looks at the cell as it is.
    h = o * np.tanh(c)  # ~ tanh of cell missing
    return h, c, (x, h_prev, c_prev, u, w, b, p, f, i, g, o, c)


@peephole_lstm_step.backward
@leads(
    "Every new arrow of the forward pass is a new way back: into c through o, into c_prev"
    " through f and i.",
    "dzo first; then the cell's total is dc + dh·o·(1 − tanh²(c)) + dzo·p[2]; dc_prev "
    "gets dzf·p[0] + dzi·p[1] in addition, and dp sums dz times the cell that was seen.",
)
def peephole_lstm_step_backward(dh, dc, cache):
    """The output gate comes first: through its peephole it sends a gradient into c."""
    x, h_prev, c_prev, u, w, b, p, f, i, g, o, c = cache
    tanh_c = np.tanh(c)
    # ~ cell for its tanh: c | h is o∗tanh(c): what did the output gate multiply?
    dzo = dh * tanh_c * o * (1 - o)
    # ~ slope of tanh
    dct = dc + dh * o * (1 - tanh_c**2) + dzo * p[2]
    # ~ output peephole into cell missing: dzo => 0
    #     | The output gate looks at the new cell; what follows for dc?
    # ~ dc dropped: dc => 0 | The cell has two successors.
    # ~ tanh slope missing: 1 - tanh_c**2 => 1 | Between c and h stands tanh.
    dzf, dzi, dzg = dct * c_prev * f * (1 - f), dct * g * i * (1 - i), dct * i * (1 - g**2)
    # ~ new cell in df: c_prev => c | Which cell did the forget gate multiply?
    # ~ candidate slope of logistic: 1 - g**2 => g * (1 - g) | The candidate passed tanh.
    # ~ dzf slope of tanh, dzi slope of tanh, dzf from dc, dzi from dc, dzg from dc
    dz = np.concatenate([dzf, dzi, dzg, dzo], axis=1)
    dx, dh_prev = dz @ u.T, dz @ w.T
    dc_prev = dct * f + dzf * p[0] + dzi * p[1]
    # ~ forget peephole into old cell missing: dzf => 0 | The old cell is seen by two gates.
    # ~ input peephole into old cell missing: dzi => 0
    # ~ peepholes into old cell missing: dct * f | The old cell is seen by two gates.
    # ~ output peephole into old cell too: dct * f + dzf * p[0] + dzi * p[1] + dzo * p[2]
    #     | Which cell did the output gate see?
    # ~ old cell peephole rows swapped: dct * f + dzf * p[1] + dzi * p[0]
    #     | Which row belongs to which gate?
    # ~ direct way missing: dct => 0 | What stands between c_prev and c?
    dp = np.stack([(dzf * c_prev).sum(axis=0), (dzi * c_prev).sum(axis=0), (dzo * c).sum(axis=0)])
    # ~ output peephole of old cell: c => c_prev | Which cell did the output gate see?
    # ~ forget peephole of new cell: dzf * c_prev => dzf * c | Which cell did the forget gate see?
    # ~ peepholes of new cell: c_prev => c | Which cell did the forget gate see?
    # ~ output peephole of tanh: c => tanh_c | A peephole looks at the cell as it is.
    # ~ dp without cells: np.stack([dzf.sum(axis=0), dzi.sum(axis=0), dzo.sum(axis=0)])
    #     | What did each row of p multiply?
    # ~ dp averaged: np.stack([dzf * c_prev, dzi * c_prev, dzo * c]).mean(axis=1)
    #     | p reaches every example; where a value is copied, gradients add up.
    # ~ dp rows swapped: dzf, dzi = dzi, dzf; ... | p holds the rows f, i, o.
    # ~ dp of gate not of its sum: dzo => dh * tanh_c | The peephole stands inside the logistic.
    return dx, dh_prev, dc_prev, x.T @ dz, h_prev.T @ dz, dz.sum(axis=0), dp
    # ~ states exchanged
    # ~ du and dw exchanged: dx, dh_prev, dc_prev, h_prev.T @ dz, x.T @ dz, dz.sum(axis=0), dp
    #     | Compare the order of your results with that in the docstring.
