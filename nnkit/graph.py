"""A scalar that remembers how it was made, and so can be differentiated.

Each operation stores its inputs with their local derivatives; backward() multiplies them along
every way from the result and adds the ways up. No vectors, no speed: what an autograd engine is,
in one page. Drawing is in nnkit.plot.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


class Value:
    """A number with a gradient: data, grad, and after backward() grad = d result / d this."""

    def __init__(
        self,
        data: Any,
        label: str = "",
        *,
        op: str = "",
        made_from: tuple[tuple[Value, float], ...] = (),
    ) -> None:
        if np.ndim(data) != 0 or isinstance(data, (str, bytes, complex)):
            raise ValueError(f"data is {data!r}; expected one real number")
        self.data = float(data)
        self.grad = 0.0
        self.label, self.op = label, op
        self.made_from = made_from

    def __add__(self, other: Value | float) -> Value:
        other = _value(other)
        return Value(self.data + other.data, op="+", made_from=((self, 1.0), (other, 1.0)))

    def __mul__(self, other: Value | float) -> Value:
        other = _value(other)
        local = ((self, other.data), (other, self.data))
        return Value(self.data * other.data, op="*", made_from=local)

    def __sub__(self, other: Value | float) -> Value:
        other = _value(other)
        return Value(self.data - other.data, op="-", made_from=((self, 1.0), (other, -1.0)))

    def __truediv__(self, other: Value | float) -> Value:
        other = _value(other)
        if other.data == 0.0:
            raise ZeroDivisionError(f"{self.data:g} divided by a Value of 0")
        quotient = self.data / other.data
        local = ((self, 1.0 / other.data), (other, -quotient / other.data))
        return Value(quotient, op="/", made_from=local)

    def __pow__(self, other: Value | float) -> Value:
        a = self.data
        b = other.data if isinstance(other, Value) else float(other)
        if a < 0.0 and b != math.floor(b):
            raise ValueError(f"({a:g}) ** {b:g} is not a real number")
        out = _power(a, b)
        d_base = b * _power(a, b - 1.0) if b != 0.0 else 0.0
        if not isinstance(other, Value):
            return Value(out, op=f"**{b:g}", made_from=((self, d_base),))
        # Below 0 the power exists at whole exponents only: it has no slope in the exponent there.
        d_exponent = out * math.log(a) if a > 0.0 else (0.0 if a == 0.0 else math.nan)
        return Value(out, op="**", made_from=((self, d_base), (other, d_exponent)))

    def exp(self) -> Value:
        """Return e to the power of this; inf where that is too large for a float."""
        try:
            out = math.exp(self.data)
        except OverflowError:
            out = math.inf
        return Value(out, op="exp", made_from=((self, out),))

    def log(self) -> Value:
        """Return the natural logarithm; ValueError unless above 0."""
        if self.data <= 0.0:
            raise ValueError(f"log of {self.data:g}; expected a number above 0")
        return Value(math.log(self.data), op="log", made_from=((self, 1.0 / self.data),))

    def tanh(self) -> Value:
        """Return the hyperbolic tangent."""
        out = math.tanh(self.data)
        return Value(out, op="tanh", made_from=((self, 1.0 - out * out),))

    def max(self, other: Value | float) -> Value:
        """Return the larger of the two, which takes the whole gradient (self when equal)."""
        other = _value(other)
        wins = self.data >= other.data
        local = ((self, float(wins)), (other, float(not wins)))
        return Value(self.data if wins else other.data, op="max", made_from=local)

    def __neg__(self) -> Value:
        return self * -1.0

    def __radd__(self, other: float) -> Value:
        return Value(other) + self

    def __rmul__(self, other: float) -> Value:
        return Value(other) * self

    def __rsub__(self, other: float) -> Value:
        return Value(other) - self

    def __rtruediv__(self, other: float) -> Value:
        return Value(other) / self

    def __rpow__(self, other: float) -> Value:
        return Value(other) ** self

    def backward(self) -> None:
        """Set grad of this value and of every value it was made from."""
        nodes = self.ancestors()
        for node in nodes:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(nodes):  # a node's gradient is complete before it is passed on
            for source, local in node.made_from:
                source.grad += node.grad * local

    def ancestors(self) -> list[Value]:
        """Return this and all it was made from, every value after its sources.

        Without recursion: a long chain would exceed Python's depth.
        """
        order: list[Value] = []
        seen: set[int] = set()
        stack = [(self, False)]
        while stack:
            node, sources_done = stack.pop()
            if sources_done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((source, False) for source, _ in reversed(node.made_from))
        return order

    def __repr__(self) -> str:
        name = f"{self.label} = " if self.label else ""
        return f"Value({name}{self.data:.6g}, grad={self.grad:.6g})"


def _value(x: Value | float) -> Value:
    return x if isinstance(x, Value) else Value(x)


def _power(base: float, exponent: float) -> float:
    """Return base ** exponent, inf where Python would give up."""
    try:
        return base**exponent
    except OverflowError:
        return -math.inf if base < 0.0 and exponent % 2.0 == 1.0 else math.inf
