"""Exercises in groups, for tables that fit a page."""

from __future__ import annotations

import re

# Group -> exercises, a name meaning the pair of its forward and backward too.
GROUPS: dict[str, tuple[str, ...]] = {
    # chapter 1
    "data": ("standardize", "pca"),
    "four kinds": ("knn_predict", "kmeans_step", "self_train", "q_learning_update"),
    "fitting": ("polynomial_features", "ridge_fit", "k_fold_indices", "bias_variance"),
    "descent": ("gradient_descent",),
    # chapter 2
    "MSE": ("mse", "normal_equation"),
    "num. grad.": ("numerical_gradient",),
    "batches, L2": ("minibatches", "l2_penalty"),
    "logistic, BCE": ("bce_with_logits",),
    "softmax, CE": ("softmax", "cross_entropy", "softmax_regression_loss"),
    "hinge": ("hinge", "perceptron_update"),
    # chapter 3
    "S-shaped": ("logistic", "tanh"),
    "ramps": ("relu", "leaky_relu", "prelu", "elu"),
    "smooth": ("swish", "gelu"),
    "count": ("count_parameters", "conv_parameters"),
    "Value": ("Value",),
    "affine": ("affine",),
    "nets": ("two_layer_loss", "mlp"),
    "init": ("xavier_init", "he_init"),
    "optim.": ("sgd_step", "momentum_step", "nesterov_step", "rmsprop_step", "adam_step"),
    "dropout": ("dropout",),
    "batch norm": ("batchnorm", "batchnorm2d"),
    # chapter 4
    "sizes": ("conv_output_size", "effective_kernel_size", "receptive_field"),
    "conv": ("conv1d", "conv2d", "im2col", "col2im", "conv2d_transpose"),
    "pooling": ("max_pool2d", "avg_pool2d"),
    "residual": ("residual",),
    # chapter 5
    "RNN": ("rnn_step", "rnn", "rnn_backward_truncated"),
    "gradients": ("state_jacobian", "gradient_norms", "clip_grad_norm"),
    "LSTM": ("lstm_step", "lstm", "peephole_lstm_step", "coupled_lstm_step"),
    "GRU": ("gru_step",),
    "text": ("embedding", "sequence_cross_entropy", "sample_index"),
}
_BY_NAME = {name: group for group, names in GROUPS.items() for name in names}


def group_of(exercise: str) -> str:
    """The group of an exercise: "affine" for affine_backward, "quiz" for quizzes, else "other"."""
    if exercise.startswith("quiz"):
        return "quiz"
    stem = re.sub(r"_(forward|backward)$", "", exercise)
    # The stable logistic of chapter 2 belongs to BCE; the pair of chapter 3 to the activations.
    if exercise == "logistic":
        return "logistic, BCE"
    return _BY_NAME.get(exercise) or _BY_NAME.get(stem) or "other"
