"""Value: a number that knows how it was made."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Output, Probe
from autograder.checking.kinds import function
from autograder.checking.remote import attribute_of_each, call_each, method_of_each
from autograder.checking.values import plain

Build = Callable[..., Any]


TWO = {
    "a + b": lambda a, b, c: a + b,
    "a - b": lambda a, b, c: a - b,
    "a * b": lambda a, b, c: a * b,
    "a / b": lambda a, b, c: a / b,
    "b / a": lambda a, b, c: b / a,
    "c / a": lambda a, b, c: c / a,
    "a ** b": lambda a, b, c: a**b,
    "b ** c": lambda a, b, c: b**c,
}


RIGHT = {
    "a + 2.5": lambda a, b, c: a + 2.5,
    "a - 2.5": lambda a, b, c: a - 2.5,
    "c * 2.5": lambda a, b, c: c * 2.5,
    "a / 2.5": lambda a, b, c: a / 2.5,
    "a ** 2.5": lambda a, b, c: a**2.5,
    "c ** 2": lambda a, b, c: c**2,
    "c ** 3": lambda a, b, c: c**3,
    "a ** -1": lambda a, b, c: a**-1,
    "b ** 0.5": lambda a, b, c: b**0.5,
    "a * 3": lambda a, b, c: a * 3,
}


LEFT = {
    "2.5 + a": lambda a, b, c: 2.5 + a,
    "2.5 - a": lambda a, b, c: 2.5 - a,
    "2.5 * c": lambda a, b, c: 2.5 * c,
    "2.5 / a": lambda a, b, c: 2.5 / a,
    "2.5 ** a": lambda a, b, c: 2.5**a,
    "3 * b": lambda a, b, c: 3 * b,
    "1 / c": lambda a, b, c: 1 / c,
    "0 + a + b": lambda a, b, c: sum([a, b]),
}


FUNCTIONS = {
    "exp": lambda a, b, c: a.exp(),
    "exp of a negative number": lambda a, b, c: c.exp(),
    "log": lambda a, b, c: a.log(),
    "log of less than 1": lambda a, b, c: b.log(),
    "tanh": lambda a, b, c: b.tanh(),
    "tanh of a negative number": lambda a, b, c: c.tanh(),
    "max, the first larger": lambda a, b, c: a.max(b),
    "max, the second larger": lambda a, b, c: b.max(a),
    "max of two that are not leaves": lambda a, b, c: (a * c).max(b * c),
}


def _circuit(a: Any, b: Any, c: Any) -> dict[str, Any]:
    s = a * b + c
    return {"s": s, "out": 1 / (1 + (0 - s).exp())}


def _diamond(a: Any, b: Any, c: Any) -> dict[str, Any]:
    u = a * b
    v = u + c
    w = u * v
    return {"u": u, "v": v, "w": w, "out": w + u * a}


def _early_and_late(a: Any, b: Any, c: Any) -> dict[str, Any]:
    # p is used by the result itself and deep below it: a walk that does not wait gets it wrong.
    p = a * c
    q = (p + b).tanh()
    r = q * p - q
    return {"p": p, "q": q, "r": r, "out": p * (r + q) + p}


def _late_and_early(a: Any, b: Any, c: Any) -> dict[str, Any]:
    p = a - c
    q = p * b
    r = q.exp() + p
    return {"p": p, "q": q, "r": r, "out": (r * q).max(c) / (r + 2) * p}


SHARED: dict[str, Build] = {
    "a + a": lambda a, b, c: {"out": a + a},
    "a * a": lambda a, b, c: {"out": a * a},
    "a used three times": lambda a, b, c: {"out": a * b + a * c + a},
    "(a + b) * c": lambda a, b, c: {"out": (a + b) * c},
    "the logistic circuit": _circuit,
    "a diamond": _diamond,
    "used early and late": _early_and_late,
    "used late and early": _late_and_early,
    "powers shared": lambda a, b, c: {"out": a**b * a**2 - b**a},
}


def trial(f: Any, case: Case) -> dict[str, Any]:
    """Each expression on leaves of its own: its value, and the gradient of everything in it."""
    expressions = case["expressions"]
    values = [(v,) for _ in expressions for v in case.inputs.values()]
    made = iter(call_each(f.Value, values))
    leaves = {label: {k: next(made) for k in case.inputs} for label in expressions}
    results: list[Any] = []
    nodes: dict[str, Any] = {}
    for label, build in expressions.items():
        built = build(**leaves[label])
        parts = built if type(built) is dict else {"itself": built}
        results.append(list(parts.values())[-1])
        nodes |= {f"{label}: {name}": node for name, node in parts.items()}
    used = {f"{label}: {k}": leaves[label][k] for label in expressions for k in case["used"][label]}
    method_of_each(results, "backward")
    return {"data": read(nodes, "data"), "grad": read({**nodes, **used}, "grad")}


def read(nodes: dict[str, Any], name: str) -> dict[str, Any]:
    """An attribute of each node, as a plain value."""
    values = attribute_of_each(list(nodes.values()), name)
    return {label: plain(value) for label, value in zip(nodes, values, strict=True)}


def again_trial(f: Any, case: Case) -> dict[str, Any]:
    """backward() twice, from a part, from what was built on top, and beside another graph."""
    a, b, c, d = call_each(f.Value, [(case[k],) for k in "abcb"])
    u = a * b
    out = u * c + u
    top = out.exp()
    other = a * d
    grad: dict[str, Any] = {}

    def note(when: str, **nodes: Any) -> None:
        grad.update(read({f"{when}: {k}": v for k, v in nodes.items()}, "grad"))

    out.backward()
    note("once", a=a, b=b, c=c, u=u, out=out)
    out.backward()
    note("twice", a=a, b=b, c=c, u=u, out=out)
    top.backward()
    note("from above", a=a, out=out, top=top)
    u.backward()
    note("from a part", a=a, b=b, u=u)
    note("what the part was not made from", c=c, top=top, out=out)
    other.backward()
    note("another graph with the same a", a=a, d=d)
    note("the first graph after that", b=b, u=u, c=c)
    return {"grad": grad, "data": read({"out": out, "top": top}, "data")}


LEAVES = {
    "the logistic circuit": "abc",
    "a diamond": "abc",
    "used early and late": "abc",
    "used late and early": "abc",
    "powers shared": "ab",
    "exp": "a",
    "exp of a negative number": "c",
    "log": "a",
    "log of less than 1": "b",
    "tanh": "b",
    "tanh of a negative number": "c",
    "max, the first larger": "ab",
    "max, the second larger": "ab",
    "max of two that are not leaves": "abc",
    "a used three times": "abc",
    "tanh of a": "a",
    "tanh of b": "b",
    "exp of b": "b",
    "a alone": "a",
}


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """a > 1, 0 < b < 1, c < 0: every operation sees each sign it is defined for."""
    for label, expressions in (
        ("two Values", TWO),
        ("a number on the right", RIGHT),
        ("a number on the left", LEFT),
        ("functions", FUNCTIONS),
        ("Values used more than once", SHARED),
    ):
        yield graph_case(
            label,
            expressions,
            a=float(rng.uniform(1.2, 2.2)),
            b=float(rng.uniform(0.3, 0.8)),
            c=float(rng.uniform(-1.5, -0.4)),
        )


def graph_case(label: str, expressions: dict[str, Build], **leaves: float) -> Case:
    """Expressions to build on the given leaves."""
    used = {k: [name for name in LEAVES.get(k, _letters(k)) if name in leaves] for k in expressions}
    return Case(label, leaves, {"expressions": expressions, "used": used})


def _letters(label: str) -> str:
    return "".join(k for k in "abc" if k in label)


def more(drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
    """Whole numbers, calls of backward one after another, and the far ends of the functions."""
    first = drawn[0]
    equal = {
        "a * b + b": lambda a, b, c: a * b + b,
        "a ** b - a": lambda a, b, c: a**b - a,
        "a alone": lambda a, b, c: a,
    }
    whole = {
        "a + b": TWO["a + b"],
        "a * b": TWO["a * b"],
        "a / b": TWO["a / b"],
        "c ** 2": RIGHT["c ** 2"],
        "(a + b) * c": lambda a, b, c: (a + b) * c,
        "tanh": FUNCTIONS["tanh"],
        "1 / c": LEFT["1 / c"],
    }
    far = {
        "tanh of a": lambda a, b, c: a.tanh(),
        "tanh of b": lambda a, b, c: b.tanh(),
        "exp of b": lambda a, b, c: b.exp(),
        "c ** 2": lambda a, b, c: c**2,
    }
    return [
        Probe("values", graph_case("two Values of one size", equal, a=1.75, b=1.75, c=-0.5)),
        Probe("repeatable", first, again_trial),
        Probe("whole numbers", graph_case("whole numbers", whole, a=3, b=2, c=-4)),
        Probe(
            "extreme values",
            graph_case("a = 300, b = -300, c = 0", far, a=300.0, b=-300.0, c=0.0),
        ),
    ]


@function(
    says="a scalar that can be differentiated",
    group="Value",
    signature="Value(data)",
    cases=cases,
    trial=trial,
    more=more,
    outputs=[Output("data", tol=1e-9), Output("grad", tol=1e-9)],
    is_class=True,
    forbids=("nnkit.graph",),
)
class Value:
    """A number, its gradient, and (source, local derivative) for each number it was made from."""

    def __init__(self, data, sources=()):
        """A leaf, or the result of an operation on its sources."""
        self.data, self.grad, self.sources = data, 0.0, sources

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))
        # ~ add second ignored: other, 1.0 => other, 0.0
        #     | Take the formula of this operation alone and differentiate it by hand.

    def __sub__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data - other.data, ((self, 1.0), (other, -1.0)))
        # ~ sub sign: -1.0 => 1.0 | Take the formula of this operation alone and differentiate it
        #     by hand. Which of the two numbers has a minus?

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))
        # ~ mul not swapped: Value(self.data * other.data, ((self, self.data), (other, other.data)))
        #     | If a grows a little, by how much does a·b grow?
        # ~ mul like add: Value(self.data * other.data, ((self, 1.0), (other, 1.0)))

    def __truediv__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(
            self.data / other.data, ((self, 1.0 / other.data), (other, -self.data / other.data**2))
        )  # ~ div sign: -self.data => self.data | If the denominator grows, does the quotient grow?
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
        # ~ pow log of exponent: self.data => abs(other.data)

    def __radd__(self, other):
        # ~ left add missing: del __radd__ | Python asks the right operand when the left one is a
        #     plain number: under which method name?
        return Value(other) + self

    def __rsub__(self, other):
        return Value(other) - self
        # ~ left sub reversed: self - other | In 2 - v, which one is subtracted?

    def __rmul__(self, other):
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
        # ~ exp slope of input: Value(out, ((self, self.data),))
        #     | The slope of exp is the one function that is its own derivative.
        # ~ exp slope one: Value(out, ((self, 1.0),))
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
        # ~ tanh slope of logistic: 1.0 - out**2 => out * (1.0 - out)
        #     | That is the slope of another S-shaped curve.

    def max(self, other):
        """The larger one takes the whole gradient."""
        first = self.data > other.data
        # ~ minimum: self.data < other.data | Which of the two is returned?
        return Value(
            self.data if first else other.data, ((self, float(first)), (other, float(not first)))
        )
        # ~ max to both: Value(self.data if first else other.data, ((self, 1.0), (other, 1.0)))
        #     | If the smaller one grows a little, does the maximum change?
        # ~ max halved: Value(self.data if first else other.data, ((self, 0.5), (other, 0.5)))
        # ~ max to smaller: Value(self.data if first else other.data, ((self, float(not first)),
        #     (other, float(first)))) | Which of the two decides the maximum?
        # ~ max to first: Value(self.data if first else other.data, ((self, 1.0), (other, 0.0)))
        # ~ max slope is value: Value(self.data if first else other.data, ((self, first *
        #     self.data), (other, (not first) * other.data))) | Take the formula of this operation
        #     alone and differentiate it by hand.

    def backward(self):
        """Every node after all the nodes that use it, then the chain rule once for each edge."""
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                # ~ equal numbers taken for one: node.data not in seen
                #     | Two Values may hold the same number and still be two.
                seen.add(id(node))
                # ~ visited before sources: ...; order.insert(0, node) | When may a node hand its
                #     gradient on? After everything that uses it has done so.
                # ~ equal numbers taken for one: seen.add(node.data)
                for source, _ in node.sources:
                    visit(source)
                    # ~ first sources only: order.insert(0, source)
                    #     | How far back does the chain reach?
                order.append(node)  # ~ visited before sources: pass

        visit(self)
        for node in order:
            node.grad = 0.0
            # ~ not started from zero: pass | backward() sets gradients; what was there from an
            #     earlier call has no part in it.
            # ~ start adds: node.grad *= node is self | What is the derivative of the result with
            #     respect to itself, at the second call too?
        self.grad = 1.0
        # ~ start missing: pass | What is the derivative of the result with respect to itself?
        # ~ start adds: self.grad += 1.0
        for node in reversed(order):
            # ~ order not reversed: order
            #     | When may a node hand its gradient on? After everything that uses it has done so.
            for source, slope in node.sources:
                source.grad += slope * node.grad
                # ~ overwrites: source.grad = slope * node.grad | A Value used twice gets gradients
                #     from both sides. What becomes of the first?
                # ~ upstream missing: slope
                #     | The chain rule multiplies the local slope with something.
                # ~ sum for product: slope + node.grad | How does the chain rule join two slopes?

    #!! hands on too early | When may a node hand its gradient on? After everything that uses it has done so.
    #!! class Value:
    #!!     """A number, its gradient, and (source, local derivative) for each number it was made from."""
    #!!
    #!!     def __init__(self, data, sources=()):
    #!!         """A leaf, or the result of an operation on its sources."""
    #!!         self.data, self.grad, self.sources = data, 0.0, sources
    #!!
    #!!     def __add__(self, other):
    #!!         other = other if isinstance(other, Value) else Value(other)
    #!!         return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))
    #!!
    #!!     def __sub__(self, other):
    #!!         other = other if isinstance(other, Value) else Value(other)
    #!!         return Value(self.data - other.data, ((self, 1.0), (other, -1.0)))
    #!!
    #!!     def __mul__(self, other):
    #!!         other = other if isinstance(other, Value) else Value(other)
    #!!         return Value(self.data * other.data, ((self, other.data), (other, self.data)))
    #!!
    #!!     def __truediv__(self, other):
    #!!         other = other if isinstance(other, Value) else Value(other)
    #!!         return Value(
    #!!             self.data / other.data, ((self, 1.0 / other.data), (other, -self.data / other.data**2))
    #!!         )
    #!!
    #!!     def __pow__(self, other):
    #!!         if not isinstance(other, Value):
    #!!             return Value(self.data**other, ((self, other * self.data ** (other - 1)),))
    #!!         power = self.data**other.data
    #!!         base_slope = other.data * self.data ** (other.data - 1)
    #!!         return Value(power, ((self, base_slope), (other, power * math.log(self.data))))
    #!!
    #!!     def __radd__(self, other):
    #!!         return Value(other) + self
    #!!
    #!!     def __rsub__(self, other):
    #!!         return Value(other) - self
    #!!
    #!!     def __rmul__(self, other):
    #!!         return Value(other) * self
    #!!
    #!!     def __rtruediv__(self, other):
    #!!         return Value(other) / self
    #!!
    #!!     def __rpow__(self, other):
    #!!         return Value(other) ** self
    #!!
    #!!     def exp(self):
    #!!         """The slope of exp is its value."""
    #!!         out = math.exp(self.data)
    #!!         return Value(out, ((self, out),))
    #!!
    #!!     def log(self):
    #!!         """The slope of log is one over its input."""
    #!!         return Value(math.log(self.data), ((self, 1.0 / self.data),))
    #!!
    #!!     def tanh(self):
    #!!         """The slope of tanh is 1 - tanh²."""
    #!!         out = math.tanh(self.data)
    #!!         return Value(out, ((self, 1.0 - out**2),))
    #!!
    #!!     def max(self, other):
    #!!         """The larger one takes the whole gradient."""
    #!!         first = self.data > other.data
    #!!         return Value(
    #!!             self.data if first else other.data, ((self, float(first)), (other, float(not first)))
    #!!         )
    #!!
    #!!     def backward(self):
    #!!         """Every node after all the nodes that use it, then the chain rule once for each edge."""
    #!!         order, seen = [], set()
    #!!
    #!!         def visit(node):
    #!!             if id(node) not in seen:
    #!!                 seen.add(id(node))
    #!!                 for source, _ in node.sources:
    #!!                     visit(source)
    #!!                 order.append(node)
    #!!
    #!!         visit(self)
    #!!         for node in order:
    #!!             node.grad = 0.0
    #!!         self.grad = 1.0
    #!!
    #!!         def push(node):
    #!!             for source, slope in node.sources:
    #!!                 source.grad += slope * node.grad
    #!!                 push(source)
    #!!
    #!!         push(self)
    #!!
    #!! level by level | When may a node hand its gradient on? After everything that uses it has done so.
    #!! class Value:
    #!!     """A number, its gradient, and (source, local derivative) for each number it was made from."""
    #!!
    #!!     def __init__(self, data, sources=()):
    #!!         """A leaf, or the result of an operation on its sources."""
    #!!         self.data, self.grad, self.sources = data, 0.0, sources
    #!!
    #!!     def __add__(self, other):
    #!!         other = other if isinstance(other, Value) else Value(other)
    #!!         return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))
    #!!
    #!!     def __sub__(self, other):
    #!!         other = other if isinstance(other, Value) else Value(other)
    #!!         return Value(self.data - other.data, ((self, 1.0), (other, -1.0)))
    #!!
    #!!     def __mul__(self, other):
    #!!         other = other if isinstance(other, Value) else Value(other)
    #!!         return Value(self.data * other.data, ((self, other.data), (other, self.data)))
    #!!
    #!!     def __truediv__(self, other):
    #!!         other = other if isinstance(other, Value) else Value(other)
    #!!         return Value(
    #!!             self.data / other.data, ((self, 1.0 / other.data), (other, -self.data / other.data**2))
    #!!         )
    #!!
    #!!     def __pow__(self, other):
    #!!         if not isinstance(other, Value):
    #!!             return Value(self.data**other, ((self, other * self.data ** (other - 1)),))
    #!!         power = self.data**other.data
    #!!         base_slope = other.data * self.data ** (other.data - 1)
    #!!         return Value(power, ((self, base_slope), (other, power * math.log(self.data))))
    #!!
    #!!     def __radd__(self, other):
    #!!         return Value(other) + self
    #!!
    #!!     def __rsub__(self, other):
    #!!         return Value(other) - self
    #!!
    #!!     def __rmul__(self, other):
    #!!         return Value(other) * self
    #!!
    #!!     def __rtruediv__(self, other):
    #!!         return Value(other) / self
    #!!
    #!!     def __rpow__(self, other):
    #!!         return Value(other) ** self
    #!!
    #!!     def exp(self):
    #!!         """The slope of exp is its value."""
    #!!         out = math.exp(self.data)
    #!!         return Value(out, ((self, out),))
    #!!
    #!!     def log(self):
    #!!         """The slope of log is one over its input."""
    #!!         return Value(math.log(self.data), ((self, 1.0 / self.data),))
    #!!
    #!!     def tanh(self):
    #!!         """The slope of tanh is 1 - tanh²."""
    #!!         out = math.tanh(self.data)
    #!!         return Value(out, ((self, 1.0 - out**2),))
    #!!
    #!!     def max(self, other):
    #!!         """The larger one takes the whole gradient."""
    #!!         first = self.data > other.data
    #!!         return Value(
    #!!             self.data if first else other.data, ((self, float(first)), (other, float(not first)))
    #!!         )
    #!!
    #!!     def backward(self):
    #!!         """Every node after all the nodes that use it, then the chain rule once for each edge."""
    #!!         order, seen = [], set()
    #!!
    #!!         def visit(node):
    #!!             if id(node) not in seen:
    #!!                 seen.add(id(node))
    #!!                 for source, _ in node.sources:
    #!!                     visit(source)
    #!!                 order.append(node)
    #!!
    #!!         visit(self)
    #!!         for node in order:
    #!!             node.grad = 0.0
    #!!         self.grad = 1.0
    #!!
    #!!         queue = [self]
    #!!         while queue:
    #!!             node = queue.pop(0)
    #!!             for source, slope in node.sources:
    #!!                 source.grad += slope * node.grad
    #!!                 if id(source) in seen:
    #!!                     seen.discard(id(source))
    #!!                     queue.append(source)
    #!!
