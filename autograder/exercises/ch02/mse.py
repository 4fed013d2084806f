"""The mean squared error: half the sum of squared differences of a row, averaged over rows."""

import numpy as np

from autograder.checking.kinds import draws, leads, pair

mse = pair(
    says="the mean squared error",
    group="MSE",
    cases=draws(
        "a: N *D, y: N *D", {"N": 4, "D": 3}, {"N": 3, "D": 5}, {"N": 5, "D": (), "label": "N = 5"}
    ),
    cache="(a, y)",
    loss=True,
    returns="loss",
    grads="da: example output",
    whole="a y",
)


@mse.forward
@leads(
    "Each row has an error; square it, add up, and make the result independent of how "
    "many rows there are.",
    "L = 1/(2N) · Σ (a − y)², the sum over all entries, N the number of rows.",
)
def mse_forward(a, y):
    """loss = sum of (a - y)² over all axes, divided by twice the number of rows."""
    loss = np.sum((a - y) ** 2) / (2 * len(a))
    # ~ half missing: 2 * len(a) => len(a) | Look at the factor in front of the sum.
    # ~ not averaged: 2 * len(a) => 2 | Should a batch twice as large have twice the loss?
    # ~ averaged over everything: len(a) => a.size | N counts rows; further axes are summed.
    # ~ whole-number division: np.sum((a - y) ** 2) // (2 * len(a)) | What does // cut off?
    # ~ largest singular value: np.linalg.norm(a - y, 2) ** 2 / (2 * len(a))
    #     | np.linalg.norm(e, 2) of a matrix is its largest singular value: what gives the root of
    #     the sum of squares?
    # ~ mean without half: np.mean((a - y)**2)
    #     | Compare your factor with the definition, axis by axis.
    # ~ absolute error: (a - y)**2 => np.abs(a - y)
    #     | How does a difference enter the loss: as itself, its size, its square?
    # ~ root taken: np.sqrt(np.sum((a - y)**2) / (2 * len(a)))
    #     | The root of the mean is another loss.
    # ~ signed sum: np.sum(a - y)**2 / (2 * len(a)) | Errors of opposite sign must not cancel.
    # ~ loss per row: np.sum((a - y)**2, axis=-1) / (2 * len(a))
    #     | The loss of a batch is one number.
    return loss, (a, y)


@mse.backward
@leads(
    "Change one prediction only: which terms of the sum notice?",
    "∂/∂a of (a − y)² is 2(a − y); put the factor in front of the sum beside it.",
)
def mse_backward(cache):
    """da = (a - y) / N."""
    a, y = cache
    return (a - y) / len(a)  # ~ not averaged
    # ~ sign | If a is too large, should the loss grow or fall when a grows?
    # ~ factor two: 2 * (a - y) / len(a) | The 1/2 in the loss is there for a reason.
    # ~ factor half: 0.5 * (a - y) / len(a) | The 1/2 and the 2 from the square meet.
    # ~ averaged over everything: (a - y) / a.size | N counts rows only.
    # ~ whole-number division: (a - y) // len(a) | What does // cut off?
    # ~ all errors in each entry: (a - y).sum() / len(a) + 0 * a
    #     | How many terms of the sum does one prediction touch?
    # ~ averaged twice: (a - y) / len(a)**2 | Each 1/N of the loss appears once.
    # ~ sign of difference: np.sign(a - y) / len(a) | The derivative of a square is not a sign.
