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
# A wrong gradient rarely crashes. Usually the loss still falls, only more slowly and not so far, and
# nothing says why. So before gradients become complicated we build the instrument that tests them, and
# find out how far the instrument itself can be trusted. Then two things that every training run uses: estimating a
# gradient from a few examples, and keeping weights small.
#
# The losses come from the course's library `nnkit.functional`, which holds the functions you write in
# these notebooks under the same names.

# %%
import matplotlib.pyplot as plt
import numpy as np

from autograder import check
from nnkit import plot

plot.style()

# %% tags=["experiment"]
# Data and losses, for the experiments only.
from sklearn.datasets import load_diabetes

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
# Why the second is better, Taylor's series says:
#
# $$f(x \pm h) = f(x) \pm h f'(x) + \tfrac{h^2}{2} f''(x) \pm \tfrac{h^3}{6} f'''(x) + \dots$$
#
# In the forward difference the term with $f''$ stays, divided by $h$: the error is about $\tfrac{h}{2}f''$. In the
# central difference it cancels, as all even terms do: the error is about $\tfrac{h^2}{6}f'''$. Halving $h$
# halves the first and quarters the second. One extra evaluation buys a whole order.
#
# For a function of many variables, do this to one entry of $x$ at a time. The result has the shape of $x$.
#
# ### Exercise: the numerical gradient
#
# Return the central-difference gradient of `f` at `x`. `f` takes an array of `x`'s shape and returns a
# number. `x` may have any shape, even none (a single number), may hold whole numbers, and must be the
# same after the call as before.
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
# "As small as possible" is the natural answer, and wrong. A floating-point number keeps about 16 digits
# (float64) or 7 (float32): each value of $f$ carries a relative rounding error of up to
# $u = 1.1\cdot10^{-16}$ or $u = 6\cdot10^{-8}$. The difference of two nearly equal values keeps the absolute error and loses the
# leading digits (**cancellation**, 相消), and dividing by $2h$ magnifies what is left:
#
# $$\text{error}(h) \;\approx\; \underbrace{\frac{h^2}{6}\,|f'''|}_{\text{truncation}}
# + \underbrace{\frac{u\,|f|}{h}}_{\text{rounding}} .$$
#
# Setting the derivative with respect to $h$ to zero gives the best step, $h^* = (3u|f|/|f'''|)^{1/3}$: of
# the order of $10^{-5}$ in float64 and $10^{-2}$ in float32. At best the error is of the order of
# $u^{2/3}$: even then about a third of the digits is lost.
#
# Let us measure it, for $f(x) = \log(1 + e^x)$ at $x = 1$, whose derivative $1/(1 + e^{-x})$ we know.

# %% tags=["experiment", "nbval-ignore-output"]
def f(x):
    return np.log(1 + np.exp(x))


truth = 1 / (1 + np.exp(-1.0))
steps = 10.0 ** np.arange(-15, 0.01, 0.125)
fig, ax = plt.subplots(figsize=(8, 4.4))
lowest = {}
for dtype, central_color, forward_color in [(np.float32, "C1", "C3"), (np.float64, "C0", "C2")]:
    central, forward = [], []
    for h in steps.astype(dtype):
        x = dtype(1)
        central.append(abs((f(x + h) - f(x - h)) / (2 * h) - truth) / truth)
        forward.append(abs((f(x + h) - f(x)) / h - truth) / truth)
    name = dtype.__name__
    ax.loglog(steps, forward, color=forward_color, lw=1, ls=":", label=f"forward, {name}")
    ax.loglog(steps, central, color=central_color, label=f"central, {name}")
    for kind, errors in [("central", central), ("forward", forward)]:
        lowest[f"{kind}, {name}"] = (steps[np.argmin(errors)], np.min(errors))
    if dtype is np.float32:
        at_millionth = central[np.argmin(np.abs(steps - 1e-6))]
p = truth
third = abs(p * (1 - p) * (1 - 2 * p))
for u in (2.0**-24, 2.0**-53):
    ax.loglog(steps, (steps**2 * third / 6 + u * f(1.0) / steps) / truth, "k--", lw=0.8)
complex_step = np.abs(f(1 + 1j * steps).imag / steps - truth) / truth
ax.loglog(steps, np.maximum(complex_step, 1e-17), color="C4", lw=1, label="complex step, float64")
ax.set(xlabel="step h", ylabel="relative error", ylim=(3e-18, 30))
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()
for name, (h, error) in lowest.items():
    print(f"{name:17s} best near h = {h:.0e}, relative error there {error:.0e}")
print(f"central, float32 at h = 1e-06: relative error {at_millionth:.0e}")

# %% [markdown]
# *What to see:* each curve is a V. The right arm is truncation, rising with slope 2 for central and 1 for
# forward differences. The left arm is rounding, ragged because rounding errors look random. The dashed
# lines are the formula above. In float32 even the best step is right to about five digits only, and at $h = 10^{-6}$, which
# is excellent in float64, nearly every digit is gone. (Single points dip below the trend by luck;
# "best" in the printed lines is such a point.)
#
# Two consequences. **Check gradients in float64**, even of networks that will train in float32. And do
# not ask for agreement to $10^{-12}$: no step size delivers it.
#
# The flat line at the bottom is a trick worth knowing, the **complex step**: for a function written with
# ordinary formulas, $\operatorname{Im} f(x + ih)/h = f'(x) - \tfrac{h^2}{6}f'''(x) + \dots$ There is no difference, hence no
# cancellation, and $h$ can be tiny. It fails silently where the code takes an absolute value or compares
# numbers, so it is no replacement. (Errors of exactly zero are drawn at $10^{-17}$.)

# %% [markdown]
# ## 3 · Kinks
#
# Taylor's series needs derivatives. The hinge loss (notebook 2.4) and the ReLU (chapter 3) have a
# **kink** (折点), a point where the slope jumps. If the interval $[x - h, x + h]$ contains the kink, the central difference
# returns a mixture of both slopes, with no small error term.
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
left.plot(0.3, 0.3, "ks", label="true slope 1")
left.set(xlabel="x", ylabel="f(x)")
left.legend()
widths = 10.0 ** np.arange(-5, 0)
share = []
for h in widths:
    estimate = (np.maximum(0, points + h) - np.maximum(0, points - h)) / (2 * h)
    share.append(np.mean(np.abs(estimate - slopes) > 1e-3))
    print(f"h = {h:.0e}: {100 * share[-1]:.3f} % of the slopes are wrong")
right.loglog(widths, share, "o", label="measured")
right.loglog(widths, 2 * widths / np.sqrt(2 * np.pi), color="C1", label="0.8 h")
right.set(xlabel="step h", ylabel="share of wrong slopes")
right.legend()
plt.show()

# %% [markdown]
# *What to see:* on the left the chord from $-0.2$ to $0.8$ bridges the kink and is too flat. On the right,
# the share of wrong answers falls in proportion to $h$. With $h = 10^{-1}$ one slope in thirteen is wrong
# and the function under test gets the blame; with $10^{-5}$ hardly any. This is why the default here is $10^{-6}$, a little below the bottom
# of the V: a digit of accuracy is given up for fewer encounters with kinks. **At** a kink no
# step helps: there are two slopes and the code has to choose one. When a check fails at a single entry,
# move $x$ a little and look again before you suspect the code.
#
# ## 4 · When do two gradients agree?
#
# A difference of $10^{-4}$ is fatal for a gradient of size $10^{-4}$ and excellent for one of size $10^4$.
# So divide by the size, and take the sizes of the whole arrays:
#
# $$\text{relative error} = \frac{\|g - \hat g\|}{\max(\|g\|, \|\hat g\|)} .$$
#
# Entry by entry it would be unfair: where the true entry is almost zero, rounding alone is large beside it. (Some texts and `nnkit.gradcheck` divide
# by the sum of the two norms instead; that changes the number by a factor of 2 at the most.)
#
# | relative error (float64) | read it as |
# |---|---|
# | below $10^{-7}$ | right |
# | $10^{-7}$ to $10^{-3}$ | right code near a kink or with a bad step, or a small real mistake: look closer |
# | above $10^{-3}$ | wrong |
# | 0.5 | suspiciously round: a factor of 2 somewhere |
# | close to 1 | one of the two is much larger: $1/m$ forgotten, or a gradient of zero |
# | 2 | opposite sign |
#
# Here is the instrument at work on the squared loss of a linear model, with four mistakes planted.

# %% tags=["experiment", "nbval-ignore-output"]
def relative_error(g, g_hat):
    return np.linalg.norm(g - g_hat) / max(np.linalg.norm(g), np.linalg.norm(g_hat))


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
for name, gradient in [("right", right), ("factor 1/2 kept", right / 2), ("1/m forgotten", right * len(target)),
                       ("sign", -right), ("one entry 1 % too large", one_off)]:
    print(f"{name:25s} relative error {relative_error(gradient, numeric):.1e}")
print(f"\nright, worst single entry {np.max(np.abs(right - numeric) / np.abs(right)):.1e}")

# %% [markdown]
# The right gradient and the slightest mistake are several powers of ten apart, so the threshold hardly
# matters. That is the reason why `check` in these notebooks can be strict and never be unfair.
#
# **What it costs.** Two evaluations of the loss for every parameter. For the 650 parameters of a linear
# classifier on 8×8 digits that is 1300 evaluations; for a million parameters it would be two million. Then
# test along a random direction $r$ instead: $\frac{f(x + hr) - f(x - hr)}{2h}$ should equal the dot product of
# gradient and $r$. Two evaluations for the lot, and a wrong gradient escapes only if its error happens
# to be perpendicular to $r$. The checks of this course do so, with several directions.
#
# **Traps when writing one**, each of which has cost somebody an evening: the array holds integers, so that
# $x + h$ is rounded away; $x$ is not restored; `grad = x` instead of a copy; the function is random
# (dropout) and changes between the two calls; the largest *absolute* difference is judged.

# %% [markdown]
# ## 5 · A gradient from a few examples
#
# The loss is an average over examples, so its gradient is an average of gradients. Averages can be
# estimated from samples: the mean gradient of a random **mini-batch** (小批量) of $B$ examples is an
# unbiased estimate of the full one, $\mathbb E[g_B] = g$, at $B/m$ of the price.
#
# How noisy is it? If single gradients scatter around $g$ with variance $\operatorname{tr}\Sigma$ (the sum over the
# entries), the mean of $B$ independent draws has variance $\operatorname{tr}\Sigma/B$. Drawn *without* putting back it
# is smaller, by the factor $(m - B)/(m - 1)$, which is zero when $B = m$: then nothing is left to chance.

# %% tags=["experiment"]
w = np.zeros(10)
each = standard * (standard @ w - target)[:, None]  # (m, D): the gradient of every single example
full = each.mean(axis=0)
m = len(each)
spread = np.sum((each - full) ** 2) / m
sizes = np.array([1, 2, 4, 8, 16, 32, 64, 128, 256])
rng = np.random.default_rng(2)
noise = []
for size in sizes:
    errors = [np.sum((each[rng.permutation(m)[:size]].mean(axis=0) - full) ** 2) for _ in range(600)]
    noise.append(np.sqrt(np.mean(errors)) / np.linalg.norm(full))

fig, ax = plt.subplots(figsize=(6, 3.8))
ax.loglog(sizes, noise, "o", label="measured, 600 batches each")
ax.loglog(sizes, np.sqrt(spread / sizes) / np.linalg.norm(full), color="C1", label="1/√B")
ax.loglog(sizes, np.sqrt(spread / sizes * (m - sizes) / (m - 1)) / np.linalg.norm(full), "k--", lw=1,
          label="1/√B, without putting back")
ax.set(xlabel="batch size B", ylabel="noise / length of the gradient")
ax.legend()
plt.show()
print("noise at B = 1, 16, 256:", np.round([noise[0], noise[4], noise[8]], 2))

# %% [markdown]
# *What to see:* the noise falls as $1/\sqrt B$, and faster once the batch is a good part of the data. Four
# times the work halves the noise. That is a bad bargain: it pays to take many noisy steps rather than few
# exact ones. Even $B = 1$, whose noise here is two and a half times the gradient itself, points downhill on average.
#
# **Stochastic gradient descent** (随机梯度下降, SGD) does this: shuffle the examples, cut them into
# batches, make one step a batch; one pass through the data is an **epoch** (轮). Shuffling matters: data sorted by
# class would show the model nothing but zeros, then nothing but ones.
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
    """Yield (x_batch, y_batch) in random order. x (m, ...), y (m, ...), rng a numpy Generator."""
    ### BEGIN SOLUTION
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        batch = order[start : start + batch_size]
        yield x[batch], y[batch]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_minibatches", "grade": true, "points": 6}
check(minibatches)

# %% [markdown]
# The same learning rate, the same number of examples seen, four ways to spend them:

# %% tags=["experiment"]
best = np.linalg.lstsq(standard, target, rcond=None)[0]
floor = mse_forward(standard @ best, target)[0]


def sgd(batch_size, lr, epochs, decay=0.0):
    """Loss above the minimum before training and after every epoch."""
    rng = np.random.default_rng(3)
    w = np.zeros(10)
    gaps = [mse_forward(standard @ w, target)[0] - floor]
    for epoch in range(epochs):
        rate = lr / (1 + decay * epoch)
        for x_batch, y_batch in minibatches(standard, target, batch_size, rng):
            _, cache = mse_forward(x_batch @ w, y_batch)
            w = w - rate * (x_batch.T @ mse_backward(cache))
        gaps.append(mse_forward(standard @ w, target)[0] - floor)
    return gaps


fig, ax = plt.subplots(figsize=(7.5, 4))
runs = {"B = 442 (full gradient)": sgd(442, 0.02, 40), "B = 32": sgd(32, 0.02, 40), "B = 1": sgd(1, 0.02, 40),
        "B = 1, learning rate 0.02/(1 + epoch)": sgd(1, 0.02, 40, decay=1.0)}
for (name, gaps), style in zip(runs.items(), ["-", "-", "-", "--"]):
    ax.semilogy(gaps, style, label=name)
    print(f"{name:38s} start {gaps[0]:6.0f}   after 1 epoch {gaps[1]:7.1f}   after 40 epochs {gaps[-1]:6.2f}")
ax.set(xlabel="epochs (passes through the data)", ylabel="loss above the minimum")
ax.legend(loc="upper right")
plt.show()

# %% [markdown]
# *What to see:* one pass of single-example steps (green) comes down from 1535 to 60, where the full gradient
# (blue), which makes one step a pass, has hardly begun. Then the green curve goes on jumping for ever: at the minimum the
# *average* gradient is zero, the single gradients are not. Batches of 32 (orange) jump less, and settle nearer.
# Letting the learning rate fall (pink, dashed) keeps the fast start and lets the noise die down. How fast it should fall is
# a matter of trying; chapter 3 shows other remedies.
#
# ## 6 · Keeping weights small
#
# With many features and few examples, weights become large: some combination of features fits the noise.
# **L2 regularization** (L2 正则化) adds a price for size:
#
# $$L_{\text{total}} = L + \frac{\lambda}{2} \sum_j w_j^2, \qquad
# \mathtt{dw}_{\text{total}} = \mathtt{dw} + \lambda w .$$
#
# **Where it comes from.** As the square came from Gaussian noise, the penalty comes from a Gaussian belief about weights:
# before seeing data, take $w_j \sim \mathcal N(0, \tau^2)$. By Bayes' rule the **posterior** (后验分布, what to believe about $w$ once the data are seen) is, up to a constant
# factor, the likelihood times the **prior** (先验分布, the belief before); its negative logarithm, divided by $m$ and multiplied by the noise variance $\sigma^2$, is, up to constants,
#
# $$L + \frac{\sigma^2}{m\tau^2}\cdot\frac12\sum_j w_j^2, \qquad\text{so}\qquad \lambda = \frac{\sigma^2}{m\,\tau^2}.$$
#
# More noise asks for more regularization, more data for less. The bias is left out of the sum: how high the data lie as a whole
# is no sign of a complicated model.
#
# **What it does.** The minimum solves $(H + \lambda I)\,w = \tfrac1m x^\top y$. Along an eigenvector of $H$ with eigenvalue
# $\lambda_k > 0$, the unregularized weight is multiplied by
#
# $$\frac{\lambda_k}{\lambda_k + \lambda} .$$
#
# Directions in which the data vary much ($\lambda_k \gg \lambda$) keep their weight; directions that the data barely
# show ($\lambda_k \ll \lambda$), whose weights are mostly noise, are wiped out. And $H + \lambda I$ always has an inverse.
#
# **Why "weight decay".** One step of gradient descent becomes
# $w \leftarrow w - \eta(\mathtt{dw} + \lambda w) = (1 - \eta\lambda)\,w - \eta\,\mathtt{dw}$: every weight first shrinks
# by a constant factor (**weight decay**, 权重衰减). With $\eta = 0.1$, $\lambda = 0.2$ and no gradient, a weight of 5 becomes 4.9.
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
# ### Experiment: 64 features, 120 patients
#
# The ten measurements with all their products and squares make 64 features (sex has only two values, so
# its square says nothing new and is left out). We fit on 120 patients and look at the loss on the other
# 322, for many strengths $\lambda$.

# %% tags=["experiment", "nbval-ignore-output"]
rng = np.random.default_rng(0)
order = rng.permutation(len(target))
train, held_out = order[:120], order[120:]
sex = patients.feature_names.index("sex")
products = [standard[:, i] * standard[:, j] for i in range(10) for j in range(i, 10) if (i, j) != (sex, sex)]
features = np.column_stack([standard, *products])
features = (features - features[train].mean(axis=0)) / features[train].std(axis=0)
score = patients.target - patients.target[train].mean()


def ridge(x, y, lam):
    """Minimum of mse + lam/2 sum w^2: least squares with sqrt(lam m) times the identity below x."""
    d = x.shape[1]
    x_more = np.vstack([x, np.sqrt(lam * len(x)) * np.eye(d)])
    return np.linalg.lstsq(x_more, np.append(y, np.zeros(d)), rcond=None)[0]


def losses(columns, lam):
    w = ridge(columns[train], score[train], lam)
    return [mse_forward(columns[part] @ w, score[part])[0] for part in (train, held_out)] + [w]


strengths = 10.0 ** np.arange(-4, 2.01, 0.25)
train_loss, held_loss, weights = zip(*(losses(features, lam) for lam in strengths))
frames, labels = [], []
for k in range(0, len(strengths), 3):
    fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3.4))
    left.bar(np.arange(64), weights[k], color=["C0"] * 10 + ["C2"] * 54)
    left.set(ylim=(-200, 200), xlabel="feature (first 10: the measurements)", ylabel="weight")
    right.semilogx(strengths, train_loss, color="C0", label="120 used for fitting")
    right.semilogx(strengths, held_loss, color="C1", label="322 held out")
    right.plot(strengths[k], train_loss[k], "o", color="C0")
    right.plot(strengths[k], held_loss[k], "o", color="C1")
    right.set(xlabel="λ", ylabel="loss", ylim=(0, 5000))
    right.legend()
    fig.suptitle(f"λ = {strengths[k]:.2g}")
    frames.append(fig)
    labels.append(f"{strengths[k]:.2g}")
plot.slider(frames, labels, "Weights and loss under L2 regularization: strength λ")

# %% tags=["experiment"]
least = int(np.argmin(held_loss))
for name, columns, lam in [("10 features, λ = 0", features[:, :10], 0.0), ("64 features, λ = 0", features, 0.0),
                           ("64 features, λ = 0.0001", features, 1e-4),
                           (f"64 features, λ = {strengths[least]:.2g}", features, strengths[least])]:
    fit_loss, test_loss, w = losses(columns, lam)
    print(f"{name:24s} fitted {fit_loss:5.0f}   held out {test_loss:5.0f}   largest weight {np.abs(w).max():8.0f}")
sigma = np.linalg.svd(features[train], compute_uv=False)
print(f"singular values of the 120 x 64 matrix: largest {sigma[0]:.1f}, smallest {sigma[-1]:.5f}")

# %% [markdown]
# *What to see:* at the left end the weights of the products (green) are huge and of both signs, the loss on
# the fitted patients is small, and on the others it is seven times larger: overfitting. Moving right, the weights
# shrink, first where the data say least; the fitted loss can only rise, the held-out loss falls to a
# minimum near $\lambda = 0.5$ and rises again when even the useful weights are crushed.
#
# *What to conclude:* without the penalty the largest weight is 38 000, because one combination of the
# features (the blood fats `s1`, `s2`, `s3`, `s5` nearly determine each other) hardly varies: its singular value is
# 50 000 times smaller than the largest. The factor $\lambda_k/(\lambda_k + \lambda)$ removes exactly this kind. The penalty
# repairs the damage, 6735 → 1709, and still the ten plain measurements do better, with 1536. Regularization makes useless
# features harmless; it does not make them useful. (And 1709 is a little flattering: $\lambda$ was chosen on the same 322
# patients. An honest figure needs a third part of the data.)
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
# **2.** A gradient check gives a relative error of 0.03 in float32 with $h = 10^{-6}$, for a smooth loss. What follows?
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
# - A mini-batch gradient is unbiased; its noise falls as $1/\sqrt B$. Many noisy steps beat few exact
#   ones, and a falling learning rate removes the noise in the end.
# - $\tfrac\lambda2\sum w^2$ is a Gaussian belief about weights; its gradient is $\lambda w$; each step shrinks the weights by
#   $1 - \eta\lambda$.
#
# Next, notebook 2.3: targets that are classes.
