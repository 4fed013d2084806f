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
# ## Part 4: Learning by going downhill
#
# Data, model and criterion are chosen. What is left is the fourth element: *find* good parameters. For large networks one idea has
# survived, and it is almost embarrassingly modest: look which way is down, take a small step, repeat. This part shows why
# the more ambitious ideas fail, and what decides whether the modest one works.
#
# **Shapes in this part**
#
# | symbol | in code | shape | meaning |
# |---|---|---|---|
# | $\theta$ | `x`, `w` | any | the point where we are: all parameters together |
# | $P$ | | number | how many parameters |
# | $\nabla f(\theta)$ | `grad(x)` | shape of $\theta$ | the gradient (梯度): all partial derivatives of the criterion $f$ |
# | $\eta$ | `lr` | number | learning rate |
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
from nnkit.layers import Linear, Sequential, Tanh
from nnkit.train import fit

# %% [markdown]
# ## 1 · A universal model, and the correction of errors
#
# A neural network learns as people learn to throw a ball: try, see by how much you missed, correct a little in the direction that would have
# missed less. **Fit, compare, correct.**
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
# A line can only fit lines. The other ingredient is a model that can take on nearly any shape. The **universal approximation theorem**
# (通用近似定理) says that a network with one hidden layer can come as close as you like to any continuous function on a closed and bounded region, if it has
# enough hidden units and their activation is not a polynomial. It says that such weights *exist*, not how many units it takes, and not that
# correcting errors will find them. So let us try: one and the same network, three functions.

# %% tags=["experiment", "nbval-ignore-output"]
curves = {
    "wave": lambda x: np.sin(3 * x),
    "corner": lambda x: np.abs(x) - 1,
    "bump": lambda x: 2 * np.exp(-4 * x**2) - 1,
}
line = np.linspace(-2, 2, 200)[:, None]  # (200, 1): one feature
loss = (F.mse_forward, F.mse_backward)


def learn_curve(target, hidden, epochs, snapshots=()):
    """Train a 1-hidden-1 network; return its mean squared error and its output at the wanted epochs."""
    rng = np.random.default_rng(0)
    net = Sequential(Linear(1, hidden, rng=rng), Tanh(), Linear(hidden, 1, rng=rng))
    seen = {0: net(line)}

    def remember(epoch, net, history):
        if epoch + 1 in snapshots:
            seen[epoch + 1] = net(line)

    fit(
        net,
        line,
        target(line),
        optimizer=optim.Adam(net, lr=0.02),
        loss=loss,
        epochs=epochs,
        rng=rng,
        callback=remember,
        progress=False,
    )
    return np.mean((net(line) - target(line)) ** 2), seen


fig, axes = plt.subplots(1, 3, figsize=(9.5, 2.9), sharey=True)
for ax, (name, target) in zip(axes, curves.items()):
    error, seen = learn_curve(target, 40, 1000, snapshots=(20, 1000))
    ax.plot(line, target(line), "--", color="0.3", label="target")
    for (epoch, output), color in zip(seen.items(), ("0.75", "C0", "C1")):
        ax.plot(line, output, color=color, linewidth=1.6, label=f"epoch {epoch}")
    ax.set(title=f"{name}", xlabel="x", ylim=(-2, 2.2))
    print(f"{name:6s} 40 hidden units, mean squared error after 1000 epochs: {error:.4f}")
axes[0].legend(fontsize=8, ncols=2, loc="upper center")
plt.show()
for hidden in (1, 2, 5, 40):
    print(f"wave with {hidden:2d} hidden units: {learn_curve(curves['wave'], hidden, 1000)[0]:.4f}")

# %% [markdown]
# **What to see:** the same architecture bends to three different targets; only the data differ. With one or two hidden units it does not learn to follow the wave,
# with five it nearly does, with forty closely. Is that because fewer units could not follow it, or because this training did not find out how? The theorem does not say.
#
# "A universal model plus error correction" is the whole plan of this course. The rest of this part is about the second half.

# %% [markdown]
# ## 2 · Why not try everything?
#
# For the rule in Part 1 we tried all 1024 candidates. Take a grid of 10 values for each of $P$ parameters, and there are
#
# $$10^P$$
#
# combinations. Let us run this search as far as it goes: fit a polynomial with $P$ weights to a sine.

# %% tags=["experiment", "nbval-ignore-output"]
x = np.linspace(-1, 1, 20)
y = np.sin(np.pi * x)
values = np.linspace(-4, 4, 10)
rate = None
for count in range(1, 7):
    powers = x[:, None] ** np.arange(count)  # (20, P)
    start, best = time.perf_counter(), np.inf
    for first in (
        values if count > 1 else [None]
    ):  # one slice of the grid at a time keeps memory small
        rest = np.stack(
            np.meshgrid(*[values] * (count - (count > 1)), indexing="ij"), axis=-1
        ).reshape(-1, count - (count > 1))
        grid = rest if first is None else np.column_stack([np.full(len(rest), first), rest])
        best = min(best, np.min(np.sum((grid @ powers.T - y) ** 2, axis=1)) / 20)
    seconds = time.perf_counter() - start
    rate = 10**count / seconds
    print(
        f"P = {count}: {10**count:>9,} combinations, {seconds:7.3f} s, best mean squared error {best:.3f}"
    )
exact = np.linalg.lstsq(powers, y, rcond=None)[0]
print(f"P = 6, best weights anywhere (least squares): {np.mean((powers @ exact - y) ** 2):.6f}")
print(f"about {rate:.0e} combinations a second")

# %% tags=["experiment", "nbval-ignore-output"]
year, universe = 3.156e7, 13.8e9 * 3.156e7  # seconds
numbers = np.arange(1, 31)
fig, ax = plt.subplots(figsize=(7, 3.5))
ax.semilogy(numbers, 10.0**numbers / rate, "o-", label="grid search, 10 values each")
ax.semilogy(
    numbers,
    1000 * (numbers + 1) / rate,
    "o-",
    label="1000 downhill steps, each parameter nudged once a step",
)
for seconds, name in ((3600, "an hour"), (year, "a year"), (universe, "age of the universe")):
    ax.axhline(seconds, color="0.6", linestyle=":")
    ax.text(0.3, seconds * 1.6, name, fontsize=8.5, color="0.3")
ax.set(xlabel="number of parameters P", ylabel="time (s)", ylim=(1e-7, 1e26))
ax.legend(loc="upper left")
plt.show()
print(
    f"parameters at which the grid takes longer than the universe is old: {int(np.ceil(np.log10(universe * rate)))}"
)
print(
    f"a 784-16-16-10 network: 10 to the power of {784 * 16 + 16 + 16 * 16 + 16 + 16 * 10 + 10:,} combinations"
)

# %% [markdown]
# **What to see:** every parameter multiplies the cost by ten; the axis is logarithmic, the line is straight, and it runs past the age of the universe
# at about two dozen parameters. A computer a thousand times faster shifts it by three parameters. The lower line is 1000 steps downhill, even if the slope had to be found by nudging
# each parameter (Part 1 showed a cheaper way). And the grid is coarse: with $P = 6$ the best combination on it is far from the best there is, and even worse than with $P = 5$, because 0 is not among its ten values. The small network for digits from Part 1 has 13,002 parameters. Random search fails
# for the same reason: almost all of the volume is far from good.

# %% [markdown]
# ## 3 · Why not set the derivative to zero?
#
# At school one finds a minimum by solving $f'(x) = 0$. For $f(x) = x^2$ this gives $2x = 0$, done. For ridge regression it gave $M$ linear
# equations, and done in one stroke. For a network this does not carry over, for four reasons.
#
# 1. **No formula.** The parameters sit inside nonlinear functions inside nonlinear functions. Already for the model $\hat y = u \tanh(v x)$ the condition
#    $\partial L / \partial v = \sum_i (u \tanh(v x_i) - y_i)\, u\, (1 - \tanh^2(v x_i))\, x_i = 0$ cannot be solved for $v$ by algebra in general.
# 2. **Many answers.** Swap two hidden units with all their weights: the same function. Flip the signs of a $\tanh$ unit's incoming and outgoing
#    weights: the same function. So $H$ hidden units give $H! \cdot 2^H$ copies of nearly every solution.
# 3. **An answer need not be a minimum.** The gradient also vanishes at maxima and at **saddle points** (鞍点), which go down one way and up another.
# 4. **Size.** Even *linear* equations in $P$ unknowns cost about $P^3$ operations. For $P = 10^8$ that is $10^{24}$.
#
# All but the last can be watched in a network with two hidden units and four parameters, $\hat y = u_1 \tanh(v_1 x) + u_2 \tanh(v_2 x)$. The data come from such a network
# with $v = (2, 0.5)$ and $u = (1, -1)$, so the smallest possible loss is 0. We hand $\nabla L = 0$, four equations in four unknowns, to a good numerical solver, from
# 600 random starts.

# %% tags=["experiment", "nbval-ignore-output"]
x_small = np.linspace(-2, 2, 9)
y_small = np.tanh(2 * x_small) - np.tanh(0.5 * x_small)


def tiny_loss(p):
    """Half the mean squared error of u1 tanh(v1 x) + u2 tanh(v2 x); p (..., 4) holds v1, v2, u1, u2."""
    hidden = np.tanh(p[..., None, :2] * x_small[:, None])  # (..., 9, 2)
    return 0.5 * np.mean(((hidden * p[..., None, 2:]).sum(axis=-1) - y_small) ** 2, axis=-1)


def tiny_gradient(p):
    hidden = np.tanh(p[..., None, :2] * x_small[:, None])
    error = ((hidden * p[..., None, 2:]).sum(axis=-1) - y_small)[..., None]  # (..., 9, 1)
    dv = (error * p[..., None, 2:] * (1 - hidden**2) * x_small[:, None]).mean(axis=-2)
    return np.concatenate([dv, (error * hidden).mean(axis=-2)], axis=-1)


def curvatures(p, h=1e-5):
    """Eigenvalues of the matrix of second derivatives."""
    rows = [(tiny_gradient(p + h * e) - tiny_gradient(p - h * e)) / (2 * h) for e in np.eye(4)]
    return np.linalg.eigvalsh((np.array(rows) + np.array(rows).T) / 2)


rng = np.random.default_rng(1)
starts = rng.normal(0, 2, (600, 4))
found, nothing = {"minimum": [], "saddle point": []}, 0
for start in starts:
    with np.errstate(all="ignore"):
        result = root(tiny_gradient, start)
    if (
        not result.success
        or np.abs(result.x).max() > 20
        or np.abs(tiny_gradient(result.x)).max() > 1e-9
    ):
        nothing += 1  # no convergence, or on the way to infinity
        continue
    kind = "minimum" if curvatures(result.x).min() > 0 else "saddle point"
    found[kind].append(tuple(np.round(result.x, 2) + 0.0))
minima, saddles = len(found["minimum"]), len(found["saddle point"])
print(f"600 starts: {nothing} found no solution, {minima} a minimum, {saddles} a saddle point")
for kind, points in found.items():
    print(f"{kind}: {len(set(points))} different")
    for point in sorted(set(points)):
        print(
            "   v = ({:5.2f}, {:5.2f})  u = ({:5.2f}, {:5.2f})".format(*point),
            f" loss {tiny_loss(np.array(point)):.4f}",
        )

# %% [markdown]
# **What to see:** nearly nine starts of ten end nowhere. Of the rest, more than half end in the saddle point where all weights are 0: there the gradient vanishes, and the network
# does nothing at all. The minima are copies of one another: $2! \cdot 2^2 = 8$ in all, as reason 2 says.
#
# Now the modest idea, from the first 100 of the same starts: 10,000 small steps, each against the gradient.

# %% tags=["experiment", "nbval-ignore-output"]
p = starts[:100].copy()
for _ in range(10_000):
    p -= 0.5 * tiny_gradient(p)
losses = tiny_loss(p)
always_zero = tiny_loss(np.zeros(4))
print(f"loss of the network that always says 0: {always_zero:.4f}")
for bound in (0.01, 0.0001):
    print(f"downhill: loss below {bound} in {np.mean(losses < bound):.0%} of the starts")
before = tiny_loss(starts[:100])
print(f"median loss at the start {np.median(before):.4f}, at the end {np.median(losses):.6f}")
print(f"worst loss at the end {losses.max():.4f}")

# %% [markdown]
# Most starts reach the bottom, and none is left at the saddle point. A method that looks only at the ground under its feet finds what the solver of equations misses.

# %% [markdown]
# ## 4 · One step downhill
#
# *Idea.* Near $\theta$ the criterion changes by about $\nabla f(\theta)^\top \delta$ when we move by a small $\delta$ (that is what a derivative says). Among all $\delta$ of one length
# this is most negative when $\delta$ points against the gradient. With $\delta = -\eta \nabla f(\theta)$ the change is about
#
# $$-\eta\, \lVert \nabla f(\theta) \rVert^2 \le 0 .$$
#
# So for a *small enough* $\eta$ a step lowers $f$, unless the gradient is zero. Repeat it, and you have **gradient descent** (梯度下降):
#
# $$\theta_{t+1} = \theta_t - \eta\, \nabla f(\theta_t) .$$
#
# Shapes: the gradient has the shape of $\theta$, whatever that is.
#
# *By hand:* $f(x) = x^2$, so $f'(x) = 2x$. From $x_0 = 10$ with $\eta = 0.1$: $x_1 = 10 - 0.1 \cdot 20 = 8$, then $x_2 = 8 - 0.1 \cdot 16 = 6.4$.
#
# **Task.** Write `gradient_descent(grad, x0, lr, steps) -> path`. `grad(x)` takes one point and returns the gradient there; `x0` is a number or an
# array of any shape. `path` has shape `(steps + 1, ...)`, and `path[0]` is `x0` as floats.
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


# %% nbgrader={"grade_id": "check_gradient_descent", "grade": true, "points": 6}
check(gradient_descent)

# %% [markdown]
# ### From x = 10, with different steps
#
# All start at 10 and want to go to 0. Only the learning rate differs.


# %% tags=["experiment"]
def slope(x):
    return 2 * x


for lr, verdict in (
    (0.1, "arrives"),
    (0.01, "creeps"),
    (0.5, "arrives at once"),
    (0.9, "overshoots, and arrives all the same"),
    (1.0, "overshoots forever"),
    (1.1, "overshoots more each time"),
):
    path = gradient_descent(slope, 10, lr, 20)
    shown = "  ".join(f"{value:7.2f}" for value in path[:6])
    print(f"lr {lr:4.2f}: {shown}  ... after 20 steps {path[-1]:8.2f}   {verdict}")

# %% [markdown]
# The whole story follows from one line. Insert $f'(x) = 2x$:
#
# $$x_{t+1} = x_t - 2 \eta\, x_t = (1 - 2\eta)\, x_t \qquad\Longrightarrow\qquad x_t = (1 - 2\eta)^t\, x_0 .$$
#
# Every step multiplies by the same factor $1 - 2\eta$. It arrives if $|1 - 2\eta| < 1$, that is for $0 < \eta < 1$.
#
# | $\eta$ | factor | what happens |
# |---|---|---|
# | $0.01$ | $0.98$ | creeps: 20 steps still leave $0.98^{20} \approx 67\,\%$ of the way |
# | $0.1$ | $0.8$ | arrives |
# | $0.5$ | $0$ | arrives in one step |
# | $0.9$ | $-0.8$ | jumps to and fro across the valley, and arrives |
# | $1$ | $-1$ | jumps between 10 and −10 for ever |
# | $1.1$ | $-1.2$ | jumps farther each time |
#
# Nothing here is special about the number 2: it is the second derivative, the **curvature** (曲率). For $f(x) = \frac c2 x^2$ the factor is $1 - \eta c$, and gradient descent
# arrives exactly when
#
# $$0 < \eta < \frac2c .$$
#
# *Steeply curved valleys want small steps.* Move the slider:


# %% tags=["experiment", "nbval-ignore-output"]
def parabola_frame(lr):
    figure = Figure(figsize=(7, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    path = gradient_descent(slope, 10, lr, 20)
    grid = np.linspace(-16, 16, 200)
    left.plot(grid, grid**2, color="0.7")
    inside = path[np.abs(path) <= 16]
    left.plot(inside, inside**2, "o-", color="C1", linewidth=1, markersize=4)
    left.plot(10, 100, "o", color="C0", markersize=8)
    left.set(
        xlim=(-16, 16),
        ylim=(-10, 256),
        xlabel="x",
        ylabel="f(x) = x²",
        title=f"learning rate {lr:.2f}",
    )
    right.plot(np.abs(path), "o-", color="C1", markersize=4)
    right.set(
        yscale="log",
        ylim=(1e-3, 1e3),
        xlabel="step",
        ylabel="distance from 0",
        title=f"factor per step {1 - 2 * lr:+.2f}",
    )
    return figure


rates = (0.01, 0.03, 0.1, 0.2, 0.4, 0.5, 0.6, 0.8, 0.9, 0.97, 1.0, 1.05, 1.1)
plot.slider([parabola_frame(lr) for lr in rates], [f"{lr:.2f}" for lr in rates], "learning rate")

# %% [markdown]
# **What to see:** left the path on the parabola from the blue start, right the distance from the goal on a logarithmic axis. Below 0.5 the path
# stays on one side, above it crosses at each step. The right-hand line is straight, because each step multiplies by the same factor; it is flat at 1.0
# and climbs beyond.

# %% [markdown]
# ### Two directions, one learning rate
#
# With several parameters there are several curvatures but only one $\eta$. Take the ravine $f(x, y) = \frac12 (x^2 + 20 y^2)$: curvature 1 along, 20 across. The factors per step are $1 - \eta$ and $1 - 20\eta$.
# Across, it must hold that $\eta < 2/20 = 0.1$; along, such an $\eta$ means at least a factor of $0.9$ a step. The steepest direction sets the speed limit and the flattest one decides how long
# the journey takes. Their ratio, here 20, is the **condition number** (条件数).

# %% tags=["experiment"]
stretch = np.array([1.0, 20.0])
xs, ys = np.meshgrid(np.linspace(-11, 11, 120), np.linspace(-4, 4, 100))
fig, axes = plt.subplots(2, 2, figsize=(9.5, 4.6), sharex=True, sharey=True)
for ax, lr in zip(axes.flat, (0.005, 0.04, 0.095, 0.101)):
    path = gradient_descent(lambda p: stretch * p, [-10, 2.5], lr, 40)
    value = 0.5 * np.sum(stretch * path**2, axis=1)
    ax.contour(
        xs,
        ys,
        0.5 * (xs**2 + 20 * ys**2),
        levels=np.geomspace(0.5, 200, 9),
        colors="0.8",
        linewidths=0.8,
    )
    ax.plot(*path.T, "o-", color="C1", linewidth=1, markersize=3)
    ax.plot(*path[0], "o", color="C0", markersize=7)
    ax.set(title=f"lr {lr}: f = {value[-1]:.3g} after 40 steps", xlim=(-11, 11), ylim=(-4, 4))
    ax.grid(False)
    print(
        f"lr {lr:5.3f}: factor along {1 - lr:.3f}, across {1 - 20 * lr:+.2f}; f falls from {value[0]:.1f} to {value[-1]:.3g}"
    )
for ax in axes[1]:
    ax.set_xlabel("x (flat direction)")
for ax in axes[:, 0]:
    ax.set_ylabel("y (steep direction)")
plt.show()

# %% [markdown]
# **What to see:** the first creeps; the second goes down into the ravine at once and then wanders along its bottom; the third zigzags but makes good way; the
# fourth, only a little above the limit of 0.1, climbs the walls.

# %% [markdown]
# ### On real data: the limit, predicted and met
#
# Linear regression on the diabetes patients of Part 2, with criterion $f(w) = \frac1{2N} \lVert \phi w - y \rVert^2$ and gradient
# $\frac1N \phi^\top (\phi w - y)$. The matrix of second derivatives is $\frac1N \phi^\top \phi$; its eigenvalues are the curvatures. The largest, $c_\text{max}$, should set
# the limit $2 / c_\text{max}$. We run far below it, just below and just above, from $w = 0$.

# %% tags=["experiment"]
raw, score = load_diabetes(return_X_y=True, scaled=False)
phi = np.column_stack([np.ones(len(raw)), StandardScaler().fit_transform(raw)])
curvature = np.linalg.eigvalsh(phi.T @ phi / len(phi))
limit = 2 / curvature.max()
print(
    f"curvatures from {curvature.min():.4f} to {curvature.max():.3f}; predicted limit of the learning rate {limit:.4f}"
)


def regression_slope(w):
    return phi.T @ (phi @ w - score) / len(phi)


best = np.linalg.lstsq(phi, score, rcond=None)[0]
lowest = 0.5 * np.mean((phi @ best - score) ** 2)
fig, ax = plt.subplots(figsize=(7, 3.4))
for part in (0.01, 0.1, 0.5, 0.99, 1.01):
    path = gradient_descent(regression_slope, np.zeros(11), part * limit, 300)
    excess = 0.5 * np.mean((path @ phi.T - score) ** 2, axis=1) - lowest
    ax.semilogy(excess, label=f"{part:.2f} × limit", color="C6" if part > 1 else None)
    print(f"{part:.2f} × limit: loss above the lowest possible after 300 steps {excess[-1]:9.3g}")
ax.set(xlabel="step", ylabel="loss − lowest possible loss", ylim=(1, 1e6))
ax.legend(ncols=2)
plt.show()
unscaled = np.column_stack([np.ones(len(raw)), raw])
bad = np.linalg.eigvalsh(unscaled.T @ unscaled / len(raw))
print(f"condition number with standardized features {curvature.max() / curvature.min():,.0f}")
print(f"condition number without standardizing {bad.max() / bad.min():,.0f}")

# %% [markdown]
# **What to see:** one per cent below the limit the loss still comes down; one per cent above, it falls for a few steps, as long as the flatter directions gain
# more than the steepest loses, and then explodes. The prediction from the curvature is exact, because the criterion is
# a quadratic bowl. For a network the curvature changes from place to place and nobody computes it, which is why learning rates are found by trying.
# The last line is a second reason to standardize: without it the condition number is a hundred thousand times worse, and the journey through the flattest direction longer in proportion.

# %% [markdown]
# ### Where you start decides where you end
#
# $f(x) = \frac14 x^4 - x^2 + 0.3 x$ has two valleys. Gradient descent looks at its feet only.


# %% tags=["experiment"]
def two_valleys(x):
    return x**4 / 4 - x**2 + 0.3 * x


fig, ax = plt.subplots(figsize=(6.5, 3.2))
grid = np.linspace(-2.3, 2.3, 200)
ax.plot(grid, two_valleys(grid), color="0.6")
for start, color in ((-2.2, "C0"), (0.1, "C2"), (0.25, "C1"), (2.2, "C3")):
    path = gradient_descent(lambda x: x**3 - 2 * x + 0.3, start, 0.1, 60)
    ax.plot(
        path,
        two_valleys(path),
        "o-",
        color=color,
        markersize=3.5,
        linewidth=0.8,
        label=f"from {start}",
    )
    ax.plot(start, two_valleys(start), "o", color=color, markersize=8)
    print(f"from {start:5.2f}: arrives at x = {path[-1]:6.3f}, f = {two_valleys(path[-1]):.3f}")
ax.set(xlabel="x", ylabel="f(x)")
ax.legend()
plt.show()
print("all x with zero slope:", np.sort(np.roots([1, 0, -2, 0.3]).real).round(3))

# %% [markdown]
# **What to see:** two starts close together, 0.10 and 0.25, part at the hilltop near 0.15, whose slope is also zero. One ends in the deep valley, the other in the shallow one.
# In large networks this is found to be a smaller worry than it looks here: with very many directions, most places of zero slope still go down in some of them. A run can
# still be unlucky, which is why results are reported over several random starts.

# %% [markdown]
# ## 5 · Quiz
#
# **1.** $f(x) = x^2$, start at $x_0 = 10$, $\eta = 0.25$. Where is $x_2$?

# %% nbgrader={"grade_id": "quiz_two_steps", "solution": true}
# quiz_two_steps = a number
### BEGIN SOLUTION
quiz_two_steps = 10 * (1 - 2 * 0.25) ** 2
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_two_steps", "grade": true, "points": 1}
check.quiz("quiz_two_steps", quiz_two_steps)

# %% [markdown]
# **2.** $f(x) = 4 x^2$. Gradient descent arrives for all learning rates between 0 and which number?

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
# | standardize | $z = (x - \mu_\text{train}) / \sigma_\text{train}$ | `(N, D)`, `(D,)` |
# | covariance | $S = \frac1N \tilde x^\top \tilde x$ | `(D, N) @ (N, D) = (D, D)` |
# | principal components | $S u = \nu u$, share $\nu_j / \sum_i \nu_i$ | $u$ `(D,)` |
# | kNN | majority among the $k$ smallest $\lVert x_i - x \rVert$ | `(N,)` distances a query |
# | ridge regression | $(\phi^\top \phi + \lambda P)\, w = \phi^\top y$ | `(M, M) @ (M,) = (M,)` |
# | k-means | $J = \sum_i \lVert x_i - c_{\ell(i)} \rVert^2$; nearest center, then mean | $c$ `(K, D)` |
# | Q-learning | $Q(s, a) \leftarrow Q(s, a) + \alpha \bigl(r + \gamma \max_{a'} Q(s', a') - Q(s, a)\bigr)$ | $Q$ `(S, A)` |
# | expected and empirical risk | $R(f) = \mathbb E\, L(y, f(x))$, $\;R_\text{emp}(f) = \frac1N \sum_i L(y_i, f(x_i))$ | numbers |
# | decomposition | $\mathbb E (y - \hat f)^2 = \sigma^2 + \text{bias}^2 + \text{variance}$ | numbers |
# | edge of a cube with share $p$ | $p^{1/d}$ | number |
# | gradient descent | $\theta_{t+1} = \theta_t - \eta \nabla f(\theta_t)$ | gradient like $\theta$ |
# | on $\frac c2 x^2$ | $x_t = (1 - \eta c)^t x_0$, arrives for $0 < \eta < 2/c$ | numbers |

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
# | machine learning | 机器学习 | choosing a function by data |
# | manifold hypothesis | 流形假设 | real data lie near surfaces of few dimensions |
# | model, parameters | 模型、参数 | the family of functions, and what picks one of it |
# | neural network | 神经网络 | many connected simple units |
# | no free lunch | 没有免费午餐定理 | without assumptions no learner is better |
# | optimization algorithm | 优化算法 | how good parameters are found |
# | overfitting, underfitting | 过拟合、欠拟合 | fitting the noise, missing the signal |
# | prediction | 预测 | a model's answer |
# | preprocessing | 预处理 | cropping, scaling, cleaning |
# | principal component analysis | 主成分分析 | directions of largest variance |
# | probabilistic graphical model | 概率图模型 | random variables, and a graph of their dependence |
# | regression | 回归 | predicting a number |
# | regularization | 正则化 | less variance for a little bias |
# | reinforcement learning | 强化学习 | learning from rewards |
# | representation learning | 表示学习 | learning the features too |
# | reward, return | 奖励、回报 | what one step brings, and all later steps together |
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
#
# **The chapter in three sentences.** Learning is choosing a function by data, with a model, a criterion and an algorithm. What counts is new data, and the gap to the old ones
# can be measured. For models with millions of parameters the algorithm is a step downhill, repeated, and the gradient that it needs is what you are going to write.
#
# Next: chapter 2, linear models and losses.
