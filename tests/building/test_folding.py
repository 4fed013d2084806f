"""Cells that draw are folded in a student's notebook; what is to be read is not."""

from __future__ import annotations

import nbformat
import pytest

from autograder.building.folding import LINES, fold_drawings, is_drawing

DRAWING = """\
x = np.linspace(0, 1, 50)
fig, (left, right) = plt.subplots(1, 2)
left.plot(x, x)
left.set_title("a line")
for ax in (left, right):
    ax.grid(False)
right.plot(
    x,
    x**2,
)
right.legend()
plt.show()
"""
TRAINING = """\
rng = np.random.default_rng(0)
net = Chain(affine(2, 3, rng), relu(), affine(3, 2, rng))
for epoch in range(20):
    for x, y in batches(rng):
        loss, dout = criterion(net(x), y)
        net.backward(dout)
        sgd.step()
        losses.append(loss)
plt.plot(losses)
plt.show()
"""


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        (DRAWING, True),
        (TRAINING, False),
        ("plt.plot(x)\nplt.show()", False),
        ("plt.plot(\n" * LINES, False),
        ("", False),
    ],
    ids=["a drawing", "a training run", "two lines", "no Python", "nothing"],
)
def test_a_cell_is_folded_when_most_of_at_least_eight_lines_draw(source, folded):
    assert is_drawing(source) is folded


def test_a_drawing_that_is_folded_needs_its_axes_to_come_from_matplotlib():
    assert not is_drawing(DRAWING.replace("plt.subplots(1, 2)", "pair()"))


def test_only_experiments_are_folded_and_other_marks_stay():
    def cell(tags: list[str]) -> nbformat.NotebookNode:
        return nbformat.v4.new_code_cell(
            DRAWING, metadata={"tags": tags, "jupyter": {"outputs_hidden": False}}
        )

    nb = nbformat.v4.new_notebook(cells=[cell(["experiment"]), cell([])])
    fold_drawings(nb)
    experiment, other = nb.cells
    assert experiment.metadata.jupyter == {"outputs_hidden": False, "source_hidden": True}
    assert other.metadata.jupyter == {"outputs_hidden": False}
