"""What a failed check hands over fails again when it is pasted, and shows what is right."""

import re
from typing import Any

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from autograder import exercises
from autograder.checking import public
from autograder.checking.as_code import (
    MOST,
    _body,
    _shown,
    code_of,
    literal,
    plain_text,
    variables,
)
from autograder.checking.compare import Finding
from autograder.checking.exercise import Output, case
from autograder.checking.public import Check
from autograder.checking.reproduce import DECIMALS, _rounded
from autograder.checking.values import leaves
from autograder.exercises.ch03.value_trial import RIGHT

CELLS = {
    "affine_backward": "def affine_forward(x, w, b):\n"
    "    return x.reshape(len(x), -1) @ w + b, (x, w, b)\n\n"
    "def affine_backward(dout, cache):\n"
    "    x, w, b = cache\n"
    "    flat = x.reshape(len(x), -1)\n"
    "    return (dout @ w.T).reshape(x.shape), flat.T @ dout, dout.mean(axis=0)",
    "relu_forward": "def relu_forward(x):\n    return np.abs(x), (x,)",
    "momentum_step": "def momentum_step(w, dw, state, lr, mu=0.9):\n"
    "    v = (state or {'v': 0.0})['v'] * mu + 2 * dw\n"
    "    return w - lr * v, {'v': v}",
    "softmax": "def softmax(z):\n    e = np.exp(z)\n    return e / e.sum(axis=0)",
}


@pytest.mark.parametrize("name", CELLS)
def test_the_code_of_a_report_runs_and_shows_other_numbers_than_the_right_ones(name):
    shell = InteractiveShell()
    shell.run_cell("import numpy as np\nfrom autograder import check")
    shell.run_cell(CELLS[name])
    error = shell.run_cell(f"check({name})").error_in_exec
    code = error.report.code
    assert code
    assert code in error.report.message
    assert len(code) < 1000
    assert shell.run_cell(code).success
    output, right = code.rsplit("# right: ", 1)[1].split(" = ", 1)
    mine = np.asarray(shell.user_ns[output])
    assert not np.allclose(mine, np.array(eval(right)), atol=1e-3)


OFFERING = [e for e in exercises.everything().values() if not e.is_class and not e.randomness]


@pytest.mark.parametrize("exercise", OFFERING, ids=lambda e: e.name)
def test_code_that_is_offered_gives_the_numbers_of_the_check(exercise):
    for one in exercise.cases(np.random.default_rng(3)):
        code = code_of(exercise, one, None)
        if not code or "dws" in one.inputs:  # an optimizer's steps are looked at below
            continue
        space = {"np": np, **vars(exercise.references())}
        exec(code, space)
        found = exercise.trial(exercise.references(), one.fresh())
        compared = [o.name for o in exercise.outputs if o.name in found and o.name in space]
        assert compared
        for output in compared:
            mine, theirs = as_plain(space[output]), as_plain(found[output])
            if exercise.name == "pca":  # the sign of a direction is free
                mine, theirs = np.abs(mine), np.abs(theirs)
            assert mine == pytest.approx(theirs, rel=1e-9)


def as_plain(value):
    return np.concatenate([np.ravel(v).astype(float) for _, v in leaves(value)] or [np.zeros(0)])


def test_the_numbers_a_report_shows_are_those_of_the_code_below_them():
    looked_at = 0
    for exercise in OFFERING:
        mistake = exercise.mistakes[0].functions
        report = Check().judge(mistake[exercise.name], exercise.name, mistake)
        assert not report.passed
        if not (report.code and report.rows):
            continue
        space = {"np": np, **vars(exercise.references()), **mistake}
        with np.errstate(all="ignore"):
            exec(report.code, space)
        for entry, yours, _right in report.rows:
            try:
                mine = eval(entry, space)
            except (NameError, SyntaxError):  # a name of the report's own: "w (step 2)"
                continue
            looked_at += 1
            mine, yours = float(mine), float(yours)
            if exercise.name == "pca":  # the sign of a direction is free
                mine, yours = abs(mine), abs(yours)
            assert mine == pytest.approx(yours, rel=1e-4, nan_ok=True), (exercise.name, entry)
        # No size in the sentences above them is one that the example has not.
        sizes = re.findall(r"\b([A-Z]) = (\d+)", report.example)
        for letter, number in re.findall(r"\b([A-Z]) = (\d+)", f"{report.found} {report.cause}"):
            assert dict(sizes).get(letter, number) == number, report.message
    assert looked_at > 100


def test_most_exercises_offer_code():
    """What is left out: what is too large to paste, draws at random, or takes functions."""
    cases = {e.name: e.cases(np.random.default_rng(3)) for e in OFFERING}
    offering = [e.name for e in OFFERING if any(code_of(e, one, None) for one in cases[e.name])]
    assert len(offering) >= 80


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([2.1e-19, 4e-18], "[2.1e-19, 4.0e-18]"), ([0.5, 1e-19, -0.0], "[0.5, 0., 0.]"),
        ([0.0], "[0.]"), ([1, 2], "[1, 2]"), ([0.123456, 100], "[  0.1235, 100.    ]"),
    ],
)  # fmt: skip
def test_what_is_right_is_not_rounded_to_nothing(values, text):
    assert plain_text(np.array(values)).replace(" ", "") == text.replace(" ", "")


def test_an_example_has_the_inputs_as_variables():
    shell = InteractiveShell()
    shell.run_cell("import numpy as np\nfrom autograder import check")
    shell.run_cell(CELLS["affine_backward"])
    shell.run_cell("try:\n    check(affine_backward)\nexcept AssertionError:\n    pass")
    found = shell.run_cell("e = check.example('affine_backward')\nx, dout = e.x, e.dout\ne").result
    assert found.x.shape[0] == found.dout.shape[0] == 2
    assert np.allclose(found.yours * 2, found.right)
    shell.run_cell("from autograder.checking.public import Check")  # one that knows no failure
    error = shell.run_cell("Check().example('hinge_backward')").error_in_exec
    assert "the last check of hinge_backward did not fail, or there was none" in str(error)
    assert shell.run_cell("check.example()").result is found  # of what was checked last


def test_a_helper_that_is_wrong_itself_is_pointed_at():
    shell = InteractiveShell()
    shell.run_cell("import numpy as np\nfrom autograder import check")
    shell.run_cell(
        "def logistic(z):\n    return 1 / (1 + np.exp(z))\n\ndef bce_with_logits_backward(cache):\n"
        "    z, y = cache\n    return (logistic(z) - y) / len(z)"
    )
    error = shell.run_cell("check(bce_with_logits_backward)").error_in_exec
    assert "logistic, which it calls, is not right yet" in error.report.message


@pytest.mark.parametrize(
    "value",
    [np.array([[1.0, -0.5], [0.25, 3.0]]), np.arange(4), 0.1, [np.zeros(2), (1, 2.5)],
     {"a": np.ones(1)}, np.array(2.5)],
)  # fmt: skip
def test_a_literal_is_the_value(value):
    made = eval(literal(value))
    for a, b in zip(np.atleast_1d(flat(made)), np.atleast_1d(flat(value)), strict=True):
        assert np.array_equal(a, b)


def flat(value):
    if isinstance(value, dict):
        return np.concatenate([np.ravel(v) for v in value.values()])
    if isinstance(value, list | tuple):
        return np.concatenate([np.ravel(v) for v in value])
    return np.ravel(value)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_the_variables_of_an_optimizer_are_those_of_the_step_that_fails(step):
    rng = np.random.default_rng(step)
    ws, rates = [rng.standard_normal(2) for _ in range(2)], [0.1, 0.2, 0.3]
    dws = [[rng.standard_normal(2) for _ in range(3)] for _ in range(2)]
    drawn = case(ws=ws, dws=dws, lrs=rates, state=None, options=())
    failed = Finding("values", f"step {step}, parameter 2", Output("w"), ws[1], ws[1])
    w = ws[1] - sum(lr * dw for lr, dw in zip(rates, dws[1][: step - 1], strict=False))
    found = variables(exercises.find("sgd_step"), drawn, failed)
    np.testing.assert_allclose(found["w"], w)
    np.testing.assert_array_equal(found["dw"], dws[1][step - 1])
    assert found["lr"] == rates[step - 1]


def test_an_expression_is_written_out_whether_it_is_a_lambda_or_a_function():
    def doubled(a):
        b = a * 2
        return {"b": b, "itself": b + a}

    assert _body(RIGHT["a + 2.5"]) == ["out = a + 2.5"]
    assert _body(doubled) == ["b = a * 2", "out = b + a"]


def last_value(code: str, value: Any) -> float:
    """What the last line of pasted code shows, with this Value."""
    *lines, last = code.splitlines()
    scope = {"Value": value}
    exec("\n".join(lines), scope)
    return float(eval(last.split("#")[0], scope))


@pytest.mark.parametrize(("kind", "attribute"), [("grads", "grad"), ("data", "data")])
def test_the_code_of_a_wrong_value_or_gradient_shows_it_and_says_what_is_right(kind, attribute):
    exercise = exercises.find("Value")
    drawn = next(c for c in exercise.cases(np.random.default_rng(3)) if "expressions" in c.given)
    for label in list(drawn["expressions"])[:6]:
        build = drawn["expressions"][label]
        leaves = {
            n: exercise.reference(float(f"{float(drawn[n]):.4g}")) for n in drawn["used"][label]
        }
        made = build(*leaves.values())
        out = list(made.values())[-1] if isinstance(made, dict) else made
        out.backward()
        node = next(iter(leaves)) if kind == "grads" else "itself"
        shown = leaves[node].grad if kind == "grads" else out.data
        finding = Finding("values", f"{kind}['{label}: {node}']", Output(kind), 0.0, shown)
        code = code_of(exercise, drawn, finding)
        assert code.splitlines()[-1].split("#")[0].strip().endswith(f".{attribute}")
        assert last_value(code, exercise.reference) == pytest.approx(float(shown), rel=1e-6)
        said = float(code.rsplit("# right: ", 1)[1])
        assert said == pytest.approx(float(shown), rel=1e-5)
        assert variables(exercise, drawn, finding)["expression"] == label


def test_a_value_without_a_finding_of_an_expression_has_no_code():
    exercise = exercises.find("Value")
    drawn = next(c for c in exercise.cases(np.random.default_rng(3)) if "expressions" in c.given)
    for name in ("grads['no such expression: a']", "other"):
        finding = Finding("values", name, Output("grads"), 0.0, 1.0)
        assert code_of(exercise, drawn, finding) == ""
    assert code_of(exercise, drawn, None) == ""
    assert variables(exercise, drawn, None)["expression"] == drawn.label


def test_a_case_is_rounded_wherever_numbers_stand_and_nothing_else_of_it_changes():
    long = np.array([1.23456789, -0.1])
    whole = np.array([3, 4])
    given = case(
        "label", N=2, x=long, some=[long, (long, "text")], named={"w": long, "f": len}, n=whole,
        k=0.123456, given={"dout": long},
    )  # fmt: skip
    made = _rounded(given)
    short = np.round(long, DECIMALS)
    assert not np.array_equal(short, long)
    for value in (made["x"], made["some"][0], made["some"][1][0], made["named"]["w"], made["dout"]):
        assert np.array_equal(value, short)
    assert type(made["some"]) is list
    assert type(made["some"][1]) is tuple
    assert made["some"][1][1] == "text"
    assert made["named"]["f"] is len
    assert made["n"] is whole
    assert made["k"] == 0.123456
    assert (made.label, made.sizes) == ("label", {"N": 2})


@pytest.mark.parametrize(
    ("kind", "want", "shown"),
    [
        ("values", np.ones(MOST), True),
        ("values", np.ones(MOST + 1), False),
        ("finite", np.array([1.0, -0.0]), True),
        ("values", np.array(["a"]), False),
        ("values", np.array([True, False]), True),
        ("values", np.array([1j]), False),
        ("dtype", np.ones(2), False),
        ("shapes", np.ones((70, 2)), True),
    ],
)
def test_below_the_code_stands_what_is_right_where_it_is_a_few_numbers(kind, want, shown):
    lines = _shown(Finding(kind, "dx", Output("dx"), None, want))
    assert bool(lines) == shown
    if kind == "shapes":
        assert lines == ["# right: dx has shape (70, 2)"]
    elif shown:
        assert lines[0].startswith("# right: dx = [")
    assert _shown(None) == []


def test_no_count_of_an_example_is_above_every_length():
    def tie_to_the_nearest(x_train, y_train, x, k):
        out = []
        for point in x:
            near = y_train[np.argsort(((x_train - point) ** 2).sum(axis=1))[:k]].tolist()
            out.append(max(near, key=near.count))
        return np.array(out)

    checked = Check()
    assert not checked.judge(tie_to_the_nearest, "knn_predict", {}).passed
    example = checked.example("knn_predict")
    assert example.k <= len(example.x_train)


def test_an_example_without_code_shows_its_inputs():
    def one_sided(f, x, eps=1e-6):
        grad = np.zeros(x.shape)
        for i in np.ndindex(x.shape):
            h = np.zeros(x.shape)
            h[i] = eps
            grad[i] = (f(x + h) - f(x)) / eps
        return grad * 3

    shown = public.Check()
    with pytest.raises(public.CheckFailed):
        shown(one_sided, exercise="numerical_gradient")
    example = shown.example("numerical_gradient")
    lines = repr(example).splitlines()
    assert example.code == ""
    assert [line.partition(" = ")[0] for line in lines[1:4]] == ["f", "x", "eps"]
    assert lines[0].startswith("# x of shape ()")
    assert [line[:8] for line in lines[4:]] == ["# yours:", "# right:"]
