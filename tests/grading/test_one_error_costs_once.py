"""An error costs the points of its own exercise and names itself.

Names that are left out are there for the exercises after it.
"""

from __future__ import annotations

from typing import Any

import pytest
from nbformat.v4 import new_code_cell

from autograder.grading.sandbox.jail import JailPool
from tests.attacks.assignment import graded
from tests.grading.test_as_at_home import NP, TANH, scores
from tests.grading.test_executor import execute

FORWARD, BACKWARD = TANH.replace("{cache}", "(out,)").replace("{out}", "cache[0]").split("\n\n")
TESTS = [
    graded("one", "check(tanh_forward)", 2, ()),
    graded("two", "check(tanh_backward, forward=tanh_forward)", 3, ()),
]


def experiment(source: str) -> Any:
    return new_code_cell(source, metadata={"tags": ["experiment"]})


@pytest.mark.parametrize(
    ("forward", "why"),
    [
        (FORWARD.replace("(x):", "(x)"), "its cell has a SyntaxError: expected ':' (line 1)"),
        (f"1 / 0\n{FORWARD}", "its cell has a ZeroDivisionError: division by zero"),
        (f"while True: pass\n{FORWARD}", "its cell was stopped after 3 s"),
        ("from layers import tanh_forward", "its cell has a ModuleNotFoundError: No module named"),
        ("from layers import (\n  relu,\n  tanh_forward,\n)", "its cell has a ModuleNotFoundError"),
        ("from layers import *", "its cell has a ModuleNotFoundError"),
        ("# later", ""),
    ],
)
def test_a_forward_that_is_not_there_costs_its_own_points(
    pool: JailPool, forward: str, why: str
) -> None:
    _, result = execute(pool, "import numpy as np", forward, BACKWARD, *TESTS)
    assert [v.score for v in result.verdicts.values()] == [0, 3]
    assert why in result.verdicts["one"].why
    assert "tanh_forward" in result.verdicts["one"].why


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("from google.colab import drive", "ModuleNotFoundError: No module named 'google"),
        ("rows = open('/home/me/data.csv').read()", "FileNotFoundError"),
        ("name = input('Your name? ')", "StdinNotImplementedError"),
        ("import urllib.request\nurllib.request.urlopen('http://localhost/d.csv')", "URLError"),
        ("import sys\nsys.exit('no display')", "SystemExit: no display"),
        ("raise SystemExit", "SystemExit: no message"),
        ("import socket\nsocket.getaddrinfo('example.org', 80)", "gaierror"),
    ],
)
def test_a_cell_that_lacks_what_is_at_home_binds_what_else_it_defines(
    pool: JailPool, line: str, error: str
) -> None:
    _, result = execute(pool, f"{line}\nimport numpy as np", FORWARD, BACKWARD, *TESTS)
    assert [v.score for v in result.verdicts.values()] == [2, 3]
    (remark,) = result.remarks
    assert remark.startswith("cell 1 has a ")
    assert error in remark
    assert remark.endswith("; what else it defines is used")
    _, result = execute(pool, NP, f"{line}\n{FORWARD}", BACKWARD, *TESTS)
    assert [v.score for v in result.verdicts.values()] == [2, 3]


@pytest.mark.parametrize(
    ("first", "line"),
    [
        ("import not_here as nh", "nh.set_theme()"),
        ("data = open('/home/me/data.csv').read()\nrows = data.split()", "print(len(rows))"),
        ("import not_here as nh", "model = nh.Model()\nmodel.eval()"),
        ("import getpass\nkey = getpass.getpass()", "print(key)"),
        (
            "def pick():\n    raise RuntimeError('No CUDA GPUs are available')\ndevice = pick()",
            "print(device)",
        ),
    ],
)
def test_a_cell_that_wants_what_an_earlier_one_lacked_binds_what_else_it_defines(
    pool: JailPool, first: str, line: str
) -> None:
    _, result = execute(pool, NP, first, f"{line}\n{FORWARD}", BACKWARD, *TESTS)
    assert [v.score for v in result.verdicts.values()] == [2, 3]
    first_remark, second = result.remarks
    assert first_remark.startswith("cell 2 has a ")
    assert second.startswith("cell 3 has a NameError: name ")


@pytest.mark.parametrize(
    ("first", "head"),
    [
        ("from not_here import njit, prange", "@njit\ndef tanh_forward(x):"),
        ("from not_here import njit", "@njit(parallel=True)\ndef tanh_forward(x):"),
        ("", "from not_here import jit\n@np.errstate(over='ignore')\n@jit\ndef tanh_forward(x):"),
        ("from not_here import Float", "def tanh_forward(x: Float[np.ndarray, 'n']) -> Float:"),
    ],
)
def test_a_function_whose_head_names_what_is_lacking_is_the_function_below_it(
    pool: JailPool, first: str, head: str
) -> None:
    forward = FORWARD.replace("def tanh_forward(x):", head)
    _, result = execute(pool, NP, first, forward, BACKWARD, *TESTS)
    assert [v.score for v in result.verdicts.values()] == [2, 3]


def test_what_a_cell_would_have_computed_after_it_lacked_something_is_computed_once(
    pool: JailPool,
) -> None:
    source = (
        "def make(n):\n    made.append(n)\n    return n\na = make(1)\nimport not_here\n"
        "b = make(2)\nc = not_here.value\nd = make(3)"
    )
    test = graded("t", "assert (made, a, b, d) == ([1, 2, 3], 1, 2, 3)", 1, ())
    _, result = execute(pool, "made = []", source, test)
    assert result.verdicts["t"].score == 1


def test_a_name_that_an_error_of_the_students_own_took_away_still_costs_its_cell(
    pool: JailPool,
) -> None:
    _, result = execute(pool, NP, "1 / 0\ndata = 3", f"print(data)\n{FORWARD}", *TESTS[:1])
    assert result.verdicts["one"].score == 0
    assert result.remarks == []


def test_what_a_cell_made_before_it_ended_in_an_error_of_its_own_is_not_made_again(
    pool: JailPool,
) -> None:
    source = "n = 0\nfor i in range(3):\n    n += 1\n1 / 0\nm = 1"
    _, result = execute(pool, source, graded("t", "assert n == 3", 1, ()))
    assert result.verdicts["t"].score == 1
    assert result.remarks == []


def test_a_missing_backward_still_costs_its_points(pool: JailPool) -> None:
    assert scores(pool, NP + FORWARD, *TESTS) == [2, 0]


QUICK = (
    "kept = double\n{change}\ntry:\n    four_times(1)\nexcept {error}:\n    pass\nelse:\n    "
    "raise AssertionError('does not use double')\nfinally:\n    double = kept\nassert four_times(1) == 4"
)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ("del double", "NameError"),
        ("double = 3", "TypeError"),
        ("def double(n):\n    raise KeyError('called')", "KeyError"),
    ],
)
def test_a_test_that_takes_a_helper_away_sees_who_uses_it(
    pool: JailPool, change: str, error: str
) -> None:
    test = QUICK.replace("{change}", change).replace("{error}", error)
    double, right = (
        "def double(n):\n    return 2 * n",
        "def four_times(n):\n    return double(double(n))",
    )
    assert scores(pool, double, right, graded("t", test, 1, ())) == [1]
    assert scores(
        pool, double, "def four_times(n):\n    return 4 * n", graded("t", test, 1, ())
    ) == [0]


def test_what_a_test_takes_away_is_there_for_the_next(pool: JailPool) -> None:
    tests = [graded("a", "del f", 1, ()), graded("b", "assert f() == 1 and g() == 1", 1, ())]
    assert scores(pool, "def f():\n    return 1", "def g():\n    return f()", *tests) == [1, 1]


def test_experiments_leave_their_imports_and_definitions_and_run_nothing(pool: JailPool) -> None:
    cells = [
        experiment(
            "import math as m\nfrom itertools import count\nRATE: float = 0.5\n"
            "def half(x): return x * RATE\ndef unused(): pass\nscores = [half(i) for i in "
            "range(3)]\nprint('trained')"
        ),
        "def f(x):\n    return m.floor(half(x)) + next(count())",
        "there = 'unused' in globals() or 'scores' in globals()",
    ]
    nb, result = execute(pool, *cells, graded("t", "assert f(5) == 2 and not there", 1, ()))
    assert result.verdicts["t"].score == 1
    assert nb.cells[0].outputs == []


def test_own_work_is_judged_by_the_text_and_remarked_otherwise(pool: JailPool) -> None:
    check = graded("t", "check(softmax)", 3, ())
    text = "import nnkit.functional as F\ndef softmax(z):\n    return F.softmax(z)"
    nb, result = execute(pool, text, check)
    assert (result.verdicts["t"].score, result.remarks) == (0, [])
    assert "nnkit.functional.softmax" in str(nb.cells[1].outputs)
    spelled = (
        "def softmax(z):\n    return getattr(__import__('nnkit').functional, 'soft' + 'max')(z)"
    )
    _, result = execute(pool, spelled, check)
    assert (result.verdicts["t"].score, result.remarks) == (0, [])
    hidden = (
        "import sys, nnkit.functional\ndef softmax(z):\n"
        "    return [m.softmax for n, m in sys.modules.items() if n.endswith('kit.functional')][0](z)"
    )
    _, result = execute(pool, hidden, check)
    assert result.verdicts["t"].score == 3
    (remark,) = result.remarks
    assert "nnkit.functional" in remark
    assert "line 3: return [m.softmax" in remark


@pytest.mark.parametrize(
    "forward",
    ["from nnkit.functional import tanh_forward",
     "import nnkit.functional as F\ndef tanh_forward(x):\n    return F.tanh_forward(x)"],
)  # fmt: skip
def test_a_librarys_forward_is_no_error_of_the_backward(pool: JailPool, forward: str) -> None:
    _, result = execute(pool, "import numpy as np", forward, BACKWARD, *TESTS)
    assert [v.score for v in result.verdicts.values()] == [0, 3]
    assert result.remarks == []


@pytest.mark.parametrize("deed", ["np.random.seed(0)", "np.random.rand()", "x -= 0.5"])
def test_what_a_forward_does_besides_costs_its_backward_nothing(pool: JailPool, deed: str) -> None:
    forward = FORWARD.replace(":\n", f":\n    {deed}\n", 1)
    _, result = execute(pool, NP, forward, BACKWARD, *TESTS)
    assert [v.score for v in result.verdicts.values()] == [0, 3]
    backward = BACKWARD.replace(":\n", ":\n    np.random.seed(0)\n", 1)
    _, result = execute(pool, NP, forward, backward, *TESTS)
    assert [v.score for v in result.verdicts.values()] == [0, 0]


def test_threads_and_progress_bars_in_a_function_are_its_own_work(pool: JailPool) -> None:
    body = "    e = np.exp(z - z.max(-1, keepdims=True))\n    return e / e.sum(-1, keepdims=True)"
    for line in (
        "from concurrent.futures import ThreadPoolExecutor\n    with ThreadPoolExecutor(2) as "
        "pool: list(pool.map(abs, [1, 2]))",
        "from tqdm import tqdm\n    for _ in tqdm(range(2)): pass",
    ):
        _, result = execute(
            pool, f"{NP}def softmax(z):\n    {line}\n{body}", graded("t", "check(softmax)", 3, ())
        )
        assert (result.verdicts["t"].score, result.remarks) == (3, [])


@pytest.mark.parametrize(
    ("lines", "uses", "value"),
    [
        (
            "try:\n    import no_such_module as fast\nexcept ImportError:\n    fast = None",
            "fast",
            None,
        ),
        ("try:\n    from math import floor as down\nfinally:\n    train()", "down(2.5)", 2),
        ("if True:\n    import math as m3\n    print(m3)", "m3.floor(1.5)", 1),
        ("if 'google.colab' in str(get_ipython()):\n    N = 1\nelse:\n    N = 2", "N", 2),
        ("with np.errstate(all='ignore'):\n    low = -np.inf\n    train()", "low < 0", True),
        ("a, (b, *c) = 1.0, (2, 3, 4)", "[a, b, c]", [1.0, 2, [3, 4]]),
        ("rng, N = np.random.default_rng(0), int(3)", "rng.integers(1, 2), N", (1, 3)),
        ("Kept = collections.namedtuple('Kept', 'x')", "Kept(4).x", 4),
        ("TABLE = {}\nTABLE['k'] = 2 ** 3\nTABLE['k'] += 1", "TABLE['k']", 9),
        ("names = [w.upper() for w in 'a b'.split()]", "names", ["A", "B"]),
    ],
)
def test_what_an_experiment_binds_in_no_time_is_there(
    pool: JailPool, lines: str, uses: str, value: Any
) -> None:
    text = f"import collections\ndef train(): raise RuntimeError\n{lines}\nlosses = train()"
    cells = [NP, experiment(text), f"def f():\n    return {uses}"]
    assert scores(pool, *cells, graded("t", f"assert f() == {value!r}", 1, ())) == [1]


@pytest.mark.parametrize(
    "call", ["train()", "train(lambda: 3)", "nn.fit(3)", "[train() for _ in a]"]
)
def test_what_an_experiment_trains_is_not_trained(pool: JailPool, call: str) -> None:
    text = f"import nnkit as nn\na = [1]\ndef train(*_): return 1\nnet = {call}"
    cells = [experiment(text), "there = 'net' in globals()\ndef f(): return net"]
    assert scores(pool, *cells, graded("t", "assert not there", 1, ())) == [1]


def test_a_cell_that_lacks_what_an_experiment_found_still_defines(pool: JailPool) -> None:
    train = experiment("def train(): return [1.0]\nlosses = train()")
    cell = "print(min(losses))\n{}def f():\n    return 3"
    test = graded("t", "assert f() == 3", 1, ())
    assert scores(pool, train, cell.format(""), test) == [1]
    assert scores(pool, cell.format(""), test) == [0]
    assert scores(pool, train, cell.format("1 / 0\n").replace("min(losses)", "1"), test) == [0]
