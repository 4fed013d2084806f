"""Mutants that compute the same as the reference: exercise -> {change: why it makes no difference}.

The key is the text the audit prints for a survivor.
"""

EQUIVALENT: dict[str, dict[str, str]] = {
    "mse_forward": {
        "loss = np.sum((a - y) ** 2) / (2 * len(a))  ->  loss = np.sum((y - a) ** 2) / (2 * len(a))": "a square has no sign",
    },
    "logistic": {
        "return np.where(z >= 0, 1.0, e) / (1 + e)  ->  return np.where(z > 0, 1.0, e) / (1 + e)": "exp(0) is 1 on both branches",
    },
    "bce_with_logits_backward": {
        "p = np.where(z >= 0, 1.0, e) / (1 + e)  ->  p = np.where(z > 0, 1.0, e) / (1 + e)": "exp(0) is 1 on both branches",
    },
    "hinge_forward": {"gaps[rows, y] = 0  ->  gaps[rows, y] = -1": "every gap of at most 0 counts nothing"},
    "perceptron_update": {
        "w @ x  ->  x @ w": "the scalar product is symmetric",
        "return w + lr * y * x  ->  return w + lr / y * x": "1/y is y for a label of -1 or +1",
    },
    "numerical_gradient": {"1e-06  ->  2e-06": "a default step of 2e-6 is as good within rounding"},
}
