"""Optimizers step for step against PyTorch; the flat vector; clipping; schedules."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_compare import agree

from nnkit import optim
from nnkit.layers import Layer, Linear, ReLU, Sequential

CASES = settings(max_examples=20, deadline=None, derandomize=True)
STEPS = 20
rate = st.floats(1e-3, 0.3)
decay = st.sampled_from([0.0, 0.01, 0.3])
share = st.sampled_from([0.5, 0.9, 0.99])
eps = st.sampled_from([1e-8, 1e-3])
seeds = st.integers(0, 2**32 - 1)


def run_both(make_ours, make_theirs, seed, dtype, changing_lr):
    rng = np.random.default_rng(seed)
    net = Sequential(Linear(4, 3, rng=rng), ReLU(), Linear(3, 2, rng=rng)).astype(dtype)
    tensors = [torch.tensor(p, requires_grad=True) for p in net.parameters().values()]
    ours, theirs = make_ours(net), make_theirs(tensors)
    for step in range(STEPS):
        if changing_lr and step == 10:
            ours.lr *= 0.5
            theirs.param_groups[0]["lr"] *= 0.5
        for (_, leaf), first in zip([*net.leaves()][::2], (0, 2), strict=True):
            for k, key in enumerate(leaf.params):
                grad = rng.standard_normal(leaf.params[key].shape).astype(dtype)
                leaf.grads[key] = grad
                tensors[first + k].grad = torch.tensor(grad)
        ours.step()
        theirs.step()
        tol = 1e-10 if dtype is np.float64 else 1e-4
        for (name, param), tensor in zip(net.parameters().items(), tensors, strict=True):
            agree(param, tensor, tol, f"{name} after step {step + 1}")


both_types = pytest.mark.parametrize("dtype", [np.float64, np.float32])


@both_types
@CASES
@given(lr=rate, mu=st.sampled_from([0, 0.5, 0.9]), nesterov=st.booleans(), wd=decay, seed=seeds)
def test_sgd(dtype, lr, mu, nesterov, wd, seed):
    nesterov = nesterov and mu > 0
    run_both(
        lambda net: optim.SGD(net, lr, mu, nesterov, wd),
        lambda p: torch.optim.SGD(p, lr, mu, nesterov=nesterov, weight_decay=wd),
        seed,
        dtype,
        True,
    )


@both_types
@CASES
@given(lr=rate, rho=share, eps=eps, wd=decay, seed=seeds)
def test_rmsprop(dtype, lr, rho, eps, wd, seed):
    run_both(
        lambda net: optim.RMSProp(net, lr, rho, eps, wd),
        lambda p: torch.optim.RMSprop(p, lr, rho, eps, wd),
        seed,
        dtype,
        True,
    )


@both_types
@pytest.mark.parametrize("decoupled", [False, True])
@CASES
@given(lr=rate, beta1=share, beta2=st.sampled_from([0.9, 0.999]), eps=eps, wd=decay, seed=seeds)
def test_adam_and_adamw(decoupled, dtype, lr, beta1, beta2, eps, wd, seed):
    ours = optim.AdamW if decoupled else optim.Adam
    theirs = torch.optim.AdamW if decoupled else torch.optim.Adam
    run_both(
        lambda net: ours(net, lr, beta1, beta2, eps, wd),
        lambda p: theirs(p, lr, (beta1, beta2), eps, wd),
        seed,
        dtype,
        True,
    )


def small_net(seed=0):
    rng = np.random.default_rng(seed)
    return Sequential(Linear(3, 2, rng=rng), ReLU(), Linear(2, 2, rng=rng))


def backward(net):
    out = net(np.arange(12.0).reshape(4, 3))
    net.backward(np.ones_like(out))


def test_the_blocks_of_a_long_vector_give_the_same_as_one_piece(monkeypatch):
    results = []
    for block in (3, 10_000):
        monkeypatch.setattr(optim.base, "BLOCK", block)
        net = small_net()
        opt = optim.Adam(net, 0.1)
        for _ in range(3):
            backward(net)
            opt.step(clip=0.5)
        results.append(net.state_dict())
    for name, value in results[0].items():
        np.testing.assert_array_equal(value, results[1][name])


def test_step_clips_to_the_global_norm_and_leaves_the_layers_gradients_alone():
    net = small_net()
    before = net.state_dict()
    opt = optim.SGD(net, 1.0)
    backward(net)
    grads = {k: v.copy() for k, v in net.gradients().items()}
    clipped, norm = optim.clip_grad_norm(grads, 0.1)
    assert norm > 0.1
    assert opt.step(clip=0.1) == pytest.approx(norm)
    for name, value in net.parameters().items():
        np.testing.assert_allclose(value, before[name] - clipped[name])
        np.testing.assert_array_equal(net.gradients()[name], grads[name])
    assert opt.step() is None
    assert opt.step(clip=1e9) == pytest.approx(norm)


def test_two_optimizers_share_one_network():
    net = small_net()
    whole, part = optim.SGD(net, 0.1), optim.SGD(net[2], 0.1)
    backward(net)
    w0, w2 = (net.parameters()[k].copy() for k in ("0.w", "2.w"))
    part.step()
    np.testing.assert_array_equal(net.parameters()["0.w"], w0)
    np.testing.assert_allclose(net.parameters()["2.w"], w2 - 0.1 * net.gradients()["2.w"])
    whole.step()
    np.testing.assert_allclose(net.parameters()["2.w"], w2 - 0.2 * net.gradients()["2.w"])


def test_an_optimizer_of_a_larger_network_and_new_arrays_are_noticed():
    inner = small_net()
    first = optim.SGD(inner, 0.1)
    outer = Sequential(inner, Linear(2, 2, rng=np.random.default_rng(1)))
    optim.SGD(outer, 0.1)  # moves inner's parameters to another vector
    backward(outer)
    w = inner.parameters()["0.w"].copy()
    first.step()
    np.testing.assert_allclose(outer.parameters()["0.0.w"], w - 0.1 * inner.gradients()["0.w"])
    inner[0].params["w"] = np.ones((3, 2))
    first.step()
    np.testing.assert_allclose(inner.parameters()["0.w"], 1 - 0.1 * inner.gradients()["0.w"])


def test_converting_the_network_converts_the_optimizer():
    net = small_net()
    opt = optim.Adam(net, 0.1)
    net.astype(np.float32)
    backward(net)
    opt.step()
    assert net.parameters()["0.w"].dtype == np.float32
    assert opt.state_dict()["mean"].dtype == np.float32


def test_parameters_stay_live_arrays():
    net = small_net()
    opt = optim.SGD(net, 0.1)
    held = net.parameters()["0.w"]
    backward(net)
    before = held.copy()
    opt.step()
    assert (held != before).any()
    assert held is net.parameters()["0.w"]


def test_a_network_without_parameters_and_a_single_layer():
    opt = optim.Adam(Sequential(ReLU()), 0.1)
    assert opt.step(clip=1.0) == 0.0
    layer = Linear(3, 2, rng=np.random.default_rng(0))
    assert "8 parameters" in repr(optim.SGD(layer, 0.5))


def test_optimizer_state_goes_and_comes():
    net, other = small_net(), small_net()
    opt, new = optim.Adam(net, 0.1), optim.Adam(other, 0.5)
    for _ in range(3):
        backward(net)
        opt.step()
    other.load_state_dict(net.state_dict())
    new.load_state_dict(opt.state_dict())
    for n, o in ((net, opt), (other, new)):
        backward(n)
        o.step()
    for name, value in net.parameters().items():
        np.testing.assert_array_equal(value, other.parameters()[name])
    with pytest.raises(ValueError, match="expected \\['lr', 'steps', 'velocity'\\]"):
        optim.SGD(net, 0.1).load_state_dict(opt.state_dict())
    with pytest.raises(ValueError, match="mean has shape"):
        optim.Adam(net[0], 0.1).load_state_dict(opt.state_dict())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda net: optim.SGD(net, -1.0), "lr is -1.0; expected a number at least 0"),
        (lambda net: optim.SGD(net, 0.1, nesterov=True), "nesterov=True with momentum 0"),
        (lambda net: optim.Adam(net, 0.1, beta1=1.0), "beta1 is 1.0"),
        (lambda net: optim.Adam({}, 0.1), "net is dict; expected a layer or a network"),
        (lambda net: optim.Adam(net, "fast"), "lr is 'fast'"),
        (lambda net: optim.SGD(net, 0.1).step(clip=0), "clip is 0; expected a number above 0"),
    ],
)
def test_wrong_settings_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make(small_net())


def test_an_optimizer_must_say_how_it_updates():
    net = small_net()
    backward(net)
    with pytest.raises(NotImplementedError):
        optim.Optimizer(net, 0.1).step()


@CASES
@given(seed=seeds, max_norm=st.floats(0.01, 20), kind=st.sampled_from([list, tuple, dict]))
def test_clip_grad_norm_equals_pytorch(seed, max_norm, kind):
    rng = np.random.default_rng(seed)
    grads = [rng.standard_normal(shape) for shape in ((3, 4), (4,), (2, 2, 2))]
    tensors = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in grads]
    for tensor, grad in zip(tensors, grads, strict=True):
        tensor.grad = torch.tensor(grad)
    expected = torch.nn.utils.clip_grad_norm_(tensors, max_norm)
    given_grads = dict(enumerate(grads)) if kind is dict else kind(grads)
    clipped, norm = optim.clip_grad_norm(given_grads, max_norm)
    assert norm == pytest.approx(float(expected), rel=1e-10)
    assert type(clipped) is kind
    values = clipped.values() if kind is dict else clipped
    for ours, tensor in zip(values, tensors, strict=True):
        agree(ours, tensor.grad, 2e-6, "clipped")  # PyTorch divides by norm + 1e-6


def test_clip_grad_norm_at_its_edges():
    zero, norm = optim.clip_grad_norm([np.zeros(3)], 1.0)
    assert norm == 0.0
    assert not zero[0].any()
    assert optim.clip_grad_norm([], 1.0) == ([], 0.0)
    huge, norm = optim.clip_grad_norm([np.full(4, 1e200)], 1.0)
    assert norm == pytest.approx(2e200)
    np.testing.assert_allclose(huge[0], 0.5)
    same = np.array([0.3, 0.4])
    kept, _ = optim.clip_grad_norm([same], 0.5)
    np.testing.assert_array_equal(kept[0], same)
    assert kept[0] is not same


def test_schedules():
    assert [optim.constant(0.1)(e) for e in (0, 9)] == [0.1, 0.1]
    step = optim.step_decay(1.0, every=3, factor=0.5)
    assert [step(e) for e in (0, 2, 3, 6)] == [1.0, 1.0, 0.5, 0.25]
    assert optim.exponential(1.0, 0.5)(3) == 0.125
    cosine = optim.cosine(1.0, epochs=10, lr_min=0.2)
    assert [round(cosine(e), 6) for e in (0, 5, 10, 12)] == [1.0, 0.6, 0.2, 0.2]
    warm = optim.warmup(cosine, 3)
    assert [round(warm(e), 6) for e in (0, 1, 2, 3, 8)] == [0.25, 0.5, 0.75, 1.0, 0.6]
    with pytest.raises(ValueError, match="every is 0"):
        optim.step_decay(1.0, every=0)


def test_lifted_pairs_train():
    import nnkit.functional as F

    layer = Layer(F.affine_forward, F.affine_backward, w=np.ones((1, 1)), b=np.zeros(1))
    opt = optim.SGD(layer, 0.1)
    x = np.linspace(-1, 1, 20)[:, None]
    for _ in range(200):
        _, cache = F.mse_forward(layer(x), 3 * x + 1)
        layer.backward(F.mse_backward(cache), need_dx=False)
        opt.step()
    np.testing.assert_allclose(layer.params["w"], [[3]], atol=0.01)


def test_clipping_wants_a_list_or_a_dict():
    with pytest.raises(ValueError, match="grads is ndarray; expected a list or dict of arrays"):
        optim.clip_grad_norm(np.ones(3), 1.0)
