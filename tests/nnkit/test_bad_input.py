"""Wrong input is refused before any work, with argument, given and expected in the message."""

from __future__ import annotations

import numpy as np
import pytest
from pointwise import POINTWISE

import nnkit.functional as F

X, W, B = np.ones((4, 3)), np.ones((3, 2)), np.ones(2)
GAMMA = np.ones(3)
STATE = {"running_mean": np.zeros(3), "running_var": np.ones(3)}
RNG = np.random.default_rng(0)
IMAGE = np.ones((2, 3, 4, 5))
SEQ, STEPS = np.ones((2, 3, 4)), np.zeros((2, 3), int)
NAN = np.array([0, np.nan, 1, 1])

NOT_NUMBERS = {
    "text": (["a", "b"], "x holds text"),
    "objects": (np.array([{}, None]), "x holds objects"),
    "complex": (np.ones(2, complex), "x holds complex numbers"),
    "ragged": ([[1, 2], [3]], "x is ragged"),
    "dates": (np.array(["2024-01-01"], "datetime64[D]"), "x holds datetime64"),
}


@pytest.mark.parametrize("name", POINTWISE)
@pytest.mark.parametrize("kind", NOT_NUMBERS)
def test_pointwise_pairs_refuse_what_is_no_number(name, kind):
    value, message = NOT_NUMBERS[kind]
    with pytest.raises(ValueError, match=message):
        getattr(F, f"{name}_forward")(value)


BAD = {
    "affine rank": (F.affine_forward, (np.ones(3), W, B), r"x has shape \(3,\); expected \(N, D"),
    "affine w": (F.affine_forward, (X, np.ones((4, 2)), B), r"w has shape \(4, 2\).*\(3, M\)"),
    "affine w rank": (F.affine_forward, (X, np.ones(3), B), r"w has shape \(3,\); expected \(3, M"),
    "affine b": (F.affine_forward, (X, W, np.ones(3)), r"b has shape \(3,\); expected \(2,\)"),
    "affine b column": (F.affine_forward, (X, W, np.ones((2, 1))), r"b has shape \(2, 1\)"),
    "prelu rank": (F.prelu_forward, (np.ones(3), 1.0), r"x has shape \(3,\); expected \(N, C"),
    "prelu a": (F.prelu_forward, (X, np.ones(4)), r"a has shape \(4,\); expected \(3,\)"),
    "slope": (F.leaky_relu_forward, (X, "steep"), "slope is 'steep'; expected one number"),
    "slope array": (F.leaky_relu_forward, (X, np.ones(2)), "slope is .*expected one number"),
    "alpha none": (F.elu_forward, (X, None), "alpha is None; expected one number"),
    "gelu name": (F.gelu_forward, (X, "sine"), "approximate is 'sine'"),
    "softmax scalar": (F.softmax, (3.0,), r"z has shape \(\); expected \(\.\.\., K\)"),
    "softmax no class": (F.softmax, (np.ones((2, 0)),), "at least one class"),
    "mse shapes": (F.mse_forward, (X, np.ones((4, 1))), r"y has shape \(4, 1\); expected \(4, 3\)"),
    "mse scalar": (F.mse_forward, (1.0, 1.0), r"a has shape \(\); expected \(N, \.\.\.\)"),
    "mse empty": (F.mse_forward, (np.ones((0, 3)),) * 2, "a has shape .*at least one example"),
    "bce shapes": (F.bce_with_logits_forward, (NAN, np.ones((4, 1))), r"y has shape \(4, 1\)"),
    "bce -1": (F.bce_with_logits_forward, (np.ones(2), [-1, 1]), "y contains -1"),
    "bce nan": (F.bce_with_logits_forward, (np.ones(4), NAN), "y contains nan"),
    "bce empty": (F.bce_with_logits_forward, ([], []), "at least one example"),
    "bce scalar": (F.bce_with_logits_forward, (1.0, 1.0), r"z has shape \(\)"),
    "ce rank": (F.cross_entropy_forward, (GAMMA, [1]), r"scores has shape \(3,\)"),
    "ce one-hot": (F.cross_entropy_forward, (X, np.eye(4, 3)), r"y has shape \(4, 3\).*\(4,\)"),
    "ce nan": (F.cross_entropy_forward, (X, NAN), "y contains nan; expected whole class indices"),
    "ce fraction": (F.cross_entropy_forward, (X, [0, 1, 1.5, 0]), "y contains 1.5"),
    "ce too large": (F.cross_entropy_forward, (X, [0, 1, 3, 0]), "class index 3; expected 0 to 2"),
    "ce negative": (F.cross_entropy_forward, (X, [0, 1, -1, 0]), "class index -1"),
    "ce uint8": (F.cross_entropy_forward, (X, np.array([0, 9, 0, 0], np.uint8)), "class index 9"),
    "ce text": (F.cross_entropy_forward, (X, list("abca")), "y holds text"),
    "ce empty": (F.cross_entropy_forward, (np.ones((0, 3)), []), "at least one example"),
    "hinge label": (F.hinge_forward, (X, [0, 1, 3, 0]), "class index 3"),
    "hinge margin": (F.hinge_forward, (X, [0, 1, 2, 0], np.nan), "margin is nan"),
    "seq rank": (F.sequence_cross_entropy_forward, (X, X, X), r"scores has shape \(4, 3\)"),
    "seq y": (F.sequence_cross_entropy_forward, (SEQ, [[0, 1]]), r"y has shape \(1, 2\)"),
    "seq mask": (F.sequence_cross_entropy_forward, (SEQ, STEPS, [1]), r"mask has shape \(1,\)"),
    "seq mask values": (
        F.sequence_cross_entropy_forward,
        (SEQ, STEPS, STEPS + 2),
        "mask contains 2; expected True and False",
    ),
    "seq label": (F.sequence_cross_entropy_forward, (SEQ, STEPS + 4), "class index 4"),
    "embedding float": (F.embedding_forward, ([0.5], W), "idx contains 0.5"),
    "embedding range": (
        F.embedding_forward,
        ([3], W),
        "idx contains the row index 3; expected 0 to 2",
    ),
    "embedding table": (
        F.embedding_forward,
        ([0], B),
        r"table has shape \(2,\); expected \(V, D\)",
    ),
    "keep 0": (F.dropout_forward, (X, 0.0, RNG), "keep is 0.0; expected a number above 0"),
    "keep 1.5": (F.dropout_forward, (X, 1.5, RNG), "keep is 1.5; .* at most 1"),
    "rng": (F.dropout_forward, (X, 0.5, 42), "rng is int; expected a numpy.random.Generator"),
    "bn rank": (F.batchnorm_forward, (IMAGE, GAMMA, GAMMA, STATE), r"x has shape .*\(N, D\)"),
    "bn gamma": (F.batchnorm_forward, (X, np.ones(4), GAMMA, STATE), r"gamma has shape \(4,\)"),
    "bn beta": (F.batchnorm_forward, (X, GAMMA, 0.0, STATE), r"beta has shape \(\)"),
    "bn state": (F.batchnorm_forward, (X, GAMMA, GAMMA, {}), "running_mean and running_var"),
    "bn state shape": (
        F.batchnorm_forward,
        (X, GAMMA, GAMMA, {"running_mean": 0.0, "running_var": 1.0}),
        r"state\['running_mean'\] has shape \(\)",
    ),
    "bn momentum": (F.batchnorm_forward, (X, GAMMA, GAMMA, None, 2.0), "momentum is 2.0"),
    "bn eps": (F.batchnorm_forward, (X, GAMMA, GAMMA, None, 0.9, 0.0), "eps is 0.0"),
    "bn empty": (F.batchnorm_forward, (X[:0], GAMMA, GAMMA, None), "at least one example"),
    "bn2d rank": (F.batchnorm2d_forward, (X, GAMMA, GAMMA, None), r"expected \(N, C, H, W\)"),
    "bn2d empty": (F.batchnorm2d_forward, (IMAGE[:0], GAMMA, GAMMA, None), "at least one value"),
    "ln scalar": (F.layernorm_forward, (1.0, GAMMA, GAMMA), r"x has shape \(\)"),
    "ln gamma": (F.layernorm_forward, (X, np.ones(2), GAMMA), r"gamma has shape \(2,\)"),
    "ln empty": (F.layernorm_forward, (X[:, :0], [], []), "at least one feature"),
    "rnn rank": (F.rnn_forward, (X, B, W, W, B), r"x has shape \(4, 3\); expected \(N, T, D\)"),
    "receptive": (F.receptive_field, ([(3, 1)],), r"layers contains \(3, 1\); expected \(kernel"),
    "count": (F.conv_parameters, ([(3, 1)],), "expected .in_channels, out_channels, kernel"),
    "col2im none": (F.col2im, (W, None, 2, 2), r"x_shape is None; expected \(N, C, H, W\)"),
    "ln eps": (F.layernorm_forward, (X, GAMMA, GAMMA, -1.0), "eps is -1.0"),
}


@pytest.mark.parametrize("case", BAD)
def test_wrong_arguments_are_named(case):
    function, arguments, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        function(*arguments)


@pytest.mark.parametrize("name", POINTWISE)
def test_an_upstream_gradient_of_another_shape_is_refused(name):
    _, cache = getattr(F, f"{name}_forward")(X)
    with pytest.raises(ValueError, match=r"dout has shape \(4,\); expected \(4, 3\)"):
        getattr(F, f"{name}_backward")(np.ones(4), cache)


def test_the_generator_is_not_used_before_the_input_is_accepted():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="keep"):
        F.dropout_forward(X, 2.0, rng)
    assert rng.random() == np.random.default_rng(0).random()
