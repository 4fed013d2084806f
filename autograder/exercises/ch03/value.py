"""Value: a number that knows how it was made."""

import math

from autograder.checking.exercise import Output
from autograder.checking.kinds import function, leads
from autograder.exercises.ch03 import value_trial as tried


def _hand_on(node):
    """What comes in goes on at once, along each path."""
    for source, slope in node.sources:
        source.grad += slope * node.grad
        _hand_on(source)


def _minus(value):
    """Unary minus, as the text writes it."""
    return type(value)(-value.data, ((value, -1.0),))


@function(
    says="a scalar that can be differentiated",
    group="Value",
    signature="Value(data)",
    cases=tried.cases,
    trial=tried.trial,
    more=tried.more,
    outputs=[Output("data", tol=1e-9), Output("grad", tol=1e-9)],
    is_class=True,
    forbids=("nnkit.graph",),
)
@leads(
    "Each number remembers what it was made from, and how fast it changes with each of them.",
    "Visit the numbers from the last to the first, each only after all that use it, and "
    "add grad times the local derivative to each source.",
)
class Value:
    """A number, its gradient, and (source, local derivative) for each number it was made from."""

    def __init__(self, data, sources=()):
        """A leaf, or the result of an operation on its sources."""
        self.data, self.grad, self.sources = data, 0.0, sources
        # ~ every graph started anew: ...; Value.every = [*getattr(Value, "every", ()), self]
        #     | Whose gradients does a call set? Another graph keeps its own.

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))
        # ~ sum put into self: self.data += other.data; return self
        #     | A sum is a new Value: what is the first number afterward?
        # ~ add second ignored: other, 1.0 => other, 0.0
        #     | Take the formula of this operation alone and differentiate it by hand.

    def __sub__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data - other.data, ((self, 1.0), (other, -1.0)))
        # In the three below, differences and quotients are made as the text makes them.
        # ~ from the leaves to the result: self + _minus(other)
        #     | When may a node hand its gradient on? After everything that uses it
        #     has done so.
        # ~ upstream left out: self + _minus(other)
        #     | The chain rule multiplies the local slope with something.
        # ~ told apart by numbers: self + _minus(other)
        #     | Two Values may hold the same number and still be two.
        # ~ sub sign: -1.0 => 1.0 | Take the formula of this operation alone and differentiate it
        #     by hand. Which of the two numbers has a minus?

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))
        # ~ mul not swapped: (self, other.data), (other, self.data) => (self, self.data), (other,
        #     other.data) | If a grows a little, by how much does a·b grow?
        # ~ mul like add: (self, other.data), (other, self.data) => (self, 1.0), (other, 1.0)

    def __truediv__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(
            self.data / other.data, ((self, 1.0 / other.data), (other, -self.data / other.data**2))
        )
        # ~ from the leaves to the result: self * other**-1
        # ~ upstream left out: self * other**-1
        # ~ told apart by numbers: self * other**-1
        # ~ div sign: -self.data => self.data | If the denominator grows, does the quotient grow?
        # ~ div not squared: other.data**2 => other.data | Take the formula of this operation alone
        #     and differentiate it by hand. Write a/b as a·b⁻¹.
        # ~ div numerator missing: -self.data => -1.0
        # ~ div first slope: 1.0 / other.data => other.data
        #     | Take the formula of this operation alone and differentiate it by hand.

    def __pow__(self, other):
        if not isinstance(other, Value):
            return Value(self.data**other, ((self, other * self.data ** (other - 1)),))
            # ~ pow exponent kept: other - 1 => other
            #     | What happens to the exponent in the power rule?
            # ~ pow factor missing: other * self.data ** (other - 1) => self.data ** (other - 1)
            #     | The power rule has a factor in front.
        power = self.data**other.data
        base_slope = other.data * self.data ** (other.data - 1)
        # ~ pow exponent kept: other.data - 1 => other.data
        # ~ pow factor missing: self.data ** (other.data - 1)
        return Value(power, ((self, base_slope), (other, power * math.log(self.data))))
        # ~ pow exponent without slope: power * math.log(self.data) => 0.0
        #     | With two Values the exponent has a gradient too.
        # ~ pow log missing: power * math.log(self.data) => power | Take the formula of this
        #     operation alone and differentiate it by hand. Write a^b as exp(b·log a).
        # ~ pow rule for the base: power * math.log(self.data) => other.data * self.data **
        #     (other.data - 1) | The power rule is for a variable base. Write a^b as exp(b·log a).
        # ~ pow log of exponent: self.data => abs(other.data)

    def __radd__(self, other):
        # ~ left add missing: del __radd__ | Python asks the right operand when the left one is a
        #     plain number: under which method name?
        return Value(other) + self

    def __rsub__(self, other):
        return Value(other) - self
        # ~ left sub reversed: self - other | In 2 - v, which one is subtracted?

    def __rmul__(self, other):
        # ~ left mul missing: del __rmul__ | Python asks the right operand when the left one is a
        #     plain number: under which method name?
        return Value(other) * self

    def __rtruediv__(self, other):
        return Value(other) / self
        # ~ left div reversed: self / other | In 2 / v, which one is the denominator?

    def __rpow__(self, other):
        # ~ left pow missing: del __rpow__ | Python asks the right operand when the left one is a
        #     plain number: under which method name?
        return Value(other) ** self
        # ~ left pow reversed: self ** other | In 2 ** v, which one is the exponent?

    def exp(self):
        """The slope of exp is its value."""
        out = math.exp(self.data)
        return Value(out, ((self, out),))
        # ~ exp slope of input: self, out => self, self.data
        #     | The slope of exp is the one function that is its own derivative.
        # ~ exp slope one: self, out => self, 1.0
        #     | Take the formula of this operation alone and differentiate it by hand.

    def log(self):
        """The slope of log is one over its input."""
        return Value(math.log(self.data), ((self, 1.0 / self.data),))
        # ~ log slope: 1.0 / self.data => self.data
        # ~ log slope of out: 1.0 / self.data => 1.0 / math.log(self.data)
        #     | The slope of log is taken at its input.
        # ~ log base ten: math.log => math.log10 | Which base has the logarithm of this course?

    def tanh(self):
        """The slope of tanh is 1 - tanh²."""
        out = math.tanh(self.data)
        return Value(out, ((self, 1.0 - out**2),))
        # ~ tanh not squared: out**2 => out | Is the slope of tanh the same at x and at -x?
        # ~ tanh slope of out: out**2 => math.tanh(out)**2
        #     | You have tanh(x) already; tanh of that is something else.
        # ~ tanh slope at its input: out**2 => self.data**2
        #     | The slope of tanh is written with its value. Which of the two is squared?
        # ~ tanh slope of logistic: 1.0 - out**2 => out * (1.0 - out)
        #     | That is the slope of another S-shaped curve.

    def max(self, other):
        """The larger one takes the whole gradient."""
        other = other if isinstance(other, Value) else Value(other)
        # ~ number for a Value: if not isinstance(other, Value): return self if self.data > other
        #     else other | What does max return where the plain number is the larger one, and can
        #     backward() be asked of it?
        first = self.data > other.data
        # ~ one of the two handed back: ...; return self if self.data >= other.data else other
        #     | The maximum is a Value of its own: what comes back to it is a part of
        #     what comes back to the larger one.
        # ~ minimum: self.data < other.data | Which of the two is returned?
        return Value(
            self.data if first else other.data, ((self, float(first)), (other, float(not first)))
        )
        # ~ max to smaller: (self, float(first)), (other, float(not first)) =>
        #     (self, float(not first)), (other, float(first))
        #     | Which of the two decides the maximum?
        # ~ max to first: (self, float(first)), (other, float(not first)) =>
        #     (self, 1.0), (other, 0.0)
        # ~ max to both: (self, float(first)), (other, float(not first)) =>
        #     (self, 1.0), (other, 1.0)
        #     | If the smaller one grows a little, does the maximum change?
        # ~ max halved: (self, float(first)), (other, float(not first)) =>
        #     (self, 0.5), (other, 0.5)
        # ~ max slope is value: (self, float(first)), (other, float(not first)) =>
        #     (self, first * self.data), (other, (not first) * other.data)
        #     | Take the formula of this operation alone and differentiate it by hand.

    def backward(self):
        """Every node after all the nodes that use it, then the chain rule once for each edge."""
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                # ~ visited once for each use: True | A Value used twice stands twice in the order
                #     then, and hands its gradient on twice. What remembers where you have been?
                # ~ told apart by numbers: node.data not in seen
                # ~ equal numbers taken for one: node.data not in seen
                #     | Two Values may hold the same number and still be two.
                seen.add(id(node))
                # ~ visited before sources: ...; order.insert(0, node) | When may a node hand its
                #     gradient on? After everything that uses it has done so.
                # ~ told apart by numbers: seen.add(node.data)
                # ~ equal numbers taken for one: seen.add(node.data)
                for source, _ in node.sources:
                    visit(source)
                    # ~ first sources only: order.insert(0, source)
                    #     | How far back does the chain reach?
                order.append(node)  # ~ visited before sources: pass

        visit(self)
        for node in order:
            node.grad = 0.0
            # ~ every graph started anew: for other in Value.every: other.grad = 0.0
            # ~ not started from zero: pass | backward() sets gradients; what was there from an
            #     earlier call has no part in it.
            # ~ start adds: node.grad *= node is self | What is the derivative of the result with
            #     respect to itself, at the second call too?
        self.grad = 1.0
        # ~ start missing: pass | What is the derivative of the result with respect to itself?
        # ~ start adds: self.grad += 1.0
        # ~ level by level: ...; order = [self]
        #     | When may a node hand its gradient on? After everything that uses it has done so.
        for node in reversed(order):
            # ~ from the leaves to the result: order
            # ~ level by level: order
            # ~ hands on too early: pass; _hand_on(self)
            # ~ order not reversed: order
            for source, slope in node.sources:
                source.grad += slope * node.grad
                # ~ level by level: ...; order += [source] * (id(source) in seen);
                #     seen.discard(id(source))
                # ~ overwrites: source.grad = slope * node.grad | A Value used twice gets gradients
                #     from both sides. What becomes of the first?
                # ~ upstream left out: slope
                # ~ upstream missing: slope
                #     | The chain rule multiplies the local slope with something.
                # ~ sum for product: slope + node.grad | How does the chain rule join two slopes?
