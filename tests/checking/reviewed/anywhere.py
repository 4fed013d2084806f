"""What the list names for any chapter, each slip in more than one exercise."""
# ruff: noqa: B007, RUF059 - as students write it

import numpy as np

from tests.checking.reviewed import mistake

MAXIMUM = r"np\.maximum|elementwise|element by element|entry by entry"
PRINTED = r"print"
ORDER = r"exchange|swapped|other order|order of|in each other's place"
EARLY = r"return.{0,40}(early|loop|first)|first .{0,30}only|loop"
WHOLE = r"whole number|integer|fraction"
EMPTY = r"empty|never filled|not filled|uninitiali"
SHUFFLE = r"shuffle"
GENERATOR = r"generator"
SMALL = r"1e-12|1e-8|small (number|constant)"
PENALTY = r"(penalty|lambda|λ|lam\b).{0,60}(\bn\b|number of examples|examples|divided|averag)"
BIAS = (
    r"all parameters penal|(bias|constant|\bb\d\b).{0,60}(penal|decay|shr[iu]nk)|penal.{0,40}bias"
)
MEAN = r"mean|averag|divided by|1/n"
RATIO = r"\bd\b|\bk\b|column|class|feature|everything|every entry|all entries"
IN_PLACE = r"in place|changed|changes (its )?input|new array"


@mistake("relu_forward", MAXIMUM)
def max_of_x_and_zero(x):
    return np.max(x, 0), (x,)


@mistake("prelu_forward", MAXIMUM)
def max_and_min(x, a):
    a_ = a.reshape((1, -1) + (1,) * (x.ndim - 2))
    return np.max(x, 0) + a_ * np.min(x, 0), (x, a)


@mistake("hinge_forward", MAXIMUM)
def max_of_the_margins(scores, y, margin=1.0):
    n = len(y)
    right = scores[np.arange(n), y][:, None]
    m = np.max(scores - right + margin, 0)
    return m.sum() / n - margin, (scores, y, margin)


@mistake("bce_with_logits_forward", MAXIMUM)
def max_of_logits(z, y):
    return np.mean(np.max(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))), (z, y)


@mistake("standardize", PRINTED)
def printed_pair(x_train, x_test):
    s = x_train.std(0)
    s[s == 0] = 1
    print((x_train - x_train.mean(0)) / s, (x_test - x_train.mean(0)) / s)


@mistake("tanh_forward", PRINTED)
def printed_output(x):
    print(np.tanh(x), (np.tanh(x),))


@mistake("conv_output_size", PRINTED)
def printed_size(m, k, stride=1, padding=0, dilation=1):
    print((m + 2 * padding - dilation * (k - 1) - 1) // stride + 1)


@mistake("he_init", PRINTED)
def printed_weights(fan_in, fan_out, rng):
    w = rng.standard_normal((fan_in, fan_out)) * np.sqrt(2 / fan_in)
    print(w)


@mistake("prelu_backward", ORDER)
def slopes_first(dout, cache):
    x, a = cache
    a_ = a.reshape((1, -1) + (1,) * (x.ndim - 2))
    axes = (0, *range(2, x.ndim))
    return (dout * np.minimum(x, 0)).sum(axes), dout * np.where(x > 0, 1, a_)


@mistake("affine_backward", ORDER)
def weights_first(dout, cache):
    x, w, b = cache
    return x.reshape(len(x), -1).T @ dout, (dout @ w.T).reshape(x.shape), dout.sum(0)


@mistake("lstm_step_backward", ORDER)
def cell_gradient_before_state_gradient(dh, dc, cache):
    x, h_prev, c_prev, u, w, b, f, i, g, o, c = cache
    tc = np.tanh(c)
    d = dc + dh * o * (1 - tc**2)
    da = np.hstack([d * c_prev * f * (1 - f), d * g * i * (1 - i), d * i * (1 - g**2)])
    da = np.hstack([da, dh * tc * o * (1 - o)])
    return da @ u.T, d * f, da @ w.T, x.T @ da, h_prev.T @ da, da.sum(0)


@mistake("attention_backward", ORDER)
def keys_before_queries(dout, cache):
    q, k, v, p, mask = cache
    dv = np.einsum("nts,nte->nse", p, dout)
    dp = np.einsum("nte,nse->nts", dout, v)
    ds = p * (dp - (p * dp).sum(-1, keepdims=True)) / np.sqrt(q.shape[-1])
    return ds.transpose(0, 2, 1) @ q, ds @ k, dv


@mistake("knn_predict", EARLY)
def answer_in_the_loop(x_train, y_train, x, k):
    answers = []
    for row in x:
        near = np.argsort(((x_train - row) ** 2).sum(1), kind="stable")[:k]
        labels, votes = np.unique(y_train[near], return_counts=True)
        answers.append(labels[np.argmax(votes)])
        return np.array(answers)


@mistake("rnn_forward", EARLY)
def states_returned_in_the_loop(x, h0, u, w, b):
    h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
    before = h0
    for t in range(x.shape[1]):
        h[:, t] = before = np.tanh(x[:, t] @ u + before @ w + b)
        return h, (x, h0, u, w, b, h)


@mistake("numerical_gradient", EARLY)
def gradient_returned_in_the_loop(f, x, eps=1e-6):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + eps
        up = f(x)
        x[i] = old - eps
        grad[i] = (up - f(x)) / (2 * eps)
        x[i] = old
        return grad
    return grad


@mistake("mlp_backward", EARLY)
def only_the_last_layer(dout, cache):
    grads = []
    for n, (x, w, b, z) in enumerate(reversed(cache)):
        if n > 0:
            dout = dout * (z > 0)
        grads.insert(0, (x.T @ dout, dout.sum(0)))
        dout = dout @ w.T
        return grads


@mistake("leaky_relu_forward", WHOLE)
def array_like_whole_numbers(x, slope=0.01):
    out = np.zeros_like(x)
    out[x > 0] = x[x > 0]
    out[x <= 0] = slope * x[x <= 0]
    return out, (x, slope)


@mistake("gradient_descent", WHOLE)
def path_like_the_start(grad, x0, lr, steps):
    x = np.array(x0)
    path = np.zeros((steps + 1, *x.shape), dtype=x.dtype)
    path[0] = x
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


@mistake("q_learning_update", WHOLE)
def table_of_whole_numbers(q, s, a, r, s_next, alpha, gamma):
    new = np.empty_like(q)
    new[:] = q
    new[s, a] = q[s, a] + alpha * (r + gamma * np.max(q[s_next]) - q[s, a])
    return new


@mistake("softmax", EMPTY)
def exponentials_never_stored(z):
    p = np.empty(z.shape)
    e = np.exp(z - z.max(-1, keepdims=True))
    e / e.sum(-1, keepdims=True)
    return p


@mistake("rnn_forward", EMPTY)
def states_never_stored(x, h0, u, w, b):
    h = np.empty((x.shape[0], x.shape[1], h0.shape[1]))
    before = h0
    for t in range(x.shape[1]):
        before = np.tanh(x[:, t] @ u + before @ w + b)
    return h, (x, h0, u, w, b, h)


@mistake("k_fold_indices", SHUFFLE)
def order_of_shuffle(n, k, rng):
    order = rng.shuffle(np.arange(n))
    folds = np.array_split(order, k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


@mistake("minibatches", SHUFFLE)
def batches_of_a_shuffle(x, y, batch_size, rng):
    idx = np.arange(len(x))
    idx = rng.shuffle(idx)
    for start in range(0, len(x), batch_size):
        yield x[idx[start : start + batch_size]], y[idx[start : start + batch_size]]


@mistake("k_fold_indices", GENERATOR)
def folds_in_round_brackets(n, k, rng):
    folds = np.array_split(rng.permutation(n), k)
    return ((np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k))


@mistake("mlp_backward", GENERATOR)
def gradients_yielded(dout, cache):
    for n, (x, w, b, z) in enumerate(reversed(cache)):
        if n > 0:
            dout = dout * (z > 0)
        yield x.T @ dout, dout.sum(0)
        dout = dout @ w.T


@mistake("cross_entropy_forward", SMALL)
def twelve_digits_in_the_log(scores, y):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(y)), y] + 1e-12).mean(), (scores, y)


@mistake("bce_with_logits_forward", SMALL)
def eight_digits_in_the_log(z, y):
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)
    return -np.mean(y * np.log(p + 1e-8) + (1 - y) * np.log(1 - p + 1e-8)), (z, y)


def two_layer(params, x, y, lam, penalty=None, shift=None, small=0.0, biases=False):
    w1, b1, w2, b2 = (params[k] for k in ("w1", "b1", "w2", "b2"))
    n = len(x)
    z = x @ w1 + b1
    a = np.maximum(z, 0)
    scores = a @ w2 + b2
    scores = scores - (scores.max(1, keepdims=True) if shift is None else shift(scores))
    e = np.exp(scores)
    p = e / e.sum(1, keepdims=True)
    each = scores[range(n), y] - np.log(e.sum(1))
    loss = -np.mean(np.log(p[range(n), y] + small) if small else each)
    scale = lam if penalty is None else penalty(lam, n)
    loss += 0.5 * scale * ((w1**2).sum() + (w2**2).sum())
    if biases:
        loss += 0.5 * scale * ((b1**2).sum() + (b2**2).sum())
    d = p.copy()
    d[range(n), y] -= 1
    d /= n
    dz = d @ w2.T * (z > 0)
    return loss, {
        "w1": x.T @ dz + scale * w1,
        "b1": dz.sum(0) + (scale * b1 if biases else 0),
        "w2": a.T @ d + scale * w2,
        "b2": d.sum(0) + (scale * b2 if biases else 0),
    }


@mistake("two_layer_loss", SMALL)
def loss_from_p_with_a_small_number(params, x, y, lam):
    return two_layer(params, x, y, lam, small=1e-12)


@mistake("two_layer_loss", PENALTY)
def lambda_over_n(params, x, y, lam):
    return two_layer(params, x, y, lam, penalty=lambda lam, n: lam / n)


@mistake("two_layer_loss", BIAS)
def biases_decayed(params, x, y, lam):
    return two_layer(params, x, y, lam, biases=True)


@mistake("ridge_fit", PENALTY)
def ridge_with_lambda_times_n(phi, y, lam):
    keep = np.eye(phi.shape[1])
    keep[0, 0] = 0
    return np.linalg.solve(phi.T @ phi / len(y) + lam * keep, phi.T @ y / len(y))


@mistake("ridge_fit", BIAS)
def ridge_with_the_whole_identity(phi, y, lam):
    return np.linalg.solve(phi.T @ phi + lam * np.identity(phi.shape[1]), phi.T @ y)


@mistake("affine_backward", MEAN)
def bias_gradient_by_mean(dout, cache):
    x, w, b = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.mean(axis=0)


@mistake("conv2d_backward", MEAN)
def filters_bias_by_mean(dout, cache):
    x, w, b, stride, padding, dilation = cache
    big = np.pad(x, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2))
    dbig, dw = np.zeros(big.shape), np.zeros(w.shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            for k in range(w.shape[2]):
                for m in range(w.shape[3]):
                    p, q = i * stride + k * dilation, j * stride + m * dilation
                    dbig[:, :, p, q] += dout[:, :, i, j] @ w[:, :, k, m]
                    dw[:, :, k, m] += dout[:, :, i, j].T @ big[:, :, p, q]
    dx = dbig[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
    return dx, dw, dout.mean(axis=(0, 2, 3))


@mistake("prelu_backward", MEAN)
def slope_gradient_by_mean(dout, cache):
    x, a = cache
    a_ = a.reshape((1, -1) + (1,) * (x.ndim - 2))
    return dout * np.where(x > 0, 1, a_), (dout * np.minimum(x, 0)).mean((0, *range(2, x.ndim)))


@mistake("rnn_step_backward", MEAN)
def step_bias_by_mean(dh, cache):
    x, h_prev, u, w, b, h = cache
    da = dh * (1 - h**2)
    return da @ u.T, da @ w.T, x.T @ da, h_prev.T @ da, da.mean(axis=0)


@mistake("mse_forward", RATIO)
def mean_of_all_entries(a, y):
    return 0.5 * np.mean((a - y) ** 2), (a, y)


@mistake("cross_entropy_backward", RATIO)
def divided_by_scores_size(cache):
    scores, y = cache
    e = np.exp(scores - scores.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return p / scores.size


@mistake("standardize", IN_PLACE)
def training_set_moved_first(x_train, x_test):
    s = x_train.std(0)
    s[s == 0] = 1
    x_train -= x_train.mean(0)
    x_test -= x_train.mean(0)
    return x_train / s, x_test / s


@mistake("mse_forward", IN_PLACE)
def difference_in_place(a, y):
    a -= y
    return (a**2).sum() / (2 * len(a)), (a, y)
