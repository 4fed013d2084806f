"""A walk along every path of a graph is stopped, one over every node is not."""

import time

import numpy as np

from autograder.audit import variants
from autograder.checking import run_check


class Value:
    """Adds only; backward follows every path from the result to its leaves."""

    def __init__(self, data, sources=()):
        self.data, self.grad, self.sources = data, 0.0, sources

    def __add__(self, other):
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def backward(self, share=1.0):
        self.grad += share
        for source, slope in self.sources:
            source.backward(share * slope)


def test_backward_along_every_path_runs_out_of_time(monkeypatch):
    from dataclasses import replace

    from autograder import exercises
    from autograder.exercises.ch03 import value_trial

    exercise = exercises.find("Value")
    only = value_trial.graph_case(
        "a graph of many paths", {"doubled forty times": value_trial._doubled}, a=1.5
    )
    quick = replace(exercise, cases=lambda rng: [only], probes=None, time_limit=0.5)
    monkeypatch.setattr(exercises, "find", lambda name: quick)
    report = run_check("Value", {"Value": Value})
    assert not report.passed
    assert "was still running" in report.found
    assert report.mistake is None


def test_every_right_style_walks_each_node_once():
    for variant in variants.of("Value"):
        assert run_check("Value", variant.functions).passed, variant.style


def test_a_forward_that_is_slow_in_each_call_is_called_slow_and_costs_no_backward(monkeypatch):
    from dataclasses import replace

    from autograder import exercises

    found = exercises.find

    def slow(x):
        time.sleep(0.2)
        out = np.tanh(x)
        return out, (out,)

    def backward(dout, cache):
        return dout * (1 - cache[0] ** 2)

    functions = {"tanh_forward": slow, "tanh_backward": backward}
    monkeypatch.setattr(exercises, "find", lambda name: replace(found(name), time_limit=0.5))
    report = run_check("tanh_forward", functions)
    assert not report.passed
    assert "tanh_forward took 0.5 s in many calls" in report.found
    assert "plots or prints" in report.message
    assert "may never end" not in report.message
    assert "see how long that takes" in report.next_step
    report = run_check("tanh_backward", functions)
    assert report.passed
    assert "tanh_forward takes too long for a check" in report.message
    assert not run_check("tanh_backward", {**functions, "tanh_backward": lambda d, c: d}).passed
