"""An exception is reported at the innermost line of the student's code, with the shapes there."""

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from autograder.checking import CheckFailed, run_check

CELLS = {
    "inside numpy": (
        "def affine_forward(x, w, b):\n    flat = x.reshape(len(x), -1)\n"
        "    return np.concatenate([flat @ w, b]), (x, w, b)",
        "line 3 of your cell: return np.concatenate([flat @ w, b]), (x, w, b)",
        "flat (3, 4)",
    ),
    "inside einsum": (
        "def affine_forward(x, w, b):\n    return np.einsum('nd,nm->nm', x, w), 0",
        "line 2 of your cell: return np.einsum('nd,nm->nm', x, w), 0",
        "x (3, 4), w (4, 5)",
    ),
    "inside a helper of their own": (
        "def product(p, q):\n    return p @ q\n\ndef affine_forward(x, w, b):\n    return "
        "product(w, x), 0",
        "line 2 of your cell: return p @ q",
        "p (4, 5), q (3, 4)",
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_the_students_line_is_shown_with_the_shapes_of_its_variables(name):
    cell, line, shapes = CELLS[name]
    shell = InteractiveShell()
    shell.run_cell("from autograder import check\nimport numpy as np")
    shell.run_cell(cell)
    error = shell.run_cell("check(affine_forward)").error_in_exec
    assert isinstance(error, CheckFailed)
    assert line in error.report.found
    assert shapes in error.report.found
    assert "raise ValueError" not in error.report.found


def test_a_variable_is_named_with_its_shape_only_where_it_is_an_array():
    from autograder.checking.raised import shapes

    def here():
        import sys

        x, n, y = np.zeros((2, 3)), 4, [1]
        assert x.size + n + len(y)
        return shapes("x.sum() + n * y + z.T + 3.x", sys._getframe())

    assert here() == ["x (2, 3)"]


def test_the_type_of_an_exception_alone_is_no_known_mistake():
    def momentum_step(w, dw, state, lr, mu=0.9):
        v = np.zeros_like(w) if state is None or state == {} else state["v"]
        if v.size > 1:
            raise ValueError("a sentence that no mistake says")
        return w - lr * (mu * v + dw), {"v": mu * v + dw}

    report = run_check("momentum_step", {"momentum_step": momentum_step})
    assert not report.passed
    assert report.mistake is None
    assert "known mistake" not in report.message
