"""He's initialization: normal weights whose variance makes up for what a ReLU throws away."""

import numpy as np

from autograder.checking.kinds import leads
from autograder.exercises.ch03.initialization_trial import initialization


@initialization(says="He's initialization", variance=lambda i, o: 2.0 / i)
@leads(
    "Outputs should have the size of inputs although ReLU sets half of the sums to 0.",
    "The mean square behind ReLU is half the variance of the sum D·Var(w)·E[x²]: which "
    "Var(w) keeps it?",
)
def he_init(fan_in, fan_out, rng):
    """Normal, variance 2 / fan_in."""
    return np.sqrt(2.0 / fan_in) * rng.standard_normal((fan_in, fan_out))
    # ~ fans swapped: 2.0 / fan_in => 2.0 / fan_out | How many numbers does one unit add up?
    # ~ gain missing: 2.0 => 1.0 | A ReLU throws half of the signal away. What makes up for it?
    # ~ xavier for he: 2.0 / fan_in => 2.0 / (fan_in + fan_out)
    #     | He's rule looks at one direction only.
    # ~ gain outside root: np.sqrt(2.0 / fan_in) => 2.0 / np.sqrt(fan_in)
    #     | The factor belongs to the variance; where is it then in the deviation?
    # ~ gain six: 2.0 => 6.0 | The 6 belongs to the limits of a uniform distribution.
    # ~ variance for deviation: np.sqrt(2.0 / fan_in) => 2.0 / fan_in
    #     | A normal number times s has which variance?
    # ~ not scaled: 2.0 / fan_in => 1.0 + 0.0 * fan_in
    #     | The deviation has to shrink with the size of the layer.
    # ~ shape transposed: fan_in, fan_out => fan_out, fan_in
    #     | Weights of an affine map are (inputs, outputs).
    # ~ zeros: rng.standard_normal => np.zeros | With equal weights all units learn the same.
    # ~ one row for all: rng.standard_normal((fan_in, fan_out)) =>
    #     np.repeat(rng.standard_normal((1, fan_out)), fan_in, axis=0)
    #     | How many independent draws does a matrix need?
    # ~ one column for all: rng.standard_normal((fan_in, fan_out)) =>
    #     np.repeat(rng.standard_normal((fan_in, 1)), fan_out, axis=1)
    # ~ uniform: np.sqrt(6.0 / fan_in) * rng.uniform(-1.0, 1.0, (fan_in, fan_out))
    #     | The variance is right. Which distribution is asked for?
    # ~ uniform limit is deviation: rng.standard_normal((fan_in, fan_out)) =>
    #     rng.uniform(-1.0, 1.0, (fan_in, fan_out))
    #     | Which distribution is asked for, and what is the deviation of a uniform one?
    # ~ positive only: np.sqrt(2.0 / fan_in) * np.abs(rng.standard_normal((fan_in, fan_out)))
    #     | Weights are centered at 0.
    # ~ not centered: np.sqrt(2.0 / fan_in) * rng.uniform(0.0, np.sqrt(3.0), (fan_in, fan_out))
    # ~ signs only: np.sqrt(2.0 / fan_in) * rng.choice([-1.0, 1.0], (fan_in, fan_out))
    #     | Look at a histogram of the weights: is it a bell?
    # ~ global random state: rng.standard_normal((fan_in, fan_out)) =>
    #     np.random.randn(fan_in, fan_out) | Draw from the generator that was passed in.
    # ~ ignores rng: rng => np.random.default_rng(0)
    #     | Two calls with different generators should give different weights.
    # ~ fresh generator: rng => np.random.default_rng()
    #     | The same generator state has to give the same weights: who draws here?
