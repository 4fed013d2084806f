"""Numerical gradient, mini-batches, the loss of softmax regression."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import (
    Against,
    Case,
    Output,
    Probe,
    StructureError,
    case,
    unpack,
    wrong,
)
from autograder.checking.kinds import build, function, snapshot
from autograder.checking.kinds import changed as changed_names
from autograder.checking.messages import translate
from autograder.checking.values import plain


def numerical_gradient(f, x, eps=1e-6):
    """(f(x + eps·e_i) − f(x − eps·e_i)) / (2·eps) for every entry i."""
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + eps
        above = f(x)
        x[i] = old - eps
        below = f(x)
        x[i] = old
        grad[i] = (above - below) / (2 * eps)
    return grad


def smooth(a: np.ndarray, b: np.ndarray):
    """A function whose second and third derivatives are large: one-sided differences are off by eps·f''."""

    def f(x: Any) -> float:
        x = np.asarray(x, dtype=float)
        return float(np.sum(a * np.sin(3 * x) + b * x**3) + np.sum(x) ** 2)

    return f


def functions_of_arrays(rng: np.random.Generator) -> Iterator[Case]:
    """Several shapes, a step large enough for one-sided differences to show, whole numbers, a single number."""
    for shape, eps in (((3, 4), 1e-4), ((5,), 1e-6), ((2, 3, 2), 1e-3), ((), 1e-4)):
        a, b = rng.uniform(1, 2, shape), rng.uniform(1, 2, shape)
        yield case(
            f"x of shape {shape}, eps = {eps:g}",
            f=smooth(a, b),
            x=rng.standard_normal(shape),
            eps=eps,
        )
    yield case(
        "x of whole numbers",
        f=smooth(rng.uniform(1, 2, 3), rng.uniform(1, 2, 3)),
        x=np.array([1, -2, 3]),
        eps=1e-4,
    )


def watched_function(f: Any, case: Case) -> dict[str, Any]:
    """The gradient, x afterwards, and whether f always saw an array of x's shape."""
    kept = snapshot({"x": case["x"]})
    shapes, right = [], np.shape(case["x"])

    def spy(x: Any) -> float:
        shapes.append(np.shape(x))
        return case["f"](x)

    grad = f.numerical_gradient(spy, case["x"], case["eps"])
    for shape in shapes:
        if shape != right:
            raise StructureError(
                translate(
                    "f was called with an array of shape {got}; expected x's shape {want}"
                ).format(got=shape, want=right)
            )
    return {"grad": grad, "!changed": lambda: changed_names(kept, {"x": case["x"]})}


def default_step(f: Any, case: Case) -> dict[str, Any]:
    """eps has a default; f keeps the arrays it was called with, as a recording function would."""
    kept: list[Any] = []

    def recorder(x: Any) -> float:
        kept.append(x)
        return case["f"](x)

    return {"grad": f.numerical_gradient(recorder, case["x"])}


NUMERICAL_GRADIENT = build(
    numerical_gradient, chapter=2, summary="the gradient by central differences", cases=functions_of_arrays, trial=watched_function,
    # Two right codes differ by the rounding of f, about 1e-16·|f|/eps: at most 1e-9 of the gradient here.
    outputs=(Output("grad", tol=1e-7, atol=1e-8),),
    probes=lambda ex, drawn, rng: [
        *[Probe("values", c) for c in drawn],
        *[Probe("repeatable", c, default_step) for c in drawn[:2]],
        Probe("memory layout", drawn[0].replace("read-only, column-major arrays", x=_frozen(drawn[0]["x"]))),
        Probe("extreme values", drawn[0].replace("x of size 1e3", x=1e3 * drawn[0]["x"].round(3), f=_linear(drawn[0]["x"].shape, rng))),
    ],
    forbids=("nnkit.gradcheck.numerical_gradient", "nnkit.gradcheck.complex_step_gradient", "scipy.optimize.approx_fprime"),
    mistakes=[
        wrong("one_sided", "Step to both sides; what does the error do?", "below = f(x)", "below = None", "x[i] = old\n        grad[i] = (above - below) / (2 * eps)",
              "x[i] = old\n        grad[i] = (above - f(x)) / eps"),
        wrong("backward_difference", "Step to both sides; what does the error do?", "x[i] = old + eps", "x[i] = old"  , "(2 * eps)", "eps"),
        wrong("half_missing", "How far apart are the two points?", "(2 * eps)", "eps"),
        wrong("sign", "Which value belongs to the larger x?", "(above - below)", "(below - above)"),
        wrong("not_restored", "Before the next entry's turn, this one needs its old value.", "        x[i] = old\n", ""),
        wrong("changes_x", "x belongs to the caller.", "x = np.array(x, dtype=float)", "x = np.asarray(x)"  , "        x[i] = old\n        grad", "        grad"),
        wrong("integer_array", "What happens to 1e-6 in an array of whole numbers?", "x = np.array(x, dtype=float)", "x = np.array(x)", "np.zeros(x.shape)", "np.zeros_like(x)"),
        wrong("integer_step", "What happens to 1e-6 in an array of whole numbers?", "x = np.array(x, dtype=float)", "x = np.array(x)"),
        wrong("float32", "Single precision has seven digits; the step uses up six.", "dtype=float)", "dtype=np.float32)"),
        wrong("eps_ignored", "eps is an argument.", "old + eps", "old + 1e-5", "old - eps", "old - 1e-5", "(2 * eps)", "2e-5"),
        wrong("all_entries_at_once", "Move one entry at a time.", "x[i] = old + eps\n        above = f(x)", "above = f(x + eps)", "x[i] = old - eps\n        below = f(x)", "below = f(x - eps)"),
        wrong("absolute_value", "A slope has a sign.", "(above - below)", "abs(above - below)"),
        wrong("step_too_small", "Two numbers that agree in fifteen digits leave one digit of difference.", "x = np.array(x, dtype=float)", "x = np.array(x, dtype=float)\n    eps = 1e-14"),
        wrong("flat_result", "grad has x's shape.", "return grad", "return grad.ravel()"),
    ],
)  # fmt: skip


def _frozen(x: np.ndarray) -> np.ndarray:
    x = np.array(x, order="F")
    x.flags.writeable = False
    return x


def _linear(shape: tuple[int, ...], rng: np.random.Generator):
    weights = rng.standard_normal(shape)
    return lambda x: float(np.sum(weights * np.asarray(x, dtype=float)))


def minibatches(x, y, batch_size, rng):
    """Yield (x, y) pairs of batch_size rows in an order drawn from rng."""
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        chosen = order[start : start + batch_size]
        yield x[chosen], y[chosen]


def datasets(rng: np.random.Generator) -> Iterator[Case]:
    """Sizes that divide and that do not, a batch larger than the data, rows of several axes."""
    for n, shape, size in ((10, (3,), 4), (12, (2, 2), 3), (5, (2,), 8), (7, (1,), 1)):
        x = np.arange(n * int(np.prod(shape)), dtype=float).reshape(n, *shape) + 0.5
        yield case(
            f"{n} examples in batches of {size}",
            x=x,
            y=np.arange(n) * 10,
            batch_size=size,
            rng=np.random.default_rng(int(rng.integers(2**31))),
        )


def one_pass(f: Any, case: Case) -> dict[str, Any]:
    """Everything the contract promises about one pass, without asking for one particular order."""
    x, y, size = case["x"], case["y"], case["batch_size"]
    kept = snapshot({"x": x, "y": y})
    batches = list(_taken(f.minibatches(x, y, size, case["rng"]), 4 * len(x) + 8))
    xs, ys = [b[0] for b in batches], [b[1] for b in batches]
    seen = np.concatenate(ys) if ys else np.zeros(0, int)
    together = (
        all(
            len(a) == len(b) and np.array_equal(a, x[b // 10])
            if a.shape[1:] == x.shape[1:]
            else False
            for a, b in zip(xs, ys, strict=True)
        )
        if (np.isin(seen, y).all())
        else False
    )
    return {
        "number of batches": Against(len(batches), -(-len(x) // size)),
        "sizes of the batches": Against(
            [len(b) for b in ys], [min(size, len(x) - s) for s in range(0, len(x), size)]
        ),
        "examples seen": Against(np.sort(seen), np.sort(y)),
        "x and y stay together": Against(bool(together), True),
        "dtype of y": Against(str(ys[0].dtype.kind) if ys else "", y.dtype.kind),
        "!changed": lambda: changed_names(kept, {"x": x, "y": y}),
    }


def orders(f: Any, case: Case) -> dict[str, Any]:
    """The order comes from rng: the same state gives the same order, and it is not the old one every time."""
    x, y = np.arange(40.0)[:, None], np.arange(40)
    seed = case["seed"]

    def order(generator: np.random.Generator) -> np.ndarray:
        taken = [b[1] for b in _taken(f.minibatches(x, y, 7, generator), 100)]
        return np.concatenate(taken) if taken else np.zeros(0, int)

    shared = np.random.default_rng(seed + 1)
    first, again, other = (
        order(np.random.default_rng(seed)),
        order(np.random.default_rng(seed)),
        order(shared),
    )
    second_pass = order(shared)
    # 40 examples: a right shuffle keeps the order, sorts within batches or repeats it with probability < 1e-40.
    sorted_in_batches = all(np.all(np.diff(first[s : s + 7]) == 1) for s in range(0, len(first), 7))
    whole_batches = all(
        np.all(np.diff(np.sort(first[s : s + 7])) == 1) for s in range(0, len(first), 7)
    )
    return {
        "same order from the same rng state": Against(bool(np.array_equal(first, again)), True),
        "order is shuffled": Against(bool(np.array_equal(first, np.arange(40))), False),
        "another rng gives another order": Against(bool(np.array_equal(first, other)), False),
        "a second pass has another order": Against(bool(np.array_equal(other, second_pass)), False),
        "examples are shuffled one by one": Against(sorted_in_batches or whole_batches, False),
    }


def _taken(batches: Any, most: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """At most `most` batches as plain arrays; an endless generator is an error, not an endless check."""
    try:
        iterator = iter(batches)
    except TypeError:
        raise StructureError(
            translate(
                "minibatches returned something that cannot be looped over; expected a generator of (x, y)"
            )
        ) from None
    for k, batch in enumerate(iterator):
        if k >= most:
            raise StructureError(
                translate("minibatches was still yielding after {n} batches").format(n=most)
            )
        x, y = (plain(v) for v in unpack(batch, ("x", "y"), translate("a batch of minibatches")))
        if (
            not isinstance(x, np.ndarray)
            or not isinstance(y, np.ndarray)
            or x.ndim == 0
            or y.ndim != 1
        ):
            raise StructureError(
                translate("a batch holds no arrays of rows; expected x (B, ...) and y (B,)")
            )
        yield x, y


MINIBATCHES = build(
    minibatches, chapter=2, summary="mini-batches in random order", cases=datasets, trial=one_pass, randomness=True,
    outputs=(),
    probes=lambda ex, drawn, rng: [
        *[Probe("values", c) for c in drawn],
        Probe("order from rng", Case("40 examples", {}, {"seed": int(rng.integers(2**31))}), orders),
        Probe("memory layout", drawn[0].replace("read-only arrays", x=_frozen(drawn[0]["x"]), y=_frozen(drawn[0]["y"]))),
    ],
    forbids=("nnkit.data.minibatches",),
    mistakes=[
        wrong("last_batch_dropped", "What happens to the examples that do not fill a batch?", "range(0, len(x), batch_size)", "range(0, len(x) - batch_size + 1, batch_size)"),
        wrong("not_shuffled", "The order comes from rng.", "rng.permutation(len(x))", "np.arange(len(x))"),
        wrong("x_and_y_apart", "Each label belongs to its row.", "y[chosen]", "y[start : start + batch_size]"),
        wrong("with_replacement", "Every example once.", "rng.permutation(len(x))", "rng.integers(0, len(x), len(x))"),
        wrong("own_generator", "The rng is passed in.", "order = rng.permutation", "order = np.random.default_rng(0).permutation"),
        wrong("fresh_generator", "The same rng state has to give the same order.", "order = rng.permutation", "order = np.random.default_rng().permutation"),
        wrong("global_random", "The global random state is left alone.", "order = rng.permutation", "order = np.random.permutation"),
        wrong("batches_shuffled_only", "Neighbours should not stay neighbours for ever.", "    order = rng.permutation(len(x))\n    for start in range(0, len(x), batch_size):\n        chosen = order[start : start + batch_size]",
              "    order = np.arange(len(x))\n    starts = np.arange(0, len(x) - len(x) % batch_size, batch_size)\n    for start in [*rng.permutation(starts), *range(len(starts) * batch_size, len(x), batch_size)]:\n        chosen = order[start : start + batch_size]"),
        wrong("one_batch_only", "A `return` ends the loop at once.", "yield x[chosen], y[chosen]", "yield x[chosen], y[chosen]\n        return"),
        wrong("last_batch_filled_up", "The last batch may be smaller.", "chosen = order[start : start + batch_size]", "chosen = np.take(order, range(start, start + batch_size), mode='wrap')"),
        wrong("changes_data", "The data belongs to the caller.", "    order = rng.permutation(len(x))", "    order = rng.permutation(len(x))\n    x[:], y[:] = x[order], y[order]\n    order = np.arange(len(x))"),
        wrong("batch_size_off_by_one", "How many rows has a slice from a to b?", "start + batch_size]", "start + batch_size - 1]"),
    ],
)  # fmt: skip


def softmax_regression_loss(w, b, x, y, lam):
    """Cross-entropy of x·w + b plus lam/2 · sum w², with its gradients."""
    n = len(x)
    scores = x @ w + b
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean() + lam / 2 * np.sum(w**2)
    dscores = np.exp(log_p)
    dscores[np.arange(n), y] -= 1
    dscores /= n
    dw = x.T @ dscores + lam * w
    db = dscores.sum(axis=0)
    return loss, dw, db


def regression_cases(rng: np.random.Generator) -> Iterator[Case]:
    """All sizes differ; with and without regularisation; a bias that matters."""
    for n, d, k, lam in ((4, 3, 5, 0.7), (5, 4, 3, 0.05), (3, 2, 4, 0.0)):
        w, b = rng.standard_normal((d, k)), 2 * rng.standard_normal(k)
        yield case(
            f"lam = {lam:g}, N = {n}, D = {d}, K = {k}",
            w=w,
            b=b,
            x=rng.standard_normal((n, d)),
            y=rng.integers(0, k, n),
            lam=lam,
            N=n,
            D=d,
            K=k,
            parts={"lam·w": lam * w, "lam·b": lam * b} if lam else {},
        )


def regression_huge(rng: np.random.Generator) -> Iterator[Case]:
    """Scores in the thousands."""
    yield case(
        "scores up to ±10,000",
        w=100 * rng.standard_normal((3, 4)),
        b=np.zeros(4),
        x=50 * rng.standard_normal((5, 3)),
        y=rng.integers(0, 4, 5),
        lam=0.1,
    )


SOFTMAX_REGRESSION = function(
    softmax_regression_loss, chapter=2, summary="the loss of softmax regression and its gradients", cases=regression_cases,
    extreme=regression_huge, whole="x", outputs=[Output("loss", tol=1e-9), Output("dw", axes=("input", "class")), Output("db", axes=("class",))],
    mistakes=[
        wrong("bias_ignored", "The scores need b.", "x @ w + b", "x @ w"),
        wrong("penalty_missing_in_loss", "The loss has two parts.", " + lam / 2 * np.sum(w**2)", ""),
        wrong("penalty_missing_in_gradient", "Both parts of the loss depend on w.", " + lam * w", ""),
        wrong("penalty_without_half", "Value and gradient of the penalty have to belong together.", "lam / 2 * np.sum(w**2)", "lam * np.sum(w**2)"),
        wrong("penalty_gradient_doubled", "Half of the square has a simple derivative.", "+ lam * w", "+ 2 * lam * w"),
        wrong("penalty_gradient_halved", "Half of the square has a simple derivative.", "+ lam * w", "+ lam / 2 * w"),
        wrong("bias_penalised", "The bias is not penalised.", "np.sum(w**2)", "(np.sum(w**2) + np.sum(b**2))", "db = dscores.sum(axis=0)", "db = dscores.sum(axis=0) + lam * b"),
        wrong("bias_gradient_penalised", "The bias is not penalised.", "db = dscores.sum(axis=0)", "db = dscores.sum(axis=0) + lam * b"),
        wrong("gradient_not_averaged", "The loss averages over the batch; so do its gradients.", "    dscores /= n\n", ""),
        wrong("gradient_averaged_twice", "Each 1/N of the loss appears once.", "dw = x.T @ dscores", "dw = x.T @ dscores / n"),
        wrong("penalty_averaged", "The penalty knows nothing of N.", "+ lam * w", "+ lam * w / n"),
        wrong("db_averaged", "dscores holds 1/N already.", "dscores.sum(axis=0)", "dscores.mean(axis=0)"),
        wrong("loss_summed", "The loss averages over the batch.", ".mean()", ".sum()"),
        wrong("no_shift", "What is exp(1000)?", "shifted = scores - scores.max(axis=1, keepdims=True)", "shifted = scores"),
        wrong("one_hot_missing", "The score of the right class should be pushed up.", "    dscores[np.arange(n), y] -= 1\n", ""),
        wrong("sign", "Step against the gradient: the loss should fall.", "dw = x.T @ dscores", "dw = -x.T @ dscores"),
        wrong("db_keeps_axis", "db has exactly the shape of b.", "dscores.sum(axis=0)", "dscores.sum(axis=0, keepdims=True)"),
    ],
)  # fmt: skip
