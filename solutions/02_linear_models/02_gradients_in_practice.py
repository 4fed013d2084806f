# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 2.2 · Gradients in practice
#
# A wrong gradient rarely crashes. Usually the loss still falls, only more slowly and not so far, and nothing
# says why. So before gradients become complicated we build the instrument that tests them, and find out how
# far the instrument itself can be trusted. Then two things that every training run uses: estimating a gradient
# from a few examples, and keeping weights small.
#
# The squared loss of notebook 2.1 comes from the course's library `nnkit.functional`, which holds the
# functions you write in these notebooks under the same names. Letters mean what the table in 2.1 says.

# %%
import matplotlib.pyplot as plt
import numpy as np

from autograder import check
from nnkit import plot

plot.style()

# %% tags=["experiment"]
# Data and losses, for the experiments only.
from sklearn.datasets import load_diabetes

from nnkit.plot import ch02_linear
from nnkit.functional import mse_backward, mse_forward

# %% [markdown]
# ## 1 · A gradient without calculus
#
# The derivative is the limit of a slope. Stop before the limit and you have the **forward difference**
# (前向差分), or, looking to both sides, the **central difference** (中心差分):
#
# $$\frac{f(x+h) - f(x)}{h} \qquad\qquad \frac{f(x+h) - f(x-h)}{2h}.$$
#
# **By hand**, $f(x) = x^2$ at $x = 3$, where the derivative is 6, with $h = 0.1$: forward
# $(9.61 - 9)/0.1 = 6.1$; central $(9.61 - 8.41)/0.2 = 6$.
#
# Taylor's series shows why the second is better:
#
# $$f(x \pm h) = f(x) \pm h f'(x) + \tfrac{h^2}{2} f''(x) \pm \tfrac{h^3}{6} f'''(x) + \dots$$
#
# In the forward difference the term with $f''$ stays, divided by $h$: the error is about
# $\tfrac{h}{2}f''$. In the central difference it cancels, as all even terms do: the error is about
# $\tfrac{h^2}{6}f'''$. Halving $h$ halves the first and quarters the second. For one variable both cost two evaluations. For $n$ variables the central difference costs $2n$ and the forward difference $n + 1$, since all forward differences share $f(x)$.
#
# For a function of many variables, do this to one entry of $x$ at a time. The result has the shape of $x$.
#
# ### Exercise: the numerical gradient
#
# Return the central-difference gradient of `f` at `x`. `f` takes an array of `x`'s shape and returns a
# number. `x` may have any shape, even none (a single number), may hold whole numbers, and must be the
# same after the call as before.
#
# The step $h$ of the formulas is called `eps` here, as in most libraries. (It is not the rounding error of the
# computer, which the next section calls $\epsilon$.)
#
# *Example:* `f = lambda x: np.sum(x**2)`, `x = [[1, 2], [3, 4]]` gives `[[2, 4], [6, 8]]`.
#
# *Hint:* `x + 1e-6` is lost if the array can hold only whole numbers. `np.ndindex(x.shape)` visits every
# position of an array of any shape.

# %% nbgrader={"grade_id": "numerical_gradient", "solution": true}
def numerical_gradient(f, x, eps=1e-6):
    """Central-difference gradient of the number f(x). x of any shape -> grad, float, the shape of x."""
    ### BEGIN SOLUTION
    x = np.array(x, dtype=float)  # a copy of our own, able to hold x + eps
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        value = x[index]
        x[index] = value + eps
        above = f(x)
        x[index] = value - eps
        below = f(x)
        x[index] = value
        grad[index] = (above - below) / (2 * eps)
    return grad
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_numerical_gradient", "grade": true, "points": 6}
check(numerical_gradient)

# %% [markdown]
# ## 2 · How small should the step be?
#
# "As small as possible" is the natural answer, and it is wrong. A floating-point number keeps about 16 digits
# (float64) or 7 (float32): each value of $f$ carries a relative rounding error of up to
# $\epsilon = 1.1\cdot10^{-16}$ or $6\cdot10^{-8}$. The difference of two nearly equal values keeps
# the absolute error and loses the leading digits (**cancellation**, 相消), and dividing by $2h$ magnifies what
# is left:
#
# $$\text{error}(h) \;\approx\; \underbrace{\frac{h^2}{6}\,|f'''|}_{\text{truncation}}
# + \underbrace{\frac{\epsilon\,|f|}{h}}_{\text{rounding}} .$$
#
# Setting the derivative with respect to $h$ to zero gives the best step,
# $h^* = (3\,\epsilon\,|f|/|f'''|)^{1/3}$: of the order of $10^{-5}$ in float64 and $10^{-2}$ in
# float32. At best the error is of the order of $\epsilon^{2/3}$: even then about a third of the
# digits is lost.
#
# **Predict, then run.** We measure it for $f(x) = \log(1 + e^x)$ at $x = 1$, whose derivative
# $1/(1 + e^{-x})$ we know. How many digits will be right in float32 with $h = 10^{-6}$, the step that is
# excellent in float64?

# %% tags=["experiment", "nbval-ignore-output"]
def f(x):
    return np.log(1 + np.exp(x))


truth = 1 / (1 + np.exp(-1.0))
third = abs(truth * (1 - truth) * (1 - 2 * truth))  # the size of the third derivative
steps = 10.0 ** np.arange(-15, 0.01, 0.125)
lowest = {}
fig, axes = plt.subplots(1, 2, figsize=(9.5, 4.2), sharey=True, width_ratios=(2, 3))
for ax, dtype, rounding, first in zip(axes, (np.float32, np.float64), (2.0**-24, 2.0**-53), (1e-10, 1e-15)):
    h, x = steps[steps >= first].astype(dtype), dtype(1)
    central = np.abs([(f(x + step) - f(x - step)) / (2 * step) - truth for step in h]) / truth
    forward = np.abs([(f(x + step) - f(x)) / step - truth for step in h]) / truth
    formula = (h**2 * third / 6 + rounding * f(1.0) / h) / truth
    ax.loglog(h, forward, ":", color="C1", lw=1.8, label="forward difference")
    ax.loglog(h, central, color="C0", label="central difference")
    ax.loglog(h, formula, "k--", lw=1, label="the formula, for the central one")
    ax.set(xlabel="step h", ylim=(3e-18, 30), title=dtype.__name__)
    lowest[dtype.__name__] = (h[np.argmin(formula)], formula.min())
    if dtype is np.float32:
        at_millionth = central[np.argmin(np.abs(h - 1e-6))]
complex_step = np.abs(f(1 + 1j * steps).imag / steps - truth) / truth
axes[1].loglog(steps, np.maximum(complex_step, 1e-17), color="C2", lw=1, label="complex step")
axes[0].set(ylabel="relative error")
fig.legend(*axes[1].get_legend_handles_labels(), loc="outside lower center", ncols=4)
plt.show()
for name, (h, error) in lowest.items():
    print(f"central, {name}: the formula is lowest at h = {h:.0e}, relative error there {error:.0e}")
print(f"central, float32 at h = 1e-06: relative error {at_millionth:.0e}")

# %% [markdown]
# *What to see:* hardly one digit is right (the last printed line: an error of 6%). In both panels each difference draws a V. The right arm
# is truncation, rising with slope 2 for central and 1 for forward differences. The left arm is rounding, ragged
# because rounding errors look random. The dashed lines are the formula above. In float32 (left) the dashed formula is lowest near $10^{-2}$, and even there only four or five digits are right (first printed line). And below $h = 10^{-7.5}$ nothing at all is left: $1 + h$ is rounded to 1, both values of
# $f$ are the same, and the relative error is exactly 1; in float64 the same happens near $10^{-16}$, beyond the left edge of its panel. (Single points dip below the trend by luck; so the printed lines give the bottom of the dashed formula, not the lowest point.)
#
# Two consequences. **Check gradients in float64**, even those of networks that will train in float32. And do
# not ask for agreement to $10^{-12}$: no step size delivers it.
#
# The line at the bottom of the right panel is a trick worth knowing, the **complex step**: for a function written with ordinary
# formulas, $\operatorname{Im} f(x + ih)/h = f'(x) - \tfrac{h^2}{6}f'''(x) + \dots$, where Im is the imaginary part. (Put $ih$ for $h$ into Taylor's series and use $i^2 = -1$.) Nothing is subtracted, hence
# nothing cancels, and $h$ can be tiny; only its truncation error is left, which from about $h = 10^{-7}$ on rises along with that of the central difference. It fails silently where the code takes an absolute value or compares numbers,
# so it is no replacement. (Errors of exactly zero are drawn at $10^{-17}$.)

# %% [markdown]
# ## 3 · Kinks
#
# Taylor's series needs derivatives. The hinge loss (notebook 2.4) and the ReLU (chapter 3) have a
# **kink** (折点), a point where the slope jumps. If the interval $[x - h, x + h]$ contains the kink, the central
# difference returns a mixture of both slopes: its error is of the size of the jump, not of $h^2$.
#
# **By hand:** $f(x) = \max(0, x)$ at $x = 0.3$ has slope 1. With $h = 0.5$ the difference is
# $(0.8 - 0)/1 = 0.8$.
#
# How often does it happen? If $x$ is a standard normal number, the chance of lying within $h$ of the kink
# is about $2h/\sqrt{2\pi} \approx 0.8\,h$.

# %% tags=["experiment"]
rng = np.random.default_rng(0)
points = rng.normal(size=200_000)
slopes = (points > 0).astype(float)
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
line = np.linspace(-1, 1.2, 200)
left.plot(line, np.maximum(0, line), label="f(x) = max(0, x)")
left.plot([-0.2, 0.8], [0, 0.8], "o-", color="C1", label="central difference: slope 0.8")
left.plot([-0.1, 0.7], [-0.1, 0.7], "k--", lw=1.2, label="tangent at 0.3: slope 1")
left.plot(0.3, 0.3, "ks")
left.set(xlabel="x", ylabel="f(x)")
left.legend()
widths = 10.0 ** np.arange(-5, 0)
share = []
for h in widths:
    estimate = (np.maximum(0, points + h) - np.maximum(0, points - h)) / (2 * h)
    share.append(np.mean(np.abs(estimate - slopes) > 1e-3))
    print(f"h = {h:.0e}: {100 * share[-1]:.3f}% of the slopes are wrong")
right.loglog(widths, share, "o", label="measured")
right.loglog(widths, 2 * widths / np.sqrt(2 * np.pi), color="C1", label="0.8 h")
right.set(xlabel="step h", ylabel="share of wrong slopes")
right.legend()
plt.show()

# %% [markdown]
# *What to see:* on the left the chord from $-0.2$ to $0.8$ bridges the kink and is flatter than the tangent. On
# the right, the share of wrong answers falls in proportion to $h$. With $h = 10^{-1}$ one slope in thirteen is
# wrong and the function under test gets the blame; with $10^{-5}$ hardly any. This is why the default here is
# $10^{-6}$, a little below the bottom of the V: a digit of accuracy is given up for fewer encounters with
# kinks. **At** a kink no step helps: there are two slopes and the code has to choose one. When a check fails
# at a single entry, move $x$ a little and look again before you suspect the code.
#
# ## 4 · When do two gradients agree?
#
# A difference of $10^{-4}$ is fatal for a gradient of size $10^{-4}$ and excellent for one of size $10^4$.
# So divide by the size, and take the sizes of the whole arrays:
#
# $$\text{relative error} = \frac{\|g - \hat g\|}{\max(\|g\|, \|\hat g\|)} .$$
#
# Entry by entry it would be unfair: where the true entry is almost zero, rounding alone is large beside it.
# (Some texts and `nnkit.gradcheck` divide by the sum of the two norms instead; that changes the number by a
# factor of 2 at the most.)
#
# | relative error (float64) | read it as |
# |---|---|
# | below $10^{-7}$ | right |
# | $10^{-7}$ to $10^{-3}$ | right code near a kink or with a bad step, or a small real mistake: look closer |
# | above $10^{-3}$ | wrong |
# | 0.5 | suspiciously round: a factor of 2 somewhere |
# | close to 1 | one of the two is much larger: $1/N$ forgotten, or a gradient of zero; print $\|g\|/\|\hat g\|$ to see which |
# | 2 | opposite sign |
#
# Here is the instrument at work on the squared loss of a linear model, with four mistakes planted.
#
# **Predict, then run.** One of the mistakes makes a single entry of ten 1% too large. Will it stand out from
# rounding?

# %%
def relative_error(g, g_hat):
    """Distance of two gradients of one shape, divided by the length of the longer one."""
    return np.linalg.norm(g - g_hat) / max(np.linalg.norm(g), np.linalg.norm(g_hat))


# %% tags=["experiment", "nbval-ignore-output"]
patients = load_diabetes(scaled=False)
standard = (patients.data - patients.data.mean(axis=0)) / patients.data.std(axis=0)
target = patients.target - patients.target.mean()

rng = np.random.default_rng(1)
w = rng.normal(scale=30, size=10)
numeric = numerical_gradient(lambda w: mse_forward(standard @ w, target)[0], w)
_, cache = mse_forward(standard @ w, target)
right = standard.T @ mse_backward(cache)
one_off = right.copy()
one_off[3] *= 1.01
for name, gradient in [("right", right), ("factor 1/2 kept", right / 2),
                       ("1/N forgotten", right * len(target)), ("sign", -right),
                       ("one entry 1% too large", one_off)]:
    print(f"{name:25s} relative error {relative_error(gradient, numeric):.1e}")
print(f"\nright, worst single entry {np.max(np.abs(right - numeric) / np.abs(right)):.1e}")

# %% [markdown]
# It does stand out: the right gradient and the slightest mistake are several powers of ten apart, so where exactly
# the threshold lies hardly matters. (The `check` cells of these notebooks compare your numbers with those of a reference solution, whose rounding errors are far smaller than those of a numerical gradient; the reference itself was tested with numerical gradients.)
#
# **What it costs.** Two evaluations of the loss for every parameter. For the 650 parameters of a linear
# classifier on 8×8 digits that is 1300 evaluations; for a million parameters it would be two million. Then
# test along a random direction $v$ instead: $\frac{f(x + hv) - f(x - hv)}{2h}$ should equal the dot product of
# the gradient and $v$. That takes two evaluations in all, and a wrong gradient escapes only if its error happens
# to be perpendicular to $v$; a few directions make that next to impossible.
#
# **Before you run one on a real model.** Take few examples: the loss is cheaper and meets fewer kinks. If the loss
# contains a penalty on the weights (section 6), check once without it: a large penalty can hide a wrong gradient of
# the data. Do not test at the start of training only: some mistakes show only when the weights are no longer small.
#
# **Traps when writing one**, each of which has cost somebody an evening: the array holds integers, so that
# $x + h$ is rounded away; $x$ is not restored; `grad = x` instead of a copy; the function is random
# (as with dropout, chapter 3) and changes between the two calls; the largest *absolute* difference is judged.
#
# ### Exercise: find the two wrong gradients
#
# Below are five functions of three weights, each with a gradient that somebody has derived by hand. Two of the
# gradients are wrong. Find them with your own `numerical_gradient` and `relative_error`, and store their
# letters in alphabetical order in `quiz_bugs`, for example `"AC"`.
#
# *Hint:* the point matters. At $w = 0$ some mistakes vanish, and near a kink a right gradient looks wrong. Try
# weights drawn at random, more than once.

# %%
bugs_x = np.array([[1.0, 2.0, 1.0], [2.0, -1.0, 1.0], [0.0, 3.0, 1.0], [-1.0, 1.0, 1.0]])
bugs_y = np.array([1.0, -2.0, 0.5, 2.0])


def residuals(w):
    return bugs_x @ w - bugs_y


five = {
    "A": (lambda w: np.mean(np.abs(residuals(w))),  # mean absolute error
          lambda w: bugs_x.T @ np.sign(residuals(w)) / len(bugs_y)),
    "B": (lambda w: np.mean(residuals(w) ** 2) / 2 + 0.1 / 2 * np.sum(w[:2] ** 2),  # bias not penalized
          lambda w: bugs_x.T @ residuals(w) / len(bugs_y) + 0.1 * w),
    "C": (lambda w: np.log(np.sum(np.exp(bugs_x @ w))),  # a smooth maximum of the predictions
          lambda w: bugs_x.T @ np.exp(bugs_x @ w) / np.sum(np.exp(bugs_x @ w))),
    "D": (lambda w: np.mean(residuals(w) ** 4) / 4,
          lambda w: bugs_x.T @ residuals(w) ** 3 / len(bugs_y)),
    "E": (lambda w: bugs_y @ bugs_x @ w / np.linalg.norm(w),  # does not depend on the length of w
          lambda w: bugs_x.T @ bugs_y - (bugs_y @ bugs_x @ w) * w / np.linalg.norm(w) ** 2),
}

# %% nbgrader={"grade_id": "quiz_bugs", "solution": true}
# quiz_bugs = two letters
### BEGIN SOLUTION
w_test = np.random.default_rng(0).normal(size=3)
differ = {letter: relative_error(grad(w_test), numerical_gradient(f, w_test))
          for letter, (f, grad) in five.items()}
quiz_bugs = "".join(letter for letter, error in differ.items() if error > 1e-4)
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_bugs", "grade": true, "points": 3}
check.quiz("quiz_bugs", quiz_bugs)

# %% [markdown]
# ## 5 · A gradient from a few examples
#
# The loss is an average over examples, so its gradient is an average of gradients. Averages can be
# estimated from samples: the mean gradient of a random **mini-batch** (小批量) of $B$ examples is an
# unbiased estimate of the full one, $\mathbb E[g_B] = g$, at $B/N$ of the price.
#
# How noisy is it? One definition first. The **covariance** (协方差) of two random numbers is the mean of the product of their
# deviations from their means; for two random vectors, take the dot product of the deviations instead. Multiply out the square of a
# sum of deviations: every deviation meets itself and every other one. So *the variance of a sum is the sum of all
# variances and of the covariances of all ordered pairs*. (Of independent numbers the covariances are zero, and the
# variances add up, as in notebook 1.1.)
#
# If single gradients scatter around $g$ with variance $\operatorname{tr}\Sigma$ (the sum over the entries),
# the mean of $B$ independent draws has variance $\operatorname{tr}\Sigma/B$. Drawn *without* putting back
# it is smaller. All $N$ gradients together have a fixed sum, so each one that is large leaves smaller ones to the
# others: two different draws have the covariance $-\operatorname{tr}\Sigma/(N - 1)$. (Then the $N$ variances and
# $N(N-1)$ covariances of the fixed sum add up to zero, as they must.) The mean of $B$ draws has the variance
#
# $$\frac{1}{B^2}\Big(B \operatorname{tr}\Sigma - B(B-1)\frac{\operatorname{tr}\Sigma}{N - 1}\Big)
# = \frac{\operatorname{tr}\Sigma}{B}\cdot\frac{N - B}{N - 1},$$
#
# which is zero when $B = N$: then nothing is left to chance.
#
# **By hand.** Three examples have the gradients 0, 3 and 6: their mean is 3, their variance $(9 + 0 + 9)/3 = 6$. The
# three batches of two have the means 1.5, 3 and 4.5. The average of these is 3 again, so the estimate is unbiased;
# their variance is $(2.25 + 0 + 2.25)/3 = 1.5$. The formula says $\tfrac62\cdot\tfrac{3 - 2}{3 - 1} = 1.5$. With
# putting back it would be $\tfrac62 = 3$.

# %% tags=["experiment"]
w = np.zeros(10)
each = standard * (standard @ w - target)[:, None]  # (N, D): the gradient of every single example
full = each.mean(axis=0)
n = len(each)
spread = np.sum((each - full) ** 2) / n
sizes = np.array([1, 2, 4, 8, 16, 32, 64, 128, 256])
rng = np.random.default_rng(2)
noise = []
for size in sizes:
    errors = [np.sum((each[rng.permutation(n)[:size]].mean(axis=0) - full) ** 2) for _ in range(600)]
    noise.append(np.sqrt(np.mean(errors)) / np.linalg.norm(full))

fig, ax = plt.subplots(figsize=(6, 3.8))
ax.loglog(sizes, noise, "o", label="measured, 600 batches each")
ax.loglog(sizes, np.sqrt(spread / sizes) / np.linalg.norm(full), color="C1", label="noise of one / √B")
ax.loglog(sizes, np.sqrt(spread / sizes * (n - sizes) / (n - 1)) / np.linalg.norm(full), "k--", lw=1,
          label="the same, without replacement")
ax.set(xlabel="batch size B", ylabel="noise / length of the gradient")
ax.legend()
plt.show()
print("noise at B = 1, 16, 256:", np.round([noise[0], noise[4], noise[8]], 2))

# %% [markdown]
# *What to see:* the noise falls as $1/\sqrt B$, and faster once the batch is a good part of the data. Four
# times the work halves the noise. Even $B = 1$, whose noise at this start is two and a half times the gradient
# itself, points downhill on average. Whether many noisy steps or a few exact ones get farther for the same work
# is a question for an experiment; it follows below.
#
# **Stochastic gradient descent** (随机梯度下降, SGD; Robbins and Monro, 1951): shuffle the examples, cut them into batches, make one step
# for each batch; one pass through the data is an **epoch** (轮). Shuffling matters: data sorted by score would show the model low scores only, then high ones only.
#
# ### Exercise: mini-batches
#
# Write a generator that yields pairs `(x_batch, y_batch)`. Each example appears exactly once; each row
# of `x` stays with its `y`; the order comes from `rng`, so that a run can be repeated; the last batch may
# be smaller.
#
# *Example:* 10 examples with `batch_size=4` yield batches of 4, 4 and 2.
#
# *Hint:* `rng.permutation(n)` is one order for both arrays. `yield` in place of `return` makes a generator.

# %% nbgrader={"grade_id": "minibatches", "solution": true}
def minibatches(x, y, batch_size, rng):
    """Yield (x_batch, y_batch) in random order. x (N, ...), y (N, ...), rng a numpy Generator."""
    ### BEGIN SOLUTION
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        batch = order[start : start + batch_size]
        yield x[batch], y[batch]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_minibatches", "grade": true, "points": 6}
check(minibatches)

# %% [markdown]
# ### Many noisy steps or few exact ones?
#
# Every epoch costs the same, whatever the batch size: each example is visited once. A fair comparison gives each
# batch size the learning rate that suits it best, since the full gradient tolerates much longer steps than a
# single example does. So we try them all: 29 learning rates side by side, a column of weights for each.
#
# **Predict, then run.** Each batch size at its own best rate: which one is closest to the minimum after 1 epoch,
# and which after 40? If the batch grows fourfold, what happens to its best rate?

# %% tags=["experiment"]
# About 4 s on an ordinary laptop.
floor = mse_forward(standard @ np.linalg.lstsq(standard, target, rcond=None)[0], target)[0]
batch_sizes = [1, 4, 16, 64, 221, 442]
rates = 10.0 ** np.linspace(-3.5, 0, 29)


def sgd(batch_size, rates, epochs, rng, falling=False):
    """Loss above the minimum (epochs + 1, rates): a column for each rate; all see the same batches."""
    w = np.zeros((10, len(rates)))
    columns = np.repeat(target[:, None], len(rates), axis=1)
    gaps = []
    for epoch in range(epochs + 1):
        gaps.append(np.mean((standard @ w - columns) ** 2, axis=0) / 2 - floor)
        if epoch == epochs:
            return np.array(gaps)
        for x_batch, y_batch in minibatches(standard, columns, batch_size, rng):
            _, cache = mse_forward(x_batch @ w, y_batch)
            step = rates / (1 + epoch) if falling else rates
            w = np.clip(w - step * (x_batch.T @ mse_backward(cache)), -1e6, 1e6)  # explosions stop here


runs = {size: np.median([sgd(size, rates, 40, np.random.default_rng(seed)) for seed in range(3)], axis=0)
        for size in batch_sizes}
fig, axes = plt.subplots(1, 2, figsize=(10, 3.8), sharey=True)
for ax, epoch in zip(axes, [1, 40]):
    values = np.array([runs[size][epoch] for size in batch_sizes])
    image = ch02_linear.heat_map(ax, values, batch_sizes, rates, (4.0, 1600.0))
    ax.set(xlabel="learning rate", title=f"after {epoch} epoch{'s' * (epoch > 1)}")
    for size, row in zip(batch_sizes, values):
        print(f"epoch {epoch:2d}, B = {size:3d}: best rate {rates[np.argmin(row)]:.4f}, "
              f"loss above the minimum {row.min():6.1f}")
print(f"at the start: loss above the minimum {runs[1][0, 0]:.0f}")
axes[0].set_ylabel("batch size B")
fig.colorbar(image, ax=axes, label="loss above the minimum")
plt.show()

# %% [markdown]
# *What to see:* dark is close to the minimum, white is worse than not training at all (each square is the median
# of three runs, with the examples in other orders). A ring marks each row's best rate, and the number beside it is its
# loss. After one epoch (left), all batch sizes up to 64 have come about equally
# far, and several times closer than the full gradient, which has made only one step. Their best rates grow roughly in
# proportion to $B$ (from 1 to 4, 16 and 64 by the factors 3.2, 4.2 and 5.6, where one step of the grid is a factor of
# 1.33): as long as the gradient hardly changes along the way, four times fewer steps, each four times longer, arrive
# at the same place. Then the proportion ends, because no rate can pass the limit $2/c_{\max} = 0.497$ of notebook 2.1.
#
# After 40 epochs (right), the best of each row lies between 5 and 10, where 1535 was the start: the full
# gradient has nearly caught up. So the small batch is not better in every respect. It is better *early*, and
# with millions of
# examples, when one epoch is all one can afford, early is what counts. What the map also shows is a trap: read
# down one column, at a rate of 0.01, say, and it seems that small batches win by far. That only says that this
# rate is about 40 times too small for the full gradient.

# %% tags=["experiment"]
# About 3 s on an ordinary laptop.
fig, ax = plt.subplots(figsize=(7.5, 4))
single = {"0.02": (0.02, False, "C1"), "0.001": (0.001, False, "C2"), "0.02/(1 + epoch)": (0.02, True, "C0")}
for (name, (rate, falling, color)), line in zip(single.items(), ["-", "--", ":"]):
    gap = sgd(1, np.array([rate]), 60, np.random.default_rng(3), falling)[:, 0]
    ax.semilogy(gap, line, color=color, label=f"B = 1, learning rate {name}")
    print(f"learning rate {name:17s} after 1 epoch {gap[1]:6.1f}, after 5 {gap[5]:6.1f}, "
          f"the last 20 epochs: {gap[-20:].min():.1f} to {gap[-20:].max():.1f}")
ax.set(xlabel="epochs (passes through the data)", ylabel="loss above the minimum")
ax.legend(loc="upper right")
plt.show()

# %% [markdown]
# *What to see:* single examples with a large constant rate (solid orange) are fast at the start and then jump
# forever: at the minimum the *average* gradient is zero, the gradients of single examples are not. A small constant rate (dashed green) jumps less and needs longer to come down. A falling rate (dotted blue) begins like the first and ends
# better than it. How fast the rate should fall is a matter of trying; chapter 3 shows other remedies.
#
# ## 6 · Keeping weights small
#
# Notebook 1.3 showed what many features and few examples lead to: overfitting. Some combination of features fits
# the noise, and the weights become large. **L2 regularization** (L2 正则化; Tikhonov, 1943 and 1963; for regression Hoerl and Kennard, 1970) puts a price on size:
#
# $$L_{\text{total}} = L + \frac{\lambda}{2} \sum_j w_j^2, \qquad
# \mathtt{dw}_{\text{total}} = \mathtt{dw} + \lambda w .$$
#
# It is the ridge penalty of notebook 1.2 in other units. There the criterion was
# $\|xw - y\|^2 + \lambda_{1.2}\|w\|^2$; divide it by $2N$ and you have the formula above with
#
# $$\lambda = \frac{\lambda_{1.2}}{N}.$$
#
# Here the data's part is an average, which does not grow with $N$, so the same $\lambda$ means the same balance for
# 100 and for 10,000 examples.
#
# **Where it comes from.** As the square came from Gaussian noise, the penalty comes from a Gaussian belief about
# the weights. Before seeing data, take $w_j \sim \mathcal N(0, \sigma_w^2)$: the **prior** (先验分布). **Bayes' rule** (贝叶斯公式) says
# what to believe about $w$ once the data has been seen, the **posterior** (后验分布):
#
# $$p(w \mid \text{data}) = \frac{p(\text{data} \mid w)\;p(w)}{p(\text{data})} .$$
#
# (Both $p(w \mid \text{data})\,p(\text{data})$ and $p(\text{data} \mid w)\,p(w)$ are the density of $w$ and the data
# together.) The first factor is the likelihood of notebook 2.1, the second the prior; the denominator does not depend on
# $w$. Take the negative logarithm, multiply by $\sigma_\varepsilon^2/N$, and drop the constants:
#
# $$L + \frac{\sigma_\varepsilon^2}{N\sigma_w^2}\cdot\frac12\sum_j w_j^2, \qquad\text{so}\qquad
# \lambda = \frac{\sigma_\varepsilon^2}{N\,\sigma_w^2}.$$
#
# More noise asks for more regularization, more data for less. The bias is left out of the sum: how high the data lies as a whole is no sign of a complicated model.
#
# **What it does.** (Let inputs and targets be centered, so that there is no column of ones to leave out.) The minimum solves $(H + \lambda I)\,w = \tfrac1N x^\top y$. Along $v_k$, where $H$ has the
# eigenvalue $c_k > 0$, the unregularized weight is multiplied by
#
# $$\frac{c_k}{c_k + \lambda} .$$
#
# (The unregularized minimum has $Hw^* = \tfrac1N x^\top y$, so $(H + \lambda I)\,w = Hw^*$. Multiply by $v_k^\top$
# from the left, and use $v_k^\top H = c_k v_k^\top$: $(c_k + \lambda)\,v_k^\top w = c_k\,v_k^\top w^*$.)
#
# Directions in which the data varies much ($c_k \gg \lambda$) keep their weight; directions that the data barely shows ($c_k \ll \lambda$), whose weights are mostly noise, are wiped out. And $H + \lambda I$ always has an inverse.
#
# **Why "weight decay".** One step of gradient descent becomes
# $w \leftarrow w - \eta(\mathtt{dw} + \lambda w) = (1 - \eta\lambda)\,w - \eta\,\mathtt{dw}$: every weight first
# shrinks by a constant factor (**weight decay**, 权重衰减). With $\eta = 0.1$, $\lambda = 0.2$ and no gradient, a
# weight of 5 becomes 4.9.
#
# ### Exercise: the penalty and its gradient
#
# *Example:* `w = [3, 4]`, `lam = 0.2` gives the value 2.5 and the gradient `[0.6, 0.8]`.
#
# *Hint:* what does the ½ in the value leave of the 2 in its derivative?

# %% nbgrader={"grade_id": "l2_penalty", "solution": true}
def l2_penalty(w, lam):
    """lam/2 times the sum of squares. w of any shape -> value (a number), dw (the shape of w)."""
    ### BEGIN SOLUTION
    return float(lam / 2 * np.sum(w**2)), lam * w
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_l2_penalty", "grade": true, "points": 4}
check(l2_penalty)

# %% [markdown]
# ### Three ways to the same end
#
# Three methods you have met hold back the weight along a singular direction $v_k$. Each multiplies the
# least-squares weight $u_k^\top y/d_k$ by a factor between 0 and 1:
#
# | method | factor along $v_k$ | its knob |
# |---|---|---|
# | cut of the SVD (2.1) | 1 for the first $n$ directions, then 0 | $n$ |
# | $T$ steps of descent from $w = 0$ (2.1) | $1 - (1 - \eta c_k)^T$ | $T$ |
# | L2 penalty | $c_k/(c_k + \lambda)$ | $\lambda$ |
#
# The second line follows from 2.1: the error along $v_k$ begins as the whole weight and shrinks by
# $1 - \eta c_k$ at each step; what is no longer error has been learned. Stopping early is a kind of regularization.
#
# **By hand.** $c = (1, 0.01)$ and $\eta = 1$. After one step the factors are 1 and 0.01. With $\lambda = 0.1$ they are
# 0.91 and 0.09. The cut at $n = 1$ gives 1 and 0. All three keep the first direction and drop the second.
#
# ### Experiment: 64 features, 120 patients
#
# The ten measurements with all their products and squares make 64 features (sex has only two values, so its
# square says nothing new and is left out). We fit on 120 patients and look at the loss on the other 322. (Everything that is computed from data, here the means and spreads for standardizing, is computed from the 120; notebook 1.3 says why.) To
# compare the three methods, the slider sets one number for all of them, the sum of the 64 factors: how many
# directions are kept in effect.
#
# **Predict, then run.** Which of the three will reach the lowest loss on the held-out patients? And will any of
# them beat least squares on the ten plain measurements?

# %% tags=["experiment"]
sex = patients.feature_names.index("sex")
pairs = [(i, j) for i in range(10) for j in range(i, 10) if (i, j) != (sex, sex)]


def split_patients(seed):
    """64 standardized features and centered scores: x (120, 64), y (120,), and the same of 322 others."""
    order = np.random.default_rng(seed).permutation(len(target))
    train, held = order[:120], order[120:]
    z = (patients.data - patients.data[train].mean(axis=0)) / patients.data[train].std(axis=0)
    x = np.column_stack([z, *(z[:, i] * z[:, j] for i, j in pairs)])
    x = (x - x[train].mean(axis=0)) / x[train].std(axis=0)
    y = patients.target - patients.target[train].mean()
    return x[train], y[train], x[held], y[held]


def factors(c, method, knob):
    """What a method leaves of each direction: c (D,) curvatures, the largest first -> (D,)."""
    if method == "cut of the SVD":
        return (np.arange(len(c)) < knob).astype(float)
    if method == "T steps of descent":
        return 1 - (1 - c / c[0]) ** knob  # learning rate 1/c_max
    return c / (c + knob)


knobs = {"cut of the SVD": np.arange(1, 65),
         "T steps of descent": np.unique(np.geomspace(1, 1e8, 120).round()),
         "L2 penalty": np.geomspace(1e2, 1e-8, 120)}

# %% tags=["experiment"]
# About 9 s on an ordinary laptop.
x_fit, y_fit, x_held, y_held = split_patients(0)
u, d, vt = np.linalg.svd(x_fit, full_matrices=False)
c, along = d**2 / len(x_fit), u.T @ y_fit / d


def held_loss(factor):
    return mse_forward(x_held @ (vt.T @ (factor * along)), y_held)[0]


curves = {}
for method, values in knobs.items():
    kept = [factors(c, method, knob) for knob in values]
    curves[method] = (np.array([f.sum() for f in kept]), np.array([held_loss(f) for f in kept]))
frames, labels = [], []
for wanted in [5, 8, 12, 16, 20, 25, 30, 40, 50, 60]:  # a single step of descent keeps 4.7 already
    nearest = {method: int(np.argmin(np.abs(curves[method][0] - wanted))) for method in knobs}
    chosen = {method: knobs[method][i] for method, i in nearest.items()}
    frames.append(ch02_linear.filters(
        {method: factors(c, method, knob) for method, knob in chosen.items()}, along, curves,
        {method: (curves[method][0][i], curves[method][1][i]) for method, i in nearest.items()},
        f"about {wanted} of 64 directions kept: T = {chosen['T steps of descent']:,.0f}, "
        f"λ = {chosen['L2 penalty']:.2g}"))
    labels.append(str(wanted))
caption = "Three filters of the singular directions: how many are kept"
plot.slider(frames, labels, caption, start=4, still=(1, 4, 8))

# %% tags=["experiment"]
weights = vt.T @ along
plain = np.linalg.lstsq(x_fit[:, :10], y_fit, rcond=None)[0]
print(f"64 features, least squares: fitted {mse_forward(x_fit @ weights, y_fit)[0]:5.0f}, "
      f"held out {held_loss(np.ones(64)):5.0f}, largest weight {np.abs(weights).max():,.0f}")
print(f"10 features, least squares: fitted {mse_forward(x_fit[:, :10] @ plain, y_fit)[0]:5.0f}, "
      f"held out {mse_forward(x_held[:, :10] @ plain, y_held)[0]:5.0f}")
for method, (kept, loss) in curves.items():
    best = np.argmin(loss)
    print(f"64 features, {method:19s} at its best: {kept[best]:4.1f} directions, held out {loss[best]:5.0f}")
print(f"singular values of the 120 x 64 matrix: largest {d[0]:.1f}, smallest {d[-1]:.5f}")
largest = np.argsort(-np.abs(vt[-1, :10]))[:4]
print("largest entries of the last direction among the plain features:",
      {patients.feature_names[i]: round(abs(float(vt[-1, i])), 2) for i in largest})

# %% [markdown]
# *What to see:* on the left, the cut is a step; descent and the penalty are smooth versions of it, and nearly
# the same curve. In the middle, the least-squares weights (gray dots) grow toward the last directions (arrow), which the data hardly shows: their $u_k^\top y$ is noise, and it is divided by a tiny $d_k$. All three methods remove that end
# first. On the right, the held-out loss falls to a minimum at 20 to 25
# directions and rises steeply when the noisy ones come in. The curves of descent and penalty nearly coincide. That of
# the cut is ragged, because a direction comes in all at once: lower where six are kept, higher from 22 to 51 (by 16% at 30), and by about 40% at 53, where one noisy direction comes in. At their best points, though, none of the three wins by more than a few percent.
#
# *What to conclude:* it matters that the small directions are held back; it hardly matters how. Here the largest weight without any filter is 39,000, because one combination of the features hardly varies (mostly of the blood fats
# `s1`, `s2`, `s3`, `s5`, each of which is nearly determined by the others; see the last printed line): its singular
# value is 50,000 times smaller than the largest. The filters repair the damage, from 6735 to about 1700, and still
# the ten plain measurements do better in this split, with 1536. In twenty splits (`docs/claims/ch02.md`), they beat the best penalty seventeen times, by up to 22%; three times they were behind, by 1.5% at the most. Regularization makes useless features
# harmless; it does not make them useful. (And 1700 is a little flattering: the strength was chosen on the same 322
# patients. Notebook 1.3 says what an honest figure needs.)
#
# ## Quiz
#
# **1.** The central difference of $f(x) = x^3$ at $x = 1$ with $h = 0.5$ (the derivative is 3). Store the
# number in `quiz_central`.

# %% nbgrader={"grade_id": "quiz_central", "solution": true}
# quiz_central = ...
### BEGIN SOLUTION
quiz_central = (1.5**3 - 0.5**3) / 1.0
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_central", "grade": true, "points": 1}
check.quiz("quiz_central", quiz_central)

# %% [markdown]
# **2.** A gradient check gives a relative error of 0.03 in float32 with $h = 10^{-6}$, for a smooth loss. What
# follows?
#
# - A · the gradient is wrong
# - B · the gradient is right
# - C · nothing: repeat it in float64
# - D · nothing: repeat it in float32 with $h = 10^{-8}$
#
# Store the letter in `quiz_precision`.

# %% nbgrader={"grade_id": "quiz_precision", "solution": true}
# quiz_precision = ...
### BEGIN SOLUTION
quiz_precision = "C"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_precision", "grade": true, "points": 1}
check.quiz("quiz_precision", quiz_precision)

# %% [markdown]
# **3.** With a large data set, you go from batches of 10 to batches of 1000. By which factor does the noise
# of the gradient (its standard deviation) shrink? Store the number in `quiz_batch`.

# %% nbgrader={"grade_id": "quiz_batch", "solution": true}
# quiz_batch = ...
### BEGIN SOLUTION
quiz_batch = (1000 / 10) ** 0.5
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_batch", "grade": true, "points": 1}
check.quiz("quiz_batch", quiz_batch)

# %% [markdown]
# ## What to remember
#
# - Central difference, float64, $h$ about $10^{-5}$ to $10^{-6}$; compare by relative error of whole arrays;
#   beware of kinks.
# - A mini-batch gradient is unbiased; its noise falls as $1/\sqrt B$. Small batches are ahead in the first
#   epochs; each batch size has its own best rate, roughly proportional to $B$ up to a limit. A falling rate removes the
#   noise in the end.
# - $\tfrac\lambda2\sum w^2$ is a Gaussian belief about weights; its gradient is $\lambda w$; each step shrinks the
#   weights by $1 - \eta\lambda$.
# - The penalty, stopping early and the cut of the SVD hold back the same directions.
#
# Next, notebook 2.3: targets that are classes.
