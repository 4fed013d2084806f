"""Xavier's initialization: normal weights, a compromise between the way up and the way down."""

import numpy as np

from autograder.checking.kinds import leads
from autograder.exercises.ch03.initialization_trial import initialization


@initialization(says="Xavier's initialization", variance=lambda i, o: 2.0 / (i + o))
@leads(
    "A layer should neither enlarge nor shrink what goes forward, nor what comes back.",
    "Forward asks for Var(w) = 1/D, backward for 1/M; the compromise uses their sum.",
)
def xavier_init(fan_in, fan_out, rng):
    """Normal, variance 2 / (fan_in + fan_out)."""
    return np.sqrt(2.0 / (fan_in + fan_out)) * rng.standard_normal((fan_in, fan_out))
    # ~ he for xavier: fan_in + fan_out => fan_in | Xavier's rule makes a compromise between the
    #     way up and the way down. What does it average?
    # ~ one over fan in: 2.0 / (fan_in + fan_out) => 1.0 / fan_in | Xavier's rule makes a
    #     compromise between the way up and the way down. What does it average?
    # ~ gain outside root: 2.0 / np.sqrt(fan_in + fan_out) * rng.standard_normal((fan_in, fan_out))
    #     | The factor belongs to the variance; where is it then in the deviation?
    # ~ brackets missing: 2.0 / (fan_in + fan_out) => 2.0 / fan_in + fan_out
    #     | What does Python divide by in 2 / a + b?
    # ~ gain missing: 2.0 => 1.0
    #     | The variance is one over the mean of the two fans. Which factor does that give?
    # ~ product of fans: fan_in + fan_out => fan_in * fan_out | How are the two fans combined?
    # ~ gain six: 2.0 => 6.0 | The 6 belongs to the limits of a uniform distribution.
    # ~ variance for deviation: np.sqrt(2.0 / (fan_in + fan_out)) => 2.0 / (fan_in + fan_out)
    #     | A normal number times s has which variance?
    # ~ not scaled: 2.0 / (fan_in + fan_out) => 1.0 + 0.0 * (fan_in + fan_out)
    #     | The deviation has to shrink with the size of the layer.
    # ~ shape transposed: fan_in, fan_out => fan_out, fan_in
    #     | Weights of an affine map are (inputs, outputs).
    # ~ zeros: rng.standard_normal => np.zeros | With equal weights all units learn the same.
    # ~ one row for all: rng.standard_normal((fan_in, fan_out)) =>
    #     np.repeat(rng.standard_normal((1, fan_out)), fan_in, axis=0)
    #     | How many independent draws does a matrix need?
    # ~ one column for all: rng.standard_normal((fan_in, fan_out)) =>
    #     np.repeat(rng.standard_normal((fan_in, 1)), fan_out, axis=1)
    # ~ uniform: np.sqrt(6.0 / (fan_in + fan_out)) * rng.uniform(-1.0, 1.0, (fan_in, fan_out))
    #     | The variance is right. Which distribution is asked for?
    # ~ uniform limit is deviation: rng.standard_normal((fan_in, fan_out)) =>
    #     rng.uniform(-1.0, 1.0, (fan_in, fan_out))
    #     | Which distribution is asked for, and what is the deviation of a uniform one?
    # ~ positive only: rng.standard_normal((fan_in, fan_out)) =>
    #     np.abs(rng.standard_normal((fan_in, fan_out))) | Weights are centered at 0.
    # ~ not centered: rng.standard_normal((fan_in, fan_out)) =>
    #     rng.uniform(0.0, np.sqrt(3.0), (fan_in, fan_out))
    # ~ signs only: rng.standard_normal((fan_in, fan_out)) =>
    #     rng.choice([-1.0, 1.0], (fan_in, fan_out))
    #     | Look at a histogram of the weights: is it a bell?
    # ~ ignores rng: rng => np.random.default_rng(0)
    #     | Two calls with different generators should give different weights.
    # ~ fresh generator: rng => np.random.default_rng()
    #     | The same generator state has to give the same weights: who draws here?
