"""Value in other styles."""
# ruff: noqa: D103

import math

import numpy as np

from autograder.audit.variants import right


@right
def value_closures():
    class Value:
        """In micrograd's way: a closure for each operation, gradients set anew at each call."""

        def __init__(self, data, _children=()):
            self.data = data
            self.grad = 0
            self._backward = lambda: None
            self._prev = set(_children)

        def __add__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            out = Value(self.data + other.data, (self, other))

            def _backward():
                self.grad += out.grad
                other.grad += out.grad

            out._backward = _backward
            return out

        def __mul__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            out = Value(self.data * other.data, (self, other))

            def _backward():
                self.grad += other.data * out.grad
                other.grad += self.data * out.grad

            out._backward = _backward
            return out

        def __pow__(self, other):
            assert isinstance(other, (int, float)), "only int and float powers"
            out = Value(self.data**other, (self,))

            def _backward():
                self.grad += (other * self.data ** (other - 1)) * out.grad

            out._backward = _backward
            return out

        def exp(self):
            out = Value(math.exp(self.data), (self,))

            def _backward():
                self.grad += out.data * out.grad

            out._backward = _backward
            return out

        def log(self):
            out = Value(math.log(self.data), (self,))

            def _backward():
                self.grad += out.grad / self.data

            out._backward = _backward
            return out

        def tanh(self):
            out = Value(math.tanh(self.data), (self,))

            def _backward():
                self.grad += (1 - out.data**2) * out.grad

            out._backward = _backward
            return out

        def max(self, other):
            other = other if isinstance(other, Value) else Value(other)
            out = Value(max(self.data, other.data), (self, other))

            def _backward():
                if self.data >= other.data:
                    self.grad += out.grad
                else:
                    other.grad += out.grad

            out._backward = _backward
            return out

        def backward(self):
            topo, visited = [], set()

            def build_topo(v):
                if v not in visited:
                    visited.add(v)
                    for child in v._prev:
                        build_topo(child)
                    topo.append(v)

            build_topo(self)
            for v in topo:
                v.grad = 0
            self.grad = 1
            for v in reversed(topo):
                v._backward()

        def __neg__(self):
            return self * -1

        def __radd__(self, other):
            return self + other

        def __sub__(self, other):
            return self + (-other)

        def __rsub__(self, other):
            return other + (-self)

        def __rmul__(self, other):
            return self * other

        def __truediv__(self, other):
            return self * other**-1

        def __rtruediv__(self, other):
            return other * self**-1

        def __rpow__(self, other):
            return (math.log(other) * self).exp()

    return Value


@right
def value_counts_uses():
    class Value:
        """Kahn's order: a node is ready when all its uses have reported."""

        def __init__(self, data, edges=None):
            self.data = np.float64(data)
            self.grad = np.float64(0)
            self.edges = edges or []

        @staticmethod
        def of(v):
            return v if isinstance(v, Value) else Value(v)

        def binary(self, other, value, da, db):
            return Value(value, [(self, da), (other, db)])

        def __add__(self, o):
            o = Value.of(o)
            return self.binary(o, self.data + o.data, 1, 1)

        def __sub__(self, o):
            o = Value.of(o)
            return self.binary(o, self.data - o.data, 1, -1)

        def __mul__(self, o):
            o = Value.of(o)
            return self.binary(o, self.data * o.data, o.data, self.data)

        def __truediv__(self, o):
            o = Value.of(o)
            return self.binary(o, self.data / o.data, 1 / o.data, -self.data / (o.data * o.data))

        def __pow__(self, o):
            o = Value.of(o)
            out = self.data**o.data
            slope = out * np.log(self.data) if self.data > 0 else 0.0
            return self.binary(o, out, o.data * self.data ** (o.data - 1), slope)

        __radd__ = __add__
        __rmul__ = __mul__

        def __rsub__(self, o):
            return Value(o) - self

        def __rtruediv__(self, o):
            return Value(o) / self

        def __rpow__(self, o):
            return Value(o) ** self

        def exp(self):
            e = np.exp(self.data)
            return Value(e, [(self, e)])

        def log(self):
            return Value(np.log(self.data), [(self, 1 / self.data)])

        def tanh(self):
            t = np.tanh(self.data)
            return Value(t, [(self, 1 - t * t)])

        def max(self, o):
            o = Value.of(o)
            return Value(
                max(self.data, o.data), [(self, self.data > o.data), (o, self.data <= o.data)]
            )

        def backward(self):
            uses: dict = {}
            stack, found = [self], {id(self): self}
            while stack:
                for source, _ in stack.pop().edges:
                    uses[id(source)] = uses.get(id(source), 0) + 1
                    if id(source) not in found:
                        found[id(source)] = source
                        stack.append(source)
            for node in found.values():
                node.grad = np.float64(0)
            self.grad = np.float64(1)
            ready = [self]
            while ready:
                node = ready.pop()
                for source, slope in node.edges:
                    source.grad = source.grad + slope * node.grad
                    uses[id(source)] -= 1
                    if uses[id(source)] == 0:
                        ready.append(source)

    return Value


@right
def value_numbered():
    class Value:
        """Nodes are numbered as they are made: higher numbers never feed lower ones."""

        made = 0

        def __init__(self, data):
            self.data, self.grad = float(data), None
            self.parents = {}
            Value.made += 1
            self.number = Value.made

        def _new(self, data, *parents):
            node = Value(data)
            for parent, slope in parents:
                node.parents[parent] = node.parents.get(parent, 0.0) + slope
            return node

        def _lift(self, other):
            return Value(other) if isinstance(other, (int, float)) else other

        def __add__(self, other):
            other = self._lift(other)
            return self._new(self.data + other.data, (self, 1.0), (other, 1.0))

        def __radd__(self, other):
            return self._lift(other) + self

        def __sub__(self, other):
            return self + self._lift(other) * -1

        def __rsub__(self, other):
            return self._lift(other) - self

        def __mul__(self, other):
            other = self._lift(other)
            return self._new(self.data * other.data, (self, other.data), (other, self.data))

        def __rmul__(self, other):
            return self._lift(other) * self

        def __truediv__(self, other):
            other = self._lift(other)
            q = self.data / other.data
            return self._new(q, (self, 1 / other.data), (other, -q / other.data))

        def __rtruediv__(self, other):
            return self._lift(other) / self

        def __pow__(self, other):
            if isinstance(other, Value):
                p = math.pow(self.data, other.data)
                return self._new(
                    p, (self, other.data * p / self.data), (other, p * math.log(self.data))
                )
            return self._new(self.data**other, (self, other * self.data ** (other - 1)))

        def __rpow__(self, other):
            return self._lift(other) ** self

        def exp(self):
            return self._new(math.exp(self.data), (self, math.exp(self.data)))

        def log(self):
            return self._new(math.log(self.data), (self, 1 / self.data))

        def tanh(self):
            t = math.tanh(self.data)
            return self._new(
                t, (self, 1 / math.cosh(self.data) ** 2 if abs(self.data) < 300 else 0.0)
            )

        def max(self, other):
            other = self._lift(other)
            if self.data > other.data:
                return self._new(self.data, (self, 1.0), (other, 0.0))
            return self._new(other.data, (self, 0.0), (other, 1.0))

        def backward(self):
            nodes, queue = {self}, [self]
            while queue:
                for parent in queue.pop().parents:
                    if parent not in nodes:
                        nodes.add(parent)
                        queue.append(parent)
            total = dict.fromkeys(nodes, 0.0)
            total[self] = 1.0
            for node in sorted(nodes, key=lambda n: -n.number):
                node.grad = total[node]
                for parent, slope in node.parents.items():
                    total[parent] += slope * node.grad

    return Value
