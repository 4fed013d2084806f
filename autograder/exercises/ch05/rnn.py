"""The simple recurrent net: one step, a sequence, truncated backpropagation through time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, Probe, case, unpack, wrong
from autograder.checking.kinds import build, changed, pair, snapshot, whole_and_memory


def rnn_step_forward(x, h_prev, u, w, b):
    """h = tanh(x·u + h_prev·w + b)."""
    h = np.tanh(x @ u + h_prev @ w + b)
    return h, (x, h_prev, u, w, b, h)


def rnn_step_backward(dh, cache):
    """Through tanh (its slope is 1 − h²), then through two affine maps."""
    x, h_prev, u, w, b, h = cache
    ds = dh * (1 - h**2)
    dx = ds @ u.T
    dh_prev = ds @ w.T
    du = x.T @ ds
    dw = h_prev.T @ ds
    db = ds.sum(axis=0)
    return dx, dh_prev, du, dw, db


def step_cases(rng: np.random.Generator) -> Iterator[Case]:
    """All sizes differ; states of a size where tanh bends."""
    for n, d, h in ((3, 2, 4), (2, 5, 3)):
        yield case(
            x=rng.standard_normal((n, d)),
            h_prev=rng.uniform(-1, 1, (n, h)),
            u=rng.standard_normal((d, h)),
            w=rng.standard_normal((h, h)) / 2,
            b=rng.standard_normal(h),
            N=n,
            D=d,
            H=h,
        )


def step_extreme(rng: np.random.Generator) -> Iterator[Case]:
    """Saturated units."""
    made = next(step_cases(rng))
    yield made.replace("pre-activations in the thousands", x=1e4 * made["x"])


# Where tanh is saturated, 1 − h² is rounding, times inputs in the thousands: hence the absolute tolerance.
STEP_GRADS = [Output("dx", atol=1e-9, axes=("example", "input")), Output("dh_prev", atol=1e-9, axes=("example", "unit")), Output("du", atol=1e-9, axes=("input", "unit")),
              Output("dw", atol=1e-9, axes=("old unit", "new unit")), Output("db", atol=1e-9, axes=("unit",))]  # fmt: skip
RNN_STEP = pair(
    rnn_step_forward, rnn_step_backward, chapter=5, summary="one step of a recurrent net", cases=step_cases, extreme=step_extreme,
    cache="(x, h_prev, u, w, b, h)", whole="x", returns=[Output("h", axes=("example", "unit"))], grads=STEP_GRADS,
    wrong_forward=[
        wrong("tanh_missing", "What keeps the state between −1 and 1?", "np.tanh(x @ u + h_prev @ w + b)", "x @ u + h_prev @ w + b"),
        wrong("old_state_ignored", "Where is the memory?", " + h_prev @ w", ""),
        wrong("bias_missing", "What is h for x = 0 and h_prev = 0?", " + b)", ")"),
        wrong("weights_transposed", "Row batches: the state stands left of w.", "h_prev @ w", "h_prev @ w.T"),
        wrong("logistic_for_tanh", "The state lies between −1 and 1.", "np.tanh(x @ u + h_prev @ w + b)", "1 / (1 + np.exp(-np.clip(x @ u + h_prev @ w + b, -700, 700)))"),
        wrong("tanh_of_parts", "First add up, then bend.", "np.tanh(x @ u + h_prev @ w + b)", "np.tanh(x @ u) + np.tanh(h_prev @ w + b)"),
        wrong("state_added", "The old state enters through w only.", "np.tanh(x @ u + h_prev @ w + b)", "h_prev + np.tanh(x @ u + h_prev @ w + b)"),
        wrong("relu_for_tanh", "This net bends with tanh.", "np.tanh(x @ u + h_prev @ w + b)", "np.maximum(x @ u + h_prev @ w + b, 0)"),
        wrong("state_in_place", "The caller still needs the old state.", "h = np.tanh(x @ u + h_prev @ w + b)", "h_prev[...] = np.tanh(x @ u + h_prev @ w + b)\n    h = h_prev"),
    ],
    wrong_backward=[
        wrong("slope_of_pre_activation", "The slope of tanh is written with its output.", "(1 - h**2)", "(1 - (x @ u + h_prev @ w + b) ** 2)"),
        wrong("slope_without_square", "What is the derivative of tanh, written with its output?", "(1 - h**2)", "(1 - h)"),
        wrong("slope_of_logistic", "That is the slope of the logistic function.", "(1 - h**2)", "h * (1 - h)"),
        wrong("slope_missing", "Between h and the sum stands tanh.", "dh * (1 - h**2)", "dh * 1.0"),
        wrong("slope_at_old_state", "Which state is the output of this tanh?", "(1 - h**2)", "(1 - h_prev**2)"),
        wrong("tanh_of_h", "h is the output of tanh already.", "(1 - h**2)", "(1 - np.tanh(h) ** 2)"),
        wrong("state_gradient_through_u", "Which weights did the old state meet?", "ds @ w.T", "(ds @ u.T @ u)"),
        wrong("state_gradient_untransposed", "Write the shapes beside it, then the roles of the two axes.", "ds @ w.T", "ds @ w"),
        wrong("dw_from_new_state", "Which state was multiplied by w?", "h_prev.T @ ds", "h.T @ ds"),
        wrong("dw_transposed", "dw[i, j] belongs to the way from unit i to unit j.", "dw = h_prev.T @ ds", "dw = ds.T @ h_prev"),
        wrong("db_averaged", "b reaches every example; where a value is copied, gradients add up.", "ds.sum(axis=0)", "ds.mean(axis=0)"),
        wrong("db_of_dh", "b stands inside tanh.", "ds.sum(axis=0)", "dh.sum(axis=0)"),
        wrong("du_averaged", "The loss has averaged already.", "x.T @ ds", "x.T @ ds / len(x)"),
        wrong("du_of_dh", "u stands inside tanh.", "du = x.T @ ds", "du = x.T @ dh"),
    ],
)  # fmt: skip


def rnn_forward(x, h0, u, w, b):
    """The same step T times."""
    n, t_steps, _ = x.shape
    h = np.zeros((n, t_steps, len(b)))
    state = h0
    for t in range(t_steps):
        state = np.tanh(x[:, t] @ u + state @ w + b)
        h[:, t] = state
    return h, (x, h0, u, w, b, h)


def rnn_backward(dh, cache):
    """From the last step to the first: what arrives from outside and what comes back from the next step."""
    x, h0, u, w, b, h = cache
    dx, du, dw, db = np.zeros(x.shape), np.zeros(u.shape), np.zeros(w.shape), np.zeros(b.shape)
    dnext = np.zeros(h0.shape)
    for t in range(x.shape[1] - 1, -1, -1):
        before = h[:, t - 1] if t > 0 else h0
        ds = (dh[:, t] + dnext) * (1 - h[:, t] ** 2)
        dx[:, t] = ds @ u.T
        du += x[:, t].T @ ds
        dw += before.T @ ds
        db += ds.sum(axis=0)
        dnext = ds @ w.T
    return dx, dnext, du, dw, db


def sequence_cases(rng: np.random.Generator) -> Iterator[Case]:
    """N, T, D, H all differ; the gradient arrives at every step; one sequence of one step."""
    for n, t, d, h in ((2, 4, 3, 5), (3, 5, 2, 4), (2, 1, 4, 3)):
        yield case(
            x=rng.standard_normal((n, t, d)),
            h0=rng.uniform(-1, 1, (n, h)),
            u=rng.standard_normal((d, h)) / 2,
            w=rng.standard_normal((h, h)) / 2,
            b=rng.standard_normal(h) / 2,
            N=n,
            T=t,
            D=d,
            H=h,
        )


SEQUENCE_GRADS = [Output("dx", atol=1e-9, axes=("example", "step", "input")), Output("dh0", atol=1e-9, axes=("example", "unit")), Output("du", atol=1e-9, axes=("input", "unit")),
                  Output("dw", atol=1e-9, axes=("old unit", "new unit")), Output("db", atol=1e-9, axes=("unit",))]  # fmt: skip
RNN = pair(
    rnn_forward, rnn_backward, chapter=5, summary="a recurrent net over a sequence", cases=sequence_cases, cache="(x, h0, u, w, b, h)", whole="x",
    returns=[Output("h", axes=("example", "step", "unit"))], grads=SEQUENCE_GRADS,
    wrong_forward=[
        wrong("start_ignored", "The first step starts from h0.", "state = h0", "state = np.zeros(h0.shape)"),
        wrong("state_not_carried", "Each step starts where the last one ended.", "        state = np.tanh(x[:, t] @ u + state @ w + b)\n        h[:, t] = state", "        h[:, t] = np.tanh(x[:, t] @ u + state @ w + b)"),
        wrong("last_state_only", "h holds the states of all steps.", "return h, (x", "return h[:, -1], (x"),
        wrong("backwards_in_time", "Time runs forward here.", "for t in range(t_steps)", "for t in reversed(range(t_steps))"),
        wrong("first_input_every_time", "Every step reads its own input.", "x[:, t] @ u", "x[:, 0] @ u"),
        wrong("last_step_missing", "T inputs give T states.", "range(t_steps)", "range(t_steps - 1)"),
        wrong("states_shifted", "h[:, t] is the state after reading x[:, t].", "        h[:, t] = state", "        h[:, min(t + 1, t_steps - 1)] = state"),
        wrong("old_state_stored", "h[:, t] is the state after reading x[:, t].", "        state = np.tanh(x[:, t] @ u + state @ w + b)\n        h[:, t] = state", "        h[:, t] = state\n        state = np.tanh(x[:, t] @ u + state @ w + b)"),
        wrong("bias_missing", "What is h for inputs of zeros?", " + b)", ")"),
        wrong("time_first", "h is (N, T, H).", "return h, (x", "return h.transpose(1, 0, 2), (x"),
        wrong("tanh_missing", "What keeps the state between −1 and 1?", "np.tanh(x[:, t] @ u + state @ w + b)", "x[:, t] @ u + state @ w + b"),
    ],
    wrong_backward=[
        wrong("next_step_forgotten", "A state is used twice: as output and by the next step.", "(dh[:, t] + dnext)", "dh[:, t]"),
        wrong("outside_forgotten", "A state is used twice: as output and by the next step.", "(dh[:, t] + dnext)", "(dh[:, t] * (t == x.shape[1] - 1) + dnext)"),
        wrong("dw_of_last_visited_step", "The same weights serve every step; where a value is copied, gradients add up.", "dw += ", "dw = "),
        wrong("du_of_last_visited_step", "The same weights serve every step; where a value is copied, gradients add up.", "du += ", "du = "),
        wrong("db_of_last_visited_step", "The same bias serves every step.", "db += ", "db = "),
        wrong("forward_in_time", "The gradient travels from the last step to the first.", "range(x.shape[1] - 1, -1, -1)", "range(x.shape[1])"),
        wrong("first_step_missing", "range stops before its end.", "range(x.shape[1] - 1, -1, -1)", "range(x.shape[1] - 1, 0, -1)"),
        wrong("dw_from_new_state", "Which state was multiplied by w?", "before.T @ ds", "h[:, t].T @ ds"),
        wrong("start_missing_in_dw", "Before the first step stands h0.", "h[:, t - 1] if t > 0 else h0", "h[:, t - 1] if t > 0 else 0 * h0"),
        wrong("last_state_before_the_first", "What is h[:, -1]?", "h[:, t - 1] if t > 0 else h0", "h[:, t - 1]"),
        wrong("dh0_missing", "h0 has an influence too.", "return dx, dnext,", "return dx, np.zeros(h0.shape),"),
        wrong("dh0_without_w", "Between h0 and the first state stands w.", "return dx, dnext,", "return dx, ds,"),
        wrong("slope_of_pre_activation", "The slope of tanh is written with its output.", "h[:, t] ** 2", "(x[:, t] @ u + before @ w + b) ** 2"),
        wrong("state_gradient_untransposed", "Write the roles of the two axes of w beside it.", "ds @ w.T", "ds @ w"),
        wrong("averaged_over_time", "Where a value is copied, gradients add up.", "return dx, dnext, du, dw, db", "return dx, dnext, du / x.shape[1], dw / x.shape[1], db / x.shape[1]"),
        wrong("slope_missing", "Every step passes a tanh.", " * (1 - h[:, t] ** 2)", ""),
        wrong("gradients_pile_up", "dnext is what the next step sends, not a sum of all later ones.", "dnext = ds @ w.T", "dnext = dnext + ds @ w.T"),
    ],
)  # fmt: skip


def rnn_backward_truncated(dh, cache, steps):
    """What arrives at step t goes back through at most `steps` cells: t, t − 1, …"""
    x, h0, u, w, b, h = cache
    dx, dh0, du, dw, db = (
        np.zeros(x.shape),
        np.zeros(h0.shape),
        np.zeros(u.shape),
        np.zeros(w.shape),
        np.zeros(b.shape),
    )
    for t in range(x.shape[1]):
        d = dh[:, t]
        for s in range(t, max(-1, t - steps), -1):
            before = h[:, s - 1] if s > 0 else h0
            ds = d * (1 - h[:, s] ** 2)
            dx[:, s] += ds @ u.T
            du += x[:, s].T @ ds
            dw += before.T @ ds
            db += ds.sum(axis=0)
            d = ds @ w.T
            if s == 0:
                dh0 += d
    return dx, dh0, du, dw, db


def truncated_cases(rng: np.random.Generator) -> Iterator[Case]:
    """One cell, some, all, more than all."""
    for n, t, d, h, steps in (
        (2, 5, 3, 4, 2),
        (3, 4, 2, 5, 1),
        (2, 6, 3, 4, 3),
        (2, 4, 3, 5, 4),
        (3, 3, 2, 4, 9),
    ):
        made = case(
            f"T = {t}, steps = {steps}",
            x=rng.standard_normal((n, t, d)),
            h0=rng.uniform(-1, 1, (n, h)),
            u=rng.standard_normal((d, h)) / 2,
            w=rng.standard_normal((h, h)) / 2,
            b=rng.standard_normal(h) / 2,
            N=n,
            T=t,
            D=d,
            H=h,
        )
        yield Case(
            made.label,
            made.inputs,
            {"dh": rng.standard_normal((n, t, h)), "steps": steps},
            made.sizes,
        )


GRAD_NAMES = ("dx", "dh0", "du", "dw", "db")


def truncated_once(f: Any, case: Case) -> dict[str, Any]:
    """Forward as it is, backward cut."""
    _, cache = unpack(f.rnn_forward(*case.args), ("h", "cache"), "rnn_forward")
    watched = {**case.inputs, "dh": case["dh"], "cache": cache}
    before = snapshot(watched)
    grads = unpack(
        f.rnn_backward_truncated(case["dh"], cache, case["steps"]),
        GRAD_NAMES,
        "rnn_backward_truncated",
    )
    return {
        **dict(zip(GRAD_NAMES, grads, strict=True)),
        "!changed": lambda: changed(before, watched),
    }


def truncated_again(f: Any, case: Case) -> dict[str, Any]:
    """Twice on one cache, another sequence in between."""
    a, b = case.fresh(), case["other"].fresh()
    (_, cache_a), (_, cache_b) = (
        unpack(f.rnn_forward(*c.args), ("h", "cache"), "rnn_forward") for c in (a, b)
    )
    results = [
        unpack(
            f.rnn_backward_truncated(c["dh"].copy(), k, c["steps"]),
            GRAD_NAMES,
            "rnn_backward_truncated",
        )
        for c, k in ((a, cache_a), (b, cache_b), (a, cache_a), (b, cache_b))
    ]
    return {
        **dict(zip(GRAD_NAMES, results[0], strict=True)),
        **{f"{k} (again)": v for k, v in zip(GRAD_NAMES, results[2], strict=True)},
    }


TRUNCATED = build(
    rnn_backward_truncated, chapter=5, summary="truncated backpropagation through time", cases=truncated_cases, trial=truncated_once,
    outputs=tuple(SEQUENCE_GRADS), companions={"rnn_forward": rnn_forward}, partner="rnn_forward", cache="(x, h0, u, w, b, h)",
    probes=lambda ex, drawn, rng: [*[Probe("values", c) for c in drawn], *whole_and_memory(drawn, ["x"]),
                                   Probe("repeatable", Case(drawn[0].label, drawn[0].inputs, {**drawn[0].given, "other": drawn[1]}), truncated_again)],
    mistakes=[
        wrong("not_truncated", "Where does steps enter?", "max(-1, t - steps)", "-1"),
        wrong("one_cell_too_many", "Count the cells: t, t − 1, …, t − steps + 1.", "t - steps)", "t - steps - 1)"),
        wrong("one_cell_too_few", "Count the cells: t, t − 1, …, t − steps + 1.", "t - steps)", "t - steps + 1)"),
        wrong("cut_at_fixed_places", "Every gradient has its own reach, wherever it arrives.", "max(-1, t - steps)", "t // steps * steps - 1"),
        wrong("last_gradient_only", "A gradient arrives at every step.", "for t in range(x.shape[1]):", "for t in range(x.shape[1] - 1, x.shape[1]):"),
        wrong("last_steps_only", "Every gradient has its own reach, wherever it arrives.", "max(-1, t - steps)", "max(-1, min(t, x.shape[1] - steps - 1))"),
        wrong("dh0_always", "Only what passes cell 0 reaches h0.", "if s == 0:", "if s == max(0, t - steps + 1):"),
        wrong("dh0_missing", "Who passes cell 0?", "                dh0 += d\n", "                pass\n"),
        wrong("dx_overwritten", "Several gradients pass through one cell.", "dx[:, s] += ", "dx[:, s] = "),
        wrong("state_cut_too", "The forward states are those of the uncut sequence.", "before = h[:, s - 1] if s > 0 else h0", "before = h[:, s - 1] if s > max(0, t - steps + 1) else 0 * h0"),
        wrong("scaled_by_steps", "The cut leaves the rest as it is.", "return dx, dh0, du, dw, db", "return dx, dh0, du / steps, dw / steps, db / steps"),
        wrong("outside_gradient_along_the_way", "Each arriving gradient is followed on its own.", "            ds = d *", "            d = d + dh[:, s] * (s < t)\n            ds = d *"),
        wrong("weights_of_the_last_cell_only", "Each of these cells passes to the weights in full.", "dw += before.T @ ds", "dw += before.T @ ds * (s == t)"),
        wrong("slope_of_pre_activation", "The slope of tanh is written with its output.", "h[:, s] ** 2", "(x[:, s] @ u + before @ w + b) ** 2"),
    ],
)  # fmt: skip
