"""Slips of Python and NumPy get a sentence of their own, whatever the exercise."""

import numpy as np
import pytest

from autograder.checking import run_check

SOFTMAX = (
    "def softmax(z):\n"
    "    e = np.exp(z - z.max(axis=-1, keepdims=True))\n"
    "    p = e / e.sum(axis=-1, keepdims=True)\n"
    "    {}"
)
SLIPS = {
    "print shows a value": SOFTMAX.format("print(p)"),
    "It returned None": SOFTMAX.format("p + 0"),
    "It returned a generator": SOFTMAX.format("return (row for row in p)"),
    "has to be called": SOFTMAX.format("return p.copy"),
    "ends in the first turn": SOFTMAX.format("for row in p:\n        return row"),
    "is never filled": SOFTMAX.format("out = np.empty(p.shape)\n    return out"),
    "gives real ones": SOFTMAX.format("return p + 0j"),
    "compare two arrays": "def relu_forward(x):\n    return np.max(x, 0.0), (x,)",
    "compare two arrays.": "def relu_forward(x):\n    return np.max(0, x), (x,)",
    "rng.permutation returns": "def k_fold_indices(n, k, rng):\n"
    "    i = rng.shuffle(np.arange(n))\n"
    "    return [(i[1:], i[:1])]",
    "make it with dtype float": "def q_learning_update(q, s, a, r, s_next, alpha, gamma):\n"
    "    q = q.copy()\n"
    "    q += 0.5\n"
    "    return q.astype(float)",
    "inside the logarithm": "def cross_entropy_forward(scores, y):\n"
    "    p = np.exp(scores - scores.max(1, keepdims=True))\n"
    "    p = p / p.sum(1, keepdims=True)\n"
    "    return -np.log(p[np.arange(len(y)), y] + 1e-3 * 0.9e-2 + 1e-4).mean(), (scores, y)",
    "lost its fractions": "def sgd_step(w, dw, state, lr):\n"
    "    return np.trunc(w - lr * dw), state",
}


def function_of(text, tmp_path):
    """The function, with its text in a file where `inspect` finds it."""
    import linecache

    name = str(tmp_path / "cell.py")
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    space = {"np": np, "__name__": "student"}
    exec(compile(text, name, "exec"), space)
    called = text.split("(")[0].removeprefix("def ")
    return {called: space[called]}


@pytest.mark.parametrize("words", SLIPS)
def test_a_slip_is_said_in_a_sentence(words, tmp_path):
    functions = function_of(SLIPS[words], tmp_path)
    report = run_check(*functions, functions)
    assert not report.passed
    assert words.rstrip(".") in report.cause or report.mistake, report.message


def test_a_maximum_along_an_axis_is_no_slip():
    from autograder.checking.slips_in_text import TWO_ARRAYS

    for text in (
        "np.max(x, axis=1)", "np.max(x, 1)", "np.max(f(x, y))", "np.max(x, -1, keepdims=True)",
        "np.max(x)",
    ):  # fmt: skip
        assert not TWO_ARRAYS.search(text), text
    for text in ("np.max(x, y)", "np.max(x, 0.0)", "np.min(f(a), b)", "np.max(x @ w, x)"):
        assert TWO_ARRAYS.search(text), text


def test_results_of_one_shape_that_are_exchanged_are_named():
    def two(a, b):
        from autograder.exercises.ch05.lstm_step import lstm_step_backward as right

        def lstm_step_backward(dh, dc, cache):
            grads = list(right(dh, dc, cache))
            grads[a], grads[b] = grads[b], grads[a]
            return tuple(grads)

        return run_check("lstm_step_backward", {"lstm_step_backward": lstm_step_backward})

    report = two(1, 2)
    assert "dh_prev and dc_prev are exchanged" in report.cause or report.mistake


def test_the_output_that_is_wrong_in_one_place_is_the_news():
    from autograder.exercises.ch05.lstm_step import lstm_step_backward as right

    def lstm_step_backward(dh, dc, cache):
        dx, dh_prev, dc_prev, du, dw, db = right(dh, dc, cache)
        n = db.size // 4
        db = db.copy()
        db[3 * n :] += 0.37
        return dx + 0.5 * dh_prev.sum(), dh_prev, dc_prev, du, dw, db

    report = run_check("lstm_step_backward", {"lstm_step_backward": lstm_step_backward})
    assert "db is wrong in block o only" in report.found


WARNED = {
    "np.where computes both": "    return dout * np.where(x > 0, 1.0, alpha * np.exp(x))",
    "A power of e overflows": "    e = np.array(np.exp(x))\n    e[x > 0] = 1 / alpha\n"
    "    return dout * alpha * e",
}


@pytest.mark.parametrize("words", WARNED)
def test_a_warning_is_explained(words, tmp_path):
    text = f"def elu_backward(dout, cache):\n    x, alpha = cache\n{WARNED[words]}"
    report = run_check("elu_backward", function_of(text, tmp_path))
    assert not report.passed
    assert "It warned: overflow" in report.found
    assert words in report.cause
