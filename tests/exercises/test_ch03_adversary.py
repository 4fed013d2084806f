"""Wrong answers that are on nobody's list are rejected, unusual right ones pass.

That holds whatever is drawn.
"""

import numpy as np
import pytest

from autograder import run_check

SEEDS = (None, 1, 2, 3)


def rejected(name, function, **others):
    for seed in SEEDS:
        report = run_check(name, {name: function, **others}, seed=seed)
        assert not report.passed, f"passes with seed {seed}"
    return report


def failing(report):
    return [c.name for c in report.clauses if c.passed is False]


def test_optimizer_that_keeps_its_memory_in_a_global():
    memory = {}

    def momentum_step(w, dw, state, lr, mu):
        memory["v"] = mu * memory.get("v", 0.0) + dw
        return w - lr * memory["v"], {}

    rejected("momentum_step", momentum_step)


def test_optimizer_that_finds_its_memory_by_shape():
    memory = {}

    def rmsprop_step(w, dw, state, lr, rho, eps):
        s = memory.get(w.shape, 0.0) if state else 0.0
        memory[w.shape] = rho * s + (1 - rho) * dw**2
        return w - lr * dw / (np.sqrt(memory[w.shape]) + eps), {"used": 1}

    rejected("rmsprop_step", rmsprop_step)


def test_adam_with_one_clock_for_all_parameters():
    clock = [0]

    def adam_step(w, dw, state, lr, beta1, beta2, eps):
        clock[0] += 1
        m, v = state or (0.0, 0.0)
        m, v = beta1 * m + (1 - beta1) * dw, beta2 * v + (1 - beta2) * dw**2
        t = clock[0]
        return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), (m, v)

    rejected("adam_step", adam_step)


def test_state_object_changed_in_place():
    class Memory:
        v = 0.0

    def momentum_step(w, dw, state, lr, mu):
        state = state or Memory()
        state.v = mu * state.v + dw
        return w - lr * state.v, state

    assert "repeatable" in failing(rejected("momentum_step", momentum_step))


@pytest.mark.parametrize("start", ["None", "{}"])
def test_optimizer_that_knows_one_first_state_only(start):
    def momentum_step(w, dw, state, lr, mu):
        first = state is None if start == "None" else not state and state is not None
        v = dw if first else mu * state["v"] + dw
        return w - lr * v, {"v": v}

    assert failing(rejected("momentum_step", momentum_step))[0] == "runs"


def test_result_that_is_overwritten_by_the_next_step():
    buffers = {}

    def sgd_step(w, dw, state, lr):
        out = buffers.setdefault(w.shape, np.zeros(w.shape))
        out[...] = w - lr * dw
        return out, state

    assert "repeatable" in failing(rejected("sgd_step", sgd_step))


def test_dropout_mask_drawn_once_and_for_all():
    masks = {}

    def dropout_forward(x, keep, rng, train):
        if not train:
            return x, None
        mask = masks.setdefault((x.shape, keep), (rng.random(x.shape) < keep) / keep)
        return x * mask, mask

    rejected("dropout_forward", dropout_forward)


def test_dropout_backward_that_remembers_the_last_mask_only():
    last = []

    def dropout_forward(x, keep, rng, train):
        mask = (rng.random(x.shape) < keep) / keep if train else np.ones(x.shape)
        last[:] = [mask]
        return x * mask, ()

    def dropout_backward(dout, cache):
        return dout * last[0]

    assert "repeatable" in failing(
        rejected("dropout_backward", dropout_backward, dropout_forward=dropout_forward)
    )


@pytest.mark.parametrize("draw", ["binomial", "choice", "uniform"])
def test_dropout_mistakes_are_named_whatever_the_draws(draw):
    def mask(x, keep, rng):
        if draw == "binomial":
            return rng.binomial(1, keep, x.shape)
        if draw == "choice":
            return rng.choice([0, 1], x.shape, p=[1 - keep, keep])
        return rng.uniform(size=x.shape) > 1 - keep

    def not_scaled(x, keep, rng, train):
        return (x * mask(x, keep, rng) if train else x), None

    def swapped(x, keep, rng, train):
        return (x * mask(x, 1 - keep, rng) / keep if train else x), None

    def right(x, keep, rng, train):
        kept = mask(x, keep, rng) if train else None
        return (x * kept / keep if train else x), (kept, keep)

    def backward_not_scaled(dout, cache):
        return dout if cache[0] is None else dout * cache[0]

    def backward_without_mask(dout, cache):
        return 1.0 * dout if cache[0] is None else dout / cache[1]

    assert rejected("dropout_forward", not_scaled).mistake == "not_scaled"
    assert rejected("dropout_forward", swapped).mistake == "keep_and_drop_swapped"
    assert (
        rejected("dropout_backward", backward_not_scaled, dropout_forward=right).mistake
        == "not_scaled"
    )
    assert (
        rejected("dropout_backward", backward_without_mask, dropout_forward=right).mistake
        == "scale_without_mask"
    )


def test_initialization_mistakes_are_named_whatever_the_draws():
    def swapped(fan_in, fan_out, rng):
        return rng.normal(0, np.sqrt(2 / fan_out), (fan_out, fan_in)).T

    def gain(fan_in, fan_out, rng):
        return np.stack([rng.standard_normal(fan_in) for _ in range(fan_out)], axis=1) / np.sqrt(
            fan_in
        )

    assert rejected("he_init", swapped).mistake == "fans_swapped"
    assert rejected("he_init", gain).mistake == "gain_missing"


def test_random_right_answers_are_never_rejected():
    """The statistics alone, over many drawings: bounds are more than six standard errors away."""

    def he_init(fan_in, fan_out, rng):
        return rng.normal(0.0, np.sqrt(2 / fan_in), (fan_in, fan_out))

    def dropout_forward(x, keep, rng, train):
        return (np.where(rng.random(x.shape) < keep, x / keep, 0.0) if train else x.copy()), None

    for seed in range(60):
        for name, function in (("he_init", he_init), ("dropout_forward", dropout_forward)):
            report = run_check(name, {name: function}, seed=seed)
            assert report.passed, report.message


def test_batch_norm_state_returned_by_the_same_object_at_test_time_is_right():
    def batchnorm_forward(x, gamma, beta, state, momentum, eps, train):
        if not train:
            return (
                gamma * (x - state["running_mean"]) / np.sqrt(state["running_var"] + eps) + beta,
                None,
                dict(state),
            )
        mean, var = x.mean(0), x.var(0)
        new = {
            "running_var": momentum * state["running_var"] + (1 - momentum) * var,
            "running_mean": momentum * state["running_mean"] + (1 - momentum) * mean,
        }
        return gamma * (x - mean) / np.sqrt(var + eps) + beta, None, new

    for seed in SEEDS:
        assert run_check(
            "batchnorm_forward", {"batchnorm_forward": batchnorm_forward}, seed=seed
        ).passed


@pytest.mark.parametrize("name", ["relu_backward", "tanh_backward", "gelu_backward"])
def test_backward_is_judged_with_the_documented_cache_when_forward_is_wrong(name):
    from autograder.audit import variants

    stem = name.removesuffix("_backward")
    own = (
        next(v for v in variants.of(name) if f"{stem}_forward" not in v.functions)
        if stem != "relu"
        else None
    )
    backward = own.functions[name] if own else lambda dout, cache: dout * (cache[0] > 0)
    report = run_check(
        name, {name: backward, f"{stem}_forward": lambda x: (x + 1.0, "something else")}
    )
    assert report.passed
    assert report.notes


def test_output_kept_in_a_buffer_for_its_shape():
    buffers = {}

    def tanh_forward(x):
        out = buffers.setdefault(x.shape, np.zeros(x.shape))
        out[...] = np.tanh(x)
        return out, x

    def affine_forward(x, w, b):
        rows = x.reshape(len(x), -1)
        out = buffers.setdefault((len(x), *w.shape), np.zeros((len(x), len(b))))
        out[...] = rows @ w + b
        return out, None

    assert failing(rejected("tanh_forward", tanh_forward)) == ["repeatable"]
    assert failing(rejected("affine_forward", affine_forward)) == ["repeatable"]


def test_backward_that_changes_its_cache():
    def relu_backward(dout, cache):
        mask = cache[0]
        mask *= mask > 0
        return dout * (mask > 0)

    assert "inputs unchanged" in failing(rejected("relu_backward", relu_backward))


def test_work_of_the_course_library_is_noticed():
    from nnkit import init
    from nnkit.graph import Value

    def he_init(fan_in, fan_out, rng):
        return init.he_normal(fan_in, fan_out, rng)

    assert failing(rejected("he_init", he_init)) == ["own work"]
    assert failing(rejected("Value", Value)) == ["own work"]
