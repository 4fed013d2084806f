"""What an argument that is left out means: PyTorch's default, or the one that is documented."""

from __future__ import annotations

import inspect

import pytest
import torch

import nnkit.functional as F
from nnkit import data, gradcheck, layers, optim, train

# ours, PyTorch's class, the arguments of ours with their names there
AS_PYTORCH = [
    (F.conv2d_forward, torch.nn.Conv2d, {"stride": "stride", "padding": "padding"}),
    (F.conv2d_forward, torch.nn.Conv2d, {"dilation": "dilation"}),
    (F.conv2d_transpose_forward, torch.nn.ConvTranspose2d, {"stride": "stride"}),
    (F.conv2d_transpose_forward, torch.nn.ConvTranspose2d, {"padding": "padding"}),
    (F.im2col, torch.nn.Unfold, {k: k for k in ("stride", "padding", "dilation")}),
    (F.col2im, torch.nn.Fold, {k: k for k in ("stride", "padding", "dilation")}),
    (F.conv_output_size, torch.nn.Conv2d, {k: k for k in ("stride", "padding", "dilation")}),
    (F.effective_kernel_size, torch.nn.Conv2d, {"dilation": "dilation"}),
    (F.max_pool2d_forward, torch.nn.MaxPool2d, {"stride": "stride", "padding": "padding"}),
    (F.avg_pool2d_forward, torch.nn.AvgPool2d, {"stride": "stride", "padding": "padding"}),
    (F.elu_forward, torch.nn.ELU, {"alpha": "alpha"}),
    (F.leaky_relu_forward, torch.nn.LeakyReLU, {"slope": "negative_slope"}),
    (F.gelu_forward, torch.nn.GELU, {"approximate": "approximate"}),
    (F.batchnorm_forward, torch.nn.BatchNorm1d, {"eps": "eps"}),
    (F.batchnorm2d_forward, torch.nn.BatchNorm2d, {"eps": "eps"}),
    (F.layernorm_forward, torch.nn.LayerNorm, {"eps": "eps"}),
    (F.hinge_forward, torch.nn.MultiMarginLoss, {"margin": "margin"}),
    (layers.Conv2d, torch.nn.Conv2d, {k: k for k in ("stride", "padding", "dilation")}),
    (layers.ConvTranspose2d, torch.nn.ConvTranspose2d, {"stride": "stride", "padding": "padding"}),
    (layers.MaxPool2d, torch.nn.MaxPool2d, {"stride": "stride", "padding": "padding"}),
    (layers.AvgPool2d, torch.nn.AvgPool2d, {"stride": "stride", "padding": "padding"}),
    (layers.ELU, torch.nn.ELU, {"alpha": "alpha"}),
    (layers.LeakyReLU, torch.nn.LeakyReLU, {"slope": "negative_slope"}),
    (layers.PReLU, torch.nn.PReLU, {"a": "init"}),
    (layers.GELU, torch.nn.GELU, {"approximate": "approximate"}),
    (layers.BatchNorm1d, torch.nn.BatchNorm1d, {"eps": "eps"}),
    (layers.BatchNorm2d, torch.nn.BatchNorm2d, {"eps": "eps"}),
    (layers.LayerNorm, torch.nn.LayerNorm, {"eps": "eps"}),
    (optim.Adam, torch.optim.Adam, {k: k for k in ("lr", "eps", "weight_decay")}),
    (optim.AdamW, torch.optim.AdamW, {k: k for k in ("lr", "eps", "weight_decay")}),
    (optim.RMSProp, torch.optim.RMSprop, {"eps": "eps", "weight_decay": "weight_decay"}),
    (optim.SGD, torch.optim.SGD, {k: k for k in ("momentum", "nesterov", "weight_decay")}),
    (optim.step_decay, torch.optim.lr_scheduler.StepLR, {"factor": "gamma"}),
    (optim.cosine, torch.optim.lr_scheduler.CosineAnnealingLR, {"lr_min": "eta_min"}),
]
# Where docs/nnkit.md, a docstring or the source of the formula says something else.
DOCUMENTED = [
    (F.batchnorm_forward, {"momentum": 0.9, "train": True}),
    (F.batchnorm2d_forward, {"momentum": 0.9, "train": True}),
    (F.dropout_forward, {"train": True}),
    (F.swish_forward, {"beta": 1.0}),
    (F.conv1d, {"mode": "narrow"}),
    (F.conv1d_forward, {"mode": "narrow"}),
    (F.affine_backward, {"need_dx": True}),
    (F.conv2d_backward, {"need_dx": True}),
    (layers.Linear, {"init": "he"}),
    (layers.Conv2d, {"init": "he"}),
    (layers.BatchNorm1d, {"momentum": 0.9}),
    (layers.BatchNorm2d, {"momentum": 0.9}),
    (layers.Swish, {"beta": 1.0}),
    (layers.LSTM, {"forget_bias": 1.0}),
    (optim.Adam, {"beta1": 0.9, "beta2": 0.999}),
    (optim.AdamW, {"beta1": 0.9, "beta2": 0.999}),
    (optim.Optimizer, {"weight_decay": 0.0}),
    (optim.RMSProp, {"rho": 0.9}),
    (data.blobs, {"dims": 2}),
    (data.split, {"test_size": 0.2}),
    (data.digits, {"test_size": 0.2, "flat": True}),
    (data.digit_rows, {"test_size": 0.2}),
    (data.mnist, {"flat": True}),
    (data.fashion_mnist, {"flat": True}),
    (data.cifar10, {"flat": False}),
    (gradcheck.check_pair, {"directions": 3, "tol": 1e-7, "eps": 1e-5}),
    (gradcheck.numerical_gradient, {"eps": 1e-5}),
    (gradcheck.complex_step_gradient, {"eps": 1e-20}),
    (train.fit, {"batch_size": 32, "restore_best": False, "progress": True}),
    (train.History, {"best_epoch": -1, "interrupted": False, "stopped_early": False}),
    (train.evaluate, {"batch_size": 256}),
]


def default(function, name):
    return inspect.signature(function).parameters[name].default


def name_of(value):
    return getattr(value, "__name__", None)


@pytest.mark.parametrize(("ours", "theirs", "names"), AS_PYTORCH, ids=name_of)
def test_what_is_left_out_means_what_it_means_in_pytorch(ours, theirs, names):
    for name, there in names.items():
        assert default(ours, name) == default(theirs, there), name


@pytest.mark.parametrize(("function", "defaults"), DOCUMENTED, ids=name_of)
def test_what_is_left_out_means_what_the_manual_says(function, defaults):
    for name, value in defaults.items():
        assert default(function, name) == value, name


def test_every_default_that_is_a_number_or_a_word_is_held_to_something():
    held = {(f, name) for f, _, names in AS_PYTORCH for name in names}
    held |= {(f, name) for f, names in DOCUMENTED for name in names}
    free = set()
    for place in (F, layers, optim, data, gradcheck, train):
        for name, function in vars(place).items():
            home = getattr(function, "__module__", "")
            if name.startswith("_") or not home.startswith("nnkit") or home == "nnkit.validate":
                continue
            for argument, parameter in inspect.signature(function).parameters.items():
                told = isinstance(parameter.default, (bool, int, float, str))
                if told and (function, argument) not in held:
                    free.add(f"{home}.{name}({argument}={parameter.default!r})")
    assert not free
