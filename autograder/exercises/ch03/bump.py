"""A bump from two steep units: up at one place, down at another."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import function, leads


def places(rng: np.random.Generator) -> Iterator[Case]:
    """Steep and gentle bumps, up and down, over arrays of one, two and no axes."""
    for shape, height, slope in (((6,), 2.0, 3.0), ((2, 4), -1.5, 8.0), ((), 0.7, 2.0)):
        left = float(rng.uniform(-1, 0))
        right = left + float(rng.uniform(0.5, 1.5))
        x = np.asarray(rng.uniform(-2, 2, shape))
        label = f"x of shape {shape}, height {height:g}, slope {slope:g}"
        given = {"left": left, "right": right, "height": height, "slope": slope}
        yield case(label, x=x, **given, **({"N": 6} if shape == (6,) else {}))
    x = np.array([-0.495, -0.5, 0.0, 0.24, 0.26, 3.0])
    yield case("slope left out", x=x + 0.005, left=-0.495, right=0.255, height=3.0)


def far(rng: np.random.Generator) -> Iterator[Case]:
    """Far from the bump on both sides, where an exponential of the distance overflows."""
    x = np.array([-1e4, -50.0, 0.5, 50.0, 1e4])
    yield case("x up to ±10,000, slope 100", x=x, left=0.0, right=1.0, height=2.0, slope=100.0)


@function(
    says="a bump from two logistic units",
    group="bump",
    cases=places,
    extreme=far,
    quiet=True,
    whole="x",
    any_shape="x",
    outputs="y",
)
@leads(
    "A step up and a step down a little later leave a bump between them.",
    "σ(slope·(x − left)) is near 0 left of `left` and near 1 right of it; the same at "
    "`right`, subtracted.",
)
def bump(x, left, right, height, slope=100.0):
    """Return height * (s(slope (x - left)) - s(slope (x - right))), s the logistic function."""
    # ~ slope fixed: slope = 100.0; ... | slope is an argument; try a gentle one.
    # ~ default slope: slope = slope if slope < 100 else 10.0; ...
    #     | How steep is the bump when slope is left out?
    up = 0.5 * (1.0 + np.tanh(0.5 * slope * (x - left)))
    # ~ overflow: 1.0 / (1.0 + np.exp(-slope * (x - left)))
    #     | What is exp(10000)? Chapter 2 has a logistic function that is finite everywhere.
    # ~ bias for place: 0.5 * slope * (x - left) => 0.5 * (slope * x - left)
    #     | Where is the unit's input zero? Its bias is not the place itself.
    # ~ sign of the place: x - left => x + left | Where should the first unit be one half?
    # ~ slope divides: 0.5 * slope * (x - left) => 0.5 / slope * (x - left)
    #     | Does a larger slope make the step steeper?
    # ~ tanh for logistic: np.tanh(0.5 * slope * (x - left))
    #     | Far to the left the first unit should be 0.
    # ~ half slope forgotten: 0.5 * slope => slope
    #     | The logistic function is 1/2 (1 + tanh(z / 2)); which z is inside?
    # ~ step for logistic: 1.0 * (x > left) | A step has no slope; the unit is steep, not vertical.
    down = 0.5 * (1.0 + np.tanh(0.5 * slope * (x - right)))
    # ~ overflow: 1.0 / (1.0 + np.exp(-slope * (x - right)))
    # ~ bias for place: 0.5 * slope * (x - right) => 0.5 * (slope * x - right)
    # ~ sign of the place: x - right => x + right
    # ~ slope divides: 0.5 * slope * (x - right) => 0.5 / slope * (x - right)
    # ~ tanh for logistic: np.tanh(0.5 * slope * (x - right))
    # ~ half slope forgotten: 0.5 * slope => slope
    # ~ step for logistic: 1.0 * (x > right)
    # ~ second unit gentle: 0.5 * slope => 0.5 | Both sides are equally steep.
    return height * (up - down)
    # ~ never negative: np.maximum(0.0, height * (up - down)) | height may be negative.
    # ~ one unit of the difference: height * (0.5 + 0.5 * np.tanh(0.5 * slope * (right - left)
    #     + 0.0 * x)) | Two units are asked for, each with its own input.
    # ~ height on the units alone: height * (up + 1.0 - down) - 1.0
    #     | What is subtracted for the second unit, 1 or the height?
    # ~ units added: up - down => up + down | The second unit takes back what the first one gave.
    # ~ second unit missing: up - down => up | This is a step. What brings it down again?
    # ~ height missing: (up - down) | How high is the bump?
    # ~ height on one unit: height * up - down | Both units send the same height, with which signs?
    # ~ units multiplied: up - down => up * (1.0 - down)
    #     | A sum of two units is asked for: an output layer only adds.
    # ~ upside down: up - down => down - up | Between the two places the bump goes up.
