"""The composite activations: Swish and GELU."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import pair
from autograder.exercises.ch03.draws import extreme, two_sided
from autograder.exercises.shared import logistic


def swish_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Several betas, the default too."""
    yield case(x=two_sided(rng, (3, 4)), beta=1.7, N=3, D=4)
    yield case(x=two_sided(rng, (5, 2)), beta=float(rng.uniform(0.3, 0.8)), N=5, D=2)
    yield case("the default beta", x=two_sided(rng, (3, 4)))


def _swish_overflows(x, beta=1.0):
    e = np.exp(beta * x)
    return x * e / (1.0 + e), (x, beta)


swish = pair(
    whole="x",
    extreme=extreme,
    returns="out: example unit",
    grads="dx: example unit",
    says="Swish, x·logistic(beta·x)",
    group="smooth",
    cases=swish_cases,
    cache="(x, beta)",
)


@swish.forward
def swish_forward(x, beta=1.0):
    # ~ overflow: _swish_overflows | What does your formula compute for x = 10,000, step by step?
    # ~ default beta: beta=1.0 => beta=1.702 | Look at the default value of beta in the signature.
    """out = x·logistic(beta·x)."""
    return x * logistic(beta * x), (x, beta)
    # ~ beta missing: beta * x => x | Compare a call with another beta.
    # ~ beta outside: beta * x * logistic(x), (x, beta)
    #     | beta sets how fast the gate opens. Where does it belong?
    # ~ beta in both: beta * x * logistic(beta * x), (x, beta) | beta belongs to the gate alone.
    # ~ gate alone: logistic(beta * x), (x, beta) | The gate multiplies something.
    # ~ gate mirrored: beta * x => -beta * x | Does the gate open for positive or for negative x?
    # ~ tanh gate: logistic => np.tanh | The gate lies between 0 and 1.


@swish.backward
def swish_backward(dout, cache):
    """Product rule: s + x·beta·s·(1 - s) with s = logistic(beta·x)."""
    x, beta = cache
    s = logistic(beta * x)
    # ~ beta missing in gate: logistic(x) | The gate here is the gate of forward, with its beta.
    return dout * (s + x * beta * s * (1.0 - s))
    # ~ second term missing: dout * s | Both factors of the product depend on x.
    # ~ first term missing: dout * (x * beta * s * (1.0 - s))
    # ~ beta missing in slope: x * beta => x
    #     | The gate is a function of beta·x: use the chain rule once more.
    # ~ x missing: x * beta => beta | The product rule keeps the other factor.
    # ~ slope without s: x * beta * s => x * beta
    #     | What is the derivative of the logistic function, written with its value?
    # ~ slope not complemented: dout * (s + x * beta * s)
    # ~ term sign: dout * (s - x * beta * s * (1.0 - s))
    #     | The gate rises with x; check the sign of its term.
    # ~ ignores dout: s + x * beta * s * (1.0 - s)
    #     | Every gradient starts from the one that comes in from above.
    # ~ dout on one term: dout * s + x * beta * s * (1.0 - s)
    #     | dout multiplies the whole derivative; count the brackets.
