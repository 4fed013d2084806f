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
# # 2.3 · From scores to probabilities
#
# Is the tumor malignant? Which digit is it? The target is now a class, and a class is not a quantity: a 7
# is not more than a 3. In this notebook a weighted sum becomes a probability, and a loss follows from that
# probability in the same way as the squared loss followed from Gaussian noise (2.1). In the end everything
# collapses into the shortest formula of this chapter: the gradient of the loss with respect to the scores
# is $p - y$. Letters mean what the table in notebook 2.1 says.

# %%
import matplotlib.pyplot as plt
import numpy as np

from autograder import check
from nnkit import plot

plot.style()

# %% tags=["experiment"]
# Data, for the experiments only.
from sklearn.datasets import load_breast_cancer

from nnkit.plot import ch02_classifiers

# %% [markdown]
# ## 1 · Why not a line through zeros and ones?
#
# 569 tumors, each described by 30 measurements of cell nuclei under the microscope. We set $y = 1$ for
# malignant, $y = 0$ for benign. We begin with one measurement, the mean radius, and two models: a straight line
# fitted by least squares, and the S-shaped curve that this notebook is about (its fit is explained below).

# %% tags=["experiment"]
tumors = load_breast_cancer()
malignant = 1 - tumors.target
radius = tumors.data[:, 0]
scaled = (radius - radius.mean()) / radius.std()


def fit_s_curve(x, y, steps=3000, lr=0.5):
    """Weight and bias of p = 1/(1 + exp(-(wx + b))) by gradient descent on the cross-entropy."""
    w = b = 0.0
    for _ in range(steps):
        dz = (1 / (1 + np.exp(-(w * x + b))) - y) / len(x)
        w, b = w - lr * np.sum(dz * x), b - lr * np.sum(dz)
    return w, b


w, b = fit_s_curve(scaled, malignant)
line = np.polyfit(radius, malignant, 1)
grid = np.linspace(5, 30, 200)
fig, ax = plt.subplots(figsize=(7, 3.8))
jitter = np.random.default_rng(0).uniform(-0.03, 0.03, len(radius))
ax.plot(radius, malignant + jitter, ".", alpha=0.25, color="0.4")
ax.plot(grid, np.polyval(line, grid), "--", color="C1", label="least-squares line")
ax.plot(grid, 1 / (1 + np.exp(-(w * (grid - radius.mean()) / radius.std() + b))), color="C0",
        label="logistic regression")
centers = np.arange(8, 25, 2)
shares = [malignant[np.abs(radius - c) < 1].mean() for c in centers]
ax.plot(centers, shares, "ks", ms=5, label="share of malignant, bins of width 2")
ax.set(xlabel="mean radius of the nuclei (the data set's unit)", ylabel="malignant (1) or benign (0)",
       ylim=(-0.4, 1.8))
ax.legend(loc="upper left")
plt.show()
print("the line at radius 8 and 25:", np.polyval(line, [8, 25]).round(2))
rest = np.argsort(radius)[:-20]
without = np.polyfit(radius[rest], malignant[rest], 1)
print(f"fitted without the 20 largest: slope {without[0]:.3f} in place of {line[0]:.3f}, "
      f"p = 1/2 at radius {(0.5 - without[1]) / without[0]:.1f} in place of {(0.5 - line[1]) / line[0]:.1f}")
print("share of malignant by radius:", dict(zip(centers.tolist(), np.round(shares, 2).tolist())))

# %% [markdown]
# *What to see:* the share of malignant tumors (black squares) rises in an S: near 0 for small radii, near 1 for large
# ones, steep between. The line cannot follow. At radius 8 it says −0.24, at radius 25 it says 1.46, and neither can
# be a probability. Clear cases make it worse: a tumor of radius 28, malignant beyond doubt, lies far below the line,
# counts as a large error and tilts the line for all others (without the 20 largest tumors, all of them malignant, the
# line is steeper and crosses one half at a radius of 15.1 in place of 15.4).
#
# ## 2 · The logistic function
#
# We want a probability $p \in (0, 1)$, and a weighted sum gives any real number $z = xw + b$. So stretch
# the probability onto the whole line: the **odds** (几率) $p/(1-p)$ run over $(0, \infty)$, and their
# logarithm, the **logit** (对数几率), over $(-\infty, \infty)$. Let the logit be the weighted sum and solve for $p$:
#
# $$\log\frac{p}{1-p} = z \;\;\Longrightarrow\;\; p = (1 - p)\,e^z \;\;\Longrightarrow\;\;
# p = \frac{e^z}{1 + e^z} = \frac{1}{1 + e^{-z}} = \sigma(z).$$
#
# This is the **logistic function** (Logistic 函数), and the model is **logistic regression** (Logistic 回归). Adding 1
# to $z$ multiplies the odds by $e \approx 2.7$, wherever one starts. Two properties will be used over and over:
#
# $$1 - \sigma(z) = \frac{e^{-z}}{1 + e^{-z}} = \sigma(-z), \qquad
# \sigma'(z) = \frac{e^{-z}}{(1 + e^{-z})^2} = \sigma(z)\,(1 - \sigma(z)).$$
#
# **By hand.** $\sigma(0) = \tfrac12$; $\sigma(\ln 3) = \tfrac34$ (odds 3 : 1); $\sigma(-\ln 3) = \tfrac14$. The slope
# is largest at 0, $\tfrac14$, and fades on both sides: the function **saturates** (饱和).
#
# ### Broken, then mended
#
# Both ways of writing $\sigma$ are right on paper. In float64, $e^z$ exceeds the largest number at $z > 709.7$
# (in float32 at $z > 88.7$), and gives `inf`:

# %%
z = np.array([-1000.0, 0.0, 1000.0])
with np.errstate(all="ignore"):  # NumPy would warn; here we want to look at the result
    print("exp(z) / (1 + exp(z)):", np.exp(z) / (1 + np.exp(z)))
    print("1 / (1 + exp(-z)):    ", 1 / (1 + np.exp(-z)))

# %% [markdown]
# The first form computes `inf/inf`, which is `nan`, and one `nan` spoils every weight at the next step. The
# second happens to end well ($1/\infty = 0$), but with an overflow on the way. The remedy is the same
# throughout this notebook: **never exponentiate a positive number.** For $z \ge 0$ use the form with $e^{-z}$,
# for $z < 0$ the one with $e^{z}$. With $t = e^{-|z|} \le 1$ they are $1/(1 + t)$ and $t/(1 + t)$.
#
# ### Exercise: a stable logistic function
#
# For any array `z`, whole numbers included. No warning, no `nan`; small probabilities keep their digits, as in
# $\sigma(-40) \approx 4.2\cdot10^{-18}$.
#
# *Example:* `logistic(np.array([0.0, np.log(3)]))` gives `[0.5, 0.75]`.
#
# *Hint:* `np.where(condition, a, b)` computes both `a` and `b` everywhere, so both must be harmless everywhere.

# %% nbgrader={"grade_id": "logistic", "solution": true}
def logistic(z):
    """The logistic function without overflow. z of any shape -> p, the shape of z."""
    ### BEGIN SOLUTION
    t = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + t), t / (1 + t))
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_logistic", "grade": true, "points": 4}
check(logistic)

# %% [markdown]
# ## 3 · The loss that belongs to it
#
# The model says: the label is 1 with probability $p$, else 0. Both cases in one formula (put in $y = 1$, then
# $y = 0$):
#
# $$P(y \mid x) = p^{\,y}\,(1 - p)^{1 - y}.$$
#
# Maximum likelihood once more: multiply over the examples, take minus the logarithm (log without an index is the natural one), average.
#
# $$L = -\frac1N \sum_i \big[\,y_i \log p_i + (1 - y_i)\log(1 - p_i)\,\big].$$
#
# This is the **binary cross-entropy** (二元交叉熵). Only one of the two terms is ever alive: the loss of an
# example is $-\log(\text{probability given to what happened})$.
#
# **By hand.** $p = (\tfrac34, \tfrac14)$ with labels $y = (1, 1)$: $-\ln\tfrac34 = 0.288$ and
# $-\ln\tfrac14 = 1.386$; the mean is 0.837.

# %% tags=["experiment"]
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
p = np.linspace(0.001, 0.999, 400)
left.plot(p, -np.log(p), label="y = 1:  −log p")
left.plot(p, -np.log(1 - p), "--", color="C1", label="y = 0:  −log(1 − p)")
left.set(xlabel="p, probability of class 1", ylabel="loss", ylim=(0, 5))
left.legend()
z = np.linspace(-6, 6, 400)
right.plot(z, np.log1p(np.exp(-z)), label="y = 1:  log(1 + exp(−z))")
right.plot(z, np.log1p(np.exp(z)), "--", color="C1", label="y = 0:  log(1 + exp(z))")
right.set(xlabel="logit z", ylabel="loss")
right.legend()
plt.show()
for p in [0.9, 0.5, 0.1, 0.01]:
    print(f"probability {p:4} for what happened: loss {-np.log(p):.3f}")
share = malignant.mean()
print(f"a model that says {share:.2f}, the share of malignant, for every tumor: loss "
      f"{-share * np.log(share) - (1 - share) * np.log(1 - share):.2f}")

# %% [markdown]
# *What to see:* on the left, a small price for doubt (0.69 for fifty-fifty), and a price without limit for
# certainty on the wrong side. On the right, the same losses over the logit: almost zero where the answer is right,
# and a straight line of slope 1 where it is wrong. Section 4 shows why that straight line matters.
#
# ### A second reading: the length of a message
#
# (In this section $q$ is what somebody believes and $r$ is how things are; in a classifier these are the output $p$ and the label $y$.) Four kinds of weather occur with probabilities $q = (\tfrac12, \tfrac14, \tfrac18, \tfrac18)$, and a station
# reports one a day in bits. Short words belong to frequent events: `0`, `10`, `110`, `111`. No word begins another,
# so no separator is needed. An event of probability $q_k$ has a word of $-\log_2 q_k$ bits: 1, 2, 3, 3. (Where this is
# no whole number, a code for long sequences of events comes as close to it as one likes.) On average
# $\tfrac12\cdot1 + \tfrac14\cdot2 + \tfrac18\cdot3 + \tfrac18\cdot3 = 1.75$ bits a day. This is the **entropy** (熵)
# of $q$, and no code of this kind can do better.
#
# Why aren't short words free? A word of length $\ell$ uses up a share $2^{-\ell}$ of all words: whoever
# takes `0` may use no other word that begins with 0, which is half of them. The shares of all words add up to
# 1 at most. So a code is a budget of 1, split among the events, and $q_k$ is the share that event $k$ gets.
#
# Now the climate changes to $r$, and the station keeps its old code. The average length becomes the
# **cross-entropy** (交叉熵)
#
# $$\mathrm{CE}(r, q) = -\sum_k r_k \log_2 q_k :$$
#
# what happens comes from $r$, the word lengths from $q$. It can never beat the code made for $r$. Since
# $\ln t \le t - 1$, with equality only at $t = 1$,
#
# $$\mathrm{CE}(r, r) - \mathrm{CE}(r, q) = \sum_k r_k \log_2\frac{q_k}{r_k}
# \le \frac{1}{\ln 2}\sum_k r_k\Big(\frac{q_k}{r_k} - 1\Big)
# = \frac{1}{\ln 2}\Big(\sum_k q_k - 1\Big) \le 0$$
#
# (the sums run over the $k$ with $r_k > 0$). The excess $\mathrm{CE}(r, q) - \mathrm{CE}(r, r)$ is the
# **Kullback–Leibler divergence** (KL 散度).
#
# **Predict, then run.** The slider turns the climate $r$ step by step into the reverse of $q$, $(\tfrac18, \tfrac18,
# \tfrac14, \tfrac12)$, while the code stays. How many bits a day does the old code need at the end, where its
# shortest word belongs to the rarest weather?

# %% tags=["experiment"]
q = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])
frames, labels = [], []
for share in [0.0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0]:
    r = (1 - share) * q + share * q[::-1]
    fig, ax = plt.subplots(figsize=(7, 3.6))
    old = ch02_classifiers.code_lengths(ax, r, q)
    own = -np.sum(r * np.log2(r))
    ax.set_title(f"old code {old:.3f} bits, best code {own:.3f} bits, excess {old - own:.3f}")
    frames.append(fig)
    labels.append(f"{100 * share:.0f}% of the way")
plot.slider(frames, labels, "Word lengths while the climate changes", start=4, still=(0, 4, 8))

# %%
q = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])
for name, r in [("same climate", q), ("uniform", np.full(4, 0.25)), ("reversed", q[::-1])]:
    crossed, own = -np.sum(r * np.log2(q)), -np.sum(r * np.log2(r))
    print(f"{name:13s} old code {crossed:.3f} bits, best code {own:.3f} bits, excess {crossed - own:.3f}")

# %% [markdown]
# *What to see:* each block, A to D, is one kind of weather; its width says how often it happens, its height is the
# length of its word in the old code (black line), so the area under the black line is the average length. The dashed
# line is the best code for the climate of the day. Orange is what the old code wastes on weather that has become
# frequent; hatched is what it saves on weather that has become rare. Orange minus hatched is the excess. It is zero
# at the start and grows slowly at first: a code for a nearly right climate is nearly as good. At the end the old code
# needs 2.625 bits, one and a half times the 1.75 bits of the best one.
#
# In classification, $r$ is the label (all probability on the true class) and $q$ the model's output (called $p$
# everywhere else). The loss is the number of bits that a receiver, who has the model and the inputs, still needs to
# know the labels; in natural units, 1 nat = 1.44 bits. With two classes of equal size, a loss of $\ln 2 = 0.693$ is
# one bit per label: the model has learned nothing. With unequal classes a loss below 0.693 proves nothing: of the
# tumors 37% are malignant, and a model that answers $p = 0.37$ for each of them has the loss 0.66 (printed above).
#
# ### From probabilities to logits
#
# $\log p$ with $p = \sigma(z)$ is the next trap. Let $y = 0$ and raise $z$; the true loss is $\log(1 + e^z)$, hardly
# more than $z$.

# %%
print("   z   -log(1 - p)   true")
with np.errstate(divide="ignore"):
    for z in [10.0, 30.0, 36.0, 40.0]:
        p = 1 / (1 + np.exp(-z))
        print(f"{z:4.0f} {-np.log(1 - p):13.6f} {np.log1p(np.exp(z)):.6f}")

# %% [markdown]
# At 30 the third decimal is wrong, at 40 the loss is infinite: $p$ has been rounded to 1. Near 1, float64 cannot
# tell apart numbers closer than $10^{-16}$. Cutting $p$ off at, say, $1 - 10^{-12}$ hides the `inf`, and makes the loss
# flat there, so that the worst examples have no gradient at all. The remedy is algebra before arithmetic. With
# $-\log\sigma(z) = \log(1 + e^{-z})$,
#
# $$-y\log\sigma(z) - (1-y)\log\sigma(-z) = \log(1 + e^z) - y z
# = \underbrace{\max(z, 0) + \log(1 + e^{-|z|})}_{\log(1 + e^z)\text{, without overflow}} - \;yz .$$
#
# (The first step uses $\log(1 + e^{-z}) = \log(1 + e^{z}) - z$; the second takes $e^z$ out of the bracket when
# $z > 0$.) The loss takes **logits**, not probabilities. The large libraries offer it in this form.
#
# ### Exercise: binary cross-entropy on logits
#
# *Example:* `z = [ln 3, −ln 3]`, `y = [1, 1]` gives 0.837.
#
# *Hint:* `np.log1p(t)` is $\log(1 + t)$, exact also when $t$ is so small that `1 + t` is rounded to 1.

# %% nbgrader={"grade_id": "bce_with_logits_forward", "solution": true}
def bce_with_logits_forward(z, y):
    """Mean binary cross-entropy. z (N,) logits, y (N,) of 0 and 1 -> loss (a number), cache = (z, y)."""
    ### BEGIN SOLUTION
    each = np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))
    return float(np.mean(each)), (z, y)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_bce_with_logits_forward", "grade": true, "points": 5}
check(bce_with_logits_forward)

# %% [markdown]
# ### Its gradient
#
# Differentiate $\log(1 + e^z) - yz$: the first term gives $e^z/(1 + e^z) = \sigma(z) = p$, the second $-y$. Hence
#
# $$\mathtt{dz} = \frac{p - y}{N},\qquad
# \underset{(D,)}{\mathtt{dw}} = \underset{(D, N)}{x^\top}\,\underset{(N,)}{\mathtt{dz}},
# \qquad \mathtt{db} = \sum_i \mathtt{dz}_i .$$
#
# *Prediction minus target, over $N$:* the formula of linear regression, letter for letter. Now it is clear what
# `fit_s_curve` did above.
#
# ### Exercise: the gradient
#
# *Example:* `z = [ln 3, −ln 3]`, `y = [1, 1]` gives `[-0.125, -0.375]`.
#
# *Hint:* you have the function that turns logits into probabilities, and it is stable.

# %% nbgrader={"grade_id": "bce_with_logits_backward", "solution": true}
def bce_with_logits_backward(cache):
    """Gradient of the mean binary cross-entropy. cache = (z, y) -> dz (N,)."""
    ### BEGIN SOLUTION
    z, y = cache
    return (logistic(z) - y) / len(z)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_bce_with_logits_backward", "grade": true, "points": 5}
check(bce_with_logits_backward, forward=bce_with_logits_forward)

# %% [markdown]
# The instrument of notebook 2.2, on your own pair: the slope along random directions $v$, measured with two
# losses each, against the dot product of your gradient with $v$.

# %% tags=["experiment"]
rng = np.random.default_rng(0)
z_try, y_try = rng.normal(scale=3, size=50), (rng.random(50) < 0.4).astype(float)
dz_try = bce_with_logits_backward(bce_with_logits_forward(z_try, y_try)[1])
for _ in range(3):
    v = rng.normal(size=50)
    above = bce_with_logits_forward(z_try + 1e-5 * v, y_try)[0]
    below = bce_with_logits_forward(z_try - 1e-5 * v, y_try)[0]
    measured, claimed = (above - below) / 2e-5, dz_try @ v
    print(f"measured {measured:+.6f}, your gradient {claimed:+.6f}, "
          f"agree to 1e-7: {abs(measured - claimed) < 1e-7 * max(abs(measured), abs(claimed))}")

# %% [markdown]
# ## 4 · Why not the squared error? Why not the number of mistakes?
#
# What we care about is the share of wrong answers. As a function of the weights it is a staircase: move
# $w$ a little, and no answer changes. Its slope is zero almost everywhere, so there is nothing to descend.
#
# The squared error $\tfrac12(p - y)^2$ is smooth. But the chain rule puts a factor into its gradient:
#
# $$\frac{\partial}{\partial z}\,\tfrac12(p - y)^2 = (p - y)\,\sigma'(z) = (p - y)\,p\,(1 - p).$$
#
# When the model is confidently wrong, say $y = 1$ and $z = -10$, then $p - y \approx -1$ asks for a large
# correction, and $p(1-p) \approx 4.5\cdot10^{-5}$ cancels it. **The worse the mistake, the weaker the signal.**
# In the cross-entropy the logarithm's derivative, $-1/p$, is exactly what cancels the vanishing $p$ of
# $\sigma' = p(1-p)$.
#
# One more difference. A function is **convex** (凸) if no chord of its graph runs below the graph; for a function of
# one number this means that the second derivative is nowhere negative. A convex function has one valley at most. The
# cross-entropy has the second derivative $p(1-p) > 0$ in $z$. It stays convex in $w$ and $b$, because $z$ is an
# affine function of them, and a sum of convex functions is convex. The squared error of a logistic output is not
# convex: the next figure shows it leave a plateau by bending downward.

# %% tags=["experiment"]
z = np.linspace(-10, 10, 401)
p = logistic(z)
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
left.plot(z, np.log1p(np.exp(-z)), label="cross-entropy")
left.plot(z, (p - 1) ** 2 / 2, "--", color="C1", label="squared error")
left.plot(z, (z < 0).astype(float), "k:", label="mistake (0 or 1)")
left.set(xlabel="logit z   (true class: 1)", ylabel="loss", ylim=(-0.1, 4))
left.legend()
right.plot(z, np.abs(p - 1), label="cross-entropy: |p − y|")
right.plot(z, np.abs((p - 1) * p * (1 - p)), "--", color="C1", label="squared: |p − y| p(1 − p)")
right.set(xlabel="logit z   (true class: 1)", ylabel="size of the gradient")
right.legend()
plt.show()
for at in [-10.0, -5.0, -2.0, 0.0]:
    p_at = 1 / (1 + np.exp(-at))
    print(f"z = {at:5.0f}: cross-entropy {1 - p_at:.4f}, squared {(1 - p_at) ** 2 * p_at:.6f}")
largest = np.argmax((1 - p) ** 2 * p)
print(f"largest squared-error gradient {np.max((1 - p) ** 2 * p):.3f}, where p = {p[largest]:.2f}")

# %% [markdown]
# *What to see:* on the right, the cross-entropy pulls with almost full strength, 1, wherever the model is
# confidently wrong. The squared error pulls with 0.148 at the most, near $p = \tfrac13$, and hardly at all where the
# model is surest of the wrong answer: its loss curve (left, orange) is a plateau there.
#
# **A training run.** A mishap: a model for the tumors was trained with the labels exchanged. We notice, correct
# the labels and go on training from the weights we have. All 30 measurements, standardized; the same start, data
# and learning rates for both losses.
#
# **Predict, then run.** A fellow student objects: "If the squared error's gradient is smaller, take a larger
# learning rate." So every rate from 0.1 to 100,000 gets its chance. Will the objection hold?

# %% tags=["experiment"]
inputs = (tumors.data - tumors.data.mean(axis=0)) / tumors.data.std(axis=0)
inputs = np.column_stack([inputs, np.ones(len(inputs))])


def train(x, y, w, squared, rates, steps):
    """Accuracy (steps + 1, rates) along descent from w, and the last weights; a column for each rate."""
    w, columns = np.repeat(w[:, None], len(rates), axis=1), y[:, None]
    accuracy = []
    for step in range(steps + 1):
        z = x @ w
        accuracy.append(np.mean((z > 0) == (columns == 1), axis=0))
        if step < steps:
            dz = bce_with_logits_backward((z, columns))
            if squared:
                p = logistic(z)
                dz = dz * p * (1 - p)
            w = w - rates * (x.T @ dz)
    return np.array(accuracy), w


def steps_needed(accuracy, aim=0.95):
    """First step (rates,) at which accuracy (steps + 1, rates) reaches the aim; nan where it never does."""
    reached = accuracy >= aim
    return np.where(reached.any(axis=0), np.argmax(reached, axis=0), np.nan)


start = train(inputs, 1 - malignant, np.zeros(31), False, np.array([1.0]), 2000)[1][:, 0]
z = inputs @ start
print(f"at the start: accuracy {np.mean((z > 0) == (malignant == 1)):.3f}, "
      f"median |z| {np.median(np.abs(z)):.1f}, mean of p(1-p) {np.mean(logistic(z) * logistic(-z)):.3f}")

# %% tags=["experiment", "nbval-ignore-output"]
# About 3 s on an ordinary laptop.
fig, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.8))
rates = 10.0 ** np.arange(-1, 5.01, 0.5)
for name, squared, color, marker in (("cross-entropy", False, "C0", "o-"),
                                     ("squared error", True, "C1", "s--")):
    accuracy, last = train(inputs, malignant, start, squared, rates, 2000)
    at_one = accuracy[:1001, np.argmin(np.abs(rates - 1))]
    left.semilogx(np.arange(1, 1002), at_one, marker[1:], color=color, label=name)
    needed = steps_needed(accuracy)
    never = np.isnan(needed)
    right.loglog(rates, needed, marker, color=color, label=name)
    right.loglog(rates[never], np.full(never.sum(), 5000), marker[0], color=color, mfc="none")
    print(f"{name:14s} learning rate 1: accuracy {at_one[10]:.3f} after 10 steps, "
          f"{at_one[100]:.3f} after 100, {at_one[1000]:.3f} after 1000")
    print(f"{'':14s} steps to 95%:", dict(zip([f"{rate:.1g}" for rate in rates], needed.tolist())))
    if not squared:
        ends = [bce_with_logits_forward(inputs @ column, malignant)[0] for column in last[:, ::2].T]
        begun = bce_with_logits_forward(inputs @ start, malignant)[0]
        print(f"{'':14s} the cross-entropy itself, {begun:.1f} at the start, after 2000 steps:",
              dict(zip([f"{rate:.1g}" for rate in rates[::2]], np.round(ends, 2).tolist())))
some = [np.random.default_rng(seed).permutation(len(malignant))[:400] for seed in range(8)]
needed = np.array([steps_needed(train(inputs[i], malignant[i], start, True, rates[7:11], 400)[0])
                   for i in some])
for rate, row in zip(rates[7:11], needed.T):
    print(f"squared error, rate {rate:6.0f}, eight choices of 400 tumors, steps to 95%:",
          ", ".join("over 400" if np.isnan(n) else f"{n:.0f}" for n in row))
resting = [bce_with_logits_forward(inputs[i] @ last[:, 0], malignant[i])[0] == 0 for i, last in (
    (i, train(inputs[i], malignant[i], start, False, np.array([1e5]), 500)[1]) for i in some)]
print(f"cross-entropy, rate 100,000, eight choices: loss zero after 500 steps on {sum(resting)} of 8")
left.set(xlabel="steps + 1 (log scale)", ylabel="accuracy", title="learning rate 1")
right.axhline(2500, color="0.7", lw=0.8)
right.text(1, 2700, "above this line: not within 2000 steps", color="0.3", fontsize=8.5)
right.set(xlabel="learning rate", ylabel="steps until 95% are right", title="for every learning rate",
          ylim=(1, 9000))
left.legend()
right.legend(loc="lower left")
plt.show()

# %% [markdown]
# *What to see:* at the start the model is wrong about 99% of the tumors, and sure of it: the mean of $p(1-p)$ is
# 0.015, where 0.25 would be the maximum. With learning rate 1 the cross-entropy (blue) has nine tenths right after
# 10 steps. The squared error (orange) stands still for tens of steps, then it suddenly turns.
#
# The right panel answers the objection, and the answer is not "never". With the rate 1000 the squared error is there
# in 3 steps, exactly as fast as the cross-entropy. But at 316 it needs 1015 steps, and from 30,000 on it does not
# arrive at all. Once the examples leave saturation, a rate that suited the plateau throws them across to the other
# side, onto the next plateau. Which large rates work cannot be foreseen, and changes with the data. The printed lines show eight random choices of 400 tumors: at 316 it takes 14 to 108 steps, at 1000 only 3 to 7, and at 3162 and
# 10,000 some choices need a few steps and others do not get there in 400. The cross-entropy passes 95% at *every*
# rate tried, over six powers of ten. It saves less in steps than in the search for a usable rate.
#
# Passing 95% is not yet arriving at the minimum. The printed losses show it: after 2000 steps the cross-entropy is
# below 0.1 for rates up to 100, 0.34 at 1000, and 40 at 100,000, *above* the 12 where it started. For the criterion
# itself, rates of 10 to 100 are best, and one far above them is too large, as in notebook 2.1. Two questions remain.
#
# *Why is there no explosion?* The gradient of the squared loss of 2.1 grows with the distance from the minimum, so every step can be longer than the last. Here $|p - y|$ is 1 at the most, so
#
# $$\|\eta\,\mathtt{dw}\| = \frac\eta N\,\Big\|\sum_i (p_i - y_i)\,x_i\Big\| \;\le\; \eta \cdot \frac1N \sum_i \|x_i\| :$$
#
# no step is longer than $\eta$ times the average length of an input.
#
# *Why are the answers right all the same?* With a huge rate all $p$ are close to 0 or 1. Then $p_i - y_i$ is 0 for an example that is right and $\pm1$ for one that is wrong. So each step adds to $w$, or takes from it, the wrong examples, as a perceptron does (2.4), and multiplies them by $\eta/N$. Hence $w$ is nearly proportional to $\eta$ (but for the start), and so is the loss of the examples that are still wrong. The share of right answers depends only on the signs of the scores, not on the length of $w$, and sees nothing of this; but as probabilities the answers are worthless.
#
# (If a line separates the classes, the run comes to rest in the end, like a perceptron, and the loss is zero. The last printed line: after 500 steps it had come to rest on none of the eight choices.)
#
# *What this does not show:* that the squared error learns nothing. It does, and that it ignores examples that are
# hopelessly wrong is welcome when those examples carry a wrong label: the cross-entropy, whose loss has no upper
# limit, bends the model for each of them.

# %% [markdown] nbgrader={"grade_id": "explain_saturation", "grade": true, "solution": true, "points": 5}
# **In your own words** (graded by a person, 5 points). A fellow student trains a classifier with one logistic
# output and the squared error. For a long time nothing moves; then, quite suddenly, it learns. Explain both, the
# standstill and the sudden start, by the gradient with respect to the logit. Name two remedies, and say what each
# of them changes in that gradient.
#
# ### BEGIN SOLUTION
# The gradient with respect to the logit is $(p - y)\,p(1-p)$. At a bad start many examples are confidently wrong:
# $p$ is close to 0 where $y = 1$, or close to 1 where $y = 0$. There $|p - y|$ is almost 1, but $p(1-p)$ is almost
# 0, so hardly any correction reaches the weights (2 points). As the logits creep toward 0, $p(1-p)$ grows
# exponentially, $\approx e^{-|z|}$; larger gradients move the logits faster, which makes the gradients larger still:
# the start looks sudden (1 point). Remedies, any two (1 point each): the cross-entropy removes the factor $p(1-p)$,
# leaving $p - y$; small initial weights and standardized inputs keep $|z|$ small, where $p(1-p)$ is near
# $\tfrac14$; a larger learning rate multiplies the gradient by a constant, and may be too large once the examples
# leave saturation.
# ### END SOLUTION

# %% [markdown]
# ## 5 · Probability is not yet a decision
#
# The usual rule "malignant if $p > 0.5$" treats both mistakes alike. Let a missed tumor cost
# $\text{cost}_{\text{miss}}$ and a false alarm $\text{cost}_{\text{alarm}}$. With probability $p$ of being malignant,
# saying *benign* costs $p\,\text{cost}_{\text{miss}}$ on average, saying *malignant*
# $(1 - p)\,\text{cost}_{\text{alarm}}$. The second is cheaper when
#
# $$p > \frac{\text{cost}_{\text{alarm}}}{\text{cost}_{\text{alarm}} + \text{cost}_{\text{miss}}} .$$
#
# With equal costs this is 0.5; if a miss is nine times worse, 0.1. The **threshold** (阈值) belongs to the
# decision, not to the model, and needs no new training.
#
# All this presumes that $p$ can be taken at its word: among the tumors with $p = 0.1$ about a tenth should be
# malignant. A model with this property is **calibrated** (校准). It can be tested: sort unseen examples by $p$ into
# bins and count. To leave something to decide, the model below sees two measurements only (mean texture and mean
# smoothness); it is fitted to one half of the tumors, from which mean and spread for standardizing are taken too, and judged on the other. Beside it stands the same model with
# all logits multiplied by 4. It makes the same decisions at 0.5.
#
# **Predict, then run.** Where will the overconfident copy lie, above or below the diagonal?

# %% tags=["experiment"]
names = tumors.feature_names.tolist()
two = tumors.data[:, [names.index("mean texture"), names.index("mean smoothness")]]


def halves(seed):
    """Logits of the second half of the tumors by a model of the first half, and their labels."""
    order = np.random.default_rng(seed).permutation(len(malignant))
    fit, judge = np.array_split(order, 2)
    x = np.column_stack([(two - two[fit].mean(axis=0)) / two[fit].std(axis=0), np.ones(len(two))])
    w = np.zeros(3)
    for _ in range(2000):
        w = w - 0.5 * (x[fit].T @ bce_with_logits_backward((x[fit] @ w, malignant[fit])))
    return x[judge] @ w, malignant[judge]


z_judge, y_judge = halves(0)
p_judge, p_sure = logistic(z_judge), logistic(4 * z_judge)
edges = [0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.001]
fig, ax = plt.subplots(figsize=(5, 4.4))
ax.plot([0, 1], [0, 1], "k:", label="calibrated")
for p, color, name in [(p_judge, "C0", "model"), (p_sure, "C1", "logits times 4")]:
    points = ch02_classifiers.calibration(ax, p, y_judge, edges, color, name)
    print(f"{name:15s} mean probability {points[:, 0].round(2)}, share malignant {points[:, 1].round(2)}")
    print(f"{'':15s} tumors in the bins {np.histogram(p, edges)[0]}")
ax.set(xlabel="mean probability in the bin", ylabel="share that is malignant", xlim=(-0.03, 1.03),
       ylim=(-0.03, 1.06), aspect="equal")
ax.legend(loc="lower right")
plt.show()
print(f"cross-entropy of the model {bce_with_logits_forward(z_judge, y_judge)[0]:.3f}, "
      f"of the overconfident copy {bce_with_logits_forward(4 * z_judge, y_judge)[0]:.3f}; "
      f"accuracy {np.mean((p_judge > 0.5) == y_judge):.3f} for both")

# %% [markdown]
# *What to see:* the model (blue) keeps close to the diagonal, within about two of its error bars (one standard error
# of a share; where the share is 0 or 1, and would have none, that of the predicted share). The copy (orange) lies
# above the diagonal on the left, where it claims too little, and far below it in the last bin, where it claims too
# much; most of its answers lie in its first and its last bin (the printed counts). Where it says 1%, one in seven is malignant. Accuracy cannot see
# the difference, the cross-entropy can. One reason why logistic regression tends to be calibrated is that at the
# minimum $\sum_i (p_i - y_i) = 0$ and $\sum_i (p_i - y_i)\,x_i = 0$: the predicted numbers of malignant tumors agree with the true ones in total, on the data it was fitted to. (That is less than calibration, which asks for agreement in every bin, on new data. How far it goes, only the figure can say.)

# %% tags=["experiment"]
# About 5 s on an ordinary laptop.
def count(threshold, p=p_judge, y=y_judge):
    """(missed tumors, false alarms)."""
    alarm = p > threshold
    return int(np.sum(~alarm & (y == 1))), int(np.sum(alarm & (y == 0)))


thresholds = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
curve = np.array([count(t) for t in np.linspace(0, 1, 201)])
frames = []
for threshold in thresholds:
    missed, alarms = count(threshold)
    fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3.4))
    bins = np.linspace(0, 1, 26)
    left.hist(p_judge[y_judge == 0], bins, alpha=0.6, label="benign")
    left.hist(p_judge[y_judge == 1], bins, alpha=0.6, label="malignant")
    left.axvline(threshold, color="k")
    left.set(xlabel="p, probability of malignant", ylabel="tumors")
    left.legend(loc="upper center", frameon=True, framealpha=1)
    right.plot(curve[:, 1], curve[:, 0], color="0.6")
    right.plot(alarms, missed, "ko", ms=8)
    right.set(xlabel="false alarms", ylabel="missed tumors")
    fig.suptitle(f"threshold {threshold}: {missed} missed, {alarms} false alarms")
    frames.append(fig)
labels = [str(t) for t in thresholds]
plot.slider(frames, labels, "Missed tumors against false alarms: threshold", start=5, still=(1, 5))

# %% tags=["experiment"]
print(f"{len(y_judge)} tumors, {np.sum(y_judge)} malignant")
for threshold in [0.1, 0.5]:
    missed, alarms = count(threshold)
    print(f"threshold {threshold}: {missed:3d} missed, {alarms:3d} false alarms; cost if a miss counts 9: "
          f"{9 * missed + alarms:4d}, if both count 1: {missed + alarms:4d}")

# %% [markdown]
# *What to see:* the two histograms overlap (brown), so no threshold separates them. Moving it left, we miss fewer tumors and get more false alarms along the gray curve. At 0.5 there are 60 mistakes, 40 of them missed tumors; at 0.1 there
# are 132 mistakes, none of them a missed tumor. If a miss counts nine times, the second is the better by far (132
# against 380), as the formula said before any data was seen.
#
# ## 6 · More than two classes: softmax
#
# Let each of $K$ classes have its own score $s_k$, a weighted sum of the inputs:
# $\underset{(N,K)}{s} = \underset{(N,D)}{x}\,\underset{(D,K)}{w} + \underset{(K,)}{b}$. As with the logit, let the
# scores be logarithms of probabilities, up to a constant that makes them sum to 1: $\log p_k = s_k - \log Z$. Then
# $p_k = e^{s_k}/Z$, and $\sum_k p_k = 1$ fixes $Z$:
#
# $$p_k = \frac{e^{s_k}}{Z}, \qquad Z = \sum_j e^{s_j} .$$
#
# This is the **softmax function** (softmax 函数). Each score is compared with all the others; raising one lowers all
# other probabilities.
#
# **By hand.** $s = (\ln 1, \ln 2, \ln 5)$: exponentials 1, 2, 5 with sum 8, so $p = (\tfrac18, \tfrac28, \tfrac58)$.
#
# - *Only differences count.* Adding one number to every score of a row multiplies numerator and denominator by the
#   same factor: nothing changes.
# - *Two classes are logistic regression.* $p_1 = e^{s_1}/(e^{s_0} + e^{s_1}) = \sigma(s_1 - s_0)$.
#
# **The scale counts.** Divide all scores by a number $\tau > 0$ before the softmax. Physics knows the formula as
# Boltzmann's, where $\tau$ is a **temperature** (温度) and the scores are negative energies; language models use it
# to make their samples safer or bolder. *By hand*, $\tau = \tfrac12$ squares the exponentials, $(1, 4, 25)/30$.
#
# **Predict, then run.** What does softmax become as $\tau \to 0$, and as $\tau \to \infty$?

# %% tags=["experiment"]
# About 5 s on an ordinary laptop.
taus = [0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.5, 2.0, 3.5, 10.0]
three = np.log([1.0, 2.0, 5.0])
frames = [ch02_classifiers.temperature(three, tau, np.geomspace(0.1, 10, 81)) for tau in taus]
labels = [f"τ = {tau:g}" for tau in taus]
plot.slider(frames, labels, "Softmax of (ln 1, ln 2, ln 5): temperature", start=5, still=(0, 5, 9))

# %% [markdown]
# *What to see:* the order of the classes never changes. At low temperature all probability goes to the largest
# score: softmax becomes the argmax, as a one for the largest and zeros elsewhere. So it is a soft *argmax*; the soft
# maximum itself is another function, which section 7 needs. At high temperature all classes become
# equally likely. A model that learns scores can choose its own temperature: doubling all weights and biases halves $\tau$. And
# whatever keeps the weights small, as the L2 penalty of notebook 2.2 does, raises the temperature: the answers become
# more hesitant. Notebook 2.4 shows the extreme case, in which all ten probabilities stay near one tenth.
#
# ### Broken, then mended
#
# $e^{1000}$ overflows, and with scores around $-1000$ every exponential is 0 and the sum as well: $0/0$. The first
# property is the remedy: subtract from each row its own maximum. Then the largest exponential is $e^0 = 1$: no
# overflow, and the sum is at least 1. *Its own*: with the maximum of the whole array, a row of low scores next to
# a row of high ones still underflows.

# %%
rows = np.array([[1000.0, 1001.0], [-1000.0, -999.0]])
with np.errstate(all="ignore"):
    plain = np.exp(rows)
    print("as written:\n", plain / plain.sum(axis=1, keepdims=True))
    shared = np.exp(rows - rows.max())
    print("maximum of the whole array subtracted:\n", shared / shared.sum(axis=1, keepdims=True))
print("true for both rows:", np.array([1, np.e]) / (1 + np.e))

# %% [markdown]
# ### Exercise: a stable softmax
#
# Over the **last** axis, whatever axes there are before it. The argument is any array of scores, and stays as it is. (It is called `z`, as in most libraries; here that is not the logit of two classes.)
#
# *Example:* `softmax(np.log([1, 2, 5]))` gives `[0.125, 0.25, 0.625]`.
#
# *Hint:* `keepdims=True` keeps the reduced axis with length 1, so that shapes fit row by row.

# %% nbgrader={"grade_id": "softmax", "solution": true}
def softmax(z):
    """Softmax over the last axis. z (..., K) -> p (..., K), each row positive with sum 1."""
    ### BEGIN SOLUTION
    exponentials = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return exponentials / np.sum(exponentials, axis=-1, keepdims=True)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_softmax", "grade": true, "points": 5}
check(softmax)

# %% [markdown]
# ## 7 · Cross-entropy for many classes
#
# Maximum likelihood a third time. The model gives the true class $y_i$ the probability $p_{i, y_i}$; minus the
# logarithm, averaged:
#
# $$L = -\frac1N \sum_i \log p_{i,y_i}
# = \frac1N\sum_i \Big( \log\sum_j e^{s_{ij}} - s_{i,y_i} \Big).$$
#
# The first term is the **log-sum-exp** of the row. It is a smooth maximum:
# $s_{\max} \le \log\sum_j e^{s_j} \le s_{\max} + \log K$, since the sum has $K$ terms, none above $e^{s_{\max}}$, one
# equal to it. So the loss of an example is, roughly, *how far the true score lies below the best one*. And the
# stable form follows from taking $e^{s_{\max}}$ out of the sum:
#
# $$\log\sum_j e^{s_j} = s_{\max} + \log\sum_j e^{s_j - s_{\max}}.$$
#
# **By hand.** $s = (\ln 1, \ln 2, \ln 5)$ and $y = 1$: $L = \ln 8 - \ln 2 = \ln 4 = 1.386$, which is $-\ln\tfrac28$.
#
# A check for every first run: with all scores equal, $p_k = 1/K$ and $L = \log K$. For ten digits an untrained
# network should start near $\ln 10 = 2.303$. If yours starts at 9, the initial weights are too large.
#
# The label need not be a single class. If experts disagree about an image, $r$ can hold their shares, a **soft
# label**, and the loss is $-\sum_k r_k \log p_k$, the cross-entropy of section 3 as it stands.
#
# ### Exercise: cross-entropy on scores
#
# `y` holds class indices $0, \dots, K-1$, one for each row. Scores up to $\pm10^4$ must give the exact, finite loss.
#
# *Example:* `scores = [[ln 1, ln 2, ln 5]]`, `y = [1]` gives 1.386.
#
# *Hint:* do not take the logarithm of a probability; it may have been rounded to zero.
# `scores[np.arange(n), y]` picks one entry from each of `n` rows.

# %% nbgrader={"grade_id": "cross_entropy_forward", "solution": true}
def cross_entropy_forward(scores, y):
    """Mean cross-entropy of softmax. scores (N, K), y (N,) class indices -> loss, cache = (scores, y)."""
    ### BEGIN SOLUTION
    n = scores.shape[0]
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    log_sum = np.log(np.sum(np.exp(shifted), axis=1))
    loss = np.mean(log_sum - shifted[np.arange(n), y])
    return float(loss), (scores, y)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_cross_entropy_forward", "grade": true, "points": 6}
check(cross_entropy_forward)

# %% [markdown]
# ## 8 · The gradient, the long way and the short way
#
# **The long way: softmax's Jacobian.** Each probability depends on each score, so the derivative of $p$ with
# respect to $s$ is a table of $K \times K$ numbers, the **Jacobian** (雅可比矩阵). Write $[k = j]$ for 1 if $k = j$ and
# 0 otherwise. With $p_k = e^{s_k}/Z$ and the quotient rule:
#
# $$\frac{\partial p_k}{\partial s_j} = \frac{[k = j]\,e^{s_k}\,Z - e^{s_k}e^{s_j}}{Z^2} = p_k\,\big([k = j] - p_j\big),
# \qquad \frac{\partial p}{\partial s} = \operatorname{diag}(p) - p\,p^\top .$$
#
# Raising a score raises its own probability ($p_k(1 - p_k) > 0$) and lowers all others ($-p_kp_j < 0$). Rows and
# columns sum to zero, because shifting all scores changes nothing and because the probabilities always sum to 1.
#
# By the chain rule a gradient $g = \partial L/\partial p$ is multiplied by this table, transposed; in coordinates
# $\frac{\partial L}{\partial s_j} = p_j\big(g_j - \sum_k g_k p_k\big)$, a formula without any matrix. For one example
# with $L = -\log p_y$, the only non-zero entry of $g$ is $g_y = -1/p_y$, so $\sum_k g_kp_k = -1$, and
#
# $$\frac{\partial L}{\partial s_j} = p_j\,(g_j + 1) = \begin{cases} p_j & j \ne y\\ p_y\,(1 - 1/p_y) = p_y - 1 & j = y \end{cases}
# \qquad\text{that is}\qquad p - \text{onehot}(y).$$
#
# Here $\text{onehot}(y)$ is the **one-hot vector** (独热向量) of the label: 1 at index $y$, 0 elsewhere. Where no doubt
# is possible we write $p - y$.
#
# The whole table has collapsed into a subtraction. What happened: the Jacobian's row for $y$ carries the factor
# $p_y$, which is tiny when the model is wrong; the logarithm contributes $1/p_y$, which is huge; they cancel exactly.
#
# **The short way: the logarithm undoes the exponential.** $L = \log\sum_j e^{s_j} - s_y$. The derivative of the
# first term with respect to $s_j$ is $e^{s_j}/Z = p_j$; the second gives $-1$ at $j = y$. Done.
#
# **Why always "prediction minus target"?** Linear, logistic and softmax regression share this gradient, and it is no
# accident. In all three, the probability of an observation $y$ has the form $P(y) = m(y)\,e^{s\cdot y}/Z(s)$: the
# score appears only as a factor of what is observed ($y$ is 0 or 1 in the Bernoulli case, the one-hot vector in the
# categorical one, the target itself in the Gaussian one with noise of width 1, where $s$ is the prediction $a$:
# $e^{-(y - a)^2/2} = e^{-y^2/2}\,e^{ay}/e^{a^2/2}$). A score with this role is called a *natural parameter*. Since
# all probabilities sum to 1, $Z(s) = \sum_y m(y)\,e^{s\cdot y}$ (for densities an integral), and one line does the
# rest:
#
# $$-\frac{\partial \log P(y)}{\partial s} = \frac{1}{Z}\frac{\partial Z}{\partial s} - y
# = \sum_{y'} y'\,\frac{m(y')\,e^{s\cdot y'}}{Z} - y = \mathbb E[y'] - y ,$$
#
# the expected value minus the observed one.
#
# **By hand.** $p = (\tfrac18, \tfrac28, \tfrac58)$, $y = 1$: $(0.125, -0.75, 0.625)$. A step against the gradient
# raises the right score by what its probability lacks and lowers each of the others in proportion to the
# probability it has taken; the changes sum to zero.

# %% tags=["experiment"]
p = np.array([1, 2, 5]) / 8
jacobian = np.diag(p) - np.outer(p, p)
upstream = np.array([0, -1 / p[1], 0])
fig, (left, right) = plt.subplots(1, 2, figsize=(8.5, 3.6))
image = left.imshow(jacobian, cmap="RdBu_r", vmin=-0.6, vmax=0.6)
for (k, j), value in np.ndenumerate(jacobian):
    left.text(j, k, f"{value:.3f}".replace("-", "−"), ha="center", va="center")
left.set(xticks=range(3), yticks=range(3), xlabel="score j", ylabel="probability k",
         title="Jacobian ∂p_k / ∂s_j")
left.grid(False)
fig.colorbar(image, ax=left, shrink=0.9)
at = np.arange(3)
right.bar(at - 0.2, p, 0.4, label="p")
right.bar(at + 0.2, p - np.eye(3)[1], 0.4, color="C1", label="p − onehot(1)")
right.axhline(0, color="k", lw=0.8)
right.set(xticks=at, xlabel="class", title="probabilities and gradient, y = 1")
right.legend()
plt.show()
print("long way:  table times g =", (jacobian.T @ upstream).round(6))
print("short way: p - onehot(y) =", (p - np.eye(3)[1]).round(6))
print("row sums of the table:    ", jacobian.sum(axis=1).round(6) + 0.0)

# %% [markdown]
# *What to see:* on the left a positive diagonal, everything else negative, rows summing to zero. On the right, the
# gradient (orange) equals the probabilities except for the true class, which has one unit less. Long and short way
# agree.
#
# On a computer the long way also breaks: with scores $(-800, 0)$ and $y = 0$, $p_y$ underflows to 0, $1/p_y$ is
# infinite, and $0\cdot\infty$ is `nan`. The short way gives $(-1, 1)$. **Losses are computed from scores, and softmax
# and cross-entropy are differentiated together.**
#
# ### Exercise: the gradient
#
# *Example:* the batch of two equal rows $(\ln 1, \ln 2, \ln 5)$, both with $y = 1$, gives
# $(0.0625, -0.375, 0.3125)$ twice.
#
# *Hint:* compare the example with the one row by hand above: what has become of each entry, and why? In NumPy, the
# indices that read one entry of each row in `cross_entropy_forward` can also write to it, on the left of a `-=`.

# %% nbgrader={"grade_id": "cross_entropy_backward", "solution": true}
def cross_entropy_backward(cache):
    """Gradient of the mean cross-entropy. cache = (scores, y) -> dscores (N, K)."""
    ### BEGIN SOLUTION
    scores, y = cache
    n = scores.shape[0]
    dscores = softmax(scores)
    dscores[np.arange(n), y] -= 1
    return dscores / n
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_cross_entropy_backward", "grade": true, "points": 6}
check(cross_entropy_backward, forward=cross_entropy_forward)

# %% [markdown]
# ## Quiz
#
# **1.** A model gives the class that comes true the probability 1/8. How many bits does that cost? Store the number
# in `quiz_bits`.

# %% nbgrader={"grade_id": "quiz_bits", "solution": true}
# quiz_bits = ...
### BEGIN SOLUTION
quiz_bits = 3
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_bits", "grade": true, "points": 1}
check.quiz("quiz_bits", quiz_bits)

# %% [markdown]
# **2.** One example, three classes, softmax gives $p = (0.2, 0.5, 0.3)$, the true class has index 2. What is the
# gradient of the cross-entropy with respect to the three scores? Store a tuple of three numbers in `quiz_dscores`.

# %% nbgrader={"grade_id": "quiz_dscores", "solution": true}
# quiz_dscores = (..., ..., ...)
### BEGIN SOLUTION
quiz_dscores = (0.2, 0.5, -0.7)
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_dscores", "grade": true, "points": 1}
check.quiz("quiz_dscores", quiz_dscores)

# %% [markdown]
# **3.** One logistic output, true label 1, logit −10. The gradient with respect to the logit under the
# cross-entropy is larger than under the squared error $\tfrac12(p-y)^2$ by a factor of about
#
# - A · 1, they are equal
# - B · 4
# - C · 10
# - D · 22,000
#
# Store the letter in `quiz_factor`.

# %% nbgrader={"grade_id": "quiz_factor", "solution": true}
# quiz_factor = ...
### BEGIN SOLUTION
quiz_factor = "D"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_factor", "grade": true, "points": 1}
check.quiz("quiz_factor", quiz_factor)

# %% [markdown]
# **4.** A missed alarm costs 19 times as much as a false one. Above which probability should the alarm ring? Store
# the number in `quiz_threshold`.

# %% nbgrader={"grade_id": "quiz_threshold", "solution": true}
# quiz_threshold = ...
### BEGIN SOLUTION
quiz_threshold = 1 / (1 + 19)
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_threshold", "grade": true, "points": 1}
check.quiz("quiz_threshold", quiz_threshold)

# %% [markdown]
# ## What to remember
#
# - Scores are logarithms of odds (two classes) or of probabilities up to a constant (many). The logistic function
#   and softmax turn them back into probabilities.
# - Cross-entropy is minus the logarithm of the probability given to what happened: maximum likelihood, and the
#   length of a message.
# - Its gradient in the scores is $(p - y)/N$. The squared error would multiply it by $p(1-p)$ and hardly notice the worst
#   mistakes; learning rates that make up for it exist, but they are hard to hit.
# - Compute losses from scores. Subtract the row's maximum. Never exponentiate a positive number.
# - The threshold belongs to the decision and its costs. It presumes probabilities that are calibrated.
#
# Next, notebook 2.4: four ways to draw a line.
