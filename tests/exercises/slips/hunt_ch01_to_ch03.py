"""Mistakes of a hunt from the texts of chapters 1 to 3 that no report named."""

import numpy as np

from tests.exercises.slips import slip


@slip("standardize", "far number")
def standardize_median(x_train, x_test):
    mu = np.median(x_train, axis=0)
    sigma = x_train.std(axis=0)
    constant = x_train.max(axis=0) == x_train.min(axis=0)
    sigma = np.where(constant, 1.0, sigma)
    return ((x_train - mu) / sigma, (x_test - mu) / sigma)


@slip("standardize", "measured from the mean")
def standardize_after(x_train, x_test):
    mu = x_train.mean(axis=0)
    centered = x_train - mu
    sigma = np.sqrt((x_train**2).mean(axis=0))
    sigma[x_train.max(0) == x_train.min(0)] = 1
    return (centered / sigma, (x_test - mu) / sigma)


@slip("q_learning_update", "largest size")
def q_learning_update_absmax(q, s, a, r, s_next, alpha, gamma):
    new = q.astype(float)
    best = q[s_next][np.argmax(np.abs(q[s_next]))]
    new[s, a] = q[s, a] + alpha * (r + gamma * best - q[s, a])
    return new


@slip("q_learning_update", "One action was taken")
def q_learning_update_row(q, s, a, r, s_next, alpha, gamma):
    new = q.astype(float)
    new[s] += alpha * (r + gamma * q[s_next].max() - q[s])
    return new


@slip("kmeans_step", "empty cluster keeps")
def kmeans_step_global_mean_empty(x, centers):
    d = ((x[:, None] - centers) ** 2).sum(2)
    labels = d.argmin(1)
    new = centers.astype(float)
    for j in range(len(centers)):
        pts = x[labels == j]
        new[j] = pts.mean(axis=0) if len(pts) else x.mean(axis=0)
    return (labels, new)


@slip("kmeans_step", "size of the cluster")
def kmeans_step_by_k(x, centers):
    d = ((x[:, None] - centers) ** 2).sum(2)
    labels = d.argmin(1)
    new = centers.astype(float)
    for j in range(len(centers)):
        if np.any(labels == j):
            new[j] = x[labels == j].sum(axis=0) / len(centers)
    return (labels, new)


@slip("minibatches", "next batch holds other")
def minibatches_choice(x, y, batch_size, rng):
    for i in range(0, len(x), batch_size):
        idx = rng.choice(len(x), min(batch_size, len(x) - i), replace=False)
        yield (x[idx], y[idx])


@slip("hinge_forward", "right class add")
def hinge_forward_minus1(scores, y, margin=1.0):
    n = len(y)
    t = np.maximum(0, scores - scores[np.arange(n), y][:, None] + margin)
    return (t.sum() / n - 1, (scores, y, margin))


@slip("normal_equation", "Small beside what")
def normal_equation_pinvcut(x, y):
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    keep = s > 0.001
    return vt.T[:, keep] @ ((u.T @ y)[keep] / s[keep])


@slip("numerical_gradient", "needs its old value")
def numerical_gradient_accum(f, x, eps=1e-06):
    p = np.array(x, float)
    m = np.array(x, float)
    g = np.zeros(p.shape)
    for i in np.ndindex(p.shape):
        p[i] += eps
        m[i] -= eps
        g[i] = (f(p) - f(m)) / (2 * eps)
    return g


@slip("bias_variance", "Square before")
def bias_variance_target_first(predictions, target):
    mean = predictions.mean(axis=0)
    bias = np.mean(np.abs(mean - target)) ** 2
    variance = np.mean((predictions - mean) ** 2)
    return (bias, variance)


@slip("swish_backward", "product of two")
def swish_backward_prod(dout, cache):
    x, beta = cache
    s = 1 / (1 + np.exp(-beta * x))
    return dout * beta * s * (1 - s)


@slip("adam_step", "belongs to which mean")
def adam_step_onebeta(w, dw, state, lr, beta1=0.9, beta2=0.999, eps=1e-08):
    s = state or {"v": 0, "r": 0, "t": 0}
    t = s["t"] + 1
    v = beta1 * s["v"] + (1 - beta1) * dw
    r = beta2 * s["r"] + (1 - beta2) * dw**2
    vh, rh = (v / (1 - beta1**t), r / (1 - beta1**t))
    return (w - lr * vh / (np.sqrt(rh) + eps), {"v": v, "r": r, "t": t})


@slip("adam_step", "Whose squares")
def adam_step_nosq(w, dw, state, lr, beta1=0.9, beta2=0.999, eps=1e-08):
    s = state or {"v": 0, "r": 0, "t": 0}
    t = s["t"] + 1
    v = beta1 * s["v"] + (1 - beta1) * dw
    r = beta2 * s["r"] + (1 - beta2) * v**2
    vh, rh = (v / (1 - beta1**t), r / (1 - beta2**t))
    return (w - lr * vh / (np.sqrt(rh) + eps), {"v": v, "r": r, "t": t})


@slip("two_layer_loss", "slope of the ReLU")
def two_layer_loss_mask_a(params, x, y, lam):
    w1, b1, w2, b2 = (params[k] for k in ("w1", "b1", "w2", "b2"))
    n = len(y)
    z = x @ w1 + b1
    a = np.maximum(z, 0)
    s = a @ w2 + b2
    s = s - s.max(1, keepdims=True)
    p = np.exp(s)
    p /= p.sum(1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(n), y])) + lam / 2 * (np.sum(w1**2) + np.sum(w2**2))
    ds = p.copy()
    ds[np.arange(n), y] -= 1
    ds /= n
    da = ds @ w2.T
    dz = da * a
    return (
        loss,
        {"w1": x.T @ dz + lam * w1, "b1": dz.sum(0), "w2": a.T @ ds + lam * w2, "b2": ds.sum(0)},
    )


@slip("two_layer_loss", "matrices are penalized")
def two_layer_loss_penw2(params, x, y, lam):
    w1, b1, w2, b2 = (params[k] for k in ("w1", "b1", "w2", "b2"))
    n = len(y)
    z = x @ w1 + b1
    a = np.maximum(z, 0)
    s = a @ w2 + b2
    s = s - s.max(1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(n), y])) + lam / 2 * np.sum(w2**2)
    ds = (p - np.eye(len(b2))[y]) / n
    dz = ds @ w2.T * (z > 0)
    return (loss, {"w1": x.T @ dz, "b1": dz.sum(0), "w2": a.T @ ds + lam * w2, "b2": ds.sum(0)})


@slip("mlp_backward", "slope of the ReLU")
def mlp_backward_maskx(dout, cache):
    grads = [None] * len(cache)
    d = dout
    for i in range(len(cache) - 1, -1, -1):
        x, w, _b, _z = cache[i]
        grads[i] = (x.T @ d, d.sum(0))
        d = d @ w.T * x
    return grads
