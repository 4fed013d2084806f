"""Value: published circuits, PyTorch's numbers, its own graph only; drawings that show it."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nnkit import plot
from nnkit.graph import Value

numbers = st.floats(0.2, 3.0)


def test_the_product_of_a_sum():
    x, y, z = Value(-2), Value(5), Value(-4)
    f = (x + y) * z
    f.backward()
    assert (f.data, x.grad, y.grad, z.grad, f.grad) == (-12, -4, -4, 3, 1)


def test_the_classic_sigmoid_circuit():
    w0, x0, w1, x1, w2 = (Value(v) for v in (2, -1, -3, -2, -3))
    f = 1 / (1 + (-(w0 * x0 + w1 * x1 + w2)).exp())
    f.backward()
    assert round(f.data, 2) == 0.73
    assert [round(v.grad, 2) for v in (w0, x0, w1, x1, w2)] == [-0.2, 0.39, -0.39, -0.59, 0.2]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(a=numbers, b=numbers, c=numbers)
def test_every_operation_agrees_with_pytorch(a, b, c):
    def build(a, b, c, largest):
        left = (a * b + c / a - 2) ** 3 + 2**b + b**a + 1.5 * a.log()
        right = (3 - c).tanh() / b + (-a).exp() + largest(a * c, b) + largest(c, 1.0)
        return left * right + a * a * a

    ours = [Value(v) for v in (a, b, c)]
    theirs = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (a, b, c)]

    def torch_max(x, y):
        return torch.maximum(x, torch.as_tensor(y, dtype=torch.float64))

    f, t = build(*ours, lambda x, y: x.max(y)), build(*theirs, torch_max)
    f.backward()
    t.backward()
    assert f.data == pytest.approx(t.item(), rel=1e-10)
    for value, tensor in zip(ours, theirs, strict=True):
        # At a tie PyTorch halves the gradient of a maximum, here the first takes it.
        if len({a * c, b}) == 2 and c != 1.0:
            assert value.grad == pytest.approx(tensor.grad.item(), rel=1e-8)


def test_a_tied_maximum_gives_all_to_the_first():
    a, b = Value(2), Value(2)
    a.max(b).backward()
    assert (a.grad, b.grad) == (1, 0)


def test_backward_twice_gives_the_same_and_other_graphs_are_untouched():
    a = Value(3)
    f, other = a * a, a * 5
    other.backward()
    f.backward()
    f.backward()
    assert a.grad == 6
    assert other.grad == 1


def test_a_long_chain_needs_no_recursion():
    x = Value(1)
    total = x
    for _ in range(5000):
        total = total + x
    total.backward()
    assert x.grad == 5001


def test_powers_at_their_edges():
    zero = Value(0)
    (zero**2).backward()
    assert zero.grad == 0
    (zero**0).backward()
    assert zero.grad == 0
    base, exponent = Value(-2), Value(3)
    f = base**exponent
    f.backward()
    assert (f.data, base.grad) == (-8, 12)
    assert math.isnan(exponent.grad)
    base, exponent = Value(0), Value(2)
    (base**exponent).backward()
    assert exponent.grad == 0
    with pytest.raises(ValueError, match="not a real number"):
        Value(-2) ** 0.5


def test_wrong_numbers_are_refused():
    with pytest.raises(ValueError, match="log of -1; expected a number above 0"):
        Value(-1).log()
    with pytest.raises(ZeroDivisionError, match="1 divided by a Value of 0"):
        Value(1) / Value(0)
    for wrong in ([1, 2], "1", 1j):
        with pytest.raises(ValueError, match="expected one real number"):
            Value(wrong)
    assert Value(1000).exp().data == math.inf


def test_repr_shows_label_value_and_gradient():
    x = Value(2, "x")
    (x * 3).backward()
    assert repr(x) == "Value(x = 2, grad=3)"
    assert repr(Value(0.5)) == "Value(0.5, grad=0)"


def texts(figure):
    return [t.get_text() for t in figure.axes[0].texts]


def test_a_drawing_shows_operations_values_and_gradients():
    x, y, z = Value(-2, "x"), Value(5, "y"), Value(-4, "z")
    f = (x + y) * z
    f.label = "f"
    f.backward()
    shown = texts(plot.graph(f))
    for expected in ("x", "y", "z", "f", "×", "+", "-2", "5", "-4", "3", "-12", "1"):
        assert expected in shown
    assert "1" not in texts(plot.graph(f, gradients=False))
    plt.close("all")


def test_a_drawing_on_given_axes_of_a_value_used_twice():
    figure, ax = plt.subplots()
    a = Value(3)
    f = a * a
    assert plot.graph(f, ax=ax) is figure
    assert texts(figure).count("3") == 2  # the input and its edge; the second edge is bent
    assert plot.graph(Value(1, "alone")).axes
    plt.close("all")


def test_powers_too_large_for_a_float_are_infinite():
    assert (Value(1e200) ** 2).data == math.inf
    assert (Value(-1e200) ** 3).data == -math.inf
    small = Value(1e-200)
    out = small**-1
    out.backward()
    assert out.data == pytest.approx(1e200)
    assert small.grad == -math.inf


def test_a_value_needs_neither_matplotlib_nor_networkx():
    code = (
        "import sys, nnkit.graph\n"
        "print([m for m in ('matplotlib', 'networkx') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def crossings(edges):
    """Return how many pairs of edges between the same two columns cross."""
    return sum(
        a[0][0] == b[0][0] and a[1][0] == b[1][0] and (a[0][1] - b[0][1]) * (a[1][1] - b[1][1]) < 0
        for a, b in itertools.combinations(edges, 2)
    )


def shuffled(edges, rng):
    """Return the edges with the places of each column exchanged at random."""
    columns = {}
    for place in {place for edge in edges for place in edge}:
        columns.setdefault(place[0], []).append(place)
    moved = {}
    for places in columns.values():
        places.sort()
        moved |= dict(zip(places, (places[i] for i in rng.permutation(len(places))), strict=True))
    return [(moved[start], moved[end]) for start, end in edges]


@pytest.mark.usefixtures("crowded")
def test_a_drawing_has_few_crossings():
    drawn = by_chance = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        layer = [Value(k + 1.0) for k in range(6)]
        while len(layer) > 1:  # a random tree: it can be drawn without any crossing
            order = rng.permutation(len(layer))
            layer = [
                layer[order[i]] + layer[order[i + 1]]
                if i + 1 < len(order)
                else layer[order[i]].exp()
                for i in range(0, len(order), 2)
            ]
        extra = [v for v in layer[0].ancestors() if not v.op][int(rng.integers(6))]
        figure = plot.graph(layer[0] + extra.tanh())
        edges = [(t.xyann, t.xy) for t in figure.axes[0].texts if hasattr(t, "xyann")]
        assert len(edges) > 10
        drawn += crossings(edges)
        by_chance += np.mean([crossings(shuffled(edges, rng)) for _ in range(20)])
        plt.close("all")
    assert drawn < 0.1 * by_chance
