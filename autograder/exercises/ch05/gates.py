"""The LSTM: one step, and a sequence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case, wrong
from autograder.checking.kinds import pair

GATES = ("f", "i", "c̃", "o")


def logistic(z):
    """1 / (1 + exp(-z)) without overflow."""
    return 0.5 * np.tanh(0.5 * z) + 0.5


def lstm_step_forward(x, h_prev, c_prev, u, w, b):
    """c = f∗c_prev + i∗g, h = o∗tanh(c); blocks f, i, g (the candidate c̃), o."""
    zf, zi, zg, zo = np.split(x @ u + h_prev @ w + b, 4, axis=1)
    f, i, g, o = logistic(zf), logistic(zi), np.tanh(zg), logistic(zo)
    c = f * c_prev + i * g
    h = o * np.tanh(c)
    return h, c, (x, h_prev, c_prev, u, w, b, f, i, g, o, c)


def lstm_step_backward(dh, dc, cache):
    """Through h = o∗tanh(c) into o and c, then through c into f, i, g and c_prev."""
    x, h_prev, c_prev, u, w, b, f, i, g, o, c = cache
    tanh_c = np.tanh(c)
    do = dh * tanh_c
    dct = dc + dh * o * (1 - tanh_c**2)
    df, di, dg = dct * c_prev, dct * g, dct * i
    dzf, dzi, dzg, dzo = df * f * (1 - f), di * i * (1 - i), dg * (1 - g**2), do * o * (1 - o)
    dz = np.concatenate([dzf, dzi, dzg, dzo], axis=1)
    dx, dh_prev, dc_prev = dz @ u.T, dz @ w.T, dct * f
    du, dw, db = x.T @ dz, h_prev.T @ dz, dz.sum(axis=0)
    return dx, dh_prev, dc_prev, du, dw, db


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
LSTM_STEP_GRADS = [Output("dx", atol=1e-9, axes=("example", "input")), Output("dh_prev", atol=1e-9, axes=UNITS), Output("dc_prev", atol=1e-9, axes=UNITS),
                   Output("du", atol=1e-9, axes=("input", "gate unit"), blocks=(1, GATES)), Output("dw", atol=1e-9, axes=("old unit", "gate unit"), blocks=(1, GATES)),
                   Output("db", atol=1e-9, axes=("gate unit",), blocks=(0, GATES))]  # fmt: skip
LSTM_STEP = pair(
    lstm_step_forward, lstm_step_backward, chapter=5, summary="one step of an LSTM", cases=step_cases, extreme=step_extreme,
    cache="(x, h_prev, c_prev, u, w, b, f, i, g, o, c)", whole="x", returns=[Output("h", axes=UNITS), Output("c", axes=UNITS)], grads=LSTM_STEP_GRADS,
    wrong_forward=[
        wrong("order_i_f_g_o", "The blocks come in the order f, i, c̃, o.", "zf, zi, zg, zo =", "zi, zf, zg, zo ="),
        wrong("order_f_i_o_g", "The blocks come in the order f, i, c̃, o.", "zf, zi, zg, zo =", "zf, zi, zo, zg ="),
        wrong("order_i_f_o_g", "The blocks come in the order f, i, c̃, o.", "zf, zi, zg, zo =", "zi, zf, zo, zg ="),
        wrong("candidate_with_logistic", "The candidate may be negative.", "np.tanh(zg)", "logistic(zg)"),
        wrong("gates_with_tanh", "A gate lies between 0 and 1.", "f, i, g, o = logistic(zf), logistic(zi), np.tanh(zg), logistic(zo)", "f, i, g, o = np.tanh(zf), np.tanh(zi), np.tanh(zg), np.tanh(zo)"),
        wrong("tanh_of_cell_missing", "What does the output gate let through?", "o * np.tanh(c)", "o * c"),
        wrong("output_of_old_cell", "The output sees the new cell.", "o * np.tanh(c)", "o * np.tanh(c_prev)"),
        wrong("forget_gate_missing", "Where does the forget gate act?", "f * c_prev + i * g", "c_prev + i * g"),
        wrong("input_gate_missing", "Where does the input gate act?", "f * c_prev + i * g", "f * c_prev + g"),
        wrong("forget_gate_reversed", "f = 1 keeps the cell.", "f * c_prev", "(1 - f) * c_prev"),
        wrong("coupled", "f and i are gates of their own here.", "i * g", "(1 - f) * g"),
        wrong("one_bias_for_all", "Every gate has a bias of its own.", STATE, "x @ u + h_prev @ w + np.tile(b[: len(b) // 4], 4)"),
        wrong("bias_missing", "Every gate has a bias.", " + h_prev @ w + b", " + h_prev @ w"),
        wrong("results_swapped", "The order is h, c, cache.", "return h, c,", "return c, h,"),
        wrong("old_state_ignored", "The gates see the old state too.", " + h_prev @ w", ""),
        wrong("cell_in_place", "The caller still needs the old cell.", "c = f * c_prev + i * g", "c_prev *= f\n    c_prev += i * g\n    c = c_prev"),
        wrong("unit_by_unit_blocks", "The gates lie in blocks, not interleaved.", "np.split(x @ u + h_prev @ w + b, 4, axis=1)", "((x @ u + h_prev @ w + b)[:, k::4] for k in range(4))"),
    ],
    wrong_backward=[
        wrong("dc_dropped", "The cell has two successors: this h, and the next cell.", "dct = dc + dh * o", "dct = dh * o"),
        wrong("dh_path_into_cell_dropped", "The cell has two successors: this h, and the next cell.", "dct = dc + dh * o * (1 - tanh_c**2)", "dct = dc * 1.0"),
        wrong("tanh_slope_missing", "Between c and h stands tanh.", " * (1 - tanh_c**2)", ""),
        wrong("tanh_slope_without_square", "What is the derivative of tanh, written with its output?", "tanh_c**2", "tanh_c"),
        wrong("tanh_slope_of_cell", "The slope of tanh is written with its output.", "(1 - tanh_c**2)", "(1 - c**2)"),
        wrong("output_gate_missing_in_dc", "h = o∗tanh(c): what multiplies tanh(c)?", "dh * o * (1", "dh * (1"),
        wrong("new_cell_in_df", "Which cell did the forget gate multiply?", "dct * c_prev", "dct * c"),
        wrong("di_and_dg_swapped", "The partner of a product receives the other factor.", "dct * g, dct * i", "dct * i, dct * g"),
        wrong("do_of_cell", "What did the output gate multiply?", "do = dh * tanh_c", "do = dh * c"),
        wrong("do_with_total_cell_gradient", "The output gate acts on h only.", "do = dh * tanh_c", "do = (dh + dc) * tanh_c"),
        wrong("gate_slopes_missing", "Every gate passed a logistic.", "df * f * (1 - f), di * i * (1 - i)", "df, di", "do * o * (1 - o)", "do"),
        wrong("forget_gate_value_for_slope", "σ′ is σ(1 − σ).", "df * f * (1 - f)", "df * f"),
        wrong("candidate_slope_of_logistic", "The candidate passed tanh.", "dg * (1 - g**2)", "dg * g * (1 - g)"),
        wrong("candidate_slope_missing", "The candidate passed tanh.", "dg * (1 - g**2)", "dg"),
        wrong("dc_prev_without_gate", "What stands between c_prev and c?", "dct * f\n", "dct * 1.0\n"),
        wrong("dc_prev_from_dc_only", "All of the gradient at the cell goes back.", "dz @ w.T, dct * f", "dz @ w.T, dc * f"),
        wrong("order_i_f_g_o", "The blocks come in the order f, i, c̃, o.", "[dzf, dzi, dzg, dzo]", "[dzi, dzf, dzg, dzo]"),
        wrong("order_f_i_o_g", "The blocks come in the order f, i, c̃, o.", "[dzf, dzi, dzg, dzo]", "[dzf, dzi, dzo, dzg]"),
        wrong("db_averaged", "b reaches every example; where a value is copied, gradients add up.", "dz.sum(axis=0)", "dz.mean(axis=0)"),
        wrong("dh_prev_through_u", "Which weights did the old state meet?", "dz @ u.T, dz @ w.T", "dz @ u.T, dz[:, : w.shape[0]] @ w[:, : w.shape[0]].T"),
        wrong("dw_from_x_side", "Which state was multiplied by w?", "h_prev.T @ dz", "(o * tanh_c).T @ dz"),
        wrong("dc_in_place", "The caller still needs dc.", "dct = dc + dh", "dct = dc\n    dct += dh"),
    ],
)  # fmt: skip


def lstm_forward(x, h0, c0, u, w, b):
    """The step T times; the cache is the list of the steps' caches."""
    h, c = h0, c0
    states, caches = [], []
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h, c, u, w, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), caches


def lstm_backward(dh, cache):
    """From the last step to the first; behind the last step no gradient arrives at the cell."""
    steps = len(cache)
    x, h_prev, _, u, w, b = cache[0][:6]
    dx = np.zeros((*dh.shape[:2], x.shape[1]))
    dh_next, dc_next = np.zeros(h_prev.shape), np.zeros(h_prev.shape)
    du, dw, db = np.zeros(u.shape), np.zeros(w.shape), np.zeros(b.shape)
    for t in range(steps - 1, -1, -1):
        grads = lstm_step_backward(dh[:, t] + dh_next, dc_next, cache[t])
        dx[:, t], dh_next, dc_next = grads[0], grads[1], grads[2]
        du += grads[3]
        dw += grads[4]
        db += grads[5]
    return dx, dh_next, dc_next, du, dw, db


def sequence_cases(rng: np.random.Generator) -> Iterator[Case]:
    """N, T, D, H all differ; a gradient at every step; one sequence of one step."""
    for n, t, d, h in ((2, 4, 3, 5), (3, 5, 2, 4), (2, 1, 4, 3)):
        yield case(
            x=rng.standard_normal((n, t, d)),
            h0=rng.uniform(-1, 1, (n, h)),
            c0=1.5 * rng.standard_normal((n, h)),
            u=rng.standard_normal((d, 4 * h)) / 2,
            w=rng.standard_normal((h, 4 * h)) / 2,
            b=rng.standard_normal(4 * h) / 2,
            N=n,
            T=t,
            D=d,
            H=h,
        )


SEQ = ("example", "step", "unit")
LSTM_GRADS = [
    Output("dx", atol=1e-9, axes=("example", "step", "input")),
    Output("dh0", atol=1e-9, axes=UNITS),
    Output("dc0", atol=1e-9, axes=UNITS),
    *LSTM_STEP_GRADS[3:],
]
LSTM = pair(
    lstm_forward, lstm_backward, chapter=5, summary="an LSTM over a sequence", cases=sequence_cases, whole="x",
    cache="[cache of step 0, cache of step 1, …]", returns=[Output("h", axes=SEQ)], grads=LSTM_GRADS,
    forward_options={"forbids": ("nnkit.layers",)}, backward_options={"forbids": ("nnkit.layers",)},
    wrong_forward=[
        wrong("cell_not_carried", "Two states travel from step to step.", "h, c, cache = lstm_step_forward", "h, _, cache = lstm_step_forward"),
        wrong("state_not_carried", "Two states travel from step to step.", "        h, c, cache = lstm_step_forward(x[:, t], h, c, u, w, b)\n        states.append(h)", "        new, c, cache = lstm_step_forward(x[:, t], h, c, u, w, b)\n        states.append(new)"),
        wrong("start_state_ignored", "The first step starts from h0 and c0.", "h, c = h0, c0", "h, c = np.zeros(h0.shape), c0"),
        wrong("start_cell_ignored", "The first step starts from h0 and c0.", "h, c = h0, c0", "h, c = h0, np.zeros(c0.shape)"),
        wrong("cells_returned", "h holds the states, not the cells.", "states.append(h)", "states.append(c)"),
        wrong("time_first", "h is (N, T, H).", "np.stack(states, axis=1)", "np.stack(states, axis=0)"),
        wrong("last_state_only", "h holds the states of all steps.", "np.stack(states, axis=1)", "states[-1]"),
        wrong("first_input_every_time", "Every step reads its own input.", "x[:, t]", "x[:, 0]"),
        wrong("backwards_in_time", "Time runs forward.", "range(x.shape[1])", "reversed(range(x.shape[1]))"),
        wrong("starts_swapped", "h0 is the state, c0 the cell.", "h, c = h0, c0", "h, c = c0, h0"),
        wrong("old_state_stored", "h[:, t] is the state after reading x[:, t].", "        h, c, cache = lstm_step_forward(x[:, t], h, c, u, w, b)\n        states.append(h)", "        states.append(h)\n        h, c, cache = lstm_step_forward(x[:, t], h, c, u, w, b)"),
    ],
    wrong_backward=[
        wrong("dc_next_dropped", "Two gradients travel back from step to step.", "dx[:, t], dh_next, dc_next = grads[0], grads[1], grads[2]", "dx[:, t], dh_next = grads[0], grads[1]"),
        wrong("dh_next_dropped", "A state is used twice: as output and by the next step.", "dh[:, t] + dh_next", "dh[:, t]"),
        wrong("outside_only_at_the_end", "A gradient arrives at every step.", "dh[:, t] + dh_next", "dh[:, t] * (t == steps - 1) + dh_next"),
        wrong("dc_next_piles_up", "dc_next is what the next step sends.", "grads[0], grads[1], grads[2]", "grads[0], grads[1], dc_next + grads[2]"),
        wrong("dw_of_last_visited_step", "The same weights serve every step.", "dw += ", "dw = "),
        wrong("du_of_last_visited_step", "The same weights serve every step.", "du += ", "du = "),
        wrong("db_of_last_visited_step", "The same bias serves every step.", "db += ", "db = "),
        wrong("forward_in_time", "The gradient travels from the last step to the first.", "range(steps - 1, -1, -1)", "range(steps)"),
        wrong("first_step_missing", "range stops before its end.", "range(steps - 1, -1, -1)", "range(steps - 1, 0, -1)"),
        wrong("dh0_missing", "h0 has an influence too.", "return dx, dh_next, dc_next", "return dx, np.zeros(dh_next.shape), dc_next"),
        wrong("dc0_missing", "c0 has an influence too.", "return dx, dh_next, dc_next", "return dx, dh_next, np.zeros(dc_next.shape)"),
        wrong("starts_swapped", "Check the promised order of the gradients.", "return dx, dh_next, dc_next", "return dx, dc_next, dh_next"),
        wrong("dh_into_the_cell", "dh belongs to the state; the step finds its own way into the cell.", "dh[:, t] + dh_next, dc_next, cache", "dh[:, t] + dh_next, dc_next + dh[:, t], cache"),
        wrong("averaged_over_time", "Where a value is copied, gradients add up.", "du, dw, db\n", "du / steps, dw / steps, db / steps\n"),
    ],
)  # fmt: skip
