"""Mistakes that many exercises share: written once, with one hint each, and named in a word."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.checking.mistakes import rewrites
from autograder.checking.mistakes.rewrites import Rewrite


@dataclass(frozen=True)
class Standard:
    """A mistake by its word.

    change: as a comment would say it ("stride => 1"), or what makes the wrong line in the tree.
    bare: the name does not begin with the variable ("ignores dout").
    """

    change: str | Rewrite
    hint: str
    bare: bool = False


ORDER = "Compare the order of your results with that in the docstring."
UPSTREAM = "Every gradient starts from the one that comes in from above."
COPIED = "Where a value is copied in forward, the gradients add up in backward."
BLOCKS = "Compare the order of the blocks with that in the docstring."
WINDOW = "Where does the next window begin?"
STANDARD: dict[str, Standard] = {
    # sums, means and shapes
    "averaged": Standard(rewrites.averaged, COPIED),
    "not summed": Standard(
        rewrites.not_summed,
        "A gradient has the shape of its variable. Which axis has to go, and how?",
    ),
    "wrong axis": Standard(
        rewrites.wrong_axis, "Write the shapes beside it: which axis goes, and which one stays?"
    ),
    "keeps axis": Standard(
        rewrites.keeps_axis, "A gradient has exactly the shape of its variable."
    ),
    "transposed": Standard(
        rewrites.transposed, "Write the shapes beside it: a gradient has the shape of its variable."
    ),
    "not averaged": Standard(
        rewrites.not_averaged, "The loss averages over the batch; so does its gradient."
    ),
    "overwritten": Standard(rewrites.overwritten, COPIED),
    # signs, and what is left out
    "sign": Standard(rewrites.sign, "Check the sign."),
    "ignores dout": Standard(rewrites.ignores_dout, UPSTREAM, bare=True),
    "dx ignores dout": Standard(rewrites.ignores_dout, UPSTREAM, bare=True),
    "dw ignores dout": Standard(rewrites.ignores_dout, UPSTREAM, bare=True),
    "bias missing": Standard("b => 0", "What comes out for an input of zeros?", bare=True),
    # Python and NumPy
    "returns early": Standard(
        rewrites.first_turn, "A `return` inside the loop ends it in its first turn.", bare=True
    ),
    "type of x": Standard(
        rewrites.type_of_x, "What becomes of 0.3 in an array of whole numbers?", bare=True
    ),
    "max for maximum": Standard(
        rewrites.max_for_maximum,
        "np.max finds one largest number along an axis. Which function compares entry by entry?",
        bare=True,
    ),
    # the order of results
    "first two exchanged": Standard(rewrites.exchanged(0, 1), ORDER),
    "last two exchanged": Standard(rewrites.exchanged(-2, -1), ORDER),
    "states exchanged": Standard(rewrites.exchanged(1, 2), ORDER),
    "du and dw exchanged": Standard(rewrites.exchanged(-3, -2), ORDER),
    # windows of an image
    "padding ignored": Standard("padding => 0", "Padding comes before everything else.", bare=True),
    "stride ignored": Standard("stride => 1", WINDOW, bare=True),
    "row offset forgotten": Standard("i * stride => 0", WINDOW, bare=True),
    "column offset forgotten": Standard("j * stride => 0", WINDOW, bare=True),
    "dilation ignored": Standard(
        "dilation => 1", "Which places does a dilated kernel touch?", bare=True
    ),
    "size rounded up": Standard(
        rewrites.rounded_up, "A window that does not fit is left out.", bare=True
    ),
    "height and width swapped": Standard(
        "oh, ow => ow, oh", "Rows first, then columns.", bare=True
    ),
    "kernel flipped": Standard(
        "w => w[:, :, ::-1, ::-1]",
        "In these networks the kernel is laid on as it is: cross-correlation.",
        bare=True,
    ),
    # gates and cells
    "slope of tanh": Standard(
        rewrites.slope_of_tanh,
        "Which function did this gate pass? Its slope is written with its value.",
    ),
    "from dc": Standard(
        rewrites.from_dc,
        "The gradient at the cell has two sources: dc, and what comes down through h.",
    ),
    "candidate with logistic": Standard(
        "np.tanh => logistic", "The candidate may be negative.", bare=True
    ),
    "tanh of cell missing": Standard(
        "np.tanh(c) => c", "What does the output gate let through?", bare=True
    ),
    "output of old cell": Standard("c => c_prev", "The output sees the new cell.", bare=True),
    "first blocks exchanged": Standard(rewrites.blocks_exchanged(0, 1), BLOCKS, bare=True),
    "last blocks exchanged": Standard(rewrites.blocks_exchanged(-2, -1), BLOCKS, bare=True),
}
