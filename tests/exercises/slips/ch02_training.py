"""Chapter 2, training and the numerical gradient: slips of students."""

import numpy as np

from tests.exercises.slips import slip


@slip("numerical_gradient", "changed x in place")
def stepped_there_and_back(f, x, eps=1e-6):
    x = np.asarray(x, dtype=float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        up = f(x)
        x[i] -= 2 * eps
        down = f(x)
        x[i] += eps
        grad[i] = (up - down) / (2 * eps)
    return grad


@slip("numerical_gradient", "relative step")
def relative_step(f, x, eps=1e-6):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        h = eps * max(1.0, abs(x[i]))
        old = x[i]
        x[i] = old + h
        up = f(x)
        x[i] = old - h
        down = f(x)
        x[i] = old
        grad[i] = (up - down) / (2 * h)
    return grad


@slip("numerical_gradient", "step in proportion")
def step_in_proportion(f, x, eps=1e-6):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        h = eps * abs(x[i])
        old = x[i]
        x[i] = old + h
        up = f(x)
        x[i] = old - h
        down = f(x)
        x[i] = old
        grad[i] = (up - down) / (2 * h)
    return grad


@slip("numerical_gradient", "one sided")
def forward_difference(f, x, eps=1e-6):
    grad = np.zeros(np.shape(x))
    for i in np.ndindex(np.shape(x)):
        moved = np.array(x, dtype=float)
        moved[i] += eps
        grad[i] = (f(moved) - f(x)) / eps
    return grad


@slip("numerical_gradient", "integer gradient")
def gradient_like_whole_numbers(f, x, eps=1e-6):
    grad = np.zeros_like(x)
    for i in np.ndindex(np.shape(x)):
        up, down = np.array(x, dtype=float), np.array(x, dtype=float)
        up[i] += eps
        down[i] -= eps
        grad[i] = (f(up) - f(down)) / (2 * eps)
    return grad


@slip("numerical_gradient", "returns early")
def returned_after_one_entry(f, x, eps=1e-6):
    grad = np.zeros(np.shape(x))
    for i in np.ndindex(np.shape(x)):
        up, down = np.array(x, dtype=float), np.array(x, dtype=float)
        up[i] += eps
        down[i] -= eps
        grad[i] = (f(up) - f(down)) / (2 * eps)
        return grad


@slip("numerical_gradient", "not restored")
def moved_entry_stays(f, x, eps=1e-6):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        up = f(x)
        x[i] -= 2 * eps
        grad[i] = (up - f(x)) / (2 * eps)
    return grad


@slip("minibatches", "order for each batch")
def permutation_for_each_batch(x, y, batch_size, rng):
    for start in range(0, len(x), batch_size):
        chosen = rng.permutation(len(x))[start : start + batch_size]
        yield x[chosen], y[chosen]


@slip("minibatches", "two orders")
def two_permutations(x, y, batch_size, rng):
    xs, ys = x[rng.permutation(len(x))], y[rng.permutation(len(y))]
    for start in range(0, len(x), batch_size):
        yield xs[start : start + batch_size], ys[start : start + batch_size]


@slip("minibatches", "batches shuffled only|whole batches shuffled")
def batches_shuffled(x, y, batch_size, rng):
    starts = np.arange(0, len(x), batch_size)
    rng.shuffle(starts)
    for start in starts:
        yield x[start : start + batch_size], y[start : start + batch_size]


@slip("minibatches", "batches shuffled only")
def each_batch_shuffled_inside(x, y, batch_size, rng):
    for start in range(0, len(x), batch_size):
        chosen = start + rng.permutation(len(x[start : start + batch_size]))
        yield x[chosen], y[chosen]


@slip("minibatches", "shuffle for permutation")
def shuffle_assigned(x, y, batch_size, rng):
    order = rng.shuffle(np.arange(len(x)))
    for start in range(0, len(x), batch_size):
        yield x[order[start : start + batch_size]], y[order[start : start + batch_size]]


@slip("minibatches", "with replacement")
def drawn_for_each_batch(x, y, batch_size, rng):
    for start in range(0, len(x), batch_size):
        chosen = rng.integers(0, len(x), min(batch_size, len(x) - start))
        yield x[chosen], y[chosen]


@slip("minibatches", "changes data")
def data_shuffled_in_place(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    x[:], y[:] = x[order], y[order]
    for start in range(0, len(x), batch_size):
        yield x[start : start + batch_size].copy(), y[start : start + batch_size].copy()


@slip("minibatches", "one batch only")
def returned_in_the_loop(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        chosen = order[start : start + batch_size]
        return [(x[chosen], y[chosen])]


@slip("perceptron_update", "changes w")
def weights_changed_in_place(w, x, y, lr):
    if y * np.dot(w, x) <= 0:
        w += lr * y * x
    return w


@slip("perceptron_update", "never on the boundary")
def only_strictly_wrong_points(w, x, y, lr):
    return w + lr * y * x if y * np.dot(w, x) < 0 else w.copy()


@slip("perceptron_update", "error as step")
def step_of_the_error(w, x, y, lr):
    return w + lr * (y - np.sign(w @ x)) * x


@slip("normal_equation", "plain inverse|inverse times x|solve")
def inverse_of_the_product(x, y):
    return np.linalg.inv(x.T @ x) @ x.T @ y


@slip("normal_equation", "plain inverse|inverse times x|solve")
def solved(x, y):
    return np.linalg.solve(x.T @ x, x.T @ y)
