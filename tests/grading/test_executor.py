"""A notebook is executed as Jupyter would, its test cells are judged as nbgrader would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nbformat import validate
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.utils import determine_grade

from autograder.grading.judging.executor import Execution, execute_notebook, slow_libraries
from autograder.grading.sandbox.jail import JailPool
from autograder.grading.sandbox.machine import JailError, explain, refuse_without_namespaces
from autograder.grading.sandbox.nojail import NoJail
from tests.attacks.assignment import SECRET, data, graded, solution

SOFTMAX = (
    "import numpy as np\ndef softmax(z):\n    e = np.exp(z - z.max(-1, keepdims=True))\n    "
    "return e / e.sum(-1, keepdims=True)"
)


def execute(pool: JailPool | NoJail, *cells: Any, **more: Any) -> tuple[Any, Execution]:
    nb = new_notebook(cells=[new_code_cell(c) if isinstance(c, str) else c for c in cells])
    result = execute_notebook(nb, jail=pool, secret=SECRET, **more)
    validate(nb)
    return nb, result


def outputs(pool: JailPool, source: str) -> list[Any]:
    return execute(pool, source)[0].cells[0].outputs


def test_streams_results_displays_and_errors_look_as_in_jupyter(pool: JailPool) -> None:
    found = outputs(
        pool,
        "import sys\nprint('a'); print('b')\nprint('e', file=sys.stderr)\ndisplay({'x': 1})\n1 + 1",
    )
    assert [(o.output_type, o.get("name"), o.get("text")) for o in found[:2]] == [
        ("stream", "stdout", "a\nb\n"),
        ("stream", "stderr", "e\n"),
    ]
    assert found[2].output_type == "display_data"
    assert found[2].data == {"text/plain": "{'x': 1}"}
    assert found[3].output_type == "execute_result"
    assert found[3].data == {"text/plain": "2"}
    assert found[3].execution_count == 1
    (error,) = outputs(pool, "def f():\n    return 1 / 0\nf()")
    assert (error.output_type, error.ename, error.evalue) == (
        "error",
        "ZeroDivisionError",
        "division by zero",
    )
    assert "return 1 / 0" in "\n".join(error.traceback)
    assert "Cell In[1]" in "\n".join(error.traceback)
    assert outputs(pool, "1;") == []


def test_figures_are_pictures_and_displays_can_be_updated_and_cleared(pool: JailPool) -> None:
    (figure,) = outputs(pool, "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()")
    assert figure.data["image/png"].startswith("iVBOR")
    (figure,) = outputs(pool, "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()")
    assert "image/png" in figure.data
    (updated,) = outputs(pool, "h = display(1, display_id=True)\nh.update(2)")
    assert updated.data == {"text/plain": "2"}
    (left,) = outputs(
        pool,
        "from IPython.display import clear_output\nprint('gone')\nclear_output()\nprint('kept')",
    )
    assert left.text == "kept\n"


def test_cells_number_themselves_and_share_variables(pool: JailPool) -> None:
    nb, _ = execute(pool, "x = 3", new_markdown_cell("text"), "", "x + 1", "%time x")
    assert [c.get("execution_count") for c in nb.cells] == [1, None, None, 2, 3]
    assert nb.cells[3].outputs[0].data == {"text/plain": "4"}


def test_experiments_are_left_out_and_old_outputs_removed(pool: JailPool) -> None:
    cell = new_code_cell("1 / 0", metadata={"tags": ["experiment"]}, outputs=[], execution_count=7)
    nb, result = execute(pool, cell)
    assert nb.cells[0].outputs == []
    assert nb.cells[0].execution_count is None
    assert result.reasons == []


def test_a_code_cell_graded_by_hand_is_the_students_and_runs_in_the_jail(pool: JailPool) -> None:
    cell = new_code_cell(
        "import os\nos.path.exists('/etc/shadow') , os.getcwd()",
        metadata={"nbgrader": data("manual", grade=True, solution=True, points=5)},
    )
    nb, _ = execute(pool, cell)
    assert "/home/student" in nb.cells[0].outputs[0].data["text/plain"]


def test_a_passed_check_shows_its_report_and_keeps_it_as_data(pool: JailPool) -> None:
    nb, result = execute(pool, solution("softmax", SOFTMAX), graded("t", "check(softmax)", 3, ()))
    (output,) = nb.cells[1].outputs
    assert output.text.startswith("softmax: passed")
    assert determine_grade(nb.cells[1]) == (3, 3)
    assert nb.cells[1].metadata["autograder"]["report"]["passed"] is True
    assert result.verdicts["t"].reports[0]["exercise"] == "softmax"


def test_a_failed_check_is_an_error_without_frames_that_names_the_mistake(pool: JailPool) -> None:
    code = (
        "import numpy as np\ndef softmax(z):\n    e = np.exp(z - z.max(-1, keepdims=True))\n  "
        "  return e / e.sum(axis=0)"
    )
    nb, _ = execute(pool, solution("softmax", code), graded("t", "check(softmax)", 3, ()))
    (output,) = nb.cells[1].outputs
    assert output.ename == "CheckFailed"
    assert "softmax: not right yet" in output.evalue
    assert len(output.traceback) == 1
    assert determine_grade(nb.cells[1]) == (0, 3)
    assert nb.cells[1].metadata["autograder"]["report"]["passed"] is False


@pytest.mark.parametrize(("source", "points"), [
    ("assert f(2) == 4", 3), ("assert f(2) == 5, 'not five'", 0), ("f(1)", 2), ("f(2) / 8", 0.5),
    ("f(7)", 3), ("'text'", 3), ("f(0) / 0", 0),
    ("import numpy.testing as t\nt.assert_allclose(f(2), 4)", 3), ("def g(n):\n    return f(n)\n"
                                                                   "assert [g(n) for n in (1, 2)] "
                                                                   "== [2, 4]", 3),
    ("assert x == 5", 3), ("nothing", 0), ("assert isinstance(f(2), int)", 3), ("if True", 0),
])  # fmt: skip
def test_plain_tests_are_judged_as_nbgrader_does(
    pool: JailPool, source: str, points: float
) -> None:
    nb, _ = execute(
        pool, solution("f", "x = 5\ndef f(n): return 2 * n"), graded("t", source, 3, ())
    )
    assert determine_grade(nb.cells[1]) == (points, 3)


def test_what_hidden_tests_say_is_not_shown(pool: JailPool) -> None:
    source = (
        "assert f(1) == 1, 'open'\n### BEGIN HIDDEN TESTS\nassert f(2) == 2, 'the answer is "
        "2'\n### END HIDDEN TESTS"
    )
    nb, _ = execute(pool, solution("f", "def f(n): return 1"), graded("t", source, 3, ()))
    assert nb.cells[1].outputs[0].evalue == "a hidden test failed"
    nb, _ = execute(pool, solution("f", "def f(n): return 0"), graded("t", source, 3, ()))
    assert nb.cells[1].outputs[0].evalue == "open"


def test_the_submissions_other_files_are_there(pool: JailPool) -> None:
    nb, _ = execute(
        pool, "print(open('data/numbers.csv').read())", files={"data/numbers.csv": b"1,2"}
    )
    assert nb.cells[0].outputs[0].text == "1,2\n"


@pytest.mark.parametrize(
    ("library", "asks"),
    [
        ("sklearn.datasets", "import sklearn"),
        ("matplotlib.pyplot", "import matplotlib.pyplot as plt"),
        ("matplotlib.pyplot", "%matplotlib inline"),
        ("scipy.special", "import scipy"),
    ],
)
def test_a_library_that_takes_long_to_load_is_there_before_who_asks_for_it(
    pool: JailPool, library: str, asks: str
) -> None:
    for first in ("x = 1", "import threading; threading.Thread(target=print).start()"):
        execute(pool, first)
    test = graded("t", "assert there", 1, ())
    cells = (f"import sys\nthere = {library!r} in sys.modules", asks, test)
    assert execute(pool, *cells)[1].verdicts["t"].score == 1


def test_slow_libraries_are_those_that_the_text_may_use() -> None:
    def asked(text: str, **files: bytes) -> list[str]:
        return slow_libraries(new_notebook(cells=[new_code_cell(text)]), files)

    assert asked("x = data.shape") == []
    assert asked("x, y = data.load_digits()") == ["sklearn.datasets"]
    assert asked("import nnkit") == ["matplotlib.pyplot", "scipy.special"]
    assert asked("import helper", **{"helper.py": b"import pylab \xff"}) == ["matplotlib.pyplot"]
    assert asked("x = 1", **{"notes.txt": b"sklearn plt"}) == []


def test_a_figure_is_a_picture_wherever_drawing_was_loaded() -> None:
    """Loaded before or not, and with a backend that opens windows."""
    draws = "import importlib\nimported = importlib.import_module('matplotlib.py' + 'plot')\n"
    lines = "getattr(imported, 'pl' + 'ot')([1, 2]); getattr(imported, 'sh' + 'ow')()"
    magic = "get_ipython().run_line_magic('mat' + 'plotlib', 'qt')\n"
    for loaded in ("", "# plt"):
        with JailPool() as pool:
            for before in ("", magic):
                nb, result = execute(pool, loaded + "\n" + before + draws + lines)
                assert not result.reasons
                kinds = [set(o.get("data", ())) for o in nb.cells[0].outputs]
                assert any("image/png" in kind for kind in kinds), (loaded, nb.cells[0].outputs)


def test_nothing_of_one_submission_is_there_for_the_next(pool: JailPool) -> None:
    execute(
        pool,
        "import builtins, numpy, os\nbuiltins.left = numpy.left = 1\nopen('left', 'w').write('x'); "
        "os.environ['LEFT'] = '1'",
    )
    nb, _ = execute(
        pool,
        "import builtins, numpy, os\n[hasattr(builtins, 'left'), hasattr(numpy, 'left'), "
        "os.listdir(), 'LEFT' in os.environ, len(In)]",
    )
    assert nb.cells[0].outputs[0].data["text/plain"] == "[False, False, [], False, 2]"


def test_the_same_notebook_gives_the_same_notebook(pool: JailPool) -> None:
    cells = [SOFTMAX, "import random\nsoftmax(np.ones(3))", "print({1: 2}, object)"]
    assert [c.outputs for c in execute(pool, *cells)[0].cells] == [
        c.outputs for c in execute(pool, *cells)[0].cells
    ]


def test_without_a_jail_the_same_scores_and_a_mark() -> None:
    with NoJail() as pool:
        nb, result = execute(
            pool, "import os\nx = 1", "os._exit(1)", solution("softmax", SOFTMAX),
            graded("t", "assert x == 1\ncheck(softmax)", 3, ()),
            "print(open('numbers.csv').read())", files={"numbers.csv": b"1,2"})  # fmt: skip
        assert determine_grade(nb.cells[3]) == (3, 3)
        assert nb.cells[4].outputs[0].text == "1,2\n"
        assert result.jail == "none"
        assert result.deaths == 1


def test_systems_without_namespaces_are_refused_with_a_sentence(monkeypatch: Any) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(
        JailError, match=r"Linux namespaces, which darwin does not have.*--jail none"
    ):
        refuse_without_namespaces()
    assert "--jail none" in explain("unshare: Operation not permitted")


# Arguments: Python's folder, this project's folder, the Python to run, the program. A folder that
# nobody cannot reach (below /root, or a temporary one) is shown at its own place.
AS_NOBODY = """
set -e
mount --make-rprivate /; mount -t tmpfs tmpfs /mnt; mkdir /mnt/1 /mnt/2; cp "$4" /mnt/p.py
mount --bind "$1" /mnt/1; mount --bind "$2" /mnt/2
nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
show() {
    if nobody test -x "$2"; then return; fi
    top=$2
    while ! nobody test -x "$(dirname "$top")"; do top=$(dirname "$top"); done
    if [ -d "$top" ]; then mount -t tmpfs -o mode=755 tmpfs "$top"; fi
    mkdir -p "$2"; mount --bind "/mnt/$1" "$2"
}
show 1 "$1"; show 2 "$2"
nobody env HOME=/ PYTHONDONTWRITEBYTECODE=1 "$3" /mnt/p.py
"""


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to become someone else"
)
def test_an_ordinary_user_has_a_jail_too(tmp_path: Path) -> None:
    """The same as user nobody.

    Python's folders are shown to that user in a mount namespace of its own.
    """
    program = tmp_path / "program.py"
    program.write_text(
        "import os\nassert os.geteuid() == 65534\n"
        "from autograder.grading.sandbox.jail import JailPool\nfrom "
        "autograder.grading.remote.session import Session\n"
        "with JailPool() as pool:\n    session = Session(pool)\n"
        '    run = session.run(\'import os\\nprint(os.getuid(), os.listdir("."), '
        'os.path.exists("/proc"))\', 5)\n'
        "    print(run.outputs[0]['text'])\n    session.close()\n"
    )
    tmp_path.chmod(0o755)
    command = ["unshare", "-m", "sh", "-c", AS_NOBODY, "sh", sys.base_prefix,
               str(Path(__file__).resolve().parents[2]), sys.executable, str(program)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.strip() == "65534 [] False", done.stderr[-2000:]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("setpriv"),
    reason="needs root, who can give capabilities up",
)
def test_root_without_capabilities_is_told_which_it_lacks(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from autograder.grading.sandbox.jail import JailPool\n"
        "from autograder.grading.sandbox.machine import JailError\n"
        "try:\n    JailPool().start()\nexcept JailError as error:\n    print(error)\n"
    )
    command = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all", sys.executable,
               str(program)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "SYS_ADMIN or SETFCAP" in done.stdout, done.stderr[-2000:]
    assert "as an ordinary user" in done.stdout


def test_a_fault_of_our_own_leaves_its_cell_without_a_verdict_and_the_rest_goes_on(
    pool: JailPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise KeyError("words of a hidden test")

    cells = (
        "def softmax(z): return z",
        graded("one", "check(softmax)", 5, ()),
        graded("two", "assert softmax(1) == 1", 2, ()),
    )
    with monkeypatch.context() as patch:
        patch.setattr("autograder.checking.grading_check.judge", broken)
        nb, result = execute(pool, *cells)
    assert list(result.faults) == ["one"]
    assert "KeyError: 'words of a hidden test'" in result.faults["one"]
    assert "no fault of this work" in nb.cells[1].outputs[0].evalue
    assert "hidden" not in str(nb.cells[1].outputs)
    assert determine_grade(nb.cells[2])[0] == 2
