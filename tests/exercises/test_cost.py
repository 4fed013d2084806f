"""A walk along every path of a graph is stopped, one over every node is not."""

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
