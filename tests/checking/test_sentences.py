"""The sentences that a student reads on what differs, what happened and what to do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.checking.compare import Finding
from autograder.checking.delegation import forbidden
from autograder.checking.diagnose import pattern
from autograder.checking.exercise import Output, Probe, StructureError, case
from autograder.checking.kinds.naming import by_name
from autograder.checking.kinds.results import named, output_list
from autograder.checking.runner import Run
from autograder.checking.sheet import libraries
from autograder.checking.slips import in_words
from autograder.checking.wording import finding_text, next_step, problem_text, show_example

EXERCISE: Any = SimpleNamespace(name="f", signature="f(x) -> out")
A = np.array([1.0, 2.0])


def finding(how: str, got: Any, want: Any, error: float = np.nan, **output: Any) -> Finding:
    return Finding(how, "out", Output("out", **output), got, want, error)


TEXTS = [
    (finding("structure", None, A), "", "out is None; expected an array of shape (2,), dtype flo"),
    (finding("structure", (1, 2), {"a": 1}), "", "out is a tuple of 2; expected a dict with the "),
    (finding("shapes", A, A[None]), "", "out has shape (2,); expected (1, 2)."),
    (finding("dtype", A, A), "", "out has dtype float64; expected float64."),
    (finding("dtype", A, A, kind="int"), "", "out has dtype float64; expected int64."),
    (finding("finite", A * np.nan, A), "", "out contains NaN where the right answer is a finite "),
    (finding("finite", A * np.inf, A), "", "out contains inf where the right answer is a finite "),
    (finding("values", "a", "b"), "", "out is the str 'a'; expected the str 'b'."),
    (finding("values", False, True), "", "This should hold and does not: out."),
    (finding("values", True, False), "", "out is not right."),
    (finding("values", 2.0, 1.0, 1.0), "", "out is not right (relative difference 1)."),
    (finding("values", 2.0, 1.0, np.inf), "", "out is not right."),
    (finding("values", 1.5, 1.0, 0.123), "accuracy", "accuracy: out is not right (relative diff"),
    (finding("values", A + np.array([0, 1]), A, 0.5), "",
     "out is not right (relative difference 0.5). out agrees except at the last index."),
]  # fmt: skip


@pytest.mark.parametrize(("one", "special", "text"), TEXTS)
def test_a_difference_is_put_into_a_sentence(one: Finding, special: str, text: str) -> None:
    assert finding_text(one, special).startswith(text)
    assert finding_text(one, special).endswith(".")


def test_an_example_shows_numbers_only_where_numbers_differ() -> None:
    probe = Probe("values", case("two rows", x=A, given={"dout": A * 3}))
    wrong = finding("values", A + np.array([0, 1]), A)
    assert show_example(probe, wrong, "x dout z") == (
        "Example: two rows", (("out[1], x = 2, dout = 6", "3", "2"),),
    )  # fmt: skip
    for other in (None, finding("shapes", A, A), finding("values", "a", "b"),
                  finding("values", True, False)):  # fmt: skip
        assert show_example(probe, other) == ("Example: two rows", ())
    assert show_example(Probe("values", case(x=A)), None) == ("", ())


@pytest.mark.parametrize(
    ("error", "kind", "text", "said"),
    [
        ("", "timeout", "ran for 5 s", "f ran for 5 s; a check allows no more."),
        ("NotPlain", "structure", "a set", "f returned a set; expected numbers."),
        ("StructureError", "structure", "f returned 2.", "f returned 2."),
        ("SystemExit", "raised", "x", "f tried to leave Python (SystemExit)."),
        ("KeyboardInterrupt", "raised", "x", "f was interrupted."),
        ("KeyError", "raised", "KeyError: 1", "With N = 2, f raised KeyError: 1."),
        ("KeyError", "raised", "KeyError: 1 (line 2)", "With N = 2, f raised KeyError: 1 (line 2)"),
        ("KeyError", "raised", "KeyError: no.", "With N = 2, f raised KeyError: no."),
    ],
)
def test_a_run_without_a_result_is_one_sentence(
    error: str, kind: str, text: str, said: str
) -> None:
    assert problem_text(EXERCISE, Probe("values", case(x=A, N=2)), error, kind, text) == said


def test_a_case_without_a_label_is_called_ordinary() -> None:
    said = problem_text(EXERCISE, Probe("values", case(x=A)), "E", "raised", "E: 1")
    assert said == "With ordinary inputs, f raised E: 1."


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("runs", "make it run once"), ("structure", "promises: f(x) -> out."),
        ("shapes", "shape of every intermediate"), ("dtype", "np.zeros holds floats"),
        ("finite", "division by zero"), ("linear in dout", "multiplied by dout exactly once"),
        ("inputs unchanged", "make a new array"), ("new arrays", "arrays of your own"),
        ("repeatable", "keep nothing between"), ("memory layout", "order of their memory"),
        ("whole numbers", "hold floats"), ("sizes of one", "no squeeze"),
        ("any shape", "no number of axes"), ("equal sizes", "transpose by comparing"),
        ("names of arguments", "as the signature has them: f(x) -> out."), ("accuracy", "log1p"),
        ("extreme values", "no exp of a large"), ("randomness", "use the rng"),
        ("cost", "every node once"), ("own work", "write the formula out"), ("dx", "by hand"),
    ],
)  # fmt: skip
def test_each_clause_has_its_own_advice(clause: str, words: str) -> None:
    assert words in next_step(clause, EXERCISE)


SOURCE = """
def right(x):
    return x.sum(axis=0)
def prints(x):
    print(x)
def early(x):
    for row in x:
        return row
def late(x):
    for row in x:
        y = row
    return y
def shuffles(x, rng):
    x = rng.shuffle(x)
    return x
def shuffled(x, rng):
    rng.shuffle(x)
    return x
def largest(x):
    return np.max(x, y)
def at_axis(x):
    return np.max(x, 0) + np.max(x, axis=1) + np.max(x, keepdims=True)
def numbers(x):
    return np.max(0.5, x)
def empty(x):
    out = np.empty(3)
    return out
def filled(x):
    out = np.empty(3)
    out[0] = 1
    return out
def given(x):
    out = np.empty_like(x)
    np.add(x, 1, out=out)
    return out
def hides(x):
    return -np.log(x + 1e-8)
def hides_eps(x, eps):
    return -np.log(x + eps)
def one_more(x):
    return np.log(x + 1.0) + np.log(x)
"""
SLIPS = {
    "right": "", "late": "", "shuffled": "", "at_axis": "", "filled": "", "given": "",
    "one_more": "", "prints": "It printed something", "early": "A return stands inside a loop",
    "shuffles": "rng.shuffle works in place", "largest": "np.max and np.min take an axis",
    "numbers": "np.max and np.min take an axis", "empty": "np.empty holds whatever was in memory",
    "hides": "A small number added inside", "hides_eps": "A small number added inside",
}  # fmt: skip


@pytest.fixture
def functions(tmp_path, monkeypatch) -> dict[str, Any]:
    (tmp_path / "slips_of_a_test.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    import importlib

    module = importlib.import_module("slips_of_a_test")
    importlib.reload(module)
    return vars(module)


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_in_the_text_is_said_and_right_text_is_left_alone(name, functions) -> None:
    said = in_words(Run(), None, functions[name])
    assert said.startswith(SLIPS[name])
    assert bool(said) == bool(SLIPS[name])


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (("timeout", "x"), "A loop may never end"),
        (("structure", "f returned None; expected"), "It returned None: is there a return"),
        (("structure", "out is None; expected"), "It returned None: is there a return"),
        (("structure", "a generator"), "It returned a generator"),
        (("structure", "out is a method; expected"), "A method stands in the place"),
        (("structure", "a builtin_function_or_method"), "A method stands in the place"),
        (("structure", "out is a function; expected"), "A method stands in the place"),
        (("structure", "a complex"), "The numbers are complex"),
        (("structure", "a set"), ""),
        (("raised", "'NoneType' object is not"), "None was used like an array"),
        (("raised", "Cannot cast ufunc 'add' output from dtype('float64') to dtype('int64')"),
         "Fractions do not fit"),
        (("raised", "TypeError (line 1: np.max(x, y))"), "np.max and np.min"),
        (("raised", "TypeError (line 1: np.max(x, 0))"), ""),
        (("raised", "ValueError: other"), ""),
    ],
)  # fmt: skip
def test_a_slip_behind_an_exception_is_said(problem, words) -> None:
    said = in_words(Run(problem=problem), None, None)
    assert said.startswith(words)
    assert bool(said) == bool(words)


@pytest.mark.parametrize(
    ("one", "printed", "words"),
    [
        (finding("structure", None, A), "2\n", "It printed something"),
        (finding("structure", None, A), " \n", "It returned None"),
        (finding("values", A * 1j, A), "", "The numbers are complex"),
        (finding("values", np.array([1, 0]), np.array([1.5, -0.5])), "", "out has lost its frac"),
        (finding("values", np.array([1.0, 2.0]), np.array([1.5, 2.0])), "", "out has lost its fr"),
        (finding("values", np.zeros(2), np.array([0.5, -0.5])), "", ""),
        (finding("values", np.array([1]), np.array([1.5])), "", ""),
        (finding("values", np.array([2, 0]), np.array([1.5, -0.5])), "", ""),
        (finding("values", np.array([1, 2]), np.array([np.inf, 2.5])), "", ""),
        (finding("values", "a", "b"), "", ""),
    ],
)
def test_a_slip_behind_numbers_is_said(one, printed, words) -> None:
    said = in_words(Run(printed=printed), one, None)
    assert said.startswith(words)
    assert bool(said) == bool(words)


RNG = np.random.default_rng(8)
CUBE = RNG.standard_normal((2, 3, 4))
SHAPES = [
    (CUBE, CUBE.sum(axis=(0, 1)), "right after adding up over the axes 0, 1"),
    (CUBE, CUBE.sum(axis=(0, 2)), "right after adding up over the axes 0, 2"),
    (CUBE, CUBE.sum(axis=2), "right after adding up over axis 2: that sum"),
    (CUBE, CUBE.sum(axis=2) + 1, "has an axis too many (axis 2)"),
    (CUBE, np.ones(4), "has too many axes (0, 1): something was not"),
    (np.ones((2, 3, 4), int), np.ones((3, 4)), "has an axis too many (axis 0)"),
    (np.ones(5), np.ones((3, 4)), "has lost an axis"),
    (np.ones((4, 3)), np.ones((3, 4)), "has the two axes of the right shape exchanged"),
    (np.ones((4, 3, 2)), np.ones((2, 3, 4)), "a reshape is missing"),
    (np.ones((3, 1)), np.ones(3), "has an axis of length one too many or too few"),
    (np.ones(3), np.ones((3, 1)), "has an axis of length one too many or too few"),
    (np.ones((3, 5)), np.ones((5, 1, 3)), "a reshape is missing"),
    (np.ones((3, 5)), np.ones((3, 4)), ""),
    (np.ones((2, 5, 6)), np.ones((3, 4)), ""),
]


@pytest.mark.parametrize(("got", "want", "words"), SHAPES)
def test_what_two_shapes_have_to_do_with_each_other_is_said(got, want, words) -> None:
    said = pattern(finding("shapes", got, want), case(x=CUBE))
    assert words in said
    assert bool(said) == bool(words)


def test_a_pattern_needs_numbers_of_its_kind() -> None:
    given = case(x=A, N=2)
    assert "sign" in pattern(finding("values", -A, A), given)
    for other in (
        finding("dtype", -A, A),
        finding("values", -A, A, kind="int"),
        finding("values", "a", A),
        finding("values", -A, "a"),
        finding("values", A * np.nan, A),
    ):
        assert pattern(other, given) == ""
    single = finding("values", np.array(0.5), np.array(0.25))
    assert pattern(single, given) == "out is the right answer times 2."
    assert "zero" not in pattern(finding("values", np.array(0.0), np.array(2.0)), given)


@pytest.mark.parametrize(
    ("module", "function", "found"),
    [
        ("torch.nn.functional", "relu", "torch.nn.functional.relu"),
        ("torchlike", "relu", None),
        ("nnkit.graph", "f", "nnkit.graph.f"),
        ("nnkit.graph.inner", "f", "nnkit.graph.inner.f"),
        ("nnkit.graphs", "f", None),
        ("numpy", "convolve", "numpy.convolve"),
        ("numpy.lib", "convolve", "numpy.convolve"),
        ("numpy", "correlate", None),
        ("mynumpy", "convolve", None),
    ],
)
def test_a_function_is_forbidden_by_its_module_or_name(module, function, found) -> None:
    assert forbidden(module, function, ("nnkit.graph", "numpy.convolve")) == found


def test_libraries_are_named_once_and_not_all_of_many() -> None:
    assert libraries(("torch.a", "torch.b", "numpy.convolve")) == ["torch", "numpy.convolve"]
    assert libraries(("n.a", "n.b", "n.c")) == ["n.a", "n.b", "n.c"]
    assert libraries(("n.a", "n.b", "n.c", "n.d")) == ["n.a", "n.b", "n.c", "…"]


def test_outputs_are_read_from_a_line_with_axes_and_gates() -> None:
    dw, loss = output_list("dw: input gate_unit, loss", gates=("i", "f"), tol=1e-3)
    assert (dw.name, dw.axes, dw.blocks, dw.tol) == (
        "dw", ("input", "gate unit"), (1, ("i", "f")), 1e-3,
    )  # fmt: skip
    assert (loss.name, loss.axes, loss.blocks) == ("loss", (), None)
    assert output_list("dw: gate_unit")[0].blocks is None
    assert output_list([dw]) == (dw,)


def test_results_are_named_one_by_one_or_as_a_whole() -> None:
    assert named((1, 2), ("a", "b"), "f") == {"a": 1, "b": 2}
    assert named([1], ("a",), "f") == {"a": [1]}
    assert named((), ("a",), "f") == {"a": ()}
    assert named((1, 2), ("grads",), "f") == {"grads": (1, 2)}
    with pytest.raises(StructureError, match="f returned a tuple of 1; expected a alone"):
        named((1,), ("a",), "f")
    with pytest.raises(StructureError, match="f returned 1 values; expected 2"):
        named((1,), ("a", "b"), "f")


def test_options_are_passed_by_name_from_the_first_case_that_has_them_all() -> None:
    drawn = [case(x=1, N=3), case(x=2, beta=3, eps=4, M=5), case(x=6, beta=7, eps=8)]
    (made,) = by_name(drawn, "eps beta")
    assert made.given == {"first": [2], "named": {"eps": 4, "beta": 3}}
    assert (made.inputs, made.sizes, made.label) == ({}, {"M": 5}, "options by their names")
    assert list(by_name(drawn, "gamma")) == list(by_name(drawn, "")) == []
