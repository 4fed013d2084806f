"""Other gated cells: GRU, peepholes, coupled gates."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case, unpack, wrong
from autograder.checking.kinds import changed, function, pair, snapshot
from autograder.exercises.ch05.gates import GATES, UNITS, logistic


def gru_step_forward(x, h_prev, u, w, b):
    """h = z∗h_prev + (1 − z)∗g; g sees the old state through the reset gate."""
    n = h_prev.shape[1]
    z = logistic(x @ u[:, :n] + h_prev @ w[:, :n] + b[:n])
    r = logistic(x @ u[:, n : 2 * n] + h_prev @ w[:, n : 2 * n] + b[n : 2 * n])
    g = np.tanh(x @ u[:, 2 * n :] + (r * h_prev) @ w[:, 2 * n :] + b[2 * n :])
    h = z * h_prev + (1 - z) * g
    return h, (x, h_prev, u, w, b, z, r, g)


def gru_step_backward(dh, cache):
    """Four ways lead from h back to h_prev: the mixture, both gates, the candidate."""
    x, h_prev, u, w, b, z, r, g = cache
    n = h_prev.shape[1]
    dzz = dh * (h_prev - g) * z * (1 - z)
    dzg = dh * (1 - z) * (1 - g**2)
    dreset = dzg @ w[:, 2 * n :].T
    dzr = dreset * h_prev * r * (1 - r)
    dpre = np.concatenate([dzz, dzr, dzg], axis=1)
    dx = dpre @ u.T
    dh_prev = dh * z + dreset * r + dzz @ w[:, :n].T + dzr @ w[:, n : 2 * n].T
    du = x.T @ dpre
    dw = np.concatenate([h_prev.T @ dzz, h_prev.T @ dzr, (r * h_prev).T @ dzg], axis=1)
    db = dpre.sum(axis=0)
    return dx, dh_prev, du, dw, db


def gru_cases(rng: np.random.Generator) -> Iterator[Case]:
    """All sizes differ."""
    for n, d, h in ((3, 2, 4), (2, 5, 3)):
        yield case(
            x=rng.standard_normal((n, d)),
            h_prev=rng.uniform(-1, 1, (n, h)),
            u=rng.standard_normal((d, 3 * h)) / 2,
            w=rng.standard_normal((h, 3 * h)) / 2,
            b=rng.standard_normal(3 * h) / 2,
            N=n,
            D=d,
            H=h,
        )


def gru_extreme(rng: np.random.Generator) -> Iterator[Case]:
    """Gates that are fully open and fully shut."""
    made = next(gru_cases(rng))
    yield made.replace("pre-activations in the thousands", x=1e4 * made["x"])


def _blocks(names: tuple[str, ...]) -> list[Output]:
    return [
        Output("du", atol=1e-9, axes=("input", "gate unit"), blocks=(1, names)),
        Output("dw", atol=1e-9, axes=("old unit", "gate unit"), blocks=(1, names)),
        Output("db", atol=1e-9, axes=("gate unit",), blocks=(0, names)),
    ]


GRU_STEP = pair(
    gru_step_forward, gru_step_backward, chapter=5, summary="one step of a GRU", cases=gru_cases, extreme=gru_extreme,
    cache="(x, h_prev, u, w, b, z, r, g)", whole="x", returns=[Output("h", axes=UNITS)],
    grads=[Output("dx", atol=1e-9, axes=("example", "input")), Output("dh_prev", atol=1e-9, axes=UNITS), *_blocks(("z", "r", "h̃"))],
    forward_options={"forbids": ("nnkit.layers",)}, backward_options={"forbids": ("nnkit.layers",)},
    wrong_forward=[
        wrong("mixture_reversed", "z = 1 keeps the old state here.", "z * h_prev + (1 - z) * g", "(1 - z) * h_prev + z * g"),
        wrong("reset_after_product", "The reset gate acts on the state before the matrix product.", "(r * h_prev) @ w[:, 2 * n :]", "r * (h_prev @ w[:, 2 * n :])"),
        wrong("reset_missing", "What does r do?", "(r * h_prev) @", "h_prev @"),
        wrong("gates_swapped", "The blocks come in the order z, r, h̃.", "    g = np.tanh", "    z, r = r, z\n    g = np.tanh"),
        wrong("reset_on_mixture", "The reset gate acts inside the candidate only.", "z * h_prev + (1", "z * r * h_prev + (1"),
        wrong("candidate_with_logistic", "The candidate may be negative.", "g = np.tanh(", "g = logistic("),
        wrong("candidate_not_gated", "What is left for the candidate?", "(1 - z) * g", "g"),
        wrong("old_state_not_gated", "How much of the old state stays?", "z * h_prev + ", "h_prev + "),
        wrong("one_bias_for_all", "Every block has a bias of its own.", "b[n : 2 * n]", "b[:n]", "b[2 * n :]", "b[:n]"),
        wrong("candidate_block_first", "The blocks come in the order z, r, h̃.", "n = h_prev.shape[1]", "n = h_prev.shape[1]\n    u, w, b = np.roll(u, -n, axis=1), np.roll(w, -n, axis=1), np.roll(b, -n)"),
        wrong("output_bent_again", "The mixture is the state.", "h = z * h_prev + (1 - z) * g", "h = np.tanh(z * h_prev + (1 - z) * g)"),
    ],
    wrong_backward=[
        wrong("direct_way_missing", "Four ways lead back to h_prev.", "dh * z + dreset", "dreset"),
        wrong("candidate_way_missing", "Four ways lead back to h_prev.", " + dreset * r", ""),
        wrong("candidate_way_without_reset", "What stood between h_prev and the candidate?", "dreset * r +", "dreset +"),
        wrong("update_gate_way_missing", "Four ways lead back to h_prev.", " + dzz @ w[:, :n].T", ""),
        wrong("reset_gate_way_missing", "Four ways lead back to h_prev.", " + dzr @ w[:, n : 2 * n].T", ""),
        wrong("direct_way_reversed", "Which share of h_prev went straight through?", "dh * z + dreset", "dh * (1 - z) + dreset"),
        wrong("candidate_share_reversed", "Which share had the candidate?", "dh * (1 - z) * (1 - g**2)", "dh * z * (1 - g**2)"),
        wrong("update_gate_sign", "z pulls towards h_prev and away from g.", "(h_prev - g)", "(g - h_prev)"),
        wrong("update_gate_half", "z stands in two places.", "(h_prev - g)", "h_prev"),
        wrong("update_gate_candidate_half", "z stands in two places.", "(h_prev - g)", "(-g)"),
        wrong("reset_slope_missing", "r passed a logistic.", "dreset * h_prev * r * (1 - r)", "dreset * h_prev"),
        wrong("update_slope_missing", "z passed a logistic.", " * z * (1 - z)", ""),
        wrong("candidate_slope_missing", "The candidate passed tanh.", " * (1 - g**2)", ""),
        wrong("candidate_weights_see_plain_state", "What did the candidate's weights multiply?", "(r * h_prev).T @ dzg", "h_prev.T @ dzg"),
        wrong("reset_without_state", "What did r multiply?", "dreset * h_prev * r", "dreset * r"),
        wrong("order_r_z", "The blocks come in the order z, r, h̃.", "[dzz, dzr, dzg]", "[dzr, dzz, dzg]"),
        wrong("db_averaged", "Where a value is copied, gradients add up.", "dpre.sum(axis=0)", "dpre.mean(axis=0)"),
        wrong("reset_after_product", "The reset gate acts on the state before the matrix product.", "dzr = dreset * h_prev * r * (1 - r)", "dzr = dzg * (h_prev @ w[:, 2 * n :]) * r * (1 - r)"),
    ],
)  # fmt: skip


def peephole_lstm_step_forward(x, h_prev, c_prev, u, w, b, p):
    """As the LSTM; f and i see c_prev, o sees the new c, each unit its own."""
    zf, zi, zg, zo = np.split(x @ u + h_prev @ w + b, 4, axis=1)
    f, i, g = logistic(zf + p[0] * c_prev), logistic(zi + p[1] * c_prev), np.tanh(zg)
    c = f * c_prev + i * g
    o = logistic(zo + p[2] * c)
    h = o * np.tanh(c)
    return h, c, (x, h_prev, c_prev, u, w, b, p, f, i, g, o, c)


def peephole_lstm_step_backward(dh, dc, cache):
    """The output gate comes first: through its peephole it sends a gradient into c."""
    x, h_prev, c_prev, u, w, b, p, f, i, g, o, c = cache
    tanh_c = np.tanh(c)
    dzo = dh * tanh_c * o * (1 - o)
    dct = dc + dh * o * (1 - tanh_c**2) + dzo * p[2]
    dzf, dzi, dzg = dct * c_prev * f * (1 - f), dct * g * i * (1 - i), dct * i * (1 - g**2)
    dz = np.concatenate([dzf, dzi, dzg, dzo], axis=1)
    dx, dh_prev = dz @ u.T, dz @ w.T
    dc_prev = dct * f + dzf * p[0] + dzi * p[1]
    dp = np.stack([(dzf * c_prev).sum(axis=0), (dzi * c_prev).sum(axis=0), (dzo * c).sum(axis=0)])
    return dx, dh_prev, dc_prev, x.T @ dz, h_prev.T @ dz, dz.sum(axis=0), dp


def peephole_cases(rng: np.random.Generator) -> Iterator[Case]:
    """As for the LSTM, with peepholes that matter."""
    for n, d, h in ((3, 2, 4), (2, 5, 3)):
        yield case(
            x=rng.standard_normal((n, d)),
            h_prev=rng.uniform(-1, 1, (n, h)),
            c_prev=1.5 * rng.standard_normal((n, h)),
            u=rng.standard_normal((d, 4 * h)) / 2,
            w=rng.standard_normal((h, 4 * h)) / 2,
            b=rng.standard_normal(4 * h) / 2,
            p=rng.standard_normal((3, h)),
            N=n,
            D=d,
            H=h,
        )


PEEPHOLE_STEP = pair(
    peephole_lstm_step_forward, peephole_lstm_step_backward, chapter=5, summary="one step of an LSTM with peepholes", cases=peephole_cases,
    cache="(x, h_prev, c_prev, u, w, b, p, f, i, g, o, c)", whole="x", returns=[Output("h", axes=UNITS), Output("c", axes=UNITS)],
    grads=[Output("dx", atol=1e-9, axes=("example", "input")), Output("dh_prev", atol=1e-9, axes=UNITS), Output("dc_prev", atol=1e-9, axes=UNITS), *_blocks(GATES),
           Output("dp", atol=1e-9, axes=("peephole", "unit"), blocks=(0, ("f", "i", "o")))],
    wrong_forward=[
        wrong("output_sees_old_cell", "By the time of the output gate the cell is new.", "zo + p[2] * c)", "zo + p[2] * c_prev)"),
        wrong("peepholes_missing", "The gates look at the cell.", " + p[0] * c_prev", "", " + p[1] * c_prev", "", " + p[2] * c)", ")"),
        wrong("output_peephole_missing", "All three gates look at the cell.", "zo + p[2] * c)", "zo)"),
        wrong("rows_swapped", "p holds the rows f, i, o.", "p[0] * c_prev", "p[1] * c_prev", "zi + p[1]", "zi + p[0]"),
        wrong("rows_i_and_o_swapped", "p holds the rows f, i, o.", "zi + p[1]", "zi + p[2]", "zo + p[2]", "zo + p[1]"),
        wrong("candidate_peeps_too", "The candidate has no peephole.", "np.tanh(zg)", "np.tanh(zg + p[1] * c_prev)"),
        wrong("order_i_f_g_o", "The blocks come in the order f, i, c̃, o.", "zf, zi, zg, zo =", "zi, zf, zg, zo ="),
        wrong("tanh_of_cell_missing", "What does the output gate let through?", "o * np.tanh(c)", "o * c"),
        wrong("peephole_sees_state", "A peephole looks at the cell, not at the state.", "p[0] * c_prev", "p[0] * h_prev", "p[1] * c_prev", "p[1] * h_prev"),
        wrong("peephole_sees_tanh", "A peephole looks at the cell as it is.", "zo + p[2] * c)", "zo + p[2] * np.tanh(c))"),
        wrong("gates_swapped", "Which gate belongs to the old cell?", "f * c_prev + i * g", "i * c_prev + f * g"),
    ],
    wrong_backward=[
        wrong("output_peephole_into_cell_missing", "The output gate looks at the new cell; what follows for dc?", " + dzo * p[2]", ""),
        wrong("forget_peephole_into_old_cell_missing", "The old cell is seen by two gates.", " + dzf * p[0]", ""),
        wrong("input_peephole_into_old_cell_missing", "The old cell is seen by two gates.", " + dzi * p[1]", ""),
        wrong("output_peephole_of_old_cell", "Which cell did the output gate see?", "(dzo * c).sum", "(dzo * c_prev).sum"),
        wrong("forget_peephole_of_new_cell", "Which cell did the forget gate see?", "(dzf * c_prev).sum", "(dzf * c).sum"),
        wrong("dp_averaged", "p reaches every example; where a value is copied, gradients add up.", "(dzf * c_prev).sum(axis=0), (dzi * c_prev).sum(axis=0), (dzo * c).sum(axis=0)", "(dzf * c_prev).mean(axis=0), (dzi * c_prev).mean(axis=0), (dzo * c).mean(axis=0)"),
        wrong("dp_rows_swapped", "p holds the rows f, i, o.", "(dzf * c_prev).sum(axis=0), (dzi * c_prev).sum(axis=0)", "(dzi * c_prev).sum(axis=0), (dzf * c_prev).sum(axis=0)"),
        wrong("dp_of_gate_not_of_its_sum", "The peephole stands inside the logistic.", "(dzo * c).sum(axis=0)", "(dh * tanh_c * c).sum(axis=0)"),
        wrong("dc_dropped", "The cell has two successors.", "dct = dc + dh", "dct = dh"),
        wrong("tanh_slope_missing", "Between c and h stands tanh.", " * (1 - tanh_c**2)", ""),
        wrong("old_cell_peephole_rows_swapped", "Which row belongs to which gate?", "dzf * p[0] + dzi * p[1]", "dzf * p[1] + dzi * p[0]"),
        wrong("direct_way_missing", "What stands between c_prev and c?", "dct * f + dzf", "dzf"),
        wrong("new_cell_in_df", "Which cell did the forget gate multiply?", "dct * c_prev * f", "dct * c * f"),
        wrong("candidate_slope_of_logistic", "The candidate passed tanh.", "dct * i * (1 - g**2)", "dct * i * g * (1 - g)"),
    ],
)  # fmt: skip


def coupled_lstm_step_forward(x, h_prev, c_prev, u, w, b):
    """One gate decides both: c = f∗c_prev + (1 − f)∗g; blocks f, c̃, o."""
    zf, zg, zo = np.split(x @ u + h_prev @ w + b, 3, axis=1)
    f, g, o = logistic(zf), np.tanh(zg), logistic(zo)
    c = f * c_prev + (1 - f) * g
    h = o * np.tanh(c)
    return h, c, (x, h_prev, c_prev, u, w, b, f, g, o, c)


def coupled_cases(rng: np.random.Generator) -> Iterator[Case]:
    """All sizes differ."""
    for n, d, h in ((3, 2, 4), (2, 5, 3)):
        yield case(
            x=rng.standard_normal((n, d)),
            h_prev=rng.uniform(-1, 1, (n, h)),
            c_prev=1.5 * rng.standard_normal((n, h)),
            u=rng.standard_normal((d, 3 * h)) / 2,
            w=rng.standard_normal((h, 3 * h)) / 2,
            b=rng.standard_normal(3 * h) / 2,
            N=n,
            D=d,
            H=h,
        )


def coupled_once(f, case: Case) -> dict:
    """State and cell; the cache is not judged."""
    kept = snapshot(case.inputs)
    h, c, _ = unpack(
        f.coupled_lstm_step_forward(*case.args), ("h", "c", "cache"), "coupled_lstm_step_forward"
    )
    return {"h": h, "c": c, "!changed": lambda: changed(kept, case.inputs)}


COUPLED = function(
    coupled_lstm_step_forward, chapter=5, summary="one step of an LSTM with coupled gates", cases=coupled_cases, trial=coupled_once, whole="x",
    outputs=[Output("h", axes=UNITS), Output("c", axes=UNITS)],
    mistakes=[
        wrong("minus_sign_lost", "What is not kept is replaced.", "(1 - f) * g", "(1 + f) * g"),
        wrong("candidate_not_gated", "What is not kept is replaced.", "(1 - f) * g", "g"),
        wrong("same_gate_for_both", "What is not kept is replaced.", "(1 - f) * g", "f * g"),
        wrong("coupling_reversed", "f = 1 keeps the cell.", "f * c_prev + (1 - f) * g", "(1 - f) * c_prev + f * g"),
        wrong("order_f_o_g", "The blocks come in the order f, c̃, o.", "zf, zg, zo =", "zf, zo, zg ="),
        wrong("order_g_f_o", "The blocks come in the order f, c̃, o.", "zf, zg, zo =", "zg, zf, zo ="),
        wrong("tanh_of_cell_missing", "What does the output gate let through?", "o * np.tanh(c)", "o * c"),
        wrong("candidate_with_logistic", "The candidate may be negative.", "np.tanh(zg)", "logistic(zg)"),
        wrong("output_gate_missing", "What does the output gate do?", "o * np.tanh(c)", "np.tanh(c)"),
        wrong("bias_missing", "Every gate has a bias.", " + h_prev @ w + b", " + h_prev @ w"),
        wrong("results_swapped", "The order is h, c, cache.", "return h, c,", "return c, h,"),
        wrong("output_of_old_cell", "The output sees the new cell.", "o * np.tanh(c)", "o * np.tanh(c_prev)"),
    ],
)  # fmt: skip
