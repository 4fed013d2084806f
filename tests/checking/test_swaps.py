"""A NumPy function taken for one of a like name is named where the other makes all right."""

import linecache

import numpy as np

from autograder.checking import run_check

KNN = """def knn_predict(x_train, y_train, x, k):
    answers = []
    for point in x:
        near = np.{}(((x_train - point) ** 2).sum(axis=1))[:k].astype(int)
        labels, votes = np.unique(y_train[near], return_counts=True)
        answers.append(labels[votes.{}()])
    return np.array(answers)
"""
HINGE = """def hinge_forward(scores, y, margin=1.0):
    rows = np.arange(len(y))
    over = np.max(scores - scores[rows, y][:, None] + margin, 0)
    return np.sum(over) / len(y) - {}, (scores, y, margin)
"""


def cause(text, tmp_path):
    name = str(tmp_path / "cell.py")
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    space = {"np": np, "__name__": "student"}
    exec(compile(text, name, "exec"), space)
    called = text.split("(")[0].removeprefix("def ")
    return run_check(called, {called: space[called]}).cause


def test_places_and_values_in_order(tmp_path):
    assert "np.argsort the places" in cause(KNN.format("sort", "argmax"), tmp_path)


def test_a_value_for_its_place(tmp_path):
    assert "argmax and argmin the place" in cause(KNN.format("argsort", "max"), tmp_path)


def test_a_maximum_along_an_axis_that_was_to_compare(tmp_path):
    assert "np.maximum" in cause(HINGE.format("margin"), tmp_path)


def test_nothing_is_said_where_the_other_function_is_wrong_too(tmp_path):
    assert "np.maximum" not in cause(HINGE.format("2 * margin"), tmp_path)
