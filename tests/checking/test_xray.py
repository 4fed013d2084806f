"""The x-ray names a line only where a change of it makes all right; it changes nothing itself."""

import copy
import itertools
import linecache
import random
import textwrap
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.audit import variants
from autograder.audit.xray import mutants
from autograder.checking import GradingCheck, check
from autograder.checking.runner import Runner
from autograder.checking.seeds import draw, find_exercises, public_rng
from autograder.checking.sheet import differences
from autograder.checking.xray import locate, with_line
from autograder.checking.xray.bench import Hook
from autograder.checking.xray.edits import same
from autograder.checking.xray.places import places
from autograder.checking.xray.source import NotReadable, Source

# Pairs with caches of their own, loops, in-place changes, helpers, closures.
EXERCISES = ("affine_backward", "tanh_backward", "softmax")
CELLS = itertools.count()


def drawing_of(name):
    return draw(find_exercises(name)[0], public_rng(name, None))


def located(name, functions, seconds=2.0):
    """What the x-ray says of a function that is wrong on an ordinary case; else "right"."""
    drawing = drawing_of(name)
    partner = drawing.partner
    own = {name, partner.name} if partner else set(functions)
    space = {**drawing.exercise.companions, **{k: f for k, f in functions.items() if k in own}}
    for i, (probe, right) in enumerate(zip(drawing.probes, drawing.expected, strict=True)):
        if probe.clause == "values":
            trial = probe.trial or drawing.exercise.trial
            run = Runner(5.0).run(trial, SimpleNamespace(**space), probe.case)
            if run.problem or differences(drawing.exercise, probe, run, right):
                return locate(drawing, i, space, seconds)
    return "right"


def from_cell(source, name="affine_backward", **scope):
    """A function as a cell of a notebook defines it."""
    source, file = textwrap.dedent(source).strip() + "\n", f"<cell {next(CELLS)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    names = {"np": np, **scope}
    exec(compile(source, file, "exec"), names)
    return names[name]


AFFINE = """
def affine_backward(dout, cache):
    x, w, b = cache
    flat = x.reshape(len(x), -1)
    back = dout @ w.T
    dw = flat.T @ ({change})
    db = dout.sum(axis=0)
    return back.reshape(x.shape), dw, db
"""
TWICE = AFFINE.format(change="2 * dout")
LSTM = """
def lstm_step_backward(dh, dc, cache):
    x, h_prev, c_prev, u, w, b, f, i, g, o, c = cache
    tanh_c = np.tanh(c)
    do = dh * tanh_c
    dct = dc + dh * o * (1 - tanh_c**2)
    df = dct * c_prev
    di = dct * g
    dg = dct * i
    dz = [df * f * (1 - f), di * i * (1 - i), dg * (1 - g**2), do * o * (1 - o)]
    dz = np.concatenate(dz, axis=1)
    du, dw, db = x.T @ dz, h_prev.T @ dz, dz.sum(axis=0)
    return dz @ u.T, dz @ w.T, dct * f, du, dw, db
"""


@pytest.mark.parametrize("name", EXERCISES)
def test_what_is_named_holds_the_changed_line_of_mutants_nearly_always(name):
    said = []
    for variant in variants.of(name):
        listed = list(mutants(variant.functions[name]))
        random.Random(3).shuffle(listed)
        for mutant in listed[:3]:
            found = located(name, {**variant.functions, name: mutant.function})
            if found not in (None, "right"):
                assert 0 <= found.last - found.first < 3
                said.append(found.first <= mutant.line <= found.last)
    assert len(said) >= 3
    assert sum(said) >= 0.9 * len(said)


@pytest.mark.parametrize("name", EXERCISES)
def test_right_functions_get_silence(name):
    drawing = drawing_of(name)
    for variant in variants.of(name):
        assert located(name, variant.functions) == "right"
        space = {**drawing.exercise.companions, **variant.functions}
        assert locate(drawing, 0, space) is None


@pytest.mark.parametrize("line", range(3, 8))
def test_a_factor_is_found_in_the_line_where_it_stands(line):
    lines = AFFINE.format(change="dout").strip().splitlines()
    head, tail = lines[line - 1].split("=" if line < 7 else "return", 1)
    middle = "=" if line < 7 else "return 1.7 *"
    lines[line - 1] = f"{head}{middle} {'1.7 * ' if line < 7 else ''}{tail}"
    found = located("affine_backward", {"affine_backward": from_cell("\n".join(lines))})
    # A factor on the flat x and one on dw are one mistake: a span holds both.
    assert found is None or found.first <= line <= found.last
    if line in (4, 5, 6):
        assert found is not None


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("dct * c_prev", "dct * (c_prev + 0.1)", 6),
        ("1 - g**2", "1 - g", 9),
    ],
)
def test_the_line_in_a_backward_step_of_an_lstm(right, wrong, line):
    assert right in LSTM
    function = from_cell(LSTM.replace(right, wrong), "lstm_step_backward")
    found = located("lstm_step_backward", {"lstm_step_backward": function})
    assert (found.first, found.last) == (line, line)


def test_the_report_names_the_quantities_before_the_line():
    function = from_cell(LSTM.replace("dct * i", "dct / i"), "lstm_step_backward")
    text = located("lstm_step_backward", {"lstm_step_backward": function}).text
    assert text.startswith("Up to line 7 your numbers are those of the derivation (")
    assert "`di`" in text
    assert "line 8 of your cell, `dg = dct / i`" in text


def test_two_mistakes_in_two_lines_get_silence():
    source = TWICE.replace("dout.sum(axis=0)", "3 * dout.sum(axis=0)")
    assert located("affine_backward", {"affine_backward": from_cell(source)}) is None


def test_arrays_globals_and_random_numbers_of_the_student_stay_as_they_are():
    seen, kept = [1], np.arange(3.0)
    source = TWICE.replace("    back =", "    seen.append(2); kept[:] += 1\n    back =")
    wrong = from_cell(
        source.replace("2 * dout", "2 * dout + 0 * np.random.rand()"), seen=seen, kept=kept
    )
    drawing = drawing_of("affine_backward")
    scope = dict(wrong.__globals__)
    inputs = copy.deepcopy(drawing.probes[0].case.inputs)
    np.random.seed(1)
    random.seed(1)
    space = {**drawing.exercise.companions, "affine_backward": wrong}
    found = locate(drawing, 0, space)
    assert found is None or found.first == 5
    assert seen == [1]
    assert np.array_equal(kept, np.arange(3.0))
    assert wrong.__globals__ == scope
    assert all(np.array_equal(drawing.probes[0].case.inputs[k], v) for k, v in inputs.items())
    assert np.random.rand() == np.random.RandomState(1).rand()
    assert random.random() == random.Random(1).random()


def test_nothing_is_printed(capsys):
    source = TWICE.replace("    back =", "    print(dout)\n    back =")
    assert located("affine_backward", {"affine_backward": from_cell(source)}).first == 6
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "call",
    [
        "open('x', 'w')",
        "np.save('x', dout)",
        "time.sleep(1)",
        "save(1)",
        # With other strides it reads and writes where no array is.
        "np.lib.stride_tricks.as_strided(dout)",
    ],
)
def test_code_that_does_more_than_compute_is_not_run_again(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    helper = from_cell("def helper(x):\n    open('x', 'w')", "helper")
    source = TWICE.replace("    back =", f"    {call}\n    back =".replace("save(1)", "helper(1)"))
    function = from_cell(source, time=time, helper=helper)
    drawing = drawing_of("affine_backward")
    assert locate(drawing, 0, {"affine_backward": function}) is None
    assert not [*tmp_path.iterdir()]
    with pytest.raises(NotReadable):
        Source(function)


def test_a_function_whose_text_is_nowhere_or_is_another_one_is_not_read():
    made: dict = {}
    exec("def f(x):\n    return x", made)
    renamed = from_cell("def g(x):\n    return x", "g")
    renamed.__name__ = "another"
    empty = type("Empty", (), {})
    for function in (made["f"], renamed, empty, len):
        with pytest.raises(NotReadable):
            Source(function)


def decorated(function):
    def inner(*args):
        return function(*args)

    inner.__wrapped__ = function
    return inner


class Called:
    def __call__(self, dout, cache):
        return dout @ cache[1].T, cache[0].T @ dout, dout.sum(axis=0)


@pytest.mark.parametrize(
    "function",
    [
        decorated(from_cell(TWICE)),
        Called(),
        eval("lambda dout, cache: (dout @ cache[1].T, 0 * cache[1], dout.sum(axis=0))"),
    ],
    ids=["decorated", "object", "no source"],
)
def test_what_cannot_be_read_gets_silence(function):
    assert locate(drawing_of("affine_backward"), 0, {"affine_backward": function}) is None


ENDLESS = {
    "loop": "    while True:\n        pass\n",
    "exceptions swallowed": (
        "    while True:\n        try:\n            1 + 1\n"
        "        except BaseException:\n            pass\n"
    ),
    "recursion": "    affine_backward(dout, cache)\n",
    # NumPy reads np.r_ as a sequence without end where an array is expected.
    "np.r_": "    dout = np.r_[dout, dout][: len(dout)]\n",
    "count": "    total = 0\n    for k in range(10**9):\n        total += k\n",
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_it_ends_in_time_whatever_the_code_does(kind):
    function = from_cell(TWICE.replace("    back =", ENDLESS[kind] + "    back ="))
    start, threads = time.monotonic(), threading.active_count()
    assert locate(drawing_of("affine_backward"), 0, {"affine_backward": function}, 0.2) is None
    assert time.monotonic() - start < 30  # a second, and a busy machine
    assert threading.active_count() <= threads + 1


def test_the_notebook_shows_the_line_and_the_grader_does_not(monkeypatch):
    monkeypatch.delenv("NN_COURSE_SECRET", raising=False)
    wrong = from_cell(AFFINE.format(change="dout * (1 + 0.3 * dout)"))
    shown = check.judge(wrong, None, {})
    assert not shown.passed
    assert "The mistake is in line 5 of your cell" in shown.found
    assert shown.found in shown.message
    graded = GradingCheck(b"secret").judge(wrong, None, {})
    assert not graded.passed
    assert "of your cell" not in graded.message
    monkeypatch.setenv("NN_COURSE_SECRET", "secret")
    assert "of your cell" not in check.judge(wrong, None, {}).message


NOTHING = {
    "affine_backward": """
def affine_backward(dout, cache):
    x, w, b = cache
    return np.zeros(x.shape), np.zeros(w.shape), np.zeros(b.shape)
""",
    "mse_backward": """
def mse_backward(cache):
    a, y = cache
    return 0 * a
""",
    "softmax": """
def softmax(z):
    return np.ones(z.shape)
""",
    # `(3, 5, 4) * 25` in place of the length asked for more memory than there is, for 18 s.
    "gradient_norms": """
def gradient_norms(cache):
    x, h0, u, w, b, h = cache
    return np.ones(h.shape[1])
""",
}


@pytest.mark.parametrize("name", NOTHING)
def test_a_function_that_computes_nothing_has_no_line_of_its_own(name):
    start = time.thread_time()
    assert located(name, {name: from_cell(NOTHING[name], name)}) is None
    assert time.thread_time() - start < 10  # it hung: this is no speed


def test_steps_that_are_computed_again_and_again_are_known_by_the_last_turn():
    source = """
def momentum_step(w, dw, state, lr, mu=0.9):
    v = (state or {}).get("v", 0.0)
    v = mu * v + lr * dw
    return w - lr * v, {"v": v}
"""
    found = located("momentum_step", {"momentum_step": from_cell(source, "momentum_step")})
    assert (found.first, found.last) == (3, 3)


def test_a_mistake_with_a_name_needs_no_line():
    function = find_exercises("affine_backward")[0].mistakes[0].functions["affine_backward"]
    report = check.judge(function, "affine_backward", {})
    assert report.mistake, report.message
    assert "a small change" not in report.message


def test_an_error_in_the_x_ray_leaves_the_report_as_it_is(monkeypatch):
    monkeypatch.delenv("NN_COURSE_SECRET", raising=False)
    report = check.judge(from_cell(TWICE.replace("def", "\n\ndef")), "affine_backward", {})

    def breaks(*arguments):
        raise RuntimeError

    monkeypatch.setattr("autograder.checking.xray.notebook.locate", breaks)
    assert with_line(report, drawing_of("affine_backward"), {}) == report


PARTS = """
def parts(a, b):
    n = 3
    d = {"a": [v * n for v in range(n) if v], "b": lambda q, r=2: q + r + n}
    out = np.zeros((3, 4))
    out[:, 1] += a
    out[0, 1:3] = b
    out[0][1] -= 1
    first, (second, *rest) = 1, (2, 3)
    while True:
        n -= 1
        if n < 0:
            break
    def inner(z):
        return z * n + out[-1:, ::2].sum()
    t = (y := 3) + y
    every = [x for x in (i for i in range(4)) if x % 2]
    return inner(2), d["b"](3), out, rest, t, every, (a if b else first), -a**2, not n, out.T
"""


def test_a_place_handed_to_the_hook_computes_the_same():
    function = from_cell(PARTS, "parts")
    want = function(1.5, 2.5)
    source = Source(function)
    source.guard_loops()
    listed = places(source.tree)
    assert len(listed) > 60
    for place in listed:
        hook = Hook()
        hook.until, hook.edit = time.thread_time() + 5, same(place.node)
        place.put(place.hooked())
        made = source.compiled(hook)
        place.put(place.node)
        for mine, theirs in zip(made(1.5, 2.5), want, strict=True):
            assert np.array_equal(mine, theirs)
