"""The name in the cell says who is judged, not the name that a function was born with."""

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from autograder.checking import CheckFailed, check
from autograder.exercises import everything

PAIRS = [n for n, e in everything().items() if e.partner and e.partner.endswith("_forward")]


@pytest.fixture
def shell():
    made = InteractiveShell()
    made.run_cell("from autograder import check\nimport numpy as np")
    return made


@pytest.mark.parametrize("backward", PAIRS)
def test_a_forward_under_the_backwards_name_is_judged_as_the_backward(shell, backward):
    exercise = everything()[backward]
    forward = exercise.companions[exercise.partner]
    shell.user_ns.update({backward: forward, exercise.partner: forward})
    result = shell.run_cell(f"check({backward}, forward={exercise.partner})")
    assert isinstance(result.error_in_exec, CheckFailed)
    assert result.error_in_exec.report.exercise == backward


def test_a_decorated_function_keeps_the_exercise_of_its_name(shell):
    cell = """
def counted(f):
    def inner(*args):
        return f(*args)
    return inner

@counted
def relu_forward(x):
    return np.maximum(x, 0.0), (x,)

check(relu_forward)
"""
    assert shell.run_cell(cell).success


def test_one_function_under_two_names_is_wrong_for_the_second(shell):
    shell.run_cell("def relu_forward(x):\n    return np.maximum(x, 0.0), (x,)")
    shell.run_cell("relu_backward = relu_forward")
    assert shell.run_cell("check(relu_forward)").success
    result = shell.run_cell("check(relu_backward, forward=relu_forward)")
    assert isinstance(result.error_in_exec, CheckFailed)
    assert result.error_in_exec.report.exercise == "relu_backward"


def test_without_a_name_in_the_call_the_functions_own_name_decides():
    def relu_forward(x):
        return np.maximum(x, 0.0), (x,)

    functions = [relu_forward]
    check(functions[0])
    mine = relu_forward
    check(mine)
