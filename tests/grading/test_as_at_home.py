"""What runs in Jupyter and passes there runs in the jail and passes here."""

from __future__ import annotations

from typing import Any

import pytest
from nbformat.v4 import new_code_cell

from autograder.checking import run_check
from autograder.grading.sandbox.jail import JailPool
from tests.attacks.assignment import graded
from tests.grading.test_executor import execute

TANH = "def tanh_forward(x):\n    out = np.tanh(x)\n    return out, {cache}\n\ndef tanh_backward(dout, cache):\n    return dout * (1 - {out}**2)"
CACHES = {
    "namedtuple": ("from collections import namedtuple\nKept = namedtuple('Kept', 'out')",
    "Kept(out)", "cache.out"),
    "NamedTuple": ("from typing import NamedTuple\nclass Kept(NamedTuple):\n    out: np.ndarray",
    "Kept(out)", "cache.out"),
    "a namedtuple in a dict": ("from collections import namedtuple\nKept = namedtuple('Kept', "
                               "'out')", "{'a': Kept(out)}", "cache['a'].out"),
    "dataclass": ("from dataclasses import dataclass\n@dataclass\nclass Kept:\n    out: "
                  "np.ndarray", "Kept(out)", "cache.out"),
    "cached_property": ("from functools import cached_property\nclass Kept:\n    def "
                        "__init__(self, a):\n        self.a = a\n    @cached_property\n    def "
                        "out(self):\n        return self.a + 0", "Kept(out)", "cache.out"),
    "counter": ("class Kept:\n    def __init__(self, a):\n        self.a, self.uses = a, 0\n    "
                "@property\n    def out(self):\n        self.uses += 1\n        return self.a",
                "Kept(out)", "cache.out"),
}  # fmt: skip
NP = "import numpy as np\n"


def scores(pool: JailPool, *cells: Any, **more: Any) -> list[float | None]:
    _, result = execute(pool, *cells, **more)
    assert not result.faults
    return [verdict.score for verdict in result.verdicts.values()]


@pytest.mark.parametrize("kind", CACHES)
def test_a_cache_of_the_students_own_form_passes_here_and_at_home(
    pool: JailPool, kind: str
) -> None:
    before, cache, out = CACHES[kind]
    code = f"{NP}{before}\n{TANH.replace('{cache}', cache).replace('{out}', out)}"
    space: dict[str, Any] = {"__name__": "student"}
    exec(code, space)
    functions = {name: space[name] for name in ("tanh_forward", "tanh_backward")}
    assert all(run_check(name, functions).passed for name in functions)
    tests = [
        graded("one", "check(tanh_forward)", 2, ()),
        graded("two", "check(tanh_backward, forward=tanh_forward)", 3, ()),
    ]
    assert scores(pool, code, *tests) == [2, 3]


def test_a_backward_that_writes_into_its_cache_is_told_for_plain_caches(pool: JailPool) -> None:
    code = NP + TANH.replace("{cache}", "(out,)").replace(
        "return dout * (1 - {out}**2)", "out, = cache\n    out *= out\n    return dout * (1 - out)"
    )
    assert scores(pool, code, graded("t", "check(tanh_backward, forward=tanh_forward)", 3, ())) == [
        0
    ]


def test_files_beside_the_notebook_are_there_whatever_they_are_called(pool: JailPool) -> None:
    files = {
        "tmp": b"mine",
        "helpers.py": b"def double(x):\n    return 2 * x\n",
        "package/__init__.py": b"three = 3\n",
        "x" * 300: b"no file system takes this name",
    }
    source = (
        "import helpers, package, tempfile\ntempfile.mkdtemp()\nx = "
        "helpers.double(package.three), open('tmp').read()"
    )
    test = graded("t", "assert x == (6, 'mine')", 1, ())
    assert scores(pool, source, test, files=files) == [1]


@pytest.mark.parametrize(
    "line", ["!pip install numpy", "!!ls", "got = !ls", "%pip install numpy", "%sx ls", "%cd ."]
)
def test_a_line_for_the_shell_does_not_cost_its_cell(pool: JailPool, line: str) -> None:
    nb, result = execute(pool, f"{line}\nx = 1", graded("t", "assert x == 1", 1, ()))
    assert result.verdicts["t"].score == 1
    if line != "%cd .":
        assert "no shell while a notebook is graded" in nb.cells[0].outputs[0].text


@pytest.mark.parametrize(
    ("line", "worth"),
    [
        ("subprocess.check_call([sys.executable, '-m', 'pip', 'install', 'numpy'])", "0"),
        ("subprocess.run(['nosuch', 'x']).returncode", "127"),
        ("subprocess.run(['nosuch'], check=True, capture_output=True, text=True).stdout", "''"),
        ("subprocess.check_output(['nosuch'])", "b''"),
        ("subprocess.call('nosuch')", "127"),
    ],
)
def test_a_program_that_is_not_here_does_not_cost_its_cell(
    pool: JailPool, line: str, worth: str
) -> None:
    source = f"import subprocess, sys\nx = {line}"
    nb, result = execute(pool, source, graded("t", f"assert x == {worth}", 1, ()))
    assert result.verdicts["t"].score == 1
    assert "was not run" in nb.cells[0].outputs[0].text


def test_a_folder_that_is_not_there_is_an_error_as_at_home(pool: JailPool) -> None:
    source = (
        "import subprocess\ntry:\n    subprocess.run(['ls'], cwd='gone')\nexcept OSError as e:\n"
    )
    source += "    x = e.filename"
    assert scores(pool, source, graded("t", "assert x == 'gone'", 1, ())) == [1]


@pytest.mark.parametrize(
    "line",
    ["%matplotlib widget", "%load_ext nb_black", "%autosave 0", "%store -r x", "%conda list",
     "%run missing.py", "get_ipython().run_line_magic('nosuch', '')", "%%nosuch"],
)  # fmt: skip
def test_a_magic_that_does_not_work_here_does_not_cost_its_cell(pool: JailPool, line: str) -> None:
    nb, result = execute(pool, f"{line}\nx = 1", graded("t", "assert x == 1", 1, ()))
    assert result.verdicts["t"].score == 1
    assert "does not work while a notebook is graded" in nb.cells[0].outputs[0].text


def test_magics_see_the_names_of_their_cell(pool: JailPool) -> None:
    source = "def f():\n    n = 3\n    %time m = n + 1\n    %set_env K={n}\nf()"
    nb, _ = execute(pool, source)
    assert "K=3" in nb.cells[0].outputs[-1].text


@pytest.mark.parametrize(
    "line",
    ["import matplotlib; matplotlib.use('TkAgg')", "plt.switch_backend('qtagg')",
     "import faulthandler; faulthandler.enable()", "import sys; sys.stdout.fileno()"],
)  # fmt: skip
def test_windows_and_descriptors_may_be_asked_for(pool: JailPool, line: str) -> None:
    source = f"import matplotlib.pyplot as plt\n{line}\nplt.plot([1])\nplt.show()\nx = 1"
    nb, result = execute(pool, source, graded("t", "assert x == 1", 1, ()))
    assert result.verdicts["t"].score == 1
    assert "image/png" in nb.cells[0].outputs[-1].data


@pytest.mark.parametrize(
    "body",
    ["with multiprocessing.Pool(2) as pool:\n        return pool.map(abs, [-z])[0]",
     "with ProcessPoolExecutor(2) as pool:\n        return next(pool.map(abs, [-z]))",
     "q = multiprocessing.Queue()\n    q.put(z)\n    return q.get()"],
)  # fmt: skip
def test_work_may_be_shared_with_other_processes(pool: JailPool, body: str) -> None:
    source = (
        "import multiprocessing\nfrom concurrent.futures import ProcessPoolExecutor\n"
        f"def f(z):\n    {body}\nf(2)"
    )
    test = graded("t", "assert f(3) == 3 and f(4) == 4", 1, ())
    assert scores(pool, source, test) == [1]


ASKS_AT_ONCE = """\
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
import threading

def numerical_gradient(f, x, eps=1e-6):
    x = np.array(x, dtype=float)
    def one(i):
        step = np.zeros(x.shape)
        step[i] = eps
        return (f(x + step) - f(x - step)) / (2 * eps)
    places = list(np.ndindex(x.shape))
    {how}
    return np.array(found).reshape(x.shape)"""


@pytest.mark.parametrize(
    "how",
    ["with ThreadPoolExecutor(4) as pool: found = list(pool.map(one, places))",
     "with ThreadPool(3) as pool: found = pool.map(one, places)",
     "found = [one(i) for i in places]\n"
     "    for i in places[:3]: threading.Thread(target=one, args=(i,), daemon=True).start()"],
)  # fmt: skip
def test_a_given_function_may_be_called_by_many_threads(pool: JailPool, how: str) -> None:
    tests = [graded("t", "check(numerical_gradient)", 1, ()), graded("u", "assert f() == 2", 1, ())]
    source = ASKS_AT_ONCE.replace("{how}", how)
    _, result = execute(pool, NP, source, tests[0], "def f(): return 2", tests[1])
    assert [verdict.score for verdict in result.verdicts.values()] == [1, 1]
    assert result.deaths == 0


def test_threads_may_ask_what_calls_the_student_again(pool: JailPool) -> None:
    source = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def plus(x):\n    with ThreadPoolExecutor(2) as pool:\n"
        "        return sum(pool.map(lambda n: n + x, [1, 2]))\n"
        "def at_once(f):\n    with ThreadPoolExecutor(4) as pool:\n"
        "        return list(pool.map(f, range(20)))"
    )
    test = graded("t", "assert at_once(lambda x: plus(x)) == [3 + 2 * n for n in range(20)]", 1, ())
    assert scores(pool, source, test) == [1]


@pytest.mark.parametrize("where", ["cell", "function"])
def test_a_fork_that_goes_on_is_no_second_voice(pool: JailPool, where: str) -> None:
    fork = "import os\npid = os.fork()\nif not pid: import time; time.sleep(0.05)"
    source = f"{fork}\ndef f(z): return z" if where == "cell" else (
        "import os\ndef f(z):\n    os.fork()\n    return z"
    )  # fmt: skip
    tests = [graded(n, "assert f(3) == 3 and f(4) == 4", 1, ()) for n in ("a", "b")]
    _, result = execute(pool, source, *tests)
    assert [verdict.score for verdict in result.verdicts.values()] == [1, 1]
    assert result.deaths == 0


def test_a_profiler_that_was_left_on_costs_nothing_here_and_at_home(pool: JailPool) -> None:
    code = f"{NP}import cProfile\np = cProfile.Profile()\np.enable()\n" + TANH.replace(
        "{cache}", "(out,)"
    ).replace("{out}", "cache[0]")
    assert scores(pool, code, graded("t", "check(tanh_forward)", 2, ())) == [2]
    space: dict[str, Any] = {"__name__": "student"}
    exec(code, space)
    try:
        report = run_check("tanh_forward", {"tanh_forward": space["tanh_forward"]})
    finally:
        space["p"].disable()
    assert report.passed, report.message


@pytest.mark.parametrize("key", ["output_type", "name", "text"])
def test_an_array_where_an_output_has_a_text_is_left_out(pool: JailPool, key: str) -> None:
    source = (
        "import numpy as np, sys\nshells = "
        f"sys.modules['jailed.shell']\nprint(1)\nshells.current.items.append({{'output_type': 'stream', 'name': 'stdout', 'text': 'a', {key!r}: np.ones(3)}})"
    )
    _, result = execute(pool, source, graded("t", "assert x == 1", 1, ()))
    assert not result.faults


def test_an_answer_that_begins_with_an_array_is_no_fault_of_the_grader(pool: JailPool) -> None:
    source = NP + (
        "import sys\nagent = sys.modules['jailed.agent'].Agent\nold = agent.send\n"
        "agent.send = lambda self, *parts: old(self, np.ones(2), *parts[1:])\ndef f():\n    return "
        "1"
    )
    _, result = execute(pool, source, graded("t", "assert f() == 1", 1, ()))
    assert not result.faults
    assert result.verdicts["t"].score == 0


def test_one_function_under_two_names_is_judged_as_each(pool: JailPool) -> None:
    code = NP + TANH.replace("{cache}", "(out,)").replace("{out}", "cache[0]")
    tests = [
        graded("one", "check(tanh_forward)", 2, ()),
        graded("two", "check(tanh_backward, forward=tanh_forward)", 3, ()),
    ]
    assert scores(pool, f"{code}\ntanh_backward = tanh_forward", *tests) == [2, 0]
    assert scores(pool, f"{code}\ntanh_forward = tanh_backward", *tests) == [0, 3]


def test_two_names_for_one_function_are_two_names_also_after_its_process_died(
    pool: JailPool,
) -> None:
    source = "import os\ndef f(x):\n    return x if x else os._exit(1)\ng = f"
    test = (
        "try:\n    f(0)\nexcept Exception:\n    pass\nassert (f(1), g(2)) == (1, 2)\nassert "
        "(f.__name__, g.__name__) == ('f', 'g')"
    )
    assert scores(pool, new_code_cell(source), graded("t", test, 1, ())) == [1]


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"../data/d.csv": b"mine"}, "../data/d.csv"),
        ({"../../d.csv": b"mine", "../h.py": b""}, "../../d.csv"),
        ({"d.csv": b"mine"}, "../d.csv"),
        ({"data/d.csv": b"mine", "tmp": b""}, "../data/d.csv"),
    ],
)
def test_data_is_where_the_path_from_the_notebook_leads(
    pool: JailPool, files: dict[str, bytes], path: str
) -> None:
    source = f"x = open({path!r}).read()\nopen('own.txt', 'w').write(x)"
    test = graded("t", "assert x == 'mine'", 1, ())
    assert scores(pool, source, test, files=files) == [1]


@pytest.mark.parametrize("shown", ["plt.show()", "display(plt.gcf())", "pass"])
def test_a_function_that_plots_in_each_call_draws_nothing_and_leaves_nothing(
    pool: JailPool, shown: str
) -> None:
    # Drawn, one of these figures would take longer than a call may.
    plots = (
        "def f(x):\n    figure = plt.figure(figsize=(60, 60), dpi=200)\n"
        f"    plt.plot([x, 1])\n    {shown}\n    return x"
    )
    test = graded("t", "assert [f(n) for n in range(40)] == list(range(40))", 1, ())
    left = graded("u", "assert left() == [] and shown()", 1, ())
    after = (
        "def left(): return plt.get_fignums()\ndef shown(): return ready\nready = left() == []\n"
        "plt.plot([1, 2]); plt.show()"
    )
    nb, result = execute(pool, "import matplotlib.pyplot as plt", plots, test, after, left)
    assert [v.score for v in result.verdicts.values()] == [1, 1], result.reasons
    assert "image/png" in nb.cells[3].outputs[0].data
