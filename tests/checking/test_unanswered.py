"""A quiz that nobody has answered, in a notebook: one line, and still an error of its kind."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

CELLS = {
    "import": "from autograder import check",
    "quiz": 'check.quiz("quiz_bugs", quiz_bugs)',
    "misspelled": "numpi.zeros(3)",
    "below": "def f():\n    return quiz_bugs\n\n\nf()",
    "stub": "def relu_forward(x):\n    raise NotImplementedError()",
    "experiment": "scale = 2\nout, cache = relu_forward(3)\nratio = out * scale",
    "needs it": "twice = 2 * ratio",
    "needs that": "thrice = 3 * twice",
    "own": "def mine():\n    raise NotImplementedError()\n\n\nmine()",
    "after": "check.language()",
}


@pytest.fixture(scope="module")
def outputs() -> dict[str, nbformat.NotebookNode]:
    nb = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text) for text in CELLS.values()]
    )
    client = NotebookClient(nb, timeout=120, kernel_name="python3", allow_errors=True)
    client.execute(stderr=subprocess.DEVNULL)
    return dict(zip(CELLS, [cell.outputs for cell in nb.cells], strict=True))


def test_one_line_says_it_and_the_error_is_the_one_that_python_raised(outputs):
    (output,) = outputs["quiz"]
    assert output.traceback == ["quiz_bugs is not written yet."]
    assert (output.output_type, output.ename) == ("error", "NameError")
    assert output.evalue == "name 'quiz_bugs' is not defined"


@pytest.mark.parametrize(
    ("cell", "kind", "text"),
    [
        ("experiment", "NotImplementedError",
         "This cell needs relu_forward, which is not written yet."),
        ("needs it", "NameError",
         "ratio comes from a cell above that stopped: relu_forward was not written yet."),
        ("needs that", "NameError",
         "twice comes from a cell above that stopped: relu_forward was not written yet."),
    ],
)  # fmt: skip
def test_an_experiment_says_which_answer_it_waits_for_and_so_do_those_below(
    outputs, cell, kind, text
):
    (output,) = outputs[cell]
    assert output.traceback == [text]
    assert (output.output_type, output.ename) == ("error", kind)


@pytest.mark.parametrize("name", ["misspelled", "below", "own"])
def test_every_other_error_has_its_traceback(outputs, name):
    (output,) = outputs[name]
    assert "Traceback" in output.traceback[0] + output.traceback[1]
    assert len(output.traceback) > 2


def test_the_notebook_goes_on(outputs):
    assert outputs["after"][0].data["text/plain"] == "'en'"


def test_without_ipython_nothing_is_imported_for_it():
    code = "import sys\nfrom autograder import check\nassert 'IPython' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
