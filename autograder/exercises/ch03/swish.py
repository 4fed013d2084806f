"""Swish, x·logistic(beta·x): a gate that opens for positive x."""

from autograder.checking.kinds import leads
from autograder.exercises.ch03.draws import activation, with_parameter
from autograder.exercises.shared import logistic

swish = activation(
    says="Swish, x·logistic(beta·x)",
    group="smooth",
    cases=with_parameter("beta", 1.7, 0.3, 0.8, also=(0.0, -0.7)),
    cache="(x, beta)",
    options="beta",
)


@swish.forward
@leads(
    "x is weighted by a logistic curve of itself.",
    "out = x·σ(beta·x); both factors are wanted again on the way back.",
)
def swish_forward(x, beta=1.0):
    # ~ default beta: beta=1.0 => beta=1.702 | Look at the default value of beta in the signature.
    """out = x·logistic(beta·x)."""
    return x * logistic(beta * x), (x, beta)
    # ~ overflow: logistic(beta * x) => np.exp(beta * x) / (1.0 + np.exp(beta * x))
    #     | What does your formula compute for x = 10,000, step by step?
    # ~ beta missing: beta * x => x | Compare a call with another beta.
    # ~ beta outside: beta * x * logistic(x), (x, beta)
    #     | beta sets how fast the gate opens. Where does it belong?
    # ~ beta in both: beta * x * logistic(beta * x), (x, beta) | beta belongs to the gate alone.
    # ~ twice as steep: logistic(beta * x) => logistic(2 * beta * x)
    #     | The logistic function is 1/2 (1 + tanh(z / 2)); which z is inside?
    # ~ gate by the sign of x: logistic(beta * x) => logistic(np.abs(beta) * x)
    #     | beta may be negative. Whose sign decides whether the gate is open?
    # ~ gate alone: logistic(beta * x), (x, beta) | The gate multiplies something.
    # ~ gate mirrored: beta * x => -beta * x | Does the gate open for positive or for negative x?
    # ~ tanh gate: logistic => np.tanh | The gate lies between 0 and 1.


@swish.backward
@leads(
    "A product: the slope of the first factor times the second, and the other way round.",
    "With s = σ(beta·x): ds/dx = beta·s·(1 − s).",
)
def swish_backward(dout, cache):
    """Product rule: s + x·beta·s·(1 - s) with s = logistic(beta·x)."""
    x, beta = cache
    s = logistic(beta * x)
    # ~ beta missing in gate: logistic(x) | The gate here is the gate of forward, with its beta.
    return dout * (s + x * beta * s * (1.0 - s))  # ~ ignores dout
    # ~ slope of the gate alone: dout * beta * s * (1.0 - s) | The gate multiplies x, and that
    #     is a product of two.
    # ~ dout on one term: dout * s + x * beta * s * (1.0 - s)
    #     | dout multiplies the whole derivative; count the brackets.
    # ~ second term missing: dout * s | Both factors of the product depend on x.
    # ~ first term missing: dout * (x * beta * s * (1.0 - s))
    # ~ beta missing in slope: x * beta => x
    #     | The gate is a function of beta·x: use the chain rule once more.
    # ~ beta on both terms: dout * beta * (s + x * s * (1.0 - s))
    #     | beta stands inside the gate: which of the two terms differentiates the gate?
    # ~ x missing: x * beta => beta | The product rule keeps the other factor.
    # ~ slope without s: x * beta * s => x * beta
    #     | What is the derivative of the logistic function, written with its value?
    # ~ slope not complemented: dout * (s + x * beta * s)
    # ~ term sign: dout * (s - x * beta * s * (1.0 - s))
    #     | The gate rises with x; check the sign of its term.
