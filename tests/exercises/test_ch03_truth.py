"""Chapter 3's references agree with PyTorch.

Compared are values, gradients, optimizers' paths and running statistics.
"""

import numpy as np
import pytest
import torch
import torch.nn.functional as tf

from autograder.exercises import chapter

EXERCISES = chapter(3)


def reference(name):
    return EXERCISES[name].reference


def tensor(a):
    return torch.tensor(np.asarray(a), dtype=torch.float64, requires_grad=True)


ACTIVATIONS = {
    "logistic": (torch.sigmoid, {}),
    "tanh": (torch.tanh, {}),
    "relu": (torch.relu, {}),
    "leaky_relu": (lambda x, slope: tf.leaky_relu(x, slope), {"slope": 0.17}),
    "elu": (lambda x, alpha: tf.elu(x, alpha), {"alpha": 0.6}),
    "swish": (lambda x, beta: x * torch.sigmoid(beta * x), {"beta": 1.7}),
    "gelu": (tf.gelu, {}),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_and_gradient_agree_with_torch(name):
    function, options = ACTIVATIONS[name]
    rng = np.random.default_rng(1)
    x, dout = 2 * rng.standard_normal((6, 5)), rng.standard_normal((6, 5))
    t = tensor(x)
    want = function(t, **options)
    want.backward(torch.tensor(dout))
    out, cache = reference(f"{name}_forward")(x, **options)
    np.testing.assert_allclose(out, want.detach().numpy(), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(
        reference(f"{name}_backward")(dout, cache), t.grad.numpy(), rtol=1e-11, atol=1e-14
    )


def test_slope_of_ramps_at_zero_is_torchs():
    x, dout = np.zeros((2, 3)), np.ones((2, 3))
    for name, function, options in (
        ("relu", torch.relu, {}),
        ("leaky_relu", tf.leaky_relu, {"slope": 0.3}),
    ):
        t = tensor(x)
        function(t, *options.values()).sum().backward()
        _, cache = reference(f"{name}_forward")(x, **options)
        np.testing.assert_array_equal(reference(f"{name}_backward")(dout, cache), t.grad.numpy())


@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 4, 5)])
def test_prelu_agrees_with_torch(shape):
    rng = np.random.default_rng(2)
    x, a, dout = rng.standard_normal(shape), rng.uniform(0.1, 0.9, 3), rng.standard_normal(shape)
    t, s = tensor(x), tensor(a)
    want = tf.prelu(t, s)
    want.backward(torch.tensor(dout))
    out, cache = reference("prelu_forward")(x, a)
    dx, da = reference("prelu_backward")(dout, cache)
    np.testing.assert_allclose(out, want.detach().numpy())
    np.testing.assert_allclose(dx, t.grad.numpy())
    np.testing.assert_allclose(da, s.grad.numpy())


def test_two_layer_loss_agrees_with_torch():
    for case in EXERCISES["two_layer_loss"].cases(np.random.default_rng(3)):
        loss, grads = reference("two_layer_loss")(*case.args)
        p = {k: tensor(v) for k, v in case["params"].items()}
        scores = torch.relu(torch.tensor(case["x"]) @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"]
        want = tf.cross_entropy(scores, torch.tensor(case["y"])) + case["lam"] / 2 * (
            (p["w1"] ** 2).sum() + (p["w2"] ** 2).sum()
        )
        want.backward()
        assert float(loss) == pytest.approx(want.item(), rel=1e-12)
        for key in p:
            np.testing.assert_allclose(grads[key], p[key].grad.numpy(), rtol=1e-9, atol=1e-14)


def test_network_of_any_depth_agrees_with_torch():
    rng = np.random.default_rng(4)
    for case in EXERCISES["mlp_backward"].cases(rng):
        t = torch.tensor(case["x"])
        params = [(tensor(w), tensor(b)) for w, b in case["params"]]
        for i, (w, b) in enumerate(params):
            t = t @ w + b
            t = torch.relu(t) if i < len(params) - 1 else t
        t.backward(torch.tensor(case["dout"]))
        out, cache = reference("mlp_forward")(case["x"], case["params"])
        np.testing.assert_allclose(out, t.detach().numpy(), rtol=1e-10)
        for (dw, db), (w, b) in zip(
            reference("mlp_backward")(case["dout"], cache), params, strict=True
        ):
            np.testing.assert_allclose(dw, w.grad.numpy(), rtol=1e-9, atol=1e-13)
            np.testing.assert_allclose(db, b.grad.numpy(), rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("train", [True, False])
def test_batch_norm_agrees_with_torch(train):
    rng = np.random.default_rng(5)
    n, d, momentum, eps = 6, 4, 0.7, 0.1
    x, gamma, beta, dout = (
        rng.standard_normal((n, d)),
        rng.uniform(0.5, 2, d),
        rng.standard_normal(d),
        rng.standard_normal((n, d)),
    )
    state = {"running_mean": rng.standard_normal(d), "running_var": rng.uniform(0.5, 2, d)}
    t, g, b = tensor(x), tensor(gamma), tensor(beta)
    mean, var = (torch.tensor(state[k]).clone() for k in ("running_mean", "running_var"))
    want = tf.batch_norm(t, mean, var, g, b, training=train, momentum=1 - momentum, eps=eps)
    want.backward(torch.tensor(dout))
    out, cache, new = reference("batchnorm_forward")(x, gamma, beta, state, momentum, eps, train)
    np.testing.assert_allclose(out, want.detach().numpy(), rtol=1e-10)
    np.testing.assert_allclose(new["running_mean"], mean.numpy())
    # PyTorch keeps the variance over n - 1; the course divides by n everywhere.
    unbiased = (
        (new["running_var"] - momentum * state["running_var"]) * n / (n - 1)
        + momentum * state["running_var"]
        if train
        else new["running_var"]
    )
    np.testing.assert_allclose(unbiased, var.numpy())
    for got, right in zip(
        reference("batchnorm_backward")(dout, cache), (t.grad, g.grad, b.grad), strict=True
    ):
        np.testing.assert_allclose(got, right.numpy(), rtol=1e-9, atol=1e-13)


OPTIMIZERS = {
    "sgd_step": (torch.optim.SGD, {}, {}),
    "momentum_step": (torch.optim.SGD, {"mu": 0.8}, {"momentum": 0.8}),
    "nesterov_step": (torch.optim.SGD, {"mu": 0.8}, {"momentum": 0.8, "nesterov": True}),
    "rmsprop_step": (torch.optim.RMSprop, {"rho": 0.7, "eps": 0.05}, {"alpha": 0.7, "eps": 0.05}),
    "adam_step": (
        torch.optim.Adam,
        {"beta1": 0.8, "beta2": 0.9, "eps": 0.05},
        {"betas": (0.8, 0.9), "eps": 0.05},
    ),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_walks_the_path_of_torchs(name):
    make, options, theirs = OPTIMIZERS[name]
    rng = np.random.default_rng(6)
    w, state = rng.standard_normal((3, 4)), None
    t = tensor(w)
    optimizer = make([t], lr=0.1, **theirs)
    for lr in (0.1, 0.1, 0.03, 0.4, 0.4):
        dw = rng.standard_normal((3, 4))
        optimizer.param_groups[0]["lr"] = lr
        t.grad = torch.tensor(dw)
        optimizer.step()
        w, state = reference(name)(w, dw, state, lr, **options)
        np.testing.assert_allclose(w, t.detach().numpy(), rtol=1e-10)


def test_value_agrees_with_torch_on_random_expressions():
    value = reference("Value")
    rng = np.random.default_rng(7)
    for _ in range(20):
        numbers = rng.uniform(0.3, 2.0, 3)
        ours, theirs = [value(float(v)) for v in numbers], [tensor(v) for v in numbers]
        results = []
        for a, b, c in (ours, theirs):
            u = a * b + c**2 - 1.5 / a
            v = (u * u + 1).log() * b.tanh() + (2.0 - c) * u + a**b
            results.append((v * 0.3).tanh() + v / (1 + u * u) + (c * 0.1).exp() + 2.0**a)
        results[0].backward()
        results[1].backward()
        assert results[0].data == pytest.approx(results[1].item(), rel=1e-12)
        for x, t in zip(ours, theirs, strict=True):
            assert x.grad == pytest.approx(t.grad.item(), rel=1e-9)


@pytest.mark.parametrize(("name", "variance"), [("xavier_init", 2 / 500), ("he_init", 2 / 300)])
def test_initial_weights_have_the_promised_variance(name, variance):
    w = reference(name)(300, 200, np.random.default_rng(8))
    assert w.shape == (300, 200)
    assert w.var() == pytest.approx(variance, rel=0.03)


@pytest.mark.parametrize(
    ("sizes", "right"),
    [([3, 4, 2], (6, 20, 6)), ([3, 4, 4, 1], (9, 32, 9)), ([784, 16, 16, 10], (42, 12_960, 42))],
)
def test_counts_are_those_of_the_text(sizes, right):
    assert reference("count_parameters")(sizes) == right
