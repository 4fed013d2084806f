"""Mutants that compute the same as the reference: exercise -> {change: why it makes no difference}.

The key is the text the audit prints for a survivor.
"""

EQUIVALENT: dict[str, dict[str, str]] = {
    "standardize": {
        "std = np.where(std == 0, 1.0, std)  ->  std = np.where(std == 0, 2.0, std)": "a constant feature's scale is free",
    },
    "pca": {
        "centred = x - x.mean(axis=0)  ->  centred = x.mean(axis=0) - x": "a direction's sign is free",
        "_, s, vt = np.linalg.svd(centred, full_matrices=False)  ->  _, s, vt = np.linalg.svd(centred, full_matrices=True)": "the further rows of vt are cut off",
    },
    "knn_predict": {
        "distance = np.sqrt(((x_train - x[i]) ** 2).sum(axis=1))  ->  distance = ((x_train - x[i]) ** 2).sum(axis=1)": "the square keeps the order of distances",
        "distance = np.sqrt(((x_train - x[i]) ** 2).sum(axis=1))  ->  distance = np.sqrt(((x[i] - x_train) ** 2).sum(axis=1))": "a square has no sign",
    },
    "kmeans_step": {
        "distance = ((x[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2)  ->  distance = ((centers[None, :, :] - x[:, None, :]) ** 2).sum(axis=2)": "a square has no sign",
    },
    "bias_variance": {
        "bias_squared = np.mean((mean - target) ** 2)  ->  bias_squared = np.mean((target - mean) ** 2)": "a square has no sign",
        "variance = np.mean(((predictions - mean) ** 2).mean(axis=0))  ->  variance = np.mean(((mean - predictions) ** 2).mean(axis=0))": "a square has no sign",
        **{
            f"variance = np.mean(((predictions - mean) ** 2).mean(axis=0))  ->  variance = np.mean(((predictions - mean) ** 2).mean(axis={axis}))": "a mean of means over equal groups is the mean of all"
            for axis in ("1", "-1", "None")
        },
    },
    "self_train": {"0  ->  -1": "rounds without unlabelled examples change nothing"},
    "residual_backward": {
        "ds = dout * (s > 0)  ->  ds = dout * (s >= 0)": "no sum is exactly 0, and the contract leaves the slope there open",
        "dz = da * (z > 0)  ->  dz = da * (z >= 0)": "no pre-activation is exactly 0, and the contract leaves the slope there open",
    },
    "col2im": {
        f"xp = np.zeros((n, c, h + 2 * padding, w + 2 * padding))  ->  xp = np.zeros((n, c, {size}))": "room that is not used is cut off"
        for size in (
            "h + (2 + padding), w + 2 * padding",
            "h + 2 * padding, w + (2 + padding)",
            "h + 2 * padding, w + 2",
            "h + 3 * padding, w + 2 * padding",
            "h + 2 * padding, w + 3 * padding",
        )
    },
    "gradient_descent": {"return np.array(path)  ->  return path": "a list of points is accepted as the path"},
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
