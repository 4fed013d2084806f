# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Chapter 1 · Machine learning overview
#
# ## 1.4 · Learning by going downhill
#
# Data, model and criterion are chosen. What is left is the fourth element: *find* good parameters. For large networks one idea has
# survived, and it is a modest one: ask which way is down, take a small step, repeat. This part shows where
# more ambitious ideas win, where they can no longer be paid for, and what decides whether the modest one works.
#
# **Shapes in this part** (the letters are those of the table in notebook 1.1)
#
# | symbol | in code | shape | meaning |
# |---|---|---|---|
# | $\theta$ | `theta`, `w` | any | the point where we are: all parameters together |
# | $P$ | `count` | number | how many parameters |
# | $J(\theta)$ | | number | the criterion: the average loss over the training set |
# | $\nabla J(\theta)$ | `grad(theta)` | shape of $\theta$ | the gradient (梯度): all partial derivatives of $J$ |
# | $\eta$ | `lr` | number | learning rate |
# | $c$ | `curvature` | number, or `(P,)` | curvature: the second derivative of $J$ along a direction |
# | | `path` | `(steps + 1, ...)` | all points visited, the start first |

# %%
import matplotlib.pyplot as plt
import numpy as np

from autograder import check
from nnkit import plot

plot.style()

# %% tags=["experiment"]
# What only the experiments need: data, ready-made models, and the course's own training loop.
import time

from matplotlib.figure import Figure
from scipy.optimize import root
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import StandardScaler

import nnkit.functional as F
from nnkit import optim
from nnkit.plot import ch01_descent
from nnkit.layers import Linear, Sequential, Tanh
from nnkit.train import fit

# %% [markdown]
# ## 1 · A universal model, and the correction of errors
#
# People learn to throw a ball by throwing it: they see by how much they missed, and change the next throw a little. A network
# learns in the same three steps: **fit, compare, correct.**
#
# *By hand:* the model is $\hat y = w x$ with one parameter. There is one example, $x = 2$ and $y = 6$, and we start at $w = 0$. The prediction is $0$, the error
# $\hat y - y = -6$: too low. Since $x$ is positive, a larger $w$ raises the prediction. We correct by
#
# $$w \leftarrow w - \eta\,(\hat y - y)\,x ,$$
#
# with $\eta = 0.1$: the new $w$ is $0 + 0.1 \cdot 6 \cdot 2 = 1.2$. Then the prediction is $2.4$, the error $-3.6$, and so on:

# %%
w = 0.0
for step in range(6):
    error = w * 2 - 6
    print(f"step {step}: w = {w:.4f}, prediction {w * 2:.4f}, error {error:.4f}")
    w = w - 0.1 * error * 2

# %% [markdown]
# The factor $x$ in the correction is credit assignment: had $x$ been 0, then $w$ would not have taken part in the prediction, and would
# deserve no blame. It is also the chain rule: $(\hat y - y)\,x$ is the derivative of $\frac12 (\hat y - y)^2$ with respect to $w$.
#
# A straight line can fit only straight-line data. The other ingredient is a model that can take on nearly any shape. The **universal approximation theorem**
# (通用近似定理) says that a network with one hidden layer can come as close as you like to any continuous function on a closed and bounded region, if it has
# enough hidden units and the fixed function in them (their *activation function*; chapter 3 is about it) is not a polynomial. It says that such weights *exist*, not how many units it takes, and not that
# correcting errors will find them.
#
# **Predict, then run.** One and the same network is trained on three functions. Then networks with 1, 2, 5 and 40 hidden units are trained on the first function, each from three random starts, the one with 2 units from ten. (Two dozen training runs: it takes a while.) Will all starts of one size end alike? Write down which sizes will follow the wave.

# %% tags=["experiment", "nbval-ignore-output"]
# About 3 s on an ordinary laptop.
curves = {
    "wave": lambda x: np.sin(3 * x),
    "corner": lambda x: np.abs(x) - 1,
    "bump": lambda x: 2 * np.exp(-4 * x**2) - 1,
}
line = np.linspace(-2, 2, 200)[:, None]  # (200, 1): one feature
loss = (F.mse_forward, F.mse_backward)


def learn_curve(target, hidden, epochs, snapshots=(), seed=0):
    """Train a 1-hidden-1 network; return its mean squared error and its output at the wanted epochs."""
    rng = np.random.default_rng(seed)
    net = Sequential(Linear(1, hidden, rng=rng), Tanh(), Linear(hidden, 1, rng=rng))
    seen = {0: net(line)}

    def remember(epoch, net, history):
        if epoch + 1 in snapshots:
            seen[epoch + 1] = net(line)

    adam = optim.Adam(net, lr=0.02)
    options = {"epochs": epochs, "batch_size": 50, "callback": remember, "progress": False}
    fit(net, line, target(line), optimizer=adam, loss=loss, rng=rng, **options)
    return np.mean((net(line) - target(line)) ** 2), seen


fig, axes = plt.subplots(1, 3, figsize=(9.5, 2.9), sharey=True)
for ax, (name, target) in zip(axes, curves.items()):
    error, seen = learn_curve(target, 40, 1000, snapshots=(20, 1000))
    ax.plot(line, target(line), "--", color="0.3", label="target")
    for (epoch, output), style in zip(seen.items(), ("-.", ":", "-")):
        color = {0: "0.6", 20: "C0"}.get(epoch, "C1")
        ax.plot(line, output, style, color=color, linewidth=1.8, label=f"epoch {epoch}")
    ax.set(title=f"{name}", xlabel="x", ylim=(-2, 2.2))
    constant = np.var(target(line))
    print(f"{name:6s} 40 hidden units, mean squared error after 1000 epochs: {error:.4f}", end=" ")
    print(f"(the best constant: {constant:.4f})")
axes[0].set_ylabel("output")
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
plt.show()

# %% tags=["experiment", "nbval-ignore-output"]
# About 7 s on an ordinary laptop.
for hidden in (1, 2, 5, 40):
    ends = [
        learn_curve(curves["wave"], hidden, 500, seed=seed)[0] for seed in range(10 if hidden == 2 else 3)
    ]
    print(f"wave with {hidden:2d} hidden units, 500 epochs:", *(f"{end:.3f}" for end in ends))

# %% [markdown]
# **What to see:** an *epoch* is one pass through the data. The gray line is the network before training, the dotted one after 20 epochs, the solid one after 1000; it hides most of the dashed target. The same architecture bends to three different targets; only the data differs.
# One hidden unit cannot follow the wave, since a single $\tanh$ only rises or only falls: it is little better than a constant.
# Forty follow it from every start. The line for two units is the instructive one: the ten starts do not end alike, and some of the errors are several times the smallest. So two units *can* do better than some of their starts find out. That is the difference between what the theorem promises (good weights exist) and what training delivers.
#
# "A universal model plus error correction" is the whole plan of this course. The rest of this part is about the second half.

# %% [markdown]
# ## 2 · Why not try everything?
#
# For the rule in notebook 1.1 we tried all 1024 candidates. Take a grid of 10 values for each of $P$ parameters. The first parameter can be chosen in 10 ways, for each of them
# the second in 10 ways, and so on: there are
#
# $$10^P$$
#
# combinations. *By hand:* at a million combinations a second, $P = 6$ takes one second, $P = 9$ takes $10^3$ seconds, a quarter of an hour, and $P = 14$ takes $10^8$ seconds, three years.
#
# **Predict, then run.** We fit a polynomial with $P$ weights to a sine, by grid search, as far as it goes. Your computer does half a million to a few million combinations a second. At how many parameters
# does the search take longer than the universe is old, $4 \cdot 10^{17}$ seconds?
# %% tags=["experiment", "nbval-ignore-output"]
x = np.linspace(-1, 1, 20)
y = np.sin(np.pi * x)
values = np.linspace(-4, 4, 10)
rate = None
for count in range(1, 7):
    powers = x[:, None] ** np.arange(count)  # (20, P)
    start, best = time.perf_counter(), np.inf
    # One slice of the grid at a time keeps memory small.
    for first in values if count > 1 else [None]:
        inner = count - (count > 1)
        rest = np.stack(np.meshgrid(*[values] * inner, indexing="ij"), axis=-1).reshape(-1, inner)
        grid = rest if first is None else np.column_stack([np.full(len(rest), first), rest])
        best = min(best, np.min(np.sum((grid @ powers.T - y) ** 2, axis=1)) / 20)
    seconds = time.perf_counter() - start
    rate = 10**count / seconds
    tried = f"P = {count}: {10**count:>9,} combinations, {seconds:7.3f} s"
    print(f"{tried}, best mean squared error {best:.3f}")
exact = np.linalg.lstsq(powers, y, rcond=None)[0]
print(f"P = 6, best weights anywhere (least squares): {np.mean((powers @ exact - y) ** 2):.6f}")
drawn = np.random.default_rng(0).uniform(-4, 4, (10**6, 6))
at_random = min(np.min(np.sum((a @ powers.T - y) ** 2, axis=1)) / 20 for a in np.array_split(drawn, 20))
print(f"P = 6, the best of a million random combinations: {at_random:.3f}")
print(f"about {rate:.0e} combinations a second")

# %% tags=["experiment", "nbval-ignore-output"]
year, universe = 3.156e7, 13.8e9 * 3.156e7  # seconds
numbers = np.arange(1, 31)
fig, ax = plt.subplots(figsize=(7, 3.5))
ax.semilogy(numbers, 10.0**numbers / rate, "o-", label="grid search, 10 values each")
nudged = 1000 * (numbers + 1) / rate
ax.semilogy(numbers, nudged, "s-", label="1000 downhill steps, each parameter nudged once per step")
for seconds, name in ((3600, "an hour"), (year, "a year"), (universe, "age of the universe")):
    ax.axhline(seconds, color="0.6", linestyle=":")
    ax.text(0.3, seconds * 4, name, fontsize=8.5, color="0.3")
ax.set(xlabel="number of parameters P", ylabel="time (s)", ylim=(1e-7, 1e26))
ax.legend(loc="upper left")
plt.show()
enough = int(np.ceil(np.log10(universe * rate)))
print(f"parameters at which the grid takes longer than the universe is old: {enough}")
count = 784 * 16 + 16 + 16 * 16 + 16 + 16 * 10 + 10
print(f"a 784-16-16-10 network: 10 to the power of {count:,} combinations")

# %% [markdown]
# **What to see:** every parameter multiplies the cost by ten; the axis is logarithmic, the line is straight, and it runs past the age of the universe
# at about two dozen parameters. A computer a thousand times faster shifts it by three parameters. The lower line is 1000 steps downhill, even if the slope had to be found by nudging
# each parameter (notebook 1.1 showed a cheaper way). And the grid is coarse: with $P = 6$ its best combination is even worse than with $P = 5$, because 0 is not among its ten values (and the best weights of all lie outside the box). The small network for digits from notebook 1.1 has 13,002 parameters. Random search has
# no grid and is better at $P = 6$ (printed above), though still far off. But almost all of the volume is far from good, and the more so the more parameters there are.

# %% [markdown]
# ## 3 · Why not set the derivative to zero?
#
# At school one finds a minimum by solving $J'(\theta) = 0$. For $J(\theta) = \theta^2$ this gives $2\theta = 0$, done. For ridge regression it gave $M$ linear
# equations, and one system to solve. For a network this does not carry over, for four reasons.
#
# 1. **No formula.** The parameters sit inside nonlinear functions inside nonlinear functions. Already for the model $\hat y = v \tanh(w x)$ the condition
#    $\partial J / \partial w = \frac1N \sum_i (v \tanh(w x_i) - y_i)\, v\, (1 - \tanh^2(w x_i))\, x_i = 0$ cannot be solved for $w$ by algebra in general.
# 2. **Many answers.** Swap two hidden units with all their weights: the same function. Flip the signs of a $\tanh$ unit's incoming weights, of its bias and of its outgoing weights: the same function. So $H$ hidden units give $H! \cdot 2^H$ copies of nearly every solution. (*By hand:* $H = 2$ gives $2 \cdot 4 = 8$, and $H = 10$ about $3.7 \cdot 10^9$.)
# 3. **An answer need not be a minimum.** The gradient also vanishes at maxima and at **saddle points** (鞍点), which go down one way and up another.
# 4. **Size.** Even *linear* equations in $P$ unknowns cost about $P^3$ operations. For $P = 10^8$ that is $10^{24}$.
#
# Reasons 2 and 3 can be *seen*. On the left is the network of reason 1, with two parameters, so that its loss is a landscape over a plane; its examples have $y = \tanh(1.5 x)$. On the right are two hidden units,
# $\hat y = v_1 \tanh(w_1 x) + v_2 \tanh(w_2 x)$, and four parameters $\theta = (w_1, w_2, v_1, v_2)$. The examples come from such a network
# with $w = (2, 0.5)$ and $v = (1, -1)$, so the smallest possible loss is 0. The figure is a *slice*: the plane through the origin and two of the eight minima,
# $(2, 0.5, 1, -1)$ and, with the units swapped, $(0.5, 2, -1, 1)$. They are at right angles as seen from the origin ($1 + 1 - 1 - 1 = 0$) and equally far from it.


# %% tags=["experiment"]
x_small = np.linspace(-2, 2, 9)
y_small = np.tanh(2 * x_small) - np.tanh(0.5 * x_small)


def tiny_output(theta):
    """v1 tanh(w1 x) + v2 tanh(w2 x) at the nine x; theta (..., 4) holds w1, w2, v1, v2."""
    return (np.tanh(theta[..., None, :2] * x_small[:, None]) * theta[..., None, 2:]).sum(axis=-1)


def tiny_loss(theta):
    """Half the mean squared error, (...)."""
    return 0.5 * np.mean((tiny_output(theta) - y_small) ** 2, axis=-1)


def tiny_jacobian(theta):
    """Derivatives of the nine outputs with respect to the four parameters, (..., 9, 4)."""
    hidden = np.tanh(theta[..., None, :2] * x_small[:, None])
    dw = theta[..., None, 2:] * (1 - hidden**2) * x_small[:, None]
    return np.concatenate([dw, hidden], axis=-1)


def tiny_gradient(theta):
    error = tiny_output(theta) - y_small  # (..., 9)
    return (error[..., None] * tiny_jacobian(theta)).mean(axis=-2)


# %% tags=["experiment"]
def one_unit_loss(theta):
    """Half the mean squared error of v tanh(w x) against tanh(1.5 x); theta (..., 2) holds w, v."""
    output = theta[..., 1:] * np.tanh(theta[..., :1] * x_small)
    return 0.5 * np.mean((output - np.tanh(1.5 * x_small)) ** 2, axis=-1)


def one_unit_gradient(theta):
    hidden = np.tanh(theta[..., :1] * x_small)
    error = theta[..., 1:] * hidden - np.tanh(1.5 * x_small)
    dw = np.mean(error * theta[..., 1:] * (1 - hidden**2) * x_small, axis=-1)
    return np.stack([dw, np.mean(error * hidden, axis=-1)], axis=-1)


def walk(gradient, theta, lr, steps):
    path = [theta]
    for _ in range(steps):
        path.append(path[-1] - lr * gradient(path[-1]))
    return np.array(path)


plane = np.array([[2, 0.5, 1, -1], [0.5, 2, -1, 1]]) / 2.5  # two unit vectors, (2, 4)
fig, (left, right) = plt.subplots(1, 2, figsize=(10.5, 5.2))
levels = [0, *np.geomspace(0.002, 2, 14)]
ch01_descent.surface(left, one_unit_loss, 3, levels)
starts = [[0.3, -0.2], [-0.25, 0.3], [2.5, -2], [-2.8, 2], [-1, -2.8], [0.05, 2.8]]
path = walk(one_unit_gradient, np.array(starts), 0.2, 4000)
ch01_descent.descent_paths(left, path.swapaxes(0, 1)[:, ::20], [[0, 0]], [[1.5, 1], [-1.5, -1]])
left.set(xlabel="w", ylabel="v", title="one unit: the whole landscape")
left.legend(loc="lower right", fontsize=8)
ch01_descent.surface(right, lambda point: tiny_loss(point @ plane), 4, levels)
near = np.array([[0.3, 0.1], [-0.1, 0.35], [0.1, -0.35], [-0.3, -0.2]]) @ plane
path = walk(tiny_gradient, near, 0.5, 4000) @ plane.T
minima = 2.5 * np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
ch01_descent.descent_paths(right, path.swapaxes(0, 1)[:, ::20], [[0, 0]], minima)
right.set(xlabel="along (2, 0.5, 1, −1) / 2.5", ylabel="along (0.5, 2, −1, 1) / 2.5")
right.set_title("two units: a slice with 4 of 8 minima")
plt.show()
print("eigenvalues of the second derivatives at the origin:", end=" ")
print(np.linalg.eigvalsh([(tiny_gradient(1e-5 * e) / 1e-5) for e in np.eye(4)]).round(2) + 0.0)

# %% [markdown]
# **What to see:** dark is low. Left, two minima, copies by the sign flip of reason 2, and between them a saddle point at the origin: along one diagonal the ground falls, along the
# other it rises. There is a dot on a path every 20 steps: they lie far apart on the slopes and crowd on the floor of the valley, near the star, where there is hardly any slope left. A path that starts beside the saddle point turns away from it. Right, four copies of one solution. (The paths live in four dimensions and
# leave the slice a little on their way; what is drawn is their projection onto it.) The last line shows that the origin is a saddle also in four dimensions: two negative curvatures and two positive ones. The slope there is
# zero, and the network always says 0.
#
# **Predict, then run.** We hand $\nabla J = 0$, four equations in four unknowns, to a good numerical solver of equations, from 300 random starts. Where will it end more often: in one of
# the eight minima, or in the saddle point? Does anything in the equations tell them apart? (A few seconds.)

# %% tags=["experiment", "nbval-ignore-output"]
# About 4 s on an ordinary laptop.
def kind_of(theta, h=1e-5):
    """A minimum has curvatures above zero only."""
    rows = [(tiny_gradient(theta + h * e) - tiny_gradient(theta - h * e)) / (2 * h) for e in np.eye(4)]
    return "minimum" if np.linalg.eigvalsh(np.array(rows)).min() > 0 else "saddle point"


def solve_for_zero_slope(start):
    """A zero of the gradient, or None: no convergence, or on the way to infinity."""
    with np.errstate(all="ignore"):
        result = root(tiny_gradient, start)
    near = np.abs(result.x).max() < 20 and np.abs(tiny_gradient(result.x)).max() < 1e-9
    return result.x if result.success and near else None


starts = np.random.default_rng(1).normal(0, 2, (300, 4))
found = {"minimum": [], "saddle point": []}
for theta in filter(lambda theta: theta is not None, map(solve_for_zero_slope, starts)):
    found[kind_of(theta)].append(tuple(np.round(theta, 2) + 0.0))
minima, saddles = len(found["minimum"]), len(found["saddle point"])
print(f"{len(starts)} starts: {len(starts) - minima - saddles} found no solution,", end=" ")
print(f"{minima} a minimum, {saddles} a saddle point")
for kind, points in found.items():
    print(f"{kind}: {len(set(points))} different")
    for point in sorted(set(points)):
        weights = "   w = ({:5.2f}, {:5.2f})  v = ({:5.2f}, {:5.2f})".format(*point)
        print(weights, f" loss {tiny_loss(np.array(point)):.4f}")

# %% [markdown]
# **What to see:** nearly nine starts of ten end nowhere (we count it so, too, when a weight passes 20: toward infinity all slopes vanish, and there is no solution there). The solver works on the equations $\nabla J = 0$ and never looks at $J$: it is *blind to the loss*. For it the saddle point in the middle is as good an
# answer as a minimum, and in this run it ends there more often than in all the minima together. All minima found are copies of one another, as reason 2 says.
#
# ### Solving, but with an eye on the loss
#
# So is it the ambition that fails, the use of more than the slope? Let us see. The method of **Levenberg and Marquardt** is an ambitious one that *does* look at the loss. Near $\theta$ it replaces the network
# by its linear approximation: a move by $\delta$ changes the predictions from $\hat y$ to about $\hat y + \phi\delta$, where $\phi$ `(N, P)` holds the derivatives of each prediction with respect to each parameter. (If the model is linear in its parameters, this *is* the
# matrix of features.) The best $\delta$, held short by a penalty, is that of
#
# $$\lVert \hat y + \phi\delta - y \rVert^2 + \lambda \lVert \delta \rVert^2, \qquad \text{and setting the gradient to zero,} \quad 2\phi^\top(\hat y + \phi\delta - y) + 2\lambda\delta = 0, \quad \text{gives}$$
#
# $$(\phi^\top \phi + \lambda I)\, \delta = -\phi^\top (\hat y - y) .$$
#
# It is ridge regression (notebook 1.2) without an offset, and it predicts what is missing, $y - \hat y$, from the derivatives; hence the minus before the error. The strength $\lambda$ mixes two methods: for $\lambda = 0$ the linear equations are solved outright; for a large $\lambda$ they say
# $\delta \approx -\phi^\top(\hat y - y)/\lambda$, a short step against the gradient.
#
# *By hand:* one parameter, two examples, $\phi = (1, 2)^\top$, errors $\hat y - y = (1, 3)$. Then $\phi^\top\phi = 5$ and $\phi^\top(\hat y - y) = 7$. With $\lambda = 2$ the step is $-7/(5 + 2) = -1$, with $\lambda = 0$ it is $-1.4$, with
# $\lambda = 695$ only $-0.01$.
#
# **Task.** Write `damped_step(phi, error, lam) -> delta`, shapes `(N, P), (N,) -> (P,)`, where `error` is $\hat y - y$ and `lam` $> 0$.
#
# *Hint:* there are $P$ equations. Which of the two products of `phi` with itself has the shape `(P, P)`?


# %% nbgrader={"grade_id": "damped_step", "solution": true}
def damped_step(phi, error, lam):
    """The delta that minimizes ||error + phi delta||² + lam ||delta||².

    phi (N, P) derivatives of the predictions, error (N,) predictions minus targets, lam > 0 -> delta (P,).
    """
    ### BEGIN SOLUTION
    return -np.linalg.solve(phi.T @ phi + lam * np.eye(phi.shape[1]), phi.T @ error)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_damped_step", "grade": true, "points": 4}
check(damped_step)

# %% [markdown]
# Now both methods on the two hidden units, from the same 100 starts. The ambitious one takes your step if the loss falls, and makes $\lambda$ smaller; otherwise it stays and makes $\lambda$ larger. The modest one takes 10,000 small steps, each against the gradient. **Predict, then run:** which one
# arrives more often, and in how many steps?

# %% tags=["experiment", "nbval-ignore-output"]
# About 3 s on an ordinary laptop.
def by_damped_steps(theta, most=200):
    """Final loss, and how many steps were tried."""
    lowest, lam, count = tiny_loss(theta), 1.0, 0
    while count < most and lowest > 1e-12:
        step = damped_step(tiny_jacobian(theta), tiny_output(theta) - y_small, lam)
        count += 1
        if tiny_loss(theta + step) < lowest:
            theta, lowest, lam = theta + step, tiny_loss(theta + step), lam / 3
        else:
            lam = 4 * lam
    return lowest, count


ends = np.array([by_damped_steps(start) for start in starts[:100]])
theta = starts[:100].copy()
for _ in range(10_000):
    theta -= 0.5 * tiny_gradient(theta)
losses = tiny_loss(theta)
print(f"loss of the network that always says 0: {tiny_loss(np.zeros(4)):.4f}")
for name, loss_end, cost in (
    ("damped steps", ends[:, 0], f"{np.median(ends[:, 1]):.0f} steps (median)"),
    ("going downhill", losses, "10,000 steps"),
):
    shares = ", ".join(f"below {b}: {np.mean(loss_end < b):4.0%}" for b in (0.01, 0.0001))
    print(f"{name:15s} loss {shares}, worst {loss_end.max():.4f}, {cost}")

# %% [markdown]
# **What to see:** with four parameters the ambitious method wins, and clearly: it arrives more often, and a run needs far fewer steps, a few dozen where the other is given 10,000. (One of its steps costs more, but with four parameters only a few times more.) Neither is caught by the saddle point. A step against the gradient leads away from it, along the direction in which the loss falls; a damped step is only taken if the loss falls. (For the solver of equations, by contrast, a saddle point is a place to
# be drawn to like any other zero.) If your network has four parameters, use damped steps.
#
# What decides against it is reason 4. Each of its steps solves a linear system with a matrix of `(P, P)`; a step downhill needs only the gradient. We measure both: the time to solve one such system, and the time of
# one forward and backward run of a network of $P$ parameters on 64 examples.

# %% tags=["experiment", "nbval-ignore-output"]
def shortest(task, repeats=3):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return min(times)


rng = np.random.default_rng(0)
counts, solving, stepping = (125, 250, 500, 1000, 2000), [], []
for count in counts:
    matrix, right_side = rng.normal(size=(count, count)) + count * np.eye(count), rng.normal(size=count)
    solving.append(shortest(lambda: np.linalg.solve(matrix, right_side)))
    hidden = count // 25  # 20 inputs, 4 outputs: about 25 parameters for each hidden unit
    net = Sequential(Linear(20, hidden, rng=rng), Tanh(), Linear(hidden, 4, rng=rng))
    batch, upstream = rng.normal(size=(64, 20)), rng.normal(size=(64, 4))
    stepping.append(shortest(lambda: (net(batch), net.backward(upstream)), 20))
fig, ax = plt.subplots(figsize=(7, 3.6))
ax.loglog(counts, solving, "o-", label="one linear system, as a damped step needs it")
far = np.geomspace(2000, 1e8, 20)
ax.loglog(far, solving[-1] * (far / 2000) ** 3, ":", color="C0", label="the system, continued as P³")
ax.loglog(counts, stepping, "s-", color="C1", label="one gradient of a network, 64 examples")
ax.axhline(3.156e7, color="0.6", linestyle=":")
ax.text(150, 6e7, "a year", fontsize=8.5, color="0.3")
ax.set(xlabel="number of parameters P", ylabel="time (s)", ylim=(1e-6, 1e16))
ax.legend(fontsize=8, loc="upper left")
plt.show()
slope = np.log(solving[-1] / solving[-3]) / np.log(4)
print(f"P = 2000: {solving[-1]:.3f} s for one system; from P = 500 on it grows like P to the {slope:.1f}")
for count in (13_002, 10**8):
    once = solving[-1] * (count / 2000) ** 3
    memory = 8.0 * count**2 / 1e9
    print(f"P = {count:,}: about {once:.1e} s for one system, {memory:.1e} GB for its matrix")

# %% [markdown]
# **What to see:** twice the parameters cost several times the time (2 to the power of the printed exponent; it comes close to 3, and the factor to 8, only for large $P$), while the gradient's time hardly moves in this range. Continued as $P^3$, one step for the 13,002 parameters of the little digit network takes minutes. For a hundred million it takes millions of years (the printed seconds divided by $3.2 \cdot 10^7$), and the matrix alone fills ten thousand disks of 8 terabytes.
# (There are methods in between, which work with an approximation of that matrix. They are used, but plain descent and its relatives remain the rule for large networks.)
#
# So the modest method is not the best one. It is the one whose price stays in proportion to $P$. *What would change our minds:* a way to take such a step at a price in proportion to $P$.

# %% [markdown]
# ## 4 · One step downhill
#
# *Idea.* Near $\theta$ the criterion changes by about $\nabla J(\theta)^\top \delta$ when we move by a small $\delta$ (that is what a derivative says). Among all $\delta$ of a given length
# this is most negative when $\delta$ points against the gradient: $\nabla J^\top \delta$ is $\lVert \nabla J \rVert \lVert \delta \rVert$ times the cosine of the angle between them, and no cosine is below $-1$. With $\delta = -\eta \nabla J(\theta)$ the change is about
#
# $$-\eta\, \lVert \nabla J(\theta) \rVert^2 \le 0 .$$
#
# So for a *small enough* $\eta$ a step lowers $J$, unless the gradient is zero. Repeat it, and you have **gradient descent** (梯度下降):
#
# $$\theta_{t+1} = \theta_t - \eta\, \nabla J(\theta_t) .$$
#
# Shapes: the gradient has the shape of $\theta$, whatever that is.
#
# *By hand:* $J(\theta) = \theta^2$, so $J'(\theta) = 2\theta$. From $\theta_0 = 10$ with $\eta = 0.1$: $\theta_1 = 10 - 0.1 \cdot 20 = 8$, then $\theta_2 = 8 - 0.1 \cdot 16 = 6.4$.
#
# **Task.** Write `gradient_descent(grad, x0, lr, steps) -> path`. `x0`, as most libraries call it, is the start $\theta_0$, a number or an array of any shape; `grad(theta)` takes one point and returns the gradient
# there. `path` has shape `(steps + 1, ...)`, and `path[0]` is `x0` as floats.
#
# *Hint:* never change a point in place; the path must keep the old ones.


# %% nbgrader={"grade_id": "gradient_descent", "solution": true}
def gradient_descent(grad, x0, lr, steps):
    """All points visited by gradient descent.

    grad(point) -> gradient, of the point's shape; x0 a number or array -> path (steps + 1, ...), float.
    """
    ### BEGIN SOLUTION
    point = np.array(x0, dtype=float)
    path = [point]
    for _ in range(steps):
        point = point - lr * np.asarray(grad(point))
        path.append(point)
    return np.array(path)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_gradient_descent", "grade": true, "points": 5}
check(gradient_descent)

# %% [markdown]
# ### From 10, with different steps
#
# All start at 10 and want to go to 0, the minimum of $J(\theta) = \theta^2$. Only the learning rate differs. **Predict, then run:** for each of the rates 0.1, 0.01, 0.5, 0.9, 1.0 and 1.1 write
# down the point after one step, and whether the run will arrive.


# %% tags=["experiment"]
def slope(theta):
    return 2 * theta


for lr in (0.1, 0.01, 0.5, 0.9, 1.0, 1.1):
    path = gradient_descent(slope, 10, lr, 20)
    shown = "  ".join(f"{value:7.2f}" for value in path[:6])
    print(f"lr {lr:4.2f}: {shown}  ... after 20 steps {path[-1]:8.2f}")

# %% [markdown]
# The whole story follows from one line. Insert $J'(\theta) = 2\theta$:
#
# $$\theta_{t+1} = \theta_t - 2 \eta\, \theta_t = (1 - 2\eta)\, \theta_t \qquad\Longrightarrow\qquad \theta_t = (1 - 2\eta)^t\, \theta_0 .$$
#
# Every step multiplies by the same factor $1 - 2\eta$. It arrives if $|1 - 2\eta| < 1$, that is for $0 < \eta < 1$.
#
# | $\eta$ | factor | what happens |
# |---|---|---|
# | $0.01$ | $0.98$ | creeps: 20 steps still leave $0.98^{20} \approx 67\%$ of the way |
# | $0.1$ | $0.8$ | arrives |
# | $0.5$ | $0$ | arrives in one step |
# | $0.9$ | $-0.8$ | jumps back and forth across the valley, and arrives |
# | $1$ | $-1$ | jumps between 10 and −10 forever |
# | $1.1$ | $-1.2$ | jumps farther each time |
#
# Nothing here is special about the number 2: it is the second derivative, the **curvature** (曲率). For $J(\theta) = \frac c2 \theta^2$ the factor is $1 - \eta c$, and gradient descent
# arrives exactly when
#
# $$0 < \eta < \frac2c .$$
#
# *Steeply curved valleys want small steps.* Move the slider:

# %% tags=["experiment", "nbval-ignore-output"]
# About 9 s on an ordinary laptop.
def parabola_frame(lr):
    figure = Figure(figsize=(7, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    path = gradient_descent(slope, 10, lr, 20)
    grid = np.linspace(-16, 16, 200)
    left.plot(grid, grid**2, color="0.7")
    inside = path[np.abs(path) <= 16]
    left.plot(inside, inside**2, "o-", color="C1", linewidth=1, markersize=4)
    left.plot(10, 100, "o", color="C0", markersize=8)
    right.plot(np.abs(path), "o-", color="C1", markersize=4)
    left.set(
        xlim=(-16, 16),
        ylim=(-10, 256),
        xlabel="θ",
        ylabel="J(θ) = θ²",
        title=f"learning rate {lr:.2f}",
    )
    right.set(
        yscale="log",
        ylim=(1e-3, 1e3),
        xlabel="step",
        ylabel="distance from 0",
        title=f"factor of each step {1 - 2 * lr:+.2f}",
    )
    return figure


rates = (0.01, 0.03, 0.1, 0.2, 0.4, 0.5, 0.6, 0.8, 0.9, 0.97, 1.0, 1.05, 1.1)
frames, labels = [parabola_frame(lr) for lr in rates], [f"{lr:.2f}" for lr in rates]
plot.slider(frames, labels, "learning rate", start=8, still=(0, 2, 8, 12))

# %% [markdown]
# **What to see:** left the path on the parabola from the blue start, right the distance from the goal on a logarithmic axis. Below 0.5 the path
# stays on one side, above it crosses at each step. The right-hand line is straight, because each step multiplies by the same factor; it is flat at 1.0
# and climbs beyond. (At 0.5 the first step arrives, and the logarithm of the distance 0 cannot be drawn: the line leaves the panel. At 1.1 the path soon leaves the left panel.)

# %% [markdown]
# ### Two directions, one learning rate
#
# With several parameters there are several curvatures but only one $\eta$. Take the ravine $J(\theta) = \frac12 (\theta_1^2 + 20\, \theta_2^2)$: curvature 1 along, 20 across. The factors of one step are $1 - \eta$ and $1 - 20\eta$.
# Across, it must hold that $\eta < 2/20 = 0.1$; along, such an $\eta$ means a factor of at least $0.9$ in each step. The steepest direction sets the speed limit and the flattest one decides how long
# the journey takes. The largest curvature divided by the smallest, here 20, is the **condition number** (条件数).

# %% tags=["experiment"]
stretch = np.array([1.0, 20.0])
fig, axes = plt.subplots(2, 2, figsize=(10.5, 4.4), sharex=True, sharey=True)
for ax, (lr, across, steps) in zip(
    axes.flat, ((0.005, 2.5, 40), (0.04, 2.5, 40), (0.095, 2.5, 40), (0.104, 0.6, 20))
):
    path = gradient_descent(lambda theta: stretch * theta, [-10, across], lr, steps)
    value = 0.5 * np.sum(stretch * path**2, axis=1)
    ch01_descent.ravine(ax, stretch, path, f"rate {lr}: J = {value[-1]:.3g} after {steps} steps")
    print(f"lr {lr:5.3f}: factor along {1 - lr:.3f}, across {1 - 20 * lr:+.2f};", end=" ")
    print(f"J goes from {value[0]:.1f} to {value[-1]:.3g} in {steps} steps")
for ax in axes[1]:
    ax.set_xlabel("θ₁ (flat direction)")
for ax in axes[:, 0]:
    ax.set_ylabel("θ₂ (steep)")
plt.show()

# %% [markdown]
# **What to see:** both axes have one scale, so each step leaves its contour at a right angle. The first run creeps; the second goes down into the ravine at once and then moves along its bottom; the third zigzags but makes good
# progress; the fourth, a little above the limit of 0.1, climbs the walls although it starts close to the bottom.

# %% [markdown]
# ### Any quadratic bowl, in its own coordinates
#
# That ravine lies along the axes. A ravine of real data lies obliquely, and then every component of $\theta$ mixes fast and slow. The tool that unmixes them is the one of PCA. Take
# linear regression, $\phi$ `(N, P)`, $y$ `(N,)`, with the criterion
#
# $$J(\theta) = \frac1{2N} \lVert \phi\theta - y \rVert^2, \qquad \nabla J = \frac1N \phi^\top (\phi\theta - y), \qquad \text{shapes: } (P, N)\,(N,) = (P,) .$$
#
# *Step 1: the bowl.* At the minimum $\theta^*$ the gradient is zero: $\phi^\top(\phi\theta^* - y) = 0$. Write $\phi\theta - y = \phi(\theta - \theta^*) + (\phi\theta^* - y)$ and multiply out. The mixed term
# contains $\phi^\top(\phi\theta^* - y)$ and vanishes, so
#
# $$J(\theta) = J(\theta^*) + \tfrac12 (\theta - \theta^*)^\top A\, (\theta - \theta^*), \qquad \nabla J = A\,(\theta - \theta^*), \qquad A = \tfrac1N \phi^\top \phi, \text{ shape } (P, P) .$$
#
# *Step 2: its axes.* $A$ is symmetric. Like the covariance matrix in notebook 1.1 it has $P$ eigenvectors $u_j$ of length 1 at right angles, $A u_j = c_j u_j$. (If the features have mean 0, $A$ *is* their covariance
# matrix: the curvatures are the variances along the principal components.) Let $z_j = u_j^\top (\theta - \theta^*)$ be how far we are from the minimum along $u_j$. Then $\theta - \theta^* = \sum_j z_j u_j$, and
#
# $$J(\theta) - J(\theta^*) = \tfrac12 \sum_{j=1}^P c_j z_j^2 .$$
#
# *Step 3: one step of descent.* Subtract $\theta^*$ on both sides of the update, and take the component along $u_j$, using $u_j^\top A = c_j u_j^\top$:
#
# $$\theta_{t+1} - \theta^* = (\theta_t - \theta^*) - \eta A (\theta_t - \theta^*) \quad\Longrightarrow\quad z_j \leftarrow (1 - \eta c_j)\, z_j \quad\Longrightarrow\quad z_j(t) = (1 - \eta c_j)^t\, z_j(0) .$$
#
# So descent in any bowl is a set of independent one-dimensional problems, one for each direction, all with the same $\eta$. Descent arrives from everywhere exactly when $|1 - \eta c_j| < 1$ for all $j$ with $c_j > 0$:
#
# $$0 < \eta < \frac{2}{c_\text{max}} .$$
#
# *Step 4: the best rate.* The slowest direction decides, so we want the largest of the $|1 - \eta c_j|$ as small as possible. It belongs to the smallest or to the largest curvature: $1 - \eta c_\text{min}$ falls with $\eta$,
# $\eta c_\text{max} - 1$ rises. Their maximum is smallest where the two are equal:
#
# $$\eta_\text{best} = \frac{2}{c_\text{min} + c_\text{max}}, \qquad \text{factor of one step} = \frac{c_\text{max} - c_\text{min}}{c_\text{max} + c_\text{min}} = \frac{\kappa - 1}{\kappa + 1}, \qquad \kappa = \frac{c_\text{max}}{c_\text{min}} .$$
#
# With a condition number $\kappa = 20$ that is $19/21 \approx 0.905$; with $\kappa = 470$, which we shall meet below, it is $0.996$.
#
# *By hand:* take for $A$ the matrix $\begin{pmatrix} 2.5 & 2 \\ 2 & 2.5 \end{pmatrix}$ of notebook 1.1, with $c = 4.5$ along $(1, 1)/\sqrt2$ and $0.5$ along $(1, -1)/\sqrt2$, and $\theta^* = 0$. The limit is $2/4.5 \approx 0.444$, the
# best rate $2/5 = 0.4$, and then the factors are $1 - 0.4 \cdot 4.5 = -0.8$ and $1 - 0.4 \cdot 0.5 = 0.8$. From $\theta_0 = (2, 0)$ one step goes to $(2, 0) - 0.4 \cdot (5, 4) = (0, -1.6)$. Check: along $(1, 1)/\sqrt2$ the
# coordinate went from $\sqrt2$ to $-0.8 \sqrt2$, along $(1, -1)/\sqrt2$ from $\sqrt2$ to $0.8 \sqrt2$.

# %% tags=["experiment"]
oblique = np.array([[2.5, 2.0], [2.0, 2.5]])
fig, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4.8), width_ratios=(1.25, 1))
for lr, style in ((0.1, "oC0-"), (0.4, "sC1--"), (0.46, None)):  # the last grows out of the picture
    path = gradient_descent(lambda theta: oblique @ theta, [2, 0], lr, 12)
    if style:
        left.plot(*path[:7].T, style, markersize=6, linewidth=1.3, label=f"rate {lr}")
    sides = path @ np.array([[1, 1], [1, -1]]) / np.sqrt(2)  # coordinates along both axes
    predicted = np.sqrt(2) * (1 - lr * np.array([4.5, 0.5])) ** 12
    print(f"rate {lr}: after 12 steps z = {sides[-1].round(4)}, predicted {predicted.round(4)}")
ring = np.stack([np.cos(np.linspace(0, 7, 200)), np.sin(np.linspace(0, 7, 200))])
values, vectors = np.linalg.eigh(oblique)
for height in (0.1, 0.4, 1, 2, 4, 7):
    contour = vectors @ (ring * np.sqrt(2 * height / values)[:, None])
    left.plot(*contour, color="0.75", linewidth=0.8, zorder=0)
for j in (0, 1):
    left.plot(*np.outer([-3, 3], vectors[:, j]).T, color="0.3", linestyle=":", linewidth=1)
left.plot(2, 0, "ko", markersize=9)
left.annotate("start", (2, 0), (-2, 9), textcoords="offset points")
left.set(xlim=(-1.1, 2.5), ylim=(-2.1, 1.2), aspect="equal", xlabel="θ₁", ylabel="θ₂")
left.set_title("an oblique bowl")
left.legend(loc="upper left")
rates = np.linspace(0, 0.5, 200)
slowness = {f"curvature {c}": (rates, np.abs(1 - rates * c)) for c in (0.5, 4.5)}
ch01_descent.rate_curves(right, slowness, 0.4)
right.set_title("the slower direction decides")
plt.show()

# %% [markdown]
# **What to see:** left, the dotted lines are the eigenvectors. At the rate 0.1 (blue) the steep direction is done after a few steps, and what is left creeps along the flat one. At the best rate (orange) both shrink equally fast: the path changes sides in the steep direction at each step and stays on its side in the flat one. Along the eigenvectors nothing is mixed, and the printed coordinates agree with the formula (at 0.46, above the limit, the steep one has grown). Right, the factor of each direction; the bold line is the
# larger one. It is smallest where the two meet, at $2/(0.5 + 4.5) = 0.4$ (left dotted line), and exceeds 1 beyond $2/4.5 \approx 0.444$ (right dotted line).

# %% [markdown]
# **Task.** Write `largest_stable_rate(phi) -> float`: the rate $2/c_\text{max}$ beyond which descent on $J(\theta) = \frac1{2N}\lVert \phi\theta - y \rVert^2$ runs away. Note what it does *not* need: neither $y$ nor a single step.
#
# *By hand:* $\phi = \begin{pmatrix} 1 & 2 \\ 2 & 1 \end{pmatrix}$ has $\frac12 \phi^\top\phi = \begin{pmatrix} 2.5 & 2 \\ 2 & 2.5 \end{pmatrix}$, the bowl above: the answer is $4/9 \approx 0.444$.
#
# *Hint:* `np.linalg.eigh` and `np.linalg.eigvalsh` are made for symmetric matrices. In which order do they return the eigenvalues?


# %% nbgrader={"grade_id": "largest_stable_rate", "solution": true}
def largest_stable_rate(phi):
    """The limit of the learning rate for descent on ||phi theta − y||² / (2N).

    phi: (N, P)  ->  a float: 2 over the largest eigenvalue of phiᵀ phi / N
    """
    ### BEGIN SOLUTION
    curvatures = np.linalg.eigvalsh(phi.T @ phi / len(phi))
    return float(2 / curvatures[-1])
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_largest_stable_rate", "grade": true, "points": 4}
check(largest_stable_rate)

# %% [markdown]
# ### On real data: the limit, predicted and met
#
# Linear regression on the diabetes patients of notebook 1.2, 11 weights. Your function says where the limit is. **Predict, then run:** what will the loss do at one percent below the limit, and what at one percent above,
# in 300 steps from $\theta = 0$? At once, or later?

# %% tags=["experiment"]
raw, score = load_diabetes(return_X_y=True, scaled=False)
phi = np.column_stack([np.ones(len(raw)), StandardScaler().fit_transform(raw)])
curvature, axes_of_bowl = np.linalg.eigh(phi.T @ phi / len(phi))
curvature, axes_of_bowl = curvature[::-1], axes_of_bowl[:, ::-1]  # steepest first
limit = largest_stable_rate(phi)
print(f"curvatures from {curvature[-1]:.4f} to {curvature[0]:.3f};", end=" ")
print(f"predicted limit of the learning rate {limit:.4f}")


def regression_slope(theta):
    return phi.T @ (phi @ theta - score) / len(phi)


best = np.linalg.lstsq(phi, score, rcond=None)[0]
lowest = 0.5 * np.mean((phi @ best - score) ** 2)
fig, ax = plt.subplots(figsize=(7, 3.6))
for part, style in zip((0.01, 0.1, 0.5, 0.99, 1.01), ("-", "--", "-", "-.", ":")):
    path = gradient_descent(regression_slope, np.zeros(11), part * limit, 300)
    excess = 0.5 * np.mean((path @ phi.T - score) ** 2, axis=1) - lowest
    ax.semilogy(excess, style, color="C6" if part > 1 else None)
    end = (306, excess[-1]) if part < 1 else (60, 4e5)  # each line bears its own label
    ax.text(*end, f"{part:.2f} × limit", va="center", fontsize=9)
    print(f"{part:.2f} × limit: loss above the lowest after 300 steps {excess[-1]:9.3g}")
ax.set(xlabel="step", ylabel="loss − lowest possible loss", xlim=(-8, 375), ylim=(0.5, 1e6))
plt.show()
unscaled = np.column_stack([np.ones(len(raw)), raw])
bad = np.linalg.eigvalsh(unscaled.T @ unscaled / len(raw))
print(f"condition number with standardized features {curvature[0] / curvature[-1]:,.0f}")
print(f"condition number without standardizing {bad.max() / bad.min():,.0f}")

# %% [markdown]
# **What to see:** one percent below the limit the loss still comes down; one percent above, it falls for a few steps, as long as the flatter directions gain
# more than the steepest loses, and then explodes. The prediction is exact, because the criterion is a quadratic bowl. For a network the curvatures change from place to place. The largest of them can be measured
# at the price of a few dozen gradients, and in research this is done. Hardly anyone pays that price at every step; learning rates are mostly found by trial.
# The last line is a second reason to standardize: without it the condition number is a hundred thousand times worse, and the journey through the flattest direction longer in proportion.
#
# Now the same run, one bar for each direction. Move the slider over the learning rate and watch which bars are slow:

# %% tags=["experiment", "nbval-ignore-output"]
# About 8 s on an ordinary laptop.
def bars_frame(part):
    path = gradient_descent(regression_slope, np.zeros(11), part * limit, 100)
    z = (path - best) @ axes_of_bowl  # (101, 11): coordinates along the axes of the bowl
    return ch01_descent.direction_bars(curvature, 0.5 * curvature * z**2, part, 100)


parts = (0.01, 0.03, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.95, 0.99, 1.0, 1.01, 1.03)
frames, labels = [bars_frame(part) for part in parts], [f"{p:g} × limit" for p in parts]
plot.slider(frames, labels, "learning rate", start=5, still=(0, 5, 11))

# %% [markdown]
# **What to see:** gray is the loss that each direction has at the start, blue what is left of it after 100 steps, both on a logarithmic axis. At small rates the steep directions on the left are done first. At
# half the limit the steepest one is done in a single step. (A bar that is missing is below $10^{-4}$.) Near the limit the steepest and the flattest are the slow ones, and beyond it only the steepest grows. The flattest direction is slow at any rate: even at the limit 100 steps leave two fifths of its loss. It is the one that the condition number warns of.

# %% [markdown]
# ### Where you start decides where you end
#
# $J(\theta) = \frac14 \theta^4 - \theta^2 + 0.3\, \theta$ has two valleys. Gradient descent sees the slope where it stands, and nothing else. **Predict, then run:** where do the starts 0.10 and 0.25 end?


# %% tags=["experiment"]
def two_valleys(theta):
    return theta**4 / 4 - theta**2 + 0.3 * theta


fig, ax = plt.subplots(figsize=(6.5, 3.2))
grid = np.linspace(-2.3, 2.3, 200)
ax.plot(grid, two_valleys(grid), color="0.6")
for start, color in ((-2.2, "C0"), (0.1, "C2"), (0.25, "C1"), (2.2, "C3")):
    path = gradient_descent(lambda theta: theta**3 - 2 * theta + 0.3, start, 0.1, 60)
    heights = two_valleys(path)
    ax.plot(path, heights, "o-", color=color, markersize=3.5, linewidth=0.8, label=f"from {start}")
    ax.plot(start, two_valleys(start), "o", color=color, markersize=8)
    print(f"from {start:5.2f}: arrives at θ = {path[-1]:6.3f}, J = {heights[-1]:.3f}")
ax.set(xlabel="θ", ylabel="J(θ)")
ax.legend()
plt.show()
print("all θ with zero slope:", np.sort(np.roots([1, 0, -2, 0.3]).real).round(3))

# %% [markdown]
# **What to see:** two starts close together, 0.10 and 0.25, lie on either side of the hilltop near 0.15, where the slope is also zero. One ends in the deep valley, the other in the shallow one.
# With steps as short as these, a run in one dimension stays in its valley. (A long step can jump over the hilltop: from 2.2 with the rate 0.35 the run ends in the left one.) With very many directions a point of zero slope is rarely a valley in all of them: most such points are saddles, with a way down (Dauphin and others, 2014). Still, a run can
# be unlucky, which is why results are reported over several random starts.

# %% [markdown]
# ## 5 · Quiz
#
# **1.** $J(\theta) = \theta^2$, start at $\theta_0 = 10$, $\eta = 0.25$. Where is $\theta_2$?

# %% nbgrader={"grade_id": "quiz_two_steps", "solution": true}
# quiz_two_steps = a number
### BEGIN SOLUTION
quiz_two_steps = 10 * (1 - 2 * 0.25) ** 2
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_two_steps", "grade": true, "points": 1}
check.quiz("quiz_two_steps", quiz_two_steps)

# %% [markdown]
# **2.** $J(\theta) = 4 \theta^2$. Gradient descent arrives for all learning rates between 0 and which number?

# %% nbgrader={"grade_id": "quiz_limit", "solution": true}
# quiz_limit = a number
### BEGIN SOLUTION
quiz_limit = 2 / 8
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_limit", "grade": true, "points": 1}
check.quiz("quiz_limit", quiz_limit)

# %% [markdown]
# **3.** How many combinations does a grid search try with 20 values for each of 6 parameters?

# %% nbgrader={"grade_id": "quiz_grid", "solution": true}
# quiz_grid = a whole number
### BEGIN SOLUTION
quiz_grid = 20**6
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_grid", "grade": true, "points": 1}
check.quiz("quiz_grid", quiz_grid)

# %% [markdown]
# **4.** The gradient of a network's loss is exactly zero at some point. What follows? `"a"` it is the best point, `"b"` it is a minimum, perhaps not the best,
# `"c"` gradient descent started there stays there, `"d"` the network makes no errors.

# %% nbgrader={"grade_id": "quiz_zero_gradient", "solution": true}
# quiz_zero_gradient = "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_zero_gradient = "c"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_zero_gradient", "grade": true, "points": 1}
check.quiz("quiz_zero_gradient", quiz_zero_gradient)

# %% [markdown]
# ## 6 · The chapter in formulas
#
# | what | formula | shapes |
# |---|---|---|
# | standardize | $z_j = (x_j - \mu_j) / \sigma_j$, with $\mu_j$ and $\sigma_j$ of the training set | `(N, D)`, `(D,)` |
# | covariance | $S = \frac1N \tilde x^\top \tilde x$ | `(D, N) @ (N, D) = (D, D)` |
# | principal components | $S u_j = \nu_j u_j$, share $\nu_j / \sum_{j'} \nu_{j'}$ | $u_j$ `(D,)` |
# | kNN | majority among the $k$ smallest $\lVert x_i - x \rVert$ | `(N,)` distances for each new point |
# | ridge regression | $(\phi^\top \phi + \lambda I_0)\, w = \phi^\top y$ | `(M, M) @ (M,) = (M,)` |
# | k-means | $J = \sum_i \lVert x_i - m_{\ell(i)} \rVert^2$; nearest center, then mean | $m$ `(K, D)` |
# | Q-learning | $Q(s, a) \leftarrow Q(s, a) + \alpha \bigl(r + \gamma \max_{a'} Q(s', a') - Q(s, a)\bigr)$ | $Q$ `(states, actions)` |
# | expected and empirical risk | $\mathcal R(f) = \mathbb E\, L(y, f(x))$, $\;\mathcal R_\text{emp}(f) = \frac1N \sum_i L(y_i, f(x_i))$ | numbers |
# | decomposition | $\mathbb E (y - \hat f)^2 = \sigma_\varepsilon^2 + \text{bias}^2 + \text{variance}$ | numbers |
# | edge of a cube with volume $V$ | $V^{1/D}$ | number |
# | gradient descent | $\theta_{t+1} = \theta_t - \eta \nabla J(\theta_t)$ | gradient like $\theta$ |
# | damped step | $(\phi^\top\phi + \lambda I)\,\delta = -\phi^\top(\hat y - y)$ | `(P, P) @ (P,) = (P,)` |
# | on a quadratic bowl | $z_j(t) = (1 - \eta c_j)^t z_j(0)$, arrives for $0 < \eta < 2/c_\text{max}$ | $z$ `(P,)` |
# | best rate | $\eta = 2 / (c_\text{min} + c_\text{max})$, factor $(\kappa - 1)/(\kappa + 1)$ | numbers |

# %% [markdown]
# ## 7 · Glossary
#
# | term | 中文 | in one line |
# |---|---|---|
# | action | 动作 | what an agent chooses in a state |
# | agent | 智能体 | a learner that acts |
# | artificial intelligence | 人工智能 | machines doing what takes intelligence in people |
# | backpropagation | 反向传播 | the chain rule from the end of a network to its start |
# | bias (of a fit) | 偏差 | what even the average of all fits gets wrong |
# | classification | 分类 | predicting one of a few classes |
# | cluster | 簇 | the points that belong to one center |
# | cluster assumption | 聚类假设 | classes are clumps with sparse regions between |
# | condition number | 条件数 | largest curvature divided by smallest |
# | covariance matrix | 协方差矩阵 | how features vary together |
# | credit assignment | 贡献度分配问题 | which part is to blame for the error, and by how much |
# | cross-validation | 交叉验证 | every example is used for validation once |
# | curse of dimensionality | 维度灾难 | with many features nothing is near |
# | curvature | 曲率 | second derivative: how fast the slope changes |
# | data | 数据 | the experience a learner has |
# | data leak | 数据泄漏 | the test set had a say in training |
# | deep belief net | 深度信念网络 | stacked layers of random variables |
# | deep learning | 深度学习 | many learned steps of processing, one on another |
# | differentiable | 可微 | has a derivative, so blame can pass through |
# | eigenvector | 特征向量 | a direction that a matrix only stretches |
# | expected, empirical risk | 期望风险、经验风险 | average loss over all that may come, over what we have |
# | exploration, exploitation | 探索、利用 | trying the unknown, using what is known |
# | feature | 特征 | one number that describes an example |
# | feature extraction, transformation | 特征提取、特征转换 | deciding what to measure, combining measurements |
# | gradient, gradient descent | 梯度、梯度下降 | all partial derivatives, steps against them |
# | hyperparameter | 超参数 | a setting chosen from outside |
# | inductive bias | 归纳偏置 | what a learner assumes before it sees data |
# | k-means | $k$ 均值聚类 | points to nearest centers, centers to means |
# | k nearest neighbors | $k$ 近邻 | the nearest examples vote |
# | label | 标签 | the right answer of an example |
# | learning criterion | 学习准则 | what says which of two models is better |
# | learning curve | 学习曲线 | error against the number of examples |
# | learning rate | 学习率 | how far one step goes |
# | linear discriminant analysis | 线性判别分析 | directions that separate class means |
# | loss | 损失 | how bad one prediction is |
# | machine learning | 机器学习 | choosing a function with the help of data |
# | manifold hypothesis | 流形假设 | real data lies near surfaces of few dimensions |
# | model, parameters | 模型、参数 | the family of functions, and what picks one of it |
# | neural network | 神经网络 | many connected simple units |
# | no free lunch | 没有免费午餐定理 | without assumptions no learner is better |
# | optimization algorithm | 优化算法 | how good parameters are found |
# | overfitting, underfitting | 过拟合、欠拟合 | fitting the noise, missing the signal |
# | prediction | 预测 | a model's answer |
# | preprocessing | 预处理 | cropping, cleaning |
# | principal component analysis | 主成分分析 | directions of largest variance |
# | probabilistic graphical model | 概率图模型 | random variables, and a graph of their dependence |
# | regression | 回归 | predicting a number |
# | regularization | 正则化 | less variance for a little bias |
# | reinforcement learning | 强化学习 | learning from rewards |
# | representation learning | 表示学习 | learning the features too |
# | reward, return | 奖励、回报 | what one step brings; the discounted sum of all rewards to come |
# | ridge regression | 岭回归 | least squares with a penalty on large weights |
# | saddle point | 鞍点 | flat, with a way up and a way down |
# | sample, example | 样本 | one row of the data |
# | self-training | 自训练 | learning from one's own sure predictions |
# | semi-supervised learning | 半监督学习 | few labels, many examples |
# | standardizing | 标准化 | mean 0, standard deviation 1 |
# | state | 状态 | the situation an agent is in |
# | supervised, unsupervised learning | 监督学习、无监督学习 | with right answers, without |
# | training, validation, test set | 训练集、验证集、测试集 | to fit, to choose, to judge |
# | universal approximation theorem | 通用近似定理 | enough hidden units can come close to any continuous function |
# | variance (of a fit) | 方差 | how much one fit differs from the average fit |

# %% [markdown]
# ## 8 · Where to read more
#
# - *The whole chapter:* Goodfellow, Bengio and Courville, *Deep Learning* (2016), chapter 5; 邱锡鹏,《神经网络与深度学习》(2020), chapters 1 and 2; 周志华,《机器学习》(2016), chapters 1 and 2.
# - *Bias, variance, cross-validation and how to do it wrong, the curse of dimensionality:* Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd edition (2009), chapters 2 and 7.
# - *Reinforcement learning:* Sutton and Barto, *Reinforcement Learning: An Introduction*, 2nd edition (2018), chapters 1 and 6; Watkins and Dayan, "Q-learning", *Machine Learning* 8 (1992).
# - *Credit assignment, named:* Minsky, "Steps toward artificial intelligence", *Proceedings of the IRE* 49 (1961).
# - *The regions of the map:* McCulloch and Pitts, "A logical calculus of the ideas immanent in nervous activity" (1943); Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets" (2006);
#   Zhou and Feng, "Deep forest: towards an alternative to deep neural networks" (2017).
# - *No free lunch:* Wolpert, "The lack of a priori distinctions between learning algorithms", *Neural Computation* 8 (1996).
# - *Universal approximation:* Cybenko (1989); Hornik, Stinchcombe and White (1989); Leshno, Lin, Pinkus and Schocken (1993), with the condition "not a polynomial".
# - *Neighbors:* Cover and Hart, "Nearest neighbor pattern classification", *IEEE Transactions on Information Theory* 13 (1967).
# - *Double descent:* Belkin, Hsu, Ma and Mandal, "Reconciling modern machine-learning practice and the classical bias–variance trade-off", *PNAS* 116 (2019).
# - *Damped steps:* Levenberg, "A method for the solution of certain non-linear problems in least squares" (1944); Marquardt, "An algorithm for least-squares estimation of nonlinear parameters" (1963).
# - *Saddle points:* Dauphin and others, "Identifying and attacking the saddle point problem in high-dimensional non-convex optimization", *NeurIPS* (2014).
# - *Descent on a quadratic, with more to play with:* Goh, "Why momentum really works", *Distill* (2017).
#
# **The chapter in three sentences.** Learning is choosing a function with the help of data, with a model, a criterion and an algorithm. What counts is performance on new data, and the gap between old and new can be measured. For models with millions of parameters the algorithm is a step downhill, repeated, and the gradient that it needs is what you are going to write.
#
# Next: chapter 2, linear models and losses.
