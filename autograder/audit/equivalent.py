"""Mutants that compute the same as the reference: exercise -> {change: why it makes no difference}.

The key is the text the audit prints for a survivor.
"""

EQUIVALENT: dict[str, dict[str, str]] = {
    "standardize": {
        "std = np.where(x_train.max(axis=0) == x_train.min(axis=0), 1.0, std)  ->  std = np.where(x_train.max(axis=0) == x_train.min(axis=0), 2.0, std)": "a constant feature's scale is free",
    },
    "pca": {
        "centered = x - x.mean(axis=0)  ->  centered = x.mean(axis=0) - x": "a direction's sign is free",
        "_, s, vt = np.linalg.svd(centered, full_matrices=False)  ->  _, s, vt = np.linalg.svd(centered, full_matrices=True)": "the further rows of vt are cut off",
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
    "self_train": {"0  ->  -1": "rounds without unlabeled examples change nothing"},
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
    "gradient_norms": {
        "product = product @ ((1 - h[:, t] ** 2)[:, :, None] * w.T)  ->  product = product @ ((h[:, t] ** 2 - 1)[:, :, None] * w.T)": "a norm has no sign",
    },
    "clip_grad_norm": {
        "scale = max_norm / norm if norm > max_norm else 1.0  ->  scale = max_norm / norm if norm >= max_norm else 1.0": "at the limit the scale is 1 either way",
    },
    "lstm_forward": {
        "caches.append(cache)  ->  cache": "forward's own check does not judge the cache; backward's does"
    },
    "lstm_backward": {
        "x, h_prev, _, u, w, b = cache[0][:6]  ->  x, h_prev, _, u, w, b = cache[-1][:6]": "only the shapes are used, and every step has them",
    },
    "sequence_cross_entropy_forward": {
        **{
            f"labels = np.where(m > 0, y, 0)  ->  labels = np.where(m > 0, y, {label})": "any legal label does at a masked step"
            for label in (1, -1)
        },
        "picked = np.take_along_axis(log_p, labels[:, :, None], axis=2)[:, :, 0]  ->  picked = np.take_along_axis(log_p, labels[:, :, None], axis=2)[:, :, -1]": "the axis has one entry",
    },
    "sequence_cross_entropy_backward": {
        **{
            f"labels = np.where(m > 0, y, 0)  ->  labels = np.where({change})": "what a masked step is compared with is masked afterwards"
            for change in ("m > 0, y, 1", "m > 0, y, -1", "m >= 0, y, 0", "m > -1, y, 0")
        },
    },
    "gradient_descent": {
        "return np.array(path)  ->  return path": "a list of points is accepted as the path"
    },
    "mse_forward": {
        "loss = np.sum((a - y) ** 2) / (2 * len(a))  ->  loss = np.sum((y - a) ** 2) / (2 * len(a))": "a square has no sign",
    },
    "logistic": {
        "return np.where(z >= 0, 1.0, e) / (1 + e)  ->  return np.where(z > 0, 1.0, e) / (1 + e)": "exp(0) is 1 on both branches",
    },
    "bce_with_logits_backward": {
        "p = np.where(z >= 0, 1.0, e) / (1 + e)  ->  p = np.where(z > 0, 1.0, e) / (1 + e)": "exp(0) is 1 on both branches",
    },
    "hinge_forward": {
        "gaps[rows, y] = 0  ->  gaps[rows, y] = -1": "every gap of at most 0 counts nothing"
    },
    "perceptron_update": {
        "w @ x  ->  x @ w": "the scalar product is symmetric",
        "return w + lr * y * x  ->  return w + lr / y * x": "1/y is y for a label of -1 or +1",
    },
    "logistic_forward": {
        "out = np.where(x >= 0, 1.0, e) / (1.0 + e)  ->  out = np.where(x > 0, 1.0, e) / (1.0 + e)": "exp(0) is 1 on both branches",
    },
    "leaky_relu_forward": {
        "return (np.where(x > 0, x, slope * x), (x, slope))  ->  return (np.where(x >= 0, x, slope * x), (x, slope))": "both branches are 0 at 0",
    },
    "prelu_forward": {
        "return (np.where(x > 0, x, slope * x), (x, a))  ->  return (np.where(x >= 0, x, slope * x), (x, a))": "both branches are 0 at 0",
    },
    "prelu_backward": {
        "da = (dout * np.where(x > 0, 0.0, x)).sum(axis=others)  ->  da = (dout * np.where(x >= 0, 0.0, x)).sum(axis=others)": "both branches are 0 at 0",
    },
    "elu_forward": {
        "return (np.where(x > 0, x, bend), (x, alpha))  ->  return (np.where(x >= 0, x, bend), (x, alpha))": "both branches are 0 at 0",
        "bend = alpha * np.expm1(np.minimum(x, 0.0))  ->  bend = alpha * np.expm1(np.minimum(x, 1.0))": "the bend is used below 0 only",
    },
    "elu_backward": {
        "return dout * np.where(x > 0, 1.0, slope)  ->  return dout * np.where(x >= 0, 1.0, slope)": "the contract leaves the slope at exactly 0 open",
        "slope = alpha * np.exp(np.minimum(x, 0.0))  ->  slope = alpha * np.exp(np.minimum(x, 1.0))": "the bend is used below 0 only",
    },
    "Value": {
        "first = self.data > other.data  ->  first = self.data >= other.data": "the contract leaves the tie open",
        **{
            f"self.data, self.grad, self.sources = (data, 0.0, sources)  ->  self.data, self.grad, self.sources = (data, {first}, sources)": "backward sets the gradient, whatever was there"
            for first in ("1.0", "-1.0")
        },
    },
    "mlp_forward": {
        "cache.append((x, w, b, z))  ->  (x, w, b, z)": "the cache is judged by mlp_backward"
    },
    "dropout_forward": {
        "mask = (rng.random(x.shape) < keep) / keep if train else np.ones(x.shape)  ->  mask = (rng.random(x.shape) <= keep) / keep if train else np.ones(x.shape)": "a uniform number hits keep with probability 0",
    },
}

# Mistakes that compute the same in another style: exercise -> (style, mistake) -> why.
NO_MISTAKES: dict[str, dict[tuple[str, str], str]] = {
    "numerical_gradient": {
        ("gradient_unit_vectors", "float32"): "only the point is rounded, not the step",
        ("numerical_gradient_basis_vectors", "integer_step"): "the step beside x is a float",
    },
    "cross_entropy_backward": {
        ("cross_entropy_loops", "labels_from_one"): "y is counted there, not read",
    },
    "dropout_backward": {
        ("dropout_binomial", "not_scaled"): "its mask holds 0 and 1, the scale stands apart",
    },
    "batchnorm2d_forward": {
        ("batchnorm2d_rows", "state_not_updated"): "a name that is not returned there",
    },
    "conv2d_forward": {
        ("conv2d_shifted_sums", "type_of_x"): "b is added to the zeros and makes them floats",
    },
    "self_train": {
        (style, "new_ones_do_not_stay"): "put back before the first round only"
        for style in (
            "self_train_masks",
            "self_train_stops_when_nothing_joins",
            "asks_about_an_empty_pool",
        )
    },
    "attention_backward": {
        (style, "weights_without_the_mask"): "weights that nothing reads afterward"
        for style in ("attention_loops", "attention_where")
    },
    "conv2d_backward": {
        (style, "dw_flipped"): "flipped where it is filled and where it is returned"
        for style in ("conv2d_nested_loops", "conv2d_shifted_sums")
    },
    "sample_index": {
        ("sample_walk", "off_by_one"): "reached only where rounding leaves a rest",
        ("sample_walk", "no_index_returned"): "reached only where rounding leaves a rest",
    },
}
