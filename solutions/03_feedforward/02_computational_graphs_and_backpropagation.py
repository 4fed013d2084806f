# %% [markdown]
# # 3 · Feedforward networks and backpropagation
#
# **Notebook 2 of 4: computational graphs and backpropagation**
#
# A network has thousands of weights, and one number, the loss, says how wrong it is. Which weight is to blame, and how much? This is the **credit assignment problem** (贡献度分配问题), and **backpropagation** (反向传播) is its answer. (Linnainmaa published the method in 1970 for rounding errors, Werbos proposed it for networks in 1974; Rumelhart, Hinton and Williams made it known in 1986.) It is the **chain rule** (链式法则), applied from the loss backward, in an order that computes nothing twice.
#
# You will do it three times: by hand on graphs of a few numbers, in a class that does it for any graph of numbers, and for matrices, where it becomes fast enough to train real networks.

# %%
import math

import matplotlib.pyplot as plt
import numpy as np

from autograder import check
from nnkit import plot

plot.style()

# %% tags=["experiment"]
# What only the experiments need: data, graphs to draw, and the course's own functions and training loop.
import time

import nnkit.functional as F
from nnkit import data, graph, optim
from nnkit.gradcheck import numerical_gradient, relative_error
from nnkit.layers import Layer, Sequential
from nnkit.plot import ch03_blocks, ch03_checks, ch03_layers
from nnkit.train import fit

# %% [markdown]
# The activations of notebook 1 come from the course's library from here on (`F.relu_forward`, `F.logistic_forward` and so on); they do what yours do.
#
# ## 1. The chain rule on a graph
#
# Take $f(x, y, z) = (x + y)\,z$ at $x = 3$, $y = -5$, $z = 2$. Write it as a **computational graph** (计算图), one simple operation for each node, with a name for the intermediate result (in this section $x$, $y$, $z$ are any three numbers):
#
# $$u = x + y = -2,\qquad f = u\,z = -4.$$
#
# Each operation alone is easy to differentiate:
#
# $$\frac{\partial u}{\partial x} = 1,\quad \frac{\partial u}{\partial y} = 1,\qquad \frac{\partial f}{\partial u} = z = 2,\quad \frac{\partial f}{\partial z} = u = -2.$$
#
# The chain rule multiplies along the way: $\dfrac{\partial f}{\partial x} = \dfrac{\partial f}{\partial u}\cdot\dfrac{\partial u}{\partial x} = 2\cdot 1 = 2$, and the same for $y$.

# %% tags=["experiment"]
x, y, z = graph.Value(3.0, label="x"), graph.Value(-5.0, label="y"), graph.Value(2.0, label="z")
u = x + y
u.label = "u"
f = u * z
f.label = "f"
f.backward()
plot.graph(f)
print("df/dx =", x.grad, " df/dy =", y.grad, " df/dz =", z.grad)

# %% [markdown]
# *What to see:* values (blue, above an arrow) flow from left to right. Gradients (orange, below it) flow from right to left, along the thin orange arrows, and begin with $\partial f/\partial f = 1$. Every node does one local thing: it takes the gradient that arrives at its output, the **upstream gradient**, multiplies it by its own **local gradient**, and hands the products to its inputs:
#
# $$\boxed{\text{gradient of an input} = \text{upstream gradient}\times\text{local gradient}}$$
#
# A node needs to know nothing of the rest of the graph. That is why a network of millions of nodes can be differentiated: each node solves a problem of one line.
#
# What does $\partial f/\partial x = 2$ claim? That raising $x$ by a small amount raises $f$ by twice that amount. Try it:


# %%
def f_of(x, y, z):
    return (x + y) * z


print("f(3, -5, 2)      =", f_of(3, -5, 2))
print("f(3.01, -5, 2)   =", round(f_of(3.01, -5, 2), 4), "  up by 0.01 · 2")
print("f(3, -5, 2.01)   =", round(f_of(3, -5, 2.01), 4), "  down by 0.01 · 2")

# %% [markdown]
# ## 2. Four patterns
#
# Four local gradients cover most of what a network does. Learn to see them without a formula.
#
# | node | local gradients | what it does with the upstream gradient |
# |---|---|---|
# | **add** $x + y$ | $1, 1$ | **distributes** it: both inputs get it unchanged |
# | **multiply** $x\,y$ | $y, x$ | **swaps**: each input gets it times the *other* input |
# | **max** $\max(x, y)$ | 1 for the larger, 0 for the other | **routes**: the winner takes all |
# | **copy**: $x$ used twice | $1, 1$ | **adds up** what comes back along both paths |
#
# (The names come from the course notes of Stanford's CS231n, and so does the circuit of the next section.)
#
# The fourth deserves its reason. If $x$ goes into two places, $f$ depends on it as $f(u, v)$ with $u = x$ and $v = x$. The chain rule for several variables adds: $\frac{\mathrm{d}f}{\mathrm{d}x} = \frac{\partial f}{\partial u}\cdot 1 + \frac{\partial f}{\partial v}\cdot 1$. Forgetting the sum, `=` instead of `+=`, is the most frequent bug in hand-written backpropagation.


# %% tags=["experiment"]
def leaf(number, label):
    return graph.Value(number, label=label)


figure, axes = plt.subplots(2, 2, figsize=(10.5, 5.6))
for ax, title, result in zip(
    axes.flat,
    ("add distributes", "multiply swaps", "max routes", "copy adds up"),
    (
        (leaf(3.0, "x") + leaf(4.0, "y")) * 6.0,
        (leaf(3.0, "x") * leaf(4.0, "y")) * 2.0,
        leaf(5.0, "x").max(leaf(1.0, "y")) * 6.0,
        None,
    ),
):
    if result is None:
        x = leaf(3.0, "x")
        result = (x + 1.0) * (x * 2.0)
    result.label = "f"
    result.backward()
    plot.graph(result, ax=ax)
    ax.set_title(title)
print("copy: f = (x + 1) · 2x at x = 3, df/dx =", x.grad)

# %% [markdown]
# *What to see:* the orange numbers below the edges. Add hands its 6 to both inputs. Multiply, with 2 coming back from the right, gives $x = 3$ the gradient $2\cdot 4$ and $y = 4$ the gradient $2\cdot 3$. Max gives everything to 5 and nothing to 1. In the last graph, $f = (x + 1)\cdot 2x$, the number $x$ takes two paths: 6 comes back through the sum and $4\cdot 2 = 8$ through the product, and $x$ gets their sum, 14, which stands at its node. By calculus: $(2x^2 + 2x)' = 4x + 2 = 14$.
#
# Multiply's swap has a practical consequence. In $w\cdot x$ the gradient of $w$ is $x$ times the upstream: make the inputs a thousand times larger, by measuring in millimeters instead of meters, and the gradients of the weights become a thousand times larger too. Scale your inputs.

# %% [markdown]
# ## 3. The sigmoid circuit
#
# One neuron with two inputs, from the inside: $f = \sigma(w_0 x_0 + w_1 x_1 + b)$, with
#
# $$w_0 = 2,\; x_0 = 1.5,\qquad w_1 = -1,\; x_1 = 1,\qquad b = -1.$$
#
# With nodes as small as possible, $\sigma(z) = 1/(1 + e^{-z})$ takes four: times $-1$, exp, plus 1, reciprocal. Forward, rounded to three digits:
#
# $$w_0x_0 = 3,\quad w_1x_1 = -1,\quad u_1 = w_0x_0 + w_1x_1 = 2,\quad z = u_1 + b = 1,\quad u_2 = -z = -1,\quad u_3 = e^{u_2} = 0.368,\quad u_4 = 1 + u_3 = 1.368,\quad f = \tfrac1{u_4} = 0.731.$$
#
# Backward, each line is upstream × local:
#
# | node | local gradient | gradient of its input |
# |---|---|---|
# | $f = 1/u_4$ | $-1/u_4^2 = -0.534$ | $\mathrm{d}u_4 = 1\cdot(-0.534) = -0.534$ |
# | $u_4 = 1 + u_3$ | $1$ | $\mathrm{d}u_3 = -0.534$ |
# | $u_3 = e^{u_2}$ | $e^{u_2} = 0.368$ | $\mathrm{d}u_2 = -0.534\cdot 0.368 = -0.197$ |
# | $u_2 = -z$ | $-1$ | $\mathrm{d}z = 0.197$ |
# | $z = u_1 + b$ | $1, 1$ | $\mathrm{d}u_1 = 0.197$, $\mathrm{d}b = 0.197$ |
# | $u_1 = w_0x_0 + w_1x_1$ | $1, 1$ | both products get $0.197$ |
# | $w_0 x_0$ | $x_0, w_0$ | $\mathrm{d}w_0 = 0.197\cdot 1.5 = 0.295$, $\mathrm{d}x_0 = 0.197\cdot 2 = 0.393$ |
# | $w_1 x_1$ | $x_1, w_1$ | $\mathrm{d}w_1 = 0.197$, $\mathrm{d}x_1 = -0.197$ |
#
# Follow it with the slider, one node at a time. (The constants 1 and −1 in the picture get a gradient like any input; nobody needs it.)


# %% tags=["experiment"]
class NotYet(float):
    """A gradient that has not been computed: it is drawn as nothing."""

    def __format__(self, spec):
        return ""


w0, x0, w1, x1, b = (
    leaf(v, name)
    for v, name in (
        (2.0, "$w_0$"),
        (1.5, "$x_0$"),
        (-1.0, "$w_1$"),
        (1.0, "$x_1$"),
        (-1.0, "$b$"),
    )
)
u4 = (-1.0 * (w0 * x0 + w1 * x1 + b)).exp() + 1.0
f = u4**-1
f.backward()
found = {id(v): v.grad for v in f.ancestors()}

# %% tags=["experiment", "nbval-ignore-output"]
queue, steps = [f], [[f]]
while queue:  # one operation at a time, from the result backward
    node = queue.pop(0)
    sources = [source for source, _ in node.made_from]
    if sources:
        steps.append(sources)
        queue += sources
labels = ["start: df/df = 1"] + [
    f"step {k}: " + ", ".join(f"{found[id(v)]:.3g}" for v in new)
    for k, new in enumerate(steps)
    if k
]
for v in f.ancestors():
    v.grad = NotYet()
frames = []
for new in steps:
    for v in new:
        v.grad = found[id(v)]
    frames.append(plot.graph(f))
plot.slider(frames, labels, "backward pass")

# %% [markdown]
# *What to see:* at every slider position after the first (where $\partial f/\partial f = 1$ is set), each new number is the orange number to the right of a node times one of that node's local gradients. The signs at the end say what would raise $f$: more $w_0$, more $w_1$, more $b$, a larger $x_0$, a smaller $x_1$. So there are three ways to raise a neuron: raise its bias, change its weights in proportion to its inputs, or change its inputs in proportion to its weights. A neuron cannot change its inputs, but it can tell the layer before what it would like to have: that is what $\mathrm{d}x$ says, and every neuron of the next layer says it, so the layer before adds up their wishes.
#
# ## 4. Graphs are not unique
#
# We cut $\sigma$ into four nodes. Nothing demands this. Take it as *one* node with local gradient $\sigma(1-\sigma)$ from notebook 1:
#
# $$\mathrm{d}z = 1\cdot 0.731\cdot(1 - 0.731) = 0.197.$$
#
# The same number in one step instead of four, and with a stable logistic nothing overflows in between. Any part of a graph may be grouped into one node **when its local gradient is simple**. Softmax with cross-entropy (chapter 2: $p - y$) is the most useful group of all; a whole layer is another, and we get to it in section 7.

# %%
for z in (1.0, -1000.0):
    with np.errstate(all="ignore"):  # exp(1000) is too large for a float: that is the point
        e = np.exp(-z)
        d = 1 + e
        four_nodes = (-1 / d**2) * 1 * e * (-1)
    s = 0.5 * (1 + math.tanh(z / 2))  # the stable logistic of notebook 1
    print(f"z = {z:6.0f}: four nodes {four_nodes:.6f}, one node {s * (1 - s):.6f}")

# %% [markdown]
# ## 5. A class that does it for any graph
#
# To automate this, a number must remember how it was made. A `Value` holds
#
# - `data`, a number, and `grad`, the derivative of the final result with respect to it;
# - the Values it was made from (its inputs; many texts on automatic differentiation call them its *parents*, and it their *child*), and the local gradient for each.
#
# The forward pass builds the graph while it computes. `backward()` then needs the right **order**: a node may hand its gradient on only when all that comes back to it has arrived. If $x$ feeds $u$ and $v$, then in the backward pass both must be done before $x$ hands anything on. Sorting the nodes so that parents come before their children is a **topological sort** (拓扑排序); a walk that appends a node *after* its parents produces it:
#
# ```text
# visit(node):
#     if node is in seen: return
#     put node into seen
#     for parent in node's parents: visit(parent)
#     append node to the order
# ```
#
# The set `seen` is needed because a node may be reached along several paths: without it, it would stand in the list several times and hand its gradient on several times. (Two nodes may hold the same number, so what is seen is the node, for instance its `id`, not its value.) Going through the list in reverse is backpropagation:
#
# ```text
# for every node of the graph: grad = 0
# grad of the result = 1
# for node in reversed(topological order):
#     for parent, local in node's parents and local gradients:
#         parent.grad += local * node.grad
# ```
#
# **By hand, an order that matters.** Take $u = x + 1$, then $v = u + x$ and $f = u\,v$, at $x = 2$: $u = 3$, $v = 5$, $f = 15$. One topological order is $x, u, v, f$; there is no other, since $v$ needs $u$. In reverse: $f$ sends 5 to $u$ and 3 to $v$; $v$ sends 3 to $u$ and 3 to $x$; now $u$ has $5 + 3 = 8$ and sends 8 to $x$, which ends with $3 + 8 = 11$. By calculus, $f = (x+1)(2x+1)$ and $f' = 4x + 3 = 11$. Had $u$ sent its gradient on before $v$ was done, $x$ would have got $5 + 3 = 8$.
#
# The local gradients, all of them from one line of calculus:
#
# | operation | value | local gradients |
# |---|---|---|
# | $u + v$ | the sum | $1$ and $1$ |
# | $u\,v$ | the product | $v$ and $u$ |
# | $u^{k}$, $k$ a number | the power | $k\,u^{k-1}$ |
# | $k^{u}$, $k > 0$ a number | the power | $k^{u}\ln k$ |
# | $e^{u}$ | the exponential | $e^{u}$, the value itself |
# | $\ln u$ | the logarithm | $1/u$ |
# | $\tanh u$ | the hyperbolic tangent | $1 - \tanh^2 u$ |
# | $\max(u, v)$ | the larger one | 1 to the larger, 0 to the other; if they are equal, 1 to either of them and 0 to the other, or a half to both |
#
# In a power, either the exponent or the base is a plain number. (Bases of 0 or below it under a variable exponent are not asked for. For two Values, $u^v$, the local gradients are $v\,u^{v-1}$ and $u^v\ln u$; one more line, if you like.) $u - v$ is $u + (-1)\,v$ and $u/v$ is $u\,v^{-1}$: they need no calculus of their own.
#
# **Operators are methods.** Where Python reads an operator, it calls a method with a fixed name:
#
# | written | Python calls |
# |---|---|
# | `u + v`, `u - v` | `u.__add__(v)`, `u.__sub__(v)` |
# | `u * v`, `u / v`, `u ** 2` | `u.__mul__(v)`, `u.__truediv__(v)`, `u.__pow__(2)` |
# | `3 + u`, `3 - u` | `u.__radd__(3)`, `u.__rsub__(3)`: a number knows no Values, so the right side is asked |
# | `3 * u`, `3 / u`, `3 ** u` | `u.__rmul__(3)`, `u.__rtruediv__(3)`, `u.__rpow__(3)` |
# | `-u` | `u.__neg__()` |
#
# One of them, worked out. $-u$ has one input, and its local gradient is $-1$. If the constructor takes parents and local gradients as its second and third arguments, the method is a line:
#
# ```python
# def __neg__(self):
#     return Value(-self.data, (self,), (-1.0,))
# ```
#
# **Task.** Complete the class: the constructor, the methods of the table, `exp`, `log`, `tanh`, `max` and `backward`. Plain numbers may stand on either side of an operator, and be `other` in `max`. `backward()` sets `grad` of every Value the result was made from, afresh at every call, and leaves other graphs alone.
#
# *Idea:* let every operation be one line, like unary minus. Where `other` is a plain number, first make a Value without parents of it. Further names are yours to choose. A recursive walk is fine for the graphs of this notebook; a chain of more than a thousand nodes would need a stack of your own, because Python limits how deep functions may call one another. By hand: for $f = x\,y + x$ at $x = 3$, $y = 4$ you must get $\mathrm{d}x = 5$, two paths added, and $\mathrm{d}y = 3$.


# %% nbgrader={"grade_id": "Value", "solution": true}
class Value:
    """A number that remembers how it was computed.

    Value(data) has data and grad (floats); operators + - * / ** also with plain numbers on
    either side; methods exp(), log(), tanh(), max(other); backward() sets the grad of
    every Value that this one was made from to the derivative of this one.
    """

    ### BEGIN SOLUTION
    def __init__(self, data, parents=(), local_gradients=()):
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents
        self.local_gradients = local_gradients

    def __repr__(self):
        return f"Value(data={self.data:.4g}, grad={self.grad:.4g})"

    @staticmethod
    def wrap(other):
        return other if isinstance(other, Value) else Value(other)

    def __add__(self, other):
        other = Value.wrap(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = Value.wrap(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, n):
        if isinstance(n, Value):  # not asked for: u^v has the local gradients v u^(v-1), u^v ln u
            out = self.data**n.data
            slope_n = out * math.log(self.data) if self.data > 0 else 0.0
            return Value(out, (self, n), (n.data * self.data ** (n.data - 1), slope_n))
        slope = n * self.data ** (n - 1) if n != 0 else 0.0
        return Value(self.data**n, (self,), (slope,))

    def __rpow__(self, base):
        out = base**self.data
        return Value(out, (self,), (out * math.log(base),))

    def exp(self):
        out = math.exp(self.data)
        return Value(out, (self,), (out,))

    def log(self):
        return Value(math.log(self.data), (self,), (1.0 / self.data,))

    def tanh(self):
        out = math.tanh(self.data)
        return Value(out, (self,), (1.0 - out**2,))

    def max(self, other):
        other = Value.wrap(other)
        first = self.data >= other.data
        return Value(max(self.data, other.data), (self, other), (float(first), float(not first)))

    def __neg__(self):
        return Value(-self.data, (self,), (-1.0,))

    def __sub__(self, other):
        return self + (-Value.wrap(other))

    def __truediv__(self, other):
        return self * Value.wrap(other) ** -1

    def __rsub__(self, other):
        return Value.wrap(other) - self

    def __rtruediv__(self, other):
        return Value.wrap(other) / self

    __radd__ = __add__
    __rmul__ = __mul__

    def topological_order(self):
        # Depth first with a stack of our own: Python's recursion would end at a thousand nodes.
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, parents_done = stack.pop()
            if parents_done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((parent, False) for parent in node.parents)
        return order

    def backward(self):
        order = self.topological_order()
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            for parent, local in zip(node.parents, node.local_gradients):
                parent.grad += local * node.grad

    ### END SOLUTION


# %% nbgrader={"grade_id": "check_Value", "grade": true, "points": 8}
check(Value)

# %% [markdown]
# The sigmoid circuit, by your class. Compare with the table of section 3.

# %%
w0, x0, w1, x1, b = (Value(v) for v in (2.0, 1.5, -1.0, 1.0, -1.0))
f = 1 / (1 + (-1 * (w0 * x0 + w1 * x1 + b)).exp())
f.backward()
print("f =", round(f.data, 3))
print("dw0, dx0, dw1, dx1, db =", [round(v.grad, 3) for v in (w0, x0, w1, x1, b)])

# %% [markdown]
# ### A class that trains a network
#
# Nothing is missing: `Value` is enough to train with. A 2-6-1 network with tanh on forty points of the two-moons data, loss $\ln(1 + e^{-y s})$ for score $s$ and label $y = \pm 1$ (the logistic loss of chapter 2), and plain gradient descent.

# %% tags=["experiment"]
moon_x, moon_y = data.moons(40, 0.1, np.random.default_rng(0))
signs = 2 * moon_y - 1
rng = np.random.default_rng(1)
hidden = [[Value(v) for v in rng.normal(0, 1, 3)] for _ in range(6)]  # two weights and a bias
output = [Value(v) for v in rng.normal(0, 0.5, 7)]
parameters = [p for unit in hidden for p in unit] + output


def score(point):
    h = [(w1 * point[0] + w2 * point[1] + b).tanh() for w1, w2, b in hidden]
    s = output[-1]
    for v, unit in zip(output, h):
        s = s + v * unit
    return s


# %% tags=["experiment", "nbval-ignore-output"]
start = time.perf_counter()
scalar_steps, losses = 150, []
for _ in range(scalar_steps):
    loss = Value(0.0)
    for point, sign in zip(moon_x, signs):
        loss = loss + (1 + (score(point) * float(-sign)).exp()).log()
    loss = loss / len(moon_x)
    loss.backward()
    for p in parameters:
        p.data -= 2.0 * p.grad
    losses.append(loss.data)
scalar_time = (time.perf_counter() - start) / scalar_steps
print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f} in {scalar_steps} steps")
if hasattr(loss, "topological_order"):  # not asked for, but handy
    print(f"{len(loss.topological_order())} nodes in each graph")

figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.2))
axes[0].plot(losses)
axes[0].set(xlabel="step", ylabel="loss", title="training with Value")


def predict(points):
    return np.array([score(p).data > 0 for p in points]).astype(int)


plot.decision_regions(axes[1], predict, moon_x, moon_y)
axes[1].set(title="what it learned", xlabel="$x_1$", ylabel="$x_2$")
plt.show()

# %% [markdown]
# *What to see:* the loss falls and the boundary bends between the moons. Each step builds a graph of about 2,500 nodes and walks it once. Nobody wrote down the gradient of this network.
#
# This is what PyTorch and its kin do, with one difference: their nodes are arrays, not numbers. Here is how much that matters: the time for one gradient of the same network on the same data. **Predict, then run:** by what factor are matrices faster, 2, 20 or 200? (Number by number, the 40 examples come one after another, and the graph is built anew each time. The step, 25 subtractions, is in that time and hardly counts.)

# %% tags=["experiment", "nbval-ignore-output"]
w_1 = np.array([[p.data for p in unit[:2]] for unit in hidden]).T  # (2, 6)
b_1 = np.array([unit[2].data for unit in hidden])
w_2, b_2 = np.array([[p.data] for p in output[:-1]]), np.array([output[-1].data])
times = []
for _ in range(200):
    start = time.perf_counter()
    z1, c1 = F.affine_forward(moon_x, w_1, b_1)
    a1, ct = F.tanh_forward(z1)
    s, c2 = F.affine_forward(a1, w_2, b_2)
    _, cl = F.bce_with_logits_forward(s[:, 0], moon_y)
    da1, dw2, db2 = F.affine_backward(F.bce_with_logits_backward(cl)[:, None], c2)
    dx, dw1, db1 = F.affine_backward(F.tanh_backward(da1, ct), c1)
    times.append(time.perf_counter() - start)
matrix_time = np.median(times)
print(
    f"numbers as nodes: {scalar_time * 1e3:.1f} ms per step; matrices as nodes: {matrix_time * 1e3:.2f} ms; "
    f"factor {scalar_time / matrix_time:.0f}"
)

# %% [markdown]
# ## 6. Vectors and matrices
#
# The same chain rule, with more indices. What "the derivative" is depends on what goes in and out:
#
# | from | to | derivative | shape |
# |---|---|---|---|
# | number | number | the slope | a number |
# | vector $(D,)$ | number | gradient | $(D,)$ |
# | vector $(D,)$ | vector $(M,)$ | **Jacobian** (雅可比矩阵) $J_{mi} = \partial\,\mathrm{out}_m/\partial x_i$ | $(M, D)$ |
#
# The loss is a number, so $\mathrm{d}x$ always has the shape of $x$: entry by entry, how much the loss changes. For $\mathrm{out} = g(x)$ the chain rule sums over all paths from $x_i$ to $L$:
#
# $$\frac{\partial L}{\partial x_i} = \sum_m \frac{\partial L}{\partial\,\mathrm{out}_m}\,\frac{\partial\,\mathrm{out}_m}{\partial x_i}\qquad\Longleftrightarrow\qquad \mathrm{d}x = J^{\mathsf T}\,\mathrm{dout}.$$
#
# "Upstream times local" again; the local gradient is now a matrix.
#
# **Two Jacobians by hand.** ReLU on $x = (2, -3, 1)$, and the affine $\mathrm{out} = xw$ with $w = \begin{pmatrix}1 & 4\\ 2 & 5\\ 3 & 6\end{pmatrix}$, so $\mathrm{out}_m = \sum_i x_i w_{im}$ and $\partial\,\mathrm{out}_m/\partial x_i = w_{im}$:
#
# $$J_{\text{ReLU}} = \begin{pmatrix}1&0&0\\0&0&0\\0&0&1\end{pmatrix},\qquad J_{\text{affine}} = w^{\mathsf T} = \begin{pmatrix}1&2&3\\4&5&6\end{pmatrix}.$$
#
# The first is diagonal, since $\mathrm{out}_m$ depends on $x_m$ alone: multiplying by it is an element-wise product, and nobody stores the zeros. The second is a matrix we have anyway: for one example $J^{\mathsf T}\,\mathrm{dout} = w\,\mathrm{dout}$ as a column; written as a row it is $\mathrm{dout}\,w^{\mathsf T}$, the form of section 7. A batch is treated the same way, once its numbers are written one after another: $\mathrm{out}$ becomes a vector of $NM$ numbers, $x$ one of $ND$, $w$ one of $DM$, and the Jacobian has an entry for each pair. That gets out of hand quickly:

# %%
n, d, m = 64, 1000, 1000
entries_x = (n * m) * (n * d)  # every output number by every input number
entries_w = (n * m) * (d * m)
print(f"batch {n}, layer {d} -> {m}")
print(f"Jacobian with respect to x: {entries_x:.1e} numbers, {entries_x * 8 / 1e9:.0f} GB")
print(f"Jacobian with respect to w: {entries_w:.1e} numbers, {entries_w * 8 / 1e9:.0f} GB")
print(
    f"dx and dw themselves:       {n * d + d * m:.1e} numbers, {(n * d + d * m) * 8 / 1e6:.1f} MB"
)

# %% [markdown]
# Hence the rule of the trade: **Jacobians are never formed.** A backward function computes the product $J^{\mathsf T}\,\mathrm{dout}$ directly, by a formula that costs about as much as the forward pass for each gradient; an affine layer has two products to compute where its forward pass has one. We derive them.

# %% [markdown]
# ## 7. The affine layer
#
# $$\mathrm{out} = x w + b,\qquad \mathrm{out}_{nm} = \sum_{i} x_{ni}\,w_{im} + b_m,\qquad x\,(N, D),\; w\,(D, M),\; b\,(M,).$$
#
# **With indices.** Which outputs does $w_{im}$ touch? Those of column $m$, in every row $n$, each with local gradient $x_{ni}$. Add up the paths:
#
# $$\mathrm{d}w_{im} = \sum_n \mathrm{dout}_{nm}\,x_{ni} = \sum_n (x^{\mathsf T})_{in}\,\mathrm{dout}_{nm}\quad\Rightarrow\quad \mathrm{d}w = x^{\mathsf T}\,\mathrm{dout}.$$
#
# (Each example asks for a change of its own, $x_{ni}\,\mathrm{dout}_{nm}$; `dw` is the sum of these wishes.)
#
# $x_{ni}$ touches row $n$, every column $m$, with local gradient $w_{im}$:
#
# $$\mathrm{d}x_{ni} = \sum_m \mathrm{dout}_{nm}\,w_{im}\quad\Rightarrow\quad \mathrm{d}x = \mathrm{dout}\;w^{\mathsf T}.$$
#
# $b_m$ touches column $m$ in every row, with local gradient 1: $\;\mathrm{d}b_m = \sum_n \mathrm{dout}_{nm}$. (Broadcasting $b$ over the rows is a copy, and copies add.)
#
# **From shapes alone.** No need to remember any of this, if $N$, $D$ and $M$ are three different numbers. `dw` must have the shape of $w$, $(D, M)$. It is a product of upstream and local, so of dout $(N, M)$ and $x$ $(N, D)$. There is one way to multiply them that fits:
#
# $$\underset{(D, M)}{\mathrm{d}w} = \underset{(D, N)}{x^{\mathsf T}}\;\underset{(N, M)}{\mathrm{dout}},\qquad \underset{(N, D)}{\mathrm{d}x} = \underset{(N, M)}{\mathrm{dout}}\;\underset{(M, D)}{w^{\mathsf T}},\qquad \underset{(M,)}{\mathrm{d}b} = \sum_{n}\;\underset{(N, M)}{\mathrm{dout}}.$$
#
# The layer and its three gradients as blocks. Sides of the same color have the same length:

# %% tags=["experiment"]
figure, axes = plt.subplots(2, 2, figsize=(9.5, 4.2))
sign, equal = ("·", "", ""), ("=", "", "")
bias = [("+", "", ""), ("b", "1", "M")]
rows = {
    "out = x w + b": [("out", "N", "M"), equal, ("x", "N", "D"), sign, ("w", "D", "M"), *bias],
    "dw: summed over N": [("dw", "D", "M"), equal, ("$x^T$", "D", "N"), sign, ("dout", "N", "M")],
    "dx: summed over M": [("dx", "N", "D"), equal, ("dout", "N", "M"), sign, ("$w^T$", "M", "D")],
    "db: summed over N": [("db", "1", "M"), equal, ("1", "1", "N"), sign, ("dout", "N", "M")],
}
for ax, (title, blocks) in zip(axes.flat, rows.items()):
    ch03_blocks.product(ax, blocks, title)
plt.show()

# %% [markdown]
# *What to see:* in every product the two sides that meet at the sign (the columns of the first block, the rows of the second) have one color, and that color is missing in the result: it is the index that was summed over. (`db` is the product of a row of ones with dout, which is a sum over the rows.)
#
# What is summed over has its reason: $N$ in `dw`, since all examples share the weights; $M$ in `dx`, since an input feeds all outputs.
#
# **By hand**, $N = 2$, $D = 3$, $M = 2$:
#
# $$x = \begin{pmatrix}1&0&2\\-1&3&1\end{pmatrix},\; w = \begin{pmatrix}1&2\\0&-1\\3&1\end{pmatrix},\; b = (1, -1)\;\Rightarrow\; \mathrm{out} = \begin{pmatrix}8&3\\3&-5\end{pmatrix}$$
#
# and, if $\mathrm{dout} = \begin{pmatrix}1&0\\0&2\end{pmatrix}$ comes back,
#
# $$\mathrm{d}w = \begin{pmatrix}1&-2\\0&6\\2&2\end{pmatrix},\qquad \mathrm{d}b = (1, 2),\qquad \mathrm{d}x = \begin{pmatrix}1&0&3\\4&-2&2\end{pmatrix}.$$
#
# Read the first column of `dw`: it is $x$'s first row, since only example 1 sent a gradient to output 1. (Here $N = M$, so shapes alone would not tell $\mathrm{dout}$ from its transpose. When you test code of your own, let all sizes differ.)
#
# **Task.** `affine_forward(x, w, b) -> (out, cache)` and `affine_backward(dout, cache) -> (dx, dw, db)`. Images come as $(N, 1, 8, 8)$ and a layer wants rows: flatten each example, so $D$ is the product of all axes but the first, and give `dx` the shape of $x$ again.


# %% nbgrader={"grade_id": "affine_forward", "solution": true}
def affine_forward(x, w, b):
    """Affine map of each example: out = rows of x @ w + b.

    x (N, ...) flattened to (N, D), w (D, M), b (M,) -> out (N, M), cache = (x, w, b).
    """
    ### BEGIN SOLUTION
    rows = x.reshape(len(x), -1)  # (N, D)
    return rows @ w + b, (x, w, b)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_affine_forward", "grade": true, "points": 2}
check(affine_forward)


# %% nbgrader={"grade_id": "affine_backward", "solution": true}
def affine_backward(dout, cache):
    """dout (N, M), cache = (x, w, b) -> dx of the shape of x, dw (D, M), db (M,)."""
    ### BEGIN SOLUTION
    x, w, b = cache
    rows = x.reshape(len(x), -1)
    dx = (dout @ w.T).reshape(x.shape)  # (N, M)(M, D)
    dw = rows.T @ dout  # (D, N)(N, M)
    db = dout.sum(axis=0)
    return dx, dw, db
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_affine_backward", "grade": true, "points": 4}
check(affine_backward, forward=affine_forward)

# %% [markdown]
# The example by hand, and the claim that $J^{\mathsf T}\mathrm{dout}$ is what you compute, with a Jacobian that we do form this once:

# %%
x = np.array([[1.0, 0.0, 2.0], [-1.0, 3.0, 1.0]])
w = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 1.0]])
b = np.array([1.0, -1.0])
dout = np.array([[1.0, 0.0], [0.0, 2.0]])
out, cache = affine_forward(x, w, b)
dx, dw, db = affine_backward(dout, cache)
print("out", out.tolist(), "\ndw ", dw.tolist(), "\ndb ", db.tolist(), "\ndx ", dx.tolist())

jacobian = np.zeros((out.size, w.size))  # (N·M, D·M)
for k in range(w.size):
    nudge = np.zeros(w.size)
    nudge[k] = 1.0  # out is linear in w: a step of any size is exact
    jacobian[:, k] = (affine_forward(x, w + nudge.reshape(w.shape), b)[0] - out).ravel()
print(
    "Jacobian with respect to w", jacobian.shape, "of which not zero:", int((jacobian != 0).sum())
)
print("12 would be N·M·D; one entry of x is 0, and feeds two outputs")
print("J^T dout == dw:", bool(np.allclose(jacobian.T @ dout.ravel(), dw.ravel())))

# %% [markdown]
# ## 8. Your layer learns
#
# Wrap your pair in a layer, put two of them around an activation, and train on the digits. Each `Layer` keeps its cache and hands its `dx` back as the `dout` of the layer before; `Sequential` calls them in reverse order. That is all the machinery there is:

# %% tags=["experiment"]
figure, ax = plt.subplots(figsize=(10, 3.2))
ch03_layers.both_ways(ax)
plt.show()

# %% [markdown]
# *What to see:* blue goes forward, orange comes back; each gradient has the shape of the array above it. An affine stage has three inputs and so sends three gradients; the gradients of weights and biases leave the chain there, and the one of its input goes on. Nobody needs $\mathrm{d}x$ of the first stage for learning; section 10 finds a use for it.

# %% tags=["experiment", "nbval-ignore-output"]
x_train, y_train, x_test, y_test = data.digits(rng=np.random.default_rng(0))


def dense(inputs, outputs, rng):
    w = rng.normal(0, np.sqrt(2 / inputs), (inputs, outputs))
    return Layer(affine_forward, affine_backward, w=w, b=np.zeros(outputs))


rng = np.random.default_rng(0)
net = Sequential(dense(64, 32, rng), Layer(F.relu_forward, F.relu_backward), dense(32, 10, rng))
history = fit(
    net,
    x_train,
    y_train,
    optimizer=optim.SGD(net, 0.2),
    epochs=25,
    batch_size=32,
    rng=rng,
    validation=(x_test, y_test),
    progress=False,
)
accuracy = (net(x_test).argmax(axis=1) == y_test).mean()
print(
    f"{sum(p.size for p in net.parameters().values()):,d} parameters, test accuracy {accuracy:.3f}"
)

figure, ax = plt.subplots(figsize=(6.5, 3))
ax.semilogy(range(1, 26), history.train_loss, label="training digits")
ax.semilogy(range(1, 26), history.val_loss, "--", label="test digits")
ax.set(xlabel="epoch", ylabel="cross-entropy")
ax.legend()
plt.show()

# %% [markdown]
# *What to see:* both curves fall; the training loss keeps falling after the test loss has settled. (In the first epochs it is the higher one, because it is averaged over the epoch, while the weights are still getting better; the test loss is measured at the end. The test digits are only watched here: nothing is chosen by them. Where something is, notebook 3 holds other digits back.) The gradients that drive this are the three lines you wrote.
#
# ## 9. What it costs
#
# A numerical gradient needs two forward passes *per parameter*. Backpropagation needs one forward and one backward pass for *all* of them. We time a forward pass and backpropagation on networks 64-$H$-10 with tanh, of growing width, with one batch of 32 digits. For the numerical gradient the differences of some parameters are timed, and the median is multiplied by the number of parameters (squares); the dashed line is the time of a forward pass, multiplied.


# %% tags=["experiment", "nbval-ignore-output"]
def loss_and_gradient(params, x, y):
    w1, b1, w2, b2 = params
    z1, c1 = F.affine_forward(x, w1, b1)
    a1, ct = F.tanh_forward(z1)
    s, c2 = F.affine_forward(a1, w2, b2)
    loss, cl = F.cross_entropy_forward(s, y)
    da1, dw2, db2 = F.affine_backward(F.cross_entropy_backward(cl), c2)
    _, dw1, db1 = F.affine_backward(F.tanh_backward(da1, ct), c1)
    return loss, [dw1, db1, dw2, db2]


def median_time(run, repeats):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return np.median(times)


def difference_time(params, x, y):
    """Median time of a central difference: a weight is moved twice, with a forward pass each."""
    w1, b1, w2, b2 = params
    times = []
    for k in range(min(w1.size, 500)):
        start = time.perf_counter()
        for step in (1e-5, -1e-5):
            w1.flat[k] += step
            F.cross_entropy_forward(np.tanh(x @ w1 + b1) @ w2 + b2, y)
            w1.flat[k] -= step
        times.append(time.perf_counter() - start)
    return np.median(times)


# %% tags=["experiment", "nbval-ignore-output"]
x, y = x_train[:32], y_train[:32]
counts, t_forward, t_backprop, t_numeric, timed = [], [], [], [], []
for width in (2, 8, 32, 128):
    rng = np.random.default_rng(0)
    params = [
        rng.normal(0, 0.2, (64, width)),
        np.zeros(width),
        rng.normal(0, 0.2, (width, 10)),
        np.zeros(10),
    ]
    forward = median_time(
        lambda: F.cross_entropy_forward(
            np.tanh(x @ params[0] + params[1]) @ params[2] + params[3], y
        ),
        50,
    )
    counts.append(sum(p.size for p in params))
    t_forward.append(forward)
    t_backprop.append(median_time(lambda: loss_and_gradient(params, x, y), 50))
    t_numeric.append(2 * counts[-1] * forward)  # two forward passes for every parameter
    timed.append(counts[-1] * difference_time(params, x, y))
    print(
        f"{counts[-1]:6,d} parameters: backpropagation takes {t_backprop[-1] / forward:4.1f} forward "
        f"passes (timed), the numerical gradient {timed[-1] / forward:7,.0f} (timed; counted: "
        f"{2 * counts[-1]:,d})"
    )

figure, ax = plt.subplots(figsize=(6.5, 3))
ax.loglog(counts, t_numeric, "--", label="2 forward passes for each parameter")
ax.loglog(counts, timed, "s", color="C0", label="numerical gradient, timed")
ax.loglog(counts, t_backprop, "o-", color="C1", label="backpropagation")
ax.set(xlabel="number of parameters", ylabel="seconds for one gradient")
ax.legend()
plt.show()

# %% [markdown]
# *What to see:* the distance between the lines grows with the network. The squares lie near the dashed line: the two forward passes are nearly all that a difference costs. Backpropagation costs a few forward passes at any size. For the 13,002 parameters of notebook 1's last network, the numerical gradient needs 26,004.
#
# **Why from the loss backward?** A chain of operations has a chain of Jacobians, and their product may be taken from either end. From the input forward (**forward mode**), a pass carries along how everything changes with *one* parameter; 13,002 parameters need 13,002 passes, each about as costly as a forward pass. From the loss backward (**reverse mode**), a pass carries along how *one* result changes with everything. A loss is one number and the parameters are many: hence backward. By hand, three layers $1000 \to 1000$ and a loss: from the loss, a row of 1000 numbers is multiplied by a matrix three times, $3\cdot10^6$ products; from the input, a matrix is multiplied by a matrix twice, $10^9$ products each time, and only at the end comes the row. (With one input and many results it would be the other way round.)
#
# **What it costs in memory.** A cache lives until the backward pass has used it, so all of them are alive at the end of the forward pass. By hand, 100 layers of 1000 units with a batch of 64: each layer keeps its input and its pre-activation, $2\cdot64\cdot1000$ numbers, all layers together $12.8$ million, 102 MB in float64. A network that is only used, not trained, can drop each layer's numbers at once. When memory is short one keeps the inputs of every tenth layer only and computes the others again on the way back, ten layers at a time (**checkpointing**): here ten inputs that are kept and twenty arrays that are computed again, 30 instead of 200, so 15 MB, for one more forward pass.
#
# ### The gradient check (梯度检验)
#
# The slow gradient has its use: it is independent, so it can catch your mistakes. The `check` cells of this course do it, and this is how you do it yourself. Two gradients are compared by their **relative error** (相对误差), $\lVert \mathrm{d}w - \mathrm{d}w'\rVert/(\lVert \mathrm{d}w\rVert + \lVert \mathrm{d}w'\rVert)$, a number from 0 to 1 that does not depend on the size of the gradient. With the step $h = 10^{-5}$ in float64, a correct gradient comes out far below $10^{-6}$, the line that this course draws (notebook 4 says more). One of the gradients below has a planted bug:

# %% tags=["experiment"]
rng = np.random.default_rng(0)
small_x, small_y = rng.normal(size=(5, 6)), np.array([0, 2, 1, 2, 0])
params = [rng.normal(size=(6, 4)), rng.normal(size=4), rng.normal(size=(4, 3)), rng.normal(size=3)]
loss, gradients = loss_and_gradient(params, small_x, small_y)
estimates = {}
for name, p, g in zip(("w1", "b1", "w2", "b2"), params, gradients):

    def loss_of(value, p=p):
        return loss_and_gradient([value if q is p else q for q in params], small_x, small_y)[0]

    estimates[name] = numerical_gradient(loss_of, p)
    print(f"{name}: relative error below 1e-6: {relative_error(estimates[name], g) < 1e-6}")

spoiled = gradients[0].copy()
spoiled[2] = 0.0  # the third input has been forgotten
print(f"w1 with the bug: relative error {relative_error(estimates['w1'], spoiled):.2f}")
figure, axes = plt.subplots(1, 2, figsize=(7, 3.4))
for ax, (name, gradient) in zip(axes, {"correct": gradients[0], "with a bug": spoiled}.items()):
    ch03_checks.misses(ax, estimates["w1"], gradient, name)
    ax.set(xlabel="column: hidden unit", ylabel="row: input")
plt.show()

# %% [markdown]
# *What to see:* the matrix $\mathrm{d}w_1$, a square for each entry; the darker, the further what backpropagation returns is from the numerical estimate (in units of the largest entry). Left, nothing. Right, the row of the third input stands out. (Its first entry is nearly 0 in truth, too.) A bug has a shape: the entries that miss say where to look.
#
# ## 10. Backpropagation is not gradient descent
#
# The two names are often used as one. They answer different questions.
#
# - **Backpropagation** computes the gradient. Input: a function, a point. Output: numbers, the same that numerical differentiation estimates. It changes nothing and learns nothing.
# - **Gradient descent** (梯度下降) uses a gradient, wherever it came from, to change parameters. It does not ask how it was computed.
#
# Two experiments keep them apart. **First, descent without backpropagation:** a network 2-5-2 on the forty points of section 5, trained once with backpropagation and once with numerical gradients from the same start, arrives at the same weights.


# %% tags=["experiment"]
def train(gradient, steps=60, lr=0.3):
    params = [p.copy() for p in start_params]
    for _ in range(steps):
        params = [p - lr * g for p, g in zip(params, gradient(params))]
    return params


def by_backpropagation(params):
    return loss_and_gradient(params, moon_x, moon_y)[1]


def by_differences(params):
    gradients = []
    for k in range(4):

        def loss_of(value, k=k):
            return loss_and_gradient([*params[:k], value, *params[k + 1 :]], moon_x, moon_y)[0]

        gradients.append(numerical_gradient(loss_of, params[k]))
    return gradients


rng = np.random.default_rng(2)
start_params = [rng.normal(size=(2, 5)), np.zeros(5), rng.normal(size=(5, 2)), np.zeros(2)]
one, two = train(by_backpropagation), train(by_differences)
moved = max(abs(p - q).max() for p, q in zip(one, start_params))
apart = max(abs(p - q).max() for p, q in zip(one, two))
print(
    f"a weight moved by up to {moved:.2f}; the two trainings differ by less than 1e-6: {apart < 1e-6}"
)

# %% [markdown]
# **Second, backpropagation without descent on weights:** the gradient of minus the loss with respect to the *input*. The trained network of section 8 stays as it is; we ask it which pixels of a picture count as evidence for a class, and then follow that gradient *uphill, in the picture*, until the network changes its mind. **Predict, then run:** will you recognize the digit in the changed picture, and which one will it be?


# %% tags=["experiment"]
def toward(picture, target):
    """Gradient, with respect to the picture, of minus the loss of class target."""
    scores = net(picture[None])
    _, cache = F.cross_entropy_forward(scores, np.array([target]))
    return -net.backward(F.cross_entropy_backward(cache))[0]


# %% tags=["experiment", "nbval-ignore-output"]
figure, axes = plt.subplots(2, 4, figsize=(8, 4.4))
for row, (digit, target) in zip(axes, ((1, 8), (9, 3))):
    picture = x_test[(y_test == digit) & (net(x_test).argmax(axis=1) == digit)][0]
    first = toward(picture, target)
    changed, steps = picture.copy(), 0
    while net(changed[None]).argmax() != target and steps < 500:
        g = toward(changed, target)
        changed = np.clip(changed + 0.02 * g / np.abs(g).max(), 0, 1)
        steps += 1
    for ax, (image, title) in zip(
        row,
        (
            (picture, f"a {digit}"),
            (first, f"gradient for “{target}”"),
            (changed - picture, "change made"),
            (changed, f"now called {net(changed[None]).argmax()}"),
        ),
    ):
        gray = image.min() >= 0
        top = 1 if gray else np.abs(image).max()
        ax.imshow(
            image.reshape(8, 8),
            cmap="gray_r" if gray else "PuOr",
            vmin=0 if gray else -top,
            vmax=top,
        )
        ax.set(title=title, xticks=[], yticks=[])
        ax.grid(False)
        ax.spines[:].set_visible(True)
    print(
        f"from {digit} to {target}: {steps} steps, "
        f"mean change of a pixel {np.abs(changed - picture).mean():.3f}"
    )
plt.show()

# %% [markdown]
# *What to see:* in the second column, purple pixels should get more ink for the network to see the other digit, orange ones less (each of these pictures is scaled by its own largest entry). The third column is what 19 and 5 steps uphill did; no weight has changed. From 9 to 3 the change is hard to see; from 1 to 8 the picture is visibly blurred, yet no person would call it an 8. A picture changed in this way is an **adversarial example** (对抗样本; Szegedy and others, 2014). The same gradient that serves learning serves explanation, and attack.
#
# | | gradient by backpropagation | gradient by other means |
# |---|---|---|
# | **used for descent on weights** | training, as nearly everybody does it | finite differences, evolution strategies: possible, slow |
# | **used for something else** | which pixels matter, changing pictures, fitting the inputs of a simulation | checking a backpropagation |

# %% [markdown]
# ## 11. Quiz
#
# **Question 1.** $f = x\,y + x^2$ at $x = 2$, $y = -8$. What is $\partial f/\partial x$?

# %% nbgrader={"grade_id": "quiz_two_ways", "solution": true}
# quiz_two_ways = a number
### BEGIN SOLUTION
quiz_two_ways = -4
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_two_ways", "grade": true, "points": 1}
check.quiz("quiz_two_ways", quiz_two_ways)

# %% [markdown]
# **Question 2.** $f = c\cdot\max(a, b)$ with $a = 2$, $b = -1$, $c = 5$, and $\partial L/\partial f = 3$. What is $\partial L/\partial a$?

# %% nbgrader={"grade_id": "quiz_max_route", "solution": true}
# quiz_max_route = a number
### BEGIN SOLUTION
quiz_max_route = 15
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_max_route", "grade": true, "points": 1}
check.quiz("quiz_max_route", quiz_max_route)

# %% [markdown]
# **Question 3.** A colleague stores examples in *columns*: $x$ is $(D, N)$, $w$ is $(M, D)$, $\mathrm{out} = w x$ is $(M, N)$. Which is `dw`?
#
# - A: `x @ dout.T`
# - B: `x.T @ dout`
# - C: `dout @ x.T`
# - D: `dout.T @ x`

# %% nbgrader={"grade_id": "quiz_columns", "solution": true}
# quiz_columns = a letter
### BEGIN SOLUTION
quiz_columns = "C"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_columns", "grade": true, "points": 1}
check.quiz("quiz_columns", quiz_columns)

# %% [markdown]
# **Question 4.** Which statement is true?
#
# - A: Backpropagation moves the weights downhill.
# - B: Gradient descent cannot run without backpropagation.
# - C: Backpropagation and central differences lead to the same quantity, at very different cost.
# - D: Backpropagation works only for layered networks.

# %% nbgrader={"grade_id": "quiz_two_things", "solution": true}
# quiz_two_things = a letter
### BEGIN SOLUTION
quiz_two_things = "C"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_two_things", "grade": true, "points": 1}
check.quiz("quiz_two_things", quiz_two_things)

# %% [markdown]
# **In your own words** (graded by a person). Someone says: "Backpropagation got stuck in a local minimum, so the gradients must have been computed wrongly." Take the sentence apart: what can and what cannot be the fault of backpropagation, and by which experiment would you find out which part is to blame? At most ten sentences.

# %% [markdown] nbgrader={"grade_id": "explain_backpropagation", "grade": true, "solution": true, "points": 5}
# <!-- BEGIN SOLUTION -->
# Backpropagation is a way to compute the gradient of the loss at the present weights; it does not move anything, so it cannot get stuck. What may get stuck, or creep, or jump about, is the optimizer that uses the gradient: gradient descent at a flat place, a local minimum or a saddle, or with an unsuitable learning rate. The "so" does not follow either: at a local minimum the correct gradient *is* zero, and correct gradients lead there. Backpropagation can be at fault only by returning wrong numbers, which happens by a bug (a missing term, a wrong transpose). To find out: compare its gradient with central differences at the present weights, for some entries or along random directions, in float64. If they agree (relative error around 1e-7 or less), backpropagation is innocent, and one looks at the optimizer: norm of the gradient, another learning rate, another start, momentum. If they disagree, find the layer where it begins.
#
# *Points:* 2 for gradient computation versus its use, 1 for "a correct gradient may lead to a minimum, where it vanishes", 2 for a gradient check as the deciding experiment with a conclusion for both outcomes.
# <!-- END SOLUTION -->

# %% [markdown]
# ## What to take away
#
# | | forward | backward |
# |---|---|---|
# | any node | value from inputs | upstream × local |
# | add, multiply, max, copy | | distributes, swaps, routes, adds |
# | element-wise $f$ | $f(x)$ | $\mathrm{dout} * f'(x)$ |
# | affine | $xw + b$ | $\mathrm{d}x = \mathrm{dout}\,w^{\mathsf T}$, $\mathrm{d}w = x^{\mathsf T}\mathrm{dout}$, $\mathrm{d}b = \sum_n \mathrm{dout}$ |
# | order | parents first | reverse; add where paths meet |
#
# Next: whole networks, what they learn, and what their hidden units stand for.
