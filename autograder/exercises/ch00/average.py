"""The average, with which the start page shows what a check is."""

import numpy as np

from autograder.checking.kinds import draws, function, leads


@function(
    says="the average of the numbers in x",
    group="start",
    cases=draws("x: N", {"N": 3}, {"N": 5}, {"N": 8}),
    outputs="mean",
    whole="x",
)
@leads(
    "Three friends share what they have: what do they do with the sum?",
    "The average of 2, 4 and 9 is 15 divided by 3.",
)
def average(x):
    """The sum of the numbers, divided by how many there are."""
    return np.sum(x) / len(x)
    # ~ not divided: np.sum(x) | The sum of two numbers and that of a thousand: what would make them
    #     comparable?
    # ~ half: np.sum(x) / 2 | How many numbers are there in x?
    # ~ one too few: np.sum(x) / (len(x) - 1) | The average of one number is that number.
    # ~ median: np.median(x) | That is the number in the middle; it does not see how large the
    #     others are.
